//! A value as it stands behind a sign: in quotes and functions, in an element, over several lines, as a word.

use super::cursor::{Cursor, Read};
use super::link::Linked;
use super::plausible::Tie;
use super::scan::is_scheme;
use super::words::{List, is_in};

/// A value of several lines: YAML's blocks, here-strings, here-documents.
pub(super) fn block(cursor: Cursor<'_>) -> Option<Read> {
    let line = cursor.line().trim_end();
    let next = cursor.at + cursor.line().len();
    let mut inner = Cursor::new(cursor.text, next);
    let is_block = line.len() <= 3
        && line.starts_with(['|', '>'])
        && line[1..].chars().all(|c| matches!(c, '-' | '+' | '0'..='9'));
    if is_block {
        inner.space();
        let found = inner.line().trim_end();
        return (!found.is_empty()).then(|| Read {
            range: inner.at..inner.at + found.len(),
            quoted: true,
            end: inner.at + found.len(),
        });
    }
    let closing = match line {
        "@\"" => "\"@".to_owned(),
        "@'" => "'@".to_owned(),
        // A text in quotes that is wrapped, and a line that goes on.
        "\"" | "'" => line.to_owned(),
        "\\" => {
            inner.space();
            return wrapped(inner).or_else(|| Some(inner.bare()).filter(|read| !read.range.is_empty()));
        }
        _ => {
            let mark = line.split_once("<<").filter(|(before, _)| before.len() < 16)?.1;
            let is_of_mark = |c: char| c.is_alphanumeric() || c == '_';
            let mark = mark.trim_start_matches(|c: char| !is_of_mark(c));
            mark[..mark.find(|c: char| !is_of_mark(c)).unwrap_or(mark.len())].to_owned()
        }
    };
    if closing.is_empty() || !(inner.eat("\r\n") || inner.eat("\n")) {
        return None;
    }
    let mut read = inner.until(&format!("\n{closing}"))?;
    if inner.text[..read.range.end].ends_with('\r') {
        read.range.end -= 1;
    }
    Some(read)
}

/// A value in quotes, with what a language puts around it.
pub(super) fn wrapped(mut cursor: Cursor<'_>) -> Option<Read> {
    for _ in 0..5 {
        if let Some(read) = cursor.quoted() {
            return Some(read);
        }
        let start = cursor.at;
        if cursor.eat_any(&['(', '[', '{', '@', '$', '&', '-', '!', '<']).is_some() {
            cursor.eat("![CDATA[");
            let wide = cursor.space();
            let inner = cursor.quoted();
            if inner.is_none() && wide && cursor.rest().starts_with('-') {
                return None;
            }
            // A name in an object, and a link of Markdown.
            let is_name = inner.is_some_and(|read| cursor.text[read.end..].trim_start().starts_with([':', '=']));
            if is_name || cursor.rest().starts_with('`') {
                return None;
            }
            continue;
        }
        let word = cursor.word();
        let bare: String = word.to_lowercase();
        let prefix =
            matches!(bare.as_str(), "b" | "r" | "f" | "u" | "rb" | "br" | "l" | "e" | "n") && cursor.quoted().is_some();
        if prefix {
            continue;
        }
        let known = is_in(List::Wraps, bare.as_str()) || bare == "converttosecurestring" || bare == "str";
        if word.is_empty() || !known || !passes(&mut cursor) || cursor.at == start {
            return None;
        }
    }
    None
}

/// Passes what stands between the name of a function and what it is given.
pub(super) fn passes(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    while cursor.eat(".") || cursor.eat("::") || cursor.eat("-") {
        cursor.word();
    }
    cursor.blanks();
    if cursor.eat("(") {
        // PHP tells the length of a string.
        let digits = cursor.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && cursor.rest()[digits..].starts_with(')') {
            cursor.at += digits + 1;
        }
        cursor.space();
    }
    cursor.at > start
}

/// The text of the element that a name begins or is an attribute of, or of the one behind it.
pub(super) fn in_element(mut cursor: Cursor<'_>, closed: bool) -> Option<Read> {
    let rest = cursor.rest();
    let is_row = rest.strip_prefix("</th>").is_some_and(|rest| rest.trim_start().starts_with("<td"));
    let ends = rest.starts_with(['>']) || rest.starts_with("</") && (is_row || !rest.starts_with("</th"));
    let attributes = cursor.line();
    let end = memchr::memchr(b'>', attributes.as_bytes()).filter(|_| attributes.starts_with(' ')).unwrap_or(0);
    let attributes = &attributes[..end];
    let is_open = || {
        let near = cursor.text.floor_char_boundary(cursor.at.saturating_sub(100));
        let before = &cursor.text[near..cursor.at];
        before.rfind('<').is_some_and(|open| !before[open..].contains('>'))
    };
    if attributes.contains('=') && is_open() && !attributes.to_ascii_lowercase().contains("value=") {
        cursor.at += attributes.len();
        return element(&mut cursor);
    }
    let is_closed = closed && rest.trim_start().starts_with(['>', '/']);
    (ends || is_closed).then(|| element(&mut cursor)).flatten()
}

