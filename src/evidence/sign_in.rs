//! What stands in for a client secret: a certificate, another issuer's token, the identity of a machine.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::credential::some;
use super::token::{FEDERATED_TOKEN, TOKEN, TOKEN_RS256};
use crate::entra::identity::user_assigned;
use crate::record::{
    Auth, CertificateFault, Exchange, Fault, FederatedSource, Field, Format, IdentityEndpoint, Record, Reply, Service,
    Token,
};
use crate::secret::{Kind, Mangling};

/// A file of certificate and key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// The file.
    pub path: Option<String>,
    /// Its form.
    pub format: Option<Format>,
    /// What keeps the file from being used. Absent when nothing does.
    pub fault: Option<CertificateFault>,
    /// All that is wrong with it, the worst first. Absent when nothing is.
    pub faults: Option<Vec<CertificateFault>>,
    /// Whom the certificate names.
    pub subject: Option<String>,
    /// Its SHA-1, in hexadecimal: what the portal lists as thumbprint.
    pub thumbprint: Option<String>,
    /// Its SHA-256, in hexadecimal.
    pub thumbprint_sha256: Option<String>,
    /// The beginning of its time.
    pub not_before: Option<String>,
    /// The end of its time.
    pub not_after: Option<String>,
    /// Whether its end has passed.
    pub expired: Option<bool>,
    /// Days until its end; negative when past.
    pub days_left: Option<i64>,
    /// Whether the key in the file is the certificate's.
    pub key_matches: Option<bool>,
    /// Whether Entra took an RS256 signature where it refused a PS256 one. Absent where that was not tried.
    pub only_rs256: Option<bool>,
}

