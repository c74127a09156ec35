//! Asks Fabric whether the workspace takes callers from public networks.

use super::items::{Place, workspace};
use super::scopes::lacks;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::api::read_problem;
use crate::evidence::features::{Inbound, read_inbound};
use crate::powerbi::request::{NETWORKING, networking};
use crate::record::{Record, Reply, Service};

pub(super) const CHECK: Check = Check {
    id: "networking",
    title: "The workspace accepts callers from public networks",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let id = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => return Step::NotNeeded("My workspace has no network policy".to_owned()),
        Place::Id(id) => id,
    };
    if let Some(reason) = lacks(record, "Workspace") {
        return Step::NotNeeded(reason);
    }
    let Some(exchange) = record.answer(NETWORKING) else {
        return Step::Send(vec![networking(&record.inputs.hosts, &id)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::Skip(format!("{words} (no other check depends on this)")),
        Answer::Service(reply) if reply.is_success() => match read_inbound(record) {
            Some(Inbound::Deny) => Step::warned(
                "the workspace rejects callers from public networks; only its private networks have access",
            ),
            Some(Inbound::Allow) => Step::passed("the workspace accepts callers from public networks"),
            None => Step::Skip("Fabric returned no rule for public networks".to_owned()),
        },
        Answer::Service(reply) if is_denied(reply) => Step::warned(format!(
            "the workspace's network policy rejects calls from this machine's network: {}",
            refusal(Service::Fabric, reply)
        )),
        Answer::Service(reply) => Step::Skip(refusal(Service::Fabric, reply)),
    }
}

/// Whether a rule for inbound traffic refuses, whoever asks (errors.tsv I05).
fn is_denied(reply: &Reply) -> bool {
    let code = reply.json().map(read_problem).and_then(|problem| problem.code);
    code.as_deref() == Some("RequestDeniedByInboundPolicy")
}
