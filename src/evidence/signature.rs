//! Whether a token was signed with a key that its tenant publishes. It is information: what counts is what the API
//! says, and Microsoft Graph's tokens do not verify by these rules.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::Secret;

/// What became of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// It was made with a key that the tenant publishes.
    Valid,
    /// The tenant publishes the key, and it was not made with that.
    Invalid,
    /// The tenant publishes no key of that id.
    KeyUnknown,
    /// It cannot be checked: no signature, or no keys.
    NotChecked,
}

impl Signature {
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

/// Checks a token against the keys of a tenant, as their endpoint publishes them. Times and audience are not judged.
#[must_use]
pub fn check(token: &Secret, keys: &Value) -> Signature {
    let text = token.expose().trim();
    let Some(kid) = jsonwebtoken::decode_header(text).ok().and_then(|header| header.kid) else {
        return Signature::NotChecked;
    };
    let Some(listed) = keys.get("keys").and_then(Value::as_array) else { return Signature::NotChecked };
    let of = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let Some(key) = listed.iter().find(|key| of(key, "kid").as_ref() == Some(&kid)) else {
        return Signature::KeyUnknown;
    };
    let parts = of(key, "n").zip(of(key, "e"));
    let Some(key) = parts.and_then(|(n, e)| DecodingKey::from_rsa_components(&n, &e).ok()) else {
        return Signature::NotChecked;
    };
    let mut rules = Validation::new(Algorithm::RS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    match jsonwebtoken::decode::<Map<String, Value>>(text, &key, &rules) {
        Ok(_) => Signature::Valid,
        Err(_) => Signature::Invalid,
    }
}
