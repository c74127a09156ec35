//! The key that the simulated Entra signs with.

use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::pair::{Pair, part};

/// A key for runs in process: its tokens are of worth to the simulated services alone.
const EMBEDDED: &str = include_str!("key.pem");
/// How long the mark is that a sealed value begins with, in bytes.
const MARK: usize = 32;

/// An RSA key of 2048 bits with its certificate, and a key to seal codes and refresh tokens with.
pub struct Keys {
    pair: Pair,
    sealing: hmac::Key,
    /// The certificate's SHA-1 thumbprint, as `x5t` and as `kid`.
    thumbprint: String,
    certificate: Vec<u8>,
}

/// No key could be made.
#[derive(Debug, Error)]
#[error("no signing key: {0}")]
pub struct KeysError(String);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("thumbprint", &self.thumbprint).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key that every run in process signs with.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static KEYS: LazyLock<Keys> =
            LazyLock::new(|| Keys::from_pem(EMBEDDED).expect("the embedded key was made by this program's tests"));
        &KEYS
    }

    /// A key of somebody else, which no tenant publishes.
    #[must_use]
    pub fn foreign() -> &'static Self {
        static KEYS: LazyLock<Keys> =
            LazyLock::new(|| Keys::from_pem(Pair::issuer().pem()).expect("the embedded keys are RSA keys"));
        &KEYS
    }

    /// A new key. Takes 60 to 190 ms.
    ///
    /// # Errors
    /// When the crypto library makes none.
    pub fn generate() -> Result<Self, KeysError> {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(|e| KeysError(e.to_string()))?;
        Self::from_pem(&pair.serialize_pem())
    }

    fn from_pem(pem: &str) -> Result<Self, KeysError> {
        let pair = Pair::from_pem(pem).map_err(KeysError)?;
        // Clients look at the key alone: the certificate says nothing, and holds for ever.
        let certificate = pair.certificate("accounts.accesscontrol.windows.net", None);
        let certificate = certificate.map_err(|e| KeysError(e.to_string()))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate));
        let sealing = hmac::Key::new(hmac::HMAC_SHA256, pem.as_bytes());
        Ok(Self { pair, sealing, thumbprint, certificate })
    }

    /// Signs claims: an RS256 JSON Web Token whose header has `x5t` and `kid`, as version 1.0 tokens do.
    #[must_use]
    pub fn sign(&self, claims: &Value, nonce: Option<String>) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.thumbprint.clone());
        header.x5t = Some(self.thumbprint.clone());
        header.nonce = nonce;
        self.pair.sign(&header, claims)
    }

    /// The claims of a token that this key has signed. `None` for any other text.
    #[must_use]
    pub fn verified(&self, token: &str) -> Option<Map<String, Value>> {
        self.pair.public().has_signed(token, Algorithm::RS256).then_some(())?;
        match part(token.split('.').nth(1)?)? {
            Value::Object(claims) => Some(claims),
            _ => None,
        }
    }

    /// A value as text that only this key reads again, as codes and refresh tokens are: base64url, opaque to clients.
    ///
    /// # Panics
    /// Never: what is sealed here becomes JSON.
    #[must_use]
    pub fn seal(&self, value: &impl Serialize) -> String {
        let json = serde_json::to_vec(value).expect("plain data becomes JSON");
        let mark = hmac::sign(&self.sealing, &json);
        URL_SAFE_NO_PAD.encode([mark.as_ref(), &json].concat())
    }

    /// The value that was sealed. `None` for any other text.
    #[must_use]
    pub fn unseal<T: DeserializeOwned>(&self, text: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (mark, json) = bytes.split_at_checked(MARK)?;
        hmac::verify(&self.sealing, json, mark).ok()?;
        serde_json::from_slice(json).ok()
    }

    /// The key set as the keys endpoint publishes it.
    #[must_use]
    pub fn set(&self, issuer: &str) -> Value {
        let (modulus, exponent) = self.pair.numbers();
        json!({"keys": [{
            "kty": "RSA",
            "use": "sig",
            "kid": self.thumbprint,
            "x5t": self.thumbprint,
            "n": modulus,
            "e": exponent,
            "x5c": [STANDARD.encode(&self.certificate)],
            "issuer": issuer,
        }]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_key_signs_another_refuses() {
        let other = Keys::generate().expect("a key");
        let token = other.sign(&json!({"a": 1}), None);
        assert_eq!(other.verified(&token).expect("claims")["a"], 1);
        assert!(Keys::embedded().verified(&token).is_none());
        assert!(other.verified(&token[..token.len() - 4]).is_none());
    }

    #[test]
    fn what_one_key_seals_another_does_not_open() {
        let other = Keys::generate().expect("a key");
        let sealed = other.seal(&json!({"user": "anna"}));
        assert!(!sealed.contains("eyJ"));
        assert_eq!(other.unseal::<Value>(&sealed), Some(json!({"user": "anna"})));
        assert!(Keys::embedded().unseal::<Value>(&sealed).is_none());
        assert!(other.unseal::<Value>(&sealed[..sealed.len() - 1]).is_none());
        assert!(other.unseal::<Value>("x").is_none());
    }

    #[test]
    fn the_set_holds_the_key_of_the_header() {
        let keys = Keys::embedded();
        let header = jsonwebtoken::decode_header(keys.sign(&json!({}), None)).expect("a header");
        let set = keys.set("https://login.microsoftonline.com/x/v2.0");
        assert_eq!(set["keys"][0]["kid"], header.kid.expect("kid"));
        assert_eq!(set["keys"][0]["x5t"], header.x5t.expect("x5t"));
        assert!(set["keys"][0]["x5c"][0].as_str().expect("x5c").len() > 500);
    }
}
