//! Whether a token was signed with a key that its tenant publishes. What counts is what the API says: the verdict tells
//! why it refuses.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

pub use crate::record::Verification as Signature;
use crate::secret::Secret;

/// The request for the keys of the token's tenant.
pub const KEYS: &str = "keys";

/// Checks a token against the keys of a tenant, as their endpoint publishes them. Times and audience are not judged.
#[must_use]
pub fn check(token: &Secret, keys: &Value) -> Signature {
    let text = token.expose().trim();
    // A header with a nonce was altered by design: only the API that the token is for can check it (as of Graph's).
    let header = jsonwebtoken::decode_header(text).ok().filter(|header| header.nonce.is_none());
    let Some(kid) = header.and_then(|header| header.kid) else { return Signature::NotChecked };
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
