//! Requests to the Power BI REST API.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::intent::Role;
use crate::record::{Hosts, Method, Reply, Request, Service};
use crate::secret::SecretRef;

/// The size of a page of workspaces, the largest that the API gives.
pub const PAGE: usize = 5000;

/// At most so many pages of a list are read: a service that never ends its list must not keep a run for ever.
pub const MOST_PAGES: usize = 20;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A GET with the access token.
#[must_use]
pub fn get(hosts: &Hosts, name: impl Into<String>, path: &str) -> Request {
    let url = format!("{}/v1.0/myorg/{path}", hosts.api);
    Request { bearer: Some(SecretRef::AccessToken), ..Request::new(name, Service::PowerBi, Method::Get, url) }
}

/// The same request, when the run can do without the answer.
#[must_use]
pub const fn aside(mut request: Request) -> Request {
    request.aside = true;
    request
}

/// The first question without a token: it opens the connection and shows who answers.
#[must_use]
pub fn hello(hosts: &Hosts, name: &str) -> Request {
    Request { bearer: None, ..get(hosts, name, "groups?$top=1") }
}

/// A page of the caller's workspaces, from 0.
#[must_use]
pub fn workspaces(hosts: &Hosts, page: usize) -> Request {
    let skip = if page == 0 { String::new() } else { format!("&$skip={}", page * PAGE) };
    get(hosts, page_name("workspaces", page), &format!("groups?$top={PAGE}{skip}"))
}

/// Fabric's list of the workspaces in which the caller has exactly this role.
#[must_use]
pub fn workspaces_by_role(hosts: &Hosts, role: Role) -> Request {
    fabric(hosts, role_request(role), &format!("workspaces?roles={}", role.name()))
}

/// The name of the request for a role: `role-member`.
#[must_use]
pub fn role_request(role: Role) -> String {
    format!("role-{}", role.name().to_lowercase())
}

/// The request for a page of the tenant's workspaces, as an administrator sees them.
pub const ADMIN_WORKSPACES: &str = "admin-workspaces";
/// The request for the tenant's settings.
pub const TENANT_SETTINGS: &str = "tenant-settings";

/// One workspace of the whole tenant: the smallest admin request of Power BI, which demands `$top`.
#[must_use]
pub fn admin_workspaces(hosts: &Hosts) -> Request {
    get(hosts, ADMIN_WORKSPACES, "admin/groups?$top=1")
}

/// The request for what the caller may use.
pub const FEATURES: &str = "available-features";
/// The request for the capacities on which the caller has rights.
pub const CAPACITIES: &str = "capacities";
/// The request for the dashboards of the workspace.
pub const DASHBOARDS: &str = "dashboards";
/// The request for the caller's service principal profiles.
pub const PROFILES: &str = "profiles";
/// The request for the workspaces that Fabric shows.
pub const FABRIC_WORKSPACES: &str = "fabric-workspaces";
/// The request for the network policy of the workspace.
pub const NETWORKING: &str = "networking";
/// The request that runs a query.
pub const QUERY: &str = "query";

/// Fabric's list of the caller's workspaces.
#[must_use]
pub fn fabric_workspaces(hosts: &Hosts) -> Request {
    aside(fabric(hosts, FABRIC_WORKSPACES, "workspaces"))
}

/// The network policy of a workspace, from Fabric.
#[must_use]
pub fn networking(hosts: &Hosts, workspace: &str) -> Request {
    let path = format!("workspaces/{}/networking/communicationPolicy", segment(workspace));
    aside(fabric(hosts, NETWORKING, &path))
}

/// The smallest query: one row with one number.
#[must_use]
pub fn query(hosts: &Hosts, workspace: &str, model: &str) -> Request {
    let body = serde_json::json!({ "queries": [{ "query": "EVALUATE {1}" }] });
    let path = format!("groups/{}/datasets/{}/executeQueries", segment(workspace), segment(model));
    Request { method: Method::Post, json: Some(body), ..get(hosts, QUERY, &path) }
}

/// The tenant's settings, from Fabric's admin API.
#[must_use]
pub fn tenant_settings(hosts: &Hosts) -> Request {
    fabric(hosts, TENANT_SETTINGS, "admin/tenantsettings")
}

/// A request for an embed token. It is made only when it is asked for.
#[must_use]
pub fn generate_token(hosts: &Hosts, name: &str, body: Value) -> Request {
    Request { method: Method::Post, json: Some(body), ..get(hosts, name, "GenerateToken") }
}

/// A request for an embed token for one thing in a workspace, by the route of its kind.
#[must_use]
pub fn generate_token_for(hosts: &Hosts, name: &str, workspace: &str, kind: &str, id: &str, body: Value) -> Request {
    let path = format!("groups/{}/{kind}/{}/GenerateToken", segment(workspace), segment(id));
    Request { method: Method::Post, json: Some(body), ..get(hosts, name, &path) }
}

/// A GET of Fabric's with the access token. Where its host is not known, it goes nowhere: a transport says so.
fn fabric(hosts: &Hosts, name: impl Into<String>, path: &str) -> Request {
    let url = hosts.fabric.as_ref().map_or_else(String::new, |host| format!("{host}/v1/{path}"));
    Request { service: Service::Fabric, url, ..get(hosts, name, "") }
}

/// The name of a page's request: `workspaces`, `workspaces-2`.
#[must_use]
pub fn page_name(list: &str, page: usize) -> String {
    if page == 0 { list.to_owned() } else { format!("{list}-{}", page + 1) }
}

/// A value as one segment of a path.
#[must_use]
pub fn segment(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}

/// The entries of a list. `None` when the reply is no list: a success without `value` is none.
#[must_use]
pub fn entries(reply: &Reply) -> Option<&Vec<Value>> {
    reply.is_success().then(|| reply.json()?.get("value")?.as_array()).flatten()
}