/// The text of the element that the name begins, or of the one behind it.
fn element(cursor: &mut Cursor<'_>) -> Option<Read> {
    for _ in 0..4 {
        let rest = cursor.rest();
        let rest = &rest[..rest.floor_char_boundary(300.min(rest.len()))];
        let open = rest.find('>')?;
        if rest[..open].contains(['\n', '=']) && !rest.starts_with(['<', ' ']) {
            return None;
        }
        if let Some(value) = rest[..open].find(" value=").filter(|_| rest.starts_with('<')) {
            return Cursor::new(cursor.text, cursor.at + value + 7).quoted();
        }
        cursor.at += open + 1;
        cursor.eat("<![CDATA[");
        let inner = cursor.rest();
        let inner = &inner[..inner.floor_char_boundary(4096.min(inner.len()))];
        let end = inner.find('<')?;
        let value = inner[..end].trim_end_matches("]]>");
        let start = value.len() - value.trim_start().len();
        let value = value.trim();
        if value.contains(char::is_alphanumeric) {
            if !inner[end..].starts_with("</") && !inner[..end].ends_with("]]>") {
                return None;
            }
            let at = cursor.at + start;
            return Some(Read { range: at..at + value.len(), quoted: true, end: at + value.len() });
        }
        if start.max(value.len()) > 80 {
            return None;
        }
        cursor.at += end;
    }
    None
}

/// A value on the line behind the name.
pub(super) fn next_line(mut cursor: Cursor<'_>, sign: &str) -> Option<Linked> {
    if !cursor.space() {
        return None;
    }
    cursor.eat("- ");
    if let Some(read) = wrapped(cursor) {
        // A name of the next field is none.
        let after = cursor.text[read.end..].trim_start();
        return (!after.starts_with([':', '='])).then_some(Linked { read, tie: Tie::Set });
    }
    let line = cursor.line().trim_end();
    let single = !line.contains([' ', '\t', '"']) && !line.ends_with([':', '{', '[', '=']) && !line.contains('=');
    (single && sign != "==").then(|| Linked {
        read: Read { range: cursor.at..cursor.at + line.len(), quoted: false, end: cursor.at + line.len() },
        tie: Tie::Colon,
    })
}

/// A value without quotes: all of its line where the name begins it and no blank is in it but odd characters.
pub(super) fn whole_or_word(mut cursor: Cursor<'_>, sign: &str, alone: bool) -> Read {
    let mut read = cursor.bare();
    let word = &cursor.text[read.range.clone()];
    if [('(', ')'), ('[', ']')]
        .iter()
        .any(|(open, close)| word.starts_with(*open) && word.find(*close) == Some(word.len() - 1))
    {
        cursor.at += 1;
        return cursor.bare();
    }
    if is_scheme(&cursor.text[read.range.clone()]) {
        let mut inner = Cursor { at: read.range.end, ..cursor };
        while inner.eat("\\") || inner.blanks() > 0 {}
        return inner.bare();
    }
    let line = cursor.line();
    // A type with its parameters.
    let behind = &line[read.range.len().min(line.len())..];
    if let Some(end) =
        behind.find('>').filter(|_| !word.is_empty() && behind.starts_with('<') && !behind.starts_with("</"))
    {
        return Read { range: cursor.at..cursor.at + read.range.len() + end + 1, ..read };
    }
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let line = line.strip_suffix([',', ';']).unwrap_or(line);
    if alone
        && sign != "=="
        && !line.contains([' ', '\t'])
        && !line.contains("\\n")
        && !line.contains('<')
        && line.len() > read.range.len()
    {
        let next = line.get(read.range.len()..).unwrap_or_default();
        let is_list = next.starts_with(['&', ';', ',', '"', '\'', '|']) && next[1..].contains(['=', ':']);
        let closes = next.chars().all(|c| matches!(c, ')' | '}' | ']' | '"' | '\'' | '.'));
        if !is_list && !closes {
            read = Read { range: cursor.at..cursor.at + line.len(), quoted: false, end: cursor.at + line.len() };
        }
    }
    read
}

