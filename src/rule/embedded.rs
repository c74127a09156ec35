//! The rules and terms in the binary, as the build script writes them.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use super::set::KnownCode;
use super::{Later, Pattern, Rule, RuleSet};
use crate::embedded::{CODES, PATTERNS, QUESTIONS, REFERENCE, RULES};

/// A rule, in JSON.
pub(crate) struct EmbeddedRule {
    /// The stage at which the cause shows.
    pub(crate) area: &'static str,
    /// The cause's id.
    pub(crate) id: &'static str,
    /// What stands there beside the others.
    pub(crate) head: &'static str,
    /// The ways to recognise it.
    pub(crate) when: &'static str,
    /// What the cause means and how to fix it.
    pub(crate) explain: &'static str,
}

/// An error code.
pub(crate) struct EmbeddedCode {
    /// The name of its file.
    pub(crate) service: &'static str,
    /// The code.
    pub(crate) name: &'static str,
    /// Whether its name, as a word in any text, tells of it.
    pub(crate) word: bool,
    /// What is known of it, in JSON.
    pub(crate) known: &'static str,
}

impl RuleSet {
    /// The rules in the binary. Most of what they say is read when it is first asked for.
    ///
    /// # Panics
    /// Never in a released binary: the tests read every embedded file.
    #[must_use]
    pub fn embedded() -> Self {
        let question = |(path, json): &(&str, &'static str)| ((*path).to_owned(), Later::embedded(json));
        let mut rules: Vec<Rule> = RULES.iter().map(Rule::from).collect();
        rules.sort_by(|one, other| one.id.cmp(&other.id));
        Self {
            rules,
            codes: CODES.iter().map(|code| (code.name.to_owned(), KnownCode::from(code))).collect(),
            intents: super::set::named(tables("intents")).collect(),
            questions: QUESTIONS.iter().map(question).collect(),
        }
    }
}

impl From<&EmbeddedRule> for Rule {
    fn from(rule: &EmbeddedRule) -> Self {
        let head: Self = read(rule.head);
        Self {
            id: rule.id.to_owned(),
            area: rule.area.to_owned(),
            blocks: Later::embedded(rule.when),
            explain: Later::embedded(rule.explain),
            ..head
        }
    }
}

impl From<&EmbeddedCode> for KnownCode {
    fn from(code: &EmbeddedCode) -> Self {
        Self { word: code.word, service: code.service.to_owned(), known: Later::embedded(code.known) }
    }
}

/// The tables of a file of `rules/reference`, by name. None where there is no such file.
///
/// # Panics
/// Never in a released binary: the tests read every embedded file.
pub(crate) fn tables<T: DeserializeOwned>(file: &str) -> BTreeMap<String, T> {
    let json = REFERENCE.iter().find(|(name, _)| *name == file).map(|(_, json)| *json);
    json.map(read).unwrap_or_default()
}

/// An expression of a rule in the binary, by its number.
pub(super) fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
    let number = usize::deserialize(deserializer)?;
    PATTERNS.get(number).cloned().ok_or_else(|| Error::custom(format!("there is no expression {number}")))
}

pub(super) fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("embedded rules: {why}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn texts(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                texts(&path, found);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push(text);
            }
        }
    }

    #[test]
    fn no_text_that_fits_lacks_the_words() {
        let mut all = Vec::new();
        texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut all);
        let mut fitting = 0;
        for pattern in PATTERNS.iter().filter(|pattern| !pattern.may_fit("")) {
            let expression = Pattern::read(pattern.source().to_owned());
            for text in all.iter().filter(|text| expression.is_match(text)) {
                assert!(pattern.may_fit(text), "{pattern:?} lacks a word, and fits\n{text}");
                fitting += 1;
            }
        }
        assert!(PATTERNS.len() > 20 && fitting > PATTERNS.len(), "{} patterns, {fitting} texts", PATTERNS.len());
    }
}
