//! The certificates of a scenario: made, read from text, or known by their thumbprints.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::pair::Pair;
use super::scenario::Scenario;
use super::world::Certificate;

impl Scenario {
    /// Makes the certificates that the scenario gives by their validity, as of a time of the caller's clock, and reads
    /// those that it gives as text.
    ///
    /// # Errors
    /// A sentence that names the first certificate that says too little, too much, or nothing that can be read.
    pub fn issue_certificates(&mut self, now: Timestamp) -> Result<(), String> {
        let now = self.clock.service_time(now);
        for (name, certificate) in &mut self.world.certificates {
            certificate.der = issued(name, certificate, now).map_err(|why| format!("certificates.{name}: {why}"))?;
        }
        Ok(())
    }
}

fn issued(name: &str, certificate: &Certificate, now: Timestamp) -> Result<Vec<u8>, String> {
    match (&certificate.pem, &certificate.thumbprint, certificate.starts.zip(certificate.ends)) {
        (None, None, Some((starts, ends))) => {
            let made = Pair::client().certificate(name, Some((starts.after(now), ends.after(now))));
            made.map_err(|error| error.to_string())
        }
        (Some(pem), None, None) => {
            let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).map_err(|error| error.to_string())?;
            pem.parse_x509().map_err(|error| error.to_string())?;
            Ok(pem.contents)
        }
        (None, Some(thumbprint), _) if is_thumbprint(thumbprint) => Ok(Vec::new()),
        (None, Some(_), _) => Err("a thumbprint has 40 hexadecimal digits".to_owned()),
        _ => Err("it is given by starts and ends, by pem or by thumbprint".to_owned()),
    }
}

fn is_thumbprint(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Certificate {
    /// Whether a thumbprint in the header of an assertion is this certificate's: SHA-1 or SHA-256 of it, by length.
    #[must_use]
    pub fn has_thumbprint(&self, bytes: &[u8]) -> bool {
        if let Some(known) = &self.thumbprint {
            return known.eq_ignore_ascii_case(&hex(bytes));
        }
        let algorithm = if bytes.len() == 20 { &digest::SHA1_FOR_LEGACY_USE_ONLY } else { &digest::SHA256 };
        digest::digest(algorithm, &self.der).as_ref() == bytes
    }
}

/// Bytes as hexadecimal digits in capitals, as Entra prints thumbprints.
#[must_use]
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A certificate as PEM.
#[must_use]
pub(super) fn text(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for line in base64.as_bytes().chunks(64) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}
