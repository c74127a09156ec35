//! Files of variables: `NAME=VALUE` a line, as shells and the dotenv libraries write them.

use std::collections::BTreeMap;

use super::Environment;

/// Reads a file of variables. Comments, `export`, quotes of both kinds, values over several lines within quotes, line
/// ends of every system and a byte order mark are taken; nothing is expanded. Of a name that stands twice the last
/// counts.
///
/// # Errors
/// The numbers of the lines that are none of this, from 1. Their content may be a secret, and is not told.
pub fn read(text: &str) -> Result<Environment, Vec<usize>> {
    read_with_lines(text).map(|(variables, _)| variables)
}

/// The same, with the line of each variable.
///
/// # Errors
/// As above.
pub fn read_with_lines(text: &str) -> Result<(Environment, BTreeMap<String, usize>), Vec<usize>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut variables = Environment::new();
    let mut lines = BTreeMap::new();
    let mut malformed = Vec::new();
    let mut rest = text.as_str();
    let mut line = 1;
    while !rest.is_empty() {
        let (taken, variable) = statement(rest).unwrap_or_else(|Malformed| {
            malformed.push(line);
            (rest.find('\n').map_or(rest.len(), |end| end + 1), None)
        });
        lines.extend(variable.iter().map(|(name, _)| (name.clone(), line)));
        variables.extend(variable);
        line += rest[..taken].matches('\n').count();
        rest = &rest[taken..];
    }
    if malformed.is_empty() { Ok((variables, lines)) } else { Err(malformed) }
}

/// A line that sets no variable and is no comment.
#[derive(Debug)]
struct Malformed;

type Statement = (usize, Option<(String, String)>);

/// One statement with its line end: its length in bytes, and the variable that it sets. `None` for an empty line and a
/// comment.
fn statement(text: &str) -> Result<Statement, Malformed> {
    let end = text.find('\n').map_or(text.len(), |end| end + 1);
    let line = text[..end].trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok((end, None));
    }
    let (left, _) = text[..end].split_once('=').ok_or(Malformed)?;
    let name = left.trim();
    let name = name.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(name, str::trim);
    if !is_name(name) {
        return Err(Malformed);
    }
    let start = left.len() + 1;
    let (taken, value) = value(&text[start..])?;
    Ok((start + taken, Some((name.to_owned(), value))))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// A value up to and with its line end: pieces in quotes and bare ones that touch, as in a shell.
fn value(text: &str) -> Result<(usize, String), Malformed> {
    let lead = text.len() - text.trim_start_matches([' ', '\t']).len();
    let mut value = String::new();
    let mut at = lead;
    loop {
        let rest = &text[at..];
        let Some(next) = rest.chars().next() else { return Ok((at, value)) };
        match next {
            '\'' | '"' => {
                let length = quoted(rest, next, &mut value)?;
                at += length;
                if !rest[length..].starts_with(['\'', '"', '\\']) {
                    return ended(&text[at..]).map(|length| (at + length, value));
                }
            }
            // The one escape that shells need outside of quotes: a quote between two quoted pieces.
            '\\' if rest[1..].starts_with('\'') => {
                value.push('\'');
                at += 2;
            }
            _ => {
                let line = rest.find('\n').unwrap_or(rest.len());
                value.push_str(without_comment(&rest[..line]).trim_end());
                return Ok(((at + line + 1).min(text.len()), value));
            }
        }
    }
}

/// A piece in quotes: its length with them. What double quotes hold may be escaped.
fn quoted(text: &str, quote: char, value: &mut String) -> Result<usize, Malformed> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            _ if c == quote => return Ok(at + 1),
            '\\' if quote == '"' => match characters.next().ok_or(Malformed)?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                escaped @ ('"' | '\\' | '$' | '`') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            _ => value.push(c),
        }
    }
    Err(Malformed)
}

/// Behind a closing quote the line ends, but for a comment: the length of its rest.
fn ended(rest: &str) -> Result<usize, Malformed> {
    let line = rest.find('\n').unwrap_or(rest.len());
    let left = rest[..line].trim_start();
    let is_over = left.is_empty() || left.starts_with('#');
    is_over.then_some((line + 1).min(rest.len())).ok_or(Malformed)
}

/// A comment begins at a `#` at the start or behind a space.
fn without_comment(line: &str) -> &str {
    let is_start = |(at, _): &(usize, &str)| *at == 0 || line[..*at].ends_with([' ', '\t']);
    line.match_indices('#').find(is_start).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        let read = read(text).expect(text);
        assert_eq!(read.len(), 1, "{text:?}");
        read["NAME"].clone()
    }

    #[test]
    fn values_are_read_as_shells_write_them() {
        for (text, value) in [
            ("NAME=value", "value"),
            ("NAME = value \n", "value"),
            ("export NAME=value\r\n", "value"),
            ("\u{feff}NAME=value", "value"),
            ("NAME=", ""),
            ("NAME=''", ""),
            ("NAME=a#b # a comment", "a#b"),
            ("NAME=#a comment", ""),
            ("NAME='a # b' # a comment", "a # b"),
            ("NAME=\"a\\\"b\\n\"", "a\"b\n"),
            ("NAME='it'\\''s'", "it's"),
            ("NAME='a\\n$b'", "a\\n$b"),
            ("NAME=\"one\ntwo\"\n", "one\ntwo"),
            ("NAME=a=b==", "a=b=="),
            ("NAME=1\nNAME=2", "2"),
            ("# a comment\n\n  NAME=${OTHER}", "${OTHER}"),
        ] {
            assert_eq!(one(text), value, "{text:?}");
        }
    }

    #[test]
    fn a_malformed_line_is_known_by_its_number() {
        let bad = |text: &str| read(text).expect_err(text);
        assert_eq!(bad("A=1\nsecret\nB=2\n=x\n"), [2, 4]);
        assert_eq!(bad("A=\"one\ntwo\"\nB='open"), [3]);
        assert_eq!(bad("A='b' c"), [1]);
        assert_eq!(bad("A B=c\r\n\r\n1A=b"), [1, 3]);
        assert!(read("").expect("nothing").is_empty());
    }
}
