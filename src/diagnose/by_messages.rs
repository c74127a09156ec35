//! Causes that a known message of a service or library names, without a rule of its own.

use serde_json::Value;

use super::{Finding, RuledOut};
use crate::evidence::{Evidence, View};
use crate::rule::matcher::{Fact, Match, contradicted};
use crate::rule::{Confidence, RuleSet};
use crate::wording::{Known, known};

/// Adds the causes of the messages in the text, but for those that a fact excludes.
pub(super) fn add<'r>(
    findings: &mut Vec<Finding<'r>>,
    ruled_out: &mut Vec<RuledOut>,
    view: &View,
    evidence: &Evidence,
    rules: &'r RuleSet,
) {
    for (cause, confidence, because) in named(evidence, findings.is_empty()) {
        let Some(rule) = rules.get(cause).filter(|rule| !ruled_out.iter().any(|out| out.cause == rule.id)) else {
            continue;
        };
        if let Some(known) = findings.iter_mut().find(|finding| finding.rule.id == rule.id) {
            known.found.confidence = known.found.confidence.max(confidence);
            known.found.because.push(because);
        } else if let Some(fact) = contradicted(rule, view) {
            ruled_out.push(RuledOut::new(rule, fact));
        } else {
            findings.push(Finding { rule, found: Match::of(confidence, vec![because]), proposed: false });
        }
    }
}

/// Whether Entra gave a code.
pub(super) fn has_codes(evidence: &Evidence) -> bool {
    evidence.token.as_ref().is_some_and(|token| token.error.as_ref().is_some_and(|e| e.codes.is_some()))
}

/// What the messages name; beside a code of Entra nothing is certain. `alone`: nothing else names a cause, so that what is
/// merely similar counts.
fn named(evidence: &Evidence, alone: bool) -> Vec<(&'static str, Confidence, Fact)> {
    let Some(text) = evidence.text.as_ref() else { return Vec::new() };
    let most = if has_codes(evidence) { Confidence::Likely } else { Confidence::Certain };
    // Of a call, an answer of Entra nearby tells nothing: it is a failure of its own.
    let is_call = evidence.api.as_ref().is_some_and(|api| api.calls.as_ref().is_some_and(|calls| !calls.is_empty()));
    let exact = text.messages.as_deref().unwrap_or_default();
    let said = exact.iter().filter_map(|id| known(id)).filter(|known| !is_call || known.code.is_none());
    let mut named: Vec<_> = said
        .flat_map(|message| causes(message, "text.messages", move |place| surety(message, place).min(most)))
        .collect();
    if alone && named.is_empty() {
        let nearly = text.similar.iter().flatten().filter(|id| !exact.contains(id)).filter_map(|id| known(id));
        named.extend(nearly.flat_map(|message| causes(message, "text.similar", |_| Confidence::Possible)));
    }
    named
}

fn causes(
    message: &'static Known,
    at: &str,
    sure: impl Fn(usize) -> Confidence,
) -> Vec<(&'static str, Confidence, Fact)> {
    let fact = Fact { at: at.to_owned(), value: Value::from(message.id) };
    message.causes.iter().enumerate().map(|(place, cause)| (*cause, sure(place), fact.clone())).collect()
}

fn surety(message: &Known, place: usize) -> Confidence {
    match (message.decides && place == 0, message.causes.len()) {
        (true, _) => Confidence::Certain,
        (false, 1) => Confidence::Likely,
        _ => Confidence::Possible,
    }
}
