//! The on-behalf-of flow: an application that got a user's token asks for one to another API.

use serde_json::Value;

use super::super::token;
use super::ask::Ask;
use super::error::Error;
use super::issue::{self, SignIn};
use super::sign_in::How;
use super::{client, resource};

/// Exchanges a user's token for the application's own API.
pub(super) fn exchange(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let assertion = ask.needed("assertion")?;
    let client = client::presented(ask, false)?;
    let scope = ask.needed("scope")?;
    if ask.field("requested_token_use").as_deref() != Some("on_behalf_of") {
        return Err(Error::missing("requested_token_use"));
    }
    let principal = client::principal(ask.world, tenant, &client.id)?;
    if matches!(client.presented, client::Presented::Nothing) {
        return Err(Error::credential_wanted());
    }
    let proof = client::proven(ask, tenant, &principal, &client.presented)?;
    let client_id = principal.application.client_id;
    let claims = ask.keys.verified(&assertion).ok_or_else(|| Error::assertion_signature(client_id))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    if !resource::is_own(principal.application, text("aud")) {
        return Err(Error::assertion_for_another(text("aud"), client_id));
    }
    let end = token::end(&claims).unwrap_or_default();
    if end <= ask.moment.now {
        return Err(Error::assertion_ended(ask.moment.now, end));
    }
    let object = super::guid(text("oid"));
    let is_user = |user: &super::super::world::User| user.object_in(principal.tenant_name) == object;
    let user = ask.world.users.iter().find(|(_, user)| object.is_some() && is_user(user));
    let (name, user) = user.ok_or_else(Error::invalid_grant)?;
    let factors = claims.get("amr").and_then(Value::as_array);
    let second_factor = factors.is_some_and(|factors| factors.iter().any(|factor| factor == "mfa"));
    let sign_in = SignIn {
        principal,
        proof,
        name,
        user,
        how: How::Earlier { second_factor },
        browser: None,
        platform: None,
        nonce: None,
    };
    issue::tokens(ask, &sign_in, &scope)
}
