//! Which attempts are worth another one, and when.

use std::time::Duration;

use crate::record::{Exchange, Fault, Outcome};

/// A request is attempted at most this often.
pub const MAX_ATTEMPTS: u32 = 3;
/// A longer wait than this is reported, not made.
pub const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The wait where the service names none.
const PLAIN_WAIT: Duration = Duration::from_secs(1);

/// How long to wait before the next attempt; `None` where this one is the last.
///
/// Throttling (429) and unavailability (503) are tried again after what `Retry-After` says, a reset connection at
/// once. Everything else is an answer.
#[must_use]
pub fn wait_after(exchange: &Exchange) -> Option<Duration> {
    if exchange.attempt >= MAX_ATTEMPTS {
        return None;
    }
    match &exchange.outcome {
        Outcome::Failure(failure) => (failure.fault == Fault::Reset).then_some(Duration::ZERO),
        Outcome::Reply(reply) if matches!(reply.status, 429 | 503) => {
            let wait = reply.header("retry-after").map_or(Some(PLAIN_WAIT), parse_seconds)?;
            (wait <= LONGEST_WAIT).then_some(wait)
        }
        Outcome::Reply(_) => None,
    }
}

fn parse_seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::record::{Body, Failure, Method, Reply, Request, Service};

    fn exchange(attempt: u32, outcome: Outcome) -> Exchange {
        let request = Request {
            name: "x".to_owned(),
            service: Service::PowerBi,
            method: Method::Get,
            url: "https://api.powerbi.com/".to_owned(),
            bearer: None,
            form: Vec::new(),
            json: None,
            aside: false,
        };
        Exchange { request, attempt, sent: Timestamp::UNIX_EPOCH, ms: 0, outcome, retried: false }
    }

    fn reply(status: u16, retry_after: Option<&str>) -> Outcome {
        let headers: BTreeMap<_, _> =
            retry_after.into_iter().map(|value| ("retry-after".to_owned(), value.to_owned())).collect();
        Outcome::Reply(Reply { status, headers, body: Body::Empty })
    }

    fn failure(fault: Fault) -> Outcome {
        let host = "api.powerbi.com".to_owned();
        Outcome::Failure(Failure { fault, host, proxy: None, issuer: None, detail: String::new() })
    }

    #[test]
    fn throttling_waits_as_the_service_says() {
        for status in [429, 503] {
            for (header, wait) in [
                (None, Some(PLAIN_WAIT)),
                (Some("0"), Some(Duration::ZERO)),
                (Some(" 7 "), Some(Duration::from_secs(7))),
                (Some("10"), Some(LONGEST_WAIT)),
                (Some("11"), None),
                (Some("99999999999999999999"), None),
                (Some("-1"), None),
                (Some("Wed, 21 Oct 2026 07:28:00 GMT"), None),
            ] {
                assert_eq!(wait_after(&exchange(1, reply(status, header))), wait, "{status} {header:?}");
            }
        }
    }

    #[test]
    fn an_answer_is_final() {
        for status in [200, 302, 400, 401, 403, 404, 500, 502, 504] {
            assert_eq!(wait_after(&exchange(1, reply(status, Some("1")))), None, "{status}");
        }
    }

    #[test]
    fn of_the_failures_only_a_reset_is_tried_again() {
        assert_eq!(wait_after(&exchange(1, failure(Fault::Reset))), Some(Duration::ZERO));
        for fault in [Fault::Refused, Fault::NameNotFound, Fault::UntrustedCertificate, Fault::ReplyTimeout] {
            assert_eq!(wait_after(&exchange(1, failure(fault))), None, "{fault:?}");
        }
    }

    #[test]
    fn attempts_are_bounded() {
        for outcome in [reply(429, Some("1")), failure(Fault::Reset)] {
            assert!(wait_after(&exchange(MAX_ATTEMPTS - 1, outcome.clone())).is_some());
            assert_eq!(wait_after(&exchange(MAX_ATTEMPTS, outcome)), None);
        }
    }
}
