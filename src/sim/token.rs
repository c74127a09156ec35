//! Tokens, as Entra and Power BI mint them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Moment;
use super::keys::Keys;
use super::pair::Pair;
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
    /// How the application proved that it is itself.
    pub proof: Proof,
    /// On whose behalf. Absent: the application's own.
    pub user: Option<SignedIn<'w>>,
    /// The `aud` claim.
    pub audience: &'w str,
}

/// A user who signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'w> {
    /// The user.
    pub user: &'w User,
    /// The delegated permissions.
    pub scopes: &'w [String],
    /// Whether there was a second factor.
    pub second_factor: bool,
}

/// How an application proves that it is itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: a public client.
    None,
    /// By a secret.
    Secret,
    /// By a signed assertion.
    Assertion,
    /// By the machine on which it runs: a managed identity.
    Machine,
}

impl Proof {
    /// The `appidacr` claim.
    const fn class(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Assertion | Self::Machine => "2",
        }
    }
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
        "appidacr": grant.proof.class(),
        "idp": authority,
        "tid": principal.tenant.id,
        "uti": unique(moment),
        "ver": "1.0",
    });
    let own = grant.user.map_or_else(|| of_application(grant), |signed_in| of_user(grant, signed_in));
    if let (Value::Object(claims), Value::Object(own)) = (&mut claims, own) {
        claims.extend(own);
    }
    // Tokens for Microsoft Graph are the ones with a nonce in their header.
    let nonce = (grant.audience == "https://graph.microsoft.com").then(|| unique(moment));
    keys.sign(&claims, nonce)
}

/// An id token: it says who signed in, to the application and to nobody else.
///
/// `issuer` is that of the tenant's discovery document, `nonce` what the application asked to find in it.
#[must_use]
pub fn id(
    keys: &Keys,
    principal: &Principal<'_>,
    user: &User,
    issuer: &str,
    nonce: Option<&str>,
    moment: &Moment,
) -> String {
    let now = moment.now.as_second();
    let mut claims = json!({
        "aud": principal.application.client_id,
        "iss": issuer,
        "iat": now - BACK_DATED,
        "nbf": now - BACK_DATED,
        "exp": now + LIFETIME + 1,
        "name": user.name.split('@').next(),
        "oid": user.object_in(principal.tenant_name),
        "preferred_username": user.name,
        "sub": pairwise(principal, user),
        "tid": principal.tenant.id,
        "uti": unique(moment),
        "ver": "2.0",
    });
    if let Some(nonce) = nonce {
        claims["nonce"] = nonce.into();
    }
    keys.sign(&claims, None)
}

fn of_application(grant: &Grant<'_>) -> Value {
    let principal = &grant.principal;
    let mut claims = json!({
        "idtyp": "app",
        "oid": principal.object_id,
        "sub": principal.object_id,
    });
    if grant.audience == POWER_BI && !principal.application.consented.is_empty() {
        claims["roles"] = principal.application.consented.clone().into();
    }
    if grant.proof == Proof::Machine {
        claims["xms_mirid"] = format!(
            "/subscriptions/{}/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{}",
            principal.application.object_id, principal.name
        )
        .into();
    }
    claims
}

fn of_user(grant: &Grant<'_>, signed_in: SignedIn<'_>) -> Value {
    let (principal, user) = (&grant.principal, signed_in.user);
    let role = if user.fabric_admin { FABRIC_ADMINISTRATOR } else { ORDINARY_USER };
    let is_guest = user.tenant != principal.tenant_name;
    let mut claims = json!({
        "acct": u8::from(is_guest),
        "amr": if signed_in.second_factor { &["pwd", "mfa"][..] } else { &["pwd"] },
        "idtyp": "user",
        "oid": user.object_in(principal.tenant_name),
        "sub": pairwise(principal, user),
        "scp": signed_in.scopes.join(" "),
        "unique_name": user.name,
        "wids": [role],
    });
    if !is_guest {
        claims["upn"] = user.name.clone().into();
    }
    claims
}

/// A user's name for one application alone.
fn pairwise(principal: &Principal<'_>, user: &User) -> String {
    URL_SAFE_NO_PAD.encode([user.id.as_bytes().as_slice(), principal.application.client_id.as_bytes()].concat())
}

/// A token of an identity provider outside of Entra, as a platform writes it into a file.
#[must_use]
pub fn external(issuer: &str, subject: &str, audience: &str, from: Timestamp, until: Timestamp) -> String {
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    header.kid = Some("simulated-issuer".to_owned());
    let claims = json!({
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": from.as_second(),
        "nbf": from.as_second(),
        "exp": until.as_second(),
    });
    Pair::issuer().sign(&header, &claims)
}

fn unique(moment: &Moment) -> String {
    URL_SAFE_NO_PAD.encode(moment.trace.as_bytes())
}

/// When a token's claims say that it ends.
#[must_use]
pub fn end(claims: &serde_json::Map<String, Value>) -> Option<Timestamp> {
    Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_secs(claims.get("exp")?.as_i64()?)).ok()
}
