//! Explanations for a person at a terminal.

use colored::Colorize as _;

use super::page::{Cause, Named, Question, Sign, word};
use super::{Answer, Entry, Listing, Page};
use crate::report::FixEntry;
use crate::report::page::{Page as Sheet, capitalised};

/// An answer as text, so many columns wide.
#[must_use]
pub fn answer(answer: &Answer, width: usize) -> String {
    let mut sheet = Sheet::new(width);
    for page in &answer.pages {
        sheet.gap();
        write_page(&mut sheet, page);
    }
    if !answer.found.is_empty() {
        sheet.wrapped("", &format!("What pbiauth knows about \"{}\", the best match first:", answer.asked));
        sheet.gap();
        lines(&mut sheet, &answer.found);
        sheet.line(
            "\n`pbiauth explain TERM` shows one of them; `pbiauth explain --list WORD` lists every term with a word.",
        );
    }
    if !answer.note.is_empty() {
        sheet.wrapped("", &answer.note);
    }
    if !answer.near.is_empty() {
        sheet.line("\nDid you mean");
        lines(&mut sheet, &answer.near);
    }
    if !answer.hints.is_empty() {
        sheet.line("\nThe OAuth error next to the number shows the kind of failure");
        lines(&mut sheet, &answer.hints);
    }
    if !answer.known && answer.near.is_empty() {
        sheet.line("\n`pbiauth explain --list` lists every term; `pbiauth explain --list WORD` lists those that contain a word.");
    }
    sheet.into_text()
}

/// One page as text.
#[must_use]
pub fn page(page: &Page, width: usize) -> String {
    let mut sheet = Sheet::new(width);
    write_page(&mut sheet, page);
    sheet.into_text()
}

/// Terms in their groups, a line each.
#[must_use]
pub fn list(listing: &Listing, width: usize) -> String {
    let mut sheet = Sheet::new(width);
    for group in listing.terms.chunk_by(|one, other| one.kind == other.kind) {
        sheet.gap();
        sheet.line(&group[0].kind.group().bold().to_string());
        lines(&mut sheet, group);
    }
    sheet.into_text()
}

/// A line for each term; a long term has its line beneath it.
fn lines(sheet: &mut Sheet, entries: &[Entry]) {
    const COLUMN: usize = 34;
    let widest = entries.iter().map(|entry| entry.term.len()).filter(|len| *len <= COLUMN).max().unwrap_or(0);
    for entry in entries {
        if entry.term.len() > COLUMN {
            sheet.line(&format!("  {}", entry.term));
            sheet.wrapped(&" ".repeat(widest + 4), &entry.line);
        } else {
            sheet.wrapped(&format!("  {:<widest$}  ", entry.term), &entry.line);
        }
    }
}

fn write_page(sheet: &mut Sheet, page: &Page) {
    let title = if page.title.is_empty() { String::new() } else { format!(": {}", page.title) };
    sheet.line(&format!("{}{title}", page.term.bold()));
    sheet.wrapped("  ", &page.meaning);
    sheet.gap();
    heads(sheet, page);
    named(sheet, "Names", &page.names);
    bullets(sheet, "What it proves", &page.proves);
    causes(sheet, page);
    if !page.confirm.is_empty() {
        sheet.section("To confirm");
        sheet.wrapped("    ", &page.confirm);
    }
    fix(sheet, &page.fix);
    questions(sheet, &page.tell_apart, page.causes.len() > 1);
    recognised(sheet, &page.recognised);
    if !page.see.is_empty() {
        sheet.section("See also");
        for link in &page.see {
            sheet.wrapped("    - ", &format!("{}: {}", link.term, link.line));
        }
    }
    bullets(sheet, "Fixtures", &page.fixtures);
    if !page.references.is_empty() {
        sheet.section("References");
        for reference in &page.references {
            sheet.line(&format!("    {reference}"));
        }
    }
}

