//! The order of what the rules leave open, by the words of the text, and the causes that the words alone propose.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, MOST_NAMED, RuledOut};
use crate::evidence::View;
use crate::ranker::Opinion;
use crate::rule::matcher::{Fact, Match, is_out_of_question};
use crate::rule::{Confidence, Rule, RuleSet};

/// What a rule's word counts beside the words of the text, as logarithms of how many times as probable it makes a cause.
const LIKELY: f32 = 2.0;
const POSSIBLE: f32 = 1.0;
/// What a place further down in the rules' own order costs.
const A_PLACE: f32 = 0.2;
/// A cause that is less probable than this isn't proposed beside others.
const LEAST: f32 = 0.03;
/// Where nothing else is known, so many causes are proposed however probable they are.
const AT_LEAST: usize = 3;
/// Brings the findings into an order: those that are certain as they are, then the rest by rules and words together.
/// Proposes what the words make probable and no rule names. `of_codes`: where codes are known, the causes that they can
/// come from; the words propose no other.
pub(super) fn order<'r>(
    findings: &mut Vec<Finding<'r>>,
    ruled_out: &[RuledOut],
    of_codes: &BTreeSet<&String>,
    view: &View,
    rules: &'r RuleSet,
    words: &Opinion<'_>,
) {
    let certain = findings.iter().take_while(|finding| finding.found.confidence == Confidence::Certain).count();
    let open = findings.split_off(certain);
    let mut weighed: Vec<(f32, Finding<'r>)> =
        open.into_iter().enumerate().map(|(place, finding)| (points(&finding, place, words), finding)).collect();
    if certain == 0 {
        let named: Vec<&str> = weighed.iter().map(|(_, finding)| finding.rule.id.as_str()).collect();
        let is_open = |rule: &Rule| {
            (of_codes.is_empty() || of_codes.contains(&rule.id))
                && !named.contains(&rule.id.as_str())
                && !ruled_out.iter().any(|out| out.cause == rule.id)
                && !is_out_of_question(rule, view)
        };
        let proposed = proposals(named.is_empty(), is_open, rules, words);
        weighed.sort_by(by_points);
        // What the words propose goes behind what a service's own words make likely, and behind all that comes of a known
        // code. A status alone, with what was called, is what many causes share.
        let surer = if of_codes.is_empty() {
            weighed.iter().take_while(|(_, finding)| is_told(&finding.found)).count()
        } else {
            weighed.len()
        };
        weighed.extend(proposed);
        weighed[surer..].sort_by(by_points);
    }
    findings.extend(weighed.into_iter().map(|(_, finding)| finding));
    never_surer_than_the_one_before(findings);
}

fn is_told(found: &Match) -> bool {
    found.confidence == Confidence::Likely && found.rests_on_what_was_said()
}

fn by_points((one, _): &(f32, Finding<'_>), (other, _): &(f32, Finding<'_>)) -> Ordering {
    other.total_cmp(one)
}

#[expect(clippy::cast_precision_loss, reason = "there are few findings")]
fn points(finding: &Finding<'_>, place: usize, words: &Opinion<'_>) -> f32 {
    let rule = if finding.found.confidence == Confidence::Possible { POSSIBLE } else { LIKELY };
    (words.scores.of_class(&finding.rule.id) + 1e-6).ln() + rule - A_PLACE * place as f32
}

/// What comes behind something that is merely possible isn't likely.
fn never_surer_than_the_one_before(findings: &mut [Finding<'_>]) {
    let mut most = Confidence::Certain;
    for finding in findings {
        most = most.min(finding.found.confidence);
        finding.found.confidence = most;
    }
}

/// What the words propose. `alone`: nothing else is known; `is_open`: whether a cause is neither named nor excluded.
fn proposals<'r>(
    alone: bool,
    is_open: impl Fn(&Rule) -> bool,
    rules: &'r RuleSet,
    words: &Opinion<'_>,
) -> Vec<(f32, Finding<'r>)> {
    let at_least = if alone { AT_LEAST } else { 0 };
    let known = words.scores.ranked.iter().filter_map(|(cause, probable)| Some((rules.get(cause)?, *probable)));
    let open = known.filter(|(rule, _)| is_open(rule)).enumerate();
    let probable = open.take_while(|(place, (_, probable))| *place < at_least || *probable >= LEAST);
    let proposed = probable.map(|(_, (rule, probable))| {
        let cause = rule.id.as_str();
        let because =
            words.phrases(cause).map(|phrases| Fact { at: "text.excerpt".to_owned(), value: Value::from(phrases) });
        let found = Match::of(Confidence::Possible, because.into_iter().collect());
        (probable.ln(), Finding { rule, found, proposed: true })
    });
    proposed.take(MOST_NAMED).collect()
}
