//! Asks Entra for the tenant's discovery document: who answers, whether the tenant exists, what time it is there.

use super::words::{Answer, answer, patience};
use super::{Check, Stage, Step, token_signature};
use crate::entra::{discovery, is_sendable_tenant};
use crate::evidence::network;
use crate::evidence::tenant::{self, DISCOVERY, DISCOVERY_BY_CLIENT_ID};
use crate::record::{Field, Given, Inputs, Record};
use crate::secret::Kind;
use crate::span;

pub(super) const CHECK: Check = Check {
    id: "entra-reachable",
    title: "Entra is reachable and knows the tenant",
    stage: Stage::Network,
    after: &[],
    opt_in: None,
    next,
};

/// Asked where there is no tenant to ask for: it shows at least who answers.
const HELLO: &str = "entra-hello";

/// Entra itself tolerates five minutes between its clock and a caller's.
const TOLERANCE: i64 = 300;

fn next(record: &Record) -> Step {
    let hosts = &record.inputs.hosts;
    let tenant = asked_tenant(&record.inputs);
    let name = if tenant.is_some() { DISCOVERY } else { HELLO };
    let Some(exchange) = record.answer(name) else {
        let mut requests = vec![discovery(hosts, name, tenant.unwrap_or("common"))];
        requests.extend(token_signature::early_request(record));
        return Step::Send(requests);
    };
    let reply = match answer(exchange) {
        Answer::NotAsked(reason) => return Step::Skip(reason),
        Answer::Nobody(words) => return Step::failed(words),
        Answer::Service(reply) => reply,
    };
    if reply.status >= 500 || reply.status == 429 {
        return Step::failed(format!("Entra returned {}{}", reply.status, patience(reply)));
    }
    let Some(tenant) = tenant else { return judge_clock(record, "Entra is reachable; no tenant was given".to_owned()) };
    match tenant::read(record).and_then(|read| read.exists) {
        Some(true) => judge_clock(record, format!("Entra is reachable and knows the tenant {tenant}")),
        Some(false) => judge_unknown(record, tenant),
        None => Step::failed(format!("Entra returned {} for the tenant {tenant}", reply.status)),
    }
}

/// The tenant, where a URL can carry it and it is no secret.
pub(super) fn asked_tenant(inputs: &Inputs) -> Option<&str> {
    let given = inputs.get(Field::Tenant)?;
    given.text.as_deref().filter(|text| is_sendable_tenant(text))
}

/// Entra knows no such tenant. Does it know one by the client id? Then the two were swapped.
fn judge_unknown(record: &Record, tenant: &str) -> Step {
    let client_id =
        record.inputs.get(Field::ClientId).filter(|given| is_guid(given) && given.text.as_deref() != Some(tenant));
    let Some(client_id) = client_id.and_then(|given| given.text.as_deref()) else {
        return Step::failed(format!("Entra doesn't know the tenant {tenant}"));
    };
    if record.answer(DISCOVERY_BY_CLIENT_ID).is_none() {
        return Step::Send(vec![discovery(&record.inputs.hosts, DISCOVERY_BY_CLIENT_ID, client_id.trim())]);
    }
    if tenant::read(record).and_then(|read| read.client_id_is_tenant) == Some(true) {
        return Step::failed(format!(
            "Entra doesn't know the tenant {tenant}, but knows a tenant with the client ID {client_id}"
        ));
    }
    Step::failed(format!("Entra doesn't know the tenant {tenant}"))
}

fn is_guid(given: &Given) -> bool {
    given.form.kind == Kind::Guid
}

fn judge_clock(record: &Record, otherwise: String) -> Step {
    match network::read(record).clock_skew_seconds {
        Some(skew) if skew.abs() > TOLERANCE => {
            let side = if skew > 0 { "ahead of" } else { "behind" };
            Step::failed(format!("this machine's clock is {} {side} Entra's", span::words(skew.unsigned_abs())))
        }
        _ => Step::passed(otherwise),
    }
}
