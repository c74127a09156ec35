//! `pbiauth rules`: what is recognised, and whether the rules do what they should.

mod check;
mod docs;
mod fixtures;

use std::fmt::Write as _;

use serde::Serialize;

use super::{glossary, json, prepare, put, rules};
use crate::cli::explain::{Form, List, Rules, ShowRule};
use crate::error::Error;
use crate::exit;
use crate::explain::{Catalogue, Kind, human, markdown};
use crate::rule::{Prevalence, Rule, Severity};

/// The name and version of the list's form. Within a version members are only added.
const SCHEMA: &str = "pbiauth.rules/1";

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When a rule cannot be read, or something cannot be written.
pub fn run(options: &Rules) -> Result<u8, Error> {
    match options {
        Rules::List(options) => list(options),
        Rules::Show(options) => show(options),
        Rules::Check(options) => check::run(options),
        Rules::Docs(options) => docs::run(options),
    }
}

#[derive(Serialize)]
struct Listed<'r> {
    schema: &'static str,
    rules: Vec<Line<'r>>,
}

#[derive(Serialize)]
struct Line<'r> {
    cause: &'r str,
    area: &'r str,
    title: &'r str,
    owner: &'r str,
    severity: Severity,
    prevalence: Prevalence,
}

fn list(options: &List) -> Result<u8, Error> {
    let rules = rules(&options.show.rules)?;
    prepare(options.show.color, options.show.output.as_deref());
    let mut lines: Vec<Line<'_>> = rules.rules.iter().filter(|rule| fits(rule, options)).map(line).collect();
    lines.sort_by_key(|line| (crate::rule::AREAS.iter().position(|area| *area == line.area), line.cause));
    let found = !lines.is_empty();
    let text = match options.show.format {
        Form::Json => json(&Listed { schema: SCHEMA, rules: lines }),
        Form::Human => table(&lines),
        Form::Markdown => bullets(&lines),
    };
    put(&text, options.show.output.as_deref())?;
    Ok(if found { exit::DONE } else { exit::FOUND })
}

fn fits(rule: &Rule, options: &List) -> bool {
    let text = format!("{} {}", rule.id, rule.title).to_lowercase();
    options.area.as_ref().is_none_or(|area| rule.area == *area)
        && options.owner.as_ref().is_none_or(|owner| rule.owner == *owner)
        && options.words.iter().all(|word| text.contains(&word.to_lowercase()))
}

fn line(rule: &Rule) -> Line<'_> {
    Line {
        cause: &rule.id,
        area: &rule.area,
        title: &rule.title,
        owner: &rule.owner,
        severity: rule.severity,
        prevalence: rule.prevalence,
    }
}

fn table(lines: &[Line<'_>]) -> String {
    let widest = |of: fn(&Line<'_>) -> usize| lines.iter().map(of).max().unwrap_or(0);
    let (causes, areas, owners) =
        (widest(|line| line.cause.len()), widest(|line| line.area.len()), widest(|line| line.owner.len()));
    let mut text = String::new();
    for Line { cause, area, title, owner, .. } in lines {
        let _ = writeln!(text, "{area:<areas$}  {cause:<causes$}  {owner:<owners$}  {title}");
    }
    text
}

fn bullets(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for Line { cause, area, title, owner, .. } in lines {
        let _ = writeln!(text, "- `{cause}` ({area}): {}; {owner}", markdown::escaped(title));
    }
    text
}

/// A rule in words. Fixtures are told where they lie beside the folder of rules that was named.
fn show(options: &ShowRule) -> Result<u8, Error> {
    let show = &options.show;
    let (rules, glossary) = (rules(&show.rules)?, glossary(&show.rules)?);
    let catalogue = Catalogue::new(&rules, &glossary);
    let width = prepare(show.color, show.output.as_deref());
    let mut answer = catalogue.find(&options.id);
    answer.pages.retain(|page| page.kind == Kind::Cause);
    answer.known = !answer.pages.is_empty();
    if answer.known {
        for page in &mut answer.pages {
            for folder in &show.rules {
                page.fixtures.extend(fixtures::of_cause(folder, &page.term)?);
            }
        }
    } else {
        answer.note = format!("No rule is called \"{}\".", answer.asked);
        answer.near.retain(|entry| entry.kind == Kind::Cause);
    }
    let text = match show.format {
        Form::Human => human::answer(&answer, width),
        Form::Json => json(&answer),
        Form::Markdown => markdown::answer(&answer),
    };
    put(&text, show.output.as_deref())?;
    Ok(if answer.known { exit::DONE } else { exit::FOUND })
}
