//! The Fabric REST API. Unlike Power BI it says 401 to a bad token and to a switch that is off, and has codes of its
//! own in body and header.

use serde_json::{Map, Value, json};

use super::bearer::{Refusal, caller};
use super::keys::Keys;
use super::limits;
use super::memory::Memory;
use super::request::SimRequest;
use super::world::{Caller, Group, Role, Setting, Tenant, Workspace, World, guid};
use super::{Moment, reply};
use crate::record::Service::Fabric;
use crate::wire::WireReply;

/// The answer to a request.
pub(super) fn answer(world: &World, keys: &Keys, memory: &Memory, request: &SimRequest, moment: &Moment) -> WireReply {
    match caller(world, keys, request, moment) {
        Ok(caller) => limits::count(Fabric, &caller, memory, request, moment)
            .unwrap_or_else(|| Call { world, caller, request, moment }.answer()),
        Err(refusal) => refused(refusal, moment),
    }
}

/// Errors.tsv A08 and A09. The message that goes with an expired token is not known, so there is none.
fn refused(refusal: Refusal, moment: &Moment) -> WireReply {
    match refusal {
        Refusal::TokenExpired => error(401, "TokenExpired", None, moment),
        Refusal::NoToken | Refusal::InvalidToken | Refusal::SwitchedOff | Refusal::Challenged => {
            error(401, "Unauthorized", Some("The caller is not authenticated to access this resource"), moment)
        }
    }
}

fn error(status: u16, code: &str, message: Option<&str>, moment: &Moment) -> WireReply {
    let mut body = Map::new();
    body.insert("requestId".to_owned(), moment.trace.to_string().into());
    body.insert("errorCode".to_owned(), code.into());
    if let Some(message) = message {
        body.insert("message".to_owned(), message.into());
    }
    let mut reply = reply::json(status, Fabric, moment, &Value::Object(body));
    reply::header(&mut reply, "x-ms-public-api-error-code", code);
    reply
}

/// A call of somebody who may call.
struct Call<'w> {
    world: &'w World,
    caller: Caller<'w>,
    request: &'w SimRequest,
    moment: &'w Moment,
}

impl Call<'_> {
    fn answer(&self) -> WireReply {
        let path = self.request.path.to_ascii_lowercase();
        let route: Vec<&str> = path.trim_start_matches("/v1/").trim_matches('/').split('/').collect();
        if self.request.method != "GET" {
            return reply::of_service(404, Fabric, self.moment);
        }
        match route.as_slice() {
            ["workspaces"] => self.with("Workspace", || self.workspaces()),
            ["workspaces", id] => self.with("Workspace", || self.in_workspace(id, |w| self.json(&self.shown(w)))),
            ["workspaces", id, "items"] => self.with("Workspace", || self.in_workspace(id, |w| self.items(w))),
            // The policy can be read from networks that it shuts out: else nobody could mend it.
            ["workspaces", id, "networking", "communicationpolicy"] => {
                self.with("Workspace", || self.known(id, |w| self.json(&policy(w))))
            }
            ["capacities"] => self.with("Capacity", || self.capacities()),
            ["admin", "tenantsettings"] => self.tenant_settings(),
            _ => reply::of_service(404, Fabric, self.moment),
        }
    }

    /// What needs a delegated permission to read a thing (errors.tsv C14).
    fn with(&self, thing: &str, then: impl FnOnce() -> WireReply) -> WireReply {
        let (read, write) = (format!("{thing}.Read.All"), format!("{thing}.ReadWrite.All"));
        if self.caller.has_scope(&[&read, &write]) { then() } else { self.insufficient_scopes() }
    }

    fn insufficient_scopes(&self) -> WireReply {
        let message = "The caller does not have sufficient scopes to perform this operation";
        error(403, "InsufficientScopes", Some(message), self.moment)
    }

    fn json(&self, body: &Value) -> WireReply {
        reply::json(200, Fabric, self.moment, body)
    }

    fn workspaces(&self) -> WireReply {
        let wanted = self.request.parameter("roles");
        let fits = |role: Role| {
            let named = |name: &str| name.trim().eq_ignore_ascii_case(role.name());
            wanted.as_ref().is_none_or(|roles| roles.split(',').any(named))
        };
        let found = self.world.workspaces_of(&self.caller, self.moment.now).filter(|(_, role)| fits(*role));
        self.json(&json!({"value": found.map(|(w, _)| self.shown(w)).collect::<Vec<_>>()}))
    }

    /// Errors.tsv C09 and C13: without a role a workspace is refused, an unknown one is not found.
    fn known(&self, id: &str, then: impl Fn(&Workspace) -> WireReply) -> WireReply {
        let Some(id) = guid(id) else { return reply::of_service(400, Fabric, self.moment) };
        let mut here = self.world.workspaces.values().filter(|w| w.tenant == self.caller.tenant_name);
        match here.find(|workspace| workspace.id == id) {
            None => error(404, "WorkspaceNotFound", None, self.moment),
            Some(workspace) if self.world.role(workspace, &self.caller, self.moment.now).is_none() => {
                error(403, "InsufficientPrivileges", None, self.moment)
            }
            Some(workspace) => then(workspace),
        }
    }

    /// Errors.tsv I05 comes before what is asked.
    fn in_workspace(&self, id: &str, then: impl Fn(&Workspace) -> WireReply) -> WireReply {
        self.known(id, |workspace| {
            if workspace.inbound_denied {
                let message = "Request is denied due to inbound communication policy";
                return error(403, "RequestDeniedByInboundPolicy", Some(message), self.moment);
            }
            then(workspace)
        })
    }

    /// Errors.tsv H01.
    fn items(&self, workspace: &Workspace) -> WireReply {
        if self.world.capacity_of(workspace).is_some_and(|capacity| capacity.paused) {
            return error(404, "CapacityNotActive", None, self.moment);
        }
        let kind = self.request.parameter("type");
        self.json(&json!({"value": items(workspace, kind.as_deref())}))
    }

    /// The capacities on which the caller has rights; others are not shown.
    fn capacities(&self) -> WireReply {
        let found = self.world.capacities.values().filter(|capacity| capacity.holders.contains(&self.caller.name));
        let shown = found.map(|capacity| {
            let state = if capacity.paused { "Inactive" } else { "Active" };
            json!({"id": capacity.id, "displayName": capacity.name, "sku": capacity.sku, "region": "West Europe", "state": state})
        });
        self.json(&json!({"value": shown.collect::<Vec<_>>()}))
    }

    /// Errors.tsv D05: the same words for a caller without the setting and for one without the scope.
    fn tenant_settings(&self) -> WireReply {
        if !self.world.reads_as_admin(&self.caller, self.moment.now) {
            return self.insufficient_scopes();
        }
        self.json(&settings_of(self.world, self.caller.tenant))
    }

    fn shown(&self, workspace: &Workspace) -> Value {
        let mut shown = json!({
            "id": workspace.id,
            "displayName": workspace.name,
            "description": "",
            "type": "Workspace",
        });
        if let Some(capacity) = self.world.capacity_of(workspace) {
            shown["capacityId"] = capacity.id.to_string().into();
        }
        shown
    }
}

