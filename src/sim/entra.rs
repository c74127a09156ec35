//! Entra: discovery documents, signing keys, and the endpoints of every way to a token.

mod ask;
mod assertion;
mod authorize;
mod client;
mod consent;
mod device;
mod error;
mod issue;
mod on_behalf_of;
mod realm;
mod refresh;
mod resource;
mod sign_in;
mod token;

use serde_json::{Value, json};
use url::Url;

use self::ask::Ask;
use self::error::Error;
use super::keys::Keys;
use super::memory::Memory;
use super::request::SimRequest;
use super::token::{self as access_token, Grant, Proof};
use super::world::{Platform, Principal, Tenant, World, guid};
use super::{Moment, reply};
use crate::cloud::Cloud;
use crate::record::Service;
use crate::secret::{Form, Kind};
use crate::wire::WireReply;

/// Names that stand for no tenant of one's own.
const ALIASES: [&str; 3] = ["common", "organizations", "consumers"];
/// Hosts that instance discovery vouches for, beside the one that it is asked on.
const HOSTS: [&str; 4] = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];

/// The answer to a request. What this model does not have is not found.
pub(super) fn answer(world: &World, keys: &Keys, memory: &Memory, request: &SimRequest, moment: &Moment) -> WireReply {
    let ask = Ask { world, keys, memory, request, moment };
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let result = match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["common", "discovery", "instance"]) => instance(request),
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => configuration(world, tenant, request),
        ("GET", [tenant, "discovery", "v2.0", "keys"]) => {
            discovered(world, tenant).map(|tenant| keys.set(&issuer(tenant, request)))
        }
        ("GET", ["common", "userrealm", user]) => Ok(realm::of(world, user)),
        ("GET", [tenant, "oauth2", "v2.0", "authorize"]) => return authorize::page(&ask, tenant),
        ("POST", [tenant, "oauth2", "v2.0", "devicecode"]) => device::code(&ask, tenant),
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => token::issue(&ask, tenant),
        _ => return reply::of_service(404, Service::Entra, moment),
    };
    match result {
        Ok(body) => reply::json(200, Service::Entra, moment, &body),
        Err(error) => error.reply(request, moment),
    }
}

/// A token for a managed identity, with the resource that it is for.
///
/// # Errors
/// The answer, for a resource that no directory knows.
pub(super) fn for_machine(
    world: &World,
    keys: &Keys,
    principal: Principal<'_>,
    request: &SimRequest,
    moment: &Moment,
) -> Result<String, WireReply> {
    let resource = request.parameter("resource").unwrap_or_default();
    let target = resource::target(world, principal.tenant, &resource, false);
    let target = target.map_err(|error| error.reply(request, moment))?;
    let grant = Grant { principal, proof: Proof::Machine, user: None, audience: &target.audience };
    Ok(access_token::access(keys, &grant, moment))
}

/// A refresh token that a user got earlier: when, the moment says.
pub(super) fn refresh_token(
    keys: &Keys,
    principal: &Principal<'_>,
    user: &str,
    platform: Option<Platform>,
    moment: &Moment,
) -> String {
    issue::earlier(keys, principal, user, platform, moment)
}

/// What a tenant segment names: a directory, or any.
#[derive(Debug, Clone, Copy)]
enum Named<'w> {
    Tenant(&'w str, &'w Tenant),
    Alias,
}

fn named<'w>(world: &'w World, text: &str) -> Result<Named<'w>, Error> {
    if ALIASES.contains(&text) {
        return Ok(Named::Alias);
    }
    if let Some((name, tenant)) = world.tenant(text) {
        return Ok(Named::Tenant(name, tenant));
    }
    Err(if is_tenant_form(text) { Error::unknown_tenant(text) } else { Error::malformed_tenant(text) })
}

/// A GUID, or a domain name with a dot in it.
fn is_tenant_form(text: &str) -> bool {
    guid(text).is_some() || (text.contains('.') && text.split('.').all(is_label))
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The tenant of a discovery document. There, a single word counts as a tenant's name too (observed: `secrets`,
/// `tenant_id`), unless it is a GUID with digits missing.
fn discovered<'w>(world: &'w World, text: &str) -> Result<Option<&'w Tenant>, Error> {
    match named(world, text) {
        Ok(Named::Tenant(_, tenant)) => Ok(Some(tenant)),
        Ok(Named::Alias) => Ok(None),
        Err(_) if is_label(text) && Form::of(text).kind != Kind::BrokenGuid => {
            Err(Error::unknown_tenant(text).of_discovery())
        }
        Err(error) => Err(error.of_discovery()),
    }
}

/// On the authority's own host, as MSAL demands; a template where any tenant may be meant.
fn issuer(tenant: Option<&Tenant>, request: &SimRequest) -> String {
    let id = tenant.map_or_else(|| "{tenantid}".to_owned(), |tenant| tenant.id.to_string());
    format!("https://{}/{id}/v2.0", request.host)
}

/// Where a tenant signs in: here, or at the login host of its own cloud.
fn login_host(tenant: Option<&Tenant>, request: &SimRequest) -> String {
    let other = tenant.map(|tenant| tenant.cloud.login()).filter(|cloud| *cloud != Cloud::Public);
    other.map_or_else(|| format!("https://{}", request.host), Cloud::authority)
}

fn configuration(world: &World, text: &str, request: &SimRequest) -> Result<Value, Error> {
    let tenant = discovered(world, text)?;
    let id = tenant.map_or_else(|| text.to_owned(), |tenant| tenant.id.to_string());
    let base = format!("{}/{id}", login_host(tenant, request));
    Ok(json!({
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer(tenant, request),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "tenant_region_scope": tenant.map(|tenant| if tenant.cloud.login() == Cloud::GccHigh { "USGov" } else { "EU" }),
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
    }))
}

fn instance(request: &SimRequest) -> Result<Value, Error> {
    let endpoint = request.parameter("authorization_endpoint").unwrap_or_default();
    let host = Url::parse(&endpoint).ok().and_then(|url| {
        let host = url.host_str()?.to_owned();
        Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
    });
    let host = host.filter(|host| HOSTS.contains(&host.as_str()) || *host == request.host);
    let host = host.ok_or_else(Error::unknown_instance)?;
    let tenant = Url::parse(&endpoint).ok().and_then(|url| Some(url.path_segments()?.next()?.to_owned()));
    let tenant = tenant.unwrap_or_else(|| "common".to_owned());
    let mut aliases = HOSTS.map(str::to_owned).to_vec();
    if !aliases.contains(&host) {
        aliases.push(host.clone());
    }
    Ok(json!({
        "tenant_discovery_endpoint": format!("https://{host}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": HOSTS[0], "preferred_cache": HOSTS[1], "aliases": aliases}],
    }))
}
