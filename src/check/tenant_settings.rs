//! Reads the tenant's settings, as far as the caller may.

use super::words::{Answer, answer, count, refusal};
use super::{Check, Stage, Step};
use crate::evidence::settings;
use crate::powerbi::request::{TENANT_SETTINGS, tenant_settings};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "tenant-settings",
    title: "The caller can read the tenant settings",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: Some("only administrators can read them, and the API accepts 25 requests a minute"),
    next,
};

fn next(record: &Record) -> Step {
    let Some(exchange) = record.answer(TENANT_SETTINGS) else {
        return Step::Send(vec![tenant_settings(&record.inputs.hosts)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) => match reply.json().filter(|_| reply.is_success()).and_then(settings::read) {
            Some(read) => {
                let number = count(read.count.unwrap_or_default(), "setting");
                Step::passed(format!("{number} read (a setting that is missing from the response is unknown, not off)"))
            }
            None => Step::warned(format!(
                "{}. An administrator can export them for --tenant-settings",
                refusal(Service::Fabric, reply)
            )),
        },
    }
}
