//! The words of a text, with what differs in every text masked: ids, numbers, times, tokens, hosts of one's own.

use std::borrow::Cow;
use std::ops::Range;

/// A word of a text, as the model reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'t> {
    /// The word in small letters, or the mask that stands for it.
    pub text: Cow<'t, str>,
    /// Where it is in the text, in bytes.
    pub place: Range<usize>,
    /// Whether a mask stands for it.
    pub masked: bool,
}

/// Longer words aren't words: keys, tokens, encoded data.
const LONGEST: usize = 64;

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(range) = next_word(text, at) {
        at = range.end;
        found.push(read(text, range));
    }
    found
}

/// FNV-1a, 32 bits, over all parts. Files are made with it, so that it never changes.
#[must_use]
pub fn hash(parts: &[&str]) -> u32 {
    parts
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0x811c_9dc5, |sum: u32, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The next run of characters that belong together: letters, digits, `_`, and `-` `.` `'` between them where they hold
/// an id, a number or a contraction together.
fn next_word(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + text[from..].find(is_of_word)?;
    if let Some(length) = guid(&text[start..]) {
        return Some(start..start + length);
    }
    let rest = &text[start..];
    let length = rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len());
    Some(start..start + length)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a GUID at the start of a text.
fn guid(text: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(..36)?;
    let fits = bytes.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = !text.as_bytes().get(36).is_some_and(u8::is_ascii_alphanumeric);
    (fits && ends).then_some(36)
}

fn read(text: &str, place: Range<usize>) -> Word<'_> {
    let word = &text[place.clone()];
    match mask(word) {
        Some(mask) => Word { text: Cow::Borrowed(mask), place, masked: true },
        None => Word { text: lower(word), place, masked: false },
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// What stands for a word that differs in every text.
fn mask(word: &str) -> Option<&'static str> {
    if word.len() == 36 && guid(word).is_some() {
        return Some("<id>");
    }
    if word.starts_with("eyJ") {
        return Some("<token>");
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(word);
    }
    if word.len() > LONGEST {
        return Some("<long>");
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if word.len() >= 8 && digits > 0 && is_hex {
        return Some("<hex>");
    }
    // An id of letters and digits in turn; a code (AADSTS50034) has its digits at the end.
    if word.len() >= 12 && changes(word) >= 4 {
        return Some("<id>");
    }
    is_time(word).then_some("<time>")
}

/// A status stays; a code of Entra without its letters too; a year or any other number doesn't.
fn number(word: &str) -> Option<&'static str> {
    match word.len() {
        1 => Some("<digit>"),
        3 if matches!(word.as_bytes()[0], b'1'..=b'5') => None,
        5..=7 => None,
        4 if word.starts_with("20") => Some("<year>"),
        _ => Some("<number>"),
    }
}

/// How often letters and digits change in a word.
fn changes(word: &str) -> usize {
    let kinds: Vec<bool> = word.chars().map(|c| c.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// `09T07`, `21Z`, `14s`.
fn is_time(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() <= 6
        && bytes[0].is_ascii_digit()
        && bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b's' | b'm' | b'h'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text.into_owned()).collect()
    }

    #[test]
    fn what_differs_in_every_text_is_masked() {
        let text = "AADSTS7000215 for 5f0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3 at 2026-11-09T07:21:14Z: 401, eyJ0eXAi";
        assert_eq!(
            texts(text),
            [
                "aadsts7000215",
                "for",
                "<id>",
                "at",
                "<year>",
                "<number>",
                "<time>",
                "<number>",
                "<time>",
                "401",
                "<token>"
            ]
        );
    }

    #[test]
    fn a_hash_is_the_published_one() {
        assert_eq!(hash(&["foobar"]), 0xbf9c_f968);
        assert_eq!(hash(&["foo", "bar"]), 0xbf9c_f968);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "Größe: über 9 Zeichen";
        let found = words(text);
        assert_eq!(&text[found[0].place.clone()], "Größe");
        assert_eq!(found[1].text, "über");
        assert!(words("").is_empty());
        assert!(words("…—\u{0}").is_empty());
    }
}
