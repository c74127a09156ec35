//! The model: who and what there is in the simulated directory and in Power BI.
//!
//! Things bear short names in a scenario (`embed`, `sales`) and refer to one another by them. Ids are GUIDs and
//! compare without case.

mod access;
mod directory;
mod service;
mod sign_in;

use std::collections::BTreeMap;

use uuid::Uuid;

pub use access::{Caller, Who};
pub use directory::{Application, ClientSecret, Group, Licence, Setting, Tenant, User};
pub use service::{Capacity, Dashboard, Model, Report, Role, Workspace};
pub(super) use sign_in::exchange;
pub use sign_in::{
    Account, Answer, Availability, Browser, Certificate, Consent, Demand, Federated, Guest, Host, Platform, Policy,
    Redirects,
};

/// Everything there is, by name.
#[derive(Debug, Clone)]
pub struct World {
    /// The directories.
    pub tenants: BTreeMap<String, Tenant>,
    /// The application registrations.
    pub applications: BTreeMap<String, Application>,
    /// The people.
    pub users: BTreeMap<String, User>,
    /// The security groups.
    pub groups: BTreeMap<String, Group>,
    /// The capacities.
    pub capacities: BTreeMap<String, Capacity>,
    /// The workspaces.
    pub workspaces: BTreeMap<String, Workspace>,
    /// The certificates that applications or the caller have.
    pub certificates: BTreeMap<String, Certificate>,
    /// Identity providers whose metadata Entra cannot fetch.
    pub unreachable_issuers: Vec<String>,
    /// The machine on which the caller runs. Absent: it is none of Azure's.
    pub host: Option<Host>,
    /// The browser at hand.
    pub browser: Browser,
}

/// A service principal: an application as one tenant knows it.
#[derive(Debug, Clone, Copy)]
pub struct Principal<'w> {
    /// The application's name in the scenario.
    pub name: &'w str,
    /// The registration.
    pub application: &'w Application,
    /// The tenant's name in the scenario.
    pub tenant_name: &'w str,
    /// The tenant.
    pub tenant: &'w Tenant,
    /// Object id of the service principal.
    pub object_id: Uuid,
}

/// A GUID in its plain form, 8-4-4-4-12, in any case. Other forms of UUID are none to these services.
#[must_use]
pub fn guid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

impl World {
    /// The tenant of that id or domain, with its name in the scenario.
    #[must_use]
    pub fn tenant(&self, text: &str) -> Option<(&str, &Tenant)> {
        let id = guid(text);
        let known = |tenant: &Tenant| {
            id.map_or_else(|| tenant.domains.iter().any(|d| d.eq_ignore_ascii_case(text)), |id| id == tenant.id)
        };
        self.tenants.iter().find(|(_, tenant)| known(tenant)).map(|(name, tenant)| (name.as_str(), tenant))
    }

    /// The application of that client id, whatever its tenant.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<(&str, &Application)> {
        let id = guid(client_id)?;
        self.applications.iter().find(|(_, a)| a.client_id == id).map(|(name, a)| (name.as_str(), a))
    }

    /// The service principal of an application in a tenant, both by their names in the scenario.
    #[must_use]
    pub fn principal(&self, application: &str, tenant: &str) -> Option<Principal<'_>> {
        let (name, application) = self.applications.get_key_value(application)?;
        let (tenant_name, tenant) = self.tenants.get_key_value(tenant)?;
        let object_id = *application.principals.get(tenant_name)?;
        Some(Principal { name, application, tenant_name, tenant, object_id })
    }

    /// The model of a report, with the workspace that holds it.
    #[must_use]
    pub fn model_of<'w>(&'w self, workspace: &'w Workspace, report: &Report) -> Option<(&'w Workspace, &'w Model)> {
        let holder = report.model_in.as_ref().map_or(Some(workspace), |name| self.workspaces.get(name))?;
        Some((holder, holder.models.get(&report.model)?))
    }

    /// The capacity that a workspace is on. Absent for shared capacity.
    #[must_use]
    pub fn capacity_of(&self, workspace: &Workspace) -> Option<&Capacity> {
        self.capacities.get(workspace.capacity.as_ref()?)
    }
}
