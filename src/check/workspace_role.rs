//! Asks Fabric for the caller's role in the workspace, and compares it with what the intent needs.

use super::items::{Place, workspace};
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::intent::role_in;
use crate::intent::{Fit, Intent, ROLES, Role};
use crate::powerbi::request::{role_request, workspaces_by_role};
use crate::record::{Field, Record, Service};

pub(super) const CHECK: Check = Check {
    id: "workspace-role",
    title: "The caller's workspace role is high enough for the operation",
    stage: Stage::Api,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(intent) = record.inputs.intent.as_ref().filter(|intent| intent.role.is_some()) else {
        return Step::NotNeeded("no operation that needs a role was selected (--for)".to_owned());
    };
    let is_named = [Field::Workspace, Field::Report].into_iter().any(|field| record.inputs.get(field).is_some());
    if !is_named {
        return Step::NotNeeded("no workspace was named (--workspace)".to_owned());
    }
    let id = match workspace(record) {
        Place::Ask(requests) => return Step::Send(requests),
        Place::Nowhere(reason) => return Step::Skip(reason),
        Place::Mine => return Step::NotNeeded("My workspace has no roles".to_owned()),
        Place::Id(id) => id,
    };
    let open = ROLES.into_iter().filter(|role| record.answer(&role_request(*role)).is_none());
    let open: Vec<_> = open.map(|role| workspaces_by_role(&record.inputs.hosts, role)).collect();
    if !open.is_empty() {
        return Step::Send(open);
    }
    role_in(record, &id).map_or_else(|| unknown(record), |role| judge(intent, role))
}

fn unknown(record: &Record) -> Step {
    let answers = ROLES.into_iter().filter_map(|role| record.answer(&role_request(role)));
    for exchange in answers {
        match answer(exchange) {
            Answer::NotAsked(reason) => return Step::Skip(reason),
            Answer::Nobody(words) => return Step::error(words),
            Answer::Service(reply) if !reply.is_success() => {
                return Step::warned(format!("the role is unknown: {}", refusal(Service::Fabric, reply)));
            }
            Answer::Service(_) => {}
        }
    }
    Step::warned("the role is unknown: Fabric's lists are longer than one page")
}

fn judge(intent: &Intent, role: Role) -> Step {
    let needed = intent.role.map_or("no role", Role::name);
    let title = &intent.title;
    match (role, intent.fit(role)) {
        (Role::None, _) => {
            Step::failed(format!("the caller has no role in the workspace; to {title}, it needs {needed}"))
        }
        (_, Some(Fit::TooLow)) => Step::failed(format!("the caller is {}; to {title}, it needs {needed}", role.name())),
        (_, Some(Fit::Reported)) => Step::warned(format!(
            "the caller is {}; to {title}, Microsoft's documentation requires {needed}, but users report that {} is enough. Workspace admin: if it fails, make the caller {needed}",
            role.name(),
            role.name()
        )),
        _ => Step::passed(format!("the caller is {}, which is enough to {title}", role.name())),
    }
}
