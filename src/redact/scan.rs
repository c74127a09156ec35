//! Values that a name gives away, wherever in a text the name stands.

use std::collections::HashMap;
use std::ops::Range;

use super::What;
use super::alias::{ends_with_alias, is_alias};
use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;
use super::find::{Span, span};
use super::link::{Linked, value_behind};
use super::names::{Named, is_mark, is_of_several, named};
use super::plausible::{Tie, is_resource, is_secret, is_told, may_be_secret};
use super::record::{is_value_option, value_beside, values_below};
use super::spoken::{from_to, is_name_place, is_of_user, is_setter, noted, value_before};
use super::triggers::{Trigger, words};
use super::words::Sure;
use super::{expression, forms, heading, lists, near, table, written};

/// Values that names and places give away. `form`: the text was taken out of the escapes of a form or an address.
pub(super) fn spans(text: &str, form: bool, found: &mut Vec<Span>) {
    let mut done = 0;
    let mut known = HashMap::new();
    for (trigger, word) in words(text) {
        match trigger {
            Trigger::Form(form) => forms::by_form(text, form, &word, found),
            Trigger::Place => forms::by_place(text, &word, found),
            Trigger::Name => {
                forms::by_place(text, &word, found);
                if word.start >= done {
                    done = by_name(text, word, form, &mut known, found).unwrap_or(done);
                }
            }
        }
    }
}

/// The values of the name that has a word here, and where it ends.
fn by_name<'t>(
    text: &'t str,
    word: Range<usize>,
    form: bool,
    known: &mut HashMap<&'t str, Option<Named>>,
    found: &mut Vec<Span>,
) -> Option<usize> {
    let name = Name { form, ..Name::around(text, word)? };
    if !name.is_alias()
        && let text = name.with_its_kind()
        && let Some(named) = *known.entry(text).or_insert_with(|| named(text))
    {
        name.look(named, found);
    }
    Some(name.end)
}

/// A name in a text.
#[derive(Debug, Clone, Copy)]
struct Name<'t> {
    whole: &'t str,
    start: usize,
    end: usize,
    form: bool,
}

const fn joins(c: char) -> bool {
    matches!(c, '_' | '-' | '.')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || joins(c) || is_mark(c)
}

impl<'t> Name<'t> {
    fn around(text: &'t str, stem: Range<usize>) -> Option<Self> {
        let at = stem.start;
        let from = text.floor_char_boundary(at.saturating_sub(80));
        let before = &text[from..at];
        let start = before
            .rfind(|c: char| !is_letter(c))
            .map_or(from, |gap| from + gap + before[gap..].chars().next().map_or(1, char::len_utf8));
        let to = text.floor_char_boundary((at + 100).min(text.len()));
        let end = text[at..to].find(|c: char| !is_letter(c)).map_or(to, |gap| at + gap);
        // Where no blank stands between words, the next one belongs to the sentence.
        let end = if text[at..].starts_with(is_of_the_east) { stem.end } else { end };
        let mut start = start;
        // A line end or tab of a string literal is no letter of the name.
        let escaped = text[..start].ends_with('\\') && text[start..].starts_with(['n', 'r', 't']);
        start += usize::from(escaped);
        let word = text[start..end].trim_start_matches(joins);
        start = end - word.len();
        let end = start + word.trim_end_matches(joins).len();
        // An arrow behind a name is no part of it.
        (start < end && end - start < 100 && end > at).then_some(Self { whole: text, start, end, form: false })
    }

