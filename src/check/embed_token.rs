//! Asks Power BI for an embed token of one minute, as an application that embeds for customers does.

use serde_json::json;

use super::items::report_id;
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::model::model_of_report;
use crate::powerbi::request::generate_token;
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "embed-token",
    title: "Power BI creates an embed token for the report",
    stage: Stage::Api,
    after: &["report"],
    opt_in: Some("it creates a credential and, without a capacity, uses up a trial token"),
    next,
};

const NAME: &str = "embed-token";

fn next(record: &Record) -> Step {
    let Some(report) = report_id(record) else { return Step::Skip("no report was selected (--report)".to_owned()) };
    let Some(exchange) = record.answer(NAME) else {
        let models = model_of_report(record).map_or_else(|| json!([]), |model| json!([{ "id": model.id }]));
        let body = json!({ "reports": [{ "id": report }], "datasets": models, "lifetimeInMinutes": 1 });
        return Step::Send(vec![generate_token(&record.inputs.hosts, NAME, body)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => {
            Step::passed("Power BI created an embed token, valid for one minute")
        }
        Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
    }
}
