//! Runs the smallest query on the report's semantic model.

use super::items::{Place, workspace};
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::model::model_of_report;
use crate::powerbi::request::{QUERY, query};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "query",
    title: "The caller can query the report's semantic model",
    stage: Stage::Api,
    after: &["report"],
    opt_in: Some("it runs a query on the semantic model"),
    next,
};

fn next(record: &Record) -> Step {
    let Some(model) = model_of_report(record) else {
        return Step::Skip("no report with a semantic model was selected (--report)".to_owned());
    };
    let ((Some(place), _) | (None, Place::Id(place))) = (model.workspace, workspace(record)) else {
        return Step::Skip("the model's workspace is unknown".to_owned());
    };
    let Some(exchange) = record.answer(QUERY) else {
        return Step::Send(vec![query(&record.inputs.hosts, &place, &model.id)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => Step::passed("the semantic model answered a query"),
        Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
    }
}
