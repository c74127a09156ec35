//! Where an expression fits in a text.

use std::ops::{Index, Range};

use regex_automata::util::captures;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Match<'t> {
    /// Expressions look at bytes: an end within a character is moved behind it, and what begins within one is none.
    pub(super) fn new(text: &'t str, range: Range<usize>) -> Option<Self> {
        let end = text.ceil_char_boundary(range.end);
        text.is_char_boundary(range.start).then_some(Self { text, start: range.start, end })
    }

    /// Where it begins, in bytes.
    pub(crate) const fn start(&self) -> usize {
        self.start
    }

    /// Where it ends, in bytes.
    pub(crate) const fn end(&self) -> usize {
        self.end
    }

    /// From where to where, in bytes.
    pub(crate) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The piece.
    pub(crate) fn as_str(&self) -> &'t str {
        &self.text[self.start..self.end]
    }
}

/// A piece of a text, and the groups of the expression in it. Group 0 is the whole.
#[derive(Debug)]
pub(crate) struct Captures<'t> {
    text: &'t str,
    groups: captures::Captures,
}

impl<'t> Captures<'t> {
    /// `None` where nothing fits, or what fits begins within a character.
    pub(super) fn new(text: &'t str, groups: captures::Captures) -> Option<Self> {
        let begins = groups.get_match()?.start();
        text.is_char_boundary(begins).then_some(Self { text, groups })
    }

    /// A group by its number. `None` where it takes no part.
    pub(crate) fn get(&self, group: usize) -> Option<Match<'t>> {
        Match::new(self.text, self.groups.get_group(group)?.range())
    }

    /// The groups in their order, the whole first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<Match<'t>>> {
        (0..self.groups.group_len()).map(|group| self.get(group))
    }
}

impl Index<usize> for Captures<'_> {
    type Output = str;

    /// A group that takes part in every fit.
    fn index(&self, group: usize) -> &str {
        self.get(group).map_or("", |found| found.as_str())
    }
}
