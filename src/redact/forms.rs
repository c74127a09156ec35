//! Values that a form of words gives away which only certain commands, functions and protocols have.

use std::ops::Range;

use super::calls::argument_at;
use super::commands::values_of_command;
use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;
use super::find::Span;
use super::framed::{directed, part};
use super::names::{Named, named};
use super::plausible::Tie;
use super::record::{cookies_of_list, values_below};
use super::scan::taken;
use super::written::piped_to;

/// So far the parts of a document stand apart, in bytes.
const NEAR: usize = 4096;

/// The values of the command or function whose name has a word in it.
pub(super) fn by_place(text: &str, word: &Range<usize>, found: &mut Vec<Span>) {
    found.extend(argument_at(text, word));
    for at in values_of_command(text, word.start) {
        take(text, at, found);
    }
}

/// The value that a form of words leads to.
pub(super) fn by_form(text: &str, form: &str, word: &Range<usize>, found: &mut Vec<Span>) {
    let mut cursor = Cursor::new(text, word.end);
    match form {
        "convertto-securestring" => {
            found.extend(piped(text, word.start, true));
            cursor.space();
            while ["-AsPlainText", "-Force", "-String"].into_iter().any(|flag| cursor.eat(flag)) {
                cursor.space();
            }
        }
        "networkcredential" => {
            by_place(text, word, found);
            if !behind_first(&mut cursor) {
                return;
            }
        }
        "stringcontent(" => return found.extend(content(cursor)),
        ".tochararray" => return found.extend(quoted_before(text, word.start)),
        "##vso[task.set" | "::add-mask::" | "::set-output " | "::set-env " | "::save-state " => {
            return found.extend(framed(text, directed(text, word.start)));
        }
        "form-data; name=" => return found.extend(framed(text, part(text, word.end))),
        "\"cookies\"" => {
            return for read in cookies_of_list(text, word.end) {
                found.extend(taken(text, read.range, Named::COOKIE, Tie::Set, true));
            };
        }
        "stringdata:" => {
            return for read in values_below(text, word.start, word.end - 1) {
                found.extend(taken(text, read.range, Named::SECRET, Tie::Set, read.quoted));
            };
        }
        "kind: secret" => {
            let data = data_beside(text, word.start).map_or_else(Vec::new, |at| values_below(text, at.start, at.end));
            return for read in data {
                found.extend(taken(text, read.range, Named::SECRET, Tie::Set, true));
            };
        }
        "oracle:thin:" => return found.extend(behind_user(cursor, '/')),
        " -u " | " -u:" => return found.extend(beside_user(cursor)),
        "send \"" => return found.extend(typed(text, word)),
        "-passin" | "-passout" => {
            cursor.blanks();
            cursor.eat_any(&['"', '\'']);
            if !cursor.eat("pass:") {
                return;
            }
        }
        "identified by" => {
            cursor.space();
        }
        "--password-stdin" | "chpasswd" | "sudo -s" => {
            by_place(text, word, found);
            return found.extend(piped(text, word.start, false));
        }
        _ => behind_share(&mut cursor),
    }
    let is_text = ["(\"", "('"].iter().any(|open| cursor.rest().starts_with(open));
    if is_text || !cursor.rest().starts_with(['/', '-', '(', '\\', '|', '<', '>', '*']) {
        take(text, cursor.at, found);
    }
}

/// Where the name of the data stands in the document of a Kubernetes Secret.
fn data_beside(text: &str, at: usize) -> Option<Range<usize>> {
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    let from = text[from..at].rfind("\n---").map_or(from, |end| from + end);
    let to = text.floor_char_boundary((at + NEAR).min(text.len()));
    let to = text[at..to].find("\n---").map_or(to, |end| at + end);
    let start = from + text[from..to].find("\ndata:")? + 1;
    Some(start..start + "data".len())
}

fn piped(text: &str, at: usize, alone: bool) -> Option<Span> {
    let read = piped_to(text, at, alone)?;
    taken(text, read.range, Named::PASSWORD, Tie::Set, read.quoted)
}

fn framed(text: &str, found: Option<(Read, Named)>) -> Option<Span> {
    let (read, named) = found?;
    taken(text, read.range, named, Tie::Set, read.quoted)
}

