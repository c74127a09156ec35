//! Tokens, as Entra and Power BI mint them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Moment;
use super::keys::Keys;
use super::world::Principal;

/// The audience of Power BI and of Fabric, one and the same application.
pub const POWER_BI: &str = "https://analysis.windows.net/powerbi/api";
/// How long an access token is valid, in seconds.
pub const LIFETIME: i64 = 3599;
/// Entra dates its tokens back by this, in seconds.
const BACK_DATED: i64 = 300;

/// What a token is issued for.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'w> {
    /// To whom.
    pub principal: Principal<'w>,
    /// The `aud` claim.
    pub audience: &'w str,
}

/// An access token for an application without a user: no `scp`, and `roles` only where permissions were consented to.
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
        "appidacr": "1",
        "idp": authority,
        "idtyp": "app",
        "oid": principal.object_id,
        "sub": principal.object_id,
        "tid": principal.tenant.id,
        "uti": unique(moment),
        "ver": "1.0",
    });
    if grant.audience == POWER_BI && !principal.application.consented.is_empty() {
        claims["roles"] = principal.application.consented.clone().into();
    }
    // Tokens for Microsoft Graph are the ones with a nonce in their header.
    let nonce = (grant.audience == "https://graph.microsoft.com").then(|| unique(moment));
    keys.sign(&claims, nonce)
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
