//! Explanations as Markdown: for a chat, a ticket, or the pages of the runbook.

use std::fmt::Write as _;

use super::page::{Cause, Named, Question, Sign, word};
use super::{Answer, Entry, Kind, Listing, Page, human};
use crate::report::FixEntry;
use crate::report::page::capitalised;

/// Where the page of a term lies, seen from the page that names it. Absent where there is none.
pub type Links<'l> = &'l dyn Fn(Kind, &str) -> Option<String>;

/// An answer as Markdown.
#[must_use]
pub fn answer(answer: &Answer) -> String {
    let mut text = String::new();
    for page in &answer.pages {
        gap(&mut text);
        text.push_str(&self::page(page, 1, &|_, _| None));
    }
    if !answer.note.is_empty() {
        gap(&mut text);
        text.push_str(&escaped(&answer.note));
        text.push('\n');
    }
    for (title, entries) in [
        ("What pbiauth knows about this, the best match first", &answer.found),
        ("Did you mean", &answer.near),
        ("The OAuth error next to the number shows the kind of failure", &answer.hints),
    ] {
        if !entries.is_empty() {
            let _ = write!(text, "\n{title}\n\n");
            lines(&mut text, entries);
        }
    }
    text
}

/// Terms in their groups, a line each.
#[must_use]
pub fn list(listing: &Listing) -> String {
    let mut text = String::new();
    for group in listing.terms.chunk_by(|one, other| one.kind == other.kind) {
        gap(&mut text);
        let _ = write!(text, "# {}\n\n", group[0].kind.group());
        lines(&mut text, group);
    }
    text
}

fn lines(text: &mut String, entries: &[Entry]) {
    for entry in entries {
        let _ = writeln!(text, "- `{}`: {}", entry.term, escaped(&entry.line));
    }
}

/// One page, its title a heading of this level.
#[must_use]
pub fn page(page: &Page, level: usize, links: Links<'_>) -> String {
    let mut text = String::new();
    let title = if page.title.is_empty() { String::new() } else { format!(": {}", escaped(&page.title)) };
    let _ = write!(text, "{} `{}`{title}\n\n{}\n\n", "#".repeat(level), page.term, escaped(&page.meaning));
    heads(&mut text, page);
    let mut sections = Sections { text, level: level + 1, links };
    sections.named("Names", &page.names);
    sections.bullets("What it proves", page.proves.iter().map(|proof| escaped(proof)));
    sections.causes(page);
    sections.bullets("To confirm", page.confirm.lines().map(escaped));
    sections.fix(&page.fix);
    sections.questions(&page.tell_apart, page.causes.len() > 1);
    sections.recognised(&page.recognised);
    let see = page.see.iter().map(|link| format!("{}: {}", sections.link(link.kind, &link.term), escaped(&link.line)));
    let see: Vec<String> = see.collect();
    sections.bullets("See also", see);
    sections.bullets("Fixtures", page.fixtures.iter().map(|file| format!("`{file}`")));
    sections.bullets("References", page.references.iter().map(|url| format!("<{url}>")));
    sections.text
}

fn heads(text: &mut String, page: &Page) {
    let _ = writeln!(text, "- Kind: {}", page.kind.name());
    if let Some(owner) = &page.owner {
        let _ = writeln!(text, "- Who acts: {owner}");
    }
    for fact in &page.facts {
        let _ = writeln!(text, "- {}: {}", capitalised(&escaped(&fact.name)), escaped(&fact.value));
    }
    if let Some(sure) = page.sure {
        let _ = writeln!(text, "- Confidence: {}", sure.name());
    }
    if let Some(day) = &page.checked {
        let _ = writeln!(text, "- Checked: {day}");
    }
}

struct Sections<'l> {
    text: String,
    level: usize,
    links: Links<'l>,
}

