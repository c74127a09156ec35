//! Reads a file of certificate and private key, as far as a diagnosis needs it.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use jiff::Timestamp;
use p12_keystore::Pkcs12Archive;
use pkcs8::EncryptedPrivateKeyInfoRef;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::{FileFault, FileRead, pem};
use crate::record::{Certificate, CertificateFault as Fault, Format};
use crate::secret::Secret;

/// The object identifier of RSA keys, 1.2.840.113549.1.1.1, in DER.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// Those of PKCS#12's encryptions with RC2, 1.2.840.113549.1.12.1.5 and 6, without their last part.
const RC2: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];

/// What a file holds before it is judged.
#[derive(Default)]
struct Contents {
    certificates: Vec<Vec<u8>>,
    keys: Vec<Key>,
    faults: Vec<Fault>,
    detail: Option<String>,
}

/// A private key in the clear.
struct Key {
    /// As PEM.
    pem: String,
    /// The public half, as certificates hold it. `None` for a key that is no RSA key.
    public: Option<Vec<u8>>,
}

/// Reads a file. Returns what may be shown of it, and the private key as PEM where one can be used.
pub(super) fn read(file: &FileRead, password: Option<&Secret>) -> (Certificate, Option<Secret>) {
    let bytes = match file {
        Ok(bytes) => bytes,
        Err(FileFault::NotFound) => return (unusable(Fault::NotFound, None, None), None),
        Err(FileFault::Unreadable(why)) => return (unusable(Fault::Unreadable, None, Some(why.clone())), None),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return (unusable(Fault::Empty, None, None), None);
    }
    let text = String::from_utf8_lossy(bytes);
    if text.contains("-----BEGIN ") {
        return judge(Format::Pem, of_pem(&text, password));
    }
    if bytes.first() != Some(&0x30) {
        return (unusable(Fault::UnknownFormat, None, None), None);
    }
    if X509Certificate::from_der(bytes).is_ok() {
        return judge(Format::Der, Contents { certificates: vec![bytes.clone()], ..Contents::default() });
    }
    judge(Format::Pfx, of_pfx(bytes, password))
}

fn unusable(fault: Fault, format: Option<Format>, detail: Option<String>) -> Certificate {
    Certificate { faults: vec![fault], format, detail, ..Certificate::default() }
}

fn of_pem(text: &str, password: Option<&Secret>) -> Contents {
    let mut contents = Contents::default();
    for section in pem::sections(text) {
        let Some(der) = section.der else {
            // The body of an encrypted key of the old kind is base64 too.
            contents.faults.push(Fault::Damaged);
            continue;
        };
        match section.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => contents.certificates.push(der),
            "ENCRYPTED PRIVATE KEY" => match decrypt(&der, password) {
                Ok(key) => contents.keys.push(key),
                Err(fault) => contents.faults.push(fault),
            },
            _ if section.is_encrypted => {
                contents.faults.push(password.map_or(Fault::PasswordMissing, |_| Fault::EncryptionUnknown));
            }
            label if label.ends_with("PRIVATE KEY") => contents.keys.push(key(label, &der)),
            _ => {}
        }
    }
    contents
}

fn decrypt(der: &[u8], password: Option<&Secret>) -> Result<Key, Fault> {
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| Fault::EncryptionUnknown)?;
    let password = password.ok_or(Fault::PasswordMissing)?;
    let plain = encrypted.decrypt(password.expose()).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(inner) if is_unknown(&inner) => Fault::EncryptionUnknown,
        _ => Fault::PasswordWrong,
    })?;
    Ok(key("PRIVATE KEY", plain.as_bytes()))
}

const fn is_unknown(error: &pkcs8::pkcs5::Error) -> bool {
    matches!(error, pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. } | pkcs8::pkcs5::Error::NoPbes1CryptSupport)
}

