//! The pages that lead to others: by area, by symptom, by owner.

use std::fmt::Write as _;

use super::{Book, anchor, file_of_kind};
use crate::explain::markdown::escaped;
use crate::explain::page::{Kind, Page};
use crate::explain::people::PEOPLE;
use crate::rule::{AREAS, OWNERS};

/// The first page.
pub(super) const MAIN: &str = "index.md";
/// The index by symptom.
pub(super) const SYMPTOMS: &str = "symptoms.md";
/// The index by owner.
pub(super) const WHO_ACTS: &str = "owners.md";

/// What the runbook holds, and the causes by area.
pub(super) fn main(book: &Book) -> String {
    let mut text = "# Runbook: Power BI authorization failures\n\n".to_owned();
    let _ = write!(
        text,
        "Something failed? Find what you see below, look up the message under [symptoms]({SYMPTOMS}), or run \
         `pbiauth diagnose -` and paste it. Someone asked you to act? See [who acts]({WHO_ACTS}).\n\n## What do you see?\n\n"
    );
    for symptom in &PEOPLE.symptoms {
        let causes = symptom.causes.iter().map(|cause| to_cause(book, cause));
        let _ = writeln!(text, "- {}: {}", escaped(&symptom.says), causes.collect::<Vec<_>>().join(", "));
    }
    text.push_str("\n## Most common causes\n\n");
    causes(&mut text, book, book.common());
    text.push_str("\n## Glossary\n\n");
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Cause) {
        let count = book.pages.iter().filter(|page| page.kind == kind).count();
        if count > 0 {
            let _ = writeln!(text, "- [{}]({}): {count}", kind.group(), file_of_kind(kind));
        }
    }
    for area in AREAS {
        let of_area = |page: &&Page| page.facts.iter().any(|fact| fact.name == "area" && fact.value == area);
        let _ = write!(text, "\n## {area}\n\n");
        causes(&mut text, book, book.pages.iter().filter(of_area));
    }
    text
}

/// What is seen when something fails, with the causes that it can come from.
pub(super) fn symptoms(book: &Book) -> String {
    let mut text = "# Symptoms\n\nCauses are listed most likely first.\n".to_owned();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_symptom()) {
        let pages: Vec<&Page> = book.pages.iter().filter(|page| page.kind == kind).collect();
        if pages.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n| What you see | What it means | Causes |\n|---|---|---|\n", kind.group());
        for page in pages {
            let link = format!("{}#{}", file_of_kind(kind), anchor(&page.term));
            let words = page.names.iter().filter(|named| named.name == "words").map(|named| named.value.as_str());
            let seen = words.map(escaped).next().unwrap_or_else(|| format!("`{}`", page.term));
            let causes: Vec<String> = page.causes.iter().map(|cause| to_cause(book, &cause.cause)).collect();
            let _ = writeln!(text, "| [{seen}]({link}) | {} | {} |", cell(&page.meaning), causes.join(", "));
        }
    }
    text
}

/// Who acts on which cause.
pub(super) fn owners(book: &Book) -> String {
    let mut text = "# Who acts\n".to_owned();
    for owner in OWNERS {
        let theirs = book.pages.iter().filter(|page| page.kind == Kind::Cause && page.owner.as_deref() == Some(owner));
        let mut theirs = theirs.peekable();
        if theirs.peek().is_some() {
            let _ = write!(text, "\n## {owner}\n\n");
            causes(&mut text, book, theirs);
        }
    }
    text
}

fn causes<'p>(text: &mut String, book: &Book, pages: impl Iterator<Item = &'p Page>) {
    for page in pages {
        let _ = writeln!(text, "- {}: {}", to_cause(book, &page.term), escaped(&page.title));
    }
}

fn to_cause(book: &Book, cause: &str) -> String {
    book.link(MAIN, Kind::Cause, cause).map_or_else(|| format!("`{cause}`"), |place| format!("[`{cause}`]({place})"))
}

/// Text in a cell of a table: a bar ends it even within backticks.
fn cell(text: &str) -> String {
    escaped(&text.replace('|', "/"))
}
