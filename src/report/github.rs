//! Annotations for GitHub Actions: the report for people, then a workflow command for each cause.

use std::fmt::Write as _;

use super::human::{self, Detail};
use super::page::clean;
use super::{Outcome, Report, words};
use crate::rule::Severity;

/// The report as a job's log and annotations.
pub(super) fn render(report: &Report, detail: Detail) -> String {
    format!("{}\n{}", human::render(report, detail), commands(report))
}

/// The annotations alone.
pub(super) fn commands(report: &Report) -> String {
    let mut text = String::new();
    let of = report.profile.as_ref().map_or_else(|| "pbiauth".to_owned(), |profile| format!("pbiauth, {profile}"));
    for (place, diagnosis) in words::leading(report).into_iter().enumerate() {
        let level = match diagnosis.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut lines = words::plain(diagnosis).split_off(1);
        if place == 0 {
            lines.extend(words::alternatives(report));
        }
        command(&mut text, level, &format!("{of}: {}", words::headline(diagnosis)), &lines);
    }
    if report.diagnoses.is_empty() {
        let level = if report.outcome == Outcome::Healthy { "notice" } else { "error" };
        command(&mut text, level, &format!("{of}: {}", report.verdict()), &words::reasons(report));
    }
    text
}

fn command(text: &mut String, level: &str, title: &str, lines: &[String]) {
    let lines: Vec<String> = lines.iter().map(|line| escaped(&clean(line))).collect();
    let title = escaped(&clean(title)).replace(':', "%3A").replace(',', "%2C");
    let _ = writeln!(text, "::{level} title={title}::{}", lines.join("%0A"));
}

/// A message of a workflow command; line ends are gone already.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
}
