//! Looks at the report's semantic model, in the workspace that holds it.

use super::items::{Place, workspace};
use super::scopes::lacks;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::model::{self, MODEL, OfReport, flag_of, found_elsewhere, model_in, model_of_report};
use crate::evidence::{all_entries, claims_of};
use crate::intent::Principal;
use crate::powerbi::request::{aside, get, segment};
use crate::record::{Record, Reply, Request, Service};

pub(super) const CHECK: Check = Check {
    id: "semantic-model",
    title: "The caller can read the report's semantic model",
    stage: Stage::Api,
    after: &["report"],
    opt_in: None,
    next,
};

/// A model that is not in the report's workspace is looked for in at most so many others.
const MOST_WORKSPACES: usize = 10;

fn next(record: &Record) -> Step {
    let Some(model) = model_of_report(record) else {
        return Step::NotNeeded("no report with a semantic model was selected (--report)".to_owned());
    };
    let place = match workspace(record) {
        Place::Mine => None,
        Place::Id(own) => Some(model.workspace.clone().unwrap_or(own)),
        Place::Ask(_) | Place::Nowhere(_) => return Step::NotNeeded("the report is not in a workspace".to_owned()),
    };
    if let Some(reason) = lacks(record, "Dataset").filter(|_| !is_needed(record)) {
        return Step::NotNeeded(reason);
    }
    let Some(exchange) = record.answer(MODEL) else {
        let folder = place.map_or_else(String::new, |place| format!("groups/{}/", segment(&place)));
        let path = format!("{folder}datasets/{}", segment(&model.id));
        return Step::Send(vec![aside(get(&record.inputs.hosts, MODEL, &path))]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => judge(record, reply),
        Answer::Service(reply) => hidden(record, &model, place.as_deref(), reply),
    }
}

/// The model is not where it was asked for. Looks for it in the caller's other workspaces, where the report does not say in
/// which it is. Whether the intent needs the model decides how bad it is not to be shown it: reading a report does not.
fn hidden(record: &Record, model: &OfReport, place: Option<&str>, reply: &Reply) -> Step {
    if model.workspace.is_none() {
        let open = elsewhere(record, model, place);
        if !open.is_empty() {
            return Step::Send(open);
        }
        if let Some((_, found)) = found_elsewhere(record) {
            return judge(record, found);
        }
    }
    let words = format!(
        "the semantic model {} is in {}, and the caller can't read it: {}",
        model.id,
        place.map_or_else(|| "My workspace".to_owned(), |place| format!("workspace {place}")),
        refusal(Service::PowerBi, reply)
    );
    if is_needed(record) { Step::failed(words) } else { Step::warned(words) }
}

/// The requests for the model in the caller's other workspaces that are still to be made.
fn elsewhere(record: &Record, model: &OfReport, here: Option<&str>) -> Vec<Request> {
    let list = all_entries(record, "workspaces").unwrap_or_default();
    let ids = list.iter().filter_map(|entry| entry.get("id")?.as_str());
    let others = ids.filter(|id| here.is_none_or(|here| !id.eq_ignore_ascii_case(here)));
    let request = |id: &str| {
        let path = format!("groups/{}/datasets/{}", segment(id), segment(&model.id));
        aside(get(&record.inputs.hosts, model_in(id), &path))
    };
    others.take(MOST_WORKSPACES).map(request).filter(|request| record.answer(&request.name).is_none()).collect()
}

fn judge(record: &Record, reply: &Reply) -> Step {
    let asks = |name: &str| flag_of(reply, name) == Some(true);
    let name = reply.json().and_then(|json| json.get("name")?.as_str()).unwrap_or("(unnamed)");
    let read = model::read(record).filter(|model| model.elsewhere == Some(true));
    let place = read.and_then(|model| model.workspace).map_or_else(String::new, |workspace| {
        format!(" (in workspace {workspace}, not in the report's, and the caller has access there)")
    });
    if !asks("isEffectiveIdentityRequired") {
        return Step::passed(format!("the semantic model {name}{place} requires no effective identity"));
    }
    let roles = if asks("isEffectiveIdentityRolesRequired") { " and its roles" } else { "" };
    let is_user = claims_of(record).and_then(|claims| claims.principal) == Some(Principal::User);
    let queries = if is_user { "" } else { ", and a service principal can't query the model" };
    let words = format!(
        "the semantic model {name}{place} uses row-level security or single sign-on: an embed token for it needs an effective identity{roles}{queries}"
    );
    let sends_one = record.inputs.embedding.as_ref().is_some_and(|embedding| embedding.roles.is_some());
    if sends_one || !is_needed(record) {
        Step::passed(words)
    } else if record.inputs.probes("query") {
        Step::warned(words)
    } else {
        Step::warned(format!("{words}. Developer: send the identity (pbiauth embed --identity)"))
    }
}

fn is_needed(record: &Record) -> bool {
    let inputs = &record.inputs;
    inputs.intent.as_ref().is_some_and(|intent| intent.model) || inputs.probes("embed-token") || inputs.probes("query")
}
