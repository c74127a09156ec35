//! The files that the caller has: a certificate with its key, and another issuer's token.

use jiff::Timestamp;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use serde::Deserialize;

use super::super::certificate;
use super::super::pair::Pair;
use super::super::scenario::Scenario;
use super::super::token;
use super::cut;

/// The password of a file that has one.
const PASSWORD: &str = "made-up-Passw0rd-of-the-file";
/// Nothing is kept under it that needs more.
const ITERATIONS: u32 = 2048;

/// What the file of a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// Key and certificate, as PEM.
    #[default]
    Pair,
    /// The certificate without its key, as PEM.
    CertificateAlone,
    /// The certificate and the key of another one, as PEM.
    AnotherKey,
    /// Key and certificate, as PFX under the password `made-up-Passw0rd-of-the-file`.
    UnderPassword,
    /// Nothing.
    Nothing,
}

/// A file that the caller has, and the variable that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallersFile {
    /// The variable that holds its path.
    pub variable: &'static str,
    /// Its name, without a folder.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Scenario {
    /// The files that the caller has, at a time of its clock. [`Scenario::environment`] names them as if they lay in the
    /// working folder.
    #[must_use]
    pub fn files(&self, now: Timestamp) -> Vec<CallersFile> {
        let token = self.caller.federated.as_ref().map(|token| {
            let now = self.clock.service_time(now);
            let (from, until) = (token.age.before(now), token.ends.after(now));
            let text = token::external(&token.issuer, &token.subject, &token.audience, from, until);
            let bytes = cut(&text, token.cut).into_bytes();
            CallersFile { variable: "AZURE_FEDERATED_TOKEN_FILE", name: "federated.jwt", bytes }
        });
        self.certificate_file().into_iter().chain(token).collect()
    }

    fn certificate_file(&self) -> Option<CallersFile> {
        let der = &self.world.certificates.get(self.caller.certificate.as_ref()?)?.der;
        let with_key = |key: &str| format!("{}\n{}", key.trim_end(), certificate::text(der)).into_bytes();
        let holding = self.caller.certificate_file;
        let bytes = match holding {
            Holding::Pair => with_key(Pair::client().pem()),
            Holding::CertificateAlone => certificate::text(der).into_bytes(),
            Holding::AnotherKey => with_key(Pair::issuer().pem()),
            Holding::UnderPassword => pfx(der, Pair::client().pem()),
            Holding::Nothing => Vec::new(),
        };
        let name = if holding == Holding::UnderPassword { "client.pfx" } else { "client.pem" };
        Some(CallersFile { variable: "AZURE_CLIENT_CERTIFICATE_PATH", name, bytes })
    }
}

/// Key and certificate under the password. Its salts are new each time.
fn pfx(certificate: &[u8], key: &str) -> Vec<u8> {
    let written = || {
        let (_, key) = x509_parser::pem::parse_x509_pem(key.as_bytes()).ok()?;
        let key = PrivateKey::from_der(&key.contents).ok()?;
        let chain = PrivateKeyChain::new("1", key, [Certificate::from_der(certificate).ok()?]);
        let mut store = KeyStore::new();
        store.add_entry("client", KeyStoreEntry::PrivateKeyChain(chain));
        store.writer(PASSWORD).encryption_iterations(ITERATIONS).mac_iterations(ITERATIONS).write().ok()
    };
    written().expect("the embedded key and a certificate of the simulator's make a PFX")
}
