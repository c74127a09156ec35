//! Decides which checks of a run can go on, which are skipped and why: from the record and the results of the checks that
//! each depends on.
//!
//! A live run and the judgement of a recorded one both ask here, so they can't disagree.

use super::{Check, Skip, Status, Step, find, with_foundations};
use crate::record::{Inputs, Record, Request};

/// The result of a check, apart from its exchanges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The check's result.
    pub status: Status,
    /// Why the check was skipped. Absent for a check that ran.
    pub skip: Option<Skip>,
    /// Why, in a sentence.
    pub because: String,
}

/// A run that ended.
#[derive(Debug)]
pub struct Run {
    /// What was given and what was answered.
    pub record: Record,
    /// Every check of the pipeline with its result.
    pub results: Vec<CheckResult>,
}

/// The result of one check in a run.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// The check.
    pub check: &'static Check,
    /// The check's result.
    pub status: Status,
    /// Why, in a sentence.
    pub because: String,
    /// Why the check was skipped. Absent for a check that ran.
    pub skip: Option<Skip>,
    /// The places of its exchanges in the record.
    pub exchanges: Vec<usize>,
}

/// What a check can do now.
#[derive(Debug)]
pub enum Turn {
    /// Nothing: the run leaves it out.
    Unasked(Unasked),
    /// Nothing yet: a check that it depends on has no result.
    Waits,
    /// Nothing: it depends on this check, which did not pass.
    Blocked(&'static Check),
    /// It needs answers to these requests.
    Asks(Vec<Request>),
    /// It judges.
    Judges(Judgement),
}

/// Why a run leaves a check out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// Other checks were asked for, and none of them depends on it.
    NotSelected,
    /// It is opt-in, for this reason, and was not asked for.
    OptIn(&'static str),
}

/// What a check can do now. `carries`: whether the checks that depend on another one may go on; `None` while that one has
/// no result.
pub fn turn(record: &Record, check: &Check, mut carries: impl FnMut(&'static Check) -> Option<bool>) -> Turn {
    if let Some(unasked) = unasked(&record.inputs, check) {
        return Turn::Unasked(unasked);
    }
    for foundation in check.after.iter().filter_map(|id| find(id)) {
        match carries(foundation) {
            None => return Turn::Waits,
            Some(false) => return Turn::Blocked(foundation),
            Some(true) => {}
        }
    }
    match (check.next)(record) {
        Step::Send(requests) => Turn::Asks(requests),
        Step::Done(status, because) => Turn::Judges(Judgement { status, skip: None, because }),
        Step::Skip(because) => Turn::Judges(Judgement::skipped(Skip::Blocked, because)),
        Step::NotNeeded(because) => Turn::Judges(Judgement::skipped(Skip::NotNeeded, because)),
    }
}

fn unasked(inputs: &Inputs, check: &Check) -> Option<Unasked> {
    if !with_foundations(&inputs.only).contains(&check.id) {
        return Some(Unasked::NotSelected);
    }
    check.opt_in.filter(|_| !inputs.probes(check.id)).map(Unasked::OptIn)
}

impl Judgement {
    /// A check that was not made.
    #[must_use]
    pub const fn skipped(why: Skip, because: String) -> Self {
        Self { status: Status::Skipped, skip: Some(why), because }
    }

    /// Whether the checks that depend on this one may go on.
    #[must_use]
    pub const fn carries(&self) -> bool {
        carries(self.status, self.skip)
    }
}

impl CheckResult {
    /// Whether the checks that depend on this one may go on.
    #[must_use]
    pub const fn carries(&self) -> bool {
        carries(self.status, self.skip)
    }
}

const fn carries(status: Status, skip: Option<Skip>) -> bool {
    matches!(status, Status::Passed | Status::Warned) || matches!(skip, Some(Skip::NotAsked | Skip::NotNeeded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CHECKS;

    fn record(only: &[&str]) -> Record {
        let mut record = crate::check::tests::nothing_given();
        record.inputs.only = only.iter().map(|id| (*id).to_owned()).collect();
        record
    }

    #[test]
    fn a_check_waits_for_those_it_depends_on() {
        let record = record(&[]);
        let dependent = CHECKS.iter().filter(|check| !check.after.is_empty() && check.opt_in.is_none());
        for check in dependent {
            assert!(matches!(turn(&record, check, |_| None), Turn::Waits), "{}", check.id);
            assert!(matches!(turn(&record, check, |_| Some(false)), Turn::Blocked(_)), "{}", check.id);
        }
    }

    #[test]
    fn what_was_not_asked_for_has_no_turn() {
        let record = record(&["token-request"]);
        let turn_of = |id: &str| turn(&record, find(id).expect("a check"), |_| Some(true));
        assert!(matches!(turn_of("workspaces"), Turn::Unasked(Unasked::NotSelected)));
        assert!(matches!(turn_of("token-request"), Turn::Judges(_) | Turn::Asks(_)));
        let opt_in = CHECKS.iter().find(|check| check.opt_in.is_some()).expect("a probe");
        let all = self::record(&[]);
        assert!(matches!(turn(&all, opt_in, |_| Some(true)), Turn::Unasked(Unasked::OptIn(_))));
    }
}
