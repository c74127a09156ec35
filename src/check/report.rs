//! Finds the report that was asked for.

use super::items::{Place, is_blank, workspace};
use super::reports::list_request;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::matching;
use crate::powerbi::request::{entries, get, segment};
use crate::record::{Field, Given, Record, Service};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "report",
    title: "The caller can read the report",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(given) = record.inputs.get(Field::Report) else {
        return Step::NotNeeded("no report was named (--report)".to_owned());
    };
    if is_blank(given) {
        return Step::failed(format!("{} is set and empty", given.from));
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
    if let Some(exchange) = record.answer("report") {
        return match answer(exchange) {
            Answer::NotAsked(reason) => Step::Skip(reason),
            Answer::Nobody(words) => Step::error(words),
            Answer::Service(reply) if reply.is_success() => {
                let name = reply.json().and_then(|json| json.get("name")?.as_str()).unwrap_or("without a name");
                Step::passed(format!("the caller sees the report {name}"))
            }
            Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
        };
    }
    let Some(list) = record.reply("reports").and_then(entries) else {
        return Step::Skip("the reports could not be listed, so that the name cannot be looked up".to_owned());
    };
    let found = matching(list, given);
    let ids: Vec<&str> = found.iter().filter_map(|entry| entry.get("id")?.as_str()).collect();
    match ids.as_slice() {
        [] => Step::failed("no report of that name is in the list"),
        [id] => Step::passed(format!("the report is listed, with the id {id}")),
        several => Step::failed(format!("{} reports bear that name: {}", several.len(), several.join(", "))),
    }
}
