//! Asks Power BI something without a token, while Entra still makes one: the connection is open when the token comes.

use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::powerbi::request::hello;
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "api-reachable",
    title: "Power BI is reachable",
    stage: Stage::Network,
    after: &[],
    opt_in: None,
    next,
};

const HELLO: &str = "api-hello";

fn next(record: &Record) -> Step {
    let Some(exchange) = record.answer(HELLO) else {
        return Step::Send(vec![hello(&record.inputs.hosts, HELLO)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::failed(words),
        Answer::Service(reply) if reply.status >= 500 => Step::failed(format!("Power BI returned {}", reply.status)),
        Answer::Service(reply) if reply.status == 429 => Step::warned(refusal(Service::PowerBi, reply)),
        Answer::Service(reply) => Step::passed(format!(
            "Power BI is reachable (it rejected an anonymous request with {}, as expected)",
            reply.status
        )),
    }
}
