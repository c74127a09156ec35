//! What is expected of a run, and what it lacks.

use schemars::JsonSchema;
use serde::Serialize;

/// What a known-good run or the settings file expects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expectation {
    /// The files that state what's expected.
    pub from: Option<Vec<String>>,
    /// How the run falls short of what's expected, in words. Absent if it meets everything.
    pub missing: Option<Vec<String>>,
    /// Days until the secret's expiry date in Certificates & secrets. Only a person can answer this.
    pub secret_days_left: Option<i64>,
}
