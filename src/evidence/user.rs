//! What people can see of the user where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;

/// The user who signs in. Only a person knows: it comes by `--fact` and is never read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct User {
    /// Whether the same name and password are taken at the sign-in page of a browser.
    pub signs_in_in_browser: Option<bool>,
    /// Who checks the password of the user's domain.
    pub domain: Option<Domain>,
    /// Whether the hash of the user's password is synchronized from the local directory to Entra.
    pub password_hash_is_synced: Option<bool>,
    /// Whether the user belongs to another tenant than the one that was asked.
    pub home_is_another_tenant: Option<bool>,
    /// Whether the account that is signed in is the one that was meant.
    pub is_the_one_meant: Option<bool>,
    /// Whether the password was changed or reset, or the sessions were revoked, since the sign-in.
    pub password_changed: Option<bool>,
}

/// The kinds of domain that a user name can end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Entra checks the password.
    Managed,
    /// Another identity provider checks it, as AD FS.
    Federated,
    /// Entra does not know the domain.
    Unknown,
}
