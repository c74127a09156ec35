//! Lists the reports of the workspace.

use super::items::{Place, workspace};
use super::words::{Answer, answer, count, refusal};
use super::{Check, Stage, Step};
use crate::powerbi::request::{entries, get, segment};
use crate::record::{Field, Record, Request, Service};

pub(super) const CHECK: Check = Check {
    id: "reports",
    title: "The caller can list the workspace's reports",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let (request, place) = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => (list_request(record, None), "My workspace".to_owned()),
        Place::Id(id) => (list_request(record, Some(&id)), place_name(record, &id)),
    };
    let Some(exchange) = record.answer("reports") else { return Step::Send(vec![request]) };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) => match entries(reply) {
            Some(list) => Step::passed(format!("{} in {place}", count(list.len(), "report"))),
            None if reply.is_success() => Step::failed("Power BI returned 200, but no list"),
            None => Step::failed(format!("in {place}: {}", refusal(Service::PowerBi, reply))),
        },
    }
}

/// The request for the reports of a workspace, or of My workspace.
pub(super) fn list_request(record: &Record, workspace: Option<&str>) -> Request {
    let path = workspace.map_or_else(|| "reports".to_owned(), |id| format!("groups/{}/reports", segment(id)));
    get(&record.inputs.hosts, "reports", &path)
}

fn place_name(record: &Record, id: &str) -> String {
    let listed = crate::evidence::all_entries(record, "workspaces").unwrap_or_default();
    let entry =
        listed.iter().find(|w| w.get("id").and_then(|v| v.as_str()).is_some_and(|v| v.eq_ignore_ascii_case(id)));
    let name = entry.and_then(|w| w.get("name")?.as_str()).unwrap_or(id);
    if record.inputs.get(Field::Workspace).is_some() {
        format!("workspace {name}")
    } else {
        format!("workspace {name}, the first in the list (--workspace selects another)")
    }
}
