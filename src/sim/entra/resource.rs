//! The APIs that tokens are issued for, and the scopes that name them.

use super::super::token::POWER_BI;
use super::super::world::{Application, Availability, Tenant, World};
use super::error::Error;

/// An API of Microsoft's.
pub(super) struct Api {
    /// Its application id.
    id: &'static str,
    /// Its name in the directory.
    title: &'static str,
    /// The URIs that stand for it beside the id.
    uris: &'static [&'static str],
    /// The `aud` claim of its tokens.
    audience: &'static str,
}

/// Fabric's name is one of Power BI's.
const APIS: [Api; 4] = [
    Api {
        id: "00000009-0000-0000-c000-000000000000",
        title: "Power BI Service",
        uris: &[POWER_BI, "https://api.fabric.microsoft.com"],
        audience: POWER_BI,
    },
    Api { id: "00000003-0000-0000-c000-000000000000", title: "Microsoft Graph", uris: &[GRAPH], audience: GRAPH },
    Api {
        id: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        title: "Windows Azure Service Management API",
        uris: &["https://management.azure.com", "https://management.core.windows.net"],
        audience: "https://management.azure.com",
    },
    Api {
        id: "e406a681-f3d4-42a8-90b6-c2b029497af1",
        title: "Azure Storage",
        uris: &["https://storage.azure.com"],
        audience: "https://storage.azure.com",
    },
];

const GRAPH: &str = "https://graph.microsoft.com";

/// What the end of every scope of an application must be.
const DEFAULT: &str = "/.default";
/// Scopes that ask for something about the sign-in itself.
const OF_SIGN_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a user's token is asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The API as the scope names it.
    pub(super) resource: String,
    /// The permissions. Empty: what is consented to already.
    pub(super) permissions: Vec<String>,
    /// Whether an id token is asked for.
    pub(super) openid: bool,
    /// Whether a refresh token is asked for.
    pub(super) offline: bool,
}

/// An API, and the `aud` claim of a token for it.
pub(super) struct Target {
    /// Absent for an API of an application of one's own.
    pub(super) api: Option<&'static Api>,
    /// The claim.
    pub(super) audience: String,
}

impl Target {
    /// Whether it is Power BI.
    pub(super) fn is_power_bi(&self) -> bool {
        self.api.is_some_and(|api| api.audience == POWER_BI)
    }

    /// Whether it is Microsoft Graph.
    pub(super) fn is_graph(&self) -> bool {
        self.api.is_some_and(|api| api.audience == GRAPH)
    }

    /// The id by which errors name it.
    pub(super) fn id(&self) -> &str {
        self.api.map_or(&self.audience, |api| api.id)
    }
}

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

/// The resource and the permissions that the scope of a user's flow names. A bare permission is Microsoft Graph's.
pub(super) fn wanted(scope: &str) -> Result<Wanted, Error> {
    let has = |wanted: &str| scope.split_whitespace().any(|scope| scope == wanted);
    let mut resource: Option<String> = None;
    let mut permissions = Vec::new();
    for one in scope.split_whitespace().filter(|one| !OF_SIGN_IN.contains(one)) {
        let (api, permission) = apart(one);
        if resource.get_or_insert_with(|| api.to_owned()) != api {
            return Err(Error::several_resources());
        }
        permissions.push(permission.to_owned());
    }
    permissions.retain(|permission| permission != ".default");
    let resource = resource.unwrap_or_else(|| GRAPH.to_owned());
    Ok(Wanted { resource, permissions, openid: has("openid"), offline: has("offline_access") })
}

fn apart(scope: &str) -> (&str, &str) {
    match scope.rsplit_once('/') {
        Some((api, permission)) if api.contains("://") || super::guid(api).is_some() => (api, permission),
        _ => (GRAPH, scope),
    }
}

/// The API that a resource names in a tenant. `for_user` tells the two errors for a missing one apart.
pub(super) fn target(world: &World, tenant: &Tenant, resource: &str, for_user: bool) -> Result<Target, Error> {
    let unknown = || Error::unknown_resource(resource, &tenant.name);
    let target = find(world, resource).ok_or_else(unknown)?;
    match (target.api, tenant.power_bi) {
        (Some(api), Availability::Disabled) if target.is_power_bi() => Err(Error::disabled_resource(api.id)),
        (Some(api), Availability::Missing) if target.is_power_bi() && for_user => {
            Err(Error::no_resource_principal(api.id, api.title, tenant.id))
        }
        (Some(_), Availability::Missing) if target.is_power_bi() => Err(unknown()),
        _ => Ok(target),
    }
}

/// Whether any directory knows a resource.
pub(super) fn is_known(resource: &str) -> bool {
    of_microsoft(resource).is_some()
}

/// A doubled slash before `.default` asks for the resource with a slash at its end, and `aud` then has one too.
fn of_microsoft(resource: &str) -> Option<Target> {
    let (name, slash) = resource.strip_suffix('/').map_or((resource, ""), |name| (name, "/"));
    let is_known =
        |api: &Api| api.id.eq_ignore_ascii_case(name) || api.uris.iter().any(|uri| uri.eq_ignore_ascii_case(name));
    let api = APIS.iter().find(|api| is_known(api))?;
    Some(Target { api: Some(api), audience: format!("{}{slash}", api.audience) })
}

fn find(world: &World, resource: &str) -> Option<Target> {
    of_microsoft(resource).or_else(|| {
        let application = world.applications.values().find(|application| is_own(application, resource))?;
        Some(Target { api: None, audience: uri(application) })
    })
}

/// Whether a resource is the API of an application of one's own.
pub(super) fn is_own(application: &Application, resource: &str) -> bool {
    super::guid(resource) == Some(application.client_id) || resource.eq_ignore_ascii_case(&uri(application))
}

fn uri(application: &Application) -> String {
    format!("api://{}", application.client_id)
}

/// Whether a resource is named as Fabric's: answers then speak of Power BI.
pub(super) fn is_fabric(resource: &str) -> bool {
    resource.eq_ignore_ascii_case("https://api.fabric.microsoft.com")
}
