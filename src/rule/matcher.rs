//! Holds a rule to evidence, with three values.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Block, Condition, Confidence, Leaf, Rule, Test};
use crate::evidence::{Bound, Found, View};

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// The evidence says no.
    False,
    /// The evidence does not say.
    Unknown,
    /// The evidence says yes.
    True,
}

impl Tri {
    /// The rest is not looked at once one is false: a text costs more than a code.
    fn all(values: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::True;
        for value in values {
            all = all.min(value);
            if all == Self::False {
                break;
            }
        }
        all
    }

    /// Nor once one is true.
    fn any(values: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::False;
        for value in values {
            any = any.max(value);
            if any == Self::True {
                break;
            }
        }
        any
    }

    const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    const fn of(yes: bool) -> Self {
        if yes { Self::True } else { Self::False }
    }
}

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
    /// How sure it is.
    pub confidence: Confidence,
    /// The facts that speak for it.
    pub because: Vec<Fact>,
    /// The paths whose facts would make it surer.
    pub unknown: Vec<String>,
    /// The causes that this match excludes: those that the block calls its rivals, where it is certain.
    pub excludes: Vec<String>,
    /// The item that the match is bound to, to fill templates: list, name and place.
    pub bound: Option<(String, String, usize)>,
}

/// Holds a rule to evidence: its strongest block counts.
#[must_use]
pub fn hold(rule: &Rule, view: &View) -> Verdict {
    let mut best: Option<Match> = None;
    let mut against = None;
    let mut waiting: Vec<(Confidence, Vec<String>)> = Vec::new();
    for block in &rule.blocks {
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

/// Whether a condition holds, of the item that a rule is bound to.
#[must_use]
pub fn weigh(condition: &Condition, view: &View, bound: Option<Bound<'_>>) -> Tri {
    Eyes { view, bound }.condition(condition)
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

/// `api.calls` holds calls, `network.peers` peers.
#[must_use]
pub fn item_name(list: &str) -> &str {
    let word = list.rsplit('.').next().unwrap_or(list);
    word.strip_suffix('s').unwrap_or(word)
}

fn hold_block(block: &Block, view: &View, bound: Option<Bound<'_>>) -> BlockVerdict {
    let eyes = Eyes { view, bound };
    if eyes.all(&block.symptom) != Tri::True {
        return BlockVerdict::Silent;
    }
    let any = if block.any.is_empty() { Tri::True } else { eyes.any(&block.any) };
    let speaks_for = Tri::all([eyes.all(&block.all), any]);
    let speaks_against = eyes.any(&block.not);
    match Tri::all([speaks_for, speaks_against.not()]) {
        Tri::False | Tri::Unknown if block.symptom.is_empty() => BlockVerdict::Silent,
        Tri::False => eyes.excluding(block).map_or(BlockVerdict::Silent, BlockVerdict::Excluded),
        verdict @ (Tri::Unknown | Tri::True) => {
            let because = eyes.facts(block);
            if because.is_empty() {
                return BlockVerdict::Silent;
            }
            let sure = verdict == Tri::True;
            // What is likely admits of exceptions: one that is not known to hold does not make it less so.
            let as_likely = speaks_for == Tri::True && block.confidence <= Confidence::Likely;
            BlockVerdict::Match(Match {
                confidence: if sure || as_likely { block.confidence } else { Confidence::Possible },
                because,
                unknown: if sure { Vec::new() } else { eyes.unknown(block) },
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

/// Evidence as one block sees it.
struct Eyes<'a> {
    view: &'a View,
    bound: Option<Bound<'a>>,
}

impl Eyes<'_> {
    fn all(&self, conditions: &[Condition]) -> Tri {
        Tri::all(conditions.iter().map(|c| self.condition(c)))
    }

    fn any(&self, conditions: &[Condition]) -> Tri {
        Tri::any(conditions.iter().map(|c| self.condition(c)))
    }

    fn condition(&self, condition: &Condition) -> Tri {
        match condition {
            Condition::Leaf(leaf) => self.leaf(leaf),
            Condition::All(inner) => self.all(inner),
            Condition::Any(inner) => self.any(inner),
            Condition::Not(inner) => self.condition(inner).not(),
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Tri {
        let found = self.view.find(&leaf.at, self.bound);
        if let Test::Exists(wanted) = leaf.test {
            return match found {
                Found::Value(_) => Tri::of(wanted),
                Found::Absent => Tri::of(!wanted),
                Found::Unknown => Tri::Unknown,
            };
        }
        match found {
            Found::Value(value) => self.test(value, &leaf.test),
            Found::Absent => Tri::False,
            Found::Unknown => Tri::Unknown,
        }
    }

    fn test(&self, value: &Value, test: &Test) -> Tri {
        let other = |path: &str| match self.view.find(path, self.bound) {
            Found::Value(other) => Tri::of(same(value, other)),
            Found::Absent => Tri::False,
            Found::Unknown => Tri::Unknown,
        };
        let holds = |wanted: &Value| value.as_array().is_some_and(|items| items.iter().any(|item| same(item, wanted)));
        match test {
            Test::Is(wanted) => Tri::of(same(value, wanted)),
            Test::In(wanted) => Tri::of(wanted.iter().any(|w| same(value, w))),
            Test::Has(wanted) => Tri::of(holds(wanted)),
            Test::HasAny(wanted) => Tri::of(wanted.iter().any(holds)),
            Test::Contains(part) => Tri::of(text_of(value).to_lowercase().contains(&part.to_lowercase())),
            Test::Matches(pattern) => Tri::of(pattern.is_match(&text_of(value))),
            Test::Below(bound) => compare(value, *bound, Ordering::Less),
            Test::Above(bound) => compare(value, *bound, Ordering::Greater),
            Test::SameAs(path) => other(path),
            Test::DiffersFrom(path) => other(path).not(),
            Test::Exists(_) => Tri::Unknown,
        }
    }

    /// The facts of the true leaves, each once, in the order in which the block names them.
    fn facts(&self, block: &Block) -> Vec<Fact> {
        let mut facts = Vec::new();
        for condition in block.symptom.iter().chain(&block.all).chain(&block.any) {
            self.collect(condition, Tri::True, &mut facts);
        }
        facts
    }

    /// The first fact that makes the block false.
    fn excluding(&self, block: &Block) -> Option<Fact> {
        let mut facts = Vec::new();
        for condition in block.all.iter().chain(&block.any) {
            self.collect(condition, Tri::False, &mut facts);
        }
        for condition in &block.not {
            self.collect(condition, Tri::True, &mut facts);
        }
        facts.into_iter().next()
    }

    fn collect(&self, condition: &Condition, wanted: Tri, facts: &mut Vec<Fact>) {
        if self.condition(condition) != wanted {
            return;
        }
        match condition {
            Condition::Leaf(leaf) => {
                let at = View::full_path(&leaf.at, self.bound);
                let value = match self.view.find(&leaf.at, self.bound) {
                    Found::Value(value) => leaf.test.piece(value),
                    Found::Absent | Found::Unknown => Value::Null,
                };
                if !facts.iter().any(|fact| fact.at == at) {
                    facts.push(Fact { at, value });
                }
            }
            Condition::All(inner) | Condition::Any(inner) => {
                for condition in inner {
                    self.collect(condition, wanted, facts);
                }
            }
            // What is not so backs no cause; it only takes what would speak against it away.
            Condition::Not(_) if wanted == Tri::True => {}
            Condition::Not(inner) => self.collect(inner, wanted.not(), facts),
        }
    }

    fn unknown(&self, block: &Block) -> Vec<String> {
        let mut paths = Vec::new();
        for condition in block.all.iter().chain(&block.any).chain(&block.not) {
            self.collect_unknown(condition, &mut paths);
        }
        paths
    }

    fn collect_unknown(&self, condition: &Condition, paths: &mut Vec<String>) {
        if self.condition(condition) != Tri::Unknown {
            return;
        }
        match condition {
            Condition::Leaf(leaf) => paths.push(View::full_path(&leaf.at, self.bound)),
            Condition::All(inner) | Condition::Any(inner) => {
                for condition in inner {
                    self.collect_unknown(condition, paths);
                }
            }
            Condition::Not(inner) => self.collect_unknown(inner, paths),
        }
    }
}

/// Whether two values are the same; texts without case, as ids and codes come in both.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.to_lowercase() == other.to_lowercase(),
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn compare(value: &Value, bound: f64, wanted: Ordering) -> Tri {
    Tri::of(value.as_f64().and_then(|number| number.partial_cmp(&bound)) == Some(wanted))
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
