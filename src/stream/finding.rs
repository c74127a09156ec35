//! One record's finding, as it is written.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Seen;
use crate::report::{Outcome, Report};
use crate::rule::Confidence;

/// The name and version of the form. Within a version members are only added.
pub const SCHEMA: &str = "pbiauth.finding/1";
/// So many bytes of a hash make a key: of a billion failures hardly two share one.
const KEY: usize = 8;

/// The finding for one record of a stream: one line of JSON.
///
/// Within `pbiauth.finding/1`, members and enumeration values are only added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "pbiauth.finding/1")]
pub struct Finding<'f> {
    /// The name and version of this format: `pbiauth.finding/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// The line of the record, from 1. In a table, the line on which its row begins.
    pub line: u64,
    /// The result. `incomplete` means that the record can't be read.
    pub outcome: Outcome,
    /// The possible causes, the most likely one first. Empty for a success.
    pub diagnoses: Cow<'f, [Named]>,
    /// The key for counting equal failures: the first cause (or `unexplained`), and a hash of the cause, the
    /// application and the user. It's the same in every run and contains no name, ID or secret. Absent for a success
    /// and for a record that can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The number of records in the line, if there are several. The finding is then the one of the most severe record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<usize>,
    /// Why the record can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Cow<'f, str>>,
}

/// A possible cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    /// The cause's ID.
    pub cause: String,
    /// The confidence in this cause.
    pub confidence: Confidence,
    /// Who acts.
    pub owner: String,
}

/// What the records of one shape come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What they come to.
    pub outcome: Outcome,
    /// The exit code that they mean.
    pub exit: u8,
    /// The causes that may be meant.
    pub diagnoses: Vec<Named>,
    /// What tells failures without a cause apart: their codes.
    pub codes: String,
    /// The application that the failure names, as it stands in the shape.
    pub application: Option<String>,
}

impl Verdict {
    /// Nothing is wrong.
    pub(super) const HEALTHY: Self =
        Self { outcome: Outcome::Healthy, exit: 0, diagnoses: Vec::new(), codes: String::new(), application: None };

    /// The verdict of a report.
    pub(super) fn of(report: Report, codes: String, application: Option<String>) -> Self {
        let named = |entry: crate::report::DiagnosisEntry| Named {
            cause: entry.cause,
            confidence: entry.confidence,
            owner: entry.owner,
        };
        Self {
            outcome: report.outcome,
            exit: report.exit,
            diagnoses: report.diagnoses.into_iter().map(named).collect(),
            codes,
            application,
        }
    }

    /// The first cause, or `unexplained`. `None` where nothing is wrong.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self.outcome {
            Outcome::Healthy => None,
            _ => Some(self.diagnoses.first().map_or("unexplained", |first| first.cause.as_str())),
        }
    }
}

impl<'f> Finding<'f> {
    /// The finding of a line with these records.
    #[must_use]
    pub fn of(line: u64, seen: &'f [Seen]) -> Self {
        let worst = seen.iter().rev().max_by_key(|seen| seen.verdict.exit.max(seen.verdict.outcome.exit()));
        let verdict = worst.map(|seen| seen.verdict.as_ref());
        Self {
            schema: SCHEMA,
            line,
            outcome: verdict.map_or(Outcome::Healthy, |verdict| verdict.outcome),
            diagnoses: verdict.map_or(&[][..], |verdict| &verdict.diagnoses).into(),
            key: worst.and_then(key),
            records: (seen.len() > 1).then_some(seen.len()),
            why: None,
        }
    }

    /// The finding of a record that can't be read.
    #[must_use]
    pub fn unread(line: u64, why: impl Into<Cow<'f, str>>) -> Self {
        Self {
            schema: SCHEMA,
            line,
            outcome: Outcome::Incomplete,
            diagnoses: Cow::Borrowed(&[]),
            key: None,
            records: None,
            why: Some(why.into()),
        }
    }
}

/// Under what equal failures are counted.
fn key(seen: &Seen) -> Option<String> {
    let cause = seen.verdict.cause()?;
    let small = |text: &Option<Arc<str>>| text.as_ref().map(|text| text.to_lowercase()).unwrap_or_default();
    let codes = if seen.verdict.diagnoses.is_empty() { seen.verdict.codes.as_str() } else { "" };
    let parts = [cause, codes, &small(&seen.application), &small(&seen.user)].join("\0");
    let hash = digest(&SHA256, parts.as_bytes());
    let mut key = format!("{cause}-");
    for byte in &hash.as_ref()[..KEY] {
        use std::fmt::Write as _;
        let _ = write!(key, "{byte:02x}");
    }
    Some(key)
}

/// The JSON schema of [`Finding`], as it is written.
#[must_use]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Finding<'_>>().to_value()
}
