//! Who answered, and what stood in the way.

use schemars::JsonSchema;
use serde::Serialize;

use crate::record::{Body, Exchange, Fault, Method, Outcome, Record, Reply, Service, Times};

/// The network path to the services.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Network {
    /// One entry for each service that was called, with the worst thing that happened.
    pub peers: Option<Vec<Peer>>,
    /// Whether a service itself answered at least once.
    pub any_answer: Option<bool>,
    /// How far this machine's clock is ahead of the services' (negative: behind), in seconds.
    pub clock_skew_seconds: Option<i64>,
    /// The same without its sign.
    pub clock_off_seconds: Option<i64>,
}

/// A service that was called, and what happened.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Peer {
    /// The service.
    pub service: Service,
    /// Its host, with the port where it is not 443.
    pub host: String,
    /// What went wrong. Absent if a response came.
    pub fault: Option<Fault>,
    /// The same in words that follow the host's name.
    pub failure: Option<String>,
    /// The layer that failed: DNS, connection, TLS, proxy, time-out, protocol.
    pub layer: Option<String>,
    /// The issuer of a certificate that isn't trusted.
    pub issuer: Option<String>,
    /// The proxy that was used.
    pub proxy: Option<String>,
    /// The error in the words of the system or library.
    pub detail: Option<String>,
    /// Who answered: the service, or something in its place.
    pub answered_by: Option<Replier>,
    /// The response's HTTP status.
    pub status: Option<u16>,
    /// Where a response redirects the caller to, if the response isn't from the service.
    pub location: Option<String>,
    /// What the server that answered calls itself (`Server`, `Via`), if it isn't the service.
    pub server: Option<String>,
    /// Whether the last response to every request was a server error (5xx).
    pub failing: Option<bool>,
    /// Milliseconds until the response was complete or the request was abandoned.
    pub ms: Option<u64>,
    /// How long each step took. Absent if that wasn't measured.
    pub times: Option<Times>,
    /// The same in words: the steps that were reached. The last one is the one that failed.
    pub took: Option<String>,
    /// The exchange that this was read from.
    pub exchange: usize,
}

/// Who answered: the service itself, or something in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Replier {
    /// The service.
    Service,
    /// A proxy, portal or firewall.
    Other,
}

/// Reads the way to the services from the exchanges of a run.
#[must_use]
pub fn read(record: &Record) -> Network {
    let peers: Vec<Peer> = [Service::Entra, Service::PowerBi, Service::Fabric]
        .into_iter()
        .filter_map(|service| peer(record, service))
        .collect();
    let skew = clock_skew(record);
    Network {
        any_answer: Some(peers.iter().any(|p| p.answered_by == Some(Replier::Service)) || others_answered(record)),
        peers: (!peers.is_empty()).then_some(peers),
        clock_skew_seconds: skew,
        clock_off_seconds: skew.map(i64::abs),
    }
}

/// Whether somebody answered who is no peer but gives tokens: an identity's endpoint, an issuer, the Azure CLI.
fn others_answered(record: &Record) -> bool {
    let is_peer = |service| matches!(service, Service::Entra | Service::PowerBi | Service::Fabric);
    record.exchanges.iter().any(|e| !is_peer(e.request.service) && e.reply().is_some())
}

/// Who sent a reply to a request to this service.
///
/// Every reply of Power BI and Fabric bears a request id, as every reply of Entra does; a page of HTML without one is
/// somebody else's (inferred: no source describes a reply of the service without it).
#[must_use]
pub fn replier(service: Service, reply: &Reply) -> Replier {
    let marked = match service {
        Service::Entra => reply.header("x-ms-request-id").is_some() || reply.header("x-ms-ests-server").is_some(),
        Service::PowerBi | Service::Fabric => reply.header("requestid").is_some(),
        Service::ManagedIdentity | Service::TokenIssuer | Service::AzureCli => false,
    };
    let is_json = matches!(reply.body, Body::Json(_));
    let is_page = matches!(&reply.body, Body::Text(text) if looks_like_page(text))
        || reply.header("content-type").is_some_and(|t| t.contains("html"));
    let sent_away = matches!(reply.status, 301 | 302 | 303 | 307 | 308 | 407 | 511);
    if !marked && (is_page || sent_away && !is_json) { Replier::Other } else { Replier::Service }
}

/// How pages of HTML begin. XML is none.
const PAGES: [&str; 8] = ["<!doctype html", "<!--", "<html", "<head", "<title", "<meta", "<body", "<script"];

fn looks_like_page(text: &str) -> bool {
    let text = text.trim_start();
    let start = text[..text.floor_char_boundary(16)].to_ascii_lowercase();
    PAGES.iter().any(|tag| start.starts_with(tag))
}

