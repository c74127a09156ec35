//! The times of exported logs, in whatever form and zone, as hours of UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// The forms of a table: as Log Analytics shows times, with the seconds in full or not, and as a table program or
/// PowerShell writes them again where the day or the year comes first. With slashes the month comes first.
const FORMS: [&str; 7] = [
    "%m/%d/%Y, %I:%M:%S%.f %p",
    "%m/%d/%Y %I:%M:%S%.f %p",
    "%m/%d/%Y, %H:%M:%S%.f",
    "%m/%d/%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M:%S%.f",
    "%d-%m-%Y %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S%.f",
];

/// The instant of a time, in seconds since 1970. A time without a zone is one of UTC, as Microsoft's logs are. `None`
/// for what is no time.
pub(super) fn instant(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let civil = text.parse::<DateTime>().ok();
    let civil = civil.or_else(|| FORMS.iter().find_map(|form| strtime::parse(form, text).ok()?.to_datetime().ok()))?;
    Some(TimeZone::UTC.to_timestamp(civil).ok()?.as_second())
}

/// The hour in UTC that a time lies in: `2026-10-05T04:00Z`. `None` for what is no time.
#[must_use]
pub fn hour(text: &str) -> Option<String> {
    let time = Timestamp::from_second(instant(text)?).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:00Z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_any_zone_and_form_lies_in_an_hour_of_utc() {
        for text in [
            "2026-10-05T04:59:12.4812345Z",
            "2026-10-05T06:59:12+02:00",
            "2026-10-04T23:29:12-05:30",
            "2026-10-05T04:59:12",
            "2026-10-05 04:59:12",
            "10/5/2026, 4:59:12.481 AM",
            "10/5/2026 4:59:12 AM",
            "05.10.2026 04:59:12",
            "05-10-2026 04:59:12",
            "2026/10/05 4:59:12",
            " 2026-10-05T04:00:00Z ",
        ] {
            assert_eq!(hour(text).as_deref(), Some("2026-10-05T04:00Z"), "{text}");
        }
        for text in ["", "yesterday", "2026-13-05T04:00:00Z", "1759636800"] {
            assert_eq!(hour(text), None, "{text}");
        }
    }
}
