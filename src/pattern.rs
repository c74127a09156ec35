//! Regular expressions that stand in the tool: compiled when a text may fit, not before.
//!
//! There are hundreds, and to compile one takes as long as to read many pages. Which words a text must hold for an
//! expression to fit is found out when the tool is built, and most texts hold few of them.

mod found;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use memchr::memmem;
use regex_automata::Input;
use regex_automata::meta::{self, Regex};
use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::translate::TranslatorBuilder;

pub(crate) use found::{Captures, Match};
pub(crate) use pbiauth_macros::pattern;

/// In a longer text, in bytes, some word of nearly every expression stands: it is not looked for.
const LONGEST: usize = 64 * 1024;

/// A regular expression. Its classes and word boundaries are those of ASCII. What is no expression fits nothing; those
/// in the code are sound, and those that somebody writes are refused when they are read.
#[derive(Clone)]
pub struct Pattern {
    source: Cow<'static, str>,
    /// In small letters: every text that fits holds one. Empty where no word is known.
    words: &'static [&'static str],
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// An expression that stands in the code: [`pattern!`] writes it.
    pub(crate) const fn known(source: &'static str, words: &'static [&'static str]) -> Self {
        Self { source: Cow::Borrowed(source), words, compiled: OnceLock::new() }
    }

    /// An expression that is read.
    pub(crate) const fn read(source: String) -> Self {
        Self { source: Cow::Owned(source), words: &[], compiled: OnceLock::new() }
    }

    /// An expression that fits only where a part of it does.
    pub(crate) const fn around(part: &Self, source: String) -> Self {
        Self { source: Cow::Owned(source), words: part.words, compiled: OnceLock::new() }
    }

    /// The expression as it is written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it is an expression, and not too large.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.compiled().is_some()
    }

    /// Whether a piece of a text fits.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex_for(text).is_some_and(|regex| regex.is_match(text))
    }

    /// The first piece that fits.
    pub(crate) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.find_at(text, 0)
    }

    /// The first piece that fits and begins at a place or after it.
    pub(crate) fn find_at<'t>(&self, text: &'t str, start: usize) -> Option<Match<'t>> {
        let found = self.regex_for(text)?.find(Input::new(text).range(start..))?;
        Match::new(text, found.range())
    }

    /// Every piece that fits.
    pub(crate) fn find_iter<'s, 't>(&'s self, text: &'t str) -> impl Iterator<Item = Match<'t>> + use<'s, 't> {
        let found = self.regex_for(text).into_iter().flat_map(move |regex| regex.find_iter(text));
        found.filter_map(|found| Match::new(text, found.range()))
    }

    /// The groups of the first piece that fits.
    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let regex = self.regex_for(text)?;
        let mut groups = regex.create_captures();
        regex.captures(text, &mut groups);
        Captures::new(text, groups)
    }

    /// The groups of every piece that fits.
    pub(crate) fn captures_iter<'s, 't>(&'s self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + use<'s, 't> {
        let found = self.regex_for(text).into_iter().flat_map(move |regex| regex.captures_iter(text));
        found.filter_map(|groups| Captures::new(text, groups))
    }

    /// What stands between the pieces that fit.
    pub(crate) fn split<'s, 't>(&'s self, text: &'t str) -> impl Iterator<Item = &'t str> + use<'s, 't> {
        let ends = self.find_iter(text).map(|found| found.range()).chain(std::iter::once(text.len()..text.len()));
        ends.scan(0, |from, end| text.get(std::mem::replace(from, end.end)..end.start))
    }

    /// The text before the first piece that fits, and all of it where none does.
    pub(crate) fn before<'t>(&self, text: &'t str) -> &'t str {
        self.find(text).map_or(text, |found| &text[..found.start()])
    }

    /// The text without the pieces that fit.
    pub(crate) fn without<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace(text, |_| String::new())
    }

    /// The text with another in the place of every piece that fits.
    pub(crate) fn replace<'t>(&self, text: &'t str, with: impl Fn(&Captures<'t>) -> String) -> Cow<'t, str> {
        let mut replaced = String::new();
        let mut end = 0;
        for found in self.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            replaced.push_str(&text[end..whole.start()]);
            replaced.push_str(&with(&found));
            end = whole.end();
        }
        if end == 0 {
            return Cow::Borrowed(text);
        }
        replaced.push_str(&text[end..]);
        Cow::Owned(replaced)
    }

    /// The compiled expression. `None` where a text lacks its words, and it would be compiled for nothing.
    fn regex_for(&self, text: &str) -> Option<&Regex> {
        if self.compiled.get().is_none() && !self.may_fit(text) {
            return None;
        }
        self.compiled()
    }

    /// Whether a text holds a word that it needs, as far as one is known.
    pub(crate) fn may_fit(&self, text: &str) -> bool {
        if self.words.is_empty() || text.len() > LONGEST {
            return true;
        }
        let small = text.to_ascii_lowercase();
        self.words.iter().any(|word| memmem::find(small.as_bytes(), word.as_bytes()).is_some())
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&ascii(&self.source))).as_ref()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// Compiles an expression, without a search for literals ahead: that pays in long texts alone. It looks at bytes: the
/// tables of Unicode take longer to build than most texts to read.
fn compile(source: &str) -> Option<Regex> {
    let expression = Parser::new().parse(source).ok()?;
    let of = |unicode| TranslatorBuilder::new().utf8(false).unicode(unicode).build().translate(source, &expression);
    let hir = of(false).or_else(|_| of(true)).ok()?;
    let config = meta::Config::new().auto_prefilter(false).utf8_empty(false).nfa_size_limit(Some(1 << 24));
    Regex::builder().configure(config).build_from_hir(&hir).ok()
}

/// With the classes and the word boundaries of ASCII.
fn ascii(source: &str) -> String {
    source
        .replace(r"\d", "[0-9]")
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\s", r"[ \t\r\n]")
        .replace(r"\S", r"[^ \t\r\n]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_compiled_for_a_text_that_may_fit() {
        let pattern = pattern!(r"(?i)client (?:secret|assertion)s?\b");
        assert!(!pattern.is_match("nothing of the kind"));
        assert!(pattern.compiled.get().is_none());
        assert!(pattern.is_match("a Client Secret, expired"));
        assert!(pattern.compiled.get().is_some());
    }

    #[test]
    fn a_piece_is_cut_between_characters() {
        let pattern = pattern!(r"key=([^ ])");
        let found = pattern.captures("key=ü").expect("a key");
        assert_eq!(&found[1], "ü");
    }

    #[test]
    fn what_stands_between_is_split_off() {
        let comma = pattern!(",");
        for (text, parts) in [("a,b", vec!["a", "b"]), ("", vec![""]), (",", vec!["", ""]), ("ab", vec!["ab"])] {
            assert_eq!(comma.split(text).collect::<Vec<_>>(), parts, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_searched_as_well() {
        let text = format!("{}client secret", " ".repeat(LONGEST));
        assert!(pattern!("client secret").find(&text).is_some());
        assert!(pattern!("no such words").find(&text).is_none());
    }
}
