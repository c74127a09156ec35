//! What a log writes before each line: a time, a level, the place in the code.

use crate::pattern::{Pattern, pattern};

/// The beginning of a line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix<'t> {
    /// The time, as it is written.
    pub(super) time: &'t str,
    /// Whether the line says that it tells of nothing bad: `INFO`, `DEBUG`.
    pub(super) calm: bool,
    /// Whether the log writes the time before every line of a program's output, as build servers do.
    pub(super) console: bool,
    /// Its length in bytes.
    pub(super) length: usize,
}

static TIME: Pattern = pattern!(
    r"^(?:[\w.-]+\s*\|\s+)?(?:<[0-9]{1,3}>)?[\[(]?",
    r"([0-9]{4}[-/][0-9]{2}[-/][0-9]{2}(?:[T ]|, )[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,:][0-9]+)?(?:Z|\s?[+-][0-9]{2}:?[0-9]{2}|\s(?:UTC|GMT|CES?T))?",
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? [0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?[AP]M)?",
    r"|[A-Z][a-z]{2} {1,2}[0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?)",
    r"[\])]?",
);
/// What stands between the time and the message: stream, thread, file, level.
static REST: Pattern = pattern!(
    r"^(?:\s*[-|:]\s*|\s+|std(?:out|err)\s+[FP]\s|##\[\w+\]|\{[ -|~]{1,80}\}|\[[ -\\^-~]{1,60}\]",
    r"|(?:TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|info|debug|warn|error|dbug|fail|crit)\b)*",
);
static CALM: Pattern = pattern!(r"\b(?:TRACE|DEBUG|INFO|INFORMATION|NOTICE|info|debug|dbug)\b");
static JSON_TIME: Pattern =
    pattern!(r#"^\{.*?"(?:time|timestamp|ts|@timestamp|@t|asctime|date)"\s*:\s*"?([0-9][^",}]{9,40})"#);
static JSON_CALM: Pattern =
    pattern!(r#"(?i)"(?:level|severity|levelname|@l)"\s*:\s*"(?:trace|debug|info|information|notice)""#);

/// Reads the beginning of a line. `None` when it bears no time.
pub(super) fn prefix(line: &str) -> Option<Prefix<'_>> {
    let head = &line[..super::boundary(line, 240)];
    // Every form has a digit among its first characters; most lines of prose do not.
    if !head.as_bytes().iter().take(70).any(u8::is_ascii_digit) {
        return None;
    }
    if head.starts_with('{') {
        return of_json(line);
    }
    let found = TIME.captures(head)?;
    let (whole, time) = (found.get(0)?, found.get(1)?.as_str());
    let rest = REST.find(&head[whole.end()..]).map_or("", |rest| rest.as_str());
    let console = time.len() == 28 && time.ends_with('Z') && time.as_bytes()[10] == b'T';
    let calm = CALM.is_match(rest) && !console;
    Some(Prefix { time, calm, console, length: whole.end() + rest.len() })
}

/// A log whose entries are JSON: the time is a member, and the line stays whole.
fn of_json(line: &str) -> Option<Prefix<'_>> {
    let found = JSON_TIME.captures(&line[..super::boundary(line, 2000)])?;
    let calm = JSON_CALM.is_match(&line[..super::boundary(line, 2000)]);
    Some(Prefix { time: found.get(1)?.as_str(), calm, console: false, length: 0 })
}

/// The time that a line bears, as it is written. The most usual form is read without an expression.
pub(super) fn time(line: &str) -> Option<&str> {
    usual_time(line).or_else(|| prefix(line).map(|prefix| prefix.time))
}

