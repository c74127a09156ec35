//! How answers are told, the same way in every check.

use std::fmt::Write as _;

use crate::evidence::api::read_problem;
use crate::evidence::network::{Replier, host_of, replier};
use crate::record::{Body, Exchange, Failure, Fault, Outcome, Reply, Service};
use crate::secret::Kind;
use crate::span;

/// What came of an exchange.
pub(super) enum Answer<'e> {
    /// The service itself answered.
    Service(&'e Reply),
    /// Nobody did, or somebody in its place: told in a sentence.
    Nobody(String),
    /// It was not asked: the request could not be sent as it is, for this reason.
    NotAsked(String),
}

/// Who answered, and what is wrong with it.
pub(super) fn answer(exchange: &Exchange) -> Answer<'_> {
    let service = exchange.request.service;
    if let Some(failure) = exchange.failure().filter(|failure| failure.fault == Fault::NotSendable) {
        return Answer::NotAsked(failure.detail.clone());
    }
    if !exchange.counts() {
        return Answer::NotAsked(exchange.failure().map_or_else(
            || format!("{} doesn't have this address in this cloud", service.name()),
            |failure| format!("{} (no other check depends on this)", failed(service, failure)),
        ));
    }
    match &exchange.outcome {
        Outcome::Failure(failure) if failure.fault == Fault::NotInstalled => {
            Answer::Nobody(format!("{} isn't installed", failure.host))
        }
        Outcome::Failure(failure) => Answer::Nobody(failed(service, failure)),
        Outcome::Reply(reply) if replier(service, reply) == Replier::Other => Answer::Nobody(format!(
            "a proxy, portal or firewall answered instead of {}, with status {}",
            host_of(&exchange.request.url),
            reply.status
        )),
        Outcome::Reply(reply) => Answer::Service(reply),
    }
}

fn failed(service: Service, failure: &Failure) -> String {
    let mut words = format!("{} ({}): {}", failure.host, service.name(), failure.fault.words());
    if let Some(issuer) = &failure.issuer {
        let _ = write!(words, "; issued by {issuer}");
    }
    if let Some(proxy) = &failure.proxy {
        let _ = write!(words, "; proxy: {proxy}");
    }
    words
}

/// When a service that limits requests accepts the next one: `; retry after 60 seconds`. Empty for any other answer.
pub(super) fn patience(reply: &Reply) -> String {
    let seconds = reply.header("retry-after").filter(|_| matches!(reply.status, 429 | 503));
    seconds
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map_or_else(String::new, |seconds| format!("; retry after {}", span::words(seconds)))
}

/// A refusal of the Power BI or Fabric API: `Power BI answered 401, PowerBINotAuthorizedException`.
pub(super) fn refusal(service: Service, reply: &Reply) -> String {
    let mut words = format!("{} returned {}", service.name(), reply.status);
    let problem = reply.json().map(read_problem).unwrap_or_default();
    let said = [reply.header("x-powerbi-error-info").map(str::to_owned), problem.code, problem.message];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        let _ = write!(words, " ({})", said.join(": "));
    } else if reply.body == Body::Empty {
        words.push_str(" with an empty body");
    }
    words + &patience(reply)
}

/// What a value looks like: ` (it looks like a user name)`. Empty where that is unknown.
pub(super) fn looks_like(kind: Kind) -> String {
    let words = kind.words();
    match words.strip_prefix("format of ") {
        Some(thing) => format!(" (it looks like {thing})"),
        None if kind == Kind::Other => String::new(),
        None => format!(" ({words})"),
    }
}

/// `1 report`, `3 reports`.
pub(super) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
