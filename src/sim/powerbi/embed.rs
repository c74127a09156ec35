//! Embed tokens (`POST /GenerateToken`).

use serde_json::{Value, json};

use super::super::token;
use super::super::world::{Model, Role, Workspace, guid};
use super::Call;
use crate::transport::wire::WireReply;

/// The answer to a request for an embed token: ids first, then the role, then the identity (errors.tsv G01, G02, G04,
/// G10). That a Contributor gets one is what practitioners report; the documentation asks for a Member.
pub(super) fn token(call: &Call<'_>) -> WireReply {
    let Ok(body) = serde_json::from_slice::<Value>(&call.request.body) else { return call.bad_request() };
    let Some(asked) = asked(call, &body) else { return call.no_entity() };
    for (workspace, model) in asked {
        let role = call.world.workspace(workspace.id, &call.principal).map(|(_, role)| role);
        if role.is_none_or(|role| role < Role::Contributor) {
            return call.not_authorized();
        }
        if let Some(refused) = identity(call, model, &body) {
            return refused;
        }
    }
    let moment = call.moment;
    let end = moment.now + jiff::SignedDuration::from_mins(1);
    call.json(200, &json!({"token": token::embed(moment), "tokenId": moment.trace, "expiration": end.to_string()}))
}

/// The workspaces and models of the reports that are asked for. `None` when one of them is not there.
fn asked<'w>(call: &Call<'w>, body: &Value) -> Option<Vec<(&'w Workspace, &'w Model)>> {
    let reports = body.get("reports")?.as_array()?;
    let find = |id: &Value| {
        let id = guid(id.get("id")?.as_str()?)?;
        let mut workspaces = call.world.workspaces.values().filter(|w| w.tenant == call.principal.tenant_name);
        workspaces.find_map(|workspace| {
            let report = workspace.reports.values().find(|report| report.id == id)?;
            Some((workspace, workspace.models.get(&report.model)?))
        })
    };
    reports.iter().map(find).collect()
}

fn identity(call: &Call<'_>, model: &Model, body: &Value) -> Option<WireReply> {
    let given = body.get("identities").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let words = match (model.row_level_security, given) {
        (true, false) => "requires effective identity to be provided",
        (false, true) => "shouldn't have effective identity",
        _ => return None,
    };
    let message = format!("Creating embed token for accessing dataset {} {words}", model.id);
    Some(call.json(400, &json!({"error": {"code": "InvalidRequest", "message": message}})))
}
