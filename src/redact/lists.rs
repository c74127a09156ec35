//! A name in a list of names, and the value of the same number in the list beside it: `user, password = "anna", "x"`.

use std::ops::Range;

use super::calls::arguments;
use super::cursor::{Cursor, Read};

/// What stands between a list of names and that of their values.
const SIGNS: &[&str] = &["=", ":=", "values"];
/// Longer lists of names are not read, in bytes.
const LONGEST: usize = 400;

/// The value that belongs to a name in a list of names.
pub(super) fn value_of(text: &str, name: &Range<usize>) -> Option<Read> {
    let is_in_list = text[..name.start].trim_end_matches([' ', '$']).ends_with(',')
        || text[name.end..].trim_start_matches(' ').starts_with(',');
    if !is_in_list {
        return None;
    }
    let from = text.floor_char_boundary(name.start.saturating_sub(LONGEST));
    let near = &text[from..name.start];
    let near = &near[near.rfind(['\n', '(', '[', '{', ';']).map_or(0, |end| end + 1)..];
    let index = near.matches(',').count();
    let mut cursor = Cursor::new(text, name.end);
    let behind = cursor.line();
    let end = behind.find(|c: char| !is_of_names(c)).unwrap_or(behind.len());
    let count = index + 1 + behind[..end].matches(',').count();
    if count < 2 || !near.chars().all(is_of_names) {
        return None;
    }
    cursor.at += end;
    cursor.eat_any(&[')', ']', '}']);
    cursor.space();
    let rest = cursor.rest();
    let sign = SIGNS
        .iter()
        .find(|sign| rest.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign)))
        .filter(|_| !rest.starts_with("=="))?;
    cursor.at += sign.len();
    cursor.space();
    let is_open = cursor.eat_any(&['(', '[', '{']).is_some();
    let end = if is_open { text.len() } else { cursor.at + cursor.line().len() };
    let (found, texts) = arguments(&text[..end], cursor.at);
    texts.into_iter().find(|(number, _)| found == count && *number == index).map(|(_, read)| read)
}

fn is_of_names(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ',' | ' ' | '$' | '@' | '`' | '.' | ':')
}
