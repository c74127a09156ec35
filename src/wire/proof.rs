//! What is made anew for each request: signed assertions, and the proof that a code is ours.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use uuid::Uuid;

use crate::record::{Assertion, Signature};
use crate::secret::{Secret, SecretRef, Vault};

/// How long an assertion is good for, in seconds: as long as MSAL makes them.
const LIFE: i64 = 600;

/// Signs a client assertion with the private key in the vault (RFC 7523 section 3).
///
/// # Errors
/// A sentence, when there is no key that can sign.
pub(super) fn sign(assertion: &Assertion, vault: &Vault, now: Timestamp) -> Result<String, String> {
    let key = vault.get(SecretRef::PrivateKey).ok_or("there is no private key to sign with")?;
    let key = EncodingKey::from_rsa_pem(key.expose().as_bytes())
        .map_err(|_| "the private key can't be used to sign".to_owned())?;
    let thumbprint = Some(assertion.thumbprint.clone());
    let header = match assertion.signature {
        Signature::Ps256 => Header { x5t_s256: thumbprint, ..Header::new(Algorithm::PS256) },
        Signature::Rs256 => Header { x5t: thumbprint, ..Header::new(Algorithm::RS256) },
    };
    let now = now.as_second();
    let claims = json!({
        "aud": assertion.audience,
        "iss": assertion.client_id,
        "sub": assertion.client_id,
        "jti": Uuid::new_v4(),
        "iat": now,
        "nbf": now,
        "exp": now + LIFE,
    });
    jsonwebtoken::encode(&header, &claims, &key).map_err(|_| "signing with the private key failed".to_owned())
}

/// Puts verifier, challenge and state in, unless they are there (RFC 7636 section 4).
pub(super) fn prepare(vault: &mut Vault) {
    if vault.get(SecretRef::CodeVerifier).is_some() {
        return;
    }
    // 244 random bits each: two random UUIDs.
    let random = || format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let verifier = random();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    vault.put(SecretRef::CodeVerifier, Secret::new(verifier));
    vault.put(SecretRef::CodeChallenge, Secret::new(challenge));
    vault.put(SecretRef::State, Secret::new(random()));
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::{encoding::AsDer as _, encoding::Pkcs8V1Der, rsa::KeyPair, signature::KeyPair as _};
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_assertion_is_signed_and_names_its_key() {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("der");
        let base64 = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
        let mut vault = Vault::default();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
        vault.put(SecretRef::PrivateKey, Secret::new(pem));
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        for (signature, algorithm) in [(Signature::Ps256, Algorithm::PS256), (Signature::Rs256, Algorithm::RS256)] {
            let assertion = Assertion {
                client_id: "c".to_owned(),
                audience: "https://login.example/t/oauth2/v2.0/token".to_owned(),
                signature,
                thumbprint: "thumb".to_owned(),
            };
            let token = sign(&assertion, &vault, now).expect("signed");
            let header = jsonwebtoken::decode_header(&token).expect("a header");
            let named = if signature == Signature::Ps256 { header.x5t_s256 } else { header.x5t };
            assert_eq!((header.alg, named.as_deref()), (algorithm, Some("thumb")));
            let mut rules = Validation::new(algorithm);
            rules.set_audience(&["https://login.example/t/oauth2/v2.0/token"]);
            rules.validate_exp = false;
            let key = DecodingKey::from_rsa_der(pair.public_key().as_ref());
            let claims = jsonwebtoken::decode::<Value>(&token, &key, &rules).expect("verified").claims;
            assert_eq!((&claims["iss"], &claims["sub"]), (&json!("c"), &json!("c")));
            assert_eq!(claims["exp"].as_i64(), Some(1_800_000_600));
        }
    }

    #[test]
    fn the_challenge_is_the_hash_of_the_verifier() {
        let mut vault = Vault::default();
        prepare(&mut vault);
        let get = |vault: &Vault, name| vault.get(name).map(|s| s.expose().to_owned()).expect("a value");
        let verifier = get(&vault, SecretRef::CodeVerifier);
        assert!((43..=128).contains(&verifier.len()));
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        assert_eq!(get(&vault, SecretRef::CodeChallenge), hash);
        prepare(&mut vault);
        assert_eq!(get(&vault, SecretRef::CodeVerifier), verifier);
    }
}
