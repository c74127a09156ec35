//! Refresh tokens. A new one comes with each use, and the old one stays good.

use jiff::SignedDuration;
use serde_json::Value;

use super::super::world::{Platform, User};
use super::ask::Ask;
use super::error::Error;
use super::issue::{self, Kind, SignIn, Ticket};
use super::sign_in::{self, How};
use super::{Named, client, named};

/// A token that is not used for this long ends.
const IDLE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A token of code in a browser ends after this, used or not.
const OF_PAGE: SignedDuration = SignedDuration::from_hours(24);

/// Redeems a refresh token.
pub(super) fn redeem(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let text = ask.needed("refresh_token")?;
    let client = client::presented(ask, false)?;
    let ticket = Ticket::read(ask, Kind::Refresh, &text)?;
    let own = ticket.tenant.as_deref().unwrap_or_default();
    let tenant_name = match named(ask.world, tenant)? {
        Named::Tenant(name, _) => name,
        Named::Alias => own,
    };
    let principal = client::in_tenant(ask.world, tenant_name, &client.id)?;
    if principal.application.client_id != ticket.client_id {
        return Err(Error::invalid_grant());
    }
    let proof = match ticket.platform {
        Some(Platform::Public | Platform::Spa) => {
            if !matches!(client.presented, client::Presented::Nothing) {
                return Err(Error::credential_of_public_client());
            }
            super::super::token::Proof::None
        }
        Some(Platform::Web) | None => client::proven_or_public(ask, tenant, &principal, &client.presented)?,
    };
    let name = ticket.user.as_deref().unwrap_or_default();
    let (name, user) = ask.world.users.get_key_value(name).ok_or_else(Error::malformed_grant)?;
    check_age(ask, &ticket, user)?;
    sign_in::account(user, &principal)?;
    sign_in::in_browser(ask.world, &principal, name)?;
    let sign_in = SignIn {
        principal,
        proof,
        name,
        user,
        how: How::Earlier { second_factor: ticket.second_factor },
        browser: None,
        platform: ticket.platform,
        nonce: None,
    };
    issue::tokens(ask, &sign_in, &scope(ask, &ticket))
}

/// What was asked for first, unless the request names something else; a refresh token comes with it in any case.
fn scope(ask: &Ask<'_>, ticket: &Ticket) -> String {
    let mut scope = ask.field("scope").unwrap_or_else(|| ticket.scope.clone());
    if !scope.split_whitespace().any(|one| one == "offline_access") {
        scope.push_str(" offline_access");
    }
    scope
}

fn check_age(ask: &Ask<'_>, ticket: &Ticket, user: &User) -> Result<(), Error> {
    let now = ask.moment.now;
    let age = now.duration_since(ticket.issued);
    if ticket.platform == Some(Platform::Spa) && age > OF_PAGE {
        return Err(Error::refresh_token_of_page_ended(ticket.issued));
    }
    if age > IDLE {
        return Err(Error::refresh_token_ended(ticket.issued));
    }
    match user.revoked.map(|span| span.after(now)) {
        Some(valid_from) if ticket.issued < valid_from => Err(Error::revoked(ticket.issued, valid_from)),
        _ => Ok(()),
    }
}
