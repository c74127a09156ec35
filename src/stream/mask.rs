//! A record without what is another's in each: IDs, times, counts. What a rule looks for stays.
//!
//! The masked record, and not the record, is diagnosed: records with the same mask have the same finding because they are
//! the same text. A value is replaced by a stand-in of its form, the same one by the same one.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::cloud::is_power_bi;
use crate::evidence::clients::microsoft_client;
use crate::rule::{Condition, RuleSet, Test};

/// Shorter words aren't replaced, so that they needn't be kept.
const SHORTEST: usize = 4;
/// Shorter runs of hexadecimal digits stay.
const SHORTEST_HEX: usize = 16;
/// Members whose numbers are times of a token, which a rule compares.
const CLAIMS: [&str; 6] = ["exp", "nbf", "iat", "expires_in", "expires_on", "not_before"];
/// Where these words stand, the times in a text are compared with each other.
const COMPARES_TIMES: [&str; 3] = ["Current time", "Found key", "current time"];

/// The values that stay, in small letters: what the rules and the codes name.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(HashSet<String>);

/// A text without what is another's in each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Masked {
    /// The text.
    pub(super) text: String,
    /// The GUIDs that were replaced, in the order of their stand-ins.
    guids: Vec<String>,
}

impl Kept {
    /// What these rules look for.
    pub(super) fn of(rules: &RuleSet) -> Self {
        let mut kept = HashSet::new();
        for (code, _) in rules.code_names() {
            kept.insert(code.to_ascii_lowercase());
        }
        for block in rules.rules.iter().flat_map(|rule| rule.blocks.iter()) {
            let conditions = block.symptom.iter().chain(&block.all).chain(&block.any).chain(&block.not);
            conditions.for_each(|condition| collect(condition, &mut kept));
        }
        Self(kept)
    }

    /// Whether a GUID stays: a rule names it, or it is one of Microsoft's own, which mean the same everywhere.
    fn keeps_guid(&self, guid: &str) -> bool {
        guid.starts_with("0000000") && guid.ends_with("000000000000")
            || is_power_bi(guid)
            || microsoft_client(guid).is_some()
            || self.0.contains(&guid.to_ascii_lowercase())
    }

    /// A text of a sign-in log without its GUIDs.
    pub(super) fn mask(&self, text: &str) -> String {
        Masked::of(text, self).text
    }
}

fn collect(condition: &Condition, kept: &mut HashSet<String>) {
    let mut take = |text: &str| {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        kept.extend(words.filter(|word| word.len() >= SHORTEST).map(str::to_ascii_lowercase));
    };
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|inner| collect(inner, kept)),
        Condition::Not(inner) => collect(inner, kept),
        Condition::Leaf(leaf) => match &leaf.test {
            Test::Is(value) | Test::Has(value) => take(&plain(value)),
            Test::In(values) | Test::HasAny(values) => values.iter().for_each(|value| take(&plain(value))),
            Test::Contains(text) => take(text),
            Test::Matches(pattern) => take(pattern.source()),
            Test::Exists(_) | Test::Below(_) | Test::Above(_) | Test::SameAs(_) | Test::DiffersFrom(_) => {}
        },
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Masked {
    /// Masks a text.
    pub(super) fn of(text: &str, kept: &Kept) -> Self {
        let times = !COMPARES_TIMES.iter().any(|words| text.contains(words));
        let mut masked = Self { text: String::with_capacity(text.len()), guids: Vec::new() };
        let bytes = text.as_bytes();
        let (mut at, mut copied, mut before) = (0, 0, "");
        while at < bytes.len() {
            if !is_of_word(bytes[at]) {
                at += 1;
                continue;
            }
            let length = word_at(bytes, at);
            let piece = Piece { text, at, length, times, before };
            if let Some(end) = masked.replace(&piece, copied, kept) {
                copied = end;
                at = end;
            } else {
                at += length;
            }
            before = &text[piece.at..piece.at + length];
        }
        masked.text.push_str(&text[copied..]);
        masked
    }

    /// Gives the text away.
    pub(super) fn take_text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// The value that a stand-in stands for, or the value itself.
    pub(super) fn original<'t>(&'t self, value: &'t str) -> &'t str {
        let number = value.strip_prefix(STAND_IN).and_then(|number| usize::from_str_radix(number, 16).ok());
        number.and_then(|number| self.guids.get(number)).map_or(value, String::as_str)
    }

    /// Replaces a word. Returns where what was replaced ends. `None` where it stays.
    fn replace(&mut self, piece: &Piece<'_>, copied: usize, kept: &Kept) -> Option<usize> {
        let Piece { text, at, length, .. } = *piece;
        if let Some(guid) = guid_at(text, at) {
            let end = at + guid.len();
            if kept.keeps_guid(guid) {
                self.text.push_str(&text[copied..end]);
            } else {
                self.text.push_str(&text[copied..at]);
                self.stand_in(guid);
            }
            return Some(end);
        }
        let word = &text[at..at + length];
        if !word.as_bytes()[0].is_ascii_hexdigit() {
            return None;
        }
        if let Some(end) = piece.time() {
            self.text.push_str(&text[copied..at]);
            self.text.push_str(&digits_of(&text[at..end]));
            return Some(end);
        }
        if piece.stays() || kept.0.contains(&word.to_ascii_lowercase()) {
            return None;
        }
        self.text.push_str(&text[copied..at]);
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            self.text.push_str(&digits_of(word));
        } else {
            self.text.push_str("a1");
            self.text.extend(std::iter::repeat_n('a', length - 2));
        }
        Some(at + length)
    }

    fn stand_in(&mut self, guid: &str) {
        let known = self.guids.iter().position(|known| known.eq_ignore_ascii_case(guid));
        let number = known.unwrap_or_else(|| {
            self.guids.push(guid.to_owned());
            self.guids.len() - 1
        });
        let _ = write!(self.text, "{STAND_IN}{number:08x}");
    }
}

