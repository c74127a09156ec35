//! The summary for a person: what is met most often, whose it is and when, in lines that fit a terminal.

use std::fmt::Write as _;

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, fill};

use super::summary::{Group, Summary};
use crate::report::words::word;

/// More groups aren't shown: the JSON has them all.
const MOST_SHOWN: usize = 40;

impl Summary {
    /// The summary in lines of so many characters.
    #[must_use]
    pub fn table(&self, width: usize) -> String {
        let mut text = String::new();
        let shown = &self.groups[..self.groups.len().min(MOST_SHOWN)];
        let wide = |of: fn(&Group) -> String, head: &str| {
            shown.iter().map(|group| display_width(&of(group))).chain([head.len()]).max().unwrap_or(0)
        };
        let (counts, causes) = (wide(|group| group.count.to_string(), "Count"), wide(Group::what, "Cause"));
        if !shown.is_empty() {
            let _ = writeln!(text, "{:>counts$}  {:causes$}  Who acts", "Count", "Cause");
        }
        for group in shown {
            let owner = group.owner.as_deref().unwrap_or("–");
            let _ = writeln!(text, "{:>counts$}  {:causes$}  {owner}", group.count, group.what());
            let indent = " ".repeat(counts + 2);
            let options = Options::new(width)
                .initial_indent(&indent)
                .subsequent_indent(&indent)
                .break_words(false)
                .word_splitter(WordSplitter::NoHyphenation);
            let _ = writeln!(text, "{}", fill(&group.whose(), options));
        }
        if self.groups.len() > shown.len() {
            let _ = writeln!(text, "And {} more groups: --format json lists them.", self.groups.len() - shown.len());
        }
        text.push_str(&self.totals());
        text
    }

    fn totals(&self) -> String {
        let mut text = format!("{} records", self.records);
        for (outcome, count) in &self.outcomes {
            let _ = write!(text, ", {count} {outcome}");
        }
        text.push_str(".\n");
        if self.repeated > 0 {
            let _ = writeln!(text, "{} repeated records weren't counted.", self.repeated);
        }
        if self.left_out > 0 {
            let _ = writeln!(text, "{} records are about other resources.", self.left_out);
        }
        if let Some(cut) = &self.cut {
            let _ = writeln!(text, "Not grouped: {} failures. Without an hour: {}.", cut.records, cut.hours);
        }
        for unread in &self.unread {
            let _ = writeln!(text, "Line {} can't be read: {}.", unread.line, unread.why);
        }
        text
    }
}

impl Group {
    fn what(&self) -> String {
        match &self.confidence {
            Some(confidence) => format!("{} ({})", self.cause, word(confidence)),
            None if self.codes.is_empty() => self.cause.clone(),
            None => format!("{} ({})", self.cause, self.codes),
        }
    }

    /// The application, user and resource, and the hours from the first to the last.
    fn whose(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.application.as_ref().map(|application| format!("application {application}")));
        parts.extend(self.user.clone());
        parts.extend(self.resource.as_ref().map(|resource| format!("resource {resource}")));
        if let (Some((first, _)), Some((last, _))) = (self.hours.first_key_value(), self.hours.last_key_value()) {
            parts.push(if first == last { first.clone() } else { format!("{first} to {last}") });
        }
        parts.push(format!("first in line {}", self.line));
        parts.join(", ")
    }
}
