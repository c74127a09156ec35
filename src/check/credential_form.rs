//! Looks at what was given before anything is sent.

use super::{Check, Stage, Step};
use crate::entra::is_sendable_tenant;
use crate::evidence::credential::{self, Auth, Credential, is_unset};
use crate::record::{Field, Inputs, Record};
use crate::secret::Kind;

pub(super) const CHECK: Check = Check {
    id: "credential-form",
    title: "The credentials have the form that Entra expects",
    stage: Stage::Credential,
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let inputs = &record.inputs;
    let read = credential::read(inputs);
    let faults = faults(inputs, &read);
    if !faults.is_empty() {
        return Step::failed(faults.join("; "));
    }
    let doubts = doubts(inputs, &read);
    if !doubts.is_empty() {
        return Step::warned(doubts.join("; "));
    }
    Step::passed(match read.auth {
        Some(Auth::AccessToken) => "an access token was handed over, and it has the form of one".to_owned(),
        _ => format!("tenant, client id and a secret of {} characters are given", length(inputs)),
    })
}

fn length(inputs: &Inputs) -> usize {
    inputs.get(Field::ClientSecret).map_or(0, |given| given.form.length)
}

/// What cannot work, or cannot be sent.
fn faults(inputs: &Inputs, read: &Credential) -> Vec<String> {
    let mut faults = Vec::new();
    faults.extend(read.missing.iter().flatten().map(|name| format!("{name} is not given")));
    for (field, name) in fields(read.auth) {
        let Some(given) = inputs.get(field) else { continue };
        let kind = given.form.kind;
        let words = kind.words();
        if is_unset(kind) {
            faults.push(format!("{} holds no value: {words}", given.from));
        } else if kind == Kind::Placeholder {
            faults.push(format!("{} holds the placeholder of a sample", given.from));
        } else if field == Field::Tenant && kind == Kind::TenantAlias {
            faults.push(format!("{} names no tenant: an application asks in its own tenant", given.from));
        } else if field == Field::AccessToken && kind != Kind::Jwt {
            faults.push(format!("{} is no access token: {words}", given.from));
        } else if field != Field::AccessToken && field != Field::ClientSecret && given.form.is_secret() {
            faults.push(format!("{} is no {name}: it has the form of a secret, and is not sent", given.from));
        } else if field == Field::Tenant && !given.text.as_deref().is_some_and(is_sendable_tenant) {
            faults.push(format!("{} is nothing that a URL can carry as a tenant", given.from));
        }
    }
    faults
}

/// What looks wrong, and might be right all the same.
fn doubts(inputs: &Inputs, read: &Credential) -> Vec<String> {
    let mut doubts = Vec::new();
    for (field, _) in fields(read.auth) {
        let Some(given) = inputs.get(field) else { continue };
        doubts.extend(given.form.mangling.iter().map(|mangling| format!("{} has {}", given.from, mangling.words())));
        if field == Field::ClientSecret && given.form.kind == Kind::Guid {
            doubts.push(format!("{} has the form of a secret's ID, not of its value", given.from));
        }
        if !given.same_as.is_empty() {
            doubts.push(format!("{} holds the same value as another setting", given.from));
        }
        if field == Field::ClientId && !matches!(given.form.kind, Kind::Guid) {
            doubts.push(format!("{} is no GUID: {}", given.from, given.form.kind.words()));
        }
        if field == Field::Tenant && !matches!(given.form.kind, Kind::Guid | Kind::Domain) {
            doubts.push(format!("{} is neither a GUID nor a domain: {}", given.from, given.form.kind.words()));
        }
    }
    doubts
}

fn fields(auth: Option<Auth>) -> impl Iterator<Item = (Field, &'static str)> {
    let all = [
        (Field::Tenant, "tenant"),
        (Field::ClientId, "client id"),
        (Field::ClientSecret, "client secret"),
        (Field::AccessToken, "access token"),
    ];
    all.into_iter().filter(move |(field, _)| (*field == Field::AccessToken) == (auth == Some(Auth::AccessToken)))
}
