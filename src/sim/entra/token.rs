//! The token endpoint.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::keys::Keys;
use super::super::request::SimRequest;
use super::super::token::{self, Grant, LIFETIME};
use super::super::world::{Application, Principal, World};
use super::super::{Moment, entra::resource};
use super::error::Error;
use super::{Named, named};

/// The directory in which Microsoft's own applications are registered.
const MICROSOFT: &str = "Microsoft Services";

/// A token request, complete as far as its parameters go.
struct Asked {
    client_id: String,
    secret: String,
    scope: String,
}

/// Issues a token.
///
/// The checks come in Entra's order, so that each error proves what was checked before it: parameters, tenant,
/// application, secret, scope (the last two in an order that is not known for sure).
pub(super) fn issue(
    world: &World,
    keys: &Keys,
    tenant: &str,
    request: &SimRequest,
    moment: &Moment,
) -> Result<Value, Error> {
    let asked = parameters(request)?;
    let principal = principal(world, tenant, &asked)?;
    check_secret(principal.application, &asked.secret, moment.now)?;
    let resource = resource::named(&asked.scope)?;
    let audience =
        resource::audience(resource).ok_or_else(|| Error::unknown_resource(resource, &principal.tenant.name))?;
    let token = token::access(keys, &Grant { principal, user: None, audience: &audience }, moment);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": token,
    }))
}

/// An empty parameter is a missing one.
fn parameters(request: &SimRequest) -> Result<Asked, Error> {
    let field = |name: &str| request.form(name).filter(|value| !value.is_empty());
    let grant = field("grant_type").ok_or_else(|| Error::missing("grant_type"))?;
    if grant != "client_credentials" {
        return Err(Error::unsupported_grant(&grant));
    }
    let basic = request.basic();
    let (basic_id, basic_secret) = basic.unzip();
    let secret = field("client_secret").or(basic_secret).filter(|secret| !secret.is_empty());
    let secret = secret.ok_or_else(Error::no_credential)?;
    let client_id = field("client_id").or(basic_id).filter(|id| !id.is_empty());
    let client_id = client_id.ok_or_else(|| Error::missing("client_id"))?;
    let scope = field("scope").ok_or_else(|| Error::missing("scope"))?;
    Ok(Asked { client_id, secret, scope })
}

fn principal<'w>(world: &'w World, tenant: &str, asked: &Asked) -> Result<Principal<'w>, Error> {
    let (tenant_name, tenant) = match named(world, tenant)? {
        Named::Tenant(name, tenant) => (name, tenant),
        Named::Alias => return Err(no_tenant(asked)),
    };
    let unknown = || Error::unknown_application(&asked.client_id, &tenant.name);
    let (name, application) = world.application(&asked.client_id).ok_or_else(unknown)?;
    world.principal(name, tenant_name).ok_or_else(|| {
        // A registration without a service principal is known in its home alone.
        if application.home == tenant_name {
            Error::no_principal(&asked.client_id, &tenant.id.to_string())
        } else {
            unknown()
        }
    })
}

/// No tenant is named, so it is taken from the resource asked for: an API of Microsoft's belongs to its directory,
/// where the application is not found (observed for Power BI). A resource that says nothing leaves no tenant at all.
fn no_tenant(asked: &Asked) -> Error {
    let known = resource::named(&asked.scope).ok().and_then(resource::audience).is_some();
    if known { Error::unknown_application(&asked.client_id, MICROSOFT) } else { Error::no_tenant() }
}

/// A secret that is known and past its end is told apart from one that is not known; one whose time has not come is
/// not known yet.
fn check_secret(application: &Application, secret: &str, now: Timestamp) -> Result<(), Error> {
    let client_id = application.client_id.to_string();
    let known = application.secrets.values().find(|known| known.value == secret && known.has_started(now));
    match known {
        None => Err(Error::wrong_secret(&client_id)),
        Some(known) if known.has_ended(now) => Err(Error::secret_ended(&client_id)),
        Some(_) => Ok(()),
    }
}
