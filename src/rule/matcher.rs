//! Holds a rule to evidence, with three values.

use std::collections::BTreeSet;

use serde_json::Value;

use super::block_evaluator::BlockEvaluator;
use super::template::Template;
pub use super::tri::Tri;
use super::{Block, Condition, Confidence, Rule, Severity};
use crate::evidence::{Bound, View};

/// A fact that a match rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its path in the evidence.
    pub at: String,
    /// Its value; null where it is its absence that counts.
    pub value: Value,
}

/// What a rule says of some evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing: no symptom was seen.
    Silent,
    /// Its symptom was seen, and a fact excludes it.
    Excluded(Fact),
    /// It may be the cause.
    Candidate(Match),
}

/// Why a rule may name the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The confidence in this cause.
    pub confidence: Confidence,
    /// How bad it is as the block shows it. Absent: as bad as the rule says.
    pub severity: Option<Severity>,
    /// The cause in a few words, as the block shows it. Absent: as the rule says.
    pub title: Option<Template>,
    /// The facts that point to this cause.
    pub because: Vec<Fact>,
    /// The paths whose facts would make it surer.
    pub unknown: Vec<String>,
    /// The causes that this match excludes: those that the block calls its rivals, where it is certain.
    pub excludes: Vec<String>,
    /// The item that the match is bound to, to fill templates: list, name and place.
    pub bound: Option<(String, String, usize)>,
}

impl Match {
    /// A match that rests on these facts, and waits for none.
    #[must_use]
    pub const fn of(confidence: Confidence, because: Vec<Fact>) -> Self {
        Self {
            confidence,
            severity: None,
            title: None,
            because,
            unknown: Vec::new(),
            excludes: Vec::new(),
            bound: None,
        }
    }

    /// Whether one of its facts is a code that a service gave.
    #[must_use]
    pub fn rests_on_a_code(&self) -> bool {
        self.rests_on(&["codes", "code", "error_info"])
    }

    /// Whether one of its facts is what a service or library said: a code, or a message word for word.
    #[must_use]
    pub fn rests_on_what_was_said(&self) -> bool {
        self.rests_on_a_code() || self.rests_on(&["messages"])
    }

    fn rests_on(&self, names: &[&str]) -> bool {
        self.because.iter().any(|fact| fact.at.rsplit('.').next().is_some_and(|last| names.contains(&last)))
    }
}

/// Holds a rule to evidence: its strongest block counts.
#[must_use]
pub fn hold(rule: &Rule, view: &View) -> Verdict {
    let mut best: Option<Match> = None;
    let mut against = None;
    let mut waiting: Vec<(Confidence, Vec<String>)> = Vec::new();
    for block in rule.blocks.iter() {
        for bound in bounds(block, view) {
            match hold_block(block, view, bound) {
                BlockVerdict::Silent => {}
                BlockVerdict::Excluded(fact) => against = against.or(Some(fact)),
                BlockVerdict::Match(found) => {
                    if !found.unknown.is_empty() {
                        waiting.push((block.confidence, found.unknown.clone()));
                    }
                    if best.as_ref().is_none_or(|best| is_stronger(&found, best)) {
                        best = Some(found);
                    }
                }
            }
        }
    }
    let Some(mut best) = best else { return against.map_or(Verdict::Silent, Verdict::Excluded) };
    // What a stronger block waits for would decide as well, where it is one fact.
    for (confidence, paths) in waiting {
        if confidence > best.confidence && paths.len() == 1 {
            best.unknown.extend(paths);
        }
    }
    best.unknown.sort();
    best.unknown.dedup();
    Verdict::Candidate(best)
}

/// The facts for which blocks of a rule wait before they say anything: each alone, and beside something that is seen.
#[must_use]
pub fn awaits(rule: &Rule, view: &View) -> BTreeSet<String> {
    let blocks = rule.blocks.iter().flat_map(|block| bounds(block, view).into_iter().map(move |bound| (block, bound)));
    blocks.filter_map(|(block, bound)| BlockEvaluator { view, bound }.awaited(block)).collect()
}

/// The fact that excludes every block of a rule, whether its symptom is seen or not. `None` where a block is open: one
/// without a symptom is, as what it lacks was only not seen.
#[must_use]
pub fn contradicted(rule: &Rule, view: &View) -> Option<Fact> {
    let mut first = None;
    for (block, bound) in placed(rule, view) {
        let evaluator = BlockEvaluator { view, bound };
        let is_excluded = !block.symptom.is_empty() && evaluator.decided(block) == Tri::False;
        let fact = is_excluded.then(|| evaluator.excluding(block)).flatten()?;
        first = first.or(Some(fact));
    }
    first
}

