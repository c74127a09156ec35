//! What is expected of a run: by a known-good run, or by `[expect]` in `pbiauth.toml`.
//!
//! It is a part of the run's inputs, so that a saved run is judged again against the same expectations.

use serde::{Deserialize, Serialize};

use super::Field;
use crate::intent::Role;
use crate::secret::{Form, Kind};

/// What is expected of a run. What is empty or absent is not expected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Expected {
    /// Who expects it: a file.
    pub from: String,
    /// The name of what the caller means to do.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// The checks that are to pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// The fields for which a value is to be given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Field>,
    /// Scopes and roles of the token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Workspaces that the caller is to see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<Thing>,
    /// Reports that the caller is to see in the workspace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Thing>,
    /// The role that the caller is to have in the workspace, or a higher one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The minimum number of days until the secret expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_days_left: Option<i64>,
    /// The minimum number of days until the certificate expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_days_left: Option<i64>,
}

/// A workspace or report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Its id. Absent where only its name is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name. Absent where only its id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Thing {
    /// What a person calls by its id or its name.
    #[must_use]
    pub fn named(text: &str) -> Self {
        match Form::of(text).kind {
            Kind::Guid => Self { id: Some(text.to_lowercase()), name: None },
            _ => Self { id: None, name: Some(text.to_owned()) },
        }
    }

    /// Whether this can be the other: by its id, else by its name.
    #[must_use]
    pub fn means(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(id), Some(of_other)) => id.eq_ignore_ascii_case(of_other),
            _ => self.name.is_some() && self.name == other.name,
        }
    }

    /// What it is called: its name, its id, or both.
    #[must_use]
    pub fn words(&self) -> String {
        match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => "without a name".to_owned(),
        }
    }
}
