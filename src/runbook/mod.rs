//! The runbook: everything that the tool knows, as pages of Markdown, or as a site. One page a cause, under a name that stays; an
//! index by symptom and one by owner; a glossary. Pure: it returns the pages, others write them.

mod index;
pub mod site;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::explain::page::{Kind, Page};
use crate::explain::people::PEOPLE;
use crate::explain::{Catalogue, markdown};

/// The first line of every page: by it a later run knows its own files.
pub const MARK: &str = "<!-- Written by `pbiauth rules docs`: changes are lost when it is written again. -->";

/// The files of the runbook, by their path beneath its folder, with slashes.
#[must_use]
pub fn files(catalogue: &Catalogue<'_>) -> BTreeMap<String, String> {
    let book = Book::of(catalogue);
    let mut files = BTreeMap::new();
    for page in book.pages.iter().filter(|page| page.kind == Kind::Cause) {
        files.insert(file_of(page), book.cause(page));
    }
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Cause) {
        if let Some(text) = book.group(kind) {
            files.insert(file_of_kind(kind), text);
        }
    }
    files.insert(index::MAIN.to_owned(), index::main(&book));
    files.insert(index::SYMPTOMS.to_owned(), index::symptoms(&book));
    files.insert(index::WHO_ACTS.to_owned(), index::owners(&book));
    files.into_iter().map(|(name, text)| (name, format!("{MARK}\n\n{text}"))).collect()
}

/// Every page, and the file that it stands in, by kind and term.
struct Book {
    pages: Vec<Page>,
    files: HashMap<(&'static str, String), String>,
}

impl Book {
    fn of(catalogue: &Catalogue<'_>) -> Self {
        let pages: Vec<Page> = catalogue.entries().filter_map(|entry| catalogue.page(entry)).collect();
        Self { files: pages.iter().map(|page| (key(page.kind, &page.term), file_of(page))).collect(), pages }
    }

    /// The causes that are met most, the most frequent first.
    fn common(&self) -> impl Iterator<Item = &Page> {
        let page = |cause: &String| self.pages.iter().find(|page| page.kind == Kind::Cause && page.term == *cause);
        PEOPLE.common.iter().filter_map(page)
    }

    /// Whether a term has a page.
    fn holds(&self, kind: Kind, term: &str) -> bool {
        self.files.contains_key(&key(kind, term))
    }

    /// Where a term's page lies, seen from a file.
    fn link(&self, from: &str, kind: Kind, term: &str) -> Option<String> {
        let file = self.files.get(&key(kind, term))?;
        let place = if kind == Kind::Cause { String::new() } else { format!("#{}", anchor(term)) };
        Some(if file == from { place } else { format!("{}{file}{place}", up(from)) })
    }

    fn cause(&self, page: &Page) -> String {
        let from = file_of(page);
        markdown::page(page, 1, &|kind, term| self.link(&from, kind, term))
    }

    /// The page with all terms of a kind. Absent where there are none.
    fn group(&self, kind: Kind) -> Option<String> {
        let from = file_of_kind(kind);
        let mut text = format!("# {}\n", kind.group());
        let mut pages = self.pages.iter().filter(|page| page.kind == kind).peekable();
        pages.peek()?;
        for page in pages {
            let _ = write!(text, "\n<a id=\"{}\"></a>\n\n", anchor(&page.term));
            text.push_str(&markdown::page(page, 2, &|kind, term| self.link(&from, kind, term)));
        }
        Some(text)
    }
}

fn key(kind: Kind, term: &str) -> (&'static str, String) {
    (kind.name(), term.to_owned())
}

/// The file that a page stands in.
fn file_of(page: &Page) -> String {
    let area = page.facts.iter().find(|fact| fact.name == "area").map(|fact| fact.value.as_str());
    match (page.kind, area) {
        (Kind::Cause, Some(area)) => format!("{area}/{}.md", page.term),
        (kind, _) => file_of_kind(kind),
    }
}

/// The file with the terms of a kind.
fn file_of_kind(kind: Kind) -> String {
    let name = kind.group().to_lowercase();
    match kind {
        Kind::EntraCode => "codes/entra.md".to_owned(),
        Kind::PowerBiCode => "codes/power-bi.md".to_owned(),
        Kind::FabricCode => "codes/fabric.md".to_owned(),
        Kind::OwnCode => "codes/own.md".to_owned(),
        _ => format!("glossary/{}.md", anchor(&name)),
    }
}

/// The way from a file to the top of the runbook.
fn up(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

/// A term as the name of a place: small letters, digits and hyphens.
fn anchor(term: &str) -> String {
    let mut anchor = String::new();
    for c in term.chars() {
        if c.is_ascii_alphanumeric() {
            anchor.push(c.to_ascii_lowercase());
        } else if !anchor.is_empty() && !anchor.ends_with('-') {
            anchor.push('-');
        }
    }
    anchor.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_plain_name() {
        assert_eq!(anchor("Report.Read.All"), "report-read-all");
        assert_eq!(anchor("GCC High"), "gcc-high");
        assert_eq!(anchor("AADSTS50034"), "aadsts50034");
    }
}
