//! The wire forms of Microsoft Entra ID, and of what issues tokens beside it.

pub mod azure_cli;
pub mod grant;
pub mod identity;
pub mod issuer;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::record::{Hosts, Method, Request, Service, USERNAME};

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The discovery document of a tenant: it shows without credentials whether the tenant exists.
#[must_use]
pub fn discovery(hosts: &Hosts, name: &str, tenant: &str) -> Request {
    let url = format!("{}/{}/v2.0/.well-known/openid-configuration", hosts.authority, segment(tenant));
    Request::new(name, Service::Entra, Method::Get, url)
}

/// The keys that a tenant's tokens are signed with.
#[must_use]
pub fn keys(hosts: &Hosts, name: &str, tenant: &str) -> Request {
    let url = format!("{}/{}/discovery/v2.0/keys", hosts.authority, segment(tenant));
    Request::new(name, Service::Entra, Method::Get, url)
}

/// Who checks the password of the user that is given: Entra, or the identity provider of the name's domain. Nothing
/// depends on the answer.
#[must_use]
pub fn user_realm(hosts: &Hosts, name: &str) -> Request {
    let url = format!("{}/common/userrealm/{USERNAME}?api-version=1.0", hosts.authority);
    Request { names_user: true, aside: true, ..Request::new(name, Service::Entra, Method::Get, url) }
}

/// What to do about the number of an error code that isn't known: Entra has a page for each.
#[must_use]
pub fn unknown_code(number: &str) -> String {
    format!(
        "AADSTS{number} looks like an Entra error code, but pbiauth doesn't know it. Look it up at https://login.microsoftonline.com/error?code={number}"
    )
}

/// Whether a URL can carry this as a tenant: not empty, no dot segment, nothing that looks like a secret.
#[must_use]
pub fn is_sendable_tenant(tenant: &str) -> bool {
    !matches!(tenant.trim(), "" | "." | "..")
}

/// The resource of a scope `<resource>/.default`, as managed identities and the v1.0 endpoint name it.
#[must_use]
pub fn resource_of(scope: &str) -> &str {
    scope.strip_suffix("/.default").unwrap_or(scope)
}

/// A text as one segment of a path.
pub(crate) fn segment(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}