/// What is said in a word: the kind, who acts, facts, how sure.
fn heads(sheet: &mut Sheet, page: &Page) {
    let mut heads = vec![("Kind".to_owned(), page.kind.name().to_owned())];
    heads.extend(page.owner.iter().map(|owner| ("Who acts".to_owned(), owner.clone())));
    heads.extend(page.facts.iter().map(|fact| (capitalised(&fact.name), fact.value.clone())));
    let checked = page.checked.iter().map(|day| format!("checked {day}"));
    let sure = page.sure.iter().map(|sure| sure.name().to_owned()).chain(checked).collect::<Vec<_>>().join(", ");
    if !sure.is_empty() {
        heads.push(("Confidence".to_owned(), sure));
    }
    for (name, value) in heads {
        sheet.wrapped("  ", &format!("{name}: {value}"));
    }
}

fn named(sheet: &mut Sheet, title: &str, names: &[Named]) {
    if !names.is_empty() {
        sheet.section(title);
        for Named { name, value } in names {
            sheet.wrapped("    - ", &format!("{name}: {value}"));
        }
    }
}

fn bullets(sheet: &mut Sheet, title: &str, items: &[String]) {
    if !items.is_empty() {
        sheet.section(title);
        for item in items {
            sheet.wrapped("    - ", item);
        }
    }
}

fn causes(sheet: &mut Sheet, page: &Page) {
    if page.causes.is_empty() {
        return;
    }
    sheet.section(page.causes_title());
    for (number, Cause { cause, title, owner }) in page.causes.iter().enumerate() {
        let words = if title.is_empty() { cause.clone() } else { format!("{title} ({cause}); {owner}") };
        sheet.wrapped(&format!("    {}. ", number + 1), &words);
    }
}

fn recognised(sheet: &mut Sheet, signs: &[Sign]) {
    if signs.is_empty() {
        return;
    }
    sheet.section("How it's recognized");
    for sign in signs {
        let each = sign.each.as_ref().map_or_else(String::new, |list| format!(", in one of `{list}`"));
        sheet.wrapped("    - ", &format!("{}{each}, where", word(sign.confidence)));
        for (before, conditions) in parts(sign) {
            let between = if before == "one of: " { "; or " } else { "; " };
            sheet.wrapped("        ", &format!("{before}{}", conditions.join(between)));
        }
        if !sign.excludes.is_empty() {
            sheet.wrapped("        ", &format!("this rules out {}", sign.excludes.join(", ")));
        }
    }
}

/// The parts of a sign that say something, each behind its words.
pub(crate) fn parts(sign: &Sign) -> Vec<(&'static str, &[String])> {
    let parts: [(&'static str, &[String]); 4] =
        [("", &sign.symptom), ("and: ", &sign.all), ("one of: ", &sign.any), ("unless: ", &sign.not)];
    let parts = parts.into_iter().filter(|(_, conditions)| !conditions.is_empty());
    let bare = sign.symptom.is_empty();
    parts.map(|(before, conditions)| (if bare && before == "and: " { "" } else { before }, conditions)).collect()
}

fn fix(sheet: &mut Sheet, steps: &[FixEntry]) {
    if steps.is_empty() {
        return;
    }
    sheet.section("What to do");
    for (number, step) in steps.iter().enumerate() {
        sheet.wrapped(&format!("    {}. ", number + 1), &crate::report::words::step(step));
        if let Some(run) = &step.run {
            sheet.line(&format!("       $ {run}"));
        }
    }
}

fn questions(sheet: &mut Sheet, questions: &[Question], several: bool) {
    if questions.is_empty() {
        return;
    }
    sheet.section(if several { "How to tell them apart" } else { "How to tell for certain" });
    for question in questions {
        let about = if several { format!(" ({})", question.causes.join(", ")) } else { String::new() };
        sheet.wrapped("    - ", &format!("{}{about}", question.how));
    }
}
