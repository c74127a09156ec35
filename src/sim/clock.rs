//! Time in the simulated tenant: two clocks and the spans that scenarios are written in.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// The longest span that can be written: a hundred years.
const LONGEST: i64 = 100 * 366 * 86_400;

/// A span of time as scenarios write it: a whole number and `s`, `m`, `h` or `d` (`-12d`, `20m`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(i64);

/// What is no [`Span`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSpan(String);

impl fmt::Display for NoSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} isn't a duration: write a whole number and s, m, h or d, such as \"20m\" or \"-12d\"", self.0)
    }
}

impl TryFrom<String> for Span {
    type Error = NoSpan;

    fn try_from(text: String) -> Result<Self, NoSpan> {
        parse(&text).map(Self).ok_or(NoSpan(text))
    }
}

fn parse(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let seconds = text[..text.len() - 1].parse::<i64>().ok()?.checked_mul(unit)?;
    (-LONGEST..=LONGEST).contains(&seconds).then_some(seconds)
}

impl Span {
    /// The time that lies this span after another; the end of time where there is none.
    #[must_use]
    pub fn after(self, time: Timestamp) -> Timestamp {
        time.saturating_add(SignedDuration::from_secs(self.0)).unwrap_or(time)
    }

    /// The time that lies this span before another.
    #[must_use]
    pub fn before(self, time: Timestamp) -> Timestamp {
        Self(-self.0).after(time)
    }
}

/// The caller's clock and how far it is from the services'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// The caller's time when the scenario is run in process.
    #[serde(default = "usual_time")]
    pub now: Timestamp,
    /// The caller's clock minus the services' clock.
    #[serde(default)]
    pub caller_ahead: Span,
}

impl Clock {
    /// The services' time at a time of the caller's clock.
    #[must_use]
    pub fn service_time(&self, callers: Timestamp) -> Timestamp {
        self.caller_ahead.before(callers)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self { now: usual_time(), caller_ahead: Span::default() }
    }
}

/// A fixed time, so that a run in process has the same answers every day.
const fn usual_time() -> Timestamp {
    Timestamp::constant(1_795_510_800, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        assert_eq!(Span::try_from("-12d".to_owned()), Ok(Span(-1_036_800)));
        assert_eq!(Span::try_from("20m".to_owned()), Ok(Span(1_200)));
        for wrong in ["", "m", "20", "1.5h", "2 h", "20é", "9223372036854775807d", "40000d"] {
            assert!(Span::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_services_lag_behind_a_caller_that_is_ahead() {
        let clock = Clock { caller_ahead: Span(1_200), ..Clock::default() };
        assert_eq!(clock.now.to_string(), "2026-11-24T09:00:00Z");
        assert_eq!(clock.service_time(clock.now).to_string(), "2026-11-24T08:40:00Z");
    }
}
