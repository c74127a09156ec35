//! Holds a run against what is expected of it. Pure: its only input is the run so far.

use super::role_of_caller;
use crate::caller_snapshot;
use crate::check::schedule::{Judgement, Turn, Unasked, turn};
use crate::check::{self, Skip, Status};
use crate::evidence::{claims, service_time, sign_in, token_of};
use crate::intent::OF_MICROSOFT_CLIENTS;
use crate::record::{Expected, Field, Record, Request, Thing};

/// More things of one kind than this are counted and not named.
const MOST_NAMED: usize = 5;

/// The check that judges.
const ITSELF: &str = "expectation";

/// The fact by which a person tells when the secret ends.
pub(crate) const SECRET_DAYS: &str = "expectation.secret_days_left";

/// What became of an expectation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What the run lacks, in words.
    pub missing: Vec<String>,
    /// What could not be looked at, in words.
    pub unknown: Vec<String>,
    /// What has to be asked first.
    pub waits: Vec<Request>,
}

/// How a check stands in a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Judged(Judgement),
    Waits(Vec<Request>),
}

impl Stand {
    pub(super) const fn status(&self) -> Option<Status> {
        match self {
            Self::Judged(judgement) => Some(judgement.status),
            Self::Waits(_) => None,
        }
    }

    fn skipped(why: Skip, because: impl Into<String>) -> Self {
        Self::Judged(Judgement::skipped(why, because.into()))
    }
}

/// How a check stands in a run: what the run's driver comes to, from the record alone.
pub(super) fn stand(record: &Record, id: &str) -> Stand {
    // It cannot stand on itself.
    let Some(check) = check::find(id).filter(|check| check.id != ITSELF) else {
        return Stand::skipped(Skip::NotAsked, "this version doesn't have this check");
    };
    let mut last = None;
    let turn = turn(record, check, |foundation| {
        let stand = last.insert(stand(record, foundation.id));
        match stand {
            Stand::Judged(judgement) => Some(judgement.carries()),
            Stand::Waits(_) => None,
        }
    });
    match turn {
        Turn::Unasked(Unasked::NotSelected) => Stand::skipped(Skip::NotAsked, "it wasn't selected (--only)"),
        Turn::Unasked(Unasked::OptIn(_)) => {
            Stand::skipped(Skip::NotAsked, format!("it wasn't requested (--probe {})", check.id))
        }
        Turn::Waits => last.unwrap_or(Stand::Waits(Vec::new())),
        // What blocks its foundation blocks it too: the first of a chain is what a person can fix.
        Turn::Blocked(foundation) => match last {
            Some(Stand::Judged(judgement)) if judgement.skip == Some(Skip::Blocked) => Stand::Judged(judgement),
            _ => Stand::skipped(Skip::Blocked, foundation.id),
        },
        Turn::Asks(requests) => Stand::Waits(requests),
        Turn::Judges(judgement) => Stand::Judged(judgement),
    }
}

/// Holds a run against what is expected of it.
#[must_use]
pub fn judge(record: &Record) -> Verdict {
    let mut verdict = Verdict::default();
    for expected in &record.inputs.expected {
        verdict.settings(record, expected);
        verdict.checks(record, expected);
        if !verdict.waits.is_empty() {
            return verdict;
        }
        verdict.permissions(record, expected);
        verdict.things("workspace", "workspaces", &expected.workspaces, record);
        verdict.things("report", "reports", &expected.reports, record);
        verdict.role(record, expected);
        verdict.life(record, expected);
    }
    verdict
}

impl Verdict {
    fn settings(&mut self, record: &Record, expected: &Expected) {
        for field in expected.given.iter().filter(|field| record.inputs.get(**field).is_none()) {
            let name = if *field == Field::Workspace { "workspace" } else { "report" };
            self.missing.push(format!("no {name} was selected, but one is expected"));
        }
        if let Some(wanted) = &expected.intent {
            let made = record.inputs.intent.as_ref().map(|intent| intent.name.as_str());
            if made != Some(wanted) {
                let made = made.map_or_else(|| "without --for".to_owned(), |made| format!("for {made}"));
                self.missing.push(format!("the run was {made}, not for {wanted}"));
            }
        }
    }

