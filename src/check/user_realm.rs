//! Asks who checks the password of the user's domain: a refusal means something else for each.

use super::words::{Answer, answer};
use super::{Check, Stage, Step};
use crate::entra::user_realm;
use crate::evidence::user::{self, Domain, REALM};
use crate::record::{Auth, Field, Record};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "user-realm",
    title: "Entra verifies passwords for the user's domain",
    stage: Stage::Token,
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    if record.inputs.auth() != Auth::Password {
        return Step::NotNeeded("no user's password is in use".to_owned());
    }
    // What has another form may be a secret at the wrong place.
    if record.inputs.get(Field::Username).is_none_or(|given| given.form.kind != Kind::Email) {
        return Step::Skip("the user name doesn't look like name@domain, so there is no domain to look up".to_owned());
    }
    let Some(exchange) = record.answer(REALM) else {
        return Step::Send(vec![user_realm(&record.inputs.hosts, REALM)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => return Step::Skip(reason),
        Answer::Nobody(words) => return Step::error(words),
        Answer::Service(_) => {}
    }
    match user::domain(record) {
        Some(Domain::Managed) => Step::passed("Entra verifies passwords for the user's domain"),
        Some(Domain::Federated) => Step::warned(
            "another identity provider verifies passwords for the user's domain, so a token request with a user name \
             and password can't succeed",
        ),
        Some(Domain::Unknown) => Step::warned("Entra doesn't know the user's domain"),
        None => Step::Skip("Entra's response doesn't show who verifies the password".to_owned()),
    }
}
