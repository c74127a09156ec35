//! What the caller means to do, held against what the caller has.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::intent::{Fit, Principal, ROLES, Role};
use crate::powerbi::request::{entries, role_request};
use crate::record::Record;

/// The operation you named, and whether the caller meets its requirements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Intent {
    /// Its name: `embed-customers`.
    pub name: Option<String>,
    /// What the operation does, in words that follow "to".
    pub title: Option<String>,
    /// The workspace role that the documentation requires.
    pub role_needed: Option<Role>,
    /// Whether the caller's role is sufficient.
    pub role_fit: Option<Fit>,
    /// Whether an application or a user must make the call.
    pub caller_needed: Option<Principal>,
    /// The delegated scopes that a user's token must have.
    pub scopes_needed: Option<Vec<String>>,
    /// The required scopes that the user's token doesn't have.
    pub scopes_missing: Option<Vec<String>>,
}

/// Reads the intent of a run. `None` when none was named.
#[must_use]
pub fn read(record: &Record, role: Option<Role>, scopes: Option<&[String]>) -> Option<Intent> {
    let intent = record.inputs.intent.as_ref()?;
    let missing = scopes.map(|scopes| intent.missing_scopes(scopes)).filter(|missing| !missing.is_empty());
    Some(Intent {
        name: Some(intent.name.clone()),
        title: Some(intent.title.clone()),
        role_needed: intent.role,
        role_fit: role.and_then(|role| intent.fit(role)),
        caller_needed: intent.caller,
        scopes_needed: (!intent.scopes.is_empty()).then(|| intent.scopes.clone()),
        scopes_missing: missing,
    })
}

/// The caller's role in a workspace, from Fabric's lists by role. `None` while a list is missing, was refused or is
/// not whole. That a list by role holds the role in effect is inferred: no source says it.
#[must_use]
pub fn role_in(record: &Record, workspace: &str) -> Option<Role> {
    let mut whole = true;
    for role in ROLES {
        let reply = record.reply(&role_request(role))?;
        let holds = |entry: &Value| {
            entry.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(workspace))
        };
        if entries(reply)?.iter().any(holds) {
            return Some(role);
        }
        whole &= reply.json().and_then(|json| json.get("continuationToken")).is_none_or(Value::is_null);
    }
    whole.then_some(Role::None)
}
