//! What belongs to the tenant: features, capacities, profiles, and the admin API.

use serde_json::{Value, json};

use super::super::world::{Capacity, Who};
use super::Call;
use super::workspaces::{MOST, shown};
use crate::wire::WireReply;

/// What the caller may use, and how much of the free embed tokens is used up.
pub(super) fn features(call: &Call<'_>) -> WireReply {
    let trial = json!({
        "name": "embedTrial",
        "state": "Enabled",
        "extendedState": "Enabled",
        "additionalInfo": {"Usage": call.caller.tenant.trial_used},
    });
    call.json(200, &json!({"features": [trial]}))
}

/// The capacities on which the caller has rights; others are not shown.
pub(super) fn capacities(call: &Call<'_>) -> WireReply {
    let found = call.world.capacities.values().filter(|capacity| capacity.holders.contains(&call.caller.name));
    call.list("capacities", &found.map(capacity).collect::<Vec<_>>())
}

fn capacity(capacity: &Capacity) -> Value {
    json!({
        "id": capacity.id.to_string().to_ascii_uppercase(),
        "displayName": capacity.name,
        "sku": capacity.sku,
        "state": if capacity.paused { "Suspended" } else { "Active" },
        "region": "West Europe",
        "capacityUserAccessRight": "Assign",
    })
}

/// The profiles of the application that calls.
pub(super) fn profiles(call: &Call<'_>) -> WireReply {
    let Who::Application(application) = call.caller.who else { return call.not_found() };
    let shown = |(name, id): (&String, &uuid::Uuid)| json!({"id": id, "displayName": name});
    call.list("profiles", &application.profiles.iter().map(shown).collect::<Vec<_>>())
}

/// Errors.tsv D01, D03 and D06.
pub(super) fn admin_groups(call: &Call<'_>) -> WireReply {
    if !call.world.reads_as_admin(&call.caller, call.moment.now) {
        return call.not_authorized();
    }
    let top = call.request.parameter("$top").and_then(|text| text.parse().ok());
    let Some(top @ 1..=MOST) = top else { return call.bad_request() };
    let all = call.world.workspaces.values().filter(|w| w.tenant == call.caller.tenant_name);
    call.list("groups", &all.take(top).map(|w| shown(call.world, w)).collect::<Vec<_>>())
}
