//! Regular expressions that stand in the tool: compiled when a text may fit, not before.
//!
//! There are more than a hundred, and to compile one takes as long as to read many pages. What a text must hold for an
//! expression to fit ([`words`]) is found out much sooner, and most texts hold little of it.

mod found;
pub(crate) mod words;

use std::borrow::Cow;
use std::sync::OnceLock;

use memchr::memmem;
use regex_automata::Input;
use regex_automata::meta::{self, Regex};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

pub(crate) use found::{Captures, Match};

/// In a longer text, in bytes, some word of nearly every expression stands: it is not looked for.
const LONGEST: usize = 64 * 1024;

/// A regular expression. Its classes and word boundaries are those of ASCII.
pub(crate) struct Pattern {
    source: Cow<'static, str>,
    /// The expression as it is read, and words in small letters: every text that fits holds one. None where no word is
    /// known.
    read: OnceLock<(Hir, Vec<String>)>,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// An expression that stands in the code.
    pub(crate) const fn new(source: &'static str) -> Self {
        Self { source: Cow::Borrowed(source), read: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// An expression that is put together from constants.
    pub(crate) const fn built(source: String) -> Self {
        Self { source: Cow::Owned(source), read: OnceLock::new(), compiled: OnceLock::new() }
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
        let ends = self.find_iter(text).map(|found| found.range()).chain([text.len()..text.len()]);
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
        let compiled = self.compiled.get();
        if compiled.is_some() {
            return compiled;
        }
        let (hir, words) = self.read.get_or_init(|| read(&self.source));
        may_fit(words, text).then(|| self.compiled.get_or_init(|| build(hir).expect("a constant pattern")))
    }
}

fn read(source: &str) -> (Hir, Vec<String>) {
    let hir = parse(source).expect("a constant pattern");
    let words = words::of(&hir);
    (hir, words)
}

/// Whether a text holds one of the words, in whatever letters.
pub(crate) fn may_fit(words: &[impl AsRef<str>], text: &str) -> bool {
    if words.is_empty() || text.len() > LONGEST {
        return true;
    }
    let small = text.to_ascii_lowercase();
    words.iter().any(|word| memmem::find(small.as_bytes(), word.as_ref().as_bytes()).is_some())
}

/// Compiles an expression.
///
/// # Errors
/// When it is none, or too large.
pub(crate) fn compile(source: &str) -> Result<Regex, String> {
    build(&parse(source)?)
}

/// Reads an expression. It looks at bytes: the tables of Unicode take longer to build than most texts to read.
fn parse(source: &str) -> Result<Hir, String> {
    let source = ascii(source);
    let parse = |unicode| ParserBuilder::new().utf8(false).unicode(unicode).build().parse(&source);
    parse(false).or_else(|_| parse(true)).map_err(|why| why.to_string())
}

/// Without a search for literals ahead, which pays in long texts alone.
fn build(hir: &Hir) -> Result<Regex, String> {
    let config = meta::Config::new().auto_prefilter(false).utf8_empty(false).nfa_size_limit(Some(1 << 24));
    Regex::builder().configure(config).build_from_hir(hir).map_err(|why| why.to_string())
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
        let pattern = Pattern::new(r"(?i)client (?:secret|assertion)s?\b");
        assert!(!pattern.is_match("nothing of the kind"));
        assert!(pattern.compiled.get().is_none());
        assert!(pattern.is_match("a Client Secret, expired"));
        assert!(pattern.compiled.get().is_some());
    }

    #[test]
    fn a_piece_is_cut_between_characters() {
        let pattern = Pattern::new(r"key=([^ ])");
        let found = pattern.captures("key=ü").expect("a key");
        assert_eq!(&found[1], "ü");
    }

    #[test]
    fn what_stands_between_is_split_off() {
        let comma = Pattern::new(",");
        for (text, parts) in [("a,b", vec!["a", "b"]), ("", vec![""]), (",", vec!["", ""]), ("ab", vec!["ab"])] {
            assert_eq!(comma.split(text).collect::<Vec<_>>(), parts, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_searched_as_well() {
        let text = format!("{}client secret", " ".repeat(LONGEST));
        assert!(Pattern::new("client secret").find(&text).is_some());
        assert!(Pattern::new("no such words").find(&text).is_none());
    }
}
