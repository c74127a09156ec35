//! A value on the line of its name that no grammar ties to it, where it stands out among the words.

use std::ops::Range;

use super::calls::is_fetch;
use super::cursor::{Cursor, Read};
use super::plausible::stands_out;

/// Words farther from the name are not looked at, in bytes.
const NEAR: usize = 160;
/// A word over the end of what is near is read so far, in bytes.
const LONGEST: usize = 256;

/// The words near a name on its line that nobody would take for a name or a word.
pub(super) fn words_standing_out(text: &str, name: &Range<usize>) -> Vec<Read> {
    let Range { start, end } = place(text, name);
    let line = &text[start..end];
    let mut at = start;
    let mut words = Vec::new();
    for word in line.split(is_between) {
        let own = at;
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        let lead = word.len() - word.trim_start_matches(['(', '[', '{', '<', ',', '*', ':', '=', '|']).len();
        let bare = word[lead..].trim_end_matches(['.', ',', ';', ':', '?', ')', ']', '}', '>', '*', '|']);
        let range = own + lead..own + lead + bare.len();
        let is_name = range.start < name.end && name.start < range.end;
        if !is_name && stands_out(bare) && !is_fetched(&text[start..own]) {
            words.push(Read { end: range.end, range, quoted: false });
        }
    }
    words
}

/// The line of a name as far as it is near, in whole words.
fn place(text: &str, name: &Range<usize>) -> Range<usize> {
    let from = text.floor_char_boundary(name.start.saturating_sub(NEAR));
    let before = &text[from..name.start];
    let start = before.rfind(['\n', '\r']).map_or_else(|| word_start(text, from), |end| from + end + 1);
    let behind = Cursor::new(text, name.end).line();
    let near = behind.floor_char_boundary(NEAR.min(behind.len()));
    let rest = behind[near..].find(is_between).unwrap_or(behind.len() - near);
    start..name.end + behind.floor_char_boundary(near + rest.min(LONGEST))
}

fn word_start(text: &str, at: usize) -> usize {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    text[from..at].rfind(is_between).map_or(from, |end| text.ceil_char_boundary(from + end + 1))
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}')
}

/// Whether what stands here is the argument of a function that takes the name of a secret.
fn is_fetched(before: &str) -> bool {
    let call = before.trim_end_matches(['"', '\'', '`']).strip_suffix('(').unwrap_or_default();
    let start = call.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |end| end + 1);
    let callee = &call[call.floor_char_boundary(start)..];
    is_fetch(callee) && !callee.starts_with("is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_at_the_end_of_what_is_near_is_read_whole() {
        let told = |word: &str| {
            let text = format!("secret {} '{word}'", "of the app ".repeat(13));
            let found = words_standing_out(&text, &(0..6));
            found.into_iter().map(|read| text[read.range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(told("7d3f9b2c-41ae-4c0e-9f57-b8a2d6c1e034"), Vec::<String>::new(), "an ID is no secret");
        assert_eq!(told("Amber-Falcon-4471-Quiet-River-Stone"), ["Amber-Falcon-4471-Quiet-River-Stone"]);
    }
}
