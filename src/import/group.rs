//! Failures of one kind together: how often they came, when, where, and whether they are over.

use std::collections::HashMap;

use serde_json::Value;

use super::Failure;
use crate::evidence::Evidence;
use crate::pattern::{Pattern, pattern};

/// More kinds of failure than this are not kept apart.
const MOST_KINDS: usize = 64;
/// More lines than this are not named.
const MOST_LINES: usize = 20;
/// More requests of one kind than this are not followed to their end.
const MOST_KEYS: usize = 2000;

/// A request by what makes it the same: its endpoint, and the ids that it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// `token`, or a path.
    pub(super) endpoint: String,
    /// Ids of application and tenant, in order. Empty where none is told.
    pub(super) ids: Vec<String>,
}

static ID: Pattern = pattern!(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b");
static NUMBERED: Pattern =
    pattern!(r"(?i)(?:trace|correlation|request|activity|operation|session|span)[ _-]?id[^0-9a-f\n]{1,12}$");

impl Key {
    /// The key of a token request: by the ids that stand around its answer.
    pub(super) fn token(text: &str) -> Self {
        let mut ids: Vec<String> = ID
            .find_iter(text)
            .filter(|id| !NUMBERED.is_match(&text[super::floor(text, id.start().saturating_sub(30))..id.start()]))
            .map(|id| id.as_str().to_ascii_lowercase())
            .collect();
        ids.sort();
        ids.dedup();
        ids.truncate(8);
        Self { endpoint: "token".to_owned(), ids }
    }

    /// The key of a call.
    pub(super) fn call(method: Option<&str>, path: &str) -> Self {
        Self {
            endpoint: path.trim_end_matches('/').to_ascii_lowercase(),
            ids: method.map(str::to_owned).into_iter().collect(),
        }
    }

    /// Whether a success of this request is one of the other.
    fn is_of(&self, other: &Self) -> bool {
        if self.endpoint != other.endpoint {
            return false;
        }
        let within = |one: &[String], two: &[String]| one.iter().all(|id| two.contains(id));
        self.ids.is_empty() || other.ids.is_empty() || within(&self.ids, &other.ids) || within(&other.ids, &self.ids)
    }
}

/// A failure as it was read, before its like are counted.
#[derive(Debug)]
pub(super) struct One {
    /// Its facts.
    pub(super) evidence: Evidence,
    /// Whether it is a failure also where no rule speaks.
    pub(super) failed: bool,
    /// Which request failed. Absent where that is not told.
    pub(super) key: Option<Key>,
}

/// Where and when something was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'t> {
    /// The line, from 1.
    pub(super) line: usize,
    /// The time, as it is written.
    pub(super) time: Option<&'t str>,
}

/// The kinds of failure of an input.
#[derive(Debug, Default)]
pub(super) struct Table {
    kinds: Vec<Kind>,
    by_signature: HashMap<String, usize>,
    left_out: usize,
}

#[derive(Debug)]
struct Kind {
    failure: Failure,
    /// The requests that failed so, and whether each succeeded later.
    over: HashMap<Key, bool>,
    /// Failures whose request is not told are never over.
    keyless: bool,
}

impl Table {
    /// Counts a failure. Returns its kind, by which its like are counted more quickly.
    pub(super) fn add(&mut self, one: One, sight: Sight<'_>) -> Option<usize> {
        let signature = signature(&one.evidence);
        let kind = if let Some(kind) = self.by_signature.get(&signature) {
            *kind
        } else {
            if self.kinds.len() >= MOST_KINDS {
                self.left_out += 1;
                return None;
            }
            self.by_signature.insert(signature, self.kinds.len());
            let failure = Failure {
                evidence: one.evidence,
                failed: one.failed,
                count: 0,
                first: None,
                last: None,
                lines: Vec::new(),
            };
            self.kinds.push(Kind { failure, over: HashMap::new(), keyless: false });
            self.kinds.len() - 1
        };
        self.again(kind, one.key, sight);
        Some(kind)
    }

    /// Counts one more of a kind.
    pub(super) fn again(&mut self, kind: usize, key: Option<Key>, sight: Sight<'_>) {
        let Some(kind) = self.kinds.get_mut(kind) else { return };
        let failure = &mut kind.failure;
        failure.count += 1;
        if failure.lines.len() < MOST_LINES && failure.lines.last() != Some(&sight.line) {
            failure.lines.push(sight.line);
        }
        if let Some(time) = sight.time {
            failure.first.get_or_insert_with(|| time.to_owned());
            if failure.last.as_deref() != Some(time) {
                failure.last = Some(time.to_owned());
            }
        }
        match key {
            Some(key) if kind.over.len() < MOST_KEYS || kind.over.contains_key(&key) => {
                kind.over.insert(key, false);
            }
            _ => kind.keyless = true,
        }
    }

    /// Notes that a request succeeded: its failures before are over.
    pub(super) fn success(&mut self, key: &Key) {
        for kind in &mut self.kinds {
            for (failed, over) in &mut kind.over {
                *over |= key.is_of(failed);
            }
        }
    }

