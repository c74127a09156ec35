//! `[expect]` of a settings file.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::intent::Role;
use crate::record::{Expected, Thing};

/// The table `[expect]`: what this set-up is to be able to do.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    /// What the caller means to do. Where no other setting says so, the run is made for it.
    #[serde(rename = "for")]
    pub intent: Option<String>,
    /// A workspace by id or name. Where no other setting names one, the run looks at it.
    pub workspace: Option<String>,
    /// Reports in the workspace, by id or name.
    pub reports: Vec<String>,
    /// The role in the workspace, or a higher one.
    pub role: Option<Role>,
    /// Scopes or roles of the token.
    pub scopes: Vec<String>,
    /// The days that the secret is still to be good for.
    pub secret_days_left: Option<i64>,
    /// The days that the certificate is still to be good for.
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
