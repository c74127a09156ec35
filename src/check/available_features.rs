//! Asks Power BI what the caller may use: the first question that needs no role and no scope.

use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::features::read_features;
use crate::powerbi::request::{FEATURES, aside, get};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "available-features",
    title: "Power BI accepts the token",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

/// From here on the free embed tokens are about to run out, in percent.
const NEARLY: u64 = 90;

fn next(record: &Record) -> Step {
    let Some(exchange) = record.answer(FEATURES) else {
        return Step::Send(vec![aside(get(&record.inputs.hosts, FEATURES, "availableFeatures"))]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => judge(record),
        Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
    }
}

fn judge(record: &Record) -> Step {
    let read = read_features(record).unwrap_or_default();
    if read.licensed == Some(false) {
        return Step::warned("the user has no license for a feature of Power BI");
    }
    match read.embed_trial_used {
        Some(used) if used >= NEARLY => Step::warned(format!(
            "{used}% of the free embed tokens are used, and no more are available without a capacity. Capacity admin: assign the workspace to a capacity"
        )),
        Some(used) => Step::passed(format!("Power BI accepted the token; {used}% of the free embed tokens are used")),
        None => Step::passed("Power BI accepted the token"),
    }
}