/// Another issuer's token that stands in for a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assertion {
    /// Where it comes from.
    pub source: Option<FederatedSource>,
    /// Why its file cannot be read. Absent when it was, and for a token that is asked for.
    pub unreadable: Option<String>,
    /// The issuer's status, when it gave none.
    pub refused: Option<u16>,
    /// Whether it can be read as a JSON Web Token. Absent when there is none.
    pub readable: Option<bool>,
    /// What it looks like.
    pub kind: Option<Kind>,
    /// What was done to it on its way.
    pub mangling: Option<Vec<Mangling>>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`.
    pub audience: Option<String>,
    /// Whether that is the audience that credentials of the run's cloud have unless they name another.
    pub audience_is_usual: Option<bool>,
    /// Whether there is nothing in it.
    pub empty: Option<bool>,
    /// Seconds until `exp`; negative when past.
    pub life_left_seconds: Option<i64>,
    /// The subject that was said to be expected (`--expect-subject`).
    pub expected_subject: Option<String>,
    /// Whether the subject is that, character by character. Absent when it was not said.
    pub subject_is_expected: Option<bool>,
    /// The place of the first character that differs, from 1.
    pub differs_at: Option<usize>,
}

/// A managed identity that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// The kind of endpoint.
    pub endpoint: Option<IdentityEndpoint>,
    /// The id of the user-assigned identity. Absent when none was named.
    pub id: Option<String>,
    /// What stood in the way of the endpoint. Absent when it answered, or was not asked.
    pub fault: Option<Fault>,
    /// The endpoint's status. Absent when it did not answer.
    pub status: Option<u16>,
}

/// The Azure CLI, asked for a token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AzureCli {
    /// Whether it is on this machine. Absent before it was asked.
    pub installed: Option<bool>,
    /// The code with which it ended. Absent when it did not run to its end.
    pub status: Option<u16>,
}

/// Reads the certificate. `None` where none is used.
#[must_use]
pub fn certificate(record: &Record, now: i64) -> Option<Certificate> {
    const DAY: i64 = 24 * 60 * 60;
    let inputs = &record.inputs;
    let read = inputs.sign_in.certificate.clone()?;
    let left = read.not_after.map(|end| end.as_second().saturating_sub(now));
    Some(Certificate {
        path: inputs.text(Field::CertificatePath).map(str::to_owned),
        format: read.format,
        fault: read.faults.first().copied().filter(|fault| fault.is_fatal()),
        faults: some(read.faults),
        subject: read.subject,
        thumbprint: read.thumbprint,
        thumbprint_sha256: read.thumbprint_sha256,
        not_before: read.not_before.map(|time| time.to_string()),
        not_after: read.not_after.map(|time| time.to_string()),
        expired: left.map(|left| left <= 0),
        days_left: left.map(|left| left.div_euclid(DAY)),
        key_matches: read.key_matches,
        only_rs256: record.reply(TOKEN_RS256).map(Reply::is_success),
    })
}

/// Reads the other issuer's token. `None` where none is used.
#[must_use]
pub fn assertion(record: &Record, now: i64) -> Option<Assertion> {
    let federated = record.inputs.sign_in.federated.as_ref()?;
    let reply = record.reply(FEDERATED_TOKEN);
    let token = federated_token(record);
    let refused = reply.filter(|_| token.is_none()).map(|reply| reply.status);
    let expected = record.inputs.text(Field::ExpectSubject).map(str::to_owned);
    let mut read = Assertion {
        source: Some(federated.source),
        unreadable: federated.unreadable.clone(),
        refused,
        expected_subject: expected,
        ..Assertion::default()
    };
    let Some(token) = token else { return Some(read) };
    read.kind = Some(token.form.kind);
    read.mangling = some(token.form.mangling.clone());
    read.readable = Some(token.claims.is_some());
    read.empty = Some(token.form.kind == Kind::Empty);
    let claim = |name: &str| token.claims.as_ref().and_then(|claims| claims.get(name));
    let text = |name: &str| claim(name).and_then(|value| value.as_str().or_else(|| value.get(0)?.as_str()));
    read.issuer = text("iss").map(str::to_owned);
    read.subject = text("sub").map(str::to_owned);
    read.audience = text("aud").map(str::to_owned);
    let usual = super::cloud::meant(&record.inputs).federated_audience();
    read.audience_is_usual = read.audience.as_deref().map(|audience| audience == usual);
    read.life_left_seconds = claim("exp").and_then(seconds).map(|end| end.saturating_sub(now));
    if let (Some(expected), Some(subject)) = (&read.expected_subject, &read.subject) {
        read.differs_at = difference(expected, subject);
        read.subject_is_expected = Some(read.differs_at.is_none());
    }
    Some(read)
}

fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a time out of range is as absurd as one at the range's end")]
    value.as_i64().or_else(|| value.as_f64().map(|float| float as i64))
}

/// The other issuer's token, taken apart: from its file, or as the issuer gave it.
#[must_use]
pub fn federated_token(record: &Record) -> Option<Token> {
    if let Some(token) = &record.inputs.sign_in.federated.as_ref()?.token {
        return Some(token.clone());
    }
    let parts = record.reply(FEDERATED_TOKEN)?.json()?.get("federated_token")?;
    serde_json::from_value(parts.clone()).ok()
}

/// The place of the first character in which two texts differ, from 1. `None` for the same text.
#[must_use]
pub fn difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    Some(same + 1)
}

/// Reads the managed identity. `None` where none is used.
#[must_use]
pub fn identity(record: &Record) -> Option<Identity> {
    let identity = record.inputs.sign_in.identity.as_ref()?;
    let exchange = record.answer(TOKEN).filter(|exchange| exchange.request.service == Service::ManagedIdentity);
    Some(Identity {
        endpoint: Some(identity.endpoint),
        id: user_assigned(&record.inputs).map(|(_, id)| id.to_owned()),
        fault: exchange.and_then(|exchange| exchange.failure()).map(|failure| failure.fault),
        status: exchange.and_then(|exchange| exchange.reply()).map(|reply| reply.status),
    })
}

/// Reads what became of the Azure CLI. `None` where it is not asked.
#[must_use]
pub fn azure_cli(record: &Record) -> Option<AzureCli> {
    if record.inputs.auth() != Auth::AzureCli {
        return None;
    }
    let exchange = record.answer(TOKEN);
    let missing = |exchange: &Exchange| exchange.failure().is_some_and(|failure| failure.fault == Fault::NotInstalled);
    Some(AzureCli {
        installed: exchange.map(|exchange| !missing(exchange)),
        status: exchange.and_then(|exchange| exchange.reply()).map(|reply| reply.status),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(difference("repo:a/b", "repo:a/b"), None);
        assert_eq!(difference("repo:a/b", "repo:A/b"), Some(6));
        assert_eq!(difference("repo:a", "repo:a/b"), Some(7));
        assert_eq!(difference("", "x"), Some(1));
    }
}
