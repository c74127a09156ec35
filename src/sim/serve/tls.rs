//! The certificates of the served tenant: an authority that clients are told to trust, and a leaf.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use super::super::faults::{Faults, Kind};
use super::ServeError;
use crate::cloud;

/// The names that the leaf is for beside Microsoft's, for clients that keep those: loopback, and embedded reports.
const NAMES: [&str; 5] = ["127.0.0.1", "::1", "localhost", "*.powerbi.com", "*.analysis.windows.net"];
/// How long the certificates are valid, in days. Clients refuse leaves of more than about a year.
const DAYS: i64 = 90;

/// What the server shows, and what its clients are told.
pub(super) struct Certificates {
    /// The authority that clients are told to trust, as PEM.
    pub(super) authority: String,
    /// The server's side of TLS.
    pub(super) config: Arc<ServerConfig>,
}

/// New certificates, valid from the day before `now`. A foreign authority signs the leaf where the scenario wants it:
/// then clients are told of another one. Where connections are reset, requests share none: the real services have hosts
/// of their own, and what is done to one leaves the others alone.
pub(super) fn certificates(now: Timestamp, faults: &Faults) -> Result<Certificates, ServeError> {
    let told = authority("pbiauth simulator CA", now)?;
    let signer = if faults.plan(Kind::ForeignCa) { Some(authority("Contoso Proxy CA", now)?) } else { None };
    let key = KeyPair::generate()?;
    let leaf = leaf(now)?.signed_by(&key, signer.as_ref().unwrap_or(&told))?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|e| rustls::Error::General(e.to_owned()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)?;
    let protocols: &[&[u8]] = if faults.plan(Kind::Reset) { &[b"http/1.1"] } else { &[b"h2", b"http/1.1"] };
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(Certificates { authority: told.pem(), config: Arc::new(config) })
}

fn authority(name: &str, now: Timestamp) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = params(name, now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = params("pbiauth simulator", now)?;
    let names: BTreeSet<String> = NAMES.into_iter().chain(cloud::hosts()).map(str::to_owned).collect();
    params.subject_alt_names = CertificateParams::new(names.into_iter().collect::<Vec<_>>())?.subject_alt_names;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn params(name: &str, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new([])?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // Newer Python versions demand key identifiers on both.
    params.use_authority_key_identifier_extension = true;
    let (first, last) = (day(now, -1), day(now, DAYS));
    params.not_before = date_time_ymd(first.0, first.1, first.2);
    params.not_after = date_time_ymd(last.0, last.1, last.2);
    Ok(params)
}

/// Year, month and day so many days from a time.
fn day(now: Timestamp, days: i64) -> (i32, u8, u8) {
    let date = Offset::UTC.to_datetime(now).date().saturating_add(Span::new().days(days));
    (date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
}
