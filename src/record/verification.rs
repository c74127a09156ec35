//! The verdict on a token's signature.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of the check of a signature.
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
            Self::Valid => "valid: made with a key that the tenant publishes",
            Self::Invalid => "not valid: the token was altered after it was issued, or is another API's own",
            Self::KeyUnknown => "unknown: the tenant publishes no key of that id",
            Self::NotChecked => "not checked: the keys could not be had, or the token names none",
        }
    }
}
