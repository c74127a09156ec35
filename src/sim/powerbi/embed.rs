//! Embed tokens: `POST /GenerateToken` for several things at once, and the routes of a single report, model or dashboard.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::bearer;
use super::super::embed::token::Pass;
use super::super::reply;
use super::super::world::{Dashboard, Model, Report, Role, Workspace, guid};
use super::{Call, items};
use crate::record::Service::PowerBi;
use crate::wire::WireReply;

/// No request names more reports, models or workspaces than these (errors.tsv G08).
const MOST: usize = 50;

/// What a token is asked for.
#[derive(Default)]
struct Asked<'w> {
    reports: Vec<(&'w Workspace, &'w Report)>,
    models: Vec<(&'w Workspace, &'w Model)>,
    dashboards: Vec<(&'w Workspace, &'w Dashboard)>,
    edit: bool,
}

/// A token for reports and models, wherever they are.
pub(super) fn token(call: &Call<'_>) -> WireReply {
    let Ok(body) = serde_json::from_slice::<Value>(&call.request.body) else { return call.bad_request() };
    let list = |name: &str| body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (reports, models) = (list("reports"), list("datasets"));
    if reports.len() > MOST || models.len() > MOST || list("targetWorkspaces").len() > MOST || !body.is_object() {
        return call.bad_request();
    }
    let id = |entry: &Value| guid(entry.get("id")?.as_str()?);
    let edit = reports.iter().any(|report| report.get("allowEdit").and_then(Value::as_bool) == Some(true));
    let mut asked = Asked { edit, ..Asked::default() };
    for entry in &reports {
        let Some(found) = id(entry).and_then(|id| report(call, id)) else { return call.no_entity() };
        asked.reports.push(found);
    }
    for entry in &models {
        let Some(found) = id(entry).and_then(|id| model(call, id)) else { return call.no_entity() };
        asked.models.push(found);
    }
    if asked.reports.is_empty() && asked.models.is_empty() {
        return call.bad_request();
    }
    made(call, asked, &body)
}

/// A token for one thing in a workspace. Those of My workspace are not for embedding (errors.tsv G10), and an application
/// has none.
pub(super) fn token_for_item(call: &Call<'_>, route: &[&str]) -> WireReply {
    match route {
        ["groups", group, kind @ ("reports" | "datasets" | "dashboards"), id, _] => {
            let thing = match *kind {
                "reports" => "Report",
                "datasets" => "Dataset",
                _ => "Dashboard",
            };
            call.with(thing, || items::in_group(call, group, |workspace| one(call, workspace.id, kind, id)))
        }
        ["reports" | "datasets" | "dashboards", _, _] if call.caller.is_application() => items::mine(call, &route[..1]),
        ["reports" | "datasets" | "dashboards", _, _] => call.no_entity(),
        _ => call.not_found(),
    }
}

fn one(call: &Call<'_>, workspace: Uuid, kind: &str, id: &str) -> WireReply {
    let body = if call.request.body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&call.request.body) };
    let (Some(id), Ok(body)) = (guid(id), body) else { return call.bad_request() };
    let level = body.get("accessLevel").and_then(Value::as_str);
    if !body.is_object() || !matches!(level, None | Some("View" | "Edit" | "Create")) {
        return call.bad_request();
    }
    let mut asked = Asked { edit: level == Some("Edit"), ..Asked::default() };
    let in_it = |found: &Workspace| found.id == workspace;
    match kind {
        "reports" => asked.reports.extend(report(call, id).filter(|(found, _)| in_it(found))),
        "datasets" => asked.models.extend(model(call, id).filter(|(found, _)| in_it(found))),
        _ => {
            let found = shared(call).find(|found| in_it(found));
            let named = found.and_then(|w| Some((w, w.dashboards.values().find(|dashboard| dashboard.id == id)?)));
            asked.dashboards.extend(named);
        }
    }
    if asked.reports.is_empty() && asked.models.is_empty() && asked.dashboards.is_empty() {
        return call.no_entity();
    }
    made(call, asked, &body)
}

/// The workspaces of the caller's tenant that are nobody's own.
fn shared<'w>(call: &Call<'w>) -> impl Iterator<Item = &'w Workspace> {
    let tenant = call.caller.tenant_name;
    call.world.workspaces.values().filter(move |w| w.tenant == tenant && w.personal_of.is_none())
}

fn report<'w>(call: &Call<'w>, id: Uuid) -> Option<(&'w Workspace, &'w Report)> {
    shared(call).find_map(|w| Some((w, w.reports.values().find(|report| report.id == id)?)))
}

