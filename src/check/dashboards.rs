//! Lists the dashboards of the workspace.

use super::items::{Place, workspace};
use super::scopes::lacks;
use super::words::{Answer, answer, count, refusal};
use super::{Check, Stage, Step};
use crate::powerbi::request::{DASHBOARDS, aside, entries, get, segment};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "dashboards",
    title: "The caller can list the workspace's dashboards",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let folder = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => String::new(),
        Place::Id(id) => format!("groups/{}/", segment(&id)),
    };
    if let Some(reason) = lacks(record, "Dashboard") {
        return Step::NotNeeded(reason);
    }
    let Some(exchange) = record.answer(DASHBOARDS) else {
        return Step::Send(vec![aside(get(&record.inputs.hosts, DASHBOARDS, &format!("{folder}dashboards")))]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) => match entries(reply) {
            Some(list) => Step::passed(count(list.len(), "dashboard")),
            None if reply.is_success() => Step::warned("Power BI returned 200, but no list"),
            None => Step::failed(refusal(Service::PowerBi, reply)),
        },
    }
}