    fn text(&self) -> &'t str {
        &self.whole[self.start..self.end]
    }

    /// Whether it is what was put in a secret's place.
    fn is_alias(&self) -> bool {
        (ends_with_alias(self.text()) || is_alias(self.text()))
            && !self.whole[self.end..].trim_start_matches(['"', '\'', ' ']).starts_with(['=', ':'])
    }

    /// A key with the word before it: `API key`.
    fn with_its_kind(&self) -> &'t str {
        let name = self.text();
        if !["key", "keys", "schlüssel", "clé", "chiave", "klucz", "ключ"].contains(&name.to_lowercase().as_str())
        {
            return name;
        }
        let before = self.before();
        let Some(kind) = before.strip_suffix(' ').filter(|kind| kind.ends_with(char::is_alphabetic)) else {
            return name;
        };
        let length = kind.len()
            - kind
                .rfind(|c: char| !c.is_alphabetic())
                .map_or(0, |gap| gap + kind[gap..].chars().next().map_or(1, char::len_utf8));
        &self.whole[self.start - 1 - length..self.end]
    }

    /// What stands before it on its line, and not far away.
    fn before(&self) -> &'t str {
        let from = self.whole.floor_char_boundary(self.start.saturating_sub(160));
        let near = &self.whole[from..self.start];
        &near[memchr::memrchr2(b'\n', b'\r', near.as_bytes()).map_or(0, |end| end + 1)..]
    }

    /// Whether it begins its line, but for marks and what declares it.
    fn is_alone(&self) -> bool {
        let before = self.before().trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '-' | '"' | '\'' | '>' | '<' | '*' | '$' | '+' | '#' | '/')
        });
        matches!(before.trim(), "" | "export" | "set" | "env:" | "$env:" | "ENV" | "ARG" | "+ export")
            || before.ends_with(':') && !before.contains(' ')
    }

    fn look(&self, named: Named, found: &mut Vec<Span>) {
        let before = self.before();
        let pass = named.what == What::Password && named.sure == Sure::Likely && is_of_user(before);
        let named = if pass { Named::PASSWORD } else { named };
        if let Some(read) = self.option(before) {
            self.take(named, &Linked { read, tie: Tie::Set }, found);
            return;
        }
        let size = found.len();
        if let Some(read) = lists::value_of(self.whole, &(self.start..self.end)) {
            return self.take(named, &Linked { read, tie: Tie::Set }, found);
        }
        let linked = value_behind(Cursor { form: self.form, ..Cursor::new(self.whole, self.end) }, self.is_alone())
            .map(|linked| self.property(linked));
        if let Some(linked) = &linked {
            self.take(named, linked, found);
        }
        if found.len() > size {
            return;
        }
        let has_alias = linked.is_some_and(|linked| is_alias(&self.whole[linked.read.range]));
        if named.sure == Sure::Sure && is_of_several(self.text()) {
            for read in values_below(self.whole, self.start, self.end) {
                self.take(named, &Linked { read, tie: Tie::Said }, found);
            }
        }
        if is_name_place(before) || is_value_option(&self.whole[self.end..]) {
            for read in value_beside(self.whole, self.start, self.end) {
                self.take(named, &Linked { read, tie: Tie::Set }, found);
            }
        }
        if found.len() == size {
            table::below(self.whole, self.start, self.end, found);
        }
        if found.len() == size {
            self.elsewhere(named, has_alias, found);
        }
        self.spoken(named, before, found);
    }

    /// A value in what is written to the name or replaces it, in place of one that is not there, below it.
    /// `has_alias`: what was put in the place of its value stands behind it, so that no other word of the line is looked at.
    fn elsewhere(&self, named: Named, has_alias: bool, found: &mut Vec<Span>) {
        let name = self.start..self.end;
        let behind = Cursor::new(self.whole, self.end);
        let places: [(&dyn Fn() -> Option<Read>, Tie); 5] = [
            (&|| written::written_to(self.whole, &name), Tie::Set),
            (&|| table::behind_comma(self.whole, &name), Tie::Colon),
            (&|| expression::replaced(self.whole, &name), Tie::Set),
            (
                &|| expression::otherwise(behind).filter(|read| !is_resource(&self.whole[read.range.clone()])),
                Tie::Colon,
            ),
            (&|| heading::value_below(self.whole, &name), Tie::Said),
        ];
        for (read, tie) in places {
            if let Some(read) = read() {
                return self.take(named, &Linked { read, tie }, found);
            }
        }
        if named.sure == Sure::Sure && !has_alias {
            for read in near::words_standing_out(self.whole, &name) {
                self.take(named, &Linked { read, tie: Tie::Said }, found);
            }
        }
    }

    /// A line of a file of properties may have but a blank between name and value.
    fn property(&self, linked: Linked) -> Linked {
        let line = &self.whole[self.start..linked.read.range.end];
        let whole = Cursor::new(self.whole, linked.read.end).line().trim().is_empty();
        let pair = self.before().trim().is_empty() && whole && line.split_whitespace().count() == 2;
        let joined = self.text().contains(['.', '_', '-']) || self.text().len() > 5;
        Linked { tie: if pair && joined && linked.tie == Tie::Beside { Tie::Colon } else { linked.tie }, ..linked }
    }

    /// The value of an option, and of a name that a command sets.
    fn option(&self, before: &str) -> Option<Read> {
        let marks = before.trim_end_matches(['-', '/']);
        let dashes = before.len() - marks.len();
        let is_option =
            (1..=2).contains(&dashes) && (marks.is_empty() || marks.ends_with([' ', '\t', '"', '\'', '[', ',', '`']));
        let mut cursor = Cursor::new(self.whole, self.end);
        let quote = cursor.eat_any(&['"', '\'']).is_some();
        if is_option && quote && cursor.eat(",") {
            cursor.space();
            return cursor.quoted();
        }
        let gap = cursor.blanks();
        if cursor.eat("`\n") || cursor.eat("\\\n") || cursor.eat("^\n") {
            cursor.blanks();
        }
        if gap == 0
            || !(is_option || is_setter(before))
            || cursor.rest().starts_with(['=', ':', '-', '|', '<', '\r', '\n'])
        {
            return None;
        }
        if cursor.rest().starts_with('(') {
            return wrapped(cursor);
        }
        if !is_option && cursor.quoted().is_none() {
            // A sentence: "set client secret first".
            let read = cursor.bare();
            return is_told(&self.whole[read.range.clone()]).then_some(read);
        }
        let read = wrapped(cursor).unwrap_or_else(|| cursor.bare());
        // Far from its option stands what it means.
        (gap < 2 || read.quoted || is_told(&self.whole[read.range.clone()])).then_some(read)
    }

    /// Values that a sentence names before, or changes.
    fn spoken(&self, named: Named, before: &str, found: &mut Vec<Span>) {
        if named.sure == Sure::Vague {
            return;
        }
        let from = self.start - before.len();
        if let Some((value, as_secret)) = value_before(before) {
            let user = value.find('/').filter(|_| !value.contains("//")).map_or(0, |slash| slash + 1);
            let start = from + (value.as_ptr() as usize - before.as_ptr() as usize) + user;
            let cursor = Cursor::new(self.whole, start);
            let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
            let tie = if as_secret { Tie::Said } else { Tie::Beside };
            self.take(named, &Linked { read, tie }, found);
        }
        let behind = Cursor::new(self.whole, self.end);
        let line = behind.line();
        if let Some(value) = noted(before, line) {
            let cursor = Cursor::new(self.whole, from + (value.as_ptr() as usize - before.as_ptr() as usize));
            let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
            self.take(named, &Linked { read, tie: Tie::Said }, found);
        }
        let near = &line[..line.floor_char_boundary(160.min(line.len()))];
        for value in from_to(near) {
            let start = self.end + (value.as_ptr() as usize - near.as_ptr() as usize);
            let cursor = Cursor::new(self.whole, start);
            let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
            self.take(named, &Linked { read, tie: Tie::Said }, found);
        }
    }

    fn take(&self, named: Named, linked: &Linked, found: &mut Vec<Span>) {
        let Read { range, quoted, .. } = &linked.read;
        if range.is_empty() {
            return;
        }
        if let Some(one) = taken(self.whole, range.clone(), named, linked.tie, *quoted) {
            found.push(one);
        }
    }
}

