//! Values in the frames of a protocol: commands of build services, parts of a multipart form.

use super::cursor::{Cursor, Read};
use super::names::{Named, named};

/// No more lines stand between the head of a part and its value.
const HEADERS: usize = 6;

/// The value of a command that a build reads from its log, which hides it or sets a variable:
/// `##vso[task.setvariable variable=PBI_SECRET]x`, `::add-mask::x`.
pub(super) fn directed(text: &str, at: usize) -> Option<(Read, Named)> {
    let mut cursor = Cursor::new(text, at);
    let line = cursor.line();
    let start = cursor.at;
    let (head, end) = if line.starts_with("##vso[") {
        let end = line.find(']')?;
        (&line[6..end], end + 1)
    } else {
        let inner = line.strip_prefix("::")?;
        let end = inner.find("::")?;
        (&inner[..end], end + 4)
    };
    cursor.at = start + end;
    let named = subject(head)?;
    let rest = cursor.line();
    let end = rest.find(['"', '\'']).unwrap_or(rest.len());
    let range = cursor.at..cursor.at + rest[..end].trim_end().len();
    Some((Read { end: range.end, range, quoted: true }, named))
}

/// What a command of a build service is about, where it is a secret.
fn subject(head: &str) -> Option<Named> {
    let (command, properties) = head.split_once(' ').unwrap_or((head, ""));
    if matches!(command, "task.setsecret" | "add-mask") {
        return Some(Named::SECRET);
    }
    let pairs = || properties.split([';', ',']).filter_map(|pair| pair.split_once('='));
    let is_secret = pairs().any(|(name, value)| name.trim() == "issecret" && value.trim() == "true");
    let of_name =
        || pairs().find(|(name, _)| matches!(name.trim(), "variable" | "name")).and_then(|(_, name)| named(name));
    if is_secret { Some(Named::SECRET) } else { of_name() }
}

/// The value of a part of a form, behind the empty line that ends its head.
pub(super) fn part(text: &str, at: usize) -> Option<(Read, Named)> {
    let mut cursor = Cursor::new(text, at);
    let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
    let named = named(&text[read.range])?;
    cursor.at = read.end;
    let is_escaped = cursor.rest().starts_with("\\r\\n") || cursor.line().contains("\\r\\n\\r\\n");
    let line_end: &[&str] = if is_escaped { &["\\r\\n", "\\n"] } else { &["\r\n", "\n"] };
    let next = |from: usize| {
        let rest = &text[from..];
        let near = &rest[..rest.floor_char_boundary(rest.len().min(1024))];
        let found = line_end.iter().filter_map(|end| Some((near.find(end)?, end.len()))).min()?;
        Some((from + found.0, from + found.0 + found.1))
    };
    let mut line = next(cursor.at)?.1;
    for _ in 0..HEADERS {
        let (end, after) = next(line).unwrap_or((line + Cursor::new(text, line).line().len(), text.len()));
        if end > line {
            line = after;
            continue;
        }
        let end = next(after).map_or(after + Cursor::new(text, after).line().len(), |(end, _)| end);
        return Some((Read { range: after..end, quoted: true, end }, named));
    }
    None
}
