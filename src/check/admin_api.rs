//! Calls the admin APIs once each, to see whether the caller may read with them.

use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::powerbi::request::{ADMIN_WORKSPACES, TENANT_SETTINGS, admin_workspaces, tenant_settings};
use crate::record::{Record, Service};

pub(super) const CHECK: Check = Check {
    id: "admin-api",
    title: "The caller can read with the admin APIs",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: Some("the whole tenant shares a limit of 50 requests an hour"),
    next,
};

fn next(record: &Record) -> Step {
    let hosts = &record.inputs.hosts;
    let (Some(power_bi), Some(fabric)) = (record.answer(ADMIN_WORKSPACES), record.answer(TENANT_SETTINGS)) else {
        return Step::Send(vec![admin_workspaces(hosts), tenant_settings(hosts)]);
    };
    let mut refused = Vec::new();
    for (service, exchange) in [(Service::PowerBi, power_bi), (Service::Fabric, fabric)] {
        match answer(exchange) {
            Answer::NotAsked(reason) => return Step::Skip(reason),
            Answer::Nobody(words) => return Step::error(words),
            Answer::Service(reply) if reply.is_success() => {}
            Answer::Service(reply) => refused.push(refusal(service, reply)),
        }
    }
    if refused.is_empty() {
        Step::passed("both admin APIs accept the caller")
    } else {
        Step::failed(refused.join("; "))
    }
}