/// A value as what is taken out, where it is a secret.
pub(super) fn taken(text: &str, range: Range<usize>, named: Named, tie: Tie, quoted: bool) -> Option<Span> {
    let raw = &text[range.clone()];
    let lead = raw.len() - raw.trim_start().len();
    let range = range.start + lead..range.start + lead + raw.trim().len();
    let raw = &text[range.clone()];
    if !may_be_secret(raw, named, tie) {
        return None;
    }
    // A scheme before a credential stays.
    if let Some((scheme, _)) = raw.split_once(' ').filter(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty()) {
        let start = range.start + scheme.len() + 1;
        return taken(text, start..range.end, named, tie, quoted);
    }
    let mut one = span(text, range, named.what, false);
    if quoted
        && raw.contains('\\')
        && let Some(plain) = super::place::unescaped(raw)
    {
        one.plain = plain;
    }
    is_secret(&one.plain, named, tie, quoted).then_some(one)
}

/// Letters of scripts that put no blank between words.
fn is_of_the_east(c: char) -> bool {
    ('\u{3040}'..='\u{30ff}').contains(&c)
        || ('\u{4e00}'..='\u{9fff}').contains(&c)
        || ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

pub(super) fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "embedtoken", "token", "negotiate", "ntlm", "dpop"].contains(&word.to_lowercase().as_str())
}
