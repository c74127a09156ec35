//! A value below the line that names it: a prompt and what was typed, a heading and its paragraph.

use std::ops::Range;

use super::cursor::Read;

/// No more empty lines and fences stand between a heading and its value.
const GAP: usize = 3;
/// A longer line is no heading, in bytes.
const LONGEST: usize = 120;

/// The word below a line that a name ends, or that ends with a colon.
pub(super) fn value_below(text: &str, name: &Range<usize>) -> Option<Read> {
    let to = text.floor_char_boundary((name.end + LONGEST).min(text.len()));
    let behind = &text[name.end..to];
    let behind = &behind[..memchr::memchr(b'\n', behind.as_bytes())?];
    let from = text.floor_char_boundary(name.start.saturating_sub(LONGEST));
    let before = &text[from..name.start];
    let before = &before[memchr::memrchr2(b'\n', b':', before.as_bytes()).map_or(0, |end| end + 1)..];
    let marks = |c: char| c.is_whitespace() || "*#>-_`=|:.?".contains(c);
    let is_title = before.trim_start_matches(marks).chars().all(is_of_title)
        && behind.chars().all(|c| marks(c) || is_of_title(c))
        && (before.split_whitespace().count() + behind.split_whitespace().count()) < 5;
    let is_prompt = behind.trim_end_matches(['*', '_', ' ', '\r']).ends_with([':', '：', '?']);
    if !(is_title || is_prompt || is_command(&text[from..name.start])) {
        return None;
    }
    let mut at = name.end + behind.len() + 1;
    for line in text[at..].split_inclusive('\n').take(GAP) {
        let word = line.trim();
        if word.is_empty() || word.starts_with("```") {
            at += line.len();
            continue;
        }
        let shown = ["=>", "="].iter().find_map(|sign| word.split_once(sign)).map_or(word, |(_, value)| value.trim());
        let shown =
            shown.strip_prefix("Out[").and_then(|rest| rest.split_once("]: ")).map_or(shown, |(_, value)| value);
        let bare = shown.trim_matches(['`', '"', '\'', '*']);
        let is_word =
            !bare.contains(char::is_whitespace) && !bare.contains(['=', '"', '{', '<']) && !bare.ends_with(':');
        let start = at + line.rfind(bare).unwrap_or(0);
        let range = start..start + bare.len();
        return is_word.then_some(Read { end: range.end, range, quoted: false });
    }
    None
}

/// Whether a line that begins here is one that was typed, and whose answer stands below it.
fn is_command(before: &str) -> bool {
    let line = before[before.rfind('\n').map_or(0, |end| end + 1)..].trim_start();
    ["$ ", "> ", "# ", ">>> ", "PS ", "PS>", "(", "In [", "irb", "%"].iter().any(|mark| line.starts_with(mark))
}

fn is_of_title(c: char) -> bool {
    c.is_alphabetic() || matches!(c, ' ' | '(' | ')' | '_' | '\r')
}
