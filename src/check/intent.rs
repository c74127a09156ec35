//! Compares what the token is with what the intent needs: who calls, with which permissions, under which settings.

use super::{Check, Stage, Step};
use crate::evidence::settings::{self, Setting};
use crate::evidence::{claims, settings_of, token_of};
use crate::intent::{Intent, Principal};
use crate::powerbi::request::{TENANT_SETTINGS, tenant_settings};
use crate::record::Record;

pub(super) const CHECK: Check = Check {
    id: "intent",
    title: "The token and the tenant settings allow the operation",
    stage: Stage::Claims,
    after: &["token-request"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let Some(intent) = record.inputs.intent.as_ref() else {
        return Step::NotNeeded("no operation was selected (--for)".to_owned());
    };
    let reads = record.inputs.probes("tenant-settings") || record.inputs.probes("admin-api");
    if reads && record.inputs.tenant_settings.is_none() && record.answer(TENANT_SETTINGS).is_none() {
        return Step::Send(vec![tenant_settings(&record.inputs.hosts)]);
    }
    let Some((token, _)) = token_of(record) else { return Step::Skip("there is no token".to_owned()) };
    let claims = claims::read(&token, &record.inputs, 0);
    let Some(principal) = claims.principal else {
        return Step::Skip("the token doesn't show whether an application or a user is calling".to_owned());
    };
    judge(record, intent, principal, claims.scopes.as_deref())
}

fn judge(record: &Record, intent: &Intent, principal: Principal, scopes: Option<&[String]>) -> Step {
    let title = &intent.title;
    if intent.caller.is_some_and(|needed| needed != principal) {
        let (who, needed) = match principal {
            Principal::App => ("the token is app-only", "you need a user's token"),
            Principal::User => ("the token belongs to a user", "you need an app-only token"),
        };
        return Step::failed(format!("{who}; to {title}, {needed}"));
    }
    let missing = scopes.filter(|_| principal == Principal::User).map(|scopes| intent.missing_scopes(scopes));
    if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
        return Step::failed(format!(
            "the user's token is missing {}, which you need to {title}",
            missing.join(" and ")
        ));
    }
    judge_settings(record, intent, principal)
}

fn judge_settings(record: &Record, intent: &Intent, principal: Principal) -> Step {
    let needed = intent.settings_for(principal);
    let title = &intent.title;
    let Some(name) = needed.first() else {
        return Step::passed(format!("the token has the permissions to {title}"));
    };
    let known = settings_of(record);
    let found: Vec<&Setting> = needed.iter().filter_map(|name| known.as_ref()?.0.get(name)).collect();
    if let Some(off) = found.iter().find(|setting| setting.enabled == Some(false)) {
        return Step::failed(format!("the tenant setting {} is off; to {title}, it must be on", quoted(off)));
    }
    if found.len() < needed.len() {
        return Step::manual(format!(
            "to {title}, the tenant setting {} must be on. pbiauth can't read it; ask a Fabric administrator to check (Admin portal > Tenant settings)",
            settings::title_of(name)
        ));
    }
    match found.iter().find(|setting| setting.for_everybody == Some(false)) {
        Some(narrow) => Step::manual(format!(
            "the tenant setting {} is on for {}. Ask an Entra administrator whether the caller is a member",
            quoted(narrow),
            narrow.groups.as_deref().unwrap_or_default().join(", ")
        )),
        None => Step::passed(format!("the token and the tenant settings allow the caller to {title}")),
    }
}

fn quoted(setting: &Setting) -> String {
    format!("\"{}\"", setting.title.as_deref().or(setting.name.as_deref()).unwrap_or("(unnamed)"))
}
