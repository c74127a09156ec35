//! Tokens, as Entra and Power BI mint them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Moment;
use super::keys::Keys;
use super::world::{Principal, User};

/// The audience of Power BI and of Fabric, one and the same application.
pub const POWER_BI: &str = "https://analysis.windows.net/powerbi/api";
/// How long an access token is valid, in seconds.
pub const LIFETIME: i64 = 3599;
/// Entra dates its tokens back by this, in seconds.
const BACK_DATED: i64 = 300;

/// What a token is issued for.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'w> {
    /// To which application.
    pub principal: Principal<'w>,
    /// On whose behalf, with which delegated permissions. Absent: its own.
    pub user: Option<(&'w User, &'w [String])>,
    /// The `aud` claim.
    pub audience: &'w str,
}

/// The role template id of Fabric administrators in the directory.
const FABRIC_ADMINISTRATOR: &str = "a9ea8996-122f-4c74-9520-8edcd192826c";
/// The role template id that every user has.
const ORDINARY_USER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// An access token. One for an application without a user has no `scp`, and `roles` only where permissions were
/// consented to.
#[must_use]
pub fn access(keys: &Keys, grant: &Grant<'_>, moment: &Moment) -> String {
    let issued = moment.now.as_second();
    let principal = &grant.principal;
    let authority = format!("https://sts.windows.net/{}/", principal.tenant.id);
    let mut claims = json!({
        "aud": grant.audience,
        "iss": authority,
        "iat": issued - BACK_DATED,
        "nbf": issued - BACK_DATED,
        "exp": issued + LIFETIME + 1,
        "appid": principal.application.client_id,
        "idp": authority,
        "tid": principal.tenant.id,
        "uti": unique(moment),
        "ver": "1.0",
    });
    let own = grant.user.map_or_else(|| of_application(grant), |(user, scopes)| of_user(grant, user, scopes));
    if let (Value::Object(claims), Value::Object(own)) = (&mut claims, own) {
        claims.extend(own);
    }
    // Tokens for Microsoft Graph are the ones with a nonce in their header.
    let nonce = (grant.audience == "https://graph.microsoft.com").then(|| unique(moment));
    keys.sign(&claims, nonce)
}

/// An id token: it says who signed in, to the application and to nobody else.
#[must_use]
pub fn id(keys: &Keys, principal: &Principal<'_>, user: &User, moment: &Moment) -> String {
    let issued = moment.now.as_second();
    let claims = json!({
        "aud": principal.application.client_id,
        "iss": format!("https://login.microsoftonline.com/{}/v2.0", principal.tenant.id),
        "iat": issued - BACK_DATED,
        "nbf": issued - BACK_DATED,
        "exp": issued + LIFETIME + 1,
        "nonce": unique(moment),
        "oid": user.id,
        "preferred_username": user.name,
        "sub": unique(moment),
        "tid": principal.tenant.id,
        "ver": "2.0",
    });
    keys.sign(&claims, None)
}

fn of_application(grant: &Grant<'_>) -> Value {
    let principal = &grant.principal;
    let mut claims = json!({
        "appidacr": "1",
        "idtyp": "app",
        "oid": principal.object_id,
        "sub": principal.object_id,
    });
    if grant.audience == POWER_BI && !principal.application.consented.is_empty() {
        claims["roles"] = principal.application.consented.clone().into();
    }
    claims
}

fn of_user(grant: &Grant<'_>, user: &User, scopes: &[String]) -> Value {
    let pairwise = [user.id.as_bytes().as_slice(), grant.principal.application.client_id.as_bytes()].concat();
    let role = if user.fabric_admin { FABRIC_ADMINISTRATOR } else { ORDINARY_USER };
    json!({
        "acct": 0,
        "amr": ["pwd", "mfa"],
        "appidacr": "0",
        "idtyp": "user",
        "oid": user.id,
        "sub": URL_SAFE_NO_PAD.encode(pairwise),
        "scp": scopes.join(" "),
        "unique_name": user.name,
        "upn": user.name,
        "wids": [role],
    })
}

fn unique(moment: &Moment) -> String {
    URL_SAFE_NO_PAD.encode(moment.trace.as_bytes())
}

/// An embed token: two parts, the first compressed and opaque, the second base64 of JSON.
#[must_use]
pub fn embed(moment: &Moment) -> String {
    let opaque = URL_SAFE_NO_PAD.encode([moment.trace.as_bytes().as_slice(), &[0; 80]].concat());
    let about = json!({
        "clusterUrl": "https://wabi-west-europe-redirect.analysis.windows.net",
        "exp": moment.now.as_second() + LIFETIME,
        "allowAccessOverPublicInternet": true,
    });
    format!("H4sIAAAAAAAEA{opaque}.{}", STANDARD.encode(about.to_string()))
}

/// When a token's claims say that it ends.
#[must_use]
pub fn end(claims: &serde_json::Map<String, Value>) -> Option<Timestamp> {
    Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_secs(claims.get("exp")?.as_i64()?)).ok()
}
