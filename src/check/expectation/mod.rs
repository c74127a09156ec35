//! Compares the run with what is expected of it: by a known-good run, or by the settings file.

mod judge;
mod known_good;

pub(crate) use judge::SECRET_DAYS;
pub use judge::{Verdict, judge};
pub use known_good::expected_of;

use super::items::{Place, workspace};
use super::{Check, Stage, Step};
use crate::evidence::expectation::Expectation;
use crate::evidence::intent::role_in;
use crate::evidence::token_of;
use crate::intent::{ROLES, Role};
use crate::powerbi::request::{role_request, workspaces_by_role};
use crate::record::{Record, Request};

pub(super) const CHECK: Check = Check {
    id: "expectation",
    title: "The run meets its expectations",
    stage: Stage::Api,
    // It judges what came of the others, whatever that is.
    after: &[],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let expected = &record.inputs.expected;
    if expected.is_empty() {
        return Step::NotNeeded("no expectations were given (--expect, or [expect] in pbiauth.toml)".to_owned());
    }
    let verdict = judge(record);
    if !verdict.waits.is_empty() {
        return Step::Send(verdict.waits);
    }
    let from: Vec<&str> = expected.iter().map(|expected| expected.from.as_str()).collect();
    let unknown = match verdict.unknown.as_slice() {
        [] => String::new(),
        unknown => format!("; not checked: {}", unknown.join("; ")),
    };
    match (verdict.missing.as_slice(), verdict.unknown.as_slice()) {
        ([], []) => Step::passed(format!("the run meets everything in {}", from.join(" and "))),
        ([], _) => Step::manual(format!("everything that was checked meets {}{unknown}", from.join(" and "))),
        (missing, _) => {
            Step::failed(format!("the run doesn't meet {}: {}{unknown}", from.join(" and "), missing.join("; ")))
        }
    }
}

/// Reads the expectation of a run. `None` where nothing is expected, or the run is not at its end.
#[must_use]
pub(super) fn read(record: &Record) -> Option<Expectation> {
    let from: Vec<String> = record.inputs.expected.iter().map(|expected| expected.from.clone()).collect();
    let verdict = (!from.is_empty()).then(|| judge(record)).filter(|verdict| verdict.waits.is_empty())?;
    let missing = (!verdict.missing.is_empty()).then_some(verdict.missing);
    Some(Expectation { from: Some(from), missing, ..Expectation::default() })
}

/// The caller's role in the workspace that is looked at. `None` where it cannot be known.
///
/// # Errors
/// The requests that have to be answered first.
fn role_of_caller(record: &Record) -> Result<Option<Role>, Vec<Request>> {
    if token_of(record).is_none() {
        return Ok(None);
    }
    let id = match workspace(record) {
        Place::Ask(requests) => return Err(requests),
        Place::Nowhere(_) | Place::Mine => return Ok(None),
        Place::Id(id) => id,
    };
    let open = ROLES.into_iter().filter(|role| record.answer(&role_request(*role)).is_none());
    let open: Vec<Request> = open.map(|role| workspaces_by_role(&record.inputs.hosts, role)).collect();
    if open.is_empty() { Ok(role_in(record, &id)) } else { Err(open) }
}
