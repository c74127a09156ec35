//! Checks: each plans requests and judges their answers. None performs a request; the only input is the run so far.

mod admin_api;
mod api_reachable;
mod available_features;
mod capacity;
mod credential_form;
mod dashboards;
mod embed_config;
mod embed_item;
mod embed_load;
mod embed_render;
mod embed_token;
mod entra_reachable;
pub mod expectation;
mod fabric_workspaces;
mod federated_token;
mod intent;
mod items;
mod networking;
mod observe;
mod profiles;
mod query;
mod report;
mod reports;
pub mod schedule;
mod scopes;
mod semantic_model;
mod sign_in;
mod tenant_settings;
mod token_claims;
mod token_request;
mod token_signature;
mod user_realm;
mod words;
mod workspace;
mod workspace_role;
mod workspaces;

pub use observe::observe_run;
pub use schedule::{CheckResult, Run};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Record, Request};

/// A check of the pipeline.
#[derive(Debug)]
pub struct Check {
    /// Stable, kebab-case, never reused.
    pub id: &'static str,
    /// What is true if the check passes.
    pub title: &'static str,
    /// Where in the pipeline it stands.
    pub stage: Stage,
    /// The checks that it stands on: they must have passed, or not be needed. Otherwise it is skipped, visibly.
    pub after: &'static [&'static str],
    /// Why it is not made unasked. Absent for a check that every run makes.
    pub opt_in: Option<&'static str>,
    /// What to do next, given the run so far.
    pub next: fn(&Record) -> Step,
}

/// The stages of a run. The areas of causes have the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The credentials and settings.
    Credential,
    /// The network connection to the services.
    Network,
    /// The token request.
    Token,
    /// The token itself.
    Claims,
    /// The Power BI API.
    Api,
    /// The item in a browser.
    Embed,
}

/// What a check wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Answers to these requests; then it is asked again. Requests are known by their name: one that another check
    /// planned already is not sent twice.
    Send(Vec<Request>),
    /// It has judged.
    Done(Status, String),
    /// It cannot be made, for this reason. What stands on it is skipped too.
    Skip(String),
    /// It need not be made, for this reason. What stands on it goes on.
    NotNeeded(String),
}

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The check passed.
    Passed,
    /// It works, but there's a problem.
    Warned,
    /// It doesn't work.
    Failed,
    /// The check was skipped; `because` says why.
    Skipped,
    /// The result couldn't be measured.
    Error,
    /// Only a person can check this; `because` says where.
    Manual,
}

impl Status {
    /// Whether something does not work, or could not be measured.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }
}

/// Why a check was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// The check wasn't requested.
    NotAsked,
    /// The check isn't needed here.
    NotNeeded,
    /// A check it depends on didn't pass, or a value it needs is unknown.
    Blocked,
}

/// Every check, in the order of the pipeline.
pub const CHECKS: &[Check] = &[
    credential_form::CHECK,
    entra_reachable::CHECK,
    api_reachable::CHECK,
    federated_token::CHECK,
    user_realm::CHECK,
    token_request::CHECK,
    token_claims::CHECK,
    token_signature::CHECK,
    intent::CHECK,
    available_features::CHECK,
    workspaces::CHECK,
    workspace::CHECK,
    profiles::CHECK,
    workspace_role::CHECK,
    capacity::CHECK,
    reports::CHECK,
    report::CHECK,
    dashboards::CHECK,
    semantic_model::CHECK,
    fabric_workspaces::CHECK,
    networking::CHECK,
    tenant_settings::CHECK,
    admin_api::CHECK,
    query::CHECK,
    embed_config::CHECK,
    embed_token::CHECK,
    embed_load::CHECK,
    embed_render::CHECK,
    expectation::CHECK,
];

/// A check by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

/// The checks that are made only when they are asked for.
pub fn probes() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().filter(|check| check.opt_in.is_some()).map(|check| check.id)
}

/// The ids of these checks and of all that they stand on. Empty: all checks.
#[must_use]
pub fn with_foundations(ids: &[String]) -> Vec<&'static str> {
    let mut wanted: Vec<&'static str> = Vec::new();
    let mut open: Vec<&Check> = ids.iter().filter_map(|id| find(id)).collect();
    if ids.is_empty() {
        return CHECKS.iter().map(|check| check.id).collect();
    }
    while let Some(check) = open.pop() {
        if !wanted.contains(&check.id) {
            wanted.push(check.id);
            open.extend(check.after.iter().filter_map(|id| find(id)));
        }
    }
    wanted
}

impl Step {
    fn passed(because: impl Into<String>) -> Self {
        Self::Done(Status::Passed, because.into())
    }

    fn warned(because: impl Into<String>) -> Self {
        Self::Done(Status::Warned, because.into())
    }

    fn failed(because: impl Into<String>) -> Self {
        Self::Done(Status::Failed, because.into())
    }

    fn manual(because: impl Into<String>) -> Self {
        Self::Done(Status::Manual, because.into())
    }

    fn error(because: impl Into<String>) -> Self {
        Self::Done(Status::Error, because.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::{Hosts, Inputs, SignIn, World};

    /// A run that was given nothing and asked nothing.
    pub(super) fn nothing_given() -> Record {
        Record::new(Inputs {
            world: World::Live,
            profile: None,
            started: jiff::Timestamp::UNIX_EPOCH,
            given: BTreeMap::new(),
            variables: BTreeMap::new(),
            token: None,
            sign_in: SignIn::default(),
            cloud: None,
            hosts: Hosts { authority: String::new(), api: String::new(), fabric: None },
            scopes: Vec::new(),
            intent: None,
            probes: Vec::new(),
            only: Vec::new(),
            facts: BTreeMap::new(),
            tenant_settings: None,
            embedding: None,
            expected: Vec::new(),
            notes: Vec::new(),
        })
    }

    #[test]
    fn a_check_stands_on_earlier_ones_only() {
        for (place, check) in CHECKS.iter().enumerate() {
            for id in check.after {
                let found = CHECKS.iter().position(|other| other.id == *id).expect("a check of that id");
                assert!(found < place, "{} stands on {id}", check.id);
            }
        }
    }

    #[test]
    fn only_brings_the_foundations() {
        assert_eq!(with_foundations(&["workspaces".to_owned()]), ["workspaces", "token-request"]);
    }
}
