//! The Azure CLI's command for a token.

use super::resource_of;
use crate::record::{Method, Request, Service};

/// `az account get-access-token` for the first scope: by its resource where it asks for all that was granted.
#[must_use]
pub fn token(name: &str, tenant: Option<&str>, scopes: &[String]) -> Request {
    let scope = scopes.first().map_or("", String::as_str);
    let wanted = match resource_of(scope) {
        resource if resource.len() < scope.len() => format!("--resource={resource}"),
        scope => format!("--scope={scope}"),
    };
    let tenant = tenant.map_or_else(String::new, |tenant| format!(" --tenant={tenant}"));
    let line = format!("az account get-access-token --output=json {wanted}{tenant}");
    Request::new(name, Service::AzureCli, Method::Run, line)
}
