//! The authorization code flow: the page that signs in, and the code that it sends back.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use super::super::reply;
use super::super::world::{Answer, Platform, Principal};
use super::ask::Ask;
use super::client::{self, Presented};
use super::error::Error;
use super::issue::{self, Kind, SignIn, Ticket};
use super::sign_in::{self, How};
use super::{Named, consent, named, resource};
use crate::record::Service;
use crate::wire::WireReply;

/// How long a code may be used, in minutes.
const LIFETIME: i64 = 10;
/// The lengths of a PKCE challenge.
const CHALLENGE: std::ops::RangeInclusive<usize> = 43..=128;

/// The page. The user of the scenario signs in at once, so that it only sends the browser on.
///
/// An application or an address that is not known is told on the page; everything else is told to the address.
pub(super) fn page(ask: &Ask<'_>, tenant: &str) -> WireReply {
    let result = place(ask, tenant).and_then(|(name, principal)| Ok((name, principal, redirect(ask, &principal)?)));
    let (user, principal, (platform, uri)) = match result {
        Ok(found) => found,
        Err(error) => return error_page(ask, &error),
    };
    let parameters = match code(ask, user, &principal, platform, &uri) {
        Ok(code) => vec![("code", code), ("session_state", ask.moment.correlation.to_string())],
        Err(error) => error.parameters(ask.request, ask.moment).to_vec(),
    };
    send_on(ask, uri, parameters)
}

/// The user at the browser and the application in the tenant.
fn place<'w>(ask: &Ask<'w>, tenant: &str) -> Result<(Option<&'w str>, Principal<'w>), Error> {
    let needed = |name: &str| ask.request.parameter(name).filter(|value| !value.is_empty());
    let client_id = needed("client_id").ok_or_else(|| Error::missing("client_id"))?;
    let user = ask.world.browser.user.as_ref().and_then(|name| ask.world.users.get_key_value(name));
    let (name, user) = user.unzip();
    let tenant_name = match named(ask.world, tenant)? {
        Named::Tenant(name, _) => name,
        Named::Alias => {
            let unknown = || Error::unknown_application(&client_id, client::MICROSOFT);
            let (_, application) = ask.world.application(&client_id).ok_or_else(unknown)?;
            if !application.multi_tenant {
                return Err(Error::single_tenant(application));
            }
            user.map_or(application.home.as_str(), |user| user.tenant.as_str())
        }
    };
    Ok((name.map(String::as_str), client::in_tenant(ask.world, tenant_name, &client_id)?))
}

/// The address that was asked for, if it is registered.
fn redirect(ask: &Ask<'_>, principal: &Principal<'_>) -> Result<(Platform, Url), Error> {
    let application = principal.application;
    let uri = ask.request.parameter("redirect_uri").unwrap_or_default();
    if application.redirects.is_empty() {
        return Err(Error::no_redirect_registered());
    }
    let mismatch = || Error::redirect_mismatch(&uri, application);
    let platform = application.redirects.platform(&uri).ok_or_else(mismatch)?;
    Ok((platform, Url::parse(&uri).map_err(|_| mismatch())?))
}

fn code(
    ask: &Ask<'_>,
    user: Option<&str>,
    principal: &Principal<'_>,
    platform: Platform,
    uri: &Url,
) -> Result<String, Error> {
    let parameter = |name: &str| ask.request.parameter(name).filter(|value| !value.is_empty());
    if parameter("response_type").as_deref() != Some("code") {
        return Err(Error::response_type());
    }
    let challenge = challenge(parameter("code_challenge"), parameter("code_challenge_method").as_deref())?;
    let scope = parameter("scope").ok_or_else(|| Error::missing("scope"))?;
    let wanted = resource::wanted(&scope)?;
    let target = resource::target(ask.world, principal.tenant, &wanted.resource, true)?;
    let name = match (user, ask.world.browser.answer) {
        (None, _) | (_, Answer::Nothing | Answer::Late) => return Err(Error::nobody_signed_in()),
        (Some(name), _) => name,
    };
    let user = sign_in::in_browser(ask.world, principal, name)?;
    sign_in::admitted(principal, name, user, &target, How::Browser)?;
    consent::granted(principal, name, &wanted, &target, Some(ask.world.browser.answer))?;
    let ticket = Ticket {
        kind: Kind::Code,
        id: ask.moment.trace,
        client_id: principal.application.client_id,
        tenant: Some(principal.tenant_name.to_owned()),
        user: Some(name.to_owned()),
        scope,
        issued: ask.moment.now,
        second_factor: !user.without_second_factor,
        platform: Some(platform),
        redirect: Some(uri.to_string()),
        challenge,
        nonce: parameter("nonce"),
    };
    Ok(ticket.sealed(ask.keys))
}

