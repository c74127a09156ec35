//! Names in a scenario must stand for something.

use std::collections::BTreeMap;

use super::super::faults::{Kind, On, PlannedFault};
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
    for (name, group) in &world.groups {
        let at = format!("groups.{name}");
        all(&at, [&group.tenant], &world.tenants)?;
        all(&at, &group.groups, &world.groups)?;
        all(&at, &group.applications, &world.applications)?;
        if world.applications.contains_key(name) {
            return Err(format!("{at}: an application bears the same name"));
        }
    }
    for (name, workspace) in &world.workspaces {
        let at = format!("workspaces.{name}");
        all(&at, [&workspace.tenant], &world.tenants)?;
        all(&at, workspace.reports.values().map(|report| &report.model), &workspace.models)?;
        let holders = workspace.roles.keys().filter(|holder| !world.groups.contains_key(*holder));
        all(&at, holders, &world.applications)?;
    }
    if let Some(token) = &scenario.caller.token
        && world.principal(&token.application, &token.tenant).is_none()
    {
        return Err(format!("caller.token: {} has no service principal in {}", token.application, token.tenant));
    }
    if let Some(name) = scenario.caller.env.keys().find(|name| !is_variable(name)) {
        return Err(format!("caller.env: {name:?} names no environment variable"));
    }
    all("caller", &scenario.caller.tenant_settings, &world.tenants)?;
    scenario.faults.iter().try_for_each(fault)
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
        return Err("faults: a status lies between 100 and 599".to_owned());
    }
    Ok(())
}
