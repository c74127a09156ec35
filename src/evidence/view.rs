//! Evidence as rules read it: by path, with "absent" and "unknown" kept apart.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Evidence;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<'a> {
    /// A value, never null.
    Value(&'a Value),
    /// It is known that there is none.
    Absent,
    /// It was not seen.
    Unknown,
}

/// Evidence by path.
#[derive(Debug, Clone)]
pub struct View {
    tree: Value,
    whole: Vec<String>,
    sources: Vec<(String, String)>,
    facts: BTreeMap<String, Value>,
}

/// The item that a block of a rule is bound to: one call, one peer.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// The first word of its paths: `call`, `peer`.
    pub name: &'a str,
    /// Its place in the list.
    pub index: usize,
    /// The list's path.
    pub list: &'a str,
}

impl View {
    /// A view of this evidence.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let mut sources = evidence.sources.clone();
        sources.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self {
            tree: serde_json::to_value(evidence).unwrap_or(Value::Null),
            whole: evidence.whole.clone(),
            sources,
            facts: evidence.facts.clone(),
        }
    }

    /// The whole evidence.
    #[must_use]
    pub const fn tree(&self) -> &Value {
        &self.tree
    }

    /// What the user knows, by path.
    #[must_use]
    pub const fn known(&self) -> &BTreeMap<String, Value> {
        &self.facts
    }

    /// The same evidence, and one fact more.
    #[must_use]
    pub fn with(&self, path: &str, value: Value) -> Self {
        let mut told = self.clone();
        told.facts.insert(path.to_owned(), value);
        told
    }

    /// What stands at a path, bound or not.
    #[must_use]
    pub fn find<'a>(&'a self, path: &str, bound: Option<Bound<'_>>) -> Found<'a> {
        let full = full_path(path, bound);
        if let Some(value) = walk(&self.tree, &full) {
            return Found::Value(value);
        }
        if let Some(value) = self.facts.get(full.as_ref()) {
            return Found::Value(value);
        }
        if self.whole.iter().any(|prefix| is_beneath(&full, prefix)) { Found::Absent } else { Found::Unknown }
    }

    /// How many items a list holds.
    #[must_use]
    pub fn count(&self, list: &str) -> usize {
        walk(&self.tree, list).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Where the facts at a path were read from.
    #[must_use]
    pub fn source(&self, path: &str, bound: Option<Bound<'_>>) -> Option<&str> {
        let full = full_path(path, bound);
        if walk(&self.tree, &full).is_none() && self.facts.contains_key(full.as_ref()) {
            return Some("--fact");
        }
        self.sources.iter().find(|(prefix, _)| is_beneath(&full, prefix)).map(|(_, source)| source.as_str())
    }

    /// The path as it stands in the evidence: `call.status` of the third call is `api.calls.2.status`.
    #[must_use]
    pub fn full_path(path: &str, bound: Option<Bound<'_>>) -> String {
        full_path(path, bound).into_owned()
    }
}

fn is_beneath(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn full_path<'p>(path: &'p str, bound: Option<Bound<'_>>) -> Cow<'p, str> {
    if let Some(bound) = bound
        && let Some(rest) = path.strip_prefix(bound.name).and_then(|rest| rest.strip_prefix('.'))
    {
        return Cow::Owned(format!("{}.{}.{rest}", bound.list, bound.index));
    }
    Cow::Borrowed(path)
}

fn walk<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = tree;
    for part in path.split('.') {
        at = match at {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    (!at.is_null()).then_some(at)
}

/// The evidence's JSON schema, with every part in its place: what rule paths are checked against.
#[must_use]
pub fn schema() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.into_generator().into_root_schema_for::<Evidence>().to_value()
}
