//! Looks at the capacity of the workspace: whether it has one, and whether it runs.

use super::items::{Place, workspace};
use super::scopes::lacks;
use super::{Check, Stage, Step};
use crate::evidence::features::{Capacity as Found, read_capacity};
use crate::evidence::workspace_of;
use crate::intent::{Capacity, Intent};
use crate::powerbi::request::{CAPACITIES, aside, get, segment};
use crate::record::Record;

pub(super) const CHECK: Check = Check {
    id: "capacity",
    title: "The workspace's capacity is active and supports the operation",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

/// The state of a capacity that serves.
const ACTIVE: &str = "Active";

fn next(record: &Record) -> Step {
    let id = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => return Step::NotNeeded("My workspace has no capacity to check".to_owned()),
        Place::Id(id) => id,
    };
    let hosts = &record.inputs.hosts;
    let mut open = Vec::new();
    if record.answer(CAPACITIES).is_none() && lacks(record, "Capacity").is_none() {
        open.push(aside(get(hosts, CAPACITIES, "capacities")));
    }
    if record.answer("workspace").is_none() {
        open.push(get(hosts, "workspace", &format!("groups/{}", segment(&id))));
    }
    if !open.is_empty() {
        return Step::Send(open);
    }
    let dedicated = workspace_of(record).and_then(|entry| entry.get("isOnDedicatedCapacity")?.as_bool());
    match dedicated {
        None => Step::Skip("the workspace is unknown".to_owned()),
        Some(true) => running(read_capacity(record)),
        Some(false) => shared(record.inputs.intent.as_ref()),
    }
}

fn running(capacity: Option<Found>) -> Step {
    let Some((capacity, state)) = capacity.and_then(|found| Some((found.clone(), found.state?))) else {
        return Step::passed(
            "the workspace is on a dedicated capacity (only users with rights on the capacity see its state)",
        );
    };
    let name = capacity.name.or(capacity.id).unwrap_or_default();
    if state == ACTIVE {
        Step::passed(format!("the workspace is on capacity {name}, which is active"))
    } else {
        Step::failed(format!("the workspace is on capacity {name}, and its state is {state}"))
    }
}

fn shared(intent: Option<&Intent>) -> Step {
    let Some((intent, need)) = intent.and_then(|intent| Some((intent, intent.capacity?))) else {
        return Step::passed("the workspace is on shared capacity");
    };
    let title = &intent.title;
    match need {
        Capacity::Wanted => Step::warned(format!(
            "the workspace is on shared capacity, so you can {title} only with a limited number of trial tokens. Capacity admin: assign it to a capacity before you go live"
        )),
        Capacity::Needed => {
            Step::failed(format!("the workspace is on shared capacity; to {title}, it needs a dedicated capacity"))
        }
    }
}
