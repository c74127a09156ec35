//! Asks the other service with the same token: what both say is said of the token and the tenant, not of one service.

use super::scopes::lacks;
use super::words::{Answer, answer, count, refusal};
use super::{Check, Stage, Step};
use crate::powerbi::request::{FABRIC_WORKSPACES, entries, fabric_workspaces};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "fabric-workspaces",
    title: "Fabric accepts the token and lists the caller's workspaces",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    if let Some(reason) = lacks(record, "Workspace") {
        return Step::NotNeeded(reason);
    }
    let Some(exchange) = record.answer(FABRIC_WORKSPACES) else {
        return Step::Send(vec![fabric_workspaces(&record.inputs.hosts)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::Skip(format!("{words} (no other check depends on this)")),
        Answer::Service(reply) => match entries(reply) {
            Some(list) => {
                Step::passed(format!("Fabric accepted the token and lists {}", count(list.len(), "workspace")))
            }
            None if reply.is_success() => Step::warned("Fabric returned 200, but no list"),
            None => Step::warned(refusal(Service::Fabric, reply)),
        },
    }
}
