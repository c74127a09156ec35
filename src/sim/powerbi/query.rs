//! Queries (`POST …/executeQueries`).

use serde_json::{Value, json};

use super::super::reply;
use super::super::world::{Model, Workspace, guid};
use super::{Call, items};
use crate::record::Service::PowerBi;
use crate::wire::WireReply;

/// The answer to a query: the workspace first, then the model (errors.tsv C01, F01, F02, H01). Of a user's row-level
/// security no source tells the answer.
pub(super) fn in_group(call: &Call<'_>, group: &str, id: &str) -> WireReply {
    items::in_group(call, group, |workspace| {
        let found = guid(id).and_then(|id| workspace.models.values().find(|model| model.id == id));
        found.map_or_else(|| call.no_entity(), |model| of_model(call, workspace, model))
    })
}

fn of_model(call: &Call<'_>, workspace: &Workspace, model: &Model) -> WireReply {
    let (world, now) = (call.world, call.moment.now);
    if world.capacity_of(workspace).is_some_and(|capacity| capacity.paused) {
        return call.json(404, &json!({"errorCode": "CapacityNotActive"}));
    }
    let closed = call.caller.is_application() && (model.row_level_security || model.single_sign_on);
    if closed || !world.may_query(&call.caller, now) {
        return call.not_authorized();
    }
    if !world.may_build(workspace, model, &call.caller, now) {
        return call.no_entity();
    }
    let asks = |body: Value| body.get("queries")?.as_array().map(|queries| queries.len() == 1);
    match serde_json::from_slice(&call.request.body).ok().and_then(asks) {
        Some(true) => call.json(200, &json!({"results": [{"tables": [{"rows": [{"[Value]": 1}]}]}]})),
        _ => reply::of_service(400, PowerBi, call.moment),
    }
}
