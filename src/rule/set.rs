//! The rules that a diagnosis is made with: those in the binary, and a user's own.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parse::parse;
use super::problem::{BadRules, Problem, RuleProblems};
use super::template::Template;
use super::term::Sure;
use super::vocabulary::Vocabulary;
use super::{Block, Later, Rule};
use crate::intent::Intent;
use crate::wording::Message;

/// Rules, codes and questions.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// The rules, by id.
    pub rules: Vec<Rule>,
    /// What is known of error codes, by code.
    pub codes: BTreeMap<String, KnownCode>,
    /// What operations need, by name.
    pub intents: BTreeMap<String, Intent>,
    /// How to find out what is not known, by evidence path.
    pub questions: BTreeMap<String, Later<Question>>,
}

/// An error code.
#[derive(Debug, Clone)]
pub struct KnownCode {
    /// Whether its name, as a word in any text, tells of it. Not so where other services use the name too, or where
    /// it is about no authorization failure.
    pub word: bool,
    /// The name of its file: `aadsts`, `powerbi`, `fabric`.
    pub service: String,
    /// What is known of it.
    pub known: Later<Code>,
}

/// What is known of an error code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The service's name for it.
    pub name: Option<String>,
    /// What it means, in a sentence.
    pub meaning: String,
    /// Who acts on it.
    pub owner: String,
    /// Where it stands, in words: in which header, with which status.
    pub seen: Option<String>,
    /// The OAuth errors that it comes with, as far as they are known.
    #[serde(default)]
    pub errors: Vec<String>,
    #[serde(default = "yes")]
    word: bool,
    /// What its coming proves, as templates.
    #[serde(default)]
    pub proves: Vec<String>,
    /// The causes that it can come from, the likeliest first.
    #[serde(default)]
    pub causes: Vec<String>,
    /// How sure this is.
    pub sure: Sure,
    /// The day on which it was last held against its source.
    pub checked: Option<String>,
    /// Pages and threads that back it.
    #[serde(default)]
    pub references: Vec<String>,
}

impl Deref for KnownCode {
    type Target = Code;

    fn deref(&self) -> &Code {
        &self.known
    }
}

/// How to find out a fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// How to find out: who looks where, or what to run.
    pub how: Template,
    /// The check that finds out.
    pub check: Option<String>,
}

impl RuleSet {
    /// The names of the codes that are known, each with whether it is a code wherever it stands.
    pub fn code_names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.codes.iter().map(|(name, known)| (name.as_str(), known.word))
    }

    /// Reads rule files, each with its path beneath `rules/` without the ending: `token/client-secret-expired`,
    /// `codes/aadsts`, `reference/questions`.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn read<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
        vocabulary: Option<&Vocabulary>,
    ) -> Result<Self, BadRules> {
        let mut set = Self::default();
        let mut bad = Vec::new();
        for (path, text) in files {
            if let Err(problems) = set.read_file(path, text, vocabulary) {
                bad.push(RuleProblems::new(&format!("{path}.toml"), text, problems));
            }
        }
        set.rules.sort_by(|one, other| one.id.cmp(&other.id));
        if bad.is_empty() { Ok(set) } else { Err(BadRules(bad)) }
    }

    fn read_file(&mut self, path: &str, text: &str, vocabulary: Option<&Vocabulary>) -> Result<(), Vec<Problem>> {
        let (area, name) = path.rsplit_once('/').unwrap_or(("", path));
        match (area, name) {
            ("codes", service) => {
                let codes = tables::<Code>(text)?;
                self.codes.extend(codes.into_iter().map(|(name, code)| {
                    let service = service.to_owned();
                    (name, KnownCode { word: code.word, service, known: code.into() })
                }));
            }
            ("reference", "intents") => self.intents.extend(named(tables(text)?)),
            ("reference", "questions") => self
                .questions
                .extend(tables::<Question>(text)?.into_iter().map(|(path, question)| (path, question.into()))),
            ("reference", _) => {}
            // The tool searches for the messages in the binary; here they are only held against their form.
            ("wording", _) => drop(tables::<Message>(text)?),
            _ => self.rules.push(parse(name, area, text, vocabulary)?),
        }
        Ok(())
    }

    /// Adds a user's own rules. One with the id of a rule that is there takes its place.
    pub fn extend(&mut self, other: Self) {
        self.rules.retain(|rule| other.get(&rule.id).is_none());
        self.rules.extend(other.rules);
        self.rules.sort_by(|one, other| one.id.cmp(&other.id));
        self.codes.extend(other.codes);
        self.questions.extend(other.questions);
        self.intents.extend(other.intents);
    }

    /// A rule by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// What to ask for a path; the place of an item in its list counts for nothing.
    #[must_use]
    pub fn question(&self, path: &str) -> Option<&Question> {
        self.questions.get(&without_places(path)).map(|question| &**question)
    }

    /// The values that rules tell apart at a path.
    #[must_use]
    pub fn answers(&self, path: &str) -> Vec<Value> {
        let path = without_places(path);
        let leaves = self.rules.iter().flat_map(|rule| rule.blocks.iter()).flat_map(Block::leaves);
        let mut answers: Vec<Value> = Vec::new();
        for answer in leaves.filter(|(at, _)| *at == path).flat_map(|(_, leaf)| leaf.test.answers()) {
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        answers
    }
}