/// Passes what makes a value bold or code in HTML.
pub(super) fn pass_tags(cursor: &mut Cursor<'_>) {
    for _ in 0..4 {
        let line = cursor.line().trim_start_matches(' ');
        let blanks = cursor.line().len() - line.len();
        let is_tag = |tag: &str| tag.len() < 12 && tag.trim_start_matches('/').chars().all(|c| c.is_ascii_lowercase());
        let Some(tag) = line.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(tag, _)| tag) else {
            return;
        };
        let more = &line[tag.len() + 2..];
        if !is_tag(tag) || !tag.starts_with('/') && !more.contains("</") {
            return;
        }
        cursor.at += blanks + tag.len() + 2;
    }
}

/// Passes which of several secrets a name means, where a sign follows: `#1`, `[prod]`, `/prod`, and dots that lead to it.
pub(super) fn pass_label(cursor: &mut Cursor<'_>) {
    let mut inner = *cursor;
    inner.blanks();
    let rest = inner.line();
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = rest.trim_start_matches(['#', '[', '/']);
    let label = word.trim_start_matches(of_word);
    let label = label.strip_prefix(']').filter(|_| rest.starts_with('[')).unwrap_or(label);
    let is_label = rest.starts_with(['#', '[', '/']) || rest.starts_with(|c: char| c.is_ascii_digit());
    let behind = if rest.starts_with("..") { rest.trim_start_matches('.') } else { label };
    let sign = behind.trim_start_matches(' ');
    if is_label && label.len() < word.len() && sign.starts_with([':', '=']) || rest.starts_with("..") {
        cursor.at = inner.at + rest.len() - behind.len();
    }
}

/// Passes types, sizes and who may read a field: `[]`, `(string) (len=40)`, `{ get; set; }`, `;s:40:`.
pub(super) fn pass_types(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    for _ in 0..4 {
        let rest = cursor.line().trim_start_matches(' ');
        let blanks = cursor.line().len() - rest.len();
        let is_of_type = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | ' ' | '*' | '&' | ';');
        let closed = |close: char| {
            let end = rest.find(close).filter(|end| (1..60).contains(end))?;
            rest[1..end].chars().all(is_of_type).then_some(end + 1)
        };
        let length = match rest.bytes().next() {
            Some(b':') => union(rest),
            Some(b'[') if rest.starts_with("[]") => Some(2),
            Some(b'(') => closed(')'),
            Some(b'{') if rest.starts_with("{ get") => closed('}'),
            Some(b';') if rest.starts_with(";s:") => rest[3..].find(':').map(|size| size + 4),
            _ => None,
        };
        let Some(length) = length else { break };
        cursor.at += blanks + length;
    }
    cursor.at > start
}

/// The length of a type that may be another one: `: string | undefined`.
fn union(rest: &str) -> Option<usize> {
    let end = rest.find(" =").filter(|end| *end < 60)?;
    let is_of_type = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | ' ' | '|' | '[' | ']' | '.' | '_');
    (rest[..end].contains(" | ") && rest[..end].chars().all(is_of_type)).then_some(end)
}

/// The password behind the name of its user: `anna / Zebrafish42`, and `user/password: anna/Zebrafish42`.
pub(super) fn behind_user(cursor: Cursor<'_>, name: usize) -> Option<Read> {
    let signs: &[&str] = if is_of_both(cursor.text, name) {
        &[" / ", "/", ":"]
    } else if is_half(cursor.text, name) {
        &["/"]
    } else {
        &[" / "]
    };
    let is_user = |user: &str| !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || "_-.@\\".contains(c));
    let (user, sign) = signs.iter().find_map(|sign| {
        let (user, rest) = cursor.line().split_once(sign)?;
        (is_user(user) && !rest.is_empty() && !rest.starts_with([' ', '/'])).then_some((user, sign))
    })?;
    Some(Cursor::new(cursor.text, cursor.at + user.len() + sign.len()).bare())
}

/// Whether the name that ends near here names a user and a password: `creds`.
pub(super) fn is_of_both(text: &str, name: usize) -> bool {
    let before = text[..name].trim_end_matches(|c: char| !c.is_alphabetic());
    ["creds", "credentials"].iter().any(|word| {
        let from = before.len().checked_sub(word.len());
        from.and_then(|from| before.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
    })
}

/// Whether the name that ends here is the other half of a user's: `user/password`.
pub(super) fn is_half(text: &str, name: usize) -> bool {
    let near = text.floor_char_boundary(name.saturating_sub(40));
    let before = text[near..name].trim_end_matches(char::is_alphanumeric);
    before.strip_suffix('/').is_some_and(|user| {
        ["user", "username", "login", "name"].iter().any(|word| user.to_lowercase().ends_with(word))
    })
}
