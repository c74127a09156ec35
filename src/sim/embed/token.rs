//! Embed tokens: what one opens, and its form on the wire.
//!
//! Two parts with a dot between: the first is compressed and opaque to clients, the second is base64 of JSON that tells
//! the cluster and the end (embed.md 2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::super::Moment;
use super::super::keys::Keys;
use super::super::token::LIFETIME;

/// The cluster that holds everything.
pub(in crate::sim) const CLUSTER: &str = "https://wabi-west-europe-redirect.analysis.windows.net";

/// A gzip file of one stored block begins so: nobody looks into it, so that nothing has to be compressed.
const GZIP: [u8; 11] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1];
/// The checksum and the length at its end, in bytes.
const GZIP_END: usize = 8;

/// What an embed token opens, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sim) struct Pass {
    /// Its own id.
    pub(in crate::sim) id: Uuid,
    /// The tenant.
    pub(in crate::sim) tenant: Uuid,
    /// The reports, paginated ones among them.
    pub(in crate::sim) reports: Vec<Uuid>,
    /// The dashboards.
    pub(in crate::sim) dashboards: Vec<Uuid>,
    /// The semantic models.
    pub(in crate::sim) models: Vec<Uuid>,
    /// Whether it may edit.
    pub(in crate::sim) edit: bool,
    /// Whether it carries an effective identity.
    pub(in crate::sim) identity: bool,
    /// Its end, in seconds since 1970.
    pub(in crate::sim) ends: i64,
}

impl Pass {
    /// A token that opens nothing, as one that was made for what is gone.
    pub(in crate::sim) fn of_nothing(tenant: Uuid, moment: &Moment) -> Self {
        Self {
            id: moment.trace,
            tenant,
            reports: Vec::new(),
            dashboards: Vec::new(),
            models: Vec::new(),
            edit: false,
            identity: false,
            ends: moment.now.as_second() + LIFETIME,
        }
    }

    /// When the token expires.
    pub(in crate::sim) fn end(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs(self.ends)).unwrap_or(Timestamp::MAX)
    }

    /// The text of it.
    pub(in crate::sim) fn text(&self, keys: &Keys) -> String {
        let about = json!({ "clusterUrl": CLUSTER, "exp": self.ends, "allowAccessOverPublicInternet": true });
        format!("{}.{}", STANDARD.encode(packed(keys.seal(self).as_bytes())), STANDARD.encode(about.to_string()))
    }

    /// What a text opens. `None` for what these keys have not made.
    pub(in crate::sim) fn read(keys: &Keys, text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.split('.').next()?).ok()?;
        let sealed = bytes.get(GZIP.len() + 4..bytes.len().checked_sub(GZIP_END)?)?;
        keys.unseal(std::str::from_utf8(sealed).ok()?)
    }
}

/// A gzip file (RFC 1952) that holds these bytes as they are: one stored block (RFC 1951, section 3.2.4).
fn packed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let stored = &bytes[..length.into()];
    let mut file = GZIP.to_vec();
    file.extend(length.to_le_bytes());
    file.extend((!length).to_le_bytes());
    file.extend(stored);
    file.extend(checksum(stored).to_le_bytes());
    file.extend(u32::from(length).to_le_bytes());
    file
}

/// CRC-32 as gzip has it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_form_of_one_and_only_its_maker_reads_it() {
        let moment = Moment::derived(Timestamp::UNIX_EPOCH, "embed");
        let pass = Pass { reports: vec![Uuid::nil()], ..Pass::of_nothing(Uuid::nil(), &moment) };
        let text = pass.text(Keys::embedded());
        assert!(text.starts_with("H4sI") && text.split('.').count() == 2, "{text}");
        assert_eq!(Pass::read(Keys::embedded(), &text), Some(pass));
        assert_eq!(Pass::read(&Keys::generate().expect("keys"), &text), None);
        for wrong in ["", "H4sI", "eyJ.eyJ.x", &text[..text.len() / 2]] {
            assert_eq!(Pass::read(Keys::embedded(), wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_checksum_is_that_of_gzip() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
