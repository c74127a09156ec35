//! RSA key pairs, and the certificates that bear their public halves.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use rcgen::{CertificateParams, DnType, KeyPair, SerialNumber};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What a client of the simulated tenant signs its assertions with.
const CLIENT: &str = include_str!("client.pem");
/// What the simulated identity providers outside of Entra sign their tokens with.
const ISSUER: &str = include_str!("issuer.pem");

/// An RSA key of 2048 bits.
pub(super) struct Pair {
    pem: String,
    signing: EncodingKey,
    public: Public,
    modulus: String,
    exponent: String,
}

/// The public half of a key: it checks signatures.
pub(super) struct Public(DecodingKey);

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair").field("modulus", &self.modulus).finish_non_exhaustive()
    }
}

impl Pair {
    /// The key of the caller's certificates.
    #[must_use]
    pub(super) fn client() -> &'static Self {
        static PAIR: LazyLock<Pair> = LazyLock::new(|| embedded(CLIENT));
        &PAIR
    }

    /// The key of the identity providers outside of Entra.
    #[must_use]
    pub(super) fn issuer() -> &'static Self {
        static PAIR: LazyLock<Pair> = LazyLock::new(|| embedded(ISSUER));
        &PAIR
    }

    /// Reads a key.
    ///
    /// # Errors
    /// A sentence, when the text is no PEM of an RSA key.
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|e| e.to_string())?;
        let jwk = Jwk::from_encoding_key(&signing, Algorithm::RS256).map_err(|e| e.to_string())?;
        let AlgorithmParameters::RSA(public) = jwk.algorithm else { return Err("not an RSA key".to_owned()) };
        let checking = DecodingKey::from_rsa_components(&public.n, &public.e).map_err(|e| e.to_string())?;
        Ok(Self { pem: pem.to_owned(), signing, public: Public(checking), modulus: public.n, exponent: public.e })
    }

    /// Signs claims: a JSON Web Token.
    ///
    /// # Panics
    /// Never: a key is only held after it was read, and a sound one signs any JSON.
    #[must_use]
    pub(super) fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.signing).expect("a sound RSA key signs any JSON")
    }

    /// The private key as PEM.
    #[must_use]
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// The public half.
    #[must_use]
    pub(super) const fn public(&self) -> &Public {
        &self.public
    }

    /// Modulus and exponent, base64url.
    #[must_use]
    pub(super) fn numbers(&self) -> (&str, &str) {
        (&self.modulus, &self.exponent)
    }

    /// A certificate of this key that it has signed itself, as DER. Everything in it is fixed, so that it depends on
    /// the key, the name and the times alone.
    ///
    /// # Errors
    /// When the crypto library makes none.
    pub(super) fn certificate(
        &self,
        name: &str,
        validity: Option<(Timestamp, Timestamp)>,
    ) -> Result<Vec<u8>, rcgen::Error> {
        let key = KeyPair::from_pem(&self.pem)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from_slice(&[1]));
        if let Some((first, last)) = validity {
            let date = |time: Timestamp| {
                let seconds = u64::try_from(time.as_second()).unwrap_or_default();
                rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds)
            };
            (params.not_before, params.not_after) = (date(first), date(last));
        }
        Ok(params.self_signed(&key)?.der().to_vec())
    }
}

fn embedded(pem: &str) -> Pair {
    Pair::from_pem(pem).expect("the embedded keys are RSA keys")
}

impl Public {
    /// The key of a certificate. `None` for what is no certificate of an RSA key.
    #[must_use]
    pub(super) fn of_certificate(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let key = certificate.public_key();
        matches!(key.parsed(), Ok(x509_parser::public_key::PublicKey::RSA(_))).then_some(())?;
        Some(Self(DecodingKey::from_rsa_der(&key.subject_public_key.data)))
    }

    /// Whether this key's private half has signed the token, by the named algorithm.
    #[must_use]
    pub(super) fn has_signed(&self, token: &str, algorithm: Algorithm) -> bool {
        token.rsplit_once('.').is_some_and(|(message, signature)| {
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.0, algorithm).unwrap_or(false)
        })
    }
}

/// A part of a token, decoded. `None` for what is no base64url of JSON.
#[must_use]
pub(super) fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
