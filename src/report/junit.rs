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

/// The report as `JUnit` XML.
pub(super) fn render(report: &Report) -> String {
    let mut cases: Vec<Case> = report.checks.iter().map(|check| of_check(report, check)).collect();
    let told = report.checks.iter().any(|check| words::is_bad(check.status));
    if cases.is_empty() || (report.outcome != Outcome::Healthy && !told) {
        cases.push(of_outcome(report));
    }
    let count = |element: &str| cases.iter().filter(|case| case.says.as_ref().is_some_and(|s| s.0 == element)).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
        cases.len(),
        count("failure"),
        count("error"),
        count("skipped"),
        seconds(cases.iter().map(|case| case.ms).sum())
    );
    let started = report.started.as_ref().map_or_else(String::new, |at| format!(" timestamp=\"{}\"", markup(at)));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = write!(text, "<testsuites name=\"pbiauth\" {counts}>\n  <testsuite name=\"pbiauth\" {counts}{started}>\n");
    properties(&mut text, report);
    for case in &cases {
        write_case(&mut text, case);
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn of_check(report: &Report, check: &CheckEntry) -> Case {
    let because = words::because(check);
    let says = match check.status {
        Status::Passed => None,
        Status::Warned => Some(("system-out", String::new(), vec![format!("Warning: {because}")])),
        Status::Failed => Some(("failure", because, diagnosed(report))),
        Status::Error => Some(("error", because, diagnosed(report))),
        Status::Skipped => Some(("skipped", because, Vec::new())),
        Status::Manual => Some(("skipped", format!("only a person can look: {because}"), Vec::new())),
    };
    let ms = check.exchanges.iter().filter_map(|at| report.exchanges.get(*at)).map(|exchange| exchange.ms).sum();
    Case {
        class: format!("pbiauth.{}", words::word(&check.stage)),
        name: format!("{}: {}", check.id, check.title),
        ms,
        says,
    }
}

/// What no check tells: a text has none, and a cause may be seen where all passed.
fn of_outcome(report: &Report) -> Case {
    let message = report.diagnoses.first().map_or_else(|| report.verdict().to_owned(), words::headline);
    let says = match report.outcome {
        Outcome::Healthy => None,
        Outcome::Incomplete => Some(("error", message, diagnosed(report))),
        Outcome::Problem | Outcome::Unexplained => Some(("failure", message, diagnosed(report))),
    };
    Case { class: "pbiauth".to_owned(), name: "diagnosis".to_owned(), ms: 0, says }
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