/// Whether no block of a rule can hold: each is excluded, or its symptom is known not to be there. A symptom of a call may
/// be another call's, and a rule without blocks asks for nothing.
#[must_use]
pub fn is_out_of_question(rule: &Rule, view: &View) -> bool {
    let out = |(block, bound): (&Block, Option<Bound<'_>>)| {
        let evaluator = BlockEvaluator { view, bound };
        let lacks_symptom = block.each.is_none() && evaluator.all(&block.symptom) == Tri::False;
        !block.symptom.is_empty() && (lacks_symptom || evaluator.decided(block) == Tri::False)
    };
    !rule.blocks.is_empty() && placed(rule, view).all(out)
}

/// The facts that are unknown in the blocks of a rule.
#[must_use]
pub fn open_paths(rule: &Rule, view: &View) -> BTreeSet<String> {
    let blocks = rule.blocks.iter().flat_map(|block| bounds(block, view).into_iter().map(move |bound| (block, bound)));
    blocks.flat_map(|(block, bound)| BlockEvaluator { view, bound }.unknown(block)).collect()
}

/// Whether a condition holds, of the item that a rule is bound to.
#[must_use]
pub fn weigh(condition: &Condition, view: &View, bound: Option<Bound<'_>>) -> Tri {
    BlockEvaluator { view, bound }.condition(condition)
}

fn is_stronger(one: &Match, other: &Match) -> bool {
    (one.confidence, one.because.len()) > (other.confidence, other.because.len())
}

enum BlockVerdict {
    Silent,
    Excluded(Fact),
    Match(Match),
}

fn bounds<'a>(block: &'a Block, view: &View) -> Vec<Option<Bound<'a>>> {
    let Some(list) = block.each.as_deref() else { return vec![None] };
    (0..view.count(list)).map(|index| Some(Bound { name: item_name(list), index, list })).collect()
}

/// The blocks of a rule, each at every item that it may be bound to; at none where there is no item.
fn placed<'a>(rule: &'a Rule, view: &View) -> impl Iterator<Item = (&'a Block, Option<Bound<'a>>)> {
    rule.blocks.iter().flat_map(|block| {
        let bounds = bounds(block, view);
        let items = if bounds.is_empty() { vec![None] } else { bounds };
        items.into_iter().map(move |bound| (block, bound))
    })
}

/// `api.calls` holds calls, `network.peers` peers.
#[must_use]
pub fn item_name(list: &str) -> &str {
    let word = list.rsplit('.').next().unwrap_or(list);
    word.strip_suffix('s').unwrap_or(word)
}

