//! Asks Entra for a token with the client secret.

use super::entra_reachable::asked_tenant;
use super::words::{Answer, answer};
use super::{Check, Stage, Step};
use crate::entra::client_credentials;
use crate::evidence::credential::is_unset;
use crate::evidence::token::{self, TOKEN};
use crate::record::{Field, Record};

pub(super) const CHECK: Check = Check {
    id: "token-request",
    title: "Entra issues a token for the application",
    stage: Stage::Token,
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let inputs = &record.inputs;
    if let Some(token) = inputs.get(Field::AccessToken) {
        return Step::NotNeeded(format!("an access token was handed over ({})", token.from));
    }
    let Some(tenant) = asked_tenant(inputs) else { return unsendable(record, Field::Tenant, "tenant") };
    let Some(client_id) = inputs.text(Field::ClientId).filter(|id| !id.trim().is_empty()) else {
        return unsendable(record, Field::ClientId, "client id");
    };
    if inputs.get(Field::ClientSecret).is_none_or(|given| is_unset(given.form.kind)) {
        return unsendable(record, Field::ClientSecret, "client secret");
    }
    let Some(exchange) = record.answer(TOKEN) else {
        return Step::Send(vec![client_credentials(&inputs.hosts, TOKEN, tenant, client_id, &inputs.scopes)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) => judge(record, reply.status),
    }
}

fn unsendable(record: &Record, field: Field, name: &str) -> Step {
    Step::Skip(record.inputs.get(field).map_or_else(
        || format!("there is no {name} to ask with"),
        |given| format!("{} cannot be sent as a {name}: {}", given.from, given.form.kind.words()),
    ))
}

fn judge(record: &Record, status: u16) -> Step {
    let Some(token) = token::read(record) else { return Step::failed(format!("Entra answers {status}")) };
    if token.issued == Some(true) {
        let life = token.expires_in.map_or_else(String::new, |s| format!(", good for {} minutes", s / 60));
        return Step::passed(format!("Entra issued a token{life}"));
    }
    let error = token.error.unwrap_or_default();
    let codes: Vec<String> = error.codes.iter().flatten().map(|code| format!("AADSTS{code}")).collect();
    let named = if codes.is_empty() {
        error.error.unwrap_or_else(|| "no error that Entra documents".to_owned())
    } else {
        codes.join(", ")
    };
    Step::failed(format!("Entra answers {status}: {named}"))
}
