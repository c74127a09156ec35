//! Who signs in, and what stands in the way: the account, policies and assignment.

use uuid::{Uuid, uuid};

use super::super::world::{Account, Demand, Principal, Tenant, User, World};
use super::error::Error;
use super::resource::Target;

/// The tenant of personal accounts.
const PERSONAL: Uuid = uuid!("9188040d-6c67-4c5b-b112-36a304b66dad");

/// How a user signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// With the password, sent by the application.
    Password,
    /// In a browser, on this device.
    Browser,
    /// In a browser on another device, by a device code.
    DeviceCode,
    /// By an earlier sign-in, with or without a second factor.
    Earlier {
        /// Whether there was one.
        second_factor: bool,
    },
}

impl How {
    /// Whether the user could be asked for a second factor, or was.
    const fn second_factor(self) -> bool {
        match self {
            Self::Password => false,
            Self::Browser | Self::DeviceCode => true,
            Self::Earlier { second_factor } => second_factor,
        }
    }
}

/// The user whom a name means in a tenant, with the name in the scenario: one of its own or a guest.
pub(super) fn user<'w>(world: &'w World, tenant: &str, name: &str) -> Option<(&'w str, &'w User)> {
    let of_name = |user: &&User| user.name.eq_ignore_ascii_case(name) && user.object_in(tenant).is_some();
    world.users.iter().find(|(_, user)| of_name(user)).map(|(name, user)| (name.as_str(), user))
}

/// The tenant in which a user name is at home, by its domain.
pub(super) fn home<'w>(world: &'w World, name: &str) -> Option<&'w str> {
    let domain = name.rsplit_once('@')?.1;
    let is_home = |domains: &[String]| domains.iter().any(|known| known.eq_ignore_ascii_case(domain));
    let tenant = world.tenants.iter().find(|(_, t)| is_home(&t.domains) || is_home(&t.federated_domains));
    tenant.map(|(name, _)| name.as_str())
}

/// The user of a name and a password. What an attacker could learn from is said late: first the account, then the
/// password, then what only its owner may know.
pub(super) fn by_password<'w>(
    world: &'w World,
    principal: &Principal<'_>,
    name: &str,
    password: &str,
) -> Result<(&'w str, &'w User), Error> {
    let tenant = principal.tenant;
    let unknown = || Error::unknown_user(&tenant.name);
    let (name, user) = user(world, principal.tenant_name, name).ok_or_else(unknown)?;
    match user.account {
        Account::Active => {}
        Account::Deleted => return Err(unknown()),
        Account::Disabled => return Err(Error::disabled_user()),
        Account::Locked => return Err(Error::locked_account()),
    }
    if is_federated(world, user) {
        return Err(Error::wrong_password());
    }
    if user.tenant != principal.tenant_name {
        return Err(if is_pending(user, principal) { Error::pending_guest() } else { Error::no_password() });
    }
    let known = user.password.as_ref().ok_or_else(Error::no_password)?;
    if known != password {
        return Err(Error::wrong_password());
    }
    if user.password_expired {
        return Err(Error::password_expired());
    }
    Ok((name, user))
}

/// A user of the scenario who signs in on Entra's own page.
pub(super) fn in_browser<'w>(world: &'w World, principal: &Principal<'_>, name: &str) -> Result<&'w User, Error> {
    let tenant = principal.tenant;
    let user = world.users.get(name).ok_or_else(|| Error::unknown_user(&tenant.name))?;
    if user.object_in(principal.tenant_name).is_none() {
        let home = world.tenants.get(&user.tenant).map(provider).unwrap_or_default();
        return Err(Error::foreign_user(&user.name, &home, &tenant.name, principal.application));
    }
    if is_pending(user, principal) {
        return Err(Error::pending_guest());
    }
    account(user, principal)?;
    Ok(user)
}

/// The identity provider that errors name for the users of a tenant. Personal accounts have one of their own.
fn provider(tenant: &Tenant) -> String {
    if tenant.id == PERSONAL { "live.com".to_owned() } else { format!("https://sts.windows.net/{}/", tenant.id) }
}

/// Whether an account that was used before still can be.
pub(super) fn account(user: &User, principal: &Principal<'_>) -> Result<(), Error> {
    match user.account {
        Account::Active => Ok(()),
        Account::Deleted => Err(Error::deleted_user(principal.tenant.id)),
        Account::Disabled => Err(Error::disabled_user()),
        Account::Locked => Err(Error::locked_account()),
    }
}

fn is_pending(user: &User, principal: &Principal<'_>) -> bool {
    user.guest_in.get(principal.tenant_name).is_some_and(|guest| guest.pending)
}

/// Whether another identity provider checks the user's password.
pub(super) fn is_federated(world: &World, user: &User) -> bool {
    world
        .tenants
        .get(&user.tenant)
        .is_some_and(|tenant| tenant.federated_domains.iter().any(|domain| domain.eq_ignore_ascii_case(user.domain())))
}

/// Policies, then assignment. All that is asked for is known to be right by then.
pub(super) fn admitted(
    principal: &Principal<'_>,
    name: &str,
    user: &User,
    target: &Target,
    how: How,
) -> Result<(), Error> {
    if how == How::Password && principal.tenant.security_defaults {
        return Err(Error::security_defaults());
    }
    let by_device_code = how == How::DeviceCode;
    for policy in principal.tenant.policies.values().filter(|policy| policy.meets_user(name, by_device_code)) {
        match policy.demands {
            Demand::Block => return Err(Error::blocked_by_policy(policy.id)),
            Demand::CompliantDevice => return Err(Error::device_wanted(by_device_code)),
            Demand::Mfa if how.second_factor() => {}
            Demand::Mfa => {
                let has_one = !user.without_second_factor;
                return Err(Error::second_factor_wanted(target.id(), has_one, policy.id));
            }
        }
    }
    match &principal.application.assigned {
        Some(assigned) if !assigned.iter().any(|known| known == name) => {
            Err(Error::not_assigned(&user.name, principal.application))
        }
        _ => Ok(()),
    }
}

/// Whether a policy blocks an application that acts for itself.
pub(super) fn application_admitted(principal: &Principal<'_>) -> Result<(), Error> {
    let meets = |names: &[String]| names.iter().any(|name| name == principal.name);
    let blocking = principal.tenant.policies.values().find(|p| p.demands == Demand::Block && meets(&p.applications));
    blocking.map_or(Ok(()), |policy| Err(Error::blocked_by_policy(policy.id)))
}