fn hold_block(block: &Block, view: &View, bound: Option<Bound<'_>>) -> BlockVerdict {
    let evaluator = BlockEvaluator { view, bound };
    if evaluator.all(&block.symptom) != Tri::True {
        return BlockVerdict::Silent;
    }
    let speaks_for = evaluator.speaks_for(block);
    match evaluator.decided(block) {
        Tri::False | Tri::Unknown if block.symptom.is_empty() => BlockVerdict::Silent,
        Tri::False => evaluator.excluding(block).map_or(BlockVerdict::Silent, BlockVerdict::Excluded),
        verdict @ (Tri::Unknown | Tri::True) => {
            let because = evaluator.facts(block);
            if because.is_empty() {
                return BlockVerdict::Silent;
            }
            let sure = verdict == Tri::True;
            // What is likely admits of exceptions: one that is not known to hold does not make it less so.
            let as_likely = speaks_for == Tri::True && block.confidence <= Confidence::Likely;
            BlockVerdict::Match(Match {
                confidence: if sure || as_likely { block.confidence } else { Confidence::Possible },
                severity: block.severity,
                title: block.title.clone(),
                because,
                unknown: if sure { Vec::new() } else { evaluator.unknown(block) },
                excludes: if sure && block.confidence == Confidence::Certain {
                    block.rivals.clone()
                } else {
                    Vec::new()
                },
                bound: bound.map(|b| (b.list.to_owned(), b.name.to_owned(), b.index)),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::evidence::credential::{Credential, Seen};
    use crate::evidence::token::{Token, TokenError};
    use crate::rule::parse::parse;
    use crate::secret::Kind;

    const RULE: &str = r#"
title = "t"
owner = "developer"
[[when]]
confidence = "certain"
symptom = [{ at = "token.error.codes", has = 7000215 }]
all = [{ at = "credential.secret.kind", is = "guid" }]
[[when]]
confidence = "likely"
symptom = [{ at = "token.error.codes", has = 7000215 }]
not = [{ at = "credential.secret.kind", in = ["client-secret", "empty"] }]
[explain]
cause = "c"
fix = [{ by = "developer", do = "d" }]
"#;

    fn evidence(code: u32, kind: Option<Kind>) -> Evidence {
        let error = TokenError { codes: Some(vec![code]), ..TokenError::default() };
        let secret = kind.map(|kind| Seen { given: true, kind: Some(kind), ..Seen::default() });
        Evidence {
            token: Some(Token { error: Some(error), ..Token::default() }),
            credential: secret.map(|secret| Credential { secret: Some(secret), ..Credential::default() }),
            ..Evidence::default()
        }
    }

    fn verdict(evidence: &Evidence) -> Verdict {
        hold(&parse("r", "token", RULE, None).expect("a rule"), &View::of(evidence))
    }

    #[test]
    fn what_is_not_known_is_asked_for() {
        let Verdict::Candidate(found) = verdict(&evidence(7_000_215, None)) else { panic!("no candidate") };
        assert_eq!(found.confidence, Confidence::Likely, "an exception that is not known to hold");
        assert_eq!(found.unknown, ["credential.secret.kind"], "and what would make it certain");
    }

    #[test]
    fn the_strongest_block_counts() {
        let Verdict::Candidate(found) = verdict(&evidence(7_000_215, Some(Kind::Guid))) else { panic!("no candidate") };
        assert_eq!(found.confidence, Confidence::Certain);
        assert!(found.unknown.is_empty());
        assert_eq!(found.because.len(), 2);
    }

    #[test]
    fn a_fact_against_it_excludes() {
        let Verdict::Excluded(fact) = verdict(&evidence(7_000_215, Some(Kind::ClientSecret))) else {
            panic!("not out")
        };
        assert_eq!(fact.at, "credential.secret.kind");
    }

    #[test]
    fn a_fact_contradicts_a_rule_whose_symptom_is_not_seen() {
        let told = |text: &str, principal: &str| {
            let rule = parse("r", "token", text, None).expect("a rule");
            contradicted(&rule, &View::of(&Evidence::default()).with("credential.secret.kind", principal.into()))
        };
        let one = &RULE[..RULE.rfind("[[when]]").expect("two blocks")];
        let explain = &RULE[RULE.find("[explain]").expect("an explanation")..];
        let one = format!("{one}{explain}");
        let without = one.lines().filter(|line| !line.starts_with("symptom")).collect::<Vec<_>>().join("\n");
        assert_eq!(told(&one, "client-secret").expect("a fact").at, "credential.secret.kind");
        assert_eq!(told(&one, "guid"), None);
        assert_eq!(told(RULE, "something"), None, "its second block is open");
        assert_eq!(told(&without, "client-secret"), None, "without a symptom, nothing excludes");
    }

    #[test]
    fn a_rule_whose_symptom_is_known_not_to_be_there_is_out_of_question() {
        let rule = parse("r", "token", RULE, None).expect("a rule");
        let out = |evidence: &Evidence| is_out_of_question(&rule, &View::of(evidence));
        assert!(out(&evidence(7_000_222, Some(Kind::Guid))), "the code is another");
        assert!(!out(&evidence(7_000_215, Some(Kind::Guid))));
        assert!(!out(&Evidence::default()), "nothing is known");
    }

    #[test]
    fn without_its_symptom_a_rule_is_silent() {
        assert_eq!(verdict(&evidence(7_000_222, Some(Kind::Guid))), Verdict::Silent);
        assert_eq!(verdict(&Evidence::default()), Verdict::Silent);
    }

    #[test]
    fn absent_is_not_unknown() {
        let mut seen = evidence(7_000_215, None);
        seen.whole.push("credential".to_owned());
        let Verdict::Candidate(found) = verdict(&seen) else { panic!("no candidate") };
        assert_eq!(found.confidence, Confidence::Likely, "the kind is known to be absent, so it is none of those");
    }
}
