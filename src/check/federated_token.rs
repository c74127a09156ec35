//! Gets the token of another issuer that stands in for a secret, and shows what it presents.

use super::sign_in::{mismatch, presented};
use super::words::{Answer, answer, looks_like};
use super::{Check, Stage, Step};
use crate::entra::issuer;
use crate::evidence::token::FEDERATED_TOKEN;
use crate::evidence::{service_time, sign_in};
use crate::record::{Auth, Record};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "federated-token",
    title: "The federated token matches what the federated credential expects",
    stage: Stage::Token,
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let inputs = &record.inputs;
    if inputs.auth() != Auth::Federated {
        return Step::NotNeeded("no federated credential is in use".to_owned());
    }
    let Some(federated) = &inputs.sign_in.federated else {
        return Step::Skip("no federated token was found".to_owned());
    };
    if let Some(request) = issuer::token(federated, FEDERATED_TOKEN) {
        let Some(exchange) = record.answer(FEDERATED_TOKEN) else { return Step::Send(vec![request]) };
        match answer(exchange) {
            Answer::NotAsked(reason) => return Step::Skip(reason),
            Answer::Nobody(words) => return Step::failed(words),
            Answer::Service(reply) if !reply.is_success() => {
                return Step::failed(format!("{} returned {}", federated.source.words(), reply.status));
            }
            Answer::Service(_) => {}
        }
    }
    let read = sign_in::assertion(record, service_time(record)).unwrap_or_default();
    if read.readable != Some(true) {
        let form = read.kind.filter(|kind| *kind != Kind::Jwt).map_or_else(String::new, looks_like);
        return Step::failed(format!("{} contains no complete JSON Web Token{form}", federated.source.words()));
    }
    if let Some(words) = mismatch(&read) {
        return Step::failed(words);
    }
    Step::passed(presented(&read))
}