    /// Whether a failure waits for a success: of a token request, or of a call.
    pub(super) fn waits(&self, for_token: bool) -> bool {
        let waits = |(key, over): (&Key, &bool)| !over && (key.endpoint == "token") == for_token;
        self.kinds.iter().any(|kind| kind.over.iter().any(waits))
    }

    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The failures that are not over, and sentences about those that are.
    pub(super) fn finish(self) -> (Vec<Failure>, Vec<String>) {
        let mut failures = Vec::new();
        let mut notes = Vec::new();
        for kind in self.kinds {
            let over = !kind.keyless && !kind.over.is_empty() && kind.over.values().all(|over| *over);
            if over {
                notes.push(over_note(&kind.failure));
            } else {
                failures.push(kind.failure);
            }
        }
        if self.left_out > 0 {
            notes.push(format!(
                "{} more failures were counted but not analyzed: there are more than {MOST_KINDS} kinds.",
                self.left_out
            ));
        }
        (failures, notes)
    }
}

fn over_note(failure: &Failure) -> String {
    let what = what_failed(&failure.evidence);
    let lines = failure.lines.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let times = if failure.count == 1 { String::new() } else { format!(", {} times", failure.count) };
    let place = if failure.lines.len() == 1 { "line" } else { "lines" };
    format!("A failure is over: {what} ({place} {lines}{times}) was followed by a success of the same request.")
}

fn what_failed(evidence: &Evidence) -> String {
    if let Some(error) = evidence.token.as_ref().and_then(|token| token.error.as_ref()) {
        let code = error.codes.as_ref().and_then(|codes| codes.first()).map(|code| format!("AADSTS{code}"));
        return code.or_else(|| error.error.clone()).unwrap_or_else(|| "a refused token request".to_owned());
    }
    let call = evidence.api.as_ref().and_then(|api| api.calls.as_ref()?.first());
    let named = call.and_then(|call| call.error_info.clone().or_else(|| call.code.clone()));
    let status = call.and_then(|call| call.status).map(|status| format!("status {status}"));
    named.or(status).unwrap_or_else(|| "a failed request".to_owned())
}

/// What makes two failures of one kind: their facts, without ids, times and words that change.
fn signature(evidence: &Evidence) -> String {
    let mut tree = serde_json::to_value(evidence).unwrap_or_default();
    for path in [
        "/text/excerpt",
        "/token/error/description",
        "/token/error/trace_id",
        "/token/error/correlation_id",
        "/token/error/timestamp",
    ] {
        if let Some(leaf) = tree.pointer_mut(path) {
            *leaf = Value::Null;
        }
    }
    for call in tree.pointer_mut("/api/calls").and_then(Value::as_array_mut).into_iter().flatten() {
        for leaf in ["request_id", "date", "message", "retry_after_seconds"] {
            call[leaf] = Value::Null;
        }
    }
    ID.replace(&tree.to_string(), |_| "id".to_owned()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::token::{Token, TokenError, read_description};

    fn one(code: u32, ids: &[&str]) -> One {
        let error = TokenError { codes: Some(vec![code]), ..read_description("") };
        let token = Token { error: Some(error), ..Token::default() };
        let key = Key { endpoint: "token".to_owned(), ids: ids.iter().map(|id| (*id).to_owned()).collect() };
        One { evidence: Evidence { token: Some(token), ..Evidence::default() }, failed: true, key: Some(key) }
    }

    fn sight(line: usize, time: &str) -> Sight<'_> {
        Sight { line, time: Some(time) }
    }

    #[test]
    fn failures_of_one_kind_are_counted() {
        let mut table = Table::default();
        table.add(one(7_000_222, &[]), sight(3, "t3"));
        table.add(one(700_016, &[]), sight(4, "t4"));
        table.add(one(7_000_222, &[]), sight(9, "t9"));
        let (failures, notes) = table.finish();
        let told: Vec<_> =
            failures.iter().map(|f| (f.count, f.first.as_deref(), f.last.as_deref(), f.lines.clone())).collect();
        assert_eq!(told, [(2, Some("t3"), Some("t9"), vec![3, 9]), (1, Some("t4"), Some("t4"), vec![4])]);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_success_of_the_same_request_ends_a_failure() {
        let success = |ids: &[&str]| one(1, ids).key.expect("a key");
        for (ids, left) in [(vec!["a"], 0), (vec![], 0), (vec!["b"], 1), (vec!["a", "t"], 0)] {
            let mut table = Table::default();
            table.add(one(7_000_222, &["a"]), sight(1, "t"));
            table.success(&success(&ids));
            assert_eq!(table.finish().0.len(), left, "{ids:?}");
        }
        let mut table = Table::default();
        table.add(one(7_000_222, &["a"]), sight(1, "t"));
        table.success(&success(&["a"]));
        table.add(one(7_000_222, &["a"]), sight(2, "t"));
        assert_eq!(table.finish().0.len(), 1, "it failed again");
    }

    #[test]
    fn ids_of_answers_are_no_ids_of_requests() {
        let text = "app '11111111-2222-4333-8444-555555555555' Trace ID: 21111111-2222-4333-8444-555555555555 Correlation ID: 31111111-2222-4333-8444-555555555555";
        assert_eq!(Key::token(text).ids, ["11111111-2222-4333-8444-555555555555"]);
    }
}
