//! Power BI: workspaces, what is in them, and capacities.

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

use crate::sim::clock::Span;

/// A capacity.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Its tenant.
    pub tenant: String,
    /// Capacity id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Its kind: `F64`, `A1`, `PP3` for Premium Per User.
    pub sku: String,
    /// Whether it is paused.
    #[serde(default)]
    pub paused: bool,
    /// The applications and users that have rights on it: only they see it.
    #[serde(default)]
    pub holders: Vec<String>,
}

/// A workspace and what is in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Its tenant.
    pub tenant: String,
    /// Workspace id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// The capacity that it is assigned to, by name. Absent for shared capacity.
    #[serde(default)]
    pub capacity: Option<String>,
    /// The user whose My workspace it is.
    #[serde(default)]
    pub personal_of: Option<String>,
    /// Whether it refuses callers from public networks.
    #[serde(default)]
    pub inbound_denied: bool,
    /// Roles by the name of an application, a user, a group, or a profile (`application/profile`).
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// From when the roles count, relative to now: a change takes time. Until then there are none.
    #[serde(default)]
    pub roles_count: Span,
    /// Reports by name.
    #[serde(default)]
    pub reports: BTreeMap<String, Report>,
    /// Semantic models by name.
    #[serde(default)]
    pub models: BTreeMap<String, Model>,
    /// Dashboards by name.
    #[serde(default)]
    pub dashboards: BTreeMap<String, Dashboard>,
}

impl Workspace {
    /// One of many that are alike: empty, on shared capacity, with one Viewer.
    #[must_use]
    pub fn of_a_crowd(tenant: &str, id: Uuid, name: String, viewer: &str) -> Self {
        Self {
            tenant: tenant.to_owned(),
            id,
            name,
            capacity: None,
            personal_of: None,
            inbound_denied: false,
            roles: BTreeMap::from([(viewer.to_owned(), Role::Viewer)]),
            roles_count: Span::default(),
            reports: BTreeMap::new(),
            models: BTreeMap::new(),
            dashboards: BTreeMap::new(),
        }
    }
}

/// A workspace role, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Viewer: can read.
    Viewer,
    /// Contributor: can read and write.
    Contributor,
    /// Member: can also share and add members.
    Member,
    /// Admin: can also manage the workspace.
    Admin,
}

impl Role {
    /// Its name in the APIs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Contributor => "Contributor",
            Self::Member => "Member",
            Self::Admin => "Admin",
        }
    }
}

/// A report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Report id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Whether it is a paginated report: it has no semantic model.
    #[serde(default)]
    pub paginated: bool,
    /// The semantic model that it shows, by name.
    #[serde(default)]
    pub model: String,
    /// The workspace that holds the model, by name. Absent: the report's own.
    #[serde(default)]
    pub model_in: Option<String>,
    /// Whether the API does not tell where the model is.
    #[serde(default)]
    pub hides_model_place: bool,
    /// The custom visuals in it that ask their host for an access token of the user, by title.
    #[serde(default)]
    pub visuals_signing_in: Vec<String>,
    /// Whether its page has a layout for mobile devices, beside the usual one.
    #[serde(default)]
    pub mobile_layout: bool,
}

/// A dashboard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// Dashboard id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
}

/// A semantic model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id, `datasetId` in the API.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Who configured it: a user principal name, or an application's name.
    #[serde(default)]
    pub owner: Option<String>,
    /// Whether it has row-level security.
    #[serde(default)]
    pub row_level_security: bool,
    /// Whether an identity must name roles.
    #[serde(default)]
    pub roles_required: bool,
    /// Whether it opens its source as the user who looks (single sign-on).
    #[serde(default)]
    pub single_sign_on: bool,
    /// The applications and users that may build on it without a role that says so.
    #[serde(default)]
    pub builders: Vec<String>,
}