/// A path without the places of items in their lists: as the general form of a bound leaf has it.
#[must_use]
pub(crate) fn without_places(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    parts.join(".")
}

impl Code {
    /// The sentences that it proves, as templates.
    pub fn proofs(&self) -> impl Iterator<Item = Template> {
        self.proves.iter().filter_map(|text| Template::parse(text).ok())
    }
}

/// Whether a code is a number of Entra's, not a name.
#[must_use]
pub fn is_number(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit())
}

const fn yes() -> bool {
    true
}

/// The tables of a file, by name.
///
/// # Errors
/// What keeps them from being read.
pub(super) fn tables<T: DeserializeOwned>(text: &str) -> Result<BTreeMap<String, T>, Vec<Problem>> {
    toml::from_str(text).map_err(|e| vec![Problem { span: e.span().unwrap_or(0..0), what: e.message().to_owned() }])
}

/// An intent's name is its table's.
pub(super) fn named(intents: BTreeMap<String, Intent>) -> impl Iterator<Item = (String, Intent)> {
    intents.into_iter().map(|(name, intent)| (name.clone(), Intent { name, ..intent }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files() -> Vec<(String, String)> {
        crate::commands::rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).expect("the rules")
    }

    #[test]
    fn every_rule_speaks_the_vocabulary() {
        let (files, vocabulary) = (files(), Vocabulary::of_evidence());
        let written = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        if let Err(bad) = RuleSet::read(written, Some(&vocabulary)) {
            let of_file = |file: &RuleProblems| {
                let problems = file.problems.iter();
                problems.map(|p| format!("{}: {} at {:?}", file.name, p.what, p.span)).collect::<Vec<_>>()
            };
            panic!("{}", bad.0.iter().flat_map(of_file).collect::<Vec<_>>().join("\n"));
        }
    }

    #[test]
    fn the_binary_has_the_rules_as_they_are_written() {
        let files = files();
        let written = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let (written, built) = (RuleSet::read(written, None).expect("rules"), RuleSet::embedded());
        assert_eq!(written.rules.len(), built.rules.len());
        for (one, other) in written.rules.iter().zip(&built.rules) {
            assert_eq!(format!("{one:?}"), format!("{other:?}"));
        }
        let rest = |set: &RuleSet| format!("{:?} {:?} {:?}", set.codes, set.intents, set.questions);
        assert_eq!(rest(&written), rest(&built));
    }

    #[test]
    fn every_code_and_template_is_read() {
        for (code, known) in RuleSet::embedded().codes {
            assert_eq!(known.proofs().count(), known.proves.len(), "{code}: a template in \"proves\" is broken");
        }
    }

    #[test]
    fn rules_name_only_rules() {
        let set = RuleSet::embedded();
        for rule in &set.rules {
            let named =
                rule.supersedes.iter().chain(&rule.follows).chain(rule.blocks.iter().flat_map(|block| &block.rivals));
            for other in named {
                assert!(set.get(other).is_some(), "{} names {other}", rule.id);
            }
        }
    }

    #[test]
    fn what_is_asked_for_has_a_question() {
        let set = RuleSet::embedded();
        for rule in &set.rules {
            for block in rule.blocks.iter().filter(|block| !block.symptom.is_empty()) {
                for path in block.deciding_paths() {
                    assert!(set.question(&path).is_some(), "{}: no question for {path}", rule.id);
                }
            }
        }
    }
}
