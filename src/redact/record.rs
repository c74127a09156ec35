//! A name and its value as two fields of one record: `{"name": "client_secret", "value": "…"}`, either first.

use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;
use super::link::value_behind;
use super::names::is_value_field;
use super::plausible::Tie;

/// So far the two fields stand apart, in bytes.
const NEAR: usize = 400;

/// More records of a list are not read.
const MOST: usize = 100;

/// The option of `reg add` that holds the value.
const DATA: &str = "/d";

/// Whether the option or field that holds the value follows a name on its line.
pub(super) fn is_value_option(behind: &str) -> bool {
    let rest = behind.trim_start_matches(['"', '\'', '`', '\\']);
    let rest = &rest[..rest.floor_char_boundary(NEAR.min(rest.len()))];
    let line = &rest[..memchr::memchr2(b'\n', b'|', rest.as_bytes()).unwrap_or(rest.len())];
    line.starts_with([' ', '\t'])
        && (memchr::memchr(b'=', line.as_bytes()).is_some() || line.contains(" -") || line.contains(DATA))
        && line.split([' ', '\t']).filter(|word| !word.is_empty()).take(6).any(|word| {
            let option = word.trim_start_matches('-');
            let end = option.find(|c: char| !c.is_alphanumeric()).unwrap_or(option.len());
            let sets = option.len() < word.len() || option[end..].starts_with('=');
            word == DATA || sets && is_value_field(&option[..end])
        })
}

/// The values on the lines below a name of several secrets, each behind a name of its own.
pub(super) fn values_below(text: &str, start: usize, end: usize) -> Vec<Read> {
    let line = start_of_line(text, start);
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-', '\t']).len();
    let own = indent(&text[line..start]);
    let to = text.floor_char_boundary((end + 2000).min(text.len()));
    let Some((head, _)) = text[end..to].split_once('\n').filter(|(head, _)| head.trim() == ":") else {
        return Vec::new();
    };
    let mut at = end + head.len() + 1;
    let mut values = Vec::new();
    for line in text[at..to].split_inclusive('\n') {
        if indent(line) <= own || line.trim().is_empty() {
            break;
        }
        if let Some((name, _)) = line.split_once(": ") {
            let mut cursor = Cursor::new(text, at + name.len() + 2);
            cursor.blanks();
            values.push(wrapped(cursor).unwrap_or_else(|| cursor.bare()));
        }
        at += line.len();
    }
    values
}

/// The value in a record that a name heads: in braces, or on the lines below that are indented deeper.
pub(super) fn value_within(text: &str, name: usize, at: usize) -> Option<Read> {
    let to = text.floor_char_boundary((at + NEAR).min(text.len()));
    let behind = &text[at..to];
    if let Some(inner) = behind.strip_prefix('{') {
        return value_in(text, at + 1, at + 1 + end_of_record(inner));
    }
    let start = start_of_line(text, name);
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-', '\t']).len();
    let own = indent(&text[start..name]);
    let mut end = at + behind.find('\n')?;
    for line in text[end + 1..to].split_inclusive('\n') {
        if indent(line) <= own || line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    value_in(text, at, end.min(text.len()))
}

/// The values that stand beside a name in its record.
pub(super) fn value_beside(text: &str, start: usize, end: usize) -> Vec<Read> {
    let to = text.floor_char_boundary((end + NEAR).min(text.len()));
    let behind = &text[end..to];
    let behind = &behind[..end_of_record(behind)];
    let from = text.floor_char_boundary(start.saturating_sub(NEAR));
    let before = &text[from..start];
    let before_at = from + start_of_record(before);
    let mut values = Vec::new();
    if let Some(read) = value_in(text, end, end + behind.len()) {
        values.push(read);
    } else {
        values.extend(value_in(text, before_at, start));
    }
    values
}

/// The values of the cookies in a list that begins behind its name.
pub(super) fn cookies_of_list(text: &str, name: usize) -> Vec<Read> {
    let to = text.floor_char_boundary((name + 8 * NEAR).min(text.len()));
    let behind = &text[name..to];
    let Some(open) = behind.find('[').filter(|open| *open < 8) else { return Vec::new() };
    // The next list of its name is another's.
    let next = behind.find("cookies").unwrap_or(behind.len());
    let end = name + behind[..next].find(']').unwrap_or(next);
    let mut at = name + open;
    let mut values = Vec::new();
    while values.len() < MOST
        && let Some(read) = value_in(text, at, end)
    {
        at = read.end;
        values.push(read);
    }
    values
}

/// Where a record ends: at what closes it, at the next of its list, at an empty line.
fn end_of_record(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            '<' if rest.starts_with("</setting>") || rest.starts_with("</property>") || rest.starts_with("</tr>") => {
                return at;
            }
            '<' if rest.starts_with("<add ") || rest.starts_with("<setting ") || rest.starts_with("<key>") => {
                return at;
            }
            '\n' if rest.starts_with("\n\n") || rest.starts_with("\n\r\n") => return at,
            '\n' if rest[1..].trim_start_matches(' ').starts_with("- ") => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where a record begins, before its name.
fn start_of_record(text: &str) -> usize {
    let opens = text.rfind('{').map_or(0, |at| at + 1);
    let closes = text.rfind('}').map_or(0, |at| at + 1);
    let tag = text.rfind('<').map_or(0, |at| at + 1);
    let item = text.rfind("\n- ").or_else(|| text.rfind(" - ")).map_or(0, |at| at + 2);
    let empty = text.rfind("\n\n").map_or(0, |at| at + 2);
    opens.max(closes).max(tag).max(item).max(empty)
}

fn value_in(text: &str, from: usize, to: usize) -> Option<Read> {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = from;
    while at < to {
        let gap = text[at..to].find(letter)?;
        let start = at + gap;
        let size = text[start..to].find(|c: char| !letter(c)).unwrap_or(to - start);
        at = start + size;
        if let Some(read) = Some(at)
            .filter(|_| is_value_field(&text[start..at]) || text[..at].ends_with(" /d"))
            .and_then(|at| value_of(text, start, at))
        {
            return Some(read);
        }
    }
    None
}

/// The value of the field whose name stands here.
fn value_of(text: &str, start: usize, end: usize) -> Option<Read> {
    let mut cursor = Cursor::new(text, end);
    let option = (text[..start].ends_with('-') || text[..end].ends_with(DATA)) && cursor.blanks() > 0;
    if option && !cursor.rest().starts_with(['=', ':']) {
        return Some(wrapped(cursor).unwrap_or_else(|| cursor.bare()));
    }
    let before = &text[start_of_line(text, start)..start];
    let alone = before.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '"' | '\'')).is_empty();
    value_behind(Cursor::new(text, end), alone).filter(|linked| linked.tie >= Tie::Colon).map(|linked| linked.read)
}

/// Where the line of a place begins, or what is near enough.
fn start_of_line(text: &str, at: usize) -> usize {
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    text[from..at].rfind('\n').map_or(from, |end| from + end + 1)
}
