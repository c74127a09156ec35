//! What lies in a workspace: reports, semantic models, dashboards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::super::embed::token;
use super::super::world::{Dashboard, Model, Report, Who, Workspace, guid};
use super::{Call, because};
use crate::cloud::{self, Cloud};
use crate::wire::WireReply;

/// What lies in a workspace, for those with a role there (errors.tsv C01, C02, E02).
pub(super) fn in_group(call: &Call<'_>, id: &str, then: impl Fn(&Workspace) -> WireReply) -> WireReply {
    let Some(id) = guid(id) else { return call.bad_request() };
    let own = call.world.workspaces.values().find(|workspace| workspace.id == id && workspace.personal_of.is_some());
    if own.is_some() && !call.caller.is_application() {
        let message = "Calling group APIs not permitted for personal workspace";
        return call.json(401, &json!({"error": {"code": "GroupNotAccessible", "message": message}}));
    }
    let found = call.world.workspaces_of(&call.caller, call.moment.now).find(|(workspace, _)| workspace.id == id);
    match found {
        None => because(401, "GroupNotAccessible", call.moment),
        Some((workspace, _)) if call.world.lacks_licence(workspace, &call.caller) => {
            call.exception(401, "PowerBINotLicensedException")
        }
        Some((workspace, _)) => then(workspace),
    }
}

/// The routes without a workspace: a user's own. Without a user there is none (errors.tsv B01).
pub(super) fn mine(call: &Call<'_>, route: &[&str]) -> WireReply {
    let Who::User(..) = call.caller.who else {
        return call.json(403, &json!({"Message": "API is not accessible for application"}));
    };
    let own = call.world.workspaces.values().find(|w| w.personal_of.as_ref() == Some(&call.caller.name));
    match route {
        ["reports"] => call.with("Report", || own.map_or_else(|| call.list("reports", &[]), |w| reports(call, w))),
        ["reports", id] => call.with("Report", || own.map_or_else(|| call.no_entity(), |w| report(call, w, id))),
        ["datasets"] => call.with("Dataset", || own.map_or_else(|| call.list("datasets", &[]), |w| models(call, w))),
        ["datasets", id] => call.with("Dataset", || own.map_or_else(|| call.no_entity(), |w| model(call, w, id))),
        ["dashboards"] => call.with("Dashboard", || call.list("dashboards", &[])),
        _ => call.not_found(),
    }
}

pub(super) fn reports(call: &Call<'_>, workspace: &Workspace) -> WireReply {
    let reports: Vec<Value> = workspace.reports.values().map(|r| shown(call, workspace, r)).collect();
    call.list("reports", &reports)
}

pub(super) fn report(call: &Call<'_>, workspace: &Workspace, id: &str) -> WireReply {
    let Some(id) = guid(id) else { return call.bad_request() };
    let found = workspace.reports.values().find(|report| report.id == id);
    found.map_or_else(|| call.no_entity(), |found| call.json(200, &shown(call, workspace, found)))
}

pub(super) fn models(call: &Call<'_>, workspace: &Workspace) -> WireReply {
    let models: Vec<Value> = workspace.models.values().map(shown_model).collect();
    call.list("datasets", &models)
}

pub(super) fn model(call: &Call<'_>, workspace: &Workspace, id: &str) -> WireReply {
    let Some(id) = guid(id) else { return call.bad_request() };
    let found = workspace.models.values().find(|model| model.id == id);
    found.map_or_else(|| call.no_entity(), |found| call.json(200, &shown_model(found)))
}

pub(super) fn dashboards(call: &Call<'_>, workspace: &Workspace) -> WireReply {
    let dashboards: Vec<Value> = workspace.dashboards.values().map(|d| shown_dashboard(call, workspace, d)).collect();
    call.list("dashboards", &dashboards)
}

pub(super) fn dashboard(call: &Call<'_>, workspace: &Workspace, id: &str) -> WireReply {
    let Some(id) = guid(id) else { return call.bad_request() };
    let found = workspace.dashboards.values().find(|dashboard| dashboard.id == id);
    found.map_or_else(|| call.no_entity(), |found| call.json(200, &shown_dashboard(call, workspace, found)))
}

fn portal(call: &Call<'_>) -> &'static str {
    cloud::of_api(&call.request.host).unwrap_or(Cloud::Public).portal()
}

fn shown(call: &Call<'_>, workspace: &Workspace, report: &Report) -> Value {
    let (portal, group, id) = (portal(call), workspace.id, report.id);
    let (kind, folder, page) = if report.paginated {
        ("PaginatedReport", "rdlreports", "rdlEmbed")
    } else {
        ("PowerBIReport", "reports", "reportEmbed")
    };
    let mut shown = json!({
        "id": id,
        "reportType": kind,
        "name": report.name,
        "webUrl": format!("https://{portal}/groups/{group}/{folder}/{id}"),
        "embedUrl": format!("https://{portal}/{page}?reportId={id}&groupId={group}&w=2&config={}", cluster_config()),
    });
    if let Some((holder, model)) = call.world.model_of(workspace, report) {
        shown["datasetId"] = json!(model.id);
        if !report.hides_model_place {
            shown["datasetWorkspaceId"] = json!(holder.id);
        }
    }
    shown
}

fn shown_dashboard(call: &Call<'_>, workspace: &Workspace, dashboard: &Dashboard) -> Value {
    let (portal, group, id) = (portal(call), workspace.id, dashboard.id);
    json!({
        "id": id,
        "displayName": dashboard.name,
        "isReadOnly": false,
        "webUrl": format!("https://{portal}/groups/{group}/dashboards/{id}"),
        "embedUrl": format!("https://{portal}/dashboardEmbed?dashboardId={id}&groupId={group}&config={}", cluster_config()),
    })
}

/// What tells the page in which cluster the item is (embed.md 4). A space keeps its base64 from looking like a token.
fn cluster_config() -> String {
    let config = format!("{{ \"clusterUrl\": \"{}\", \"embedFeatures\": {{}} }}", token::CLUSTER);
    utf8_percent_encode(&STANDARD.encode(config), NON_ALPHANUMERIC).to_string()
}

fn shown_model(model: &Model) -> Value {
    let identity = model.row_level_security || model.single_sign_on;
    let mut shown = json!({
        "id": model.id,
        "name": model.name,
        "isRefreshable": true,
        "isEffectiveIdentityRequired": identity,
        "isEffectiveIdentityRolesRequired": model.roles_required,
        "isOnPremGatewayRequired": false,
    });
    if let Some(owner) = &model.owner {
        shown["configuredBy"] = owner.clone().into();
    }
    shown
}
