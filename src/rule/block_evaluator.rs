//! Evaluates the conditions of a block on evidence, and collects the facts that decide.

use std::cmp::Ordering;

use serde_json::Value;

use super::matcher::Fact;
use super::tri::Tri;
use super::{ALWAYS_KNOWN, Block, Condition, Leaf, Test};
use crate::evidence::{Bound, Found, View};

/// Evaluates a block on evidence.
pub(super) struct BlockEvaluator<'a> {
    pub(super) view: &'a View,
    pub(super) bound: Option<Bound<'a>>,
}

impl BlockEvaluator<'_> {
    pub(super) fn all(&self, conditions: &[Condition]) -> Tri {
        Tri::all(conditions.iter().map(|c| self.condition(c)))
    }

    pub(super) fn any(&self, conditions: &[Condition]) -> Tri {
        Tri::any(conditions.iter().map(|c| self.condition(c)))
    }

    pub(super) fn condition(&self, condition: &Condition) -> Tri {
        match condition {
            Condition::Leaf(leaf) => self.leaf(leaf),
            Condition::All(inner) => self.all(inner),
            Condition::Any(inner) => self.any(inner),
            Condition::Not(inner) => self.condition(inner).not(),
        }
    }

    /// What the leaves say that speak for a block, its symptom apart.
    pub(super) fn speaks_for(&self, block: &Block) -> Tri {
        let any = if block.any.is_empty() { Tri::True } else { self.any(&block.any) };
        Tri::all([self.all(&block.all), any])
    }

    /// What all leaves of a block say, its symptom apart.
    pub(super) fn decided(&self, block: &Block) -> Tri {
        Tri::all([self.speaks_for(block), self.any(&block.not).not()])
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
    pub(super) fn facts(&self, block: &Block) -> Vec<Fact> {
        let mut facts = Vec::new();
        for condition in block.symptom.iter().chain(&block.all).chain(&block.any) {
            self.collect(condition, Tri::True, &mut facts);
        }
        facts
    }

    /// The first fact that makes the block false.
    pub(super) fn excluding(&self, block: &Block) -> Option<Fact> {
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

    pub(super) fn unknown(&self, block: &Block) -> Vec<String> {
        let mut paths = Vec::new();
        let speaks_against = block.not.iter().filter(|condition| self.is_one_answer_away(condition));
        for condition in block.all.iter().chain(&block.any).chain(speaks_against) {
            self.collect_unknown(condition, &mut paths);
        }
        paths
    }

    /// Whether one fact more can make a condition true. Of several that have to hold together, no one alone does.
    fn is_one_answer_away(&self, condition: &Condition) -> bool {
        let Condition::All(inner) = condition else { return true };
        inner.iter().filter(|condition| self.condition(condition) == Tri::Unknown).count() < 2
    }

    /// The one fact that the symptom of a block lacks, where some of it is seen and nothing excludes the block.
    pub(super) fn awaited(&self, block: &Block) -> Option<String> {
        let open = self.all(&block.symptom) == Tri::Unknown
            && self.all(&block.all) != Tri::False
            && self.any(&block.not) != Tri::True;
        let (mut seen, mut unknown) = (Vec::new(), Vec::new());
        for condition in block.symptom.iter().filter(|_| open) {
            self.collect(condition, Tri::True, &mut seen);
            self.collect_unknown(condition, &mut unknown);
        }
        let is_seen = seen.iter().any(|fact| !ALWAYS_KNOWN.contains(&fact.at.as_str()));
        unknown.pop().filter(|_| is_seen && unknown.is_empty())
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
