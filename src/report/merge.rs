//! The reports of many runs as one document.

use std::collections::BTreeMap;
use std::fmt::Formatter;

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::several::{SCHEMA_OF_SEVERAL, profile};
use super::{FailOn, Kept, Report, SCHEMA, build};

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

/// Reads one report, or those of several profiles, and hands over each: a document has thousands.
///
/// # Errors
/// When the text is neither. Some may have been handed over by then.
pub fn read(text: &[u8], each: &mut dyn FnMut(Report)) -> Result<(), NoReport> {
    let form: Form = parse(text)?;
    match form.schema.as_deref() {
        Some(SCHEMA) => each(parse(text)?),
        Some(SCHEMA_OF_SEVERAL) => {
            Document(each)
                .deserialize(&mut serde_json::Deserializer::from_slice(text))
                .map_err(|e| refused(&e, text))?;
        }
        Some(other) if FAMILIES.iter().any(|family| other.starts_with(family)) => {
            return Err(NoReport::Newer(other.chars().take(40).collect()));
        }
        _ => return Err(NoReport::Other("it's JSON, but not a report".to_owned())),
    }
    Ok(())
}

/// A document of several reports.
struct Document<'e>(&'e mut dyn FnMut(Report));

/// Its list of them.
struct List<'e>(&'e mut dyn FnMut(Report));

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("reports")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_list = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "reports" {
                map.next_value_seed(List(&mut *self.0))?;
                has_list = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        has_list.then_some(()).ok_or_else(|| A::Error::missing_field("reports"))
    }
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of reports")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(report) = list.next_element()? {
            (self.0)(report);
        }
        Ok(())
    }
}

fn parse<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<T, NoReport> {
    serde_json::from_slice(text).map_err(|error| refused(&error, text))
}

/// What stands in the text may be private: it is told by its place.
fn refused(error: &serde_json::Error, text: &[u8]) -> NoReport {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => NoReport::Cut(text.len()),
        serde_json::error::Category::Syntax => NoReport::Other(format!("{place} is not JSON")),
        _ => NoReport::Other(format!("{place} doesn't match the format of a report")),
    }
}

/// Merges reports, in their order. Of several about one profile, the run that began last stays; of equal ones the last.
#[derive(Debug)]
pub struct Merger {
    /// What makes the exit code of each.
    fail_on: FailOn,
    kept: Vec<Kept>,
    /// When the run of each began.
    begun: Vec<Option<Timestamp>>,
    /// The places of the profiles.
    places: BTreeMap<String, usize>,
    said: Vec<String>,
}

impl Merger {
    /// Nothing yet. `fail_on`: what makes the exit code of each.
    #[must_use]
    pub const fn new(fail_on: FailOn) -> Self {
        Self { fail_on, kept: Vec::new(), begun: Vec::new(), places: BTreeMap::new(), said: Vec::new() }
    }

    /// Adds a report.
    pub fn add(&mut self, mut report: Report) {
        report.exit = build::exit_of(&report, self.fail_on);
        let at = report.started.as_ref().and_then(|at| at.parse().ok());
        let name = profile(&report).to_owned();
        let Some(place) = self.places.get(&name).copied() else {
            self.places.insert(name, self.kept.len());
            self.kept.push(Kept::of(&report));
            self.begun.push(at);
            return;
        };
        let mut other = self.kept[place].report();
        if at >= self.begun[place] {
            std::mem::swap(&mut other, &mut report);
            self.begun[place] = at;
        }
        let sentence = format!(
            "There are two reports of this profile: the report from {} is used, and the report from {} is left out.",
            time(&other),
            time(&report)
        );
        self.said.push(format!("{name}: {sentence}"));
        other.notes.push(sentence);
        self.kept[place] = Kept::of(&other);
    }

    /// The reports, and a sentence for each that was left out.
    #[must_use]
    pub fn merged(self) -> (Vec<Kept>, Vec<String>) {
        (self.kept, self.said)
    }
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
        (report.profile, report.started, report.outcome) =
            (Some(profile.to_owned()), Some(started.to_owned()), outcome);
        report
    }

    fn merged(reports: impl IntoIterator<Item = Report>, fail_on: FailOn) -> (Vec<Report>, Vec<String>) {
        let mut merger = Merger::new(fail_on);
        reports.into_iter().for_each(|report| merger.add(report));
        let (kept, said) = merger.merged();
        (kept.iter().map(Kept::report).collect(), said)
    }

    #[test]
    fn of_two_reports_the_later_run_stays_and_both_are_said() {
        let (early, late) = ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z");
        for times in [[late, early], [early, late]] {
            let [one, other] = times.map(|at| {
                let outcome = if at == late { Outcome::Healthy } else { Outcome::Problem };
                report("contoso", at, outcome)
            });
            let (kept, said) = merged([one, report("fabrikam", early, Outcome::Healthy), other], FailOn::Error);
            let names: Vec<&str> = kept.iter().map(profile).collect();
            assert_eq!((names, kept[0].outcome), (vec!["contoso", "fabrikam"], Outcome::Healthy));
            assert!(said.len() == 1 && said[0].starts_with("contoso: ") && said[0].contains(late), "{said:?}");
            assert!(kept[0].notes.iter().any(|note| note.contains(early)));
        }
    }

    #[test]
    fn the_exit_code_is_decided_again() {
        let of = |fail_on| merged([report("a", "", Outcome::Problem)], fail_on).0[0].exit;
        assert_eq!((of(FailOn::Error), of(FailOn::Never)), (1, 0));
    }

    fn read(text: &[u8]) -> Result<Vec<Report>, NoReport> {
        let mut reports = Vec::new();
        super::read(text, &mut |report| reports.push(report)).map(|()| reports)
    }

    #[test]
    fn what_is_no_report_is_told_apart() {
        let whole = report("contoso", "2026-11-24T08:00:00Z", Outcome::Healthy).to_json();
        assert_eq!(read(whole.as_bytes()).expect("a report")[0].profile.as_deref(), Some("contoso"));
        assert_eq!(read(&whole.as_bytes()[..100]).expect_err("cut"), NoReport::Cut(100));
        let newer = whole.replace("pbiauth.report/1", "pbiauth.report/2");
        assert_eq!(read(newer.as_bytes()).expect_err("newer"), NoReport::Newer("pbiauth.report/2".to_owned()));
        for text in [
            "",
            "[]",
            "{}",
            "{\"schema\": \"pbiauth.reports/1\"}",
            "abc8Q~",
            "{\"schema\": 3}",
            "{\"schema\": \"pbiauth.report/1\"}",
        ] {
            let why = read(text.as_bytes()).expect_err(text).to_string();
            assert!(!why.contains("8Q~") && !why.is_empty(), "{why}");
        }
    }
}