/// `2026-10-05T04:00:12.481Z`, `2026-10-05 04:00:12,481`. Where more may belong to it, as an offset does, none is told.
fn usual_time(line: &str) -> Option<&str> {
    const FORM: &[u8; 19] = b"0000-00-00T00:00:00";
    let bytes = line.as_bytes();
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b' '),
        _ => byte == form,
    };
    if !bytes.get(..FORM.len())?.iter().zip(FORM).all(fits) {
        return None;
    }
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fraction = match bytes.get(FORM.len()) {
        Some(b'.' | b',') => 1 + digits(FORM.len() + 1),
        _ => 0,
    };
    let end = FORM.len() + fraction;
    match &bytes[end..] {
        [b'Z', ..] => line.get(..=end),
        [b' ', next, ..] if fraction != 1 && !matches!(next, b'+' | b'-' | b'U' | b'G' | b'C') => line.get(..end),
        _ => None,
    }
}

/// Whether a line bears a time. The most usual forms are known without an expression.
pub(super) fn is_timed(line: &str) -> bool {
    let bytes = line.as_bytes();
    let bytes = bytes.strip_prefix(b"[").unwrap_or(bytes);
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    if digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(13) == Some(&b':') {
        return true;
    }
    !bytes.is_empty() && !matches!(bytes[0], b' ' | b'\t') && prefix(line).is_some()
}

/// A line without the command of a build server before it.
pub(super) fn without_command(line: &str) -> &str {
    line.strip_prefix("##[").and_then(|rest| rest.split_once(']')).map_or(line, |(_, message)| message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_time_is_read_as_the_expression_reads_it() {
        for (line, usual) in [
            ("2026-10-05T04:00:12.481Z x", true),
            ("2026-10-05 04:00:12,481 ERROR x", true),
            ("2026-10-05 04:00:12 INFO x", true),
            ("2026-10-05T04:00:12Z", true),
            ("2026-10-05 04:00:12. x", false),
            ("2026-10-05 04:00:12 +02:00 x", false),
            ("2026-10-05 04:00:12 CEST x", false),
            ("2026-10-05T04:00:12+02:00 x", false),
            ("2026-10-05, 04:00:12 x", false),
            ("no time", false),
        ] {
            let by_expression = prefix(line).map(|prefix| prefix.time);
            assert_eq!(time(line), by_expression, "{line}");
            assert_eq!(usual_time(line).is_some(), usual, "{line}");
        }
    }

    #[test]
    fn what_logs_write_first_is_told_from_the_message() {
        let lines = [
            "2026-10-05T04:00:12.481Z refresh-models: x",
            "2026-10-05 04:00:12,481 ERROR refresh-models: x",
            "[2026-10-05, 04:00:12 CEST] {base.py:84} INFO - refresh-models: x",
            "worker-1  | 2026-10-05 04:00:12 [main] WARN  refresh-models: x",
            "10/5/2026 4:00:12 AM - refresh-models: x",
            "Oct  5 04:00:12 refresh-models: x",
            "2026-10-05T04:00:12.4812345Z ##[error]refresh-models: x",
            "04:00:12 [ERROR] refresh-models: x",
        ];
        let json = r#"{"level":"info","time":"2026-10-05T04:00:12Z","msg":"x"}"#;
        assert_eq!(prefix(json).map(|p| (p.time, p.calm, p.length)), Some(("2026-10-05T04:00:12Z", true, 0)));
        for line in lines {
            assert!(is_timed(line), "{line}");
            let prefix = prefix(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(&line[prefix.length..], "refresh-models: x", "{prefix:?}");
        }
        for line in ["AADSTS50034: no 2026-10-05 04:00:12", "", "at line 1", "404 Not Found", "{\"a\": 1}"] {
            assert_eq!(prefix(line), None, "{line}");
            assert!(!is_timed(line), "{line}");
        }
    }

    #[test]
    fn the_level_tells_whether_it_is_bad() {
        assert!(prefix("2026-10-05 04:00:12 INFO x").is_some_and(|p| p.calm));
        assert!(prefix("2026-10-05 04:00:12 ERROR x").is_some_and(|p| !p.calm));
    }
}
