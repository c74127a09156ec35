//! Asks for the caller's service principal profiles, where a workspace is missing: a profile has workspaces of its own.

use super::items::{Place, workspace, workspace_pages};
use super::words::{Answer, answer, count};
use super::{Check, Stage, Step};
use crate::evidence::{all_entries, claims, matching, token_of};
use crate::intent::Principal;
use crate::powerbi::request::{PROFILES, aside, entries, get};
use crate::record::{Field, Record};

pub(super) const CHECK: Check = Check {
    id: "profiles",
    title: "No workspace is hidden behind a service principal profile",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    if let Place::Ask(requests) = workspace(record) {
        return Step::Send(requests);
    }
    let pages = workspace_pages(record);
    if !pages.is_empty() {
        return Step::Send(pages);
    }
    if !is_application(record) {
        return Step::NotNeeded("only service principals have profiles".to_owned());
    }
    match lacks_a_workspace(record) {
        Some(true) => {}
        Some(false) => return Step::NotNeeded("the caller sees the workspace".to_owned()),
        None => return Step::NotNeeded("the caller can't list workspaces at all".to_owned()),
    }
    let Some(exchange) = record.answer(PROFILES) else {
        return Step::Send(vec![aside(get(&record.inputs.hosts, PROFILES, "profiles"))]);
    };
    match answer(exchange) {
        Answer::Service(reply) => match entries(reply).map(Vec::len) {
            Some(0) => Step::passed("the service principal has no profiles"),
            Some(number) => Step::warned(format!(
                "the service principal has {}; without the header X-PowerBI-Profile-Id, it doesn't see their workspaces",
                count(number, "profile")
            )),
            None => Step::Skip("this caller can't list profiles".to_owned()),
        },
        Answer::NotAsked(reason) | Answer::Nobody(reason) => Step::Skip(reason),
    }
}

fn is_application(record: &Record) -> bool {
    let caller = token_of(record).and_then(|(token, _)| claims::read(&token, &record.inputs, 0).principal);
    caller == Some(Principal::App)
}

/// Whether the list is there, and empty or without the workspace that was named.
fn lacks_a_workspace(record: &Record) -> Option<bool> {
    all_entries(record, "workspaces").map(|list| match record.inputs.get(Field::Workspace) {
        Some(given) => matching(list, given).is_empty(),
        None => list.is_empty(),
    })
}
