//! What is expected of a run: by a known-good run, or by `[expect]` in `pbiauth.toml`.
//!
//! It is a part of the run's inputs, so that a saved run is judged anew as it was. The check `expectation` holds the
//! run against it, and a rule makes a finding of what it lacks.

mod judge;
mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use judge::{Verdict, judge};
pub use written::Written;

use crate::check::{CHECKS, Status};
use crate::evidence::{claims, token_of};
use crate::intent::Role;
use crate::record::{Field, Record};
use crate::standing;

/// Of longer lists of workspaces or reports only what was asked for is expected.
const MOST_LISTED: usize = 1000;

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
    /// The days that the secret is still to be good for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_days_left: Option<i64>,
    /// The days that the certificate is still to be good for.
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

impl Expected {
    /// What a run could do, to be expected of another. `from`: the words for where it was read.
    #[must_use]
    pub fn of_run(record: &Record, from: String) -> Self {
        let passes = |id: &&str| matches!(judge::stand(record, id).status(), Some(Status::Passed | Status::Warned));
        let permissions = token_of(record).map(|(token, _)| permissions(&claims::read(&token, &record.inputs, 0)));
        let given = [Field::Workspace, Field::Report].into_iter().filter(|field| record.inputs.get(*field).is_some());
        Self {
            from,
            intent: record.inputs.intent.as_ref().map(|intent| intent.name.clone()),
            checks: CHECKS.iter().map(|check| check.id).filter(passes).map(str::to_owned).collect(),
            given: given.collect(),
            permissions: permissions.unwrap_or_default(),
            workspaces: things(record, "workspaces", Field::Workspace),
            reports: things(record, "reports", Field::Report),
            role: judge::role(record).filter(|role| *role > Role::None),
            ..Self::default()
        }
    }
}

/// What a token allows: scopes, roles, and roles in the directory.
fn permissions(claims: &claims::Claims) -> Vec<String> {
    [&claims.scopes, &claims.roles, &claims.directory_roles].into_iter().flatten().flatten().cloned().collect()
}

fn things(record: &Record, list: &str, asked: Field) -> Vec<Thing> {
    let seen: BTreeMap<String, String> = standing::seen(record, list).unwrap_or_default();
    let of = |(id, name): (String, String)| Thing { id: Some(id), name: Some(name) };
    if seen.len() <= MOST_LISTED {
        return seen.into_iter().map(of).collect();
    }
    let asked = record.inputs.text(asked).map(|text| Thing::named(text.trim()));
    seen.into_iter().map(of).filter(|thing| asked.as_ref().is_some_and(|asked| asked.means(thing))).collect()
}

impl Thing {
    /// What a person calls by its id or its name.
    #[must_use]
    pub fn named(text: &str) -> Self {
        match crate::secret::Form::of(text).kind {
            crate::secret::Kind::Guid => Self { id: Some(text.to_lowercase()), name: None },
            _ => Self { id: None, name: Some(text.to_owned()) },
        }
    }

    /// Whether this can be the other: by its id, else by its name.
    fn means(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(id), Some(of_other)) => id.eq_ignore_ascii_case(of_other),
            _ => self.name.is_some() && self.name == other.name,
        }
    }

    fn words(&self) -> String {
        match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => "without a name".to_owned(),
        }
    }
}
