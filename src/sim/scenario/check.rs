//! Names in a scenario must stand for something.

use std::collections::BTreeMap;

use super::super::faults::{Kind, On, PlannedFault};
use super::super::world::{Workspace, World};
use super::Scenario;

/// Looks up every name that a scenario refers to.
///
/// # Errors
/// A sentence that names the first key whose value stands for nothing.
pub(super) fn references(scenario: &Scenario) -> Result<(), String> {
    let world = &scenario.world;
    for (name, tenant) in &world.tenants {
        for (setting, value) in &tenant.settings {
            let at = format!("tenants.{name}.settings.{setting}");
            all(&at, value.groups.iter().chain(&value.excluded), &world.groups)?;
        }
    }
    for (name, application) in &world.applications {
        let at = format!("applications.{name}");
        all(&at, application.principals.keys().chain([&application.home]), &world.tenants)?;
    }
    for (name, user) in &world.users {
        all(&format!("users.{name}"), user.guest_in.keys().chain([&user.tenant]), &world.tenants)?;
    }
    sign_in(scenario)?;
    for (name, group) in &world.groups {
        let at = format!("groups.{name}");
        all(&at, [&group.tenant], &world.tenants)?;
        all(&at, &group.groups, &world.groups)?;
        all(&at, &group.applications, &world.applications)?;
        all(&at, &group.users, &world.users)?;
        if world.applications.contains_key(name) || world.users.contains_key(name) {
            return Err(format!("{at}: an application or user has the same name"));
        }
    }
    for (name, capacity) in &world.capacities {
        let at = format!("capacities.{name}");
        all(&at, [&capacity.tenant], &world.tenants)?;
        holders(&at, &capacity.holders, world)?;
    }
    world.workspaces.iter().try_for_each(|(name, workspace)| in_workspace(name, workspace, world))?;
    if let Some(token) = &scenario.caller.token {
        if world.principal(&token.application, &token.tenant).is_none() {
            return Err(format!("caller.token: {} has no service principal in {}", token.application, token.tenant));
        }
        all("caller.token", &token.user, &world.users)?;
    }
    if let Some(kept) = &scenario.caller.refresh_token {
        if world.principal(&kept.application, &kept.tenant).is_none() {
            return Err(format!(
                "caller.refresh_token: {} has no service principal in {}",
                kept.application, kept.tenant
            ));
        }
        all("caller.refresh_token", [&kept.user], &world.users)?;
    }
    if let Some(name) = scenario.caller.env.keys().find(|name| !is_variable(name)) {
        return Err(format!("caller.env: {name:?} isn't the name of an environment variable"));
    }
    all("caller", &scenario.caller.tenant_settings, &world.tenants)?;
    scenario.faults.iter().try_for_each(fault)
}

/// Certificates, policies, consents, the machine and the browser.
fn sign_in(scenario: &Scenario) -> Result<(), String> {
    let world = &scenario.world;
    for (name, tenant) in &world.tenants {
        for (policy, value) in &tenant.policies {
            let at = format!("tenants.{name}.policies.{policy}");
            all(&at, &value.users, &world.users)?;
            all(&at, &value.applications, &world.applications)?;
        }
    }
    for (name, application) in &world.applications {
        let at = format!("applications.{name}");
        all(&at, &application.certificates, &world.certificates)?;
        all(&at, application.consents.iter().filter_map(|consent| consent.user.as_ref()), &world.users)?;
        all(&at, application.assigned.iter().flatten(), &world.users)?;
    }
    if let Some(host) = &world.host {
        all("host", host.system_assigned.iter().chain(&host.user_assigned), &world.applications)?;
    }
    all("browser", &world.browser.user, &world.users)?;
    all("caller", &scenario.caller.certificate, &world.certificates)
}

fn in_workspace(name: &str, workspace: &Workspace, world: &World) -> Result<(), String> {
    let at = format!("workspaces.{name}");
    all(&at, [&workspace.tenant], &world.tenants)?;
    all(&at, &workspace.capacity, &world.capacities)?;
    all(&at, &workspace.personal_of, &world.users)?;
    for report in workspace.reports.values() {
        all(&at, &report.model_in, &world.workspaces)?;
        if !report.paginated && world.model_of(workspace, report).is_none() {
            return Err(format!("{at}: there is no \"{}\"", report.model));
        }
    }
    for model in workspace.models.values() {
        holders(&at, &model.builders, world)?;
    }
    let roles = workspace.roles.keys().filter(|holder| !world.groups.contains_key(*holder));
    holders(&at, roles, world)
}

/// Names of applications, users and profiles (`application/profile`).
fn holders<'a>(at: &str, names: impl IntoIterator<Item = &'a String>, world: &World) -> Result<(), String> {
    let known = |name: &String| {
        let profile = name.split_once('/').and_then(|(owner, profile)| {
            world.applications.get(owner).map(|application| application.profiles.contains_key(profile))
        });
        profile.unwrap_or_else(|| world.applications.contains_key(name) || world.users.contains_key(name))
    };
    let unknown = names.into_iter().find(|name| !known(name));
    unknown.map_or(Ok(()), |name| Err(format!("{at}: there is no \"{name}\"")))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

fn all<'a, T>(
    at: &str,
    names: impl IntoIterator<Item = &'a String>,
    known: &BTreeMap<String, T>,
) -> Result<(), String> {
    let unknown = names.into_iter().find(|name| !known.contains_key(*name));
    unknown.map_or(Ok(()), |name| Err(format!("{at}: there is no \"{name}\"")))
}

/// A port and a certificate are the whole server's.
fn fault(fault: &PlannedFault) -> Result<(), String> {
    let whole = matches!(fault.kind, Kind::ClosedPort | Kind::ForeignCa);
    if whole && (fault.on != On::All || fault.times.is_some()) {
        return Err("faults: a closed port and a foreign CA concern all services, always".to_owned());
    }
    if fault.status.is_some_and(|status| !(100..=599).contains(&status)) {
        return Err("faults: a status must be between 100 and 599".to_owned());
    }
    Ok(())
}
