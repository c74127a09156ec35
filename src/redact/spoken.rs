//! What stands between a name and its value in a sentence, and before a name that its value goes before.

use std::borrow::Cow;

/// Verbs between a name and its value.
const VERBS: &[&str] = &[
    "is", "was", "are", "were", "to", "ist", "lautet", "heißt", "auf", "war", "est", "es", "é", "è", "är", "er", "je",
    "jest", "equals", "being", "like", "says", "holds", "contains", "reads", "be", "becomes", "still",
];
/// What may stand between a verb and the value.
const ADVERBS: &[&str] = &[
    "now",
    "still",
    "just",
    "called",
    "this",
    "literally",
    "set",
    "reset",
    "changed",
    "rotated",
    "been",
    "currently",
    "bisher",
    "jetzt",
    "probably",
    "to",
];
/// What leads to whom or what a secret belongs.
const OWNED: &[&str] = &["for", "of", "on", "from", "in", "für", "von", "pour", "de", "para", "per", "voor"];
/// More words do not stand between a name and its verb.
const WORDS: usize = 6;
/// Words between a preposition and a name.
const FILLERS: &[&str] = &[
    "the",
    "a",
    "my",
    "our",
    "your",
    "its",
    "das",
    "mein",
    "le",
    "la",
    "el",
    "client",
    "app",
    "application",
    "new",
    "old",
    "sql",
    "db",
    "admin",
    "user",
    "username",
    "login",
    "and",
];
/// What stands between a value and the name that follows.
const PREPOSITIONS: &[&str] = &["as", "for", "als", "comme", "como", "is", "into", "in"];
/// What sets the name that follows to what follows that.
const SETTERS: &[&str] = &[
    "setx",
    "env",
    "arg",
    "set",
    "put",
    "setenv",
    "set-item",
    "set-variable",
    "define",
    "config:set",
    "add",
    "proxy_set_header",
    "add_header",
    "set-content",
    "add-content",
];
/// Fields whose value is a name.
const NAMING: &[&str] = &[
    "name",
    "key",
    "k",
    "var",
    "variable",
    "setting",
    "id",
    "field",
    "param",
    "parameter",
    "label",
    "title",
    "type",
    "property",
    "entry",
    "element",
    "option",
    "n",
    "path",
    "resource",
    "output",
    "data",
    "secret",
    "td",
    "th",
    "dt",
    "li",
    "string",
];

/// Where the value begins in a text that follows a name, if a verb or sign leads to it.
pub(super) fn verb_end(behind: &str) -> Option<usize> {
    let mut rest = behind;
    let (mut has, mut is_owned) = (false, false);
    for count in 0..=WORDS {
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let next = &rest[blank..];
        if let Some(end) = sign(next, blank > 0) {
            return blanks(behind, &next[end..]);
        }
        if blank == 0 || count == WORDS {
            return None;
        }
        let (word, after) = if is_owned { token(next)? } else { word(next)? };
        let is = |known: &&str| known.eq_ignore_ascii_case(word);
        if word.len() < 9 && VERBS.iter().any(&is) || has && is(&"value") {
            // A sign behind the verb says the same again.
            let signed = after.trim_start_matches(' ');
            let mut after = signed.strip_prefix([':', '=']).unwrap_or(after);
            for _ in 0..3 {
                let adverb = after.trim_start_matches([' ', '\t']);
                let end = adverb.find(' ').filter(|end| ADVERBS.contains(&adverb[..*end].to_lowercase().as_str()));
                after = end.map_or(after, |end| &adverb[end..]);
            }
            return blanks(behind, after);
        }
        has |= is(&"has");
        is_owned |= OWNED.contains(&word);
        rest = after;
    }
    None
}

fn sign(text: &str, after_blank: bool) -> Option<usize> {
    let signs = ["->", "=>", ":", "="].into_iter().chain(["-", "–", "—"].into_iter().filter(|_| after_blank));
    signs.filter(|sign| text.starts_with(sign)).map(str::len).next()
}

/// Where the text begins that blanks lead to.
fn blanks(whole: &str, rest: &str) -> Option<usize> {
    let text = rest.trim_start_matches([' ', '\t']);
    (text.len() < rest.len() && !text.is_empty()).then(|| whole.len() - text.len())
}

/// A word of letters at the beginning of a text, in brackets or not, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let end = inner.find(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’')).unwrap_or(inner.len());
    let after = &inner[end..];
    (end > 0).then(|| (&inner[..end], after.strip_prefix(')').unwrap_or(after)))
}

/// What stands up to the next blank, without the mark behind it, and what follows it.
fn token(text: &str) -> Option<(&str, &str)> {
    let word = text.split([' ', '\t']).next()?.trim_end_matches([':', ',', '=']);
    (!word.is_empty()).then(|| text.split_at(word.len()))
}

