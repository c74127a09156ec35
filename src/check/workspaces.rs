//! Lists the workspaces that the caller sees.

use super::items::workspace_pages;
use super::words::{Answer, answer, count, refusal};
use super::{Check, Stage, Step};
use crate::evidence::all_entries;
use crate::powerbi::request::{MOST_PAGES, PAGE, entries, page_name};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "workspaces",
    title: "Power BI lists the caller's workspaces",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn is_endless(record: &Record) -> bool {
    record.reply(&page_name("workspaces", MOST_PAGES - 1)).and_then(entries).is_some_and(|list| list.len() >= PAGE)
}

fn next(record: &Record) -> Step {
    let pages = workspace_pages(record);
    if !pages.is_empty() {
        return Step::Send(pages);
    }
    if let Some(list) = all_entries(record, "workspaces") {
        return match list.len() {
            0 => Step::failed("Power BI accepted the token, but the caller has no role in any workspace"),
            number => Step::passed(format!("the caller sees {}", count(number, "workspace"))),
        };
    }
    let refused = record.exchanges.iter().rfind(|e| {
        e.request.name.starts_with("workspaces") && !e.reply().is_some_and(crate::record::Reply::is_success)
    });
    match refused.map(answer) {
        Some(Answer::NotAsked(reason)) => Step::Skip(reason),
        Some(Answer::Nobody(words)) => Step::error(words),
        Some(Answer::Service(reply)) => Step::failed(refusal(Service::PowerBi, reply)),
        None if is_endless(record) => Step::warned(format!(
            "the caller sees more than {} workspaces, and not all were read; select one by its ID (--workspace)",
            MOST_PAGES * PAGE
        )),
        None => Step::failed("Power BI returned 200, but no list"),
    }
}
