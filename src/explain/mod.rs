//! Explains what the field's words mean: codes, causes, claims, scopes, roles, tenant settings, clouds, and the tool's
//! own. Pure: everything it says stands in `rules/`, in the checks and in the evidence's vocabulary.

pub mod human;
pub mod markdown;
pub mod page;

mod build;
mod find;
pub(crate) mod people;
mod search;
mod words;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Serialize;

use crate::check::{CHECKS, Check};
use crate::rule::set::is_number;
use crate::rule::term::Glossary;
use crate::rule::vocabulary::Vocabulary;
use crate::rule::{Rule, RuleSet};
pub use page::{Kind, Page};

/// The name and version of an answer's form. Within a version members are only added.
pub const SCHEMA: &str = "pbiauth.explain/1";

/// Everything that can be explained.
#[derive(Debug)]
pub struct Catalogue<'r> {
    rules: &'r RuleSet,
    glossary: &'r Glossary,
    /// The terms but for facts.
    terms: Vec<Entry>,
    facts: OnceLock<Facts>,
    /// The codes that can come from a cause, by cause.
    codes_of: BTreeMap<&'r str, Vec<&'r str>>,
}

/// What the evidence can tell: made when it is asked for, as that takes longer than all other terms together.
#[derive(Debug)]
struct Facts {
    vocabulary: Vocabulary,
    entries: Vec<Entry>,
}

/// A term in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// What kind of term it is.
    pub kind: Kind,
    /// The term.
    pub term: String,
    /// What it means, in a line.
    pub line: String,
    /// All its names, in the form in which they are compared.
    #[serde(skip)]
    names: Vec<String>,
}

/// What there is to say of a word.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// [`SCHEMA`].
    pub schema: String,
    /// The word.
    pub asked: String,
    /// Whether it is known: as the name of a term, or by its words.
    pub known: bool,
    /// The pages of the terms that bear this name.
    pub pages: Vec<Page>,
    /// Where no term bears this name: the terms that its words are about, the best first.
    pub found: Vec<Entry>,
    /// What there is to say where it is not known. Empty otherwise.
    pub note: String,
    /// The terms that may be meant, the nearest first.
    pub near: Vec<Entry>,
    /// The terms that help where a code is not known.
    pub hints: Vec<Entry>,
}

/// Terms in a list, for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    /// [`SCHEMA`].
    pub schema: String,
    /// The terms.
    pub terms: Vec<Entry>,
}

impl<'r> Catalogue<'r> {
    /// Everything that these rules and terms explain.
    #[must_use]
    pub fn new(rules: &'r RuleSet, glossary: &'r Glossary) -> Self {
        let mut codes_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (code, known) in &rules.codes {
            for cause in &known.causes {
                codes_of.entry(cause).or_default().push(code);
            }
        }
        let mut catalogue = Self { rules, glossary, terms: Vec::new(), facts: OnceLock::new(), codes_of };
        catalogue.collect();
        catalogue
    }

    /// The terms that hold these words in their name or line, each with its kind, in groups. Without words: all.
    #[must_use]
    pub fn list(&self, words: &str) -> Listing {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |entry: &&Entry| {
            let mut text = format!("{} {} ", entry.line, entry.kind.group()).to_lowercase();
            text.push_str(&entry.names.join(" "));
            words.iter().all(|word| text.contains(word))
        };
        Listing { schema: SCHEMA.to_owned(), terms: self.entries().filter(holds).cloned().collect() }
    }

    /// Every term.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.terms.iter().chain(&self.facts().entries)
    }

    /// The page of a term.
    #[must_use]
    pub fn page(&self, entry: &Entry) -> Option<Page> {
        build::page(self, entry)
    }

    /// The rule of a cause.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'r Rule> {
        self.rules.get(id)
    }

    fn collect(&mut self) {
        for (code, known) in &self.rules.codes {
            let kind = Kind::of_service(&known.service);
            self.add(kind, &shown_code(code), &known.meaning, known.name.as_deref());
        }
        for rule in &self.rules.rules {
            self.add(Kind::Cause, &rule.id, &rule.title, Some(rule.title.as_str()));
        }
        for (file, name, term) in self.glossary.terms() {
            let Some(kind) = Kind::of_file(file) else { continue };
            let names = term.title.iter().chain(term.names.iter().map(|(_, name)| name)).map(String::as_str);
            let line = term.title.as_ref().or(term.meaning.as_ref()).cloned().unwrap_or_default();
            self.add(kind, name, &line, names);
        }
        for Check { id, title, .. } in CHECKS {
            self.add(Kind::Check, id, title, None);
        }
        self.terms.sort_by_cached_key(|entry| {
            let number = entry.term.trim_start_matches(AADSTS).parse::<u64>().unwrap_or(0);
            (entry.kind, number, entry.term.to_lowercase())
        });
    }

    fn add<'n>(&mut self, kind: Kind, term: &'n str, line: &str, names: impl IntoIterator<Item = &'n str>) {
        self.terms.push(Entry::new(kind, term, line, names));
    }

    fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            let vocabulary = Vocabulary::of_evidence();
            let leaves = vocabulary.leaves();
            let mut entries: Vec<Entry> =
                leaves.iter().map(|(path, words)| Entry::new(Kind::Fact, path, words, None)).collect();
            entries.sort_by_cached_key(|entry| entry.term.to_lowercase());
            Facts { vocabulary, entries }
        })
    }
}

impl Entry {
    fn new<'n>(kind: Kind, term: &'n str, line: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names = std::iter::once(term).chain(names).map(find::folded).collect();
        Self { kind, term: term.to_owned(), line: first_sentence(line), names }
    }
}

/// What stands before the numbers of Entra's codes.
const AADSTS: &str = "AADSTS";

/// A code as people write it: a number with AADSTS before it.
fn shown_code(code: &str) -> String {
    if is_number(code) { format!("{AADSTS}{code}") } else { code.to_owned() }
}

fn first_sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    text.split_once(". ").map_or(text, |(first, _)| first).split('\n').next().unwrap_or_default().to_owned()
}
