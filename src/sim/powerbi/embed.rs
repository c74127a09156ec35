//! Embed tokens (`POST /GenerateToken`).

use serde_json::{Value, json};

use super::super::token;
use super::super::world::{Model, Role, Workspace, guid};
use super::super::{Moment, reply};
use super::Call;
use crate::record::Service::PowerBi;
use crate::wire::WireReply;

/// The answer to a request for an embed token: ids first, then the role in the workspaces of report and model, the
/// identity, the free tokens (errors.tsv G01 to G06, G10). That a Contributor gets one is what practitioners report; the
/// documentation asks for a Member. What the switch of embedding does to it is not known.
pub(super) fn token(call: &Call<'_>) -> WireReply {
    let Ok(body) = serde_json::from_slice::<Value>(&call.request.body) else { return call.bad_request() };
    let Some(asked) = asked(call, &body) else { return call.no_entity() };
    for (workspace, model_in, model) in asked {
        let role = |workspace| call.world.role(workspace, &call.caller, call.moment.now);
        if [workspace, model_in].into_iter().any(|place| role(place) < Some(Role::Contributor)) {
            return call.not_authorized();
        }
        if let Some(refused) = identity(call, model, &body) {
            return refused;
        }
        if call.world.capacity_of(workspace).is_none() && call.caller.tenant.trial_used >= 100 {
            return reply::of_service(403, PowerBi, call.moment);
        }
    }
    made(call, call.moment)
}

fn made(call: &Call<'_>, moment: &Moment) -> WireReply {
    let end = moment.now + jiff::SignedDuration::from_mins(1);
    call.json(200, &json!({"token": token::embed(moment), "tokenId": moment.trace, "expiration": end.to_string()}))
}

type Asked<'w> = (&'w Workspace, &'w Workspace, &'w Model);

/// The workspaces and models of the reports that are asked for. `None` when one of them is not there, or in somebody's
/// My workspace.
fn asked<'w>(call: &Call<'w>, body: &Value) -> Option<Vec<Asked<'w>>> {
    let reports = body.get("reports")?.as_array()?;
    let find = |id: &Value| {
        let id = guid(id.get("id")?.as_str()?)?;
        let mut shared =
            call.world.workspaces.values().filter(|w| w.tenant == call.caller.tenant_name && w.personal_of.is_none());
        shared.find_map(|workspace| {
            let report = workspace.reports.values().find(|report| report.id == id)?;
            let (model_in, model) = call.world.model_of(workspace, report)?;
            Some((workspace, model_in, model))
        })
    };
    reports.iter().map(find).collect()
}

/// A user may leave the identity out: the token then shows what the user sees.
fn identity(call: &Call<'_>, model: &Model, body: &Value) -> Option<WireReply> {
    let identities = body.get("identities").and_then(Value::as_array).filter(|list| !list.is_empty());
    let required = model.row_level_security || model.single_sign_on;
    let names_roles = |identity: &Value| identity.get("roles").is_some_and(|roles| roles != &json!([]));
    let words = match identities {
        None if required && call.caller.is_application() => "requires effective identity to be provided",
        Some(_) if !required => "shouldn't have effective identity",
        Some(list) if model.roles_required && !list.iter().all(names_roles) => {
            "requires roles to be included in provided effective identity"
        }
        _ => return None,
    };
    let message = format!("Creating embed token for accessing dataset {} {words}", model.id);
    Some(call.json(400, &json!({"error": {"code": "InvalidRequest", "message": message}})))
}
