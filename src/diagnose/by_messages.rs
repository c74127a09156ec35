//! Causes that a known message of a service or library names, without a rule of its own.

use serde_json::Value;

use super::{Finding, RuledOut};
use crate::evidence::Evidence;
use crate::rule::matcher::{Fact, Match};
use crate::rule::{Confidence, RuleSet};
use crate::wording::{Known, known};

/// Adds the causes of the messages in the text. A code of Entra says more than any message: beside one they are silent.
pub(super) fn add<'r>(
    findings: &mut Vec<Finding<'r>>,
    ruled_out: &[RuledOut],
    evidence: &Evidence,
    rules: &'r RuleSet,
) {
    let Some(text) = &evidence.text else { return };
    if evidence.token.as_ref().is_some_and(|token| token.error.as_ref().is_some_and(|error| error.codes.is_some())) {
        return;
    }
    // Of a call, an answer of Entra nearby tells nothing: it is a failure of its own.
    let is_call = evidence.api.as_ref().is_some_and(|api| api.calls.as_ref().is_some_and(|calls| !calls.is_empty()));
    let exact = text.messages.as_deref().unwrap_or_default();
    for message in exact.iter().filter_map(|id| known(id)).filter(|known| !is_call || known.code.is_none()) {
        for (place, cause) in message.causes.iter().enumerate() {
            let fact = Fact { at: "text.messages".to_owned(), value: Value::from(message.id) };
            add_one(findings, ruled_out, rules, cause, surety(message, place), fact);
        }
    }
    if !findings.is_empty() {
        return;
    }
    let nearly = text.similar.iter().flatten().filter(|id| !exact.contains(id));
    for message in nearly.filter_map(|id| known(id)) {
        for cause in message.causes {
            let fact = Fact { at: "text.similar".to_owned(), value: Value::from(message.id) };
            add_one(findings, ruled_out, rules, cause, Confidence::Possible, fact);
        }
    }
}

fn surety(message: &Known, place: usize) -> Confidence {
    match (message.decides && place == 0, message.causes.len()) {
        (true, _) => Confidence::Certain,
        (false, 1) => Confidence::Likely,
        _ => Confidence::Possible,
    }
}

fn add_one<'r>(
    findings: &mut Vec<Finding<'r>>,
    ruled_out: &[RuledOut],
    rules: &'r RuleSet,
    cause: &str,
    confidence: Confidence,
    fact: Fact,
) {
    let Some(rule) = rules.get(cause).filter(|rule| !ruled_out.iter().any(|out| out.cause == rule.id)) else { return };
    if let Some(known) = findings.iter_mut().find(|finding| finding.rule.id == rule.id) {
        known.found.confidence = known.found.confidence.max(confidence);
        known.found.because.push(fact);
        return;
    }
    let found = Match {
        confidence,
        severity: None,
        because: vec![fact],
        unknown: Vec::new(),
        excludes: Vec::new(),
        bound: None,
    };
    findings.push(Finding { rule, found, proposed: false });
}
