//! Which attempts are worth another one, and when.

use std::time::Duration;

use crate::record::{Exchange, Fault, Outcome, Reply, Request, http_time};

/// A request is attempted at most this often.
pub const MAX_ATTEMPTS: u32 = 3;
/// A longer wait than this is reported, not made.
pub const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The wait where the service names none.
const PLAIN_WAIT: Duration = Duration::from_secs(1);

/// What Entra asks a client that polls too often to add to its wait (RFC 8628 section 3.5).
const SLOWER: u64 = 5;

/// The next attempt of a request and how long to wait before it; `None` where this one was the last.
#[must_use]
pub fn next(exchange: &Exchange) -> Option<(Request, Duration)> {
    let mut request = exchange.request.clone();
    if let Some(poll) = &mut request.poll
        && let Some(answer) = waiting(exchange)
    {
        if answer == "slow_down" {
            poll.seconds += SLOWER;
        }
        let wait = Duration::from_secs(poll.seconds);
        return (exchange.attempt < poll.most).then_some((request, wait));
    }
    wait_after(exchange).map(|wait| (request, wait))
}

/// What Entra answers while a person has not yet done what is waited for.
fn waiting(exchange: &Exchange) -> Option<&str> {
    let error = exchange.reply()?.json()?.get("error")?.as_str()?;
    matches!(error, "authorization_pending" | "slow_down").then_some(error)
}

/// How long to wait before an attempt that failed is made again; `None` where this one is the last.
///
/// Throttling (429) and unavailability (503) are tried again after what `Retry-After` says, a reset connection at
/// once. Everything else is an answer.
fn wait_after(exchange: &Exchange) -> Option<Duration> {
    if exchange.attempt >= MAX_ATTEMPTS {
        return None;
    }
    match &exchange.outcome {
        Outcome::Failure(failure) => (failure.fault == Fault::Reset).then_some(Duration::ZERO),
        Outcome::Reply(_) => asked(exchange).filter(|wait| *wait <= LONGEST_WAIT),
    }
}

/// How long a service asks to be left alone, by its answer; `None` where it does not ask, or says it unreadably.
#[must_use]
pub fn asked(exchange: &Exchange) -> Option<Duration> {
    let reply = exchange.reply().filter(|reply| matches!(reply.status, 429 | 503))?;
    reply.header("retry-after").map_or(Some(PLAIN_WAIT), |text| wait_of(text, exchange, reply))
}

/// Seconds, or a time (RFC 9110, section 10.2.3): until then by the service's own clock, else by this machine's.
fn wait_of(text: &str, exchange: &Exchange, reply: &Reply) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_time(text.trim())?;
    let now = reply.date().unwrap_or_else(|| exchange.ended());
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::record::{Body, Failure, Method, Poll, Service};

    fn exchange(attempt: u32, outcome: Outcome) -> Exchange {
        let request = Request::new("x", Service::PowerBi, Method::Get, "https://api.powerbi.com/");
        Exchange { request, attempt, sent: Timestamp::UNIX_EPOCH, ms: 0, times: None, outcome, retried: false }
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
    fn a_time_is_held_against_the_services_clock() {
        for (until, wait) in [("08:00:07", Some(7)), ("08:00:12", None), ("07:59:00", Some(0))] {
            let headers = [
                ("retry-after", format!("Tue, 10 Nov 2026 {until} GMT")),
                ("date", "Tue, 10 Nov 2026 08:00:00 GMT".to_owned()),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value)).into();
            let outcome = Outcome::Reply(Reply { status: 503, headers, body: Body::Empty });
            assert_eq!(wait_after(&exchange(1, outcome)), wait.map(Duration::from_secs), "{until}");
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
    fn a_person_is_waited_for_as_long_as_the_code_lives() {
        let asked = |attempt: u32, error: &str| {
            let json = serde_json::json!({"error": error});
            let reply = Reply { status: 400, headers: BTreeMap::new(), body: Body::Json(json) };
            let mut exchange = exchange(attempt, Outcome::Reply(reply));
            exchange.request.poll = Some(Poll { seconds: 5, most: 180 });
            next(&exchange).map(|(request, wait)| (request.poll.map_or(0, |poll| poll.seconds), wait.as_secs()))
        };
        assert_eq!(asked(100, "authorization_pending"), Some((5, 5)));
        assert_eq!(asked(100, "slow_down"), Some((10, 10)));
        assert_eq!(asked(180, "authorization_pending"), None);
        assert_eq!(asked(1, "expired_token"), None);
    }

    #[test]
    fn attempts_are_bounded() {
        for outcome in [reply(429, Some("1")), failure(Fault::Reset)] {
            assert!(wait_after(&exchange(MAX_ATTEMPTS - 1, outcome.clone())).is_some());
            assert_eq!(wait_after(&exchange(MAX_ATTEMPTS, outcome)), None);
        }
    }
}
