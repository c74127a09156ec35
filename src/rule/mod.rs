//! Rules: how a cause is recognised in evidence, what it means, and who mends it.
//!
//! One TOML file a cause. A rule is read as written ([`parse`]), held against the evidence's vocabulary
//! ([`vocabulary`]) and matched with three values ([`matcher`]): what is not known is never taken for false.

mod block_evaluator;
pub(crate) mod embedded;
mod later;
pub mod lint;
pub mod matcher;
pub mod parse;
pub mod problem;
mod reader;
pub(crate) use reader::suggestion;
pub mod set;
pub mod template;
pub mod term;
mod tri;
pub mod vocabulary;
pub mod written;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::pattern::Pattern;
pub use later::Later;
pub use set::RuleSet;
use template::Template;

/// A cause and how it is recognised.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The cause's id: the stem of the rule's file.
    #[serde(skip)]
    pub id: String,
    /// The stage at which the cause shows: the folder of the rule's file.
    #[serde(skip)]
    pub area: String,
    /// The cause in a few words.
    pub title: String,
    /// Who acts.
    pub owner: String,
    /// The severity of the cause.
    #[serde(default)]
    pub severity: Severity,
    /// How often it is met: breaks ties.
    #[serde(default)]
    pub prevalence: Prevalence,
    /// The causes that aren't named if this one is at least as sure.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// The causes that can lead to this one: if the same text shows one of them, this one is at most likely.
    #[serde(default)]
    pub follows: Vec<String>,
    /// Pages that describe the cause.
    #[serde(default)]
    pub references: Vec<String>,
    /// The day on which it was last held against its references.
    pub checked: Option<String>,
    /// The ways to recognise it.
    #[serde(skip)]
    pub blocks: Later<Vec<Block>>,
    /// What the cause means and how to fix it.
    #[serde(skip)]
    pub explain: Later<Explain>,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The evidence doesn't exclude this cause.
    Possible,
    /// The evidence points to this cause, but another one is possible.
    Likely,
    /// The evidence excludes the alternatives.
    Certain,
}

/// The severity of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For your information.
    Note,
    /// It works, but there's a problem.
    Warning,
    /// It doesn't work.
    #[default]
    Error,
}

/// How often the cause occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prevalence {
    /// Rare.
    Rare,
    /// Occasional.
    #[default]
    Occasional,
    /// Common.
    Common,
}

/// One way to recognise a cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The confidence if all conditions are met.
    pub confidence: Confidence,
    /// How bad it is as this block shows it. Absent: as bad as the rule says.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// The cause in a few words, as the block shows it. Absent: as the rule says.
    #[serde(default)]
    pub title: Option<Template>,
    /// The list to whose items the block is held one by one: `api.calls`.
    pub each: Option<String>,
    /// Conditions that must be true; otherwise the block is ignored.
    #[serde(default)]
    pub symptom: Vec<Condition>,
    /// Conditions that must all be true.
    #[serde(default)]
    pub all: Vec<Condition>,
    /// What decides: one true. Empty: nothing.
    #[serde(default)]
    pub any: Vec<Condition>,
    /// Conditions that must all be false.
    #[serde(default)]
    pub not: Vec<Condition>,
    /// The causes that share the symptom and that the block excludes.
    #[serde(default)]
    pub rivals: Vec<String>,
}

/// A condition on the evidence.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// A test of one leaf.
    Leaf(Leaf),
    /// All conditions must be true.
    All(Vec<Self>),
    /// At least one condition must be true.
    Any(Vec<Self>),
    /// The condition must be false.
    Not(Box<Self>),
}

/// A test of one fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The path: `token.error.codes`, or `call.status` in a block with `each`.
    pub at: String,
    /// The test.
    pub test: Test,
}

/// What a leaf is tested for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// The value equals this one, ignoring case.
    Is(Value),
    /// The value is in this list.
    In(Vec<Value>),
    /// The list contains this value.
    Has(Value),
    /// The list contains at least one of these values.
    HasAny(Vec<Value>),
    /// The text contains this, whatever the case.
    Contains(String),
    /// The text matches this expression.
    Matches(#[serde(deserialize_with = "embedded::pattern")] Pattern),
    /// It is there, or it is not.
    Exists(bool),
    /// The number is less than this.
    Below(f64),
    /// The number is greater than this.
    Above(f64),
    /// It is the same as what stands at another path.
    SameAs(String),
    /// It differs from what stands at another path.
    DiffersFrom(String),
}

impl Block {
    /// The paths of its deciding leaves, by the name of the list where it is bound to one.
    #[must_use]
    pub fn deciding_paths(&self) -> Vec<String> {
        self.paths_of(self.all.iter().chain(&self.any).chain(&self.not))
    }

