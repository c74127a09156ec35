//! The APIs that tokens are issued for, and the scopes that name them.

use super::super::token::POWER_BI;
use super::error::Error;

/// The names of each API and its `aud` claim. Fabric's name is one of Power BI's.
const RESOURCES: [(&[&str], &str); 4] = [
    (&[POWER_BI, "https://api.fabric.microsoft.com", "00000009-0000-0000-c000-000000000000"], POWER_BI),
    (&["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"], "https://graph.microsoft.com"),
    (
        &[
            "https://management.azure.com",
            "https://management.core.windows.net",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ],
        "https://management.azure.com",
    ),
    (&["https://storage.azure.com", "e406a681-f3d4-42a8-90b6-c2b029497af1"], "https://storage.azure.com"),
];

/// What the end of every scope of an application must be.
const DEFAULT: &str = "/.default";

/// The resource that a scope of the client credentials flow names, as it stands there.
pub(super) fn named(scope: &str) -> Result<&str, Error> {
    let mut scopes = scope.split_whitespace();
    let first = scopes.next().unwrap_or_default();
    let resource = first.strip_suffix(DEFAULT).ok_or_else(|| Error::scope_without_default(scope))?;
    if scopes.any(|other| other.strip_suffix(DEFAULT) != Some(resource)) {
        return Err(Error::several_resources());
    }
    // A name that is neither a URI nor an application id cannot be looked up at all.
    if !resource.contains("://") && super::guid(resource).is_none() {
        return Err(Error::scope_not_valid(scope));
    }
    Ok(resource)
}

/// The `aud` claim for a resource. Absent for a resource that no directory knows.
///
/// A doubled slash before `.default` asks for the resource with a slash at its end, and `aud` then has one too.
pub(super) fn audience(resource: &str) -> Option<String> {
    let (name, slash) = resource.strip_suffix('/').map_or((resource, ""), |name| (name, "/"));
    let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    RESOURCES.iter().find(|(names, _)| known(names)).map(|(_, audience)| format!("{audience}{slash}"))
}
