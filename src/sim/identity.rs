//! Managed identities: what the machine answers on which the caller runs.
//!
//! A virtual machine has the instance metadata service, App Service an address in its environment. Their answers have
//! text where Entra's have numbers.

use serde_json::{Value, json};

use super::keys::Keys;
use super::request::SimRequest;
use super::token::LIFETIME;
use super::world::{Host, Principal, World, guid};
use super::{Moment, entra, reply};
use crate::wire::WireReply;

/// The path of App Service's endpoint.
pub(super) const IDENTITY_PATH: &str = "/msi/token";
/// The path of the instance metadata service, with or without a slash at its end.
const METADATA_PATH: &str = "/metadata/identity/oauth2/token";

/// Whose endpoint is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    AppService,
    Metadata,
}

/// Why the machine has no identity to give.
enum Refusal {
    /// It has none at all, or not the one that is asked for.
    NotAssigned,
    /// It has several, and none is named.
    Ambiguous,
}

/// The answer, for a request that is the machine's to answer. `None` for every other request.
pub(super) fn answer(world: &World, keys: &Keys, request: &SimRequest, moment: &Moment) -> Option<WireReply> {
    let host = world.host.as_ref()?;
    let endpoint = endpoint(request)?;
    Some(checked(world, keys, host, endpoint, request, moment).unwrap_or_else(|reply| reply))
}

fn endpoint(request: &SimRequest) -> Option<Endpoint> {
    if request.method != "GET" {
        return None;
    }
    match request.path.trim_end_matches('/') {
        IDENTITY_PATH => Some(Endpoint::AppService),
        METADATA_PATH => Some(Endpoint::Metadata),
        _ => None,
    }
}

fn checked(
    world: &World,
    keys: &Keys,
    host: &Host,
    endpoint: Endpoint,
    request: &SimRequest,
    moment: &Moment,
) -> Result<WireReply, WireReply> {
    if endpoint == Endpoint::AppService && request.header("x-identity-header") != Some(host.header.as_str()) {
        return Err(reply::empty(401, moment));
    }
    if endpoint == Endpoint::Metadata && request.header("metadata") != Some("true") {
        let description = "Required metadata header not specified";
        return Err(endpoint.json(400, moment, &json!({"error": "bad_request_102", "error_description": description})));
    }
    let has_resource = request.parameter("resource").is_some_and(|resource| !resource.is_empty());
    if !has_resource || request.parameter("api-version").is_none() {
        return Err(endpoint.json(400, moment, &json!({"error": "invalid_request"})));
    }
    let principal = identity(world, host, request).map_err(|refusal| endpoint.refusal(&refusal, request, moment))?;
    let token = entra::for_machine(world, keys, principal, request, moment)?;
    Ok(endpoint.json(200, moment, &endpoint.token(&token, &principal, request, moment)))
}

/// The identity that is asked for. Without a name it is the system-assigned one, or the only one.
fn identity<'w>(world: &'w World, host: &'w Host, request: &SimRequest) -> Result<Principal<'w>, Refusal> {
    let named = ["client_id", "object_id", "principal_id", "msi_res_id", "mi_res_id"];
    let named = named.iter().find_map(|name| Some((*name, request.parameter(name)?)));
    let assigned = || host.system_assigned.iter().chain(&host.user_assigned);
    let name = match (named, &host.system_assigned, host.user_assigned.as_slice()) {
        (Some((by, id)), ..) => assigned().find(|name| is_meant(world, name, by, &id)),
        (None, Some(system), _) => Some(system),
        (None, None, [only]) => Some(only),
        (None, None, []) => None,
        (None, None, _) => return Err(Refusal::Ambiguous),
    };
    let name = name.ok_or(Refusal::NotAssigned)?;
    let home = world.applications.get(name).map(|application| application.home.as_str());
    home.and_then(|home| world.principal(name, home)).ok_or(Refusal::NotAssigned)
}

fn is_meant(world: &World, name: &str, by: &str, id: &str) -> bool {
    let Some(application) = world.applications.get(name) else { return false };
    match by {
        "client_id" => guid(id) == Some(application.client_id),
        "object_id" | "principal_id" => application.principals.values().any(|object| guid(id) == Some(*object)),
        _ => id.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name)),
    }
}

impl Endpoint {
    fn json(self, status: u16, moment: &Moment, body: &Value) -> WireReply {
        let mut reply = reply::empty(status, moment);
        let server = match self {
            Self::AppService => "Kestrel",
            Self::Metadata => "IMDS/150.870.65.1854",
        };
        reply::header(&mut reply, "server", server);
        reply::put_json(&mut reply, body);
        reply
    }

    /// Both texts of each service are observed.
    fn refusal(self, refusal: &Refusal, request: &SimRequest, moment: &Moment) -> WireReply {
        let by_name = request.parameter("client_id").is_some();
        let text = match (self, refusal) {
            (Self::Metadata, Refusal::NotAssigned) => "Identity not found",
            (Self::Metadata, Refusal::Ambiguous) => {
                "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in \
                 the token request"
            }
            (Self::AppService, Refusal::NotAssigned) if by_name => {
                "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."
            }
            (Self::AppService, _) => "Unable to load the proper Managed Identity.",
        };
        let body = match self {
            Self::Metadata => json!({"error": "invalid_request", "error_description": text}),
            Self::AppService => json!({"statusCode": 400, "message": text, "correlationId": moment.correlation}),
        };
        self.json(400, moment, &body)
    }

    fn token(self, token: &str, principal: &Principal<'_>, request: &SimRequest, moment: &Moment) -> Value {
        let now = moment.now.as_second();
        let mut body = json!({
            "access_token": token,
            "client_id": principal.application.client_id,
            "expires_on": (now + LIFETIME + 1).to_string(),
            "resource": request.parameter("resource"),
            "token_type": "Bearer",
        });
        if self == Self::Metadata {
            body["expires_in"] = LIFETIME.to_string().into();
            body["ext_expires_in"] = LIFETIME.to_string().into();
            body["not_before"] = (now - 300).to_string().into();
            body["refresh_token"] = "".into();
        }
        body
    }
}
