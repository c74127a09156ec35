//! What the caller means to do, and what that needs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An operation and its needs, from `rules/reference/intents.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Its name: `embed-customers`. In the file it is the table's.
    #[serde(default)]
    pub name: String,
    /// What is done, in words that follow "to".
    pub title: String,
    /// The role in the workspace that the documentation asks for.
    pub role: Option<Role>,
    /// The lowest role that is reported to be enough, where it is lower.
    pub reported: Option<Role>,
    /// Who must call. Absent: anybody.
    pub caller: Option<Principal>,
    /// How much it depends on a dedicated capacity. Absent: not at all.
    pub capacity: Option<Capacity>,
    /// The opt-in checks that it brings with it.
    #[serde(default)]
    pub probes: Vec<String>,
    /// Whether the report's semantic model matters.
    #[serde(default)]
    pub model: bool,
}

/// How much an operation depends on a dedicated capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// It works without one, for trial.
    Wanted,
    /// It does not work without one.
    Needed,
}

/// On whose behalf a token speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Principal {
    /// The application itself: a service principal or managed identity.
    App,
    /// A user, through an application.
    User,
}

/// A role in a workspace, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// None at all.
    None,
    /// Reads.
    Viewer,
    /// Reads and writes.
    Contributor,
    /// Also shares.
    Member,
    /// Also manages the workspace.
    Admin,
}

/// The roles that can be held, as the APIs name them.
pub const ROLES: [Role; 4] = [Role::Admin, Role::Member, Role::Contributor, Role::Viewer];

/// How a role fits an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// The documentation says that it is enough.
    Enough,
    /// The documentation asks for more; practitioners report that it is enough.
    Reported,
    /// It is too low.
    TooLow,
}

impl Intent {
    /// How a role fits. Absent where the operation needs none.
    #[must_use]
    pub fn fit(&self, role: Role) -> Option<Fit> {
        let needed = self.role?;
        Some(if role >= needed {
            Fit::Enough
        } else if self.reported.is_some_and(|reported| role >= reported) {
            Fit::Reported
        } else {
            Fit::TooLow
        })
    }
}

impl Role {
    /// Its name in the APIs and the portal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Viewer => "Viewer",
            Self::Contributor => "Contributor",
            Self::Member => "Member",
            Self::Admin => "Admin",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_fits_by_documentation_or_by_report() {
        let intent = Intent {
            name: String::new(),
            title: String::new(),
            role: Some(Role::Member),
            reported: Some(Role::Contributor),
            caller: None,
            capacity: None,
            probes: Vec::new(),
            model: false,
        };
        assert_eq!(intent.fit(Role::Admin), Some(Fit::Enough));
        assert_eq!(intent.fit(Role::Contributor), Some(Fit::Reported));
        assert_eq!(intent.fit(Role::Viewer), Some(Fit::TooLow));
    }
}
