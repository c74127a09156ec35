//! Who may do what: settings, roles, licences and permissions.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Application, Capacity, Licence, Model, Principal, Role, Tenant, User, Workspace, World};
use crate::intent::OF_MICROSOFT_CLIENTS;

/// The switch that every call of a service principal depends on.
const PRINCIPALS_MAY_CALL: &str = "ServicePrincipalAccessPermissionAPIs";
/// The setting that lets service principals read with the admin APIs.
const PRINCIPALS_MAY_READ_AS_ADMINS: &str = "AllowServicePrincipalsUseReadAdminAPIs";
/// The setting of the API that runs queries.
const QUERIES: &str = "DatasetExecuteQueries";

/// Who calls Power BI or Fabric.
#[derive(Debug, Clone)]
pub struct Caller<'w> {
    /// The name in the scenario: of the application, of the user, or `application/profile`.
    pub name: String,
    /// The tenant's name in the scenario.
    pub tenant_name: &'w str,
    /// The tenant.
    pub tenant: &'w Tenant,
    /// Whether an application calls for itself or a user through one.
    pub who: Who<'w>,
}

/// On whose behalf a call is made.
#[derive(Debug, Clone)]
pub enum Who<'w> {
    /// The application's own.
    Application(&'w Application),
    /// A user's, with the delegated permissions of the token.
    User(&'w User, Vec<String>),
}

impl<'w> Caller<'w> {
    /// A service principal for itself.
    #[must_use]
    pub fn application(principal: Principal<'w>) -> Self {
        Self {
            name: principal.name.to_owned(),
            tenant_name: principal.tenant_name,
            tenant: principal.tenant,
            who: Who::Application(principal.application),
        }
    }

    /// Whether an application calls for itself.
    #[must_use]
    pub const fn is_application(&self) -> bool {
        matches!(self.who, Who::Application(_))
    }

    /// Whether the token has one of these delegated permissions. An application needs none.
    #[must_use]
    pub fn has_scope(&self, any: &[&str]) -> bool {
        match &self.who {
            Who::Application(_) => true,
            Who::User(_, scopes) => {
                scopes.iter().any(|scope| scope == OF_MICROSOFT_CLIENTS || any.contains(&scope.as_str()))
            }
        }
    }

    /// The user's licence; of an application none is asked.
    #[must_use]
    pub const fn licence(&self) -> Option<Licence> {
        match &self.who {
            Who::Application(_) => None,
            Who::User(user, _) => Some(user.licence),
        }
    }
}

impl World {
    /// The service principal or user of an object id, as a caller without a profile.
    #[must_use]
    pub fn caller(&self, tenant: Uuid, object: Uuid, scopes: Vec<String>) -> Option<Caller<'_>> {
        let (tenant_name, tenant) = self.tenants.iter().find(|(_, known)| known.id == tenant)?;
        let mut principals = self.applications.keys().filter_map(|name| self.principal(name, tenant_name));
        if let Some(principal) = principals.find(|principal| principal.object_id == object) {
            return Some(Caller::application(principal));
        }
        let (name, user) = self.users.iter().find(|(_, user)| user.object_in(tenant_name) == Some(object))?;
        Some(Caller { name: name.clone(), tenant_name, tenant, who: Who::User(user, scopes) })
    }

    /// Whether the tenant lets the caller call at all. The switch concerns service principals alone.
    #[must_use]
    pub fn may_call(&self, caller: &Caller<'_>, now: Timestamp) -> bool {
        !caller.is_application() || self.is_on(PRINCIPALS_MAY_CALL, caller, now)
    }

    /// Whether a tenant setting is on for a caller.
    ///
    /// Only direct membership counts, and an excluding group beats an including one (knowledge: tenant settings,
    /// semantics 2 and 3). A tenant whose administrator never touched the switch has it on.
    fn is_on(&self, setting: &str, caller: &Caller<'_>, now: Timestamp) -> bool {
        let Some(setting) = caller.tenant.settings.get(setting) else { return true };
        let in_any = |groups: &[String]| groups.iter().any(|group| self.is_member(group, caller));
        let counts = setting.counts.after(now) <= now;
        counts
            && setting.enabled
            && !in_any(&setting.excluded)
            && (setting.groups.is_empty() || in_any(&setting.groups))
    }

    /// Whether a caller may read with the admin APIs: a service principal by the setting, and only without permissions
    /// that an administrator consented to (knowledge: tenant settings, section 3); a user as a Fabric administrator
    /// with the scope for it.
    #[must_use]
    pub fn reads_as_admin(&self, caller: &Caller<'_>, now: Timestamp) -> bool {
        match &caller.who {
            Who::Application(application) => {
                self.is_on(PRINCIPALS_MAY_READ_AS_ADMINS, caller, now) && application.consented.is_empty()
            }
            Who::User(user, _) => user.fabric_admin && caller.has_scope(&["Tenant.Read.All", "Tenant.ReadWrite.All"]),
        }
    }

    fn is_member(&self, group: &str, caller: &Caller<'_>) -> bool {
        self.groups.get(group).is_some_and(|group| {
            let members = if caller.is_application() { &group.applications } else { &group.users };
            members.contains(&caller.name)
        })
    }

    /// The workspaces in which a caller has a role, each with the strongest one. My workspace is none of them.
    pub fn workspaces_of<'w>(
        &'w self,
        caller: &Caller<'w>,
        now: Timestamp,
    ) -> impl Iterator<Item = (&'w Workspace, Role)> {
        let shared = self.workspaces.values().filter(|workspace| workspace.personal_of.is_none());
        shared.filter_map(move |workspace| self.role(workspace, caller, now).map(|role| (workspace, role)))
    }

    /// The role of a caller in a workspace.
    #[must_use]
    pub fn role(&self, workspace: &Workspace, caller: &Caller<'_>, now: Timestamp) -> Option<Role> {
        if workspace.tenant != caller.tenant_name || workspace.roles_count.after(now) > now {
            return None;
        }
        let holds = |holder: &str| holder == caller.name || self.is_member(holder, caller);
        workspace.roles.iter().filter(|(holder, _)| holds(holder)).map(|(_, role)| *role).max()
    }

    /// Whether a licence that the caller cannot have is needed for what is in a workspace: Premium Per User for a
    /// capacity of that kind, Pro for a user where there is no capacity (errors.tsv E02).
    #[must_use]
    pub fn lacks_licence(&self, workspace: &Workspace, caller: &Caller<'_>) -> bool {
        let per_user = |capacity: &Capacity| capacity.sku.starts_with("PP");
        match (self.capacity_of(workspace), caller.licence()) {
            (Some(capacity), licence) if per_user(capacity) => licence != Some(Licence::PremiumPerUser),
            (None, Some(licence)) => matches!(licence, Licence::None | Licence::Free),
            _ => false,
        }
    }

    /// Whether the tenant lets the caller run queries over the API.
    #[must_use]
    pub fn may_query(&self, caller: &Caller<'_>, now: Timestamp) -> bool {
        self.is_on(QUERIES, caller, now)
    }

    /// Whether a caller may build on a model: by a role that writes, or because it was given the permission.
    #[must_use]
    pub fn may_build(&self, workspace: &Workspace, model: &Model, caller: &Caller<'_>, now: Timestamp) -> bool {
        model.builders.contains(&caller.name) || self.role(workspace, caller, now) >= Some(Role::Contributor)
    }
}
