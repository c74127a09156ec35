//! The key that the simulated Entra signs with.

use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber};
use serde_json::{Map, Value, json};
use thiserror::Error;

/// A key for runs in process: its tokens are of worth to the simulated services alone.
const EMBEDDED: &str = include_str!("key.pem");

/// An RSA key of 2048 bits with its certificate.
pub struct Keys {
    signing: EncodingKey,
    checking: DecodingKey,
    /// The certificate's SHA-1 thumbprint, as `x5t` and as `kid`.
    thumbprint: String,
    modulus: String,
    exponent: String,
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

    /// A new key. Takes 60 to 190 ms.
    ///
    /// # Errors
    /// When the crypto library makes none.
    pub fn generate() -> Result<Self, KeysError> {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).map_err(|e| KeysError(e.to_string()))?;
        Self::from_pem(&pair.serialize_pem())
    }

    fn from_pem(pem: &str) -> Result<Self, KeysError> {
        let wrong = |e: &dyn fmt::Display| KeysError(e.to_string());
        let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|e| wrong(&e))?;
        let jwk = Jwk::from_encoding_key(&signing, Algorithm::RS256).map_err(|e| wrong(&e))?;
        let AlgorithmParameters::RSA(public) = jwk.algorithm else {
            return Err(KeysError("not an RSA key".to_owned()));
        };
        let checking = DecodingKey::from_rsa_components(&public.n, &public.e).map_err(|e| wrong(&e))?;
        let certificate = certificate(pem).map_err(|e| wrong(&e))?;
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
        let thumbprint = URL_SAFE_NO_PAD.encode(thumbprint);
        Ok(Self { signing, checking, thumbprint, modulus: public.n, exponent: public.e, certificate })
    }

    /// Signs claims: an RS256 JSON Web Token whose header has `x5t` and `kid`, as version 1.0 tokens do.
    ///
    /// # Panics
    /// Never: a key is only held after it was read, and a sound one signs any JSON.
    #[must_use]
    pub fn sign(&self, claims: &Value, nonce: Option<String>) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.thumbprint.clone());
        header.x5t = Some(self.thumbprint.clone());
        header.nonce = nonce;
        jsonwebtoken::encode(&header, claims, &self.signing).expect("a sound RSA key signs any JSON")
    }

    /// The claims of a token that this key has signed. `None` for any other text.
    #[must_use]
    pub fn verified(&self, token: &str) -> Option<Map<String, Value>> {
        let mut rules = Validation::new(Algorithm::RS256);
        // Audience and times are the services' to judge.
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        jsonwebtoken::decode(token, &self.checking, &rules).ok().map(|data| data.claims)
    }

    /// The key set as the keys endpoint publishes it.
    #[must_use]
    pub fn set(&self, issuer: &str) -> Value {
        json!({"keys": [{
            "kty": "RSA",
            "use": "sig",
            "kid": self.thumbprint,
            "x5t": self.thumbprint,
            "n": self.modulus,
            "e": self.exponent,
            "x5c": [STANDARD.encode(&self.certificate)],
            "issuer": issuer,
        }]})
    }
}

/// A certificate that says nothing: clients look at its key alone. All in it is fixed, so that it depends on the key.
fn certificate(pem: &str) -> Result<Vec<u8>, rcgen::Error> {
    let key = KeyPair::from_pem(pem)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "accounts.accesscontrol.windows.net");
    params.serial_number = Some(SerialNumber::from_slice(&[1]));
    Ok(params.self_signed(&key)?.der().to_vec())
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
    fn the_set_holds_the_key_of_the_header() {
        let keys = Keys::embedded();
        let header = jsonwebtoken::decode_header(keys.sign(&json!({}), None)).expect("a header");
        let set = keys.set("https://login.microsoftonline.com/x/v2.0");
        assert_eq!(set["keys"][0]["kid"], header.kid.expect("kid"));
        assert_eq!(set["keys"][0]["x5t"], header.x5t.expect("x5t"));
        assert!(set["keys"][0]["x5c"][0].as_str().expect("x5c").len() > 500);
    }
}
