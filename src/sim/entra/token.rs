//! The token endpoint.

use serde_json::{Value, json};

use super::super::token::{self, Grant, LIFETIME};
use super::super::world::Principal;
use super::ask::Ask;
use super::client;
use super::error::Error;
use super::issue::{self, SignIn};
use super::sign_in::{self, How};
use super::{Named, authorize, device, named, on_behalf_of, refresh, resource};
use crate::cloud::Cloud;

/// Issues a token.
///
/// The checks come in Entra's order, so that each error proves what was checked before it: parameters, tenant,
/// application, its proof, then scope and resource, the user, policies, assignment and consent. Where the order is not
/// known, the code says so.
pub(super) fn issue(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    match ask.needed("grant_type")?.as_str() {
        "client_credentials" => for_itself(ask, tenant),
        "password" => by_password(ask, tenant),
        "refresh_token" => refresh::redeem(ask, tenant),
        "authorization_code" => authorize::redeem(ask, tenant),
        // Some clients use the short name of the first drafts.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device::redeem(ask, tenant),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => on_behalf_of::exchange(ask, tenant),
        other => Err(Error::unsupported_grant(other)),
    }
}

/// The client credentials grant. Whether the proof or the scope is checked first is not known for sure.
fn for_itself(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let client = client::presented(ask, true)?;
    let scope = ask.needed("scope")?;
    let principal = match named(ask.world, tenant)? {
        Named::Tenant(_, tenant) if tenant.cloud.login() != Cloud::Public => return Err(Error::cross_cloud()),
        Named::Tenant(name, _) => client::in_tenant(ask.world, name, &client.id)?,
        Named::Alias => return Err(no_tenant(&client.id, &scope)),
    };
    let proof = client::proven(ask, tenant, &principal, &client.presented)?;
    sign_in::application_admitted(&principal)?;
    let resource = resource::named(&scope)?;
    let target = resource::target(ask.world, principal.tenant, resource, false)?;
    let grant = Grant { principal, proof, user: None, audience: &target.audience };
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": token::access(ask.keys, &grant, ask.moment),
    }))
}

/// No tenant is named, so it is taken from the resource asked for: an API of Microsoft's belongs to its directory,
/// where the application is not found (observed for Power BI). A resource that says nothing leaves no tenant at all.
fn no_tenant(client_id: &str, scope: &str) -> Error {
    let known = resource::named(scope).is_ok_and(resource::is_known);
    if known { Error::unknown_application(client_id, client::MICROSOFT) } else { Error::no_tenant() }
}

/// The password grant.
fn by_password(ask: &Ask<'_>, tenant: &str) -> Result<Value, Error> {
    let client = client::presented(ask, false)?;
    let (name, password) = (ask.needed("username")?, ask.needed("password")?);
    let scope = ask.needed("scope")?;
    let principal = of_user(ask, tenant, &client.id, &name)?;
    let proof = client::proven_or_public(ask, tenant, &principal, &client.presented)?;
    let wanted = resource::wanted(&scope)?;
    resource::target(ask.world, principal.tenant, &wanted.resource, true)?;
    let (name, user) = sign_in::by_password(ask.world, &principal, &name, &password)?;
    let sign_in =
        SignIn { principal, proof, name, user, how: How::Password, browser: None, platform: None, nonce: None };
    issue::tokens(ask, &sign_in, &scope)
}

/// The application in the tenant that is named, or in the user's own where `organizations` stands in its place.
fn of_user<'w>(ask: &Ask<'w>, tenant: &str, client_id: &str, user: &str) -> Result<Principal<'w>, Error> {
    match named(ask.world, tenant)? {
        Named::Tenant(name, _) => client::in_tenant(ask.world, name, client_id),
        Named::Alias if tenant != "organizations" => Err(Error::common_endpoint()),
        Named::Alias => {
            let home = sign_in::home(ask.world, user).ok_or_else(Error::unknown_domain)?;
            let principal = client::in_tenant(ask.world, home, client_id)?;
            if principal.application.multi_tenant {
                Ok(principal)
            } else {
                Err(Error::single_tenant(principal.application))
            }
        }
    }
}
