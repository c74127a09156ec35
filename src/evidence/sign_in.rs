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

/// A file with a certificate and its private key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// The file.
    pub path: Option<String>,
    /// Its format.
    pub format: Option<Format>,
    /// Why the file can't be used. Absent if it can.
    pub fault: Option<CertificateFault>,
    /// Everything that is wrong with the file, worst first. Absent if nothing is.
    pub faults: Option<Vec<CertificateFault>>,
    /// The certificate's subject.
    pub subject: Option<String>,
    /// Its SHA-1 hash in hexadecimal, which the portal lists as Thumbprint.
    pub thumbprint: Option<String>,
    /// Its SHA-256 hash in hexadecimal.
    pub thumbprint_sha256: Option<String>,
    /// When the certificate becomes valid.
    pub not_before: Option<String>,
    /// When the certificate expires.
    pub not_after: Option<String>,
    /// Whether the certificate has expired.
    pub expired: Option<bool>,
    /// Days until the certificate expires. Negative if it has expired.
    pub days_left: Option<i64>,
    /// Whether the private key in the file belongs to the certificate.
    pub key_matches: Option<bool>,
    /// Whether Entra accepted an RS256 signature after it refused a PS256 one. Absent if that wasn't tried.
    pub only_rs256: Option<bool>,
}

/// Another issuer's token that replaces a secret (federated credential).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assertion {
    /// Where the token comes from.
    pub source: Option<FederatedSource>,
    /// The file. Absent for a token that is requested instead.
    pub file: Option<String>,
    /// Why the token's file can't be read. Absent if it was read, and for a token that is requested instead.
    pub unreadable: Option<String>,
    /// The issuer's HTTP status, if it didn't return a token.
    pub refused: Option<u16>,
    /// Whether it can be read as a JSON Web Token. Absent if there's no token.
    pub readable: Option<bool>,
    /// What it looks like.
    pub kind: Option<Kind>,
    /// How the value was changed on its way.
    pub mangling: Option<Vec<Mangling>>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`.
    pub audience: Option<String>,
    /// Whether that's the default audience of federated credentials in the run's cloud.
    pub audience_is_usual: Option<bool>,
    /// Whether the token is empty.
    pub empty: Option<bool>,
    /// Seconds until `exp`. Negative if the token has expired.
    pub life_left_seconds: Option<i64>,
    /// The expected subject (`--expect-subject`).
    pub expected_subject: Option<String>,
    /// Whether the subject is exactly the expected one. Absent if none was specified.
    pub subject_is_expected: Option<bool>,
    /// The position of the first character that differs, counted from 1.
    pub differs_at: Option<usize>,
}

/// A requested managed identity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// The type of endpoint.
    pub endpoint: Option<IdentityEndpoint>,
    /// The ID of the user-assigned identity. Absent if none was specified.
    pub id: Option<String>,
    /// Why the endpoint didn't answer. Absent if it answered or wasn't called.
    pub fault: Option<Fault>,
    /// The endpoint's HTTP status. Absent if it didn't answer.
    pub status: Option<u16>,
}

/// The Azure CLI, asked for a token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AzureCli {
    /// Whether it's installed on this machine. Absent until pbiauth has tried to run it.
    pub installed: Option<bool>,
    /// Its exit code. Absent if it didn't finish.
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
        file: record.inputs.text(Field::FederatedTokenFile).map(str::to_owned),
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
