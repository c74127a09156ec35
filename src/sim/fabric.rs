//! The Fabric REST API. Unlike Power BI it says 401 to a bad token and to a switch that is off, and has codes of its
//! own in body and header.

use serde_json::{Map, Value, json};

use super::bearer::{Refusal, caller};
use super::keys::Keys;
use super::request::SimRequest;
use super::world::{Group, Principal, Role, Setting, Tenant, Workspace, World, guid};
use super::{Moment, reply};
use crate::record::Service::Fabric;
use crate::transport::wire::WireReply;

/// The answer to a request.
pub(super) fn answer(world: &World, keys: &Keys, request: &SimRequest, moment: &Moment) -> WireReply {
    let principal = match caller(world, keys, request, moment) {
        Ok(principal) => principal,
        Err(refusal) => return refused(refusal, moment),
    };
    let path = request.path.to_ascii_lowercase();
    let route: Vec<&str> = path.trim_start_matches("/v1/").trim_matches('/').split('/').collect();
    match (request.method.as_str(), route.as_slice()) {
        ("GET", ["workspaces"]) => workspaces(world, &principal, request, moment),
        ("GET", ["workspaces", id]) => in_workspace(world, &principal, id, moment, shown),
        ("GET", ["workspaces", id, "items"]) => {
            let kind = request.parameter("type");
            in_workspace(world, &principal, id, moment, |w| json!({"value": items(w, kind.as_deref())}))
        }
        ("GET", ["admin", "tenantsettings"]) => tenant_settings(world, &principal, moment),
        _ => reply::of_service(404, Fabric, moment),
    }
}

/// Errors.tsv A08 and A09. The message that goes with an expired token is not known, so there is none.
fn refused(refusal: Refusal, moment: &Moment) -> WireReply {
    match refusal {
        Refusal::TokenExpired => error(401, "TokenExpired", None, moment),
        Refusal::NoToken | Refusal::InvalidToken | Refusal::SwitchedOff => {
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

fn workspaces(world: &World, principal: &Principal<'_>, request: &SimRequest, moment: &Moment) -> WireReply {
    let wanted = request.parameter("roles");
    let fits = |role: Role| {
        let named = |name: &str| name.trim().eq_ignore_ascii_case(role.name());
        wanted.as_ref().is_none_or(|roles| roles.split(',').any(named))
    };
    let found = world.workspaces_of(principal).filter(|(_, role)| fits(*role)).map(|(w, _)| shown(w));
    reply::json(200, Fabric, moment, &json!({"value": found.collect::<Vec<_>>()}))
}

/// Errors.tsv C09 and C13: without a role a workspace is refused, an unknown one is not found.
fn in_workspace(
    world: &World,
    principal: &Principal<'_>,
    id: &str,
    moment: &Moment,
    then: impl Fn(&Workspace) -> Value,
) -> WireReply {
    let Some(id) = guid(id) else { return reply::of_service(400, Fabric, moment) };
    let exists = world.workspaces.values().any(|w| w.id == id && w.tenant == principal.tenant_name);
    match world.workspace(id, principal) {
        Some((workspace, _)) => reply::json(200, Fabric, moment, &then(workspace)),
        None if exists => error(403, "InsufficientPrivileges", None, moment),
        None => error(404, "WorkspaceNotFound", None, moment),
    }
}

/// Errors.tsv D05: the same words for a caller without the setting and for one without the scope.
fn tenant_settings(world: &World, principal: &Principal<'_>, moment: &Moment) -> WireReply {
    if !world.reads_as_admin(principal) {
        let message = "The caller does not have sufficient scopes to perform this operation";
        return error(403, "InsufficientScopes", Some(message), moment);
    }
    reply::json(200, Fabric, moment, &settings_of(world, principal.tenant))
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

fn shown(workspace: &Workspace) -> Value {
    let mut shown = json!({
        "id": workspace.id,
        "displayName": workspace.name,
        "description": "",
        "type": "Workspace",
    });
    if let Some(capacity) = workspace.capacity {
        shown["capacityId"] = capacity.to_string().into();
    }
    shown
}

fn items(workspace: &Workspace, kind: Option<&str>) -> Vec<Value> {
    let item = |kind: &str, id, name: &str| json!({"id": id, "type": kind, "displayName": name, "description": "", "workspaceId": workspace.id});
    let reports = workspace.reports.values().map(|report| item("Report", report.id, &report.name));
    let models = workspace.models.values().map(|model| item("SemanticModel", model.id, &model.name));
    let fits =
        |item: &Value| kind.is_none_or(|kind| item["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)));
    reports.chain(models).filter(fits).collect()
}
