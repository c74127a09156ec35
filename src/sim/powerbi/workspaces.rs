//! Workspaces: the caller's list and one by its id.

use serde_json::{Value, json};

use super::super::world::{Workspace, World, guid};
use super::Call;
use super::filter::Filter;
use crate::wire::WireReply;

/// What `$top` may be at most.
pub(super) const MOST: usize = 5000;

pub(super) fn list(call: &Call<'_>) -> WireReply {
    let found = call.world.workspaces_of(&call.caller, call.moment.now);
    let mut workspaces: Vec<&Workspace> = found.map(|(workspace, _)| workspace).collect();
    if let Some(filter) = call.request.parameter("$filter") {
        let Some(wanted) = Filter::parse(&filter) else { return call.bad_request() };
        workspaces.retain(|workspace| wanted.fits(workspace));
    }
    let number = |name, usual| call.request.parameter(name).map_or(Some(usual), |text| text.parse().ok());
    let (Some(skip), Some(top @ 1..=MOST)) = (number("$skip", 0), number("$top", MOST)) else {
        return call.bad_request();
    };
    let page: Vec<Value> = workspaces.into_iter().skip(skip).take(top).map(|w| shown(call.world, w)).collect();
    call.list("groups", &page)
}

/// An unknown workspace and one without a role look the same (errors.tsv C03).
pub(super) fn one(call: &Call<'_>, id: &str) -> WireReply {
    let Some(id) = guid(id) else { return call.bad_request() };
    call.world.workspaces_of(&call.caller, call.moment.now).find(|(workspace, _)| workspace.id == id).map_or_else(
        || call.json(401, &json!({"error": {"code": "Unauthorized"}})),
        |(workspace, _)| call.json(200, &shown(call.world, workspace)),
    )
}

/// A workspace as the lists show it.
pub(super) fn shown(world: &World, workspace: &Workspace) -> Value {
    let capacity = world.capacity_of(workspace);
    let mut group = json!({
        "id": workspace.id,
        "isReadOnly": false,
        "isOnDedicatedCapacity": capacity.is_some(),
        "type": "Workspace",
        "name": workspace.name,
    });
    if let Some(capacity) = capacity {
        // Power BI writes this id in capitals, Fabric does not.
        group["capacityId"] = capacity.id.to_string().to_ascii_uppercase().into();
    }
    group
}
