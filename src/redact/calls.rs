//! Values that their place among the arguments of a function gives away.

use std::ops::Range;

use super::cursor::{Cursor, Read};
use super::enclosed::wrapped;
use super::find::Span;
use super::names::{Named, named};
use super::plausible::{Tie, is_id, is_telling};
use super::scan::taken;
use super::words::Sure;

/// Longer lists of arguments are not read, in bytes.
const LONGEST: usize = 4096;

/// Which argument of a function is the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The one of this number, from 0.
    At(usize),
    /// Of at least so many arguments the last text that looks like a secret, or else that is no id, address or path.
    Last(usize),
}

/// Ends of functions' names, in small letters, the longer first.
const FUNCTIONS: &[(&str, Which)] = &[
    ("networkcredential", Which::At(1)),
    ("pscredential", Which::At(1)),
    ("passwordauthentication", Which::At(1)),
    ("managedidentitycredential", Which::At(9)),
    ("interactivebrowsercredential", Which::At(9)),
    ("devicecodecredential", Which::At(9)),
    ("defaultazurecredential", Which::At(9)),
    ("azureclicredential", Which::At(9)),
    ("getcredential", Which::At(9)),
    ("certificatecredential", Which::Last(3)),
    ("credentialfactory", Which::Last(1)),
    ("credential", Which::Last(1)),
    ("credentials", Which::Last(1)),
    ("credfromsecret", Which::Last(1)),
    ("clientapplication", Which::Last(2)),
    ("principalauthentication", Which::Last(2)),
    ("serviceprincipal", Which::Last(2)),
    ("basicauth", Which::Last(2)),
    ("bearerauth", Which::At(0)),
    ("basicauthentication", Which::Last(2)),
    ("basicauthenticationheadervalue", Which::Last(2)),
    ("basic", Which::Last(2)),
    ("auth", Which::Last(2)),
    ("login", Which::Last(2)),
    ("logon", Which::Last(2)),
    ("signin", Which::Last(2)),
    ("authenticate", Which::Last(2)),
    ("getconnection", Which::At(2)),
    ("connect", Which::At(2)),
    ("x509certificate2", Which::At(1)),
    ("loadpkcs12", Which::At(1)),
    ("loadpkcs12fromfile", Which::At(1)),
    ("pdo", Which::At(2)),
    ("loadkeyandcertificates", Which::At(1)),
];
/// What a function does that takes the name of a secret, and not the secret.
const FETCHES: &[&str] = &[
    "get", "read", "fetch", "find", "load", "list", "delete", "lookup", "remove", "has", "is", "check", "validate",
    "resolve", "describe", "input", "prompt", "ask", "import", "recover", "purge", "backup", "log", "print", "hash",
];

/// The value of the function whose name has a word here.
pub(super) fn argument_at(text: &str, word: &Range<usize>) -> Option<Span> {
    let open = open_of_call(text, word.start)?;
    argument(text, word.start, open)
}

/// Where the arguments of a function begin whose name has a word here.
fn open_of_call(text: &str, word: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text, word);
    cursor.word();
    cursor.eat("]");
    let mut member = cursor;
    if member.eat("::") || member.eat(".") {
        let made = member.word();
        if matches!(made, "new" | "create" | "of") || made.starts_with("from") {
            cursor = member;
        }
    }
    cursor.eat("!");
    cursor.eat(" ");
    if cursor.eat("=") {
        cursor.eat(" ");
    }
    // Ruby needs no brackets.
    let is_bare = cursor.text[..cursor.at].ends_with(' ') && cursor.rest().starts_with(['"', '\'']);
    (cursor.eat("(") || is_bare).then_some(cursor.at)
}

/// The argument of a function that is a secret.
fn argument(text: &str, stem: usize, open: usize) -> Option<Span> {
    let from = text.floor_char_boundary(stem.saturating_sub(60));
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let start = text[from..stem]
        .rfind(|c: char| !letter(c))
        .map_or(from, |gap| from + gap + text[from + gap..].chars().next().map_or(1, char::len_utf8));
    let callee = text[start..open].split([']', ':', '(', ' ', '=', '.']).next().unwrap_or_default();
    let is_bare = !text[..open].ends_with('(');
    let bare: String = callee.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (named, which) = match FUNCTIONS.iter().find(|(end, _)| bare.ends_with(end)) {
        Some((end, _)) if is_fetch(callee) && bare != *end => return None,
        Some((_, which)) => (Named::PASSWORD, *which),
        None if is_bare => return None,
        None if is_fetch(callee) => return None,
        None => (named(callee).filter(|named| named.sure >= Sure::Likely)?, Which::Last(1)),
    };
    let end = if is_bare { open + Cursor::new(text, open).line().len() } else { text.len() };
    let (count, texts) = arguments(&text[..end], open);
    let best = |fits: fn(&str) -> bool| texts.iter().rfind(|(_, read)| fits(&text[read.range.clone()]));
    let (_, read) = match which {
        Which::At(number) => texts.iter().find(|(at, _)| *at == number)?,
        Which::Last(least) if count >= least => best(is_telling).or_else(|| best(|value| !is_id(value)))?,
        Which::Last(_) => return None,
    };
    taken(text, read.range.clone(), named, Tie::Set, true)
}

/// Whether the first word of a function's name is what it does with a name.
pub(super) fn is_fetch(callee: &str) -> bool {
    let callee = callee.trim_start_matches('_');
    FETCHES.iter().any(|verb| {
        callee.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb))
            && !callee[verb.len()..].starts_with(|c: char| c.is_ascii_lowercase())
    })
}

/// How many arguments a call has, or items a list, and those that are texts.
pub(super) fn arguments(text: &str, open: usize) -> (usize, Vec<(usize, Read)>) {
    let end = text.floor_char_boundary((open + LONGEST).min(text.len()));
    let mut cursor = Cursor::new(&text[..end], open);
    let (mut number, mut depth, mut fresh) = (0, 0_usize, true);
    let mut texts = Vec::new();
    while let Some(c) = cursor.peek() {
        if fresh
            && depth == 0
            && let Some(read) = wrapped(cursor)
        {
            cursor.at = read.end;
            texts.push((number, read));
            fresh = false;
            continue;
        }
        if let Some(read) = cursor.quoted() {
            cursor.at = read.end;
            continue;
        }
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => number += 1,
            ';' => break,
            _ => {}
        }
        fresh = c == ',' && depth == 0 || fresh && c.is_whitespace();
        cursor.at += c.len_utf8();
    }
    (number + 1, texts)
}
