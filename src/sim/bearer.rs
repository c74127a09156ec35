//! What Power BI and Fabric check before they look at the route: the token and the tenant's switch.

use super::keys::Keys;
use super::request::SimRequest;
use super::world::{Caller, Who, World, guid};
use super::{Moment, token};
use crate::cloud::{self, Cloud};

/// Why a caller is turned away whatever it asks for, in the order in which it is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no Authorization header.
    NoToken,
    /// What the header holds is no access token for this service.
    InvalidToken,
    /// The token is past its end, or altered: the services do not tell the two apart.
    TokenExpired,
    /// The user's session was revoked: a fresh token is asked for (errors.tsv A06).
    Challenged,
    /// The tenant does not let this service principal call.
    SwitchedOff,
}

/// Who calls.
pub(super) fn caller<'w>(
    world: &'w World,
    keys: &Keys,
    request: &SimRequest,
    moment: &Moment,
) -> Result<Caller<'w>, Refusal> {
    let header = request.header("authorization").ok_or(Refusal::NoToken)?;
    let text = header.strip_prefix("Bearer ").ok_or(Refusal::InvalidToken)?;
    holder(world, keys, text, moment).map(|caller| as_profile(caller, request))
}

/// Whoever a token speaks for.
pub(super) fn holder<'w>(world: &'w World, keys: &Keys, text: &str, moment: &Moment) -> Result<Caller<'w>, Refusal> {
    let unproven = jsonwebtoken::dangerous::insecure_decode::<serde_json::Map<_, _>>(text)
        .map_err(|_| Refusal::InvalidToken)?
        .claims;
    let audience = unproven.get("aud").and_then(serde_json::Value::as_str).ok_or(Refusal::InvalidToken)?;
    let tenant = unproven.get("tid").and_then(serde_json::Value::as_str).and_then(|id| world.tenant(id));
    if !is_power_bi(audience, tenant.map_or(Cloud::Public, |(_, tenant)| tenant.cloud)) {
        return Err(Refusal::InvalidToken);
    }
    let claims = keys.verified(text).ok_or(Refusal::TokenExpired)?;
    if token::end(&claims).is_none_or(|end| end <= moment.now) {
        return Err(Refusal::TokenExpired);
    }
    let text = |claim: &str| claims.get(claim).and_then(serde_json::Value::as_str);
    let id = |claim: &str| text(claim).and_then(guid).ok_or(Refusal::InvalidToken);
    let scopes = text("scp").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let caller = world.caller(id("tid")?, id("oid")?, scopes).ok_or(Refusal::InvalidToken)?;
    if matches!(&caller.who, Who::User(user, _) if user.challenged) {
        return Err(Refusal::Challenged);
    }
    if world.may_call(&caller, moment.now) { Ok(caller) } else { Err(Refusal::SwitchedOff) }
}

/// When the token of a request ends. Absent where there is none that can be read.
pub(super) fn end(keys: &Keys, request: &SimRequest) -> Option<jiff::Timestamp> {
    let text = request.header("authorization")?.strip_prefix("Bearer ")?;
    token::end(&keys.verified(text)?)
}

/// A service principal that names one of its profiles acts as that profile; one that it does not have sees nothing.
fn as_profile<'w>(mut caller: Caller<'w>, request: &SimRequest) -> Caller<'w> {
    if let (Who::Application(application), Some(id)) = (&caller.who, request.header("x-powerbi-profile-id")) {
        let profile = application.profiles.iter().find(|(_, known)| Some(**known) == guid(id));
        caller.name = format!("{}/{}", caller.name, profile.map_or("", |(name, _)| name.as_str()));
    }
    caller
}

/// The service's names in its cloud: its URI, in the public one also the newer one for Fabric and its application id, in
/// any case, with a slash or not.
fn is_power_bi(audience: &str, cloud: Cloud) -> bool {
    cloud::of_resource(audience.strip_suffix('/').unwrap_or(audience)) == Some(cloud)
}