/// The value that a note behind it names: `x (client secret)`, `"x" # the password`.
pub(super) fn noted<'t>(before: &'t str, behind: &str) -> Option<&'t str> {
    let in_brackets = behind.starts_with(')');
    if !in_brackets && !behind.trim_start_matches([' ', '.', '!', '\r']).is_empty() {
        return None;
    }
    let mut rest = before.trim_end();
    while let Some((start, word)) = rest.rsplit_once([' ', '(']).map(|(start, word)| (start.len() + 1, word))
        && FILLERS.contains(&word.to_lowercase().as_str())
    {
        rest = rest[..start].trim_end_matches(' ');
    }
    let marks: &[&str] = if in_brackets { &[" ("] } else { &["<--", "<-", "←", "//", "#"] };
    let value = marks.iter().find_map(|mark| rest.strip_suffix(mark))?;
    let value = value.trim_end_matches([' ', ';', ',']);
    if value.ends_with(['"', '\'', '`']) {
        let quote = value.chars().last()?;
        return value[..value.len() - 1].rfind(quote).map(|open| &value[open..]);
    }
    value.rsplit([' ', '\t']).next().filter(|value| !value.is_empty())
}

/// Whether a user was named before, whose password may follow.
pub(super) fn is_of_user(before: &str) -> bool {
    let words = before.split(|c: char| !c.is_alphabetic());
    words.map(str::to_lowercase).any(|word| matches!(word.as_str(), "user" | "username" | "login" | "uid" | "account"))
}

/// The value that stands before a name in its sentence, and whether it stands there as the secret: `hunter2 as my `.
pub(super) fn value_before(before: &str) -> Option<(&str, bool)> {
    if !before.ends_with([' ', '\t']) {
        return None;
    }
    let mut words = before.split([' ', '\t']).rev().filter(|word| !word.is_empty());
    let mut word = words.next()?;
    for _ in 0..5 {
        if !FILLERS.contains(&word.to_lowercase().as_str()) {
            break;
        }
        word = words.next()?;
    }
    let lower = word.to_lowercase();
    if !PREPOSITIONS.contains(&lower.as_str()) {
        return None;
    }
    let value = words.next()?;
    let value = if value == "used" { words.nth(1)? } else { value };
    Some((value, lower.starts_with(['a', 'c'])))
}

/// The values in `from … to …` behind a name.
pub(super) fn from_to(behind: &str) -> Vec<&str> {
    let mut words = behind.split([' ', '\t']).filter(|word| !word.is_empty());
    let first = words.next();
    let from = if first == Some("from") { first } else { words.next() };
    match (from, words.next(), words.next(), words.next()) {
        (Some("from"), Some(old), Some("to"), new) => [Some(old), new].into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

/// Whether a command before a name sets it to what follows.
pub(super) fn is_setter(before: &str) -> bool {
    let mut words = before.split([' ', '\t']).rev();
    let last = words.next().unwrap_or_default();
    if !last.is_empty() && !last.ends_with([':', '"', '\'', '(', '_']) {
        return false;
    }
    let mut words = words.filter(|word| !word.is_empty());
    let mut word = words.next().unwrap_or_default();
    if word.starts_with('-') {
        word = words.next().unwrap_or_default();
    }
    let word = word.trim_start_matches(['(', '"', '\'', '$', '`']).to_lowercase();
    SETTERS.contains(&word.as_str())
}

/// Whether a name at the end of this is the value of a field.
pub(super) fn is_name_place(before: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '/' | '@' | ' ' | '-');
    let outside = before.trim_end_matches(is_of_name);
    let unquoted = outside.trim_end_matches(['"', '\'', '\\']);
    if unquoted.len() < outside.len() && !unquoted.ends_with([':', '=', '>', ' ', '\t']) {
        return false;
    }
    let from = before.floor_char_boundary(before.len().saturating_sub(90));
    let near = &before[from..];
    let mut at = 0;
    for word in near.split(|c: char| !c.is_alphanumeric()) {
        let end = at + word.len();
        if word.len() < 10 && NAMING.iter().any(|known| known.eq_ignore_ascii_case(word)) && leads_to_name(&near[end..])
        {
            return true;
        }
        at = end + near[end..].chars().next().map_or(0, char::len_utf8);
    }
    false
}

/// Whether nothing but signs, quotes and the beginning of a name stand here.
fn leads_to_name(behind: &str) -> bool {
    let closed = if behind.contains('&') { behind.replace("&quot;", "\"").into() } else { Cow::Borrowed(behind) };
    let closed = closed.trim_start_matches(['"', '\'', '\\', ']']);
    let signs = closed.trim_start_matches([':', '=', '>', ' ', '\t']);
    let name = signs.trim_start_matches(['"', '\'', '\\', ' ']);
    signs.len() < closed.len()
        && name.len() <= 60
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '/' | '@' | ' ' | '-'))
}
