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
pub use redactor::Redactor;
pub(crate) use redactor::spellings;

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
}

impl SecretRef {
    /// The words that stand where the secret was.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientSecret => "[client secret]",
            Self::AccessToken => "[access token]",
        }
    }
}

/// The secrets of one run. It lives in the transport.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    secrets: BTreeMap<SecretRef, Secret>,
}

impl Vault {
    /// Puts a secret in, in place of an earlier one of that name.
    pub fn put(&mut self, name: SecretRef, secret: Secret) {
        self.secrets.insert(name, secret);
    }

    /// The secret of that name, if the run has it.
    #[must_use]
    pub fn get(&self, name: SecretRef) -> Option<&Secret> {
        self.secrets.get(&name)
    }

    /// A redactor that knows every secret in the vault.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.secrets.iter().map(|(name, secret)| (*name, secret)))
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
}