fn policy(workspace: &Workspace) -> Value {
    let rule = |denied| json!({"publicAccessRules": {"defaultAction": if denied { "Deny" } else { "Allow" }}});
    json!({"inbound": rule(workspace.inbound_denied), "outbound": rule(false)})
}

/// The settings of a tenant, in the form in which the admin API gives them.
pub(super) fn settings_of(world: &World, tenant: &Tenant) -> Value {
    let entries = tenant.settings.iter().map(|(name, setting)| entry(world, name, setting));
    json!({"tenantSettings": entries.collect::<Vec<_>>()})
}

/// One setting; what is not specified is left out, as the service does.
fn entry(world: &World, name: &str, setting: &Setting) -> Value {
    let mut entry = Map::new();
    entry.insert("settingName".to_owned(), name.into());
    entry.insert("title".to_owned(), setting.title.clone().into());
    entry.insert("enabled".to_owned(), setting.enabled.into());
    entry.insert("canSpecifySecurityGroups".to_owned(), true.into());
    entry.insert("tenantSettingGroup".to_owned(), setting.section.clone().into());
    for (key, names) in [("enabledSecurityGroups", &setting.groups), ("excludedSecurityGroups", &setting.excluded)] {
        let shown = |group: &Group| json!({"graphId": group.id, "name": group.name});
        let groups: Vec<Value> = names.iter().filter_map(|name| world.groups.get(name)).map(shown).collect();
        if !groups.is_empty() {
            entry.insert(key.to_owned(), groups.into());
        }
    }
    Value::Object(entry)
}

fn items(workspace: &Workspace, kind: Option<&str>) -> Vec<Value> {
    let item = |kind: &str, id, name: &str| json!({"id": id, "type": kind, "displayName": name, "description": "", "workspaceId": workspace.id});
    let reports = workspace
        .reports
        .values()
        .map(|report| item(if report.paginated { "PaginatedReport" } else { "Report" }, report.id, &report.name));
    let models = workspace.models.values().map(|model| item("SemanticModel", model.id, &model.name));
    let fits =
        |item: &Value| kind.is_none_or(|kind| item["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)));
    reports.chain(models).filter(fits).collect()
}
