//! A value on the line of its name that no grammar ties to it, where it stands out among the words.

use std::ops::Range;

use super::calls::is_fetch;
use super::cursor::{Cursor, Read};
use super::plausible::stands_out;

/// Words farther from the name are not looked at, in bytes.
const NEAR: usize = 160;

/// The words near a name on its line that nobody would take for a name or a word.
pub(super) fn words_standing_out(text: &str, name: &Range<usize>) -> Vec<Read> {
    let from = text.floor_char_boundary(name.start.saturating_sub(NEAR));
    let before = &text[from..name.start];
    let start = from + before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let behind = Cursor::new(text, name.end).line();
    let end = name.end + behind.floor_char_boundary(NEAR.min(behind.len()));
    let line = &text[start..end];
    let mut at = start;
    let mut words = Vec::new();
    for word in line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}')) {
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

/// Whether what stands here is the argument of a function that takes the name of a secret.
fn is_fetched(before: &str) -> bool {
    let call = before.trim_end_matches(['"', '\'', '`']).strip_suffix('(').unwrap_or_default();
    let start = call.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |end| end + 1);
    let callee = &call[call.floor_char_boundary(start)..];
    is_fetch(callee) && !callee.starts_with("is")
}