impl Sections<'_> {
    fn title(&mut self, title: &str) {
        let _ = write!(self.text, "\n{} {title}\n\n", "#".repeat(self.level));
    }

    fn bullets(&mut self, title: &str, items: impl IntoIterator<Item = String>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            self.title(title);
            for item in items {
                let _ = writeln!(self.text, "- {item}");
            }
        }
    }

    fn named(&mut self, title: &str, names: &[Named]) {
        self.bullets(title, names.iter().map(|named| format!("{}: {}", escaped(&named.name), escaped(&named.value))));
    }

    fn link(&self, kind: Kind, term: &str) -> String {
        match (self.links)(kind, term) {
            Some(place) => format!("[`{term}`]({place})"),
            None => format!("`{term}`"),
        }
    }

    fn causes(&mut self, page: &Page) {
        if page.causes.is_empty() {
            return;
        }
        self.title(page.causes_title());
        for (number, Cause { cause, title, owner }) in page.causes.iter().enumerate() {
            let words = if title.is_empty() { String::new() } else { format!(": {}; {owner}", escaped(title)) };
            let link = self.link(Kind::Cause, cause);
            let _ = writeln!(self.text, "{}. {link}{words}", number + 1);
        }
    }

    fn recognised(&mut self, signs: &[Sign]) {
        if signs.is_empty() {
            return;
        }
        self.title("How it's recognized");
        for sign in signs {
            let each = sign.each.as_ref().map_or_else(String::new, |list| format!(", in one of `{list}`"));
            let _ = writeln!(self.text, "- {}{each}, where", word(sign.confidence));
            for (before, conditions) in human::parts(sign) {
                let conditions: Vec<String> = conditions.iter().map(|condition| escaped(condition)).collect();
                let between = if before == "one of: " { "; or " } else { "; " };
                let _ = writeln!(self.text, "  - {before}{}", conditions.join(between));
            }
            if !sign.excludes.is_empty() {
                let causes: Vec<String> = sign.excludes.iter().map(|id| self.link(Kind::Cause, id)).collect();
                let _ = writeln!(self.text, "  - this rules out {}", causes.join(", "));
            }
        }
    }

    fn fix(&mut self, steps: &[FixEntry]) {
        if steps.is_empty() {
            return;
        }
        self.title("What to do");
        for (number, step) in steps.iter().enumerate() {
            let place = if step.place.is_empty() { String::new() } else { format!(", in {}", escaped(&step.place)) };
            let by = capitalised(&step.by);
            let _ = writeln!(self.text, "{}. **{by}**{place}: {}", number + 1, escaped(&step.action));
            if let Some(run) = &step.run {
                let _ = write!(self.text, "\n   ```sh\n   {run}\n   ```\n\n");
            }
        }
    }

    fn questions(&mut self, questions: &[Question], several: bool) {
        let line = |question: &Question| {
            let causes: Vec<String> = question.causes.iter().map(|id| self.link(Kind::Cause, id)).collect();
            let about = if several { format!(" ({})", causes.join(", ")) } else { String::new() };
            format!("{}{about}", escaped(&question.how))
        };
        let lines: Vec<String> = questions.iter().map(line).collect();
        self.bullets(if several { "How to tell them apart" } else { "How to tell for certain" }, lines);
    }
}

fn gap(text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
}

/// Text in which nothing is taken for Markdown, but for what stands between backticks: one or two of them.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // The backticks that the code in hand began with.
    let mut open = "";
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let ticks = if rest.starts_with("``") { "``" } else { "`" };
        if rest.starts_with('`') {
            open = match open {
                "" => ticks,
                same if same == ticks => "",
                other => other,
            };
            escaped.push_str(ticks);
            rest = &rest[ticks.len()..];
            continue;
        }
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' | '*' | '|' | '[' | ']' | '_' if open.is_empty() => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_markdown() {
        assert_eq!(escaped("a *b* <c> | `d|<e>` [f]\ng"), "a \\*b\\* \\<c> \\| `d|<e>` \\[f\\] g");
        assert_eq!(escaped("`` a`<b ``<c>"), "`` a`<b ``\\<c>");
    }
}
