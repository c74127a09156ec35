//! Files of certificates in every form in which they come.

use super::*;

/// The password of every file in `tests/certificates` that has one.
const PASSWORD: &str = "made-up-password";

fn file(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name);
    std::fs::read(path).expect("a certificate file")
}

fn read_with(bytes: Vec<u8>, password: Option<&str>) -> (Certificate, Option<Secret>) {
    read(&Ok(bytes), password.map(Secret::new).as_ref())
}

#[test]
fn certificate_and_key_are_found_in_any_form() {
    let cases = [
        ("plain.pem", None, Format::Pem),
        ("pkcs1.pem", None, Format::Pem),
        ("encrypted.pem", Some(PASSWORD), Format::Pem),
        ("aes.pfx", Some(PASSWORD), Format::Pfx),
        ("des.pfx", Some(PASSWORD), Format::Pfx),
        ("no-password.pfx", None, Format::Pfx),
    ];
    for (name, password, format) in cases {
        let (certificate, key) = read_with(file(name), password);
        assert_eq!((certificate.faults.as_slice(), certificate.format), (&[][..], Some(format)), "{name}");
        assert_eq!(certificate.key_matches, Some(true), "{name}");
        assert_eq!(certificate.subject.as_deref(), Some("CN=Sales portal"), "{name}");
        assert_eq!(certificate.thumbprint.as_deref().map(str::len), Some(40));
        assert_eq!(certificate.thumbprint_sha256.as_deref().map(str::len), Some(64));
        let key = key.expect(name);
        assert!(jsonwebtoken::EncodingKey::from_rsa_pem(key.expose().as_bytes()).is_ok(), "{name}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("encrypted.pem", None, Fault::PasswordMissing),
        ("encrypted.pem", Some("another"), Fault::PasswordWrong),
        ("encrypted-old.pem", None, Fault::PasswordMissing),
        ("encrypted-old.pem", Some(PASSWORD), Fault::EncryptionUnknown),
        ("aes.pfx", None, Fault::PasswordMissing),
        ("aes.pfx", Some("another"), Fault::PasswordWrong),
        ("no-key.pem", None, Fault::NoKey),
        ("no-certificate.pem", None, Fault::NoCertificate),
        ("foreign-key.pem", None, Fault::ForeignKey),
        ("elliptic.pem", None, Fault::NotRsa),
        ("bare.cer", None, Fault::NoKey),
    ];
    for (name, password, fault) in cases {
        let (certificate, key) = read_with(file(name), password);
        assert_eq!(certificate.faults, [fault], "{name}");
        assert!(key.is_none() && fault.is_fatal(), "{name}");
    }
}

#[test]
fn what_others_may_trip_over_is_read_and_said() {
    for (name, password, fault) in
        [("rc2.pfx", Some(PASSWORD), Fault::OldEncryption), ("two-keys.pem", None, Fault::SeveralKeys)]
    {
        let (certificate, key) = read_with(file(name), password);
        assert_eq!((certificate.faults.as_slice(), certificate.key_matches), (&[fault][..], Some(true)), "{name}");
        assert!(key.is_some(), "{name}");
    }
}

#[test]
fn what_is_no_certificate_file_is_said() {
    let cases: [(&[u8], Fault); 6] = [
        (b"", Fault::Empty),
        (b" \n", Fault::Empty),
        (b"not a certificate", Fault::UnknownFormat),
        (b"\x30\x82\xff\xff", Fault::Damaged),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", Fault::Damaged),
        (b"-----BEGIN CERTIFICATE-----\n", Fault::NoCertificate),
    ];
    for (bytes, fault) in cases {
        let (certificate, key) = read_with(bytes.to_vec(), None);
        assert_eq!(certificate.faults, [fault], "{bytes:?}");
        assert!(key.is_none());
    }
    assert_eq!(read(&Err(FileFault::Unreadable("no".to_owned())), None).0.faults, [Fault::Unreadable]);
}

#[test]
fn a_damaged_file_is_read_without_a_panic() {
    for name in ["plain.pem", "aes.pfx", "des.pfx", "rc2.pfx", "encrypted.pem"] {
        let whole = file(name);
        for at in (0..whole.len()).step_by(37) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let _ = read_with(bytes, Some(PASSWORD));
            let _ = read_with(whole[..at].to_vec(), Some(PASSWORD));
        }
    }
}