    /// The paths of all its leaves, by the name of the list where it is bound to one.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.paths_of(self.symptom.iter().chain(&self.all).chain(&self.any).chain(&self.not))
    }

    /// All its leaves, each with its path by the name of the list where it is bound to one.
    pub(crate) fn leaves(&self) -> Vec<(String, &Leaf)> {
        self.leaves_of(self.symptom.iter().chain(&self.all).chain(&self.any).chain(&self.not))
    }

    fn paths_of<'c>(&self, conditions: impl Iterator<Item = &'c Condition>) -> Vec<String> {
        self.leaves_of(conditions).into_iter().map(|(path, _)| path).collect()
    }

    fn leaves_of<'c>(&self, conditions: impl Iterator<Item = &'c Condition>) -> Vec<(String, &'c Leaf)> {
        let mut leaves = Vec::new();
        for condition in conditions {
            condition.leaves(&mut leaves);
        }
        let Some(list) = &self.each else { return leaves.into_iter().map(|leaf| (leaf.at.clone(), leaf)).collect() };
        let item = format!("{}.", matcher::item_name(list));
        let path = |at: &str| at.strip_prefix(&item).map_or_else(|| at.to_owned(), |rest| format!("{list}.{rest}"));
        leaves
            .into_iter()
            .filter(|leaf| !ALWAYS_KNOWN.contains(&leaf.at.as_str()))
            .map(|leaf| (path(&leaf.at), leaf))
            .collect()
    }
}

/// What all evidence tells, so that nobody is asked for it.
const ALWAYS_KNOWN: [&str; 1] = ["text.pasted"];

impl Condition {
    fn leaves<'c>(&'c self, leaves: &mut Vec<&'c Leaf>) {
        match self {
            Self::Leaf(leaf) => leaves.push(leaf),
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|condition| condition.leaves(leaves)),
            Self::Not(inner) => inner.leaves(leaves),
        }
    }
}

/// A text longer than this, in bytes, is told by the piece of it that was looked for.
const LONG: usize = 120;

impl Test {
    /// The values that it tells from others.
    pub(crate) fn answers(&self) -> Vec<Value> {
        match self {
            Self::Is(Value::Bool(_)) => vec![Value::Bool(true), Value::Bool(false)],
            Self::Is(value) => vec![value.clone()],
            Self::In(values) => values.clone(),
            Self::Has(value) => vec![Value::from(vec![value.clone()])],
            Self::HasAny(values) => values.iter().map(|value| Value::from(vec![value.clone()])).collect(),
            Self::Contains(text) => vec![Value::from(text.as_str())],
            Self::Below(bound) => vec![Value::from(bound - 1.0)],
            Self::Above(bound) => vec![Value::from(bound + 1.0)],
            Self::Matches(_) | Self::Exists(_) | Self::SameAs(_) | Self::DiffersFrom(_) => Vec::new(),
        }
    }

    /// The value as a fact: of a long text the piece that the test found in it.
    #[must_use]
    pub fn piece(&self, value: &Value) -> Value {
        let Some(text) = value.as_str().filter(|text| text.len() > LONG) else { return value.clone() };
        let found = match self {
            Self::Contains(part) => Some(part.clone()),
            Self::Matches(pattern) => pattern.find(text).map(|found| found.as_str().to_owned()),
            _ => None,
        };
        let piece = found.unwrap_or_else(|| text[..text.floor_char_boundary(LONG)].to_owned() + "…");
        piece.split_whitespace().collect::<Vec<_>>().join(" ").into()
    }
}

/// What a cause means and how it is mended.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// What happened and why.
    pub cause: Template,
    /// How to see that it is so. Absent when nothing is left to see.
    pub confirm: Option<Template>,
    /// Who does what.
    pub fix: Vec<FixStep>,
}

impl Explain {
    /// All of its templates.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let steps = self.fix.iter().flat_map(|step| [&step.action].into_iter().chain(&step.place).chain(&step.run));
        [&self.cause].into_iter().chain(&self.confirm).chain(steps)
    }
}

/// One step of the fix.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixStep {
    /// Who does this step.
    pub by: String,
    /// Where: a path of clicks. Absent where a command says it.
    #[serde(rename = "where")]
    pub place: Option<Template>,
    /// What to do.
    #[serde(rename = "do")]
    pub action: Template,
    /// A command that does or verifies the step.
    pub run: Option<Template>,
    /// For whom it is: where this is known to be false, the step is left out. Absent: for all.
    #[serde(rename = "if")]
    pub only_if: Option<Condition>,
}

/// The owner of a cause that nobody can mend, and of a step in which there is nothing to do.
pub(crate) const NOBODY: &str = "nobody";

/// The people who can act, as rules and reports name them.
pub const OWNERS: [&str; 11] = [
    "developer",
    "app owner",
    "entra admin",
    "fabric admin",
    "workspace admin",
    "capacity admin",
    "gateway admin",
    "network admin",
    "host admin",
    "user",
    "nobody",
];

/// The areas: the folders beneath `rules/` that hold causes.
pub const AREAS: [&str; 7] = ["credential", "network", "token", "claims", "api", "embed", "client"];
