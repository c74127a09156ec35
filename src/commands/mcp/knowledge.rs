//! The tools that need no network: `diagnose`, `explain`, `causes`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::Timestamp;
use rmcp::model::CallToolResult;
use serde::Serialize;

use super::super::diagnose::of_found;
use super::super::{glossary, rules};
use super::answer;
use super::arguments::{Causes, Diagnose, Explain};
use super::pages;
use crate::error::Error;
use crate::explain::{Answer, Catalogue, Kind, Page};
use crate::facts;
use crate::import::{self, Codes};
use crate::report::FailOn;
use crate::rule::term::Glossary;
use crate::rule::{Confidence, Prevalence, Rule, RuleSet, Severity};
use crate::settings::SettingsError;

/// The name and version of the list's form. Within a version members are only added.
const SCHEMA: &str = "pbiauth.causes/1";
/// Of more causes than this, what tells them apart isn't listed: nobody reads that much.
const MOST_IN_FULL: usize = 12;

/// What the tool knows.
#[derive(Debug)]
pub(super) struct Knowledge {
    pub(super) rules: RuleSet,
    glossary: Glossary,
    /// The runbook's pages by path, made when they are first asked for.
    pages: OnceLock<BTreeMap<String, String>>,
}

/// The causes that have some words.
#[derive(Serialize)]
struct Listing<'r> {
    schema: &'static str,
    causes: Vec<Line<'r>>,
}

#[derive(Serialize)]
struct Line<'r> {
    cause: &'r str,
    title: &'r str,
    area: &'r str,
    owner: &'r str,
    severity: Severity,
    prevalence: Prevalence,
    /// The most that a diagnosis of it can be.
    confidence_at_most: Confidence,
    /// What tells it apart. Absent in a long list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    would_decide: Vec<String>,
}

impl Knowledge {
    /// The built-in rules and terms, and a user's own.
    ///
    /// # Errors
    /// When a rule cannot be read.
    pub(super) fn load(folders: &[PathBuf]) -> Result<Self, Error> {
        Ok(Self { rules: rules(folders)?, glossary: glossary(folders)?, pages: OnceLock::new() })
    }

    /// The runbook's pages by path.
    pub(super) fn pages(&self) -> &BTreeMap<String, String> {
        self.pages.get_or_init(|| pages::of(&Catalogue::new(&self.rules, &self.glossary)))
    }

    /// Diagnoses a text.
    #[expect(clippy::disallowed_methods, reason = "a token alone is judged by this machine's clock")]
    pub(super) fn diagnose(&self, asked: Diagnose) -> CallToolResult {
        let facts = facts::read(&asked.facts.map(super::arguments::Facts::into_list).unwrap_or_default());
        let report = facts.map_err(|why| Error::from(SettingsError::from(why))).and_then(|facts| {
            let found = import::read(&asked.text, &Codes::with(self.rules.code_names()), Timestamp::now().as_second());
            of_found(found, false, &facts, &self.rules, FailOn::Error)
        });
        match report {
            Ok(report) => answer::of(&report, &answer::reading(&report), &asked.text),
            Err(error) => answer::error(&error),
        }
    }

    /// Explains a term.
    pub(super) fn explain(&self, asked: &Explain) -> CallToolResult {
        let answer = Catalogue::new(&self.rules, &self.glossary).find(&asked.term);
        answer::of(&answer, &explained(&answer), &asked.term)
    }

    /// Lists the causes that have some words.
    pub(super) fn causes(&self, asked: &Causes) -> CallToolResult {
        let query = asked.query.clone().unwrap_or_default();
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let found: Vec<&Rule> = self.rules.rules.iter().filter(|rule| has(rule, &words)).collect();
        let catalogue = (found.len() <= MOST_IN_FULL).then(|| Catalogue::new(&self.rules, &self.glossary));
        let causes: Vec<Line<'_>> = found.iter().map(|rule| line(rule, catalogue.as_ref())).collect();
        let reading = match (causes.len(), catalogue.is_some()) {
            (0, _) => "No known cause contains these words. Another cause is still possible.".to_owned(),
            (count, true) => {
                format!(
                    "{count} known causes. These are possibilities, not diagnoses: give `diagnose` the failure's text."
                )
            }
            (count, false) => format!(
                "{count} known causes. These are possibilities, not diagnoses: give `diagnose` the failure's text. A narrower `query` also lists what tells them apart."
            ),
        };
        answer::of(&Listing { schema: SCHEMA, causes }, &reading, "")
    }
}

fn has(rule: &Rule, words: &[String]) -> bool {
    let text = format!("{} {} {} {}", rule.id, rule.title, rule.area, rule.owner).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn line<'r>(rule: &'r Rule, catalogue: Option<&Catalogue<'_>>) -> Line<'r> {
    let page = catalogue
        .and_then(|catalogue| catalogue.find(&rule.id).pages.into_iter().find(|page| page.kind == Kind::Cause));
    Line {
        cause: &rule.id,
        title: &rule.title,
        area: &rule.area,
        owner: &rule.owner,
        severity: rule.severity,
        prevalence: rule.prevalence,
        confidence_at_most: rule.blocks.iter().map(|block| block.confidence).max().unwrap_or(Confidence::Possible),
        would_decide: page
            .map(|page| page.tell_apart.into_iter().map(|question| question.how).collect())
            .unwrap_or_default(),
    }
}

/// What a term decides, and what it doesn't.
fn explained(answer: &Answer) -> String {
    if !answer.known {
        return format!("{} Don't guess its meaning.", answer.note);
    }
    if !answer.found.is_empty() {
        let terms: Vec<&str> = answer.found.iter().map(|entry| entry.term.as_str()).collect();
        return format!(
            "No term has this name. These terms are about it, the best match first: {}. Ask for one of them by its name.",
            terms.join(", ")
        );
    }
    answer.pages.iter().map(of_page).collect::<Vec<_>>().join("\n")
}

fn of_page(page: &Page) -> String {
    let questions: Vec<&str> = page.tell_apart.iter().map(|question| question.how.as_str()).collect();
    let decide = if questions.is_empty() {
        String::new()
    } else {
        format!(" How to tell for certain:\n- {}", questions.join("\n- "))
    };
    match (page.kind.is_symptom(), page.causes.as_slice()) {
        (true, [_, _, ..]) => format!(
            "{} can have {} causes and doesn't show which one it is: each is possible.{decide}",
            page.term,
            page.causes.len()
        ),
        (true, [one]) => {
            format!(
                "{} is known to come from {}. Use `diagnose` to find out whether it does here.{decide}",
                page.term, one.cause
            )
        }
        _ => format!("{} is explained in general; this says nothing about a particular failure.{decide}", page.term),
    }
}
