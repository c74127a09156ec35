//! Finds the report that was asked for.

use super::items::{Place, is_blank, workspace};
use super::reports::list_request;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::{all_entries, candidates, claims_of, cloud, matching};
use crate::powerbi::request::{aside, entries, get, segment};
use crate::record::{Field, Given, Record, Request, Service};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "report",
    title: "The caller can read the report",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

/// A report that is not in its workspace is looked for in at most so many others.
const MOST_WORKSPACES: usize = 10;

fn next(record: &Record) -> Step {
    let Some(given) = record.inputs.get(Field::Report) else {
        return Step::NotNeeded("no report was selected (--report)".to_owned());
    };
    if is_blank(given) {
        return Step::failed(format!("{} is empty", given.from));
    }
    let place = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => None,
        Place::Id(id) => Some(id),
    };
    let mut open = Vec::new();
    if record.answer("reports").is_none() {
        open.push(list_request(record, place.as_deref()));
    }
    if let Some(id) = given.text.as_deref().filter(|_| given.form.kind == Kind::Guid)
        && record.answer("report").is_none()
    {
        let folder = place.map_or_else(String::new, |place| format!("groups/{}/", segment(&place)));
        open.push(get(&record.inputs.hosts, "report", &format!("{folder}reports/{}", segment(id.trim()))));
    }
    if open.is_empty() { judge(record, given) } else { Step::Send(open) }
}

fn judge(record: &Record, given: &Given) -> Step {
    let Some(exchange) = record.answer("report") else { return judge_by_name(record, given) };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => {
            let name = reply.json().and_then(|json| json.get("name")?.as_str()).unwrap_or("(unnamed)");
            seen(record, format!("the caller sees the report {name}"))
        }
        Answer::Service(reply) => not_here(record, refusal(Service::PowerBi, reply)),
    }
}

fn judge_by_name(record: &Record, given: &Given) -> Step {
    let Some(list) = record.reply("reports").and_then(entries) else {
        return Step::Skip("the reports couldn't be listed, so the name couldn't be looked up".to_owned());
    };
    match matching(list, given).as_slice() {
        [] => not_here(record, "no report in the list has this name".to_owned()),
        [one] => seen(record, format!("the report is listed: {}", candidates::words(one))),
        several => Step::failed(format!("{} reports have this name", several.len())),
    }
}

/// The report is there. Where is it embedded from?
fn seen(record: &Record, words: String) -> Step {
    let clouds = cloud::of_run(record, claims_of(record).as_ref());
    let host = clouds.embed_host.unwrap_or_default();
    match (clouds.embed, clouds.api) {
        (Some(embed), Some(api)) if embed != api => Step::warned(format!(
            "{words}; its embed URL is on {host}, which belongs to the cloud {}, but the API belongs to {}",
            embed.name(),
            api.name()
        )),
        (None, _) if clouds.embed_known == Some(false) => {
            Step::passed(format!("{words}; its embed URL is on {host}, whose cloud is unknown"))
        }
        _ => Step::passed(words),
    }
}

/// Looks for the report in the other workspaces of the caller before it says that the report is not in this one.
fn not_here(record: &Record, words: String) -> Step {
    if record.reply("reports").and_then(entries).is_none() {
        return Step::failed(words);
    }
    let open = elsewhere(record);
    if !open.is_empty() {
        return Step::Send(open);
    }
    match candidates::elsewhere(record).as_slice() {
        [] => Step::failed(words),
        found => {
            let found: Vec<String> = found.iter().map(|entry| candidates::words(entry)).collect();
            Step::failed(format!("{words}; it is in {}", found.join(", ")))
        }
    }
}

/// The requests for the reports of other workspaces that are still to be made.
fn elsewhere(record: &Record) -> Vec<Request> {
    let Place::Id(here) = workspace(record) else { return Vec::new() };
    let list = all_entries(record, "workspaces").unwrap_or_default();
    let ids = list.iter().filter_map(|entry| entry.get("id")?.as_str()).filter(|id| !id.eq_ignore_ascii_case(&here));
    let request = |id: &str| {
        let path = format!("groups/{}/reports", segment(id));
        aside(get(&record.inputs.hosts, candidates::reports_in(id), &path))
    };
    ids.take(MOST_WORKSPACES).map(request).filter(|request| record.answer(&request.name).is_none()).collect()
}
