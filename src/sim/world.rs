//! The model: who and what there is in the simulated directory and in Power BI.
//!
//! Things bear short names in a scenario (`embed`, `sales`) and refer to one another by them. Ids are GUIDs and
//! compare without case.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::clock::Span;

/// The switch that every call of a service principal depends on.
pub const PRINCIPALS_MAY_CALL: &str = "ServicePrincipalAccessPermissionAPIs";
/// The setting that lets service principals read with the admin APIs.
pub const PRINCIPALS_MAY_READ_AS_ADMINS: &str = "AllowServicePrincipalsUseReadAdminAPIs";

/// Everything there is, by name.
#[derive(Debug, Clone)]
pub struct World {
    /// The directories.
    pub tenants: BTreeMap<String, Tenant>,
    /// The application registrations.
    pub applications: BTreeMap<String, Application>,
    /// The security groups.
    pub groups: BTreeMap<String, Group>,
    /// The workspaces.
    pub workspaces: BTreeMap<String, Workspace>,
}

/// A directory and its Power BI settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Tenant id.
    pub id: Uuid,
    /// The name that Entra shows in its errors.
    pub name: String,
    /// Verified domains, any of which may stand in place of the id.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Tenant settings by `settingName`. What is not listed is on for the whole organisation.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
}

/// A tenant setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The title in the admin portal.
    pub title: String,
    /// The section of the admin portal.
    pub section: String,
    /// Whether it is on.
    pub enabled: bool,
    /// The groups that it is on for. Empty: the whole organisation.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The groups that it is not on for, whatever else is said.
    #[serde(default)]
    pub excluded: Vec<String>,
}

/// An application registration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Application (client) id.
    pub client_id: Uuid,
    /// Object id of the registration.
    pub object_id: Uuid,
    /// Display name.
    pub name: String,
    /// The tenant that holds the registration.
    pub home: String,
    /// Client secrets by name.
    #[serde(default)]
    pub secrets: BTreeMap<String, ClientSecret>,
    /// Object ids of the service principals, by tenant.
    #[serde(default)]
    pub principals: BTreeMap<String, Uuid>,
    /// Power BI's application permissions that an administrator consented to: they come as `roles` in its tokens.
    #[serde(default)]
    pub consented: Vec<String>,
}

/// A client secret as Entra holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// The secret's id, which the portal shows for ever.
    pub id: Uuid,
    /// The value, which the portal shows once.
    pub value: String,
    /// From when it is accepted, relative to now.
    pub starts: Span,
    /// Until when it is accepted, relative to now.
    pub ends: Span,
}

/// A security group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its tenant.
    pub tenant: String,
    /// Object id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// The applications whose service principals are members.
    #[serde(default)]
    pub applications: Vec<String>,
    /// The groups that are members.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A workspace and what is in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Its tenant.
    pub tenant: String,
    /// Workspace id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// The capacity that it is assigned to. Absent for shared capacity.
    #[serde(default)]
    pub capacity: Option<Uuid>,
    /// Roles by the name of an application or a group.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Reports by name.
    #[serde(default)]
    pub reports: BTreeMap<String, Report>,
    /// Semantic models by name.
    #[serde(default)]
    pub models: BTreeMap<String, Model>,
}

/// A workspace role, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads and writes.
    Contributor,
    /// Also shares.
    Member,
    /// Also manages the workspace.
    Admin,
}

impl Role {
    /// Its name in the APIs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Contributor => "Contributor",
            Self::Member => "Member",
            Self::Admin => "Admin",
        }
    }
}

/// A report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Report id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// The semantic model that it shows, by name, in the same workspace.
    pub model: String,
}

/// A semantic model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id, `datasetId` in the API.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Whether it has row-level security.
    #[serde(default)]
    pub row_level_security: bool,
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

    /// Whether a tenant setting is on for a service principal.
    ///
    /// Only direct membership counts, and an excluding group beats an including one (knowledge: tenant settings,
    /// semantics 2 and 3). A tenant whose administrator never touched the switch has it on.
    #[must_use]
    pub fn is_on(&self, setting: &str, principal: &Principal<'_>) -> bool {
        let Some(setting) = principal.tenant.settings.get(setting) else { return true };
        let in_any = |groups: &[String]| groups.iter().any(|group| self.is_member(group, principal.name));
        setting.enabled && !in_any(&setting.excluded) && (setting.groups.is_empty() || in_any(&setting.groups))
    }

    /// Whether a service principal may read with the admin APIs: by the setting, and only without permissions that an
    /// administrator consented to (knowledge: tenant settings, section 3).
    #[must_use]
    pub fn reads_as_admin(&self, principal: &Principal<'_>) -> bool {
        self.is_on(PRINCIPALS_MAY_READ_AS_ADMINS, principal) && principal.application.consented.is_empty()
    }

    fn is_member(&self, group: &str, application: &str) -> bool {
        self.groups.get(group).is_some_and(|group| group.applications.iter().any(|member| member == application))
    }

    /// The workspaces in which a service principal has a role, each with the strongest one.
    pub fn workspaces_of<'w>(&'w self, principal: &Principal<'w>) -> impl Iterator<Item = (&'w Workspace, Role)> {
        let principal = *principal;
        self.workspaces.values().filter_map(move |w| self.role(w, &principal).map(|role| (w, role)))
    }

    /// The workspace of that id, if the service principal has a role there.
    #[must_use]
    pub fn workspace<'w>(&'w self, id: Uuid, principal: &Principal<'w>) -> Option<(&'w Workspace, Role)> {
        self.workspaces_of(principal).find(|(workspace, _)| workspace.id == id)
    }

    fn role(&self, workspace: &Workspace, principal: &Principal<'_>) -> Option<Role> {
        let holds = |holder: &str| holder == principal.name || self.is_member(holder, principal.name);
        let roles = workspace.roles.iter().filter(|(holder, _)| holds(holder)).map(|(_, role)| *role);
        if workspace.tenant == principal.tenant_name { roles.max() } else { None }
    }
}

impl ClientSecret {
    /// Whether its end has passed.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends.after(now) <= now
    }

    /// Whether its beginning has come.
    #[must_use]
    pub fn has_started(&self, now: Timestamp) -> bool {
        self.starts.after(now) <= now
    }
}