/// The challenge as `S256` has it: what is plain is hashed here.
fn challenge(challenge: Option<String>, method: Option<&str>) -> Result<Option<String>, Error> {
    let Some(challenge) = challenge else { return Ok(None) };
    if !CHALLENGE.contains(&challenge.len()) {
        return Err(Error::challenge_size());
    }
    Ok(Some(if method == Some("S256") { challenge } else { hashed(&challenge) }))
}

fn hashed(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn send_on(ask: &Ask<'_>, mut uri: Url, mut parameters: Vec<(&'static str, String)>) -> WireReply {
    if let Some(state) = ask.request.parameter("state") {
        parameters.push(("state", state));
    }
    match ask.request.parameter("response_mode").as_deref() {
        Some("form_post") => return form(ask, &uri, &parameters),
        Some("fragment") => {
            let fragment = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
            uri.set_fragment(Some(&fragment));
        }
        _ => {
            uri.query_pairs_mut().extend_pairs(parameters);
        }
    }
    let mut reply = reply::of_service(302, Service::Entra, ask.moment);
    reply::header(&mut reply, "location", String::from(uri));
    reply
}

/// A page that posts its fields to the address as soon as it is shown.
fn form(ask: &Ask<'_>, uri: &Url, parameters: &[(&'static str, String)]) -> WireReply {
    let field =
        |(name, value): &(&str, String)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", html(value));
    let fields: String = parameters.iter().map(field).collect();
    let form = format!(
        "<form method=\"POST\" action=\"{}\">{fields}</form><script>document.forms[0].submit()</script>",
        html(uri.as_str())
    );
    page_of(ask, 200, "Working", &form)
}

fn error_page(ask: &Ask<'_>, error: &Error) -> WireReply {
    page_of(ask, 400, "Sign in", &format!("<p>{}</p><p>Trace ID: {}</p>", html(&error.said()), ask.moment.trace))
}

fn page_of(ask: &Ask<'_>, status: u16, title: &str, body: &str) -> WireReply {
    let mut reply = reply::of_service(status, Service::Entra, ask.moment);
    reply::header(&mut reply, "content-type", "text/html; charset=utf-8");
    let page = format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>\n");
    reply.body = Some(page.into_bytes());
    reply
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Redeems a code, once.
pub(super) fn redeem(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let code = ask.needed("code")?;
    let client = client::presented(ask, false)?;
    let ticket = Ticket::read(ask, Kind::Code, &code)?;
    let tenant_name = ticket.tenant.as_deref().unwrap_or_default();
    if matches!(named(ask.world, tenant)?, Named::Tenant(name, _) if name != tenant_name) {
        return Err(Error::code_of_another_tenant());
    }
    let principal = client::in_tenant(ask.world, tenant_name, &client.id)?;
    if principal.application.client_id != ticket.client_id {
        return Err(Error::invalid_grant());
    }
    let platform = ticket.platform.unwrap_or(Platform::Public);
    let proof = match (platform, ask.request.header("origin"), &client.presented) {
        (Platform::Spa, None, _) => return Err(Error::no_origin()),
        (Platform::Web | Platform::Public, Some(origin), _) => return Err(Error::cross_origin(origin)),
        (Platform::Web, _, Presented::Nothing) => return Err(Error::credential_wanted()),
        (Platform::Web, ..) | (_, _, Presented::Nothing) => client::proven(ask, tenant, &principal, &client.presented)?,
        (Platform::Spa | Platform::Public, ..) => return Err(Error::credential_of_public_client()),
    };
    check_code(ask, &ticket)?;
    let name = ticket.user.as_deref().unwrap_or_default();
    let (name, _) = ask.world.users.get_key_value(name).ok_or_else(Error::malformed_grant)?;
    let user = sign_in::in_browser(ask.world, &principal, name)?;
    let sign_in = SignIn {
        principal,
        proof,
        name,
        user,
        how: How::Earlier { second_factor: ticket.second_factor },
        browser: Some(Answer::Accept),
        platform: Some(platform),
        nonce: ticket.nonce.clone(),
    };
    issue::tokens(ask, &sign_in, &ticket.scope)
}

fn check_code(ask: &Ask<'_>, ticket: &Ticket) -> Result<(), Error> {
    let end = ticket.issued.saturating_add(SignedDuration::from_mins(LIFETIME));
    if end.is_ok_and(|end| ask.moment.now > end) {
        return Err(Error::code_ended());
    }
    let same = |uri: &str| Url::parse(uri).is_ok_and(|uri| Some(uri.as_str()) == ticket.redirect.as_deref());
    let uri = ask.field("redirect_uri").unwrap_or_default();
    if !same(&uri) {
        return Err(Error::invalid_grant());
    }
    if let Some(challenge) = &ticket.challenge {
        let verifier = ask.field("code_verifier").unwrap_or_default();
        if hashed(&verifier) != *challenge {
            return Err(Error::wrong_verifier());
        }
    }
    if ask.memory.present(&ticket.id.to_string()) > 0 { Err(Error::code_redeemed()) } else { Ok(()) }
}
