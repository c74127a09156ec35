//! The verdict on a token's signature.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The result of a signature check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// The signature is valid for a key that the tenant publishes.
    Valid,
    /// The tenant publishes the key, but the signature isn't valid for it.
    Invalid,
    /// The tenant publishes no key with that ID.
    KeyUnknown,
    /// The signature can't be checked: there's no signature, or no keys.
    NotChecked,
}

impl Verification {
    /// The verdict in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Valid => "valid: signed with a key that the tenant publishes",
            Self::Invalid => "not valid: the token was altered after it was issued, or only its own API can check it",
            Self::KeyUnknown => "unknown: the tenant publishes no key with the token's key ID",
            Self::NotChecked => "not checked: the tenant's keys couldn't be read, or the token doesn't name a key",
        }
    }
}
