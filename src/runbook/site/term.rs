//! A term as a part of a page.

use std::fmt::Write as _;

use super::super::{Book, anchor};
use super::{link, prose};
use crate::explain::human::parts;
use crate::explain::page::{Kind, Page, Sign, word};
use crate::report::markup;
use crate::report::page::capitalised;
use crate::report::words::actor;

/// A term, its title a heading of this level.
pub(super) fn article(book: &Book, page: &Page, level: usize) -> String {
    let title = if page.title.is_empty() { String::new() } else { format!(": {}", prose(&page.title)) };
    let heading = match (page.kind, page.title.is_empty()) {
        (Kind::Cause, false) => prose(&capitalised(&page.title)),
        _ => format!("<code>{}</code>{title}", markup(&page.term)),
    };
    let mut part = Article { book, level, text: String::new() };
    let _ = write!(
        part.text,
        "<article id=\"{}\">\n<h{level}>{heading}</h{level}>\n<p>{}</p>\n",
        anchor(&page.term),
        prose(&page.meaning)
    );
    part.heads(page);
    part.fix(page);
    part.list("Names", "ul", page.names.iter().map(|named| format!("{}: {}", prose(&named.name), prose(&named.value))));
    part.list("What it proves", "ul", page.proves.iter().map(|proof| prose(proof)));
    part.causes(page);
    part.list("To confirm", "ul", page.confirm.lines().map(prose));
    part.questions(page);
    part.list("How it's recognized", "ul", page.recognised.iter().map(|sign| sign_words(book, sign)));
    let see = page.see.iter().map(|to| format!("{}: {}", link(book, to.kind, &to.term), prose(&to.line)));
    part.list("See also", "ul", see);
    part.list("Fixtures", "ul", page.fixtures.iter().map(|file| format!("<code>{}</code>", markup(file))));
    part.list("References", "ul", page.references.iter().map(|url| reference(url)));
    part.text.push_str("</article>\n");
    part.text
}

struct Article<'b> {
    book: &'b Book,
    level: usize,
    text: String,
}

impl Article<'_> {
    fn heads(&mut self, page: &Page) {
        let mut heads = vec![("Kind".to_owned(), page.kind.name().to_owned())];
        if page.kind == Kind::Cause {
            heads = vec![("Cause".to_owned(), page.term.clone())];
        }
        heads.extend(page.owner.iter().map(|owner| ("Who acts".to_owned(), owner.clone())));
        heads.extend(page.facts.iter().map(|fact| (capitalised(&fact.name), fact.value.clone())));
        heads.extend(page.sure.map(|sure| ("Confidence".to_owned(), sure.name().to_owned())));
        heads.extend(page.checked.iter().map(|day| ("Checked".to_owned(), day.clone())));
        self.text.push_str("<dl>\n");
        for (name, value) in heads {
            let _ = writeln!(self.text, "<div><dt>{}</dt><dd>{}</dd></div>", prose(&name), prose(&value));
        }
        self.text.push_str("</dl>\n");
    }

    fn list(&mut self, title: &str, tag: &str, items: impl Iterator<Item = String>) {
        let mut items = items.peekable();
        if items.peek().is_none() {
            return;
        }
        let level = self.level + 1;
        let _ = write!(self.text, "<h{level}>{title}</h{level}>\n<{tag}>\n");
        for item in items {
            let _ = writeln!(self.text, "<li>{item}</li>");
        }
        let _ = writeln!(self.text, "</{tag}>");
    }

    fn causes(&mut self, page: &Page) {
        let book = self.book;
        let causes = page.causes.iter().map(|cause| {
            let link = link(book, Kind::Cause, &cause.cause);
            match cause.title.as_str() {
                "" => link,
                title => format!("{link}: {}; {}", prose(title), markup(&cause.owner)),
            }
        });
        self.list(page.causes_title(), "ol", causes);
    }

    fn fix(&mut self, page: &Page) {
        let steps = page.fix.iter().map(|step| {
            let place =
                if step.place.is_empty() { String::new() } else { format!("<br><em>{}</em>", prose(&step.place)) };
            let run = step.run.as_ref().map_or_else(String::new, |run| format!("<pre>{}</pre>", markup(run)));
            let (by, action) = actor(&step.by, &step.action);
            let by = markup(&by);
            let colon = if by.ends_with('.') { "" } else { ":" };
            format!("<strong>{by}</strong>{colon} {}{place}{run}", prose(action))
        });
        self.list("What to do", "ol", steps);
    }

    fn questions(&mut self, page: &Page) {
        let several = page.causes.len() > 1;
        let book = self.book;
        let lines = page.tell_apart.iter().map(|question| {
            let causes: Vec<String> = question.causes.iter().map(|id| link(book, Kind::Cause, id)).collect();
            let about = if several { format!(" ({})", causes.join(", ")) } else { String::new() };
            format!("{}{about}", prose(&question.how))
        });
        self.list(if several { "How to tell them apart" } else { "How to tell for certain" }, "ul", lines);
    }
}

fn sign_words(book: &Book, sign: &Sign) -> String {
    let each = sign.each.as_ref().map_or_else(String::new, |list| format!(", in one of <code>{}</code>", markup(list)));
    let mut text = format!("{}{each}, where\n<ul>\n", word(sign.confidence));
    for (before, conditions) in parts(sign) {
        let conditions: Vec<String> = conditions.iter().map(|condition| prose(condition)).collect();
        let between = if before == "one of: " { "; or " } else { "; " };
        let _ = writeln!(text, "<li>{before}{}</li>", conditions.join(between));
    }
    if !sign.excludes.is_empty() {
        let causes: Vec<String> = sign.excludes.iter().map(|id| link(book, Kind::Cause, id)).collect();
        let _ = writeln!(text, "<li>this rules out {}</li>", causes.join(", "));
    }
    text.push_str("</ul>");
    text
}

fn reference(url: &str) -> String {
    let text = markup(url);
    if url.starts_with("https://") { format!("<a href=\"{text}\" rel=\"noreferrer\">{text}</a>") } else { text }
}
