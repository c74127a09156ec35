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
