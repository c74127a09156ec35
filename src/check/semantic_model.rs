//! Looks at the report's semantic model, where the intent depends on it.

use super::items::{Place, workspace};
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::model::{MODEL, flag_of, model_of_report};
use crate::powerbi::request::{get, segment};
use crate::record::{Record, Reply, Service};

pub(super) const CHECK: Check = Check {
    id: "semantic-model",
    title: "The report's semantic model is in the workspace and asks for no identity",
    stage: Stage::Api,
    after: &["report"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    if !record.inputs.intent.as_ref().is_some_and(|intent| intent.model) {
        return Step::NotNeeded("no intent was named that depends on the model (--for)".to_owned());
    }
    let Some(id) = model_of_report(record) else {
        return Step::NotNeeded("no report with a semantic model was named (--report)".to_owned());
    };
    let Place::Id(place) = workspace(record) else {
        return Step::NotNeeded("the report is in no workspace".to_owned());
    };
    let Some(exchange) = record.answer(MODEL) else {
        let path = format!("groups/{}/datasets/{}", segment(&place), segment(&id));
        return Step::Send(vec![get(&record.inputs.hosts, MODEL, &path)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.status == 404 => Step::warned(format!(
            "the model {id} is not in the report's workspace: the caller needs a role where it lies, too"
        )),
        Answer::Service(reply) if reply.is_success() => judge(reply),
        Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
    }
}

fn judge(reply: &Reply) -> Step {
    let asks = |name: &str| flag_of(reply, name) == Some(true);
    let name = reply.json().and_then(|json| json.get("name")?.as_str()).unwrap_or("without a name");
    if !asks("isEffectiveIdentityRequired") {
        return Step::passed(format!("the model {name} is in the workspace and asks for no identity"));
    }
    let roles = if asks("isEffectiveIdentityRolesRequired") { " and its roles" } else { "" };
    Step::warned(format!(
        "the model {name} has row-level security or single sign-on: a service principal's embed token must carry an effective identity{roles}, and its queries are refused"
    ))
}
