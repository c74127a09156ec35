//! The device code flow.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::world::{Answer, World};
use super::ask::Ask;
use super::error::Error;
use super::issue::{self, Kind, SignIn, Ticket};
use super::sign_in::{self, How};
use super::{Named, client, named, resource};

/// How long a code may be used, in seconds.
const LIFETIME: i64 = 900;
/// The letters of user codes.
const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Gives a code. Whether the application may use it is found out when it is redeemed.
pub(super) fn code(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let client_id = ask.needed("client_id")?;
    let scope = ask.needed("scope")?;
    let (tenant, client_id) = match named(ask.world, tenant)? {
        Named::Tenant(name, _) => {
            let principal = client::in_tenant(ask.world, name, &client_id)?;
            (Some(name.to_owned()), principal.application.client_id)
        }
        Named::Alias => (None, without_tenant(ask.world, &client_id)?),
    };
    resource::wanted(&scope)?;
    let ticket = Ticket {
        kind: Kind::Device,
        id: ask.moment.trace,
        client_id,
        tenant,
        user: None,
        scope,
        issued: ask.moment.now,
        second_factor: false,
        platform: None,
        redirect: None,
        challenge: None,
        nonce: None,
    };
    let user_code: String = ticket
        .id
        .as_bytes()
        .iter()
        .take(9)
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect();
    let page = "https://microsoft.com/devicelogin";
    Ok(json!({
        "user_code": user_code,
        "device_code": ticket.sealed(ask.keys),
        "verification_uri": page,
        "expires_in": LIFETIME,
        "interval": 1,
        "message": format!(
            "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
        ),
    }))
}

/// Without a tenant only an application that other tenants may use is found.
fn without_tenant(world: &World, client_id: &str) -> Result<uuid::Uuid, Error> {
    let (_, application) =
        world.application(client_id).ok_or_else(|| Error::unknown_application(client_id, client::MICROSOFT))?;
    if application.multi_tenant { Ok(application.client_id) } else { Err(Error::no_tenant()) }
}

/// Redeems a code. The user of the scenario acts after the first question.
pub(super) fn redeem(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    // Some clients call the field by its short name.
    let code = ask.field("device_code").or_else(|| ask.field("code"));
    let code = code.ok_or_else(|| Error::missing("device_code"))?;
    let client = client::presented(ask, false)?;
    let ticket = Ticket::read(ask, Kind::Device, &code)?;
    if super::guid(&client.id) != Some(ticket.client_id) {
        return Err(Error::invalid_grant());
    }
    if ticket.issued.saturating_add(SignedDuration::from_secs(LIFETIME)).is_ok_and(|end| ask.moment.now > end) {
        return Err(Error::device_code_ended());
    }
    let browser = &ask.world.browser;
    let user = match (ask.memory.present(&ticket.id.to_string()), browser.answer, &browser.user) {
        (0, ..) | (_, Answer::Nothing, _) | (_, _, None) => return Err(Error::authorization_pending()),
        // Nobody waits a quarter of an hour for that: the first question stands for all of it.
        (_, Answer::Late, _) => return Err(Error::device_code_ended()),
        (_, Answer::Decline, _) => return Err(Error::authorization_declined()),
        (_, Answer::Accept, Some(user)) => user,
    };
    let home = ask.world.users.get(user).map(|user| user.tenant.as_str()).unwrap_or_default();
    let tenant_name = ticket.tenant.as_deref().unwrap_or(home);
    let principal = client::in_tenant(ask.world, tenant_name, &client.id)?;
    let proof = client::proven_or_public(ask, tenant, &principal, &client.presented)?;
    let signed_in = sign_in::in_browser(ask.world, &principal, user)?;
    let sign_in = SignIn {
        principal,
        proof,
        name: user,
        user: signed_in,
        how: How::DeviceCode,
        browser: Some(Answer::Accept),
        platform: None,
        nonce: None,
    };
    issue::tokens(ask, &sign_in, &ticket.scope)
}
