//! Secrets: held in one place, named everywhere else.
//!
//! A planned request names a secret by [`SecretRef`]; only the transport exchanges the name for the value that the
//! [`Vault`] holds. What is recorded therefore never contained a secret.

mod form;
mod redactor;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use form::{Form, Kind, Mangling};
pub(crate) use redactor::spellings;
pub use redactor::{Redactor, is_hidden};

/// A secret value. It has no `Display`, `Serialize` or `Deref`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a value as it was given: nothing is trimmed.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself. Called in the transport, and where a form or a redactor is made of it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The name of a secret, as requests and records bear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretRef {
    /// The application's client secret.
    ClientSecret,
    /// The access token: handed over, or issued in this run.
    AccessToken,
    /// The private key of the application's certificate, as PEM.
    PrivateKey,
    /// The password of the file that holds it.
    CertificatePassword,
    /// Another issuer's token, which stands in for a secret.
    FederatedToken,
    /// What opens the issuer of such tokens to this job: GitHub's request token, the pipeline's access token.
    IssuerToken,
    /// What opens the managed identity's endpoint to this process.
    IdentityHeader,
    /// A user's name: no secret, and nobody's business.
    Username,
    /// A user's password.
    Password,
    /// A refresh token: handed over, or issued in this run.
    RefreshToken,
    /// The code that Entra knows a waiting device by.
    DeviceCode,
    /// The code that a person types.
    UserCode,
    /// The code that the browser brings back.
    AuthorizationCode,
    /// What proves that the code is ours (RFC 7636).
    CodeVerifier,
    /// The hash of that proof.
    CodeChallenge,
    /// What ties the browser's answer to our question.
    State,
    /// The embed token that was issued in this run.
    EmbedToken,
    /// The user whose data an embed token is to show: no secret, and nobody's business.
    EffectiveUser,
}

impl SecretRef {
    /// What it is, in words that follow "the".
    #[must_use]
    pub fn words(self) -> &'static str {
        self.label().trim_matches(['[', ']'])
    }

    /// The words that stand where the secret was.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientSecret => "[client secret]",
            Self::AccessToken => "[access token]",
            Self::PrivateKey => "[private key]",
            Self::CertificatePassword => "[certificate password]",
            Self::FederatedToken => "[federated token]",
            Self::IssuerToken => "[issuer token]",
            Self::IdentityHeader => "[identity header]",
            Self::Username => "[user name]",
            Self::Password => "[password]",
            Self::RefreshToken => "[refresh token]",
            Self::DeviceCode => "[device code]",
            Self::UserCode => "[user code]",
            Self::AuthorizationCode => "[authorization code]",
            Self::CodeVerifier => "[code verifier]",
            Self::CodeChallenge => "[code challenge]",
            Self::State => "[state]",
            Self::EmbedToken => "[embed token]",
            Self::EffectiveUser => "[effective user]",
        }
    }
}

/// The secrets of one run. It lives in the transport.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    secrets: BTreeMap<SecretRef, Secret>,
    /// Those that others took the place of: not sent any more, and still secret.
    former: Vec<(SecretRef, Secret)>,
}

impl Vault {
    /// Puts a secret in, in place of an earlier one of that name.
    pub fn put(&mut self, name: SecretRef, secret: Secret) {
        if let Some(former) = self.secrets.insert(name, secret) {
            self.former.push((name, former));
        }
    }

    /// The secret of that name, if the run has it.
    #[must_use]
    pub fn get(&self, name: SecretRef) -> Option<&Secret> {
        self.secrets.get(&name)
    }

    /// Whether a text is one of the secrets, without case and white space around. No secret is empty.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        !text.is_empty() && self.secrets.values().any(|secret| secret.expose().trim().to_lowercase() == text)
    }

    /// A redactor that knows every secret in the vault.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        let current = self.secrets.iter().map(|(name, secret)| (*name, secret));
        Redactor::new(current.chain(self.former.iter().map(|(name, secret)| (*name, secret))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let mut vault = Vault::default();
        vault.put(SecretRef::ClientSecret, Secret::new("hunter2-hunter2"));
        assert!(!format!("{vault:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_that_was_replaced_is_still_one() {
        let mut vault = Vault::default();
        vault.put(SecretRef::RefreshToken, Secret::new("first-refresh-token"));
        vault.put(SecretRef::RefreshToken, Secret::new("second-refresh-token"));
        assert_eq!(vault.get(SecretRef::RefreshToken).map(Secret::expose), Some("second-refresh-token"));
        let text = vault.redactor().redact("first-refresh-token second-refresh-token");
        assert_eq!(text, "[refresh token] [refresh token]");
    }
}
