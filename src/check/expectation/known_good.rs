//! What a known-good run could do, so that another run is expected to do it too.

use std::collections::BTreeMap;

use super::judge::{self, permissions};
use super::role_of_caller;
use crate::caller_snapshot;
use crate::check::{CHECKS, Status};
use crate::evidence::{claims, token_of};
use crate::intent::Role;
use crate::record::{Expected, Field, Record, Thing};

/// Of longer lists of workspaces or reports only what was asked for is expected.
const MOST_LISTED: usize = 1000;

/// What a run could do, to be expected of another. `from`: the words for where it was read.
#[must_use]
pub fn expected_of(record: &Record, from: String) -> Expected {
    let passes = |id: &&str| matches!(judge::stand(record, id).status(), Some(Status::Passed | Status::Warned));
    let permissions = token_of(record).map(|(token, _)| permissions(&claims::read(&token, &record.inputs, 0)));
    let given = [Field::Workspace, Field::Report].into_iter().filter(|field| record.inputs.get(*field).is_some());
    Expected {
        from,
        intent: record.inputs.intent.as_ref().map(|intent| intent.name.clone()),
        checks: CHECKS.iter().map(|check| check.id).filter(passes).map(str::to_owned).collect(),
        given: given.collect(),
        permissions: permissions.unwrap_or_default(),
        workspaces: things(record, "workspaces", Field::Workspace),
        reports: things(record, "reports", Field::Report),
        role: role_of_caller(record).unwrap_or_default().filter(|role| *role > Role::None),
        ..Expected::default()
    }
}

fn things(record: &Record, list: &str, asked: Field) -> Vec<Thing> {
    let seen: BTreeMap<String, String> = caller_snapshot::seen(record, list).unwrap_or_default();
    let of = |(id, name): (String, String)| Thing { id: Some(id), name: Some(name) };
    if seen.len() <= MOST_LISTED {
        return seen.into_iter().map(of).collect();
    }
    let asked = record.inputs.text(asked).map(|text| Thing::named(text.trim()));
    seen.into_iter().map(of).filter(|thing| asked.as_ref().is_some_and(|asked| asked.means(thing))).collect()
}