/// The password behind a user's name and a sign, up to the sign of its host.
fn behind_user(cursor: Cursor<'_>, sign: char) -> Option<Span> {
    let word = cursor.line().split([' ', '"', '\'']).next()?;
    let start = cursor.at + word.find(sign)? + sign.len_utf8();
    let end = cursor.at + word.rfind('@')?;
    (start < end).then(|| taken(cursor.text, start..end, Named::PASSWORD, Tie::Set, true)).flatten()
}

/// The password in the options of any command behind that of a user: `-u svc -p x`.
fn beside_user(mut cursor: Cursor<'_>) -> Option<Span> {
    const OPTIONS: [&str; 6] = [" -p ", " -P ", " -p:", " -P:", " -pw ", " -w "];
    let line = cursor.line();
    let line = line.split(['|', ';']).next().unwrap_or_default();
    let (at, option) = OPTIONS.iter().find_map(|option| Some((line.find(option)?, option)))?;
    cursor.at += at + option.len();
    let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
    let is_port = cursor.text[read.range.clone()].bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    (!is_port).then(|| taken(cursor.text, read.range, Named::PASSWORD, Tie::Colon, read.quoted)).flatten()
}

/// What a script types where it was asked for a password: `expect "Password:" { send "x\r" }`.
fn typed(text: &str, word: &Range<usize>) -> Option<Span> {
    let from = text.floor_char_boundary(word.start.saturating_sub(100));
    let asked = text[from..word.start].to_ascii_lowercase();
    let read = Cursor::new(text, word.end - 1).quoted()?;
    let value = &text[read.range.clone()];
    let end = read.range.start + value.find('\\').unwrap_or(value.len());
    let is_asked = ["assword", "assphrase", "secret"].iter().any(|name| asked.contains(name));
    is_asked.then(|| taken(text, read.range.start..end, Named::PASSWORD, Tie::Colon, true)).flatten()
}

/// A text in quotes that ends here. Java keeps passwords as arrays of letters, and little else.
fn quoted_before(text: &str, end: usize) -> Option<Span> {
    let from = text.floor_char_boundary(end.saturating_sub(200));
    let inner = text[from..end].strip_suffix('"')?;
    let start = from + inner.rfind('"')? + 1;
    taken(text, start..from + inner.len(), Named::PASSWORD, Tie::Set, true)
}

fn take(text: &str, at: usize, found: &mut Vec<Span>) {
    let cursor = Cursor::new(text, at);
    let read = wrapped(cursor).unwrap_or_else(|| cursor.bare());
    found.extend(taken(text, read.range, Named::PASSWORD, Tie::Set, read.quoted));
}

/// Passes the user of `NetworkCredential 'anna', 'x'` in PowerShell.
fn behind_first(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat_any(&['"', '\'']);
    if cursor.blanks() == 0 {
        return false;
    }
    cursor.eat("-ArgumentList ");
    cursor.eat_any(&['@']);
    cursor.eat_any(&['(']);
    let line = cursor.line();
    let Some(comma) = line.find(',').filter(|comma| !line[..*comma].contains(['(', ')', '='])) else { return false };
    cursor.at += comma + 1;
    cursor.blanks();
    true
}

/// Passes the drive, the share and the user of `net use`, and the user of `net user`.
fn behind_share(cursor: &mut Cursor<'_>) {
    for _ in 0..3 {
        cursor.blanks();
        let word = cursor.line().split([' ', '\t']).next().unwrap_or_default();
        let is_user = cursor.text[..cursor.at].trim_end().to_ascii_lowercase().ends_with("net user");
        if !(is_user || word.ends_with(':') || word == "*" || word.starts_with("\\\\") || word.starts_with("/user:")) {
            return;
        }
        cursor.at += word.len();
    }
    cursor.blanks();
}

/// The part of a form whose value stands before its name.
fn content(mut cursor: Cursor<'_>) -> Option<Span> {
    cursor.space();
    let value = cursor.quoted()?;
    cursor.at = value.end;
    while cursor.eat_any(&[')', ',', ' ', '\n']).is_some() {}
    let name = cursor.quoted()?;
    let named = named(&cursor.text[name.range])?;
    taken(cursor.text, value.range, named, Tie::Set, true)
}
