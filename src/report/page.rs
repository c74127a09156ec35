//! A page of text for a terminal: wrapped lines, sections, nothing that moves the cursor.

use std::fmt::Write as _;

use colored::Colorize as _;

/// A page that is being written.
pub(crate) struct Page {
    pub(super) text: String,
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

    /// An empty line, unless the page is empty.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() {
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

/// Text of a server without control characters: nothing that it says moves the cursor or changes colours.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_direction(c) { ' ' } else { c }).collect()
}

/// Marks that turn the direction of text.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
