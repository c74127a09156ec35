//! What is expected of a run, and what it lacks.

use schemars::JsonSchema;
use serde::Serialize;

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
