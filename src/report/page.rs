//! A page of text for a terminal: wrapped lines, sections, nothing that moves the cursor.

use std::borrow::Cow;
use std::fmt::Write as _;

use colored::Colorize as _;

/// A page that is being written.
pub(crate) struct Page {
    pub(in crate::report) text: String,
    width: usize,
}

impl Page {
    /// An empty page of so many columns, within bounds.
    pub(crate) fn new(width: usize) -> Self {
        Self { text: String::new(), width: width.clamp(40, 120) }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// How many columns there are.
    pub(in crate::report) const fn width(&self) -> usize {
        self.width
    }

    /// An empty line, unless the page is empty.
    pub(crate) fn gap(&mut self) {
        self.gap_after(false);
    }

    /// An empty line, unless the page is empty and nothing stands above it.
    pub(super) fn gap_after(&mut self, above: bool) {
        if above || !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// Text wrapped beneath a beginning such as `  1. `.
    pub(crate) fn wrapped(&mut self, beginning: &str, text: &str) {
        let indent = " ".repeat(textwrap::core::display_width(beginning));
        let options = textwrap::Options::new(self.width)
            .initial_indent(beginning)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let lines = textwrap::fill(&clean(text), options);
        self.line(&lines);
    }

    /// The title of a section.
    pub(crate) fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "\n  {}", title.bold());
    }
}

/// A text that begins with a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// Longer texts are cut, in characters: the report for programs has all of them.
const LONGEST: usize = 2000;

/// Text of a server, made harmless: nothing that it says moves the cursor, turns the direction of text, fills the
/// screen, or is an order to the build server on whose log it stands.
pub(crate) fn clean(text: &str) -> String {
    let visible: String = shortened(text, LONGEST).chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let visible = visible.replace("##[", "## [").replace("##vso[", "## vso[");
    let mut harmless = String::with_capacity(visible.len());
    let mut rest = visible.as_str();
    while let Some(at) = rest.find("::") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        let begins = harmless.is_empty() && before.is_empty() || before.ends_with(char::is_whitespace);
        harmless.push_str(before);
        harmless.push_str(if begins && after.starts_with(|c: char| c.is_ascii_alphabetic()) { ": :" } else { "::" });
        rest = after;
    }
    harmless.push_str(rest);
    harmless
}

/// A text of at most so many characters; where it is longer, it says so.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.into() };
    let last = text[..end].char_indices().next_back().map_or(0, |(last, _)| last);
    format!("{}…", text[..last].trim_end()).into()
}

/// Control characters, and marks that turn the direction of text, end a line, or are no characters.
pub(super) fn is_hidden(c: char) -> bool {
    let mark = matches!(
        c,
        '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
    );
    mark || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_an_order() {
        assert_eq!(clean("a\u{1b}[2Jb\0c\u{202e}d\r\n"), "a [2Jb c d  ");
        assert_eq!(clean("x ##vso[task.complete] ##[set-env name=A]"), "x ## vso[task.complete] ## [set-env name=A]");
        assert_eq!(clean("::error::no"), ": :error::no");
        assert_eq!(clean("a\n::warning file=x::no"), "a : :warning file=x::no");
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(shortened("four", 4), "four");
        assert_eq!(shortened("fives", 4), "fiv…");
        assert_eq!(shortened("ünïcödé", 4), "ünï…");
        assert_eq!(clean(&"x".repeat(3000)).chars().count(), LONGEST);
    }

    #[test]
    fn ordinary_text_stays() {
        for text in ["Microsoft.Rest::Error in fe80::1", "at ::1 port 8080", "Ünïcödé 日本 ## title"] {
            assert_eq!(clean(text), text);
        }
    }
}
