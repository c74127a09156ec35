//! One line to paste in a chat.

use std::fmt::Write as _;

use super::page::{clean, shortened};
use super::{Report, words};

/// The line is shorter than this, in characters.
const LIMIT: usize = 400;

/// The report as one line with a line end.
pub(super) fn render(report: &Report) -> String {
    let mut line = String::from("pbiauth: ");
    match report.diagnoses.first() {
        None => {
            line.push_str(&report.verdict());
            if let Some(check) = report.checks.iter().find(|check| words::is_bad(check.status)) {
                let _ = write!(line, " {}: {}", check.id, words::because(check));
            }
        }
        Some(first) => {
            let _ = write!(line, "{}: {}.", words::word(&report.outcome), words::headline(first));
            if let Some(fix) = first.fix.first() {
                let _ = write!(line, " {}", words::step(fix));
            }
        }
    }
    let causes: Vec<&str> = report.diagnoses.iter().map(|diagnosis| diagnosis.cause.as_str()).collect();
    let end = if causes.is_empty() { String::new() } else { format!(" [{}]", shortened(&causes.join(", "), 120)) };
    let end = clean(&end);
    // The line end counts too.
    let room = LIMIT - 2 - end.chars().count();
    format!("{}{end}\n", shortened(&clean(&line), room))
}
