//! Faults of the network in a text: a library's words for what came in the place of an answer.

use super::clause::is_asked;
use super::host::{Host, host};
use crate::evidence::network::{Network, Peer};
use crate::pattern::{Pattern, pattern};
use crate::record::{Fault, Service};

/// A library's words, and the fault that they stand for.
static FAULTS: [(Fault, Pattern); 10] = [
    (Fault::ExpiredCertificate, pattern!(r"(?i)certificate has expired|CERT_HAS_EXPIRED|certificate is not yet valid")),
    (
        Fault::WrongCertificateName,
        pattern!(
            r"(?i)hostname mismatch|ERR_TLS_CERT_ALTNAME_INVALID|doesn't match either of|certificate is valid for [ -~]{1,80}, not ",
        ),
    ),
    (
        Fault::UntrustedCertificate,
        pattern!(
            r"(?i)CERTIFICATE_VERIFY_FAILED|certificate verify failed|self[- ]signed certificate|unable to get (?:local )?issuer certificate|UNABLE_TO_GET_ISSUER_CERT|unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF|unknown authority|PKIX path building failed|RemoteCertificate(?:ChainErrors|NotTrusted)|could not establish trust relationship|errors in the certificate chain|remote certificate is invalid|\bPartialChain\b|\bUntrustedRoot\b",
        ),
    ),
    (
        Fault::TlsFailed,
        pattern!(
            r"(?i)WRONG_VERSION_NUMBER|SSLV3_ALERT_HANDSHAKE_FAILURE|\bEPROTO\b|handshake failure|could not create SSL/TLS secure channel",
        ),
    ),
    (Fault::ProxyAuthentication, pattern!(r"(?i)407 Proxy Authentication|proxy authentication required")),
    (
        Fault::NameNotFound,
        pattern!(
            r"(?i)no such host|\bENOTFOUND\b|getaddrinfo|Name or service not known|nodename nor servname|Temporary failure in name resolution|NameResolutionError|could not resolve host|remote name could not be resolved|NXDOMAIN|Non-existent domain|\.(?:com|net|us|cn) (?:(?:can.?t|cannot|could not|couldn.t) be resolved|(?:does not|doesn.t|will not|won.t) resolve)",
        ),
    ),
    (Fault::Refused, pattern!(r"(?i)\bECONNREFUSED\b|connection refused|actively refused")),
    (Fault::Unreachable, pattern!(r"(?i)\b(?:ENETUNREACH|EHOSTUNREACH)\b|network is unreachable|no route to host")),
    (
        Fault::ConnectTimeout,
        pattern!(
            r"(?i)\bETIMEDOUT\b|ConnectTimeout|connection timed out|connect timed out|i/o timeout|connection attempt failed because the connected party did not",
        ),
    ),
    (
        Fault::Reset,
        pattern!(r"(?i)\bECONNRESET\b|connection reset by peer|connection was forcibly closed|RemoteDisconnected"),
    ),
];

static NAME: Pattern = pattern!(
    r"(?i)\b(?:https?://|host=['\x22]?|host:? ?['\x22]?|lookup |ENOTFOUND |Resolving |resolve host:? )?((?:[a-z0-9-]+\.)+(?:com|net|us|cn|de|org|io|example))\b",
);

/// What stood in the way of the services, where a text tells of it. `None` where it does not.
pub(super) fn network(text: &str) -> Option<Network> {
    let (fault, found) = FAULTS.iter().find_map(|(fault, words)| Some((*fault, words.find(text)?)))?;
    if is_asked(text, found.start()) {
        return None;
    }
    let from = super::floor(text, found.start().saturating_sub(600));
    let near = &text[from..super::boundary(text, found.end() + 600)];
    let (name, service) = nearest(near, found.start() - from)?;
    let words = &text[found.start()..super::boundary(text, found.end() + 120)];
    let peer = Peer {
        service,
        host: name,
        fault: Some(fault),
        failure: Some(fault.words().to_owned()),
        layer: Some(fault.layer().to_owned()),
        issuer: None,
        proxy: None,
        detail: Some(words.lines().next().unwrap_or_default().trim().to_owned()),
        answered_by: None,
        status: None,
        location: None,
        server: None,
        failing: None,
        ms: None,
        times: None,
        took: None,
        exchange: 0,
    };
    Some(Network { peers: Some(vec![peer]), ..Network::default() })
}

/// The host that stands nearest to a library's words, where it is a service's.
fn nearest(text: &str, at: usize) -> Option<(String, Service)> {
    // A name that goes on is a package's: javax.net.ssl.
    let goes_on =
        |end: usize| text[end..].strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let names = NAME.captures_iter(text).filter_map(|found| found.get(1)).filter(|name| !goes_on(name.end()));
    let name =
        names.min_by_key(|name| if name.start() < at { at.saturating_sub(name.end()) } else { name.start() - at })?;
    Some((name.as_str().to_owned(), service_of(name.as_str())?))
}

fn service_of(name: &str) -> Option<Service> {
    match host(name) {
        Host::Service(service) => Some(service),
        Host::Rendering => Some(Service::PowerBi),
        // A login host that is mistyped.
        _ if name.to_ascii_lowercase().starts_with("login.micro") => Some(Service::Entra),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Fault, Service)> {
        let peer = network(text)?.peers?.remove(0);
        Some((peer.fault?, peer.service))
    }

    #[test]
    fn a_code_that_ends_like_a_fault_is_none() {
        assert_eq!(read("GET https://api.fabric.microsoft.com/v1/workspaces/x: WorkspaceNotFound"), None);
    }

    #[test]
    fn libraries_words_for_faults_are_known() {
        let cases = [
            (
                "SSLError: HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded (Caused by SSLError(certificate verify failed))",
                Fault::UntrustedCertificate,
                Service::Entra,
            ),
            ("Error: getaddrinfo ENOTFOUND api.powerbi.com", Fault::NameNotFound, Service::PowerBi),
            ("dial tcp: lookup api.fabric.microsoft.com: no such host", Fault::NameNotFound, Service::Fabric),
            (
                "connect ECONNREFUSED 10.0.0.1:443 for https://login.microsoftonline.com/x",
                Fault::Refused,
                Service::Entra,
            ),
        ];
        for (text, fault, service) in cases {
            assert_eq!(read(text), Some((fault, service)), "{text}");
        }
        assert_eq!(read("getaddrinfo ENOTFOUND registry.example"), None);
    }
}