fn peer(record: &Record, service: Service) -> Option<Peer> {
    let met: Vec<(usize, &Exchange)> = record
        .exchanges
        .iter()
        .enumerate()
        .filter(|(_, e)| e.request.service == service && !matches!(e.request.method, Method::Browse | Method::Embed))
        .filter(|(_, e)| !is_unsent(e) && e.counts())
        .collect();
    // What was tried again is over, unless the run ended before that.
    let last: Vec<_> = met.iter().filter(|(_, e)| !e.retried).collect();
    let failing = last.iter().any(|(_, e)| e.reply().is_some_and(|r| r.status >= 500));
    let judged = if last.is_empty() { met.iter().collect() } else { last };
    let worst = judged.into_iter().max_by_key(|(at, e)| (badness(service, e), std::cmp::Reverse(*at)))?;
    Some(describe(service, worst.0, worst.1, failing))
}

fn is_unsent(exchange: &Exchange) -> bool {
    exchange.failure().is_some_and(|f| matches!(f.fault, Fault::NotSendable | Fault::NotRecorded))
}

fn badness(service: Service, exchange: &Exchange) -> u8 {
    match &exchange.outcome {
        Outcome::Failure(_) => 3,
        Outcome::Reply(reply) if replier(service, reply) == Replier::Other => 2,
        Outcome::Reply(reply) if reply.status >= 500 => 1,
        Outcome::Reply(_) => 0,
    }
}

fn describe(service: Service, at: usize, exchange: &Exchange, failing: bool) -> Peer {
    let mut peer = Peer {
        service,
        host: host_of(&exchange.request.url),
        fault: None,
        failure: None,
        layer: None,
        issuer: None,
        proxy: None,
        detail: None,
        answered_by: None,
        status: None,
        location: None,
        server: None,
        failing: Some(failing),
        ms: Some(exchange.ms),
        times: exchange.times,
        took: exchange.times.and_then(|times| times.words()),
        exchange: at,
    };
    match &exchange.outcome {
        Outcome::Failure(failure) => {
            peer.fault = Some(failure.fault);
            peer.failure = Some(failure.fault.words().to_owned());
            peer.layer = Some(failure.fault.layer().to_owned());
            peer.issuer.clone_from(&failure.issuer);
            peer.proxy.clone_from(&failure.proxy);
            peer.detail = Some(failure.detail.clone());
        }
        Outcome::Reply(reply) => {
            let by = replier(service, reply);
            peer.answered_by = Some(by);
            peer.status = Some(reply.status);
            if by == Replier::Other {
                peer.location = reply.header("location").map(str::to_owned);
                peer.server = reply.header("server").or_else(|| reply.header("via")).map(str::to_owned);
            }
        }
    }
    peer
}

/// The host of an address, with its port where it is not 443.
#[must_use]
pub fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().map_or_else(String::new, |url| {
        let host = url.host_str().unwrap_or_default();
        url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    })
}

/// This machine's clock against the `Date` of a service's own replies, in seconds: the smallest difference seen, as
/// the way back only adds to it.
fn clock_skew(record: &Record) -> Option<i64> {
    record
        .exchanges
        .iter()
        .filter_map(|e| {
            let reply = e.reply().filter(|r| replier(e.request.service, r) == Replier::Service)?;
            Some(e.ended().as_second() - reply.date()?.as_second())
        })
        .min_by_key(|skew| skew.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn reply(status: u16, headers: &[(&str, &str)], body: Body) -> Reply {
        let headers: BTreeMap<String, String> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reply { status, headers, body }
    }

    #[test]
    fn a_page_without_a_request_id_is_somebody_elses() {
        let page = || Body::Text("<!DOCTYPE html><title>Sign in to the network</title>".to_owned());
        assert_eq!(replier(Service::PowerBi, &reply(200, &[], page())), Replier::Other);
        assert_eq!(replier(Service::PowerBi, &reply(503, &[("requestid", "r")], page())), Replier::Service);
        assert_eq!(
            replier(Service::Entra, &reply(302, &[("location", "http://portal.example")], Body::Empty)),
            Replier::Other
        );
        assert_eq!(replier(Service::PowerBi, &reply(403, &[], Body::Empty)), Replier::Service);
        assert_eq!(replier(Service::Entra, &reply(503, &[("x-ms-request-id", "r")], page())), Replier::Service);
    }

    #[test]
    fn a_page_is_known_by_its_beginning() {
        for page in ["<!DOCTYPE HTML>", " \n<html><title>ööö", "<TITLE>öööööö", "<!-- ö -->", "<script>"] {
            assert!(looks_like_page(page), "{page}");
        }
        for text in ["", "<", "ööööööööö", "<?xml version='1.0'?>", "{\"error\": \"<html>\"}"] {
            assert!(!looks_like_page(text), "{text}");
        }
    }

    #[test]
    fn a_host_is_named_with_its_port_where_it_matters() {
        assert_eq!(host_of("https://api.powerbi.com/v1.0"), "api.powerbi.com");
        assert_eq!(host_of("https://127.0.0.1:8443/x"), "127.0.0.1:8443");
        assert_eq!(host_of("nonsense"), "");
    }
}
