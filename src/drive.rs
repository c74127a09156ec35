//! The one loop: asks the checks what they want to know, and performs it as early as it can be performed.
//!
//! Requests of all checks go out at once; the wall time of a run is its longest chain of round trips.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::check::schedule::{Judgement, Turn, Unasked, turn};
use crate::check::{self, CHECKS, Check, CheckResult, Run, Skip, Status};
use crate::evidence::signature::KEYS;
use crate::record::{Cut, Exchange, Fault, Inputs, Record, Reply, Request};
use crate::transport::{Transport, retry};

/// What is told of a run while it goes on.
#[derive(Debug)]
pub enum Event<'r> {
    /// A person has to do something: what, in words.
    Wanted(&'r str),
    /// A request goes out.
    Sent(&'r Request),
    /// An attempt of it ended.
    Answered(&'r Exchange),
    /// A check has judged. The places of its exchanges are not known yet.
    Judged(&'r CheckResult),
}

/// Runs the checks until all have judged, the deadline has passed, or `cancelled` ends.
pub async fn drive(
    inputs: Inputs,
    transport: &Transport,
    deadline: Duration,
    cancelled: impl Future<Output = ()>,
) -> Run {
    watched(inputs, transport, deadline, cancelled, &mut |_| {}).await
}

/// The same, and tells what happens as it happens.
pub async fn watched(
    inputs: Inputs,
    transport: &Transport,
    deadline: Duration,
    cancelled: impl Future<Output = ()>,
    watch: &mut dyn FnMut(Event<'_>),
) -> Run {
    let mut plan = Plan::new(inputs);
    let mut pending = FuturesUnordered::new();
    tokio::pin!(cancelled);
    let deadline = tokio::time::sleep(deadline);
    tokio::pin!(deadline);
    loop {
        for request in plan.advance() {
            if let Some(words) = transport.words(&request) {
                watch(Event::Wanted(&words));
            }
            watch(Event::Sent(&request));
            pending.push(perform(transport, request, 1, Duration::ZERO));
        }
        plan.tell(watch);
        tokio::select! {
            biased;
            () = &mut cancelled => { plan.record.cut = Some(Cut::Interrupted); break }
            () = &mut deadline => { plan.record.cut = Some(Cut::Deadline); break }
            ended = pending.next() => {
                let Some(exchange) = ended else { break };
                watch(Event::Answered(&exchange));
                if let Some((request, attempt, wait)) = plan.take(exchange) {
                    let wait = if transport.is_live() { wait } else { Duration::ZERO };
                    watch(Event::Sent(&request));
                    pending.push(perform(transport, request, attempt, wait));
                }
                plan.verify(transport);
            }
        }
    }
    plan.cut();
    plan.tell(watch);
    plan.finish()
}

async fn perform(transport: &Transport, request: Request, attempt: u32, wait: Duration) -> Exchange {
    tokio::time::sleep(wait).await;
    transport.attempt(&request, attempt).await
}

/// What is known, what is under way, and which checks have judged.
struct Plan {
    record: Record,
    results: BTreeMap<&'static str, CheckResult>,
    /// The checks whose judgement was not told yet.
    untold: Vec<&'static str>,
    /// The names of the requests that each check asked for.
    asked: BTreeMap<&'static str, BTreeSet<String>>,
    under_way: BTreeSet<String>,
    /// The names of the requests in the order in which they went out: the order of a record, whoever answered first.
    order: Vec<String>,
    /// The requests to which a bundle holds no answer.
    unanswerable: BTreeSet<String>,
}

impl Plan {
    fn new(inputs: Inputs) -> Self {
        Self {
            record: Record::new(inputs),
            results: BTreeMap::new(),
            untold: Vec::new(),
            asked: BTreeMap::new(),
            under_way: BTreeSet::new(),
            order: Vec::new(),
            unanswerable: BTreeSet::new(),
        }
    }

    /// Lets every check that can go on do so, and returns the requests that are new.
    fn advance(&mut self) -> Vec<Request> {
        let mut new = Vec::new();
        for check in CHECKS {
            if !self.results.contains_key(check.id) && !self.waits(check) {
                self.step(check, &mut new);
            }
        }
        new
    }

    fn waits(&self, check: &Check) -> bool {
        let answers = self.asked.get(check.id).into_iter().flatten().any(|name| self.under_way.contains(name));
        answers || check.after.iter().any(|id| !self.results.contains_key(id))
    }

    fn step(&mut self, check: &'static Check, new: &mut Vec<Request>) {
        let results = &self.results;
        match turn(&self.record, check, |foundation| results.get(foundation.id).map(CheckResult::carries)) {
            Turn::Waits => {}
            Turn::Unasked(Unasked::NotSelected) => {
                self.skip(check, Skip::NotAsked, "not selected (--only)".to_owned());
            }
            Turn::Unasked(Unasked::OptIn(why)) => {
                self.skip(check, Skip::NotAsked, format!("not requested: {why} (--probe {})", check.id));
            }
            Turn::Blocked(foundation) => {
                let because = self.blocked_by(foundation);
                self.skip(check, Skip::Blocked, because);
            }
            Turn::Judges(judgement) => self.judge(check, judgement),
            Turn::Asks(requests) => self.send(check, requests, new),
        }
    }

    /// Why a check is skipped when one that it depends on did not pass. Names the first of a chain: that one a person can
    /// fix.
    fn blocked_by(&self, foundation: &'static Check) -> String {
        let does_not_carry = |id: &&str| self.results.get(*id).is_some_and(|result| !result.carries());
        let mut first = foundation;
        while let Some(deeper) = first.after.iter().find(|id| does_not_carry(id)).and_then(|id| check::find(id)) {
            first = deeper;
        }
        let status = self.results.get(first.id).map_or(Status::Skipped, |result| result.status);
        format!("depends on {}, which {}", first.id, status.verb())
    }

    fn send(&mut self, check: &'static Check, requests: Vec<Request>, new: &mut Vec<Request>) {
        let asked = self.asked.entry(check.id).or_default();
        let mut waits = false;
        for request in requests {
            asked.insert(request.name.clone());
            if self.under_way.contains(&request.name) {
                waits = true;
            } else if self.record.find(&request.name).is_none() && !self.unanswerable.contains(&request.name) {
                self.under_way.insert(request.name.clone());
                self.order.push(request.name.clone());
                new.push(request);
                waits = true;
            }
        }
        if !waits {
            let because = "the bundle has no answer for this check".to_owned();
            self.skip(check, Skip::Blocked, because);
        }
    }

    fn skip(&mut self, check: &'static Check, why: Skip, because: String) {
        self.judge(check, Judgement::skipped(why, because));
    }

    fn judge(&mut self, check: &'static Check, judgement: Judgement) {
        let Judgement { status, skip, because } = judgement;
        self.untold.push(check.id);
        self.results.insert(check.id, CheckResult { check, status, because, skip, exchanges: Vec::new() });
    }

    /// Tells which checks have judged since it was last told.
    fn tell(&mut self, watch: &mut dyn FnMut(Event<'_>)) {
        for result in self.untold.drain(..).filter_map(|id| self.results.get(id)) {
            watch(Event::Judged(result));
        }
    }

    /// Takes an attempt in. Returns the next one where it is worth one: request, number and wait.
    fn take(&mut self, mut exchange: Exchange) -> Option<(Request, u32, Duration)> {
        if exchange.failure().is_some_and(|f| f.fault == Fault::NotRecorded) {
            self.under_way.remove(&exchange.request.name);
            self.unanswerable.insert(exchange.request.name);
            return None;
        }
        let next = retry::next(&exchange).map(|(request, wait)| (request, exchange.attempt + 1, wait));
        exchange.retried = next.is_some();
        if next.is_none() {
            self.under_way.remove(&exchange.request.name);
        }
        self.record.exchanges.push(exchange);
        next
    }

    /// Keeps the verdict on the token's signature as soon as both are there, the token and its tenant's keys: afterwards
    /// there is no token to check.
    fn verify(&mut self, transport: &Transport) {
        let keys = self.record.reply(KEYS).filter(|reply| reply.is_success()).and_then(Reply::json);
        if let (None, Some(keys)) = (self.record.verification, keys) {
            self.record.verification = transport.verify(keys);
        }
    }

    /// What has not judged by now could not be measured.
    fn cut(&mut self) {
        for check in CHECKS {
            if !self.results.contains_key(check.id) {
                let because = match self.record.cut {
                    Some(Cut::Interrupted) => "the run was interrupted before this check finished",
                    _ => "the run reached its time limit before this check finished",
                };
                self.judge(check, Judgement { status: Status::Error, skip: None, because: because.to_owned() });
            }
        }
    }

    fn finish(mut self) -> Run {
        let order = &self.order;
        let place = |name: &str| order.iter().position(|other| other == name);
        self.record.exchanges.sort_by_cached_key(|e| (place(&e.request.name), e.attempt));
        let results = CHECKS.iter().filter_map(|check| self.result(check)).collect();
        Run { record: self.record, results }
    }

    fn result(&self, check: &'static Check) -> Option<CheckResult> {
        let mut result = self.results.get(check.id)?.clone();
        if let Some(names) = self.asked.get(check.id) {
            let of_check = |(at, e): (usize, &Exchange)| names.contains(&e.request.name).then_some(at);
            result.exchanges = self.record.exchanges.iter().enumerate().filter_map(of_check).collect();
        }
        Some(result)
    }
}

impl Status {
    const fn verb(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Skipped => "was skipped",
            Self::Error => "could not be measured",
            Self::Manual => "only a person can judge",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Hosts, World};
    use crate::transport::replay::Replay;

    fn inputs() -> Inputs {
        Inputs {
            world: World::Live,
            profile: None,
            started: jiff::Timestamp::UNIX_EPOCH,
            given: BTreeMap::new(),
            variables: BTreeMap::new(),
            token: None,
            sign_in: crate::record::SignIn::default(),
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
        }
    }

    fn nobody() -> Transport {
        Transport::Replay(Box::new(Replay::new(Record::new(inputs()))))
    }

    #[tokio::test]
    async fn every_check_is_listed_with_a_reason() {
        let run = drive(inputs(), &nobody(), Duration::from_secs(1), std::future::pending()).await;
        assert_eq!(run.results.len(), CHECKS.len());
        assert!(run.results.iter().all(|result| !result.because.is_empty()));
        assert!(run.record.exchanges.is_empty());
    }

    #[tokio::test]
    async fn every_judgement_is_told_once() {
        let mut told = Vec::new();
        let mut watch = |event: Event<'_>| {
            if let Event::Judged(result) = event {
                told.push(result.check.id);
            }
        };
        watched(inputs(), &nobody(), Duration::from_secs(1), std::future::ready(()), &mut watch).await;
        told.sort_unstable();
        let mut all: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        all.sort_unstable();
        assert_eq!(told, all);
    }

    #[tokio::test]
    async fn a_cancelled_run_keeps_what_has_judged() {
        let run = drive(inputs(), &nobody(), Duration::from_secs(1), std::future::ready(())).await;
        assert_eq!(run.record.cut, Some(Cut::Interrupted));
        let status = |id: &str| run.results.iter().find(|r| r.check.id == id).map(|r| r.status);
        assert_eq!(status("credential-form"), Some(Status::Failed));
        assert_eq!(status("entra-reachable"), Some(Status::Error));
    }
}