    /// Checks that fail, each with its reason; those that stand on them, together.
    fn checks(&mut self, record: &Record, expected: &Expected) {
        let mut blocked: Vec<(String, Vec<&str>)> = Vec::new();
        for id in &expected.checks {
            let Judgement { status, skip, because } = match stand(record, id) {
                Stand::Waits(requests) => {
                    self.waits.extend(requests);
                    continue;
                }
                Stand::Judged(judgement) => judgement,
            };
            match (status, skip) {
                (Status::Failed | Status::Error, _) => {
                    self.missing.push(format!("the check {id} doesn't pass: {because}"));
                }
                (_, None | Some(Skip::NotNeeded)) => {}
                (_, Some(Skip::NotAsked)) => self.unknown.push(format!("{id}: {because}")),
                (_, Some(Skip::Blocked)) => match blocked.iter_mut().find(|(known, _)| *known == because) {
                    Some((_, ids)) => ids.push(id),
                    None => blocked.push((because, vec![id])),
                },
            }
        }
        for (because, ids) in blocked {
            let reason = match check::find(&because) {
                Some(check) => format!("{} doesn't pass", check.id),
                None => because,
            };
            let (checks, are) = if ids.len() == 1 { ("the check", "is") } else { ("the checks", "are") };
            self.missing.push(format!("{checks} {} {are} skipped, because {reason}", listed(&ids)));
        }
    }

    fn permissions(&mut self, record: &Record, expected: &Expected) {
        if expected.permissions.is_empty() {
            return;
        }
        let Some((token, _)) = token_of(record) else {
            self.unknown.push("the permissions: there is no token".to_owned());
            return;
        };
        let has = permissions(&claims::read(&token, &record.inputs, 0));
        let holds = |wanted: &str| has.iter().any(|has| has.eq_ignore_ascii_case(wanted));
        let lacks = |wanted: &&String| {
            let delegated = wanted.contains('.') && holds(OF_MICROSOFT_CLIENTS);
            !holds(wanted) && !holds(&wanted.replace(".Read.", ".ReadWrite.")) && !delegated
        };
        let gone: Vec<&str> = expected.permissions.iter().filter(lacks).map(String::as_str).collect();
        if !gone.is_empty() {
            self.missing.push(format!("the token doesn't have {}", listed(&gone)));
        }
    }

    fn things(&mut self, word: &str, list: &str, expected: &[Thing], record: &Record) {
        if expected.is_empty() {
            return;
        }
        let Some(seen) = caller_snapshot::seen(record, list) else {
            self.unknown.push(format!("the {list} couldn't be listed"));
            return;
        };
        let seen: Vec<Thing> = seen.into_iter().map(|(id, name)| Thing { id: Some(id), name: Some(name) }).collect();
        let gone = expected.iter().filter(|thing| !seen.iter().any(|seen| thing.means(seen)));
        let gone: Vec<String> = gone.map(Thing::words).collect();
        if !gone.is_empty() {
            let gone: Vec<&str> = gone.iter().map(String::as_str).collect();
            let word = if gone.len() == 1 { word } else { list };
            self.missing.push(format!("the caller doesn't see the {word} {}", listed(&gone)));
        }
    }

    fn role(&mut self, record: &Record, expected: &Expected) {
        let Some(wanted) = expected.role else { return };
        match role_of_caller(record) {
            Err(requests) => self.waits.extend(requests),
            Ok(Some(role)) if role >= wanted => {}
            Ok(Some(role)) => {
                self.missing.push(format!("the caller's workspace role is {}, not {}", role.name(), wanted.name()));
            }
            Ok(None) => self.unknown.push("the workspace role is unknown".to_owned()),
        }
    }

    /// A certificate tells when it ends; when a secret does, Entra tells no caller: a person does, by a fact.
    fn life(&mut self, record: &Record, expected: &Expected) {
        let told = record.inputs.facts.get(SECRET_DAYS).and_then(serde_json::Value::as_i64);
        let how = format!("--fact {SECRET_DAYS}=DAYS sets it");
        self.days("the secret", expected.secret_days_left, told, &how);
        let read = sign_in::certificate(record, service_time(record)).and_then(|certificate| certificate.days_left);
        self.days(
            "the certificate",
            expected.certificate_days_left,
            read,
            "the run uses no certificate with a known end date",
        );
    }

    fn days(&mut self, credential: &str, wanted: Option<i64>, left: Option<i64>, unknown: &str) {
        match (wanted, left) {
            (Some(wanted), Some(left)) if left < wanted => {
                self.missing.push(format!("{credential} expires in {left} days, but {wanted} are required"));
            }
            (Some(_), None) => self.unknown.push(format!("when {credential} expires ({unknown})")),
            _ => {}
        }
    }
}

/// What a token allows: scopes, roles, and roles in the directory.
pub(super) fn permissions(claims: &claims::Claims) -> Vec<String> {
    [&claims.scopes, &claims.roles, &claims.directory_roles].into_iter().flatten().flatten().cloned().collect()
}

fn listed(names: &[&str]) -> String {
    let shown = names[..names.len().min(MOST_NAMED)].join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
