//! What is expected of a run, and what it lacks.

use schemars::JsonSchema;
use serde::Serialize;

use crate::expect::judge;
use crate::record::Record;

/// What a known-good run or the settings file expects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expectation {
    /// Who expects it: files.
    pub from: Option<Vec<String>>,
    /// What the run lacks, in words. Absent where it lacks nothing.
    pub missing: Option<Vec<String>>,
    /// Days until the end date that Certificates & secrets shows for the secret. Only a person knows.
    pub secret_days_left: Option<i64>,
}

/// Reads the expectation of a run. `None` where nothing is expected, or the run is not at its end.
#[must_use]
pub fn read(record: &Record) -> Option<Expectation> {
    let from: Vec<String> = record.inputs.expected.iter().map(|expected| expected.from.clone()).collect();
    let verdict = (!from.is_empty()).then(|| judge(record)).filter(|verdict| verdict.waits.is_empty())?;
    let missing = (!verdict.missing.is_empty()).then_some(verdict.missing);
    Some(Expectation { from: Some(from), missing, ..Expectation::default() })
}
