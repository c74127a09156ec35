//! Logging commands for Azure DevOps: the report for people, then an issue for each cause.

use std::fmt::Write as _;

use super::human::{self, Detail};
use super::page::clean;
use super::{Outcome, Report, words};
use crate::rule::Severity;

/// The report as a task's log and issues. A task has errors and warnings only: a note stands in the log alone.
pub(super) fn render(report: &Report, detail: Detail) -> String {
    format!("{}\n{}", human::render(report, detail), commands(report))
}

/// The issues alone.
pub(super) fn commands(report: &Report) -> String {
    let mut text = String::new();
    let of = report.profile.as_ref().map_or_else(String::new, |profile| format!("{profile}: "));
    for (place, diagnosis) in words::leading(report).into_iter().enumerate() {
        let kind = match diagnosis.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        let mut lines: Vec<String> = std::iter::once(of.clone()).chain(words::plain(diagnosis)).collect();
        if place == 0 {
            lines.extend(words::alternatives(report));
        }
        issue(&mut text, kind, &diagnosis.cause, &lines);
    }
    if report.diagnoses.is_empty() && report.outcome != Outcome::Healthy {
        let lines: Vec<String> =
            std::iter::once(format!("{of}{}", report.verdict())).chain(words::reasons(report)).collect();
        issue(&mut text, "error", &words::word(&report.outcome), &lines);
    }
    text
}

fn issue(text: &mut String, kind: &str, code: &str, lines: &[String]) {
    let message = clean(lines.join(" ").trim_start()).replace('%', "%AZP25");
    let code = clean(code).replace('%', "%AZP25").replace(';', "%3B").replace(']', "%5D");
    let _ = writeln!(text, "##vso[task.logissue type={kind};code={code}]{message}");
}
