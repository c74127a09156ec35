//! Logging commands for Azure DevOps: the report for people, then an issue for each diagnosis.

use std::fmt::Write as _;

use super::human::{self, Detail};
use super::page::clean;
use super::{Outcome, Report, words};
use crate::rule::Severity;

/// The report as a task's log and issues. A task has errors and warnings only: a note stands in the log alone.
pub(super) fn render(report: &Report, detail: Detail) -> String {
    let mut text = human::render(report, detail);
    text.push('\n');
    for diagnosis in &report.diagnoses {
        let kind = match diagnosis.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        issue(&mut text, kind, &diagnosis.cause, &words::plain(diagnosis));
    }
    if report.diagnoses.is_empty() && report.outcome != Outcome::Healthy {
        let lines: Vec<String> = std::iter::once(report.verdict().to_owned()).chain(words::reasons(report)).collect();
        issue(&mut text, "error", &words::word(&report.outcome), &lines);
    }
    text
}

fn issue(text: &mut String, kind: &str, code: &str, lines: &[String]) {
    let message = clean(&lines.join(" ")).replace('%', "%AZP25");
    let code = clean(code).replace('%', "%AZP25").replace(';', "%3B").replace(']', "%5D");
    let _ = writeln!(text, "##vso[task.logissue type={kind};code={code}]{message}");
}
