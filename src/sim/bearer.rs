//! What Power BI and Fabric check before they look at the route: the token and the tenant's switch.

use uuid::Uuid;

use super::keys::Keys;
use super::request::SimRequest;
use super::world::{PRINCIPALS_MAY_CALL, Principal, World, guid};
use super::{Moment, token};

/// Why a caller is turned away whatever it asks for, in the order in which it is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no Authorization header.
    NoToken,
    /// What the header holds is no access token for this service.
    InvalidToken,
    /// The token is past its end, or altered: the services do not tell the two apart.
    TokenExpired,
    /// The tenant does not let this service principal call.
    SwitchedOff,
}

/// Who calls.
pub(super) fn caller<'w>(
    world: &'w World,
    keys: &Keys,
    request: &SimRequest,
    moment: &Moment,
) -> Result<Principal<'w>, Refusal> {
    let header = request.header("authorization").ok_or(Refusal::NoToken)?;
    let text = header.strip_prefix("Bearer ").ok_or(Refusal::InvalidToken)?;
    let unproven = jsonwebtoken::dangerous::insecure_decode::<serde_json::Map<_, _>>(text)
        .map_err(|_| Refusal::InvalidToken)?
        .claims;
    let audience = unproven.get("aud").and_then(serde_json::Value::as_str).ok_or(Refusal::InvalidToken)?;
    if !is_power_bi(audience) {
        return Err(Refusal::InvalidToken);
    }
    let claims = keys.verified(text).ok_or(Refusal::TokenExpired)?;
    if token::end(&claims).is_none_or(|end| end <= moment.now) {
        return Err(Refusal::TokenExpired);
    }
    let id = |claim: &str| claims.get(claim)?.as_str().and_then(guid);
    let principal = find(world, id("tid"), id("oid")).ok_or(Refusal::InvalidToken)?;
    if world.is_on(PRINCIPALS_MAY_CALL, &principal) { Ok(principal) } else { Err(Refusal::SwitchedOff) }
}

/// The service's names: its URI, the newer one for Fabric and its application id, in any case, with a slash or not.
fn is_power_bi(audience: &str) -> bool {
    let audience = audience.strip_suffix('/').unwrap_or(audience);
    [token::POWER_BI, "https://api.fabric.microsoft.com", "00000009-0000-0000-c000-000000000000"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(audience))
}

fn find(world: &World, tenant: Option<Uuid>, object: Option<Uuid>) -> Option<Principal<'_>> {
    let (tenant, object) = (tenant?, object?);
    let (tenant_name, _) = world.tenants.iter().find(|(_, known)| known.id == tenant)?;
    let mut principals = world.applications.keys().filter_map(|name| world.principal(name, tenant_name));
    principals.find(|principal| principal.object_id == object)
}