/// How stand-ins for GUIDs begin; eight digits follow, their number.
const STAND_IN: &str = "a1b2c3d4-1111-4222-8333-4444";

/// A word and where it stands.
#[derive(Clone, Copy)]
struct Piece<'t> {
    text: &'t str,
    at: usize,
    length: usize,
    /// Whether times may be replaced.
    times: bool,
    /// The word before it.
    before: &'t str,
}

/// A number of the same length, a year for a year.
fn digits_of(text: &str) -> String {
    let (year, rest) = text.split_at(if text.len() > 3 && text.starts_with("20") { 2 } else { 0 });
    let rest = rest.chars().map(|c| if c.is_ascii_digit() { '1' } else { c });
    year.chars().chain(rest).collect()
}

impl Piece<'_> {
    /// Whether the word stays: it is neither a count, nor a hash or an ID of hexadecimal digits. Numbers of five to seven
    /// digits may be codes, and years are few.
    fn stays(&self) -> bool {
        let word = &self.text.as_bytes()[self.at..self.at + self.length];
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits == word.len() {
            let is_count = matches!(word.len(), 4 | 8..) && !(word.len() == 4 && word.starts_with(b"20"));
            return !self.times || !is_count || CLAIMS.contains(&self.before);
        }
        digits == 0 || word.len() < SHORTEST_HEX || !word.iter().all(u8::is_ascii_hexdigit)
    }

    /// Where the time that begins here ends: `2026-10-05T04:00:12.481`, `04:00:12`.
    fn time(&self) -> Option<usize> {
        self.time_of(b"0000-00-00T00:00:00").or_else(|| self.time_of(b"00:00:00"))
    }

    fn time_of(&self, form: &[u8]) -> Option<usize> {
        let bytes = self.text.as_bytes().get(self.at..).filter(|_| self.times)?;
        let fits = |(byte, form): (&u8, &u8)| match form {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b' '),
            other => byte == other,
        };
        if bytes.len() < form.len() || !bytes.iter().zip(form).all(fits) {
            return None;
        }
        let rest = &bytes[form.len()..];
        let fraction = rest.first().filter(|byte| matches!(byte, b'.' | b',')).map_or(0, |_| {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 { 0 } else { digits + 1 }
        });
        Some(self.at + form.len() + fraction)
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_at(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| is_of_word(**byte)).count()
}

fn guid_at(text: &str, at: usize) -> Option<&str> {
    let guid = text.get(at..at + 36).filter(|guid| crate::import::audit::is_guid(guid))?;
    let ends = !text.as_bytes().get(at + 36).is_some_and(|byte| is_of_word(*byte) || *byte == b'-');
    ends.then_some(guid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Masked {
        Masked::of(text, &Kept(["700016".to_owned()].into()))
    }

    #[test]
    fn records_that_differ_in_ids_and_times_have_one_mask() {
        let record = |id: &str, time: &str, count: &str| {
            masked(&format!("{time} ERROR app '{id}' {count} rows, trace {id}: AADSTS700016, 401, 3 tries")).text
        };
        assert_eq!(
            masked("00000012-2222-4333-8444-555555555555").text,
            masked("00000013-2222-4333-8444-555555555555").text
        );
        let one = record("5f0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3", "2026-10-05T04:00:12.481Z", "1234");
        let other = record("6A0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3", "2026-11-06T05:10:13.000Z", "4321");
        assert_eq!(one, other);
        assert!(one.contains("AADSTS700016, 401, 3 tries"), "{one}");
    }

    #[test]
    fn ids_that_are_told_apart_stay_apart() {
        let (a, b) = ("5f0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3", "6a0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3");
        assert_ne!(masked(&format!("{a} {a}")).text, masked(&format!("{a} {b}")).text);
        let text = masked(&format!("{a} {b}"));
        let second = text.text.split(' ').nth(1).expect("two");
        assert_eq!(text.original(second), b);
        assert_eq!(text.original("else"), "else");
    }

    #[test]
    fn what_a_rule_may_look_at_stays() {
        for text in [
            "00000009-0000-0000-c000-000000000000",
            "00000000-0000-0000-0000-000000000000",
            "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
            "AADSTS7000222",
            "code 700016",
            "status 403",
            "\"exp\":1759636800",
            "Current time: 2026-10-05T04:00:12Z, expiry time of assertion 2026-10-05T03:00:12Z",
            "für 4 ünï1234",
        ] {
            assert_eq!(masked(text).text, text);
        }
    }
}
