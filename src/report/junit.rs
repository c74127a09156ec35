//! `JUnit` XML: a test case a check, with failed, error and skipped kept apart.
//!
//! The form is the one that Jenkins, GitLab and Azure DevOps read; there is no standard. A warning is a test that passed
//! and said something.

use std::fmt::Write as _;

use super::format::markup;
use super::{CheckEntry, Outcome, Report, words};
use crate::check::Status;

/// One `testcase`.
struct Case {
    class: String,
    name: String,
    ms: u64,
    /// Element, message and lines; absent for a test that passed without a word.
    says: Option<(&'static str, String, Vec<String>)>,
}

/// A report as `JUnit` XML.
pub(super) fn render(report: &Report) -> String {
    let mut totals = Totals::default();
    totals.add(report);
    head(&totals) + &suite(report) + TAIL
}

/// The beginning of a document, before its suites.
pub(super) fn head(totals: &Totals) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pbiauth\" {totals}>\n")
}

/// A report as a suite.
pub(super) fn suite(report: &Report) -> String {
    let mut text = String::new();
    let mut totals = Totals::default();
    totals.add(report);
    let started = report.started.as_ref().map_or_else(String::new, |at| format!(" timestamp=\"{}\"", markup(at)));
    let _ = writeln!(text, "  <testsuite name=\"{}\" {totals}{started}>", markup(&class(report)));
    properties(&mut text, report);
    for case in &cases(report) {
        write_case(&mut text, case);
    }
    text.push_str("  </testsuite>\n");
    text
}

/// The end of a document, after its suites.
pub(super) const TAIL: &str = "</testsuites>\n";

/// How many cases there are, and how they ended.
#[derive(Default)]
pub(super) struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    ms: u64,
}

impl Totals {
    /// Counts the cases of a report.
    pub(super) fn add(&mut self, report: &Report) {
        for case in cases(report) {
            self.tests += 1;
            self.ms += case.ms;
            match case.says.as_ref().map(|says| says.0) {
                Some("failure") => self.failures += 1,
                Some("error") => self.errors += 1,
                Some("skipped") => self.skipped += 1,
                _ => {}
            }
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { tests, failures, errors, skipped, ms } = self;
        let time = seconds(*ms);
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time}\"")
    }
}

fn cases(report: &Report) -> Vec<Case> {
    let mut cases: Vec<Case> = report.checks.iter().map(|check| of_check(report, check)).collect();
    let told = report.checks.iter().any(|check| words::is_bad(check.status));
    if cases.is_empty() || (report.outcome != Outcome::Healthy && !told) {
        cases.push(of_outcome(report));
    }
    cases
}

fn of_check(report: &Report, check: &CheckEntry) -> Case {
    let because = words::because(check);
    let says = match check.status {
        Status::Passed => None,
        Status::Warned => Some(("system-out", String::new(), vec![format!("Warning: {because}")])),
        Status::Failed => Some(("failure", because, diagnosed(report))),
        Status::Error => Some(("error", because, diagnosed(report))),
        Status::Skipped => Some(("skipped", because, Vec::new())),
        Status::Manual => Some(("skipped", format!("check manually: {because}"), Vec::new())),
    };
    let ms = check.exchanges.iter().filter_map(|at| report.exchanges.get(*at)).map(|exchange| exchange.ms).sum();
    Case {
        class: format!("{}.{}", class(report), words::word(&check.stage)),
        name: format!("{}: {}", check.id, check.title),
        ms,
        says,
    }
}

/// Build servers tell cases apart by their class.
fn class(report: &Report) -> String {
    report.profile.as_deref().map_or_else(|| "pbiauth".to_owned(), |name| format!("pbiauth.{name}"))
}

/// What no check tells: a text has none, and a cause may be seen where all passed.
fn of_outcome(report: &Report) -> Case {
    let message = report.diagnoses.first().map_or_else(|| report.verdict(), words::headline);
    let says = match report.outcome {
        Outcome::Healthy => None,
        Outcome::Incomplete => Some(("error", message, diagnosed(report))),
        Outcome::Problem | Outcome::Unexplained => Some(("failure", message, diagnosed(report))),
    };
    Case { class: class(report), name: "diagnosis".to_owned(), ms: 0, says }
}

fn diagnosed(report: &Report) -> Vec<String> {
    report.diagnoses.first().map_or_else(|| report.notes.clone(), words::plain)
}

fn properties(text: &mut String, report: &Report) {
    text.push_str("    <properties>\n");
    let causes: Vec<&str> = report.diagnoses.iter().map(|diagnosis| diagnosis.cause.as_str()).collect();
    let rows = [
        ("version", report.tool.version.clone()),
        ("origin", words::word(&report.origin)),
        ("outcome", words::word(&report.outcome)),
        ("causes", causes.join(" ")),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "      <property name=\"{name}\" value=\"{}\"/>", markup(&value));
    }
    text.push_str("    </properties>\n");
}

fn write_case(text: &mut String, case: &Case) {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
        markup(&case.class),
        markup(&case.name),
        seconds(case.ms)
    );
    let Some((element, message, lines)) = &case.says else {
        let _ = writeln!(text, "{head}/>");
        return;
    };
    let message = if message.is_empty() { String::new() } else { format!(" message=\"{}\"", markup(message)) };
    let _ = write!(text, "{head}>\n      <{element}{message}");
    if lines.is_empty() {
        text.push_str("/>\n");
    } else {
        let lines: Vec<String> = lines.iter().map(|line| markup(line)).collect();
        let _ = writeln!(text, ">{}</{element}>", lines.join("\n"));
    }
    text.push_str("    </testcase>\n");
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
