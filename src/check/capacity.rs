//! Looks whether the workspace is on a capacity of its own, where the intent depends on it. Nothing more is asked.

use super::{Check, Stage, Step};
use crate::evidence::workspace_of;
use crate::intent::Capacity;
use crate::record::Record;

pub(super) const CHECK: Check = Check {
    id: "capacity",
    title: "The workspace is on a capacity that the intent can use",
    stage: Stage::Api,
    after: &["workspace"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some((intent, need)) = record.inputs.intent.as_ref().and_then(|intent| Some((intent, intent.capacity?))) else {
        return Step::NotNeeded("no intent was named that depends on a capacity (--for)".to_owned());
    };
    let workspace = workspace_of(record);
    let dedicated = workspace.as_ref().and_then(|entry| entry.get("isOnDedicatedCapacity")?.as_bool());
    let title = &intent.title;
    match (dedicated, need) {
        (None, _) => Step::Skip("the workspace is not known".to_owned()),
        (Some(true), _) => Step::passed("the workspace is on a dedicated capacity"),
        (Some(false), Capacity::Wanted) => Step::warned(format!(
            "the workspace is on shared capacity: to {title} it draws on a limited number of trial tokens"
        )),
        (Some(false), Capacity::Needed) => {
            Step::failed(format!("the workspace is on shared capacity, and to {title} it needs one of its own"))
        }
    }
}
