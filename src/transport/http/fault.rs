//! What a failed request tells by its error alone.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::CertificateError;

use super::trust::Refused;
use super::words;
use crate::record::{Fault, Times};

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of the reply was not there yet.
    Head,
    /// The body was being read.
    Body,
}

/// What is known of a failure.
#[derive(Debug)]
pub(super) struct Finding {
    /// What happened.
    pub(super) fault: Fault,
    /// The issuer of a certificate that was refused.
    pub(super) issuer: Option<String>,
    /// The words of the libraries, neither redacted nor bounded.
    pub(super) detail: String,
    /// Whether it happened before TLS spoke, where another word with the peer tells more.
    pub(super) is_before_tls: bool,
}

impl Finding {
    /// Reads an error. `times`: how far the connection came.
    pub(super) fn of(error: &reqwest::Error, phase: Phase, times: &Times) -> Self {
        let links = words::links(error);
        let tls = links.iter().find_map(|link| link.downcast_ref::<rustls::Error>());
        let fault = match tls {
            Some(tls) => tls_fault(tls),
            None if error.is_builder() => Fault::NotSendable,
            None if error.is_dns() => Fault::NameNotFound,
            None if error.is_connect() => connect_fault(error, &links, times),
            None if error.is_timeout() && phase == Phase::Head => head_timeout(times),
            None if error.is_timeout() => Fault::BodyTimeout,
            None => reply_fault(&links),
        };
        let refused = tls.and_then(refused);
        Self {
            fault,
            issuer: refused.and_then(|refused| refused.issuer.clone()),
            // rustls shows the refusal as a Rust value.
            detail: refused.map_or_else(|| words::chain(error), |refused| format!("invalid certificate: {refused}")),
            is_before_tls: tls.is_none() && error.is_connect(),
        }
    }
}

fn refused(error: &rustls::Error) -> Option<&Refused> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

fn tls_fault(error: &rustls::Error) -> Fault {
    use CertificateError as Reason;
    let Some(refused) = refused(error) else { return Fault::TlsFailed };
    match refused.reason {
        Reason::Expired | Reason::ExpiredContext { .. } | Reason::NotValidYet | Reason::NotValidYetContext { .. } => {
            Fault::ExpiredCertificate
        }
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => Fault::WrongCertificateName,
        _ => Fault::UntrustedCertificate,
    }
}

/// The step at which the time was up before a reply began.
const fn head_timeout(times: &Times) -> Fault {
    match times {
        Times { reply: Some(_), .. } => Fault::ReplyTimeout,
        Times { tls: Some(_), .. } => Fault::TlsTimeout,
        Times { connection: None, proxy: None, dns: Some(_), .. } => Fault::NameTimeout,
        _ => Fault::ConnectTimeout,
    }
}

/// A connection that was not made.
fn connect_fault(error: &reqwest::Error, links: &[&(dyn Error + 'static)], times: &Times) -> Fault {
    match io_kind(links) {
        Some(ErrorKind::TimedOut) => Fault::ConnectTimeout,
        _ if error.is_timeout() => head_timeout(times),
        Some(ErrorKind::ConnectionRefused) => Fault::Refused,
        Some(kind) if is_reset(kind) => Fault::Reset,
        Some(ErrorKind::UnexpectedEof) => Fault::Closed,
        _ => Fault::Unreachable,
    }
}

fn reply_fault(links: &[&(dyn Error + 'static)]) -> Fault {
    let http = links.iter().find_map(|link| link.downcast_ref::<hyper::Error>());
    match io_kind(links) {
        Some(kind) if is_reset(kind) => Fault::Reset,
        // A chunk of a body whose length cannot be read.
        Some(ErrorKind::InvalidInput | ErrorKind::InvalidData) => Fault::NotHttp,
        _ if http.is_some_and(hyper::Error::is_parse) => Fault::NotHttp,
        _ => Fault::Closed,
    }
}

/// The kind of the innermost input or output error that has one.
fn io_kind(links: &[&(dyn Error + 'static)]) -> Option<ErrorKind> {
    let kinds = links.iter().rev().filter_map(|link| link.downcast_ref::<io::Error>()).map(io::Error::kind);
    kinds.into_iter().find(|kind| *kind != ErrorKind::Other)
}

const fn is_reset(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe)
}