fn model<'w>(call: &Call<'w>, id: Uuid) -> Option<(&'w Workspace, &'w Model)> {
    shared(call).find_map(|w| Some((w, w.models.values().find(|model| model.id == id)?)))
}

/// Ids were found; then count, in this order, the role in the workspaces of items and models, paginated reports, the
/// identity, the free tokens and the lifetime (errors.tsv G01 to G07, G10). That a Contributor gets a token is what
/// practitioners report; the documentation asks for a Member. What the switch of embedding does to it is not known.
fn made<'w>(call: &Call<'w>, mut asked: Asked<'w>, body: &Value) -> WireReply {
    let of_reports: Vec<_> = asked.reports.iter().filter_map(|(w, report)| call.world.model_of(w, report)).collect();
    asked.models.extend(of_reports);
    let items = asked.reports.iter().map(|(w, _)| *w).chain(asked.dashboards.iter().map(|(w, _)| *w));
    let places: Vec<&Workspace> = items.chain(asked.models.iter().map(|(w, _)| *w)).collect();
    let role = |workspace| call.world.role(workspace, &call.caller, call.moment.now);
    if places.iter().any(|place| role(place) < Some(Role::Contributor)) {
        return call.not_authorized();
    }
    if !call.caller.is_application() && asked.reports.iter().any(|(_, report)| report.paginated) {
        return reply::of_service(403, PowerBi, call.moment);
    }
    if let Some(refused) = asked.models.iter().find_map(|(_, model)| identity(call, model, body)) {
        return refused;
    }
    let free = places.iter().any(|place| call.world.capacity_of(place).is_none());
    if free && call.caller.tenant.trial_used >= 100 {
        return reply::of_service(403, PowerBi, call.moment);
    }
    let Some(end) = end(call, body) else { return call.bad_request() };
    answered(call, &asked, end, body)
}

fn answered(call: &Call<'_>, asked: &Asked<'_>, end: Timestamp, body: &Value) -> WireReply {
    let pass = Pass {
        id: call.moment.trace,
        tenant: call.caller.tenant.id,
        reports: asked.reports.iter().map(|(_, report)| report.id).collect(),
        dashboards: asked.dashboards.iter().map(|(_, dashboard)| dashboard.id).collect(),
        models: asked.models.iter().map(|(_, model)| model.id).collect(),
        edit: asked.edit,
        identity: !identities(body).is_empty(),
        ends: end.as_second(),
    };
    let context = format!(
        "https://{}/v1.0/myorg/$metadata#Microsoft.PowerBI.ServiceContracts.Api.V1.GenerateTokenResponse",
        call.request.host
    );
    call.json(
        200,
        &json!({
            "@odata.context": context,
            "token": pass.text(call.keys),
            "tokenId": pass.id,
            "expiration": pass.end().to_string(),
        }),
    )
}

/// When the token ends: with the access token that it is made with, or sooner by `lifetimeInMinutes`; 0 and null are none
/// (embed.md 3). `None` for a lifetime that is no number of minutes.
fn end(call: &Call<'_>, body: &Value) -> Option<Timestamp> {
    let latest = bearer::end(call.keys, call.request)?;
    let minutes = match body.get("lifetimeInMinutes") {
        None | Some(Value::Null) => return Some(latest),
        Some(given) => i32::try_from(given.as_u64()?).ok()?,
    };
    let asked = call.moment.now.checked_add(SignedDuration::from_mins(minutes.into())).unwrap_or(latest);
    Some(if minutes == 0 { latest } else { latest.min(asked) })
}

fn identities(body: &Value) -> Vec<&Value> {
    body.get("identities").and_then(Value::as_array).into_iter().flatten().collect()
}

/// A user may leave the identity out: the token then shows what the user sees.
fn identity(call: &Call<'_>, model: &Model, body: &Value) -> Option<WireReply> {
    let identities = identities(body);
    let required = model.row_level_security || model.single_sign_on;
    let names_roles = |identity: &&Value| identity.get("roles").is_some_and(|roles| roles != &json!([]));
    let words = if identities.is_empty() {
        (required && call.caller.is_application()).then_some("requires effective identity to be provided")
    } else if !required {
        Some("shouldn't have effective identity")
    } else {
        let lacking = model.roles_required && !identities.iter().all(names_roles);
        lacking.then_some("requires roles to be included in provided effective identity")
    }?;
    let message = format!("Creating embed token for accessing dataset {} {words}", model.id);
    Some(call.json(400, &json!({"error": {"code": "InvalidRequest", "message": message}})))
}
