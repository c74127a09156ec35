//! Which certificates are trusted, and what is remembered of one that is not.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier as Platform;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{HttpError, trace, words};

/// At most this many characters of an issuer are kept.
const MAX_ISSUER: usize = 200;

/// TLS for clients: what the system trusts, and the certificates of this PEM file beside it.
///
/// # Errors
/// When the file holds no certificate, or one that cannot be read.
pub(in crate::transport) fn client_config(ca_file: Option<&[u8]>) -> Result<ClientConfig, HttpError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new(ca_file, Arc::clone(&provider))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpError::Client(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.resumption = trace::sessions();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// A certificate that was refused: why, and who issued it. It travels in the error chain of the connection.
#[derive(Debug)]
pub(super) struct Refused {
    /// Why.
    pub(super) reason: CertificateError,
    /// The issuer that the certificate names, printable. Absent when the certificate cannot be read.
    pub(super) issuer: Option<String>,
    /// Whether this machine trusts no authority at all.
    without_roots: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if self.without_roots {
            f.write_str(" (this machine has no certificate authorities to trust)")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

/// Asks the platform. What it refuses stays refused; the refusal is told with the issuer.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Absent on a machine without any authority: nothing is trusted, and the server that was met can still be told.
    platform: Option<Platform>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// Trusts what the platform trusts (or `SSL_CERT_FILE`) and the certificates of this PEM file.
    fn new(ca_file: Option<&[u8]>, provider: Arc<CryptoProvider>) -> Result<Self, HttpError> {
        let platform = match ca_file {
            None => Platform::new(Arc::clone(&provider)).ok(),
            Some(pem) => {
                let extra = certificates(pem)?;
                let platform = Platform::new_with_extra_roots(extra, Arc::clone(&provider));
                Some(platform.map_err(|error| HttpError::BadCertificate(error.to_string()))?)
            }
        };
        Ok(Self { platform, provider })
    }

    fn refused(&self, reason: CertificateError, certificate: &[u8]) -> rustls::Error {
        let refused = Refused { reason, issuer: issuer(certificate), without_roots: self.platform.is_none() };
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(platform) = &self.platform else {
            return Err(self.refused(CertificateError::UnknownIssuer, end_entity));
        };
        match platform.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(reason)) => Err(self.refused(reason, end_entity)),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| HttpError::BadCertificate(error.to_string()))?;
    if certificates.is_empty() { Err(HttpError::NoCertificate) } else { Ok(certificates) }
}

fn issuer(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let issuer = words::one_line(&certificate.issuer().to_string(), MAX_ISSUER);
    (!issuer.is_empty()).then_some(issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_without_a_certificate_is_refused() {
        for text in ["", "not PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert!(matches!(client_config(Some(text.as_bytes())), Err(HttpError::NoCertificate)), "{text}");
        }
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_refused() {
        for text in [
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ] {
            assert!(matches!(client_config(Some(text.as_bytes())), Err(HttpError::BadCertificate(_))), "{text}");
        }
    }

    #[test]
    fn without_authorities_nothing_is_trusted() {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let name = ServerName::try_from("localhost").expect("a name");
        let verifier = Verifier { platform: None, provider };
        let verdict = verifier.verify_server_cert(key.cert.der(), &[], &name, &[], UnixTime::now());
        let error = format!("{:?}", verdict.expect_err("refused"));
        assert!(error.contains("without_roots: true") && error.contains("rcgen self signed cert"), "{error}");
    }
}
