//! Values that one place of a file gives away, and that are taken out wherever else they stand.

use std::collections::BTreeMap;

use regex::Regex;

use super::What;
use super::find::{self, Shape, Span};
use crate::secret::{Form, Kind, spellings};

/// Shorter values are not searched for: they would be found in ordinary words.
const SHORTEST: usize = 6;
/// More values than this are not searched for elsewhere.
const MOST: usize = 500;
/// Longer values are not searched for elsewhere, in bytes.
const LONGEST: usize = 4096;

/// The values, and the expression that finds them.
#[derive(Debug, Default)]
pub(super) struct Known {
    values: BTreeMap<String, What>,
    found: Option<Search>,
}

#[derive(Debug)]
struct Search {
    pattern: Option<Regex>,
    /// The value of each spelling.
    spelled: BTreeMap<String, (String, What)>,
}

impl Known {
    /// Remembers a value, where it is one that no ordinary text holds.
    pub(super) fn learn(&mut self, span: &Span) {
        let plain = span.plain.trim();
        if matches!(span.shape, Shape::Bare | Shape::Escaped(_))
            && self.values.len() < MOST
            && is_telling(span.what, plain)
        {
            self.values.entry(plain.to_owned()).or_insert(span.what);
            self.found = None;
        }
    }

    /// These spans of a text, and those of the values that are known.
    pub(super) fn with(&mut self, text: &str, spans: Vec<Span>) -> Vec<Span> {
        let search = self.found.get_or_insert_with(|| Search::new(&self.values));
        let Some(pattern) = &search.pattern else { return spans };
        let known = pattern.find_iter(text).filter_map(|found| {
            let (plain, what) = search.spelled.get(found.as_str())?;
            let whole = *what != What::User || is_word(text, found.range());
            whole.then(|| Span { range: found.range(), what: *what, plain: plain.clone(), shape: Shape::Bare })
        });
        let known: Vec<Span> = known.collect();
        if known.is_empty() { spans } else { find::apart(spans.into_iter().chain(known).collect()) }
    }
}

impl Search {
    fn new(values: &BTreeMap<String, What>) -> Self {
        let mut spelled = BTreeMap::new();
        for (value, what) in values {
            for spelling in spellings(value) {
                spelled.entry(spelling).or_insert_with(|| (value.clone(), *what));
            }
        }
        let mut all: Vec<&String> = spelled.keys().collect();
        all.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        let all: Vec<String> = all.into_iter().map(|spelling| regex::escape(spelling)).collect();
        let pattern = regex::RegexBuilder::new(&all.join("|")).size_limit(1 << 28).build().ok();
        Self { pattern: pattern.filter(|_| !spelled.is_empty()), spelled }
    }
}

/// Whether a value is found in no ordinary text: a secret with a digit or mark in it, a name of several words.
fn is_telling(what: What, plain: &str) -> bool {
    let fits = (SHORTEST..=LONGEST).contains(&plain.len());
    let mixed = plain.bytes().any(|byte| byte.is_ascii_digit()) && plain.bytes().any(|byte| !byte.is_ascii_digit())
        || plain.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !b"_.- ".contains(&byte))
        || plain.len() >= 20;
    let is_id = matches!(Form::of(plain).kind, Kind::Guid | Kind::Url);
    fits && match what {
        What::User => plain.contains(' ') || plain.contains('.') && !plain.contains('/'),
        What::Cookie => plain.len() >= 16 && mixed && !is_id,
        _ => mixed && !is_id,
    }
}

fn is_word(text: &str, range: std::ops::Range<usize>) -> bool {
    let within = |c: char| c.is_alphanumeric();
    !text[..range.start].ends_with(within) && !text[range.end..].starts_with(within)
}
