//! `[expect]` of a settings file.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::intent::Role;
use crate::record::{Expected, Thing};

/// The table `[expect]`: what a run must be able to do.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    /// The operation that the caller must be able to do. Used as `--for` if no other setting sets it.
    #[serde(rename = "for")]
    pub intent: Option<String>,
    /// The ID or name of a workspace that the caller must see. Used as `--workspace` if no other setting sets it.
    pub workspace: Option<String>,
    /// The IDs or names of reports that the caller must see in the workspace.
    pub reports: Vec<String>,
    /// The minimum workspace role.
    pub role: Option<Role>,
    /// Scopes or application roles that the token must have.
    pub scopes: Vec<String>,
    /// The minimum number of days until the secret expires.
    pub secret_days_left: Option<i64>,
    /// The minimum number of days until the certificate expires.
    pub certificate_days_left: Option<i64>,
}

impl Written {
    /// What it expects. `file`: the settings file.
    #[must_use]
    pub(super) fn expected(&self, file: &str) -> Expected {
        let mut checks = vec!["token-request"];
        checks.extend(self.workspace.iter().map(|_| "workspace"));
        checks.extend(self.reports.first().map(|_| "reports"));
        if self.intent.is_some() {
            checks.extend(["intent", "workspace-role"]);
        }
        Expected {
            from: format!("{file}, [expect]"),
            intent: self.intent.clone(),
            checks: checks.into_iter().map(str::to_owned).collect(),
            permissions: self.scopes.clone(),
            workspaces: self.workspace.iter().map(|name| Thing::named(name)).collect(),
            reports: self.reports.iter().map(|name| Thing::named(name)).collect(),
            role: self.role,
            secret_days_left: self.secret_days_left,
            certificate_days_left: self.certificate_days_left,
            ..Expected::default()
        }
    }
}