fn of_pfx(bytes: &[u8], password: Option<&Secret>) -> Contents {
    let archive = match Pkcs12Archive::from_pkcs12(bytes, password.map_or("", Secret::expose)) {
        Ok(archive) => archive,
        Err(error) => {
            let fault = match error {
                p12_keystore::error::Error::MacError(_) => {
                    password.map_or(Fault::PasswordMissing, |_| Fault::PasswordWrong)
                }
                p12_keystore::error::Error::UnsupportedEncryptionScheme
                | p12_keystore::error::Error::UnsupportedMacAlgorithm => Fault::EncryptionUnknown,
                _ => Fault::Damaged,
            };
            return Contents { faults: vec![fault], detail: Some(error.to_string()), ..Contents::default() };
        }
    };
    let is_old = bytes.windows(RC2.len() + 1).any(|at| at.starts_with(&RC2) && matches!(at.last(), Some(5 | 6)));
    Contents {
        certificates: archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect(),
        keys: archive.keys.iter().map(|bag| key("PRIVATE KEY", bag.key.as_der())).collect(),
        faults: if is_old { vec![Fault::OldEncryption] } else { Vec::new() },
        detail: None,
    }
}

fn key(label: &str, der: &[u8]) -> Key {
    let pair = match label {
        "RSA PRIVATE KEY" => KeyPair::from_der(der),
        _ => KeyPair::from_pkcs8(der),
    };
    let public = pair.ok().map(|pair| pair.public_key().as_ref().to_vec());
    Key { pem: pem::write(label, der), public }
}

/// Puts certificate and key together and says what does not fit.
fn judge(format: Format, contents: Contents) -> (Certificate, Option<Secret>) {
    let Contents { certificates, keys, mut faults, detail } = contents;
    let parsed: Vec<(&Vec<u8>, X509Certificate<'_>)> =
        certificates.iter().filter_map(|der| Some((der, X509Certificate::from_der(der).ok()?.1))).collect();
    if parsed.len() < certificates.len() && parsed.is_empty() {
        faults.push(Fault::Damaged);
    } else if parsed.is_empty() && !faults.iter().any(|fault| fault.is_fatal()) {
        faults.push(Fault::NoCertificate);
    }
    let fits = |key: &&Key, certificate: &X509Certificate<'_>| {
        key.public.as_deref().is_some_and(|public| public == &*certificate.public_key().subject_public_key.data)
    };
    let pair = keys.iter().find_map(|key| Some((key, parsed.iter().find(|(_, certificate)| fits(&key, certificate))?)));
    let leaf = pair.map_or_else(|| parsed.first(), |(_, leaf)| Some(leaf));
    if keys.len() > 1 {
        faults.push(Fault::SeveralKeys);
    }
    if let (None, Some((_, certificate))) = (pair, leaf) {
        faults.extend(key_fault(&keys, certificate, &faults));
    }
    faults.sort_by_key(|fault| !fault.is_fatal());
    faults.dedup();
    let mut read = leaf.map_or_else(Certificate::default, |(der, certificate)| describe(der, certificate));
    read.key_matches = (!keys.is_empty() && leaf.is_some()).then_some(pair.is_some());
    let usable = pair.filter(|_| !faults.iter().any(|fault| fault.is_fatal()));
    let secret = usable.map(|(key, _)| Secret::new(key.pem.clone()));
    (Certificate { faults, detail, format: Some(format), ..read }, secret)
}

/// Why no key of the file is the certificate's.
fn key_fault(keys: &[Key], certificate: &X509Certificate<'_>, known: &[Fault]) -> Option<Fault> {
    let is_rsa = certificate.public_key().algorithm.algorithm.as_bytes() == RSA;
    if keys.is_empty() {
        // A key that could not be opened is there all the same.
        return known.is_empty().then_some(Fault::NoKey);
    }
    let unread = keys.iter().all(|key| key.public.is_none());
    Some(match (is_rsa, unread) {
        (false, _) => Fault::NotRsa,
        (true, true) if keys.iter().all(|key| key.pem.contains("EC PRIVATE")) => Fault::NotRsa,
        (true, true) => Fault::Damaged,
        (true, false) => Fault::ForeignKey,
    })
}

fn describe(der: &[u8], certificate: &X509Certificate<'_>) -> Certificate {
    let time = |seconds: i64| Timestamp::from_second(seconds).ok();
    let validity = certificate.validity();
    Certificate {
        subject: Some(certificate.subject().to_string().chars().take(300).collect()),
        not_before: time(validity.not_before.timestamp()),
        not_after: time(validity.not_after.timestamp()),
        thumbprint: Some(hexadecimal(digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref())),
        thumbprint_sha256: Some(hexadecimal(digest(&SHA256, der).as_ref())),
        ..Certificate::default()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests;
