//! `pbiauth rules check`: the problems of rules, and whether they do on their fixtures what they should.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::fixtures::{Expected, Fixture, beside, leads_to};
use crate::cli::explain::{Check, Verdicts};
use crate::commands::diagnose::report_of;
use crate::commands::{counted, json, print, rule_files};
use crate::embedded::SCENARIOS;
use crate::error::Error;
use crate::exit;
use crate::explain::page::word;
use crate::report::{FailOn, Report};
use crate::rule::lint::{Linted, lint};
use crate::rule::problem::{BadRules, RuleProblems};
use crate::rule::{Confidence, RuleSet};

/// The name and version of the result's form. Within a version members are only added.
const SCHEMA: &str = "pbiauth.rules-check/1";

/// What a folder of rules comes to.
#[derive(Debug, Serialize)]
struct Outcome {
    schema: &'static str,
    rules: usize,
    fixtures: usize,
    problems: Vec<Problem>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    exit: u8,
}

#[derive(Debug, Serialize)]
struct Problem {
    file: String,
    line: usize,
    column: usize,
    what: String,
}

/// A rule that does not do on a fixture what it should.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Finding {
    verdict: Verdict,
    cause: String,
    fixture: String,
    /// What should be, and what is.
    what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// The fixture shows the cause, and it is not named first, or not as sure.
    Missing,
    /// The cause is named first where it should not be.
    Noisy,
}

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the folder or a fixture cannot be read.
pub(super) fn run(options: &Check) -> Result<u8, Error> {
    let files = rule_files(&options.folder)?;
    let Linted { rules, own, problems, mut notes } = lint(&files);
    let fixtures = beside(&options.folder)?;
    let mut findings = Vec::new();
    for fixture in &fixtures {
        findings.extend(hold(fixture, &rules)?);
    }
    if !fixtures.is_empty() {
        notes.extend(without_fixture(&own, &fixtures));
    }
    let wrong = !problems.is_empty() || !findings.is_empty();
    let result = Outcome {
        schema: SCHEMA,
        rules: own.len(),
        fixtures: fixtures.len(),
        problems: problems.iter().flat_map(places).collect(),
        findings,
        notes,
        exit: if wrong { exit::FOUND } else { exit::DONE },
    };
    match options.format {
        Verdicts::Json => print(&json(&result))?,
        Verdicts::Human => print(&human(&result, &options.folder))?,
    }
    if options.format == Verdicts::Human && !problems.is_empty() {
        let _ = crate::commands::complain(Error::Rules(BadRules(problems)));
    }
    Ok(result.exit)
}

/// Holds a fixture to the rules.
fn hold(fixture: &Fixture, rules: &RuleSet) -> Result<Vec<Finding>, Error> {
    let report = report_of(&fixture.path, &BTreeMap::new(), rules, FailOn::Error)?;
    Ok(judge(fixture, first(&report)))
}

fn first(report: &Report) -> Option<(&str, Confidence)> {
    report.diagnoses.first().map(|diagnosis| (diagnosis.cause.as_str(), diagnosis.confidence))
}

/// What is wrong where this cause comes first.
fn judge(fixture: &Fixture, first: Option<(&str, Confidence)>) -> Vec<Finding> {
    let finding = |verdict, cause: &str, what: String| Finding {
        verdict,
        cause: cause.to_owned(),
        fixture: fixture.name.clone(),
        what,
    };
    let is = first.map_or_else(|| "nothing".to_owned(), |(cause, sure)| format!("{cause}, {}", word(sure)));
    match (&fixture.expected, first) {
        (Expected::First(cause, sure), Some((found, found_sure))) if cause == found => {
            let as_sure = sure.is_none_or(|sure| sure == found_sure);
            let wanted = sure.map(word).unwrap_or_default();
            let what = format!("{wanted} was expected, but it's {}", word(found_sure));
            if as_sure { Vec::new() } else { vec![finding(Verdict::Missing, cause, what)] }
        }
        (Expected::First(cause, _), _) => {
            let mut findings = vec![finding(Verdict::Missing, cause, format!("it should come first, but {is} does"))];
            let noisy = |(other, _): (&str, Confidence)| finding(Verdict::Noisy, other, format!("this shows {cause}"));
            findings.extend(first.map(noisy));
            findings
        }
        (Expected::NotFirst(cause), Some((found, _))) if cause == found => {
            vec![finding(Verdict::Noisy, cause, "it comes first, but this fixture is a near miss".to_owned())]
        }
        (Expected::Nothing, Some((found, _))) => {
            vec![finding(Verdict::Noisy, found, "it's diagnosed in a healthy fixture".to_owned())]
        }
        (Expected::NotFirst(_) | Expected::Nothing, _) => Vec::new(),
    }
}

fn without_fixture(own: &[String], fixtures: &[Fixture]) -> Vec<String> {
    let worlds: Vec<String> = SCENARIOS.iter().filter_map(|(_, text)| leads_to(text)).collect();
    let shown = |id: &String| {
        let by_text = fixtures.iter().any(|f| matches!(&f.expected, Expected::First(cause, _) if cause == id));
        by_text || worlds.contains(id)
    };
    own.iter().filter(|id| !shown(id)).map(|id| format!("{id} has no fixture")).collect()
}

fn places(file: &RuleProblems) -> impl Iterator<Item = Problem> {
    file.places().map(|(problem, line, column)| Problem {
        file: file.name.clone(),
        line,
        column,
        what: problem.what.clone(),
    })
}

fn human(result: &Outcome, folder: &Path) -> String {
    let mut text = String::new();
    for Finding { verdict, cause, fixture, what } in &result.findings {
        let _ = writeln!(text, "{:<7}  {cause}  {fixture}: {what}", word(verdict));
    }
    for note in &result.notes {
        let _ = writeln!(text, "note     {note}");
    }
    let _ = writeln!(
        text,
        "{}: {} with {}, {} with {}",
        folder.display(),
        counted(result.rules, "rule"),
        counted(result.problems.len(), "problem"),
        counted(result.fixtures, "fixture"),
        counted(result.findings.len(), "finding")
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(expected: Expected, first: Option<(&str, Confidence)>) -> Vec<(Verdict, String)> {
        let fixture = Fixture { name: "f".to_owned(), path: "f".into(), expected };
        judge(&fixture, first).into_iter().map(|finding| (finding.verdict, finding.cause)).collect()
    }

    #[test]
    fn what_is_not_as_it_should_be_is_missing_or_noisy() {
        let cause = || Expected::First("a".to_owned(), Some(Confidence::Certain));
        let missing = || (Verdict::Missing, "a".to_owned());
        assert!(verdicts(cause(), Some(("a", Confidence::Certain))).is_empty());
        assert_eq!(verdicts(cause(), Some(("a", Confidence::Likely))), [missing()]);
        assert_eq!(verdicts(cause(), None), [missing()]);
        let other = Some(("b", Confidence::Certain));
        assert_eq!(verdicts(cause(), other), [missing(), (Verdict::Noisy, "b".to_owned())]);
        assert!(verdicts(Expected::NotFirst("a".to_owned()), other).is_empty());
        assert_eq!(verdicts(Expected::NotFirst("b".to_owned()), other), [(Verdict::Noisy, "b".to_owned())]);
        assert!(verdicts(Expected::Nothing, None).is_empty());
        assert_eq!(verdicts(Expected::Nothing, other), [(Verdict::Noisy, "b".to_owned())]);
    }
}
