//! Which application asks, and whether it is itself.

use super::super::token::Proof;
use super::super::world::{Application, Principal, World};
use super::ask::Ask;
use super::assertion;
use super::error::Error;
use super::{Named, named};

/// The directory in which Microsoft's own applications are registered.
pub(super) const MICROSOFT: &str = "Microsoft Services";

/// What an application presents as proof.
pub(super) enum Presented {
    Nothing,
    Secret(String),
    Assertion(String),
}

/// Whom the request names as its application, and its proof.
pub(super) struct Client {
    pub(super) id: String,
    pub(super) presented: Presented,
}

/// The application's part of a token request. `wants_proof`: nothing goes without a proof.
pub(super) fn presented(ask: &Ask<'_>, wants_proof: bool) -> Result<Client, Error> {
    let (basic_id, basic_secret) = ask.request.basic().unzip();
    let secret = ask.field("client_secret").or(basic_secret).filter(|secret| !secret.is_empty());
    let presented = match (ask.field("client_assertion"), secret) {
        (Some(assertion), _) => Presented::Assertion(assertion),
        (None, Some(secret)) => Presented::Secret(secret),
        (None, None) if wants_proof => return Err(Error::no_credential()),
        (None, None) => Presented::Nothing,
    };
    let id = ask.field("client_id").or(basic_id).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Error::missing("client_id"))?;
    if matches!(presented, Presented::Assertion(_)) {
        ask.needed("client_assertion_type")?;
    }
    Ok(Client { id, presented })
}

/// The service principal of an application in a tenant, both by the names that a request gives them.
pub(super) fn principal<'w>(world: &'w World, tenant: &str, client_id: &str) -> Result<Principal<'w>, Error> {
    match named(world, tenant)? {
        Named::Tenant(name, _) => in_tenant(world, name, client_id),
        Named::Alias => Err(Error::no_tenant()),
    }
}

/// The service principal of an application in a tenant that is known.
pub(super) fn in_tenant<'w>(world: &'w World, tenant_name: &str, client_id: &str) -> Result<Principal<'w>, Error> {
    let (tenant_name, tenant) = world.tenants.get_key_value(tenant_name).ok_or_else(Error::no_tenant)?;
    if tenant.blocked {
        return Err(Error::blocked_tenant());
    }
    let unknown = || Error::unknown_application(client_id, &tenant.name);
    let (name, application) = world.application(client_id).ok_or_else(unknown)?;
    let principal = world.principal(name, tenant_name).ok_or_else(|| {
        // A registration without a service principal is known in its home alone.
        if application.home == *tenant_name {
            Error::no_principal(client_id, &tenant.id.to_string())
        } else {
            unknown()
        }
    })?;
    if application.disabled {
        return Err(Error::disabled_application(application));
    }
    Ok(principal)
}

/// Checks the proof of an application. `tenant` is the tenant as the address names it.
pub(super) fn proven(
    ask: &Ask<'_>,
    tenant: &str,
    principal: &Principal<'_>,
    presented: &Presented,
) -> Result<Proof, Error> {
    match presented {
        Presented::Nothing => Ok(Proof::None),
        Presented::Secret(_) if principal.application.managed_identity => Err(Error::secret_of_managed_identity()),
        Presented::Secret(secret) => check_secret(ask, principal.application, secret).map(|()| Proof::Secret),
        Presented::Assertion(text) => assertion::check(ask, tenant, principal, text).map(|()| Proof::Assertion),
    }
}

/// The same for a user's flow, in which an application that allows public client flows needs no proof.
pub(super) fn proven_or_public(
    ask: &Ask<'_>,
    tenant: &str,
    principal: &Principal<'_>,
    presented: &Presented,
) -> Result<Proof, Error> {
    if matches!(presented, Presented::Nothing) && !principal.application.public_flows {
        return Err(Error::credential_wanted());
    }
    proven(ask, tenant, principal, presented)
}

/// A secret that is known and past its end is told apart from one that is not known; one whose time has not come is
/// not known yet.
fn check_secret(ask: &Ask<'_>, application: &Application, secret: &str) -> Result<(), Error> {
    let now = ask.moment.now;
    let known = application.secrets.values().find(|known| known.value == secret && known.has_started(now));
    match known {
        None => Err(Error::wrong_secret(application)),
        Some(known) if known.has_ended(now) => Err(Error::secret_ended(application)),
        Some(_) => Ok(()),
    }
}
