//! Terms that are explained: claims, scopes, roles, tenant settings, clouds and others, from `rules/reference`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::embedded;
use super::problem::{BadRules, RuleProblems};
use super::set::tables;

/// Terms by the name of their file and their own. Only an explanation needs them: a diagnosis does not read them.
#[derive(Debug, Clone, Default)]
pub struct Glossary {
    files: BTreeMap<String, BTreeMap<String, Term>>,
}

/// A term.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What it is called for people: a setting's title in the portal. Absent where its own name does.
    pub title: Option<String>,
    /// What it means, in sentences. Absent where nothing more is known than where it stands.
    pub meaning: Option<String>,
    /// What it is a part of: the group of a setting, the kind of a role.
    pub within: Option<String>,
    /// The names that it also has or had, each behind what kind of name it is: `["until 2023", "…"]`.
    #[serde(default)]
    pub names: Vec<(String, String)>,
    /// What else is known of it, each fact behind its name.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
    /// Who acts on it.
    pub owner: Option<String>,
    /// The causes that have to do with it, the likeliest first.
    #[serde(default)]
    pub causes: Vec<String>,
    /// Other terms to look at.
    #[serde(default)]
    pub see: Vec<String>,
    /// How sure this is.
    pub sure: Option<Sure>,
    /// The day on which it was last held against its source.
    pub checked: Option<String>,
    /// Pages that describe the cause.
    #[serde(default)]
    pub references: Vec<String>,
}

/// How sure something is that was read and not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// Microsoft says so, or it was observed more than once.
    High,
    /// It was observed once, or several reports agree.
    Medium,
    /// It is inferred, or weakly supported.
    Low,
}

impl Sure {
    /// By its word in a file: `high`, `medium`, `low`.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "high" => Some(Self::High),
            "medium" => Some(Self::Medium),
            "low" => Some(Self::Low),
            _ => None,
        }
    }
}

/// The files of `rules/reference` that hold terms.
const FILES: [&str; 9] = ["claims", "clouds", "exits", "oauth", "roles", "scopes", "settings", "statuses", "texts"];

impl Glossary {
    /// The terms in the binary.
    ///
    /// # Panics
    /// Never in a released binary: the tests read every embedded file.
    #[must_use]
    pub fn embedded() -> Self {
        Self { files: FILES.iter().map(|file| ((*file).to_owned(), embedded::tables(file))).collect() }
    }

    /// Reads the files that hold terms, each with its path beneath `rules/` without the ending; others are passed
    /// over.
    ///
    /// # Errors
    /// Every file that cannot be read.
    pub fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Self, BadRules> {
        let mut read = Self::default();
        let mut bad = Vec::new();
        for (path, text) in files {
            let Some(name) = path.strip_prefix("reference/").filter(|name| FILES.contains(name)) else { continue };
            match tables::<Term>(text) {
                Ok(terms) => read.files.entry(name.to_owned()).or_default().extend(terms),
                Err(problems) => bad.push(RuleProblems::new(&format!("{path}.toml"), text, problems)),
            }
        }
        if bad.is_empty() { Ok(read) } else { Err(BadRules(bad)) }
    }

    /// Adds a user's own terms. One of the same name takes the place of what was there.
    pub fn extend(&mut self, other: Self) {
        for (file, terms) in other.files {
            self.files.entry(file).or_default().extend(terms);
        }
    }

    /// Every term with the name of its file and its own.
    pub fn terms(&self) -> impl Iterator<Item = (&str, &str, &Term)> {
        self.files
            .iter()
            .flat_map(|(file, terms)| terms.iter().map(move |(name, term)| (file.as_str(), name.as_str(), term)))
    }

    /// A term by the name of its file and its own.
    #[must_use]
    pub fn get(&self, file: &str, name: &str) -> Option<&Term> {
        self.files.get(file)?.get(name)
    }
}

impl Sure {
    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}
