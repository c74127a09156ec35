//! Looks at the report's semantic model, in the workspace that holds it.

use super::items::{Place, workspace};
use super::scopes::lacks;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::model::{MODEL, OfReport, flag_of, model_of_report};
use crate::powerbi::request::{aside, get, segment};
use crate::record::{Record, Reply, Service};

pub(super) const CHECK: Check = Check {
    id: "semantic-model",
    title: "The caller can read the report's semantic model",
    stage: Stage::Api,
    after: &["report"],
    opt_in: None,
    next,
};

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

/// Whether the intent needs the model decides how bad it is not to be shown it: reading a report does not.
fn hidden(record: &Record, model: &OfReport, place: Option<&str>, reply: &Reply) -> Step {
    let words = format!(
        "the semantic model {} is in {}, and the caller can't read it: {}",
        model.id,
        place.map_or_else(|| "My workspace".to_owned(), |place| format!("workspace {place}")),
        refusal(Service::PowerBi, reply)
    );
    if is_needed(record) { Step::failed(words) } else { Step::warned(words) }
}

fn judge(record: &Record, reply: &Reply) -> Step {
    let asks = |name: &str| flag_of(reply, name) == Some(true);
    let name = reply.json().and_then(|json| json.get("name")?.as_str()).unwrap_or("(unnamed)");
    if !asks("isEffectiveIdentityRequired") {
        return Step::passed(format!("the semantic model {name} requires no effective identity"));
    }
    let roles = if asks("isEffectiveIdentityRolesRequired") { " and its roles" } else { "" };
    let words = format!(
        "the semantic model {name} uses row-level security or single sign-on: a service principal's embed token needs an effective identity{roles}, and the service principal can't query the model"
    );
    if is_needed(record) { Step::warned(words) } else { Step::passed(words) }
}

fn is_needed(record: &Record) -> bool {
    let inputs = &record.inputs;
    inputs.intent.as_ref().is_some_and(|intent| intent.model) || inputs.probes("embed-token") || inputs.probes("query")
}
