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
use super::scan::taken;
use super::written::piped_to;

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
        "--password-stdin" | "chpasswd" | "secret set" | "sudo -s" => {
            by_place(text, word, found);
            return found.extend(piped(text, word.start, false));
        }
        _ => behind_share(&mut cursor),
    }
    if !cursor.rest().starts_with(['/', '-', '(', '\\', '|', '<', '>', '*']) {
        take(text, cursor.at, found);
    }
}

fn piped(text: &str, at: usize, alone: bool) -> Option<Span> {
    let read = piped_to(text, at, alone)?;
    taken(text, read.range, Named::PASSWORD, Tie::Set, read.quoted)
}

fn framed(text: &str, found: Option<(Read, Named)>) -> Option<Span> {
    let (read, named) = found?;
    taken(text, read.range, named, Tie::Set, read.quoted)
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
