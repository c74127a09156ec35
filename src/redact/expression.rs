//! A value in an expression behind a name: what stands in for one that is not there, what is joined to a text that ends
//! with the name, what is put in its place.

use std::ops::Range;

use super::calls::arguments;
use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;

/// What leads to a value that stands in for one that is not there.
const OTHERWISE: &[&str] = &[
    "||",
    "??",
    "?:",
    " or",
    "else",
    "default(",
    "default",
    "default=",
    "fallback=",
    "otherwise",
    "unwrap_or(",
    "or_else(",
    "orelse(",
];
/// Functions whose second argument stands in for what they do not find.
const LOOKING: &[&str] = &["env(", "environ.get(", "config.get(", "fetch(", "property(", "setdefault(", "ordefault("];
/// Operators that join two texts, or put one in the place of another.
const JOINS: &[&str] = &["+", "&", "||", "..", ".format(", ".", "%", ",", "<<", "~", "<>"];

/// The value on the rest of a line that stands in for one that is not there: `os.getenv("CS", "x")`, `${CS:-x}`.
pub(super) fn otherwise(mut cursor: Cursor<'_>) -> Option<Read> {
    while cursor.eat_any(&['"', '\'', '`', ']', ')', '\\']).is_some() {}
    let line = cursor.line();
    memchr::memchr3(b'"', b'\'', b'`', line.as_bytes())?;
    let lower = line.to_ascii_lowercase();
    let mut last = None;
    let mut at = 0;
    while let Some(open) = line[at..].find(['"', '\'', '`']).map(|gap| at + gap) {
        let Some(read) = Cursor::new(cursor.text, cursor.at + open).quoted() else {
            at = open + 1;
            continue;
        };
        let lead = lower.get(at..open).unwrap_or_default().trim_end();
        let is_second = lead.trim_start().starts_with(',')
            && LOOKING
                .iter()
                .any(|function| lower[..at].rfind('(').is_some_and(|end| lower[..=end].ends_with(function)));
        if is_second || OTHERWISE.iter().any(|word| lead.ends_with(word)) {
            last = Some(read.clone());
        }
        at = (read.end - cursor.at).min(line.len()).max(open + 1);
    }
    last
}

/// What an expansion gives where its variable is not set: `${CS:-x}`, `${CS:x}`.
pub(super) fn expansion(cursor: Cursor<'_>) -> Option<Read> {
    let mut inner = cursor;
    inner.eat("${").then_some(())?;
    let name = inner.word();
    let dashed = ["env:", ":-", ":=", ":", "-"].iter().any(|sign| inner.eat(sign));
    let line = inner.line();
    let end = line.rfind('}')?;
    let is_value = dashed && !name.is_empty() && !line.starts_with(['?', '+', '$', '-', '}']);
    let range = inner.at..inner.at + end;
    is_value.then_some(Read { end: range.end + 1, range, quoted: false })
}

/// What is put in the place of a name by an expression that replaces it: `s/__CLIENT_SECRET__/x/`.
pub(super) fn replaced(text: &str, name: &Range<usize>) -> Option<Read> {
    let marks = |c: char| "_@#${}%<>(".contains(c);
    let line = Cursor::new(text, name.end).line();
    let behind = line.trim_start_matches(|c: char| marks(c) || c == ')');
    let sign = behind.chars().next().filter(|sign| matches!(sign, '/' | '|' | '#' | ',' | '~'))?;
    let from = text.floor_char_boundary(name.start.saturating_sub(20));
    let before = text[from..name.start].trim_end_matches(|c: char| marks(c) && c != sign);
    before.strip_suffix(sign)?.strip_suffix('s').filter(|rest| rest.ends_with(['"', '\'', ' ', ';']))?;
    let start = name.end + line.len() - behind.len() + 1;
    let end = start + behind[1..].find(sign)?;
    Some(Read { range: start..end, quoted: true, end })
}

/// Where the value is of a name whose text may end behind its sign.
#[derive(Debug)]
pub(super) enum Place {
    /// Behind the sign, as of any other name.
    Here,
    /// In another text, which is joined to that of the name.
    Joined(Read),
    /// Nowhere in the text: a variable is joined.
    Elsewhere,
}

/// Where the value is of a name that begins and whose sign ends here: `'client_secret=' + 'x'`, `"secret=%s" % "x"`.
pub(super) fn place_of_value(text: &str, name: usize, at: usize) -> Place {
    let from = text.floor_char_boundary(name.saturating_sub(200));
    let before = &text[from..name];
    let before = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let Some(open) = before.rfind(['"', '\'', '`']) else { return Place::Here };
    let quote = &before[open..=open];
    let line = Cursor::new(text, at).line();
    let Some(close) = line.find(quote) else { return Place::Here };
    let inner = &line[..close];
    let is_place = hole(inner).is_some_and(|length| !inner[length..].contains(char::is_whitespace));
    if before.matches(quote).count().is_multiple_of(2) || !(inner.is_empty() || is_place) {
        return Place::Here;
    }
    let mut cursor = Cursor::new(text, at + close + 1);
    cursor.space();
    let is_printed = before[..open].trim_end().ends_with("printf") && is_place;
    if !is_printed && !JOINS.iter().any(|sign| cursor.eat(sign)) {
        return if inner.is_empty() { Place::Here } else { Place::Elsewhere };
    }
    cursor.space();
    if inner.is_empty() {
        return wrapped(cursor).map_or(Place::Elsewhere, Place::Joined);
    }
    cursor.eat("(");
    let wanted = number(inner).unwrap_or_else(|| count_places(&before[open + 1..]));
    let (_, texts) = arguments(text, cursor.at);
    let value = texts.into_iter().find(|(number, _)| *number == wanted);
    value.map_or(Place::Elsewhere, |(_, read)| Place::Joined(read))
}

/// The length of the place in which a format puts a value, where it begins a text: `%s`, `{}`, `{0}`, `{name}`.
fn hole(text: &str) -> Option<usize> {
    if text.starts_with(['%']) {
        return text[1..].starts_with(['s', 'v', 'q', 'd', '@']).then_some(2);
    }
    let end = text.strip_prefix('{')?.find('}')?;
    (end <= 2).then_some(end + 2)
}

fn count_places(text: &str) -> usize {
    text.char_indices().filter(|(at, c)| matches!(c, '%' | '{') && hole(&text[*at..]).is_some()).count()
}

/// The number that a place has: `{1}`.
fn number(text: &str) -> Option<usize> {
    text.strip_prefix('{')?.split('}').next()?.parse().ok()
}
