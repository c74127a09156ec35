//! What a command writes to a place that is named for a secret: a file, a store, a variable.

use std::ops::Range;

use super::cursor::{Cursor, Read};

/// Longer lines are no commands, in bytes.
const LONGEST: usize = 400;
/// Commands that say their arguments.
const SAYING: &[&str] = &["echo", "printf", "print", "write-output", "write-host", "echo."];

/// Commands that write what they read.
const WRITERS: &[&str] = &[
    "tee",
    "sudo",
    "docker",
    "podman",
    "gh",
    "kubectl",
    "vault",
    "out-file",
    "set-content",
    "add-content",
    "sponge",
    "dd",
    "wrangler",
    "pass",
    "base64",
    "openssl",
    "az",
    "aws",
    "gcloud",
    "fly",
    "flyctl",
    "vercel",
    "netlify",
    "heroku",
];

/// The value that goes to the place whose name stands here: `echo -n 'x' > client_secret.txt`.
pub(super) fn written_to(text: &str, name: &Range<usize>) -> Option<Read> {
    let before = line_before(text, name.start);
    let behind = Cursor::new(text, name.end).line();
    let is_fit = |here: &usize| behind[*here..].starts_with("<<<") || !behind[..*here].contains(['=', '(', '{']);
    if let Some(here) = memchr::memmem::find(behind.as_bytes(), b"<<").filter(is_fit) {
        let next = text.floor_char_boundary((name.end + behind.len() + 1).min(text.len()));
        let line = || Cursor::new(text, next).line().len();
        return here_text(text, name.end + here).or_else(|| said(text, next..next + line(), false));
    }
    let sign = memchr::memrchr2(b'>', b'|', before.as_bytes())?;
    let way = before[sign + 1..].trim_start_matches(['>', ' ']);
    let is_file = before[sign..].starts_with('>') && !way.contains(' ');
    let writer = way.split(' ').next().unwrap_or_default();
    if way.len() > 80 || !(is_file || WRITERS.iter().any(|known| known.eq_ignore_ascii_case(writer))) {
        return None;
    }
    let start = name.start - before.len();
    let command = before[..sign].trim_end_matches('>');
    if command.contains("<<") {
        return here_text(text, start + command.find("<<")?);
    }
    said(text, start..start + command.len(), true)
}

/// The value that is piped to what stands here. `alone`: a text in quotes needs no command that says it.
pub(super) fn piped_to(text: &str, at: usize, alone: bool) -> Option<Read> {
    let before = line_before(text, at);
    let start = at - before.len();
    said(text, start..start + before.rfind('|')?, alone)
}

/// The value of a command that is put in the place of itself: `$(printf '%s' "x")`.
pub(super) fn substituted(cursor: Cursor<'_>) -> Option<Read> {
    let mut inner = cursor;
    (inner.eat("$(") || inner.eat("`")).then_some(())?;
    said(inner.text, inner.at..inner.at + inner.line().len(), false)
}

fn line_before(text: &str, at: usize) -> &str {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let near = &text[from..at];
    &near[memchr::memrchr2(b'\n', b'\r', near.as_bytes()).map_or(0, |end| end + 1)..]
}

/// What a command says: the last of its arguments, or a text in quotes that stands for itself.
fn said(text: &str, command: Range<usize>, alone: bool) -> Option<Read> {
    let mut cursor = Cursor::new(&text[..command.end], command.start);
    let mut is_first = true;
    loop {
        cursor.blanks();
        let word = cursor.rest().split([' ', '\t', '(']).next().unwrap_or_default();
        if SAYING.iter().any(|saying| saying.eq_ignore_ascii_case(word.trim_start_matches(['@', '(', '`']))) {
            cursor.at += word.len();
            return argument(cursor);
        }
        if alone
            && is_first
            && let Some(read) = cursor.quoted()
        {
            let rest = text[read.end..command.end].trim();
            return (rest.is_empty() || rest.starts_with('|')).then_some(read);
        }
        if cursor.eat("(") {
            continue;
        }
        if word.is_empty() {
            return None;
        }
        is_first &= word.starts_with('$') || word.ends_with(['>', '$', '=']);
        cursor.at += word.len().max(1);
    }
}

/// The text behind the options and the format of a command that says it.
fn argument(mut cursor: Cursor<'_>) -> Option<Read> {
    let mut format = None;
    for _ in 0..6 {
        cursor.blanks();
        let rest = cursor.rest();
        let word = rest.split([' ', '\t']).next().unwrap_or_default();
        if word.is_empty() || word.starts_with(['|', '>', ')']) {
            break;
        }
        if word.starts_with('-') {
            cursor.at += word.len();
            continue;
        }
        let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
        let value = &cursor.text[read.range.clone()];
        if !value.contains("%s") {
            return Some(read);
        }
        cursor.at = read.end.max(cursor.at + 1);
        format = Some(read);
    }
    format
}

/// What a here-document of one line says, or a here-string.
fn here_text(text: &str, at: usize) -> Option<Read> {
    let mut cursor = Cursor::new(text, at);
    if cursor.eat("<<<") {
        cursor.blanks();
        return Some(cursor.quoted().unwrap_or_else(|| cursor.bare()));
    }
    let mark = cursor.line().trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let mark = &mark[..mark.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(mark.len())];
    cursor.at += cursor.line().len();
    let is_next = cursor.eat("\r\n") || cursor.eat("\n");
    let line = cursor.line();
    let range = cursor.at..cursor.at + line.len();
    let behind = text[range.end..].trim_start_matches(['\r', '\n']);
    (is_next && !mark.is_empty() && behind.starts_with(mark)).then_some(Read { end: range.end, range, quoted: true })
}
