//! The pages of the site that lead to others.

use std::fmt::Write as _;

use super::super::{Book, anchor};
use super::{address, file_of_kind, link, prose};
use crate::explain::page::{Kind, Page};
use crate::explain::people::PEOPLE;
use crate::report::markup;
use crate::report::page::capitalised;
use crate::rule::{AREAS, OWNERS};

/// The first page.
pub(super) const MAIN: &str = "index.html";
/// The index by symptom.
pub(super) const SYMPTOMS: &str = "symptoms.html";
/// The index by owner.
pub(super) const WHO_ACTS: &str = "owners.html";

/// What the runbook holds, and the causes by area.
pub(super) fn main(book: &Book) -> String {
    let mut text = format!(
        "<h1>Power BI authorization failures</h1>\n<p>Something failed? Search for the message above, find what you see \
         below, or run <code>pbiauth diagnose -</code> and paste the message. Someone asked you to act? See \
         <a href=\"{WHO_ACTS}\">who acts</a>.</p>\n<h2>What do you see?</h2>\n<ul class=\"symptoms\">\n"
    );
    for symptom in &PEOPLE.symptoms {
        let causes: Vec<String> = symptom.causes.iter().map(|cause| titled(book, cause)).collect();
        let _ = writeln!(
            text,
            "<li id=\"{}\"><strong>{}</strong><ul>{}</ul></li>",
            anchor(&symptom.says),
            prose(&symptom.says),
            causes.join("")
        );
    }
    let _ = write!(
        text,
        "</ul>\n<p>Other codes and messages: <a href=\"{SYMPTOMS}\">all symptoms</a>.</p>\n<h2>Most common causes</h2>\n"
    );
    causes(&mut text, book, book.common());
    text.push_str("<h2>Glossary</h2>\n<ul class=\"groups\">\n");
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Cause) {
        let count = book.pages.iter().filter(|page| page.kind == kind).count();
        if count > 0 {
            let _ = writeln!(text, "<li><a href=\"{}\">{}</a>: {count}</li>", file_of_kind(kind), markup(kind.group()));
        }
    }
    text.push_str("</ul>\n");
    for area in AREAS {
        let of_area = |page: &&Page| page.facts.iter().any(|fact| fact.name == "area" && fact.value == area);
        let _ = writeln!(text, "<h2>All causes: {area}</h2>");
        causes(&mut text, book, book.pages.iter().filter(of_area));
    }
    text
}

/// A cause by its title, in a list.
fn titled(book: &Book, cause: &str) -> String {
    let page = book.pages.iter().find(|page| page.kind == Kind::Cause && page.term == cause);
    let title = page.map_or(cause, |page| page.title.as_str());
    format!("<li><a href=\"{}\">{}</a></li>", markup(&address(Kind::Cause, cause)), prose(&capitalised(title)))
}

/// What is seen when something fails, with the causes that it can come from.
pub(super) fn symptoms(book: &Book) -> String {
    let mut text = "<h1>Symptoms</h1>\n<p>Causes are listed most likely first.</p>\n".to_owned();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_symptom()) {
        let mut pages = book.pages.iter().filter(|page| page.kind == kind).peekable();
        if pages.peek().is_none() {
            continue;
        }
        let _ = write!(text, "<h2>{}</h2>\n<ul class=\"symptoms\">\n", markup(kind.group()));
        for page in pages {
            let words = page.names.iter().find(|named| named.name == "words").map(|named| prose(&named.value));
            let seen = words.unwrap_or_else(|| format!("<code>{}</code>", markup(&page.term)));
            let causes: Vec<String> = page.causes.iter().map(|cause| link(book, Kind::Cause, &cause.cause)).collect();
            let from = if causes.is_empty() { String::new() } else { format!("<br>{}", causes.join(", ")) };
            let place = markup(&address(kind, &page.term));
            let _ = writeln!(text, "<li><a href=\"{place}\">{seen}</a>: {}{from}</li>", prose(&page.meaning));
        }
        text.push_str("</ul>\n");
    }
    text
}

/// Who acts on which cause.
pub(super) fn owners(book: &Book) -> String {
    let mut text = "<h1>Who acts</h1>\n".to_owned();
    for owner in OWNERS {
        let theirs = book.pages.iter().filter(|page| page.kind == Kind::Cause && page.owner.as_deref() == Some(owner));
        let mut theirs = theirs.peekable();
        if theirs.peek().is_some() {
            let _ = writeln!(text, "<h2>{owner}</h2>");
            causes(&mut text, book, theirs);
        }
    }
    text
}

fn causes<'p>(text: &mut String, book: &Book, pages: impl Iterator<Item = &'p Page>) {
    text.push_str("<ul>\n");
    for page in pages {
        let _ = writeln!(text, "{}", titled(book, &page.term));
    }
    text.push_str("</ul>\n");
}
