//! Finds the workspace that was asked for.

use super::items::{Place, is_blank, is_mine, workspace, workspace_pages};
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::{all_entries, matching};
use crate::powerbi::request::{get, segment};
use crate::record::{Field, Given, Record, Reply, Service};

pub(super) const CHECK: Check = Check {
    id: "workspace",
    title: "The caller has access to the workspace",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(given) = record.inputs.get(Field::Workspace) else {
        return match &record.inputs.intent {
            Some(intent) if intent.role.is_some() => Step::warned(
                "no workspace was named, so the caller's role and access weren't checked. Developer: name it with --workspace",
            ),
            _ => Step::NotNeeded("no workspace was selected (--workspace)".to_owned()),
        };
    };
    if is_blank(given) {
        return Step::failed(format!("{} is empty", given.from));
    }
    if is_mine(given) {
        return Step::NotNeeded("My workspace was selected; it isn't in any list".to_owned());
    }
    let id = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::failed(reason),
        Place::Mine => return Step::NotNeeded("My workspace isn't in any list".to_owned()),
        Place::Id(id) => id,
    };
    let mut open = workspace_pages(record);
    if record.answer("workspace").is_none() {
        open.push(get(&record.inputs.hosts, "workspace", &format!("groups/{}", segment(&id))));
    }
    if !open.is_empty() {
        return Step::Send(open);
    }
    judge(record, given, &id)
}

fn judge(record: &Record, given: &Given, id: &str) -> Step {
    let list = all_entries(record, "workspaces");
    let listed = list.as_ref().map(|list| !matching(list.iter().copied(), given).is_empty());
    let Some(exchange) = record.answer("workspace") else { return Step::error("there was no answer") };
    let reply = match answer(exchange) {
        Answer::NotAsked(reason) => return Step::Skip(reason),
        Answer::Nobody(words) => return Step::error(words),
        Answer::Service(reply) => reply,
    };
    let name = reply.json().filter(|_| reply.is_success()).and_then(|json| json.get("name")?.as_str());
    match (reply.is_success(), listed) {
        (true, _) => Step::passed(format!("the caller sees the workspace {}", name.unwrap_or(id))),
        (false, Some(true)) => Step::warned(format!(
            "the workspace {id} is in the caller's list, but the direct request failed: {}",
            refusal(Service::PowerBi, reply)
        )),
        (false, Some(false)) => {
            Step::failed(format!("the workspace {id} isn't in the caller's list; {}", refusal(Service::PowerBi, reply)))
        }
        (false, None) => Step::failed(describe(reply)),
    }
}

fn describe(reply: &Reply) -> String {
    refusal(Service::PowerBi, reply)
}
