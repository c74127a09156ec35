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
    /// The delegated permissions that a user's token must have; each counts with the one that also writes.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The tenant settings that must be on for the caller, by their names in the evidence.
    #[serde(default)]
    pub settings: Settings,
    /// The opt-in checks that it brings with it.
    #[serde(default)]
    pub probes: Vec<String>,
    /// Whether the report's semantic model matters.
    #[serde(default)]
    pub model: bool,
}

/// The tenant settings that an operation needs, by who calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// For an application that calls for itself.
    #[serde(default)]
    pub app: Vec<String>,
    /// For a user.
    #[serde(default)]
    pub user: Vec<String>,
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

/// Whom the token was issued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Principal {
    /// The application itself, as a service principal or managed identity (app-only token).
    App,
    /// A user, through an application (delegated token).
    User,
}

/// A workspace role, from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// No role.
    None,
    /// Viewer: can read.
    Viewer,
    /// Contributor: can read and write.
    Contributor,
    /// Member: can also share and add members.
    Member,
    /// Admin: can also manage the workspace.
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

/// What the tokens of Microsoft's own clients hold in place of single permissions.
pub const OF_MICROSOFT_CLIENTS: &str = "user_impersonation";

impl Intent {
    /// Whether users bring their own access token, so that there is no embed token.
    #[must_use]
    pub fn embeds_for_users(&self) -> bool {
        self.name == "embed-organization"
    }

    /// The delegated permissions that a user's token lacks.
    #[must_use]
    pub fn missing_scopes(&self, scopes: &[String]) -> Vec<String> {
        let holds = |wanted: &str| scopes.iter().any(|scope| scope == wanted || scope == OF_MICROSOFT_CLIENTS);
        let lacks = |wanted: &&String| !holds(wanted) && !holds(&wanted.replace(".Read.All", ".ReadWrite.All"));
        self.scopes.iter().filter(lacks).cloned().collect()
    }

    /// The tenant settings that it needs for a caller.
    #[must_use]
    pub fn settings_for(&self, caller: Principal) -> &[String] {
        match caller {
            Principal::App => &self.settings.app,
            Principal::User => &self.settings.user,
        }
    }

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
    fn what_a_caller_has_is_held_against_what_is_needed() {
        let intent = Intent {
            name: String::new(),
            title: String::new(),
            role: Some(Role::Member),
            reported: Some(Role::Contributor),
            caller: None,
            capacity: None,
            scopes: vec!["Report.Read.All".to_owned(), "Content.Create".to_owned()],
            settings: Settings::default(),
            probes: Vec::new(),
            model: false,
        };
        assert_eq!(intent.fit(Role::Admin), Some(Fit::Enough));
        assert_eq!(intent.fit(Role::Contributor), Some(Fit::Reported));
        assert_eq!(intent.fit(Role::Viewer), Some(Fit::TooLow));
        let missing = |scopes: &[&str]| {
            intent.missing_scopes(&scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(missing(&["Report.ReadWrite.All"]), ["Content.Create"]);
        assert!(missing(&["user_impersonation"]).is_empty());
    }
}
