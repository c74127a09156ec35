//! What a user's flow gets: tokens, and the codes that stand for a sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::Moment;
use super::super::keys::Keys;
use super::super::token::{self, Grant, LIFETIME, POWER_BI, Proof, SignedIn};
use super::super::world::{Answer, Platform, Principal, User};
use super::ask::Ask;
use super::consent;
use super::error::Error;
use super::resource::{self, Wanted};
use super::sign_in::{self, How};

/// How a refresh token begins, and what stands in the middle of it.
const REFRESH: (&str, &str) = ("1.A", ".Ag");
/// The length of a refresh token's first part.
const FRONT: usize = 60;

/// What a code or a refresh token stands for. It is sealed, so that clients see nothing in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// What it may be used as.
    pub(super) kind: Kind,
    /// Its own id.
    pub(super) id: Uuid,
    /// The application.
    pub(super) client_id: Uuid,
    /// The tenant's name in the scenario. Absent: it depends on who signs in.
    pub(super) tenant: Option<String>,
    /// The user's name in the scenario. Absent: nobody signed in yet.
    pub(super) user: Option<String>,
    /// The scope that was asked for.
    pub(super) scope: String,
    /// When it was issued.
    pub(super) issued: Timestamp,
    /// Whether there was a second factor.
    pub(super) second_factor: bool,
    /// What the platform of the redirect URI was. Absent: there was none.
    pub(super) platform: Option<Platform>,
    /// The redirect URI.
    pub(super) redirect: Option<String>,
    /// The PKCE challenge.
    pub(super) challenge: Option<String>,
    /// What the id token has to repeat.
    pub(super) nonce: Option<String>,
}

/// The kinds of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A device code.
    Device,
    /// An authorization code.
    Code,
    /// A refresh token.
    Refresh,
}

/// A sign-in that is about to be answered with tokens.
pub(super) struct SignIn<'w> {
    /// The application in the tenant.
    pub(super) principal: Principal<'w>,
    /// How the application proved itself.
    pub(super) proof: Proof,
    /// The user's name in the scenario.
    pub(super) name: &'w str,
    /// The user.
    pub(super) user: &'w User,
    /// How the user signed in.
    pub(super) how: How,
    /// What the user does on a page that asks for consent. Absent: there is no page.
    pub(super) browser: Option<Answer>,
    /// The platform of the redirect URI.
    pub(super) platform: Option<Platform>,
    /// What the id token has to repeat.
    pub(super) nonce: Option<String>,
}

impl Ticket {
    /// As the text that a client gets.
    pub(super) fn sealed(&self, keys: &Keys) -> String {
        let sealed = keys.seal(self);
        let (front, rest) = sealed.split_at_checked(FRONT).unwrap_or((&sealed, ""));
        match self.kind {
            Kind::Refresh => format!("{}{front}{}{rest}", REFRESH.0, REFRESH.1),
            Kind::Code => format!("{}{sealed}", REFRESH.0),
            Kind::Device => sealed,
        }
    }

    /// The ticket of a text that a client brings back.
    pub(super) fn read(ask: &Ask<'_>, kind: Kind, text: &str) -> Result<Self, Error> {
        let sealed = match kind {
            Kind::Refresh => text.strip_prefix(REFRESH.0).map(|rest| rest.replacen(REFRESH.1, "", 1)),
            Kind::Code => text.strip_prefix(REFRESH.0).map(str::to_owned),
            Kind::Device => Some(text.to_owned()),
        };
        let ticket = sealed.and_then(|sealed| ask.keys.unseal::<Self>(&sealed));
        ticket.filter(|ticket| ticket.kind == kind).ok_or_else(Error::malformed_grant)
    }
}

/// Checks policies, assignment and consent, and gives the tokens.
pub(super) fn tokens(ask: &Ask<'_>, sign_in: &SignIn<'_>, scope: &str) -> Result<Value, Error> {
    let SignIn { principal, user, .. } = sign_in;
    let wanted = resource::wanted(scope)?;
    let target = resource::target(ask.world, principal.tenant, &wanted.resource, true)?;
    sign_in::admitted(principal, sign_in.name, user, &target, sign_in.how)?;
    let scopes = consent::granted(principal, sign_in.name, &wanted, &target, sign_in.browser)?;
    let second_factor = match sign_in.how {
        How::Password => false,
        How::Browser | How::DeviceCode => !user.without_second_factor,
        How::Earlier { second_factor } => second_factor,
    };
    let signed_in = SignedIn { user, scopes: &scopes, second_factor };
    let grant =
        Grant { principal: *principal, proof: sign_in.proof, user: Some(signed_in), audience: &target.audience };
    let mut body = json!({
        "token_type": "Bearer",
        "scope": said(&wanted, &scopes),
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": token::access(ask.keys, &grant, ask.moment),
    });
    if wanted.openid {
        let issuer = super::issuer(Some(principal.tenant), ask.request);
        let nonce = sign_in.nonce.as_deref();
        body["id_token"] = token::id(ask.keys, principal, user, &issuer, nonce, ask.moment).into();
    }
    if wanted.offline {
        body["refresh_token"] = refresh(ask, sign_in, scope, second_factor).into();
    }
    if ask.field("client_info").is_some() {
        body["client_info"] = client_info(principal, user).into();
    }
    Ok(body)
}

fn refresh(ask: &Ask<'_>, sign_in: &SignIn<'_>, scope: &str, second_factor: bool) -> String {
    let ticket = Ticket {
        kind: Kind::Refresh,
        id: ask.moment.trace,
        client_id: sign_in.principal.application.client_id,
        tenant: Some(sign_in.principal.tenant_name.to_owned()),
        user: Some(sign_in.name.to_owned()),
        scope: scope.to_owned(),
        issued: ask.moment.now,
        second_factor,
        platform: sign_in.platform,
        redirect: None,
        challenge: None,
        nonce: None,
    };
    ticket.sealed(ask.keys)
}

/// A refresh token of an earlier sign-in, with a second factor, for all that was consented to.
pub(super) fn earlier(
    keys: &Keys,
    principal: &Principal<'_>,
    user: &str,
    platform: Option<Platform>,
    moment: &Moment,
) -> String {
    let ticket = Ticket {
        kind: Kind::Refresh,
        id: moment.trace,
        client_id: principal.application.client_id,
        tenant: Some(principal.tenant_name.to_owned()),
        user: Some(user.to_owned()),
        scope: format!("{POWER_BI}/.default offline_access openid profile"),
        issued: moment.now,
        second_factor: true,
        platform,
        redirect: None,
        challenge: None,
        nonce: None,
    };
    ticket.sealed(keys)
}

/// Who signed in, for clients that keep accounts.
fn client_info(principal: &Principal<'_>, user: &User) -> String {
    let info = json!({"uid": user.object_in(principal.tenant_name), "utid": principal.tenant.id});
    URL_SAFE_NO_PAD.encode(info.to_string())
}

/// The scopes with the name of their API, as Entra repeats them.
fn said(wanted: &Wanted, scopes: &[String]) -> String {
    let resource = if resource::is_fabric(&wanted.resource) { POWER_BI } else { &wanted.resource };
    let mut said: Vec<String> = scopes.iter().map(|scope| format!("{resource}/{scope}")).collect();
    if wanted.permissions.is_empty() {
        said.push(format!("{resource}/.default"));
    }
    said.join(" ")
}
