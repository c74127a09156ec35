//! The runbook as a site: pages that a browser reads from a folder or a server, without a script; with one, a search
//! over all terms. A cause's page is `CAUSE.html`, a name that stays.

mod index;
mod term;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::{Book, MARK, anchor};
use crate::explain::Catalogue;
use crate::explain::page::{Kind, Page};
use crate::explain::people::PEOPLE;
use crate::report::{COPY, markup};

/// The first line of the style and of the script.
pub const CODE_MARK: &str = "/* Written by `pbiauth rules docs`: changes are lost when it is written again. */";

const STYLE: &str = include_str!("style.css");
const SEARCH: &str = include_str!("search.js");

/// The longest line of a term among what was found, in characters.
const LINE: usize = 140;

/// So much of a cause's explanation is searched, in characters.
const MEANING: usize = 300;

/// The files of the site, by their name in its folder: none lies deeper.
#[must_use]
pub fn files(catalogue: &Catalogue<'_>) -> BTreeMap<String, String> {
    let book = Book::of(catalogue);
    let mut files = BTreeMap::new();
    for page in book.pages.iter().filter(|page| page.kind == Kind::Cause) {
        let title = format!("{}: {}", page.term, page.title);
        files.insert(file_of(page.kind, &page.term), frame(&title, &term::article(&book, page, 1)));
    }
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Cause) {
        let pages: Vec<&Page> = book.pages.iter().filter(|page| page.kind == kind).collect();
        if !pages.is_empty() {
            files.insert(file_of_kind(kind), frame(kind.group(), &group(&book, kind, &pages)));
        }
    }
    files.insert(index::MAIN.to_owned(), frame("Runbook", &index::main(&book)));
    files.insert(index::SYMPTOMS.to_owned(), frame("Symptoms", &index::symptoms(&book)));
    files.insert(index::WHO_ACTS.to_owned(), frame("Who acts", &index::owners(&book)));
    files.insert("style.css".to_owned(), format!("{CODE_MARK}\n{STYLE}"));
    files.insert(
        "search.js".to_owned(),
        format!("{CODE_MARK}\nconst TERMS = {};\nconst PEOPLE = {};\n{SEARCH}{COPY}", terms(&book), people()),
    );
    files
}

fn group(book: &Book, kind: Kind, pages: &[&Page]) -> String {
    let mut text = format!("<h1>{}</h1>\n", markup(kind.group()));
    for page in pages {
        text.push_str(&term::article(book, page, 2));
    }
    text
}

/// What the search knows: of each term its name, kind, line, address, and the names that it also has.
fn terms(book: &Book) -> String {
    let line = |page: &Page| -> String {
        let words = if page.title.is_empty() { &page.meaning } else { &page.title };
        words.chars().take(LINE).collect()
    };
    let names = |page: &Page| {
        let own = page.names.iter().map(|named| named.value.as_str()).collect::<Vec<_>>().join(" ");
        // A sentence may use the words of a cause's explanation.
        let meaning = if page.kind == Kind::Cause { page.meaning.as_str() } else { "" };
        format!("{own} {}", meaning.chars().take(MEANING).collect::<String>()).trim().to_owned()
    };
    let symptoms = PEOPLE.symptoms.iter().map(|symptom| {
        json!([
            symptom.says,
            "symptom",
            "",
            format!("{}#{}", index::MAIN, anchor(&symptom.says)),
            format!("{} {}", symptom.also, symptom.causes.join(" "))
        ])
    });
    let terms: Vec<serde_json::Value> = book
        .pages
        .iter()
        .map(|page| json!([page.term, page.kind.name(), line(page), address(page.kind, &page.term), names(page)]))
        .chain(symptoms)
        .collect();
    // Nothing in it ends a script or begins a comment of HTML.
    serde_json::to_string(&terms).unwrap_or_default().replace('<', "\\u003c")
}

/// What the search knows of people's words.
fn people() -> String {
    serde_json::to_string(&*PEOPLE).unwrap_or_default().replace('<', "\\u003c")
}

/// The file that a term's page stands in.
fn file_of(kind: Kind, term: &str) -> String {
    if kind == Kind::Cause { format!("{term}.html") } else { file_of_kind(kind) }
}

fn file_of_kind(kind: Kind) -> String {
    format!("terms-{}.html", anchor(kind.name()))
}

/// The address of a term.
fn address(kind: Kind, term: &str) -> String {
    let place = if kind == Kind::Cause { String::new() } else { format!("#{}", anchor(term)) };
    format!("{}{place}", file_of(kind, term))
}

/// A link to a term, where it has a page.
fn link(book: &Book, kind: Kind, term: &str) -> String {
    let code = format!("<code>{}</code>", markup(term));
    if book.holds(kind, term) { format!("<a href=\"{}\">{code}</a>", markup(&address(kind, term))) } else { code }
}

/// Sentences: what stands between backticks is code.
fn prose(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let ticks = if rest[start..].starts_with("``") { "``" } else { "`" };
        let inner = &rest[start + ticks.len()..];
        let Some(end) = inner.find(ticks) else { break };
        let _ = write!(html, "{}<code>{}</code>", markup(&rest[..start]), markup(inner[..end].trim()));
        rest = &inner[end + ticks.len()..];
    }
    html.push_str(&markup(rest));
    html
}

/// A page with what every page has.
fn frame(title: &str, main: &str) -> String {
    format!(
        "<!DOCTYPE html>\n{MARK}\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} – pbiauth runbook</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n<header>\n\
         <nav><a href=\"{}\">Runbook</a> <a href=\"{}\">Symptoms</a> <a href=\"{}\">Who acts</a></nav>\n\
         <form role=\"search\" hidden><input type=\"search\" id=\"search\" \
         aria-label=\"Search for a code, a message, or what you see\" placeholder=\"Search: a code, a message, or what you see\" \
         autocomplete=\"off\" spellcheck=\"false\">\n<ol id=\"found\" aria-live=\"polite\"></ol></form>\n</header>\n\
         <main>\n{main}</main>\n<footer>Written by pbiauth {}.</footer>\n<script src=\"search.js\"></script>\n\
         </body>\n</html>\n",
        markup(title),
        index::MAIN,
        index::SYMPTOMS,
        index::WHO_ACTS,
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        assert_eq!(prose("a `b<c` and ``d`e``."), "a <code>b&lt;c</code> and <code>d`e</code>.");
        assert_eq!(prose("one ` alone"), "one ` alone");
    }
}
