//! What people search for, in their own words: symptoms for the first page, and words that mean the same.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    /// Words that say nothing about a failure.
    pub(crate) ignored: Vec<String>,
    /// Lists of words that are used for one another.
    pub(crate) same: Vec<Vec<String>>,
    /// Ids of the causes that are met most, the most frequent first.
    #[serde(skip_serializing)]
    pub(crate) common: Vec<String>,
    /// What is seen, with the causes seen most.
    #[serde(skip_serializing)]
    pub(crate) symptoms: Vec<Symptom>,
}

/// What is seen when something fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Symptom {
    /// The sentence.
    pub(crate) says: String,
    /// Other words for it, for the search.
    #[serde(default)]
    pub(crate) also: String,
    /// Ids of causes, the commonest first.
    pub(crate) causes: Vec<String>,
}

pub(crate) static PEOPLE: LazyLock<People> =
    LazyLock::new(|| toml::from_str(include_str!("people.toml")).expect("the file in the binary was tested"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    #[test]
    fn every_cause_that_is_named_is_a_rule() {
        let rules = RuleSet::embedded();
        for cause in PEOPLE.symptoms.iter().flat_map(|symptom| &symptom.causes).chain(&PEOPLE.common) {
            assert!(rules.rules.iter().any(|rule| rule.id == *cause), "{cause}");
        }
    }

    #[test]
    fn no_word_is_ignored_and_meant() {
        for word in PEOPLE.same.iter().flatten() {
            assert!(!PEOPLE.ignored.contains(word), "{word}");
        }
    }
}
