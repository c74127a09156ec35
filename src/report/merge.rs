//! The reports of many runs as one document.

use serde::Deserialize;

use super::several::{Reports, SCHEMA_OF_SEVERAL};
use super::{FailOn, Report, SCHEMA, build};

/// The beginnings of the names of the forms that are read.
const FAMILIES: [&str; 2] = ["pbiauth.report/", "pbiauth.reports/"];

/// A text that is no report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// It was made by a newer version.
    #[error("it has the form {0}, which this version doesn't know")]
    Newer(String),
    /// It ends before the document does.
    #[error("it is cut off after {0} bytes")]
    Cut(usize),
    /// It is something else.
    #[error("{0}")]
    Other(String),
}

/// The form that a document names.
#[derive(Deserialize)]
struct Form {
    schema: Option<String>,
}

/// Reads one report, or those of several profiles.
///
/// # Errors
/// When the text is neither.
pub fn read(text: &[u8]) -> Result<Vec<Report>, NoReport> {
    let form: Form = parse(text)?;
    match form.schema.as_deref() {
        Some(SCHEMA) => Ok(vec![parse(text)?]),
        Some(SCHEMA_OF_SEVERAL) => Ok(parse::<Reports>(text)?.reports),
        Some(other) if FAMILIES.iter().any(|family| other.starts_with(family)) => {
            Err(NoReport::Newer(other.chars().take(40).collect()))
        }
        _ => Err(NoReport::Other("it is JSON of another kind".to_owned())),
    }
}

fn parse<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<T, NoReport> {
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => NoReport::Cut(text.len()),
        // What stands there may be private: it is told by its place.
        serde_json::error::Category::Syntax => {
            NoReport::Other(format!("line {}, column {} is not JSON", error.line(), error.column()))
        }
        _ => NoReport::Other(format!("line {}, column {} is not as in a report", error.line(), error.column())),
    })
}

/// Merges reports, in their order. Of several about one profile, the run that began last stays; of equal ones the last.
/// Returns a sentence for each that is left out. `fail_on`: what makes the exit code of each.
#[must_use]
pub fn merge(reports: Vec<Report>, fail_on: FailOn) -> (Reports, Vec<String>) {
    let mut kept: Vec<Report> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    let mut said = Vec::new();
    for mut report in reports {
        report.exit = build::exit_of(&report, fail_on);
        let Some(at) = report.profile.as_ref().and_then(|name| places.get(name).copied()) else {
            places.extend(report.profile.clone().map(|name| (name, kept.len())));
            kept.push(report);
            continue;
        };
        let other: &mut Report = &mut kept[at];
        if begun(&report) >= begun(other) {
            std::mem::swap(other, &mut report);
        }
        let sentence = format!(
            "There are two reports of this profile: the one of {} is kept, and the one of {} is left out.",
            time(other),
            time(&report)
        );
        said.push(format!("{}: {sentence}", other.profile.as_deref().unwrap_or_default()));
        other.notes.push(sentence);
    }
    (Reports::of(kept), said)
}

fn begun(report: &Report) -> Option<jiff::Timestamp> {
    report.started.as_ref()?.parse().ok()
}

fn time(report: &Report) -> &str {
    report.started.as_deref().unwrap_or("an unknown time")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Origin, Outcome};

    fn report(profile: &str, started: &str, outcome: Outcome) -> Report {
        let mut report = build::of_nothing(Origin::Live, "a note".to_owned());
        (report.profile, report.started, report.outcome) = (Some(profile.to_owned()), Some(started.to_owned()), outcome);
        report
    }

    #[test]
    fn of_two_reports_the_later_run_stays_and_both_are_said() {
        let (early, late) = ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z");
        let orders = [[late, early], [early, late]];
        for times in orders {
            let outcomes = times.map(|at| if at == late { Outcome::Healthy } else { Outcome::Problem });
            let (merged, said) = merge(
                vec![
                    report("contoso", times[0], outcomes[0]),
                    report("fabrikam", early, Outcome::Healthy),
                    report("contoso", times[1], outcomes[1]),
                ],
                FailOn::Error,
            );
            let names: Vec<&str> = merged.summary.profiles.iter().map(|entry| entry.profile.as_str()).collect();
            assert_eq!((names, merged.summary.healthy), (vec!["contoso", "fabrikam"], 2));
            assert!(said.len() == 1 && said[0].starts_with("contoso: ") && said[0].contains(late), "{said:?}");
            assert!(merged.reports[0].notes.iter().any(|note| note.contains(early)));
        }
    }

    #[test]
    fn the_exit_code_is_decided_again() {
        let of = |fail_on| merge(vec![report("a", "", Outcome::Problem)], fail_on).0.summary.exit;
        assert_eq!((of(FailOn::Error), of(FailOn::Never)), (1, 0));
    }

    #[test]
    fn what_is_no_report_is_told_apart() {
        let whole = report("contoso", "2026-11-24T08:00:00Z", Outcome::Healthy).to_json();
        assert_eq!(read(whole.as_bytes()).expect("a report")[0].profile.as_deref(), Some("contoso"));
        assert_eq!(read(&whole.as_bytes()[..100]).expect_err("cut"), NoReport::Cut(100));
        let newer = whole.replace("pbiauth.report/1", "pbiauth.report/2");
        assert_eq!(read(newer.as_bytes()).expect_err("newer"), NoReport::Newer("pbiauth.report/2".to_owned()));
        for text in ["", "[]", "{}", "abc8Q~", "{\"schema\": 3}", "{\"schema\": \"pbiauth.report/1\"}"] {
            let why = read(text.as_bytes()).expect_err(text).to_string();
            assert!(!why.contains("8Q~") && !why.is_empty(), "{why}");
        }
    }
}
