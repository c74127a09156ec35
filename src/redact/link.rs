//! What stands between a name and its value, in whichever language: signs, tags, types, functions, verbs.

use super::cursor::{Cursor, Read};
use super::enclosed::{
    behind_user, block, in_element, is_half, is_of_both, next_line, pass_label, pass_tags, pass_types, whole_or_word,
    wrapped,
};
use super::expression::{Place, expansion, place_of_value};
use super::names::{is_value_field, named};
use super::plausible::{Tie, is_told};
use super::record::value_within;
use super::spoken::verb_end;
use super::words::{List, is_in};
use super::written::substituted;

/// Signs that set a value, the longest first.
const SIGNS: &[&str] = &[
    "::=", "===", "!==", "==>", ":-", ":=", "-->", "=>", "->", "==", "~=", "?=", "+=", "<-", "||=", "??=", "!=", "→",
    "⇒", "➜", "➡️", "➡", "👉", "·", "•", "›", "：", "＝", "=", ":", "≔",
];

/// What stands between a name and its value where no blank does.
const EAST: &[char] = &['是', '为', '為', '值', 'は', 'が', 'を', 'の', '는', '은', '이', '가', '값', '号', '码'];
/// What ties two cells of a row.
const CELLS: &[char] = &['|', '│', '║', '┃'];

/// A value behind a name, and how it is tied to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linked {
    pub(super) read: Read,
    pub(super) tie: Tie,
}

/// The value behind the name that ends here. `alone`: the name begins its line.
pub(super) fn value_behind(name: Cursor<'_>, alone: bool) -> Option<Linked> {
    let mut cursor = name;
    let closed = close_name(&mut cursor);
    let mut after_name = cursor;
    // A path in a program.
    if cursor.rest().starts_with("::") && !cursor.rest().starts_with("::=") {
        return None;
    }
    if closed && cursor.peek() == Some(',') {
        return is_whole(name, cursor.at).then(|| argument(cursor)).flatten();
    }
    if let Some(read) = paired(name, after_name).or_else(|| behind_types(after_name)) {
        return Some(Linked { read, tie: Tie::Set });
    }
    if let Some(read) = in_element(cursor, closed) {
        return Some(Linked { read, tie: Tie::Set });
    }
    if cursor.rest().starts_with("</") {
        pass_tags(&mut cursor);
        after_name = cursor;
    }
    pass_label(&mut cursor);
    cursor.space_before_sign();
    if let Some(linked) = dash(cursor, after_name, alone) {
        return Some(linked);
    }
    if let Some(sign) = sign(&mut cursor) {
        return behind_sign(cursor, name.at, sign, alone, closed);
    }
    if let Some(read) = compared(after_name).filter(|_| closed) {
        return Some(Linked { read, tie: Tie::Set });
    }
    if let Some(read) = typed(after_name) {
        return Some(Linked { read, tie: Tie::Set });
    }
    let mut inner = after_name;
    inner.blanks();
    if inner.rest().starts_with('{')
        && let Some(read) = value_within(inner.text, name.at, inner.at)
    {
        return Some(Linked { read, tie: Tie::Set });
    }
    cell(after_name).or_else(|| said(after_name, alone))
}

/// The other half of a pair: `{client_secret, "x"}`, `(client-secret . "x")`, `clientSecret{"x"}`.
fn paired(name: Cursor<'_>, mut cursor: Cursor<'_>) -> Option<Read> {
    let before = name.text[..name.at].trim_end_matches(|c: char| c.is_alphanumeric() || "_-:".contains(c));
    let is_half = before.ends_with(['{', '[', '(']) && cursor.eat(",") || before.ends_with('(') && cursor.eat(" . ");
    if is_half {
        cursor.blanks();
    } else if !cursor.eat("{") {
        return None;
    }
    let bare = || Some(cursor.bare()).filter(|read| is_half && is_told(&cursor.text[read.range.clone()]));
    let read = wrapped(cursor).or_else(bare)?;
    let close = cursor.text[read.end..].trim_start();
    close.starts_with(['}', ')']).then_some(read)
}

/// A text behind types and their sizes, with a sign or without: `(string) (len=40) "x"`, `[] = "x"`.
fn behind_types(mut cursor: Cursor<'_>) -> Option<Read> {
    if !cursor.rest().trim_start_matches(' ').starts_with(['[', '(', '{', ';', ':', '=']) {
        return None;
    }
    let before = pass_types(&mut cursor);
    cursor.blanks();
    let is_signed = sign(&mut cursor).is_some();
    let behind = pass_types(&mut cursor);
    cursor.blanks();
    let bare = || Some(cursor.bare()).filter(|read| is_signed && is_told(&cursor.text[read.range.clone()]));
    (before || behind).then(|| wrapped(cursor).or_else(bare)).flatten()
}

/// Whether a name is all that its quotes hold. `end`: where they and brackets behind it end.
fn is_whole(name: Cursor<'_>, end: usize) -> bool {
    let near = name.text.floor_char_boundary(name.at.saturating_sub(160));
    let before = name.text[near..name.at].trim_end_matches(|c: char| c.is_alphanumeric() || "_-.:/#@$[=".contains(c));
    let quotes: Vec<char> = name.text[name.at..end].chars().filter(|c| matches!(c, '"' | '\'')).collect();
    matches!(quotes.as_slice(), [quote] if before.ends_with(*quote))
}

/// Passes what closes a name: quotes, brackets, marks of bold letters.
fn close_name(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    loop {
        if cursor.eat_any(&['\\', '"', '\'', '`', ']', ')', '*', '\u{201d}', '\u{2019}', '?']).is_some() {
            continue;
        }
        let rest = cursor.rest();
        // PowerShell's `${env:SECRET} =`.
        if rest.strip_prefix('}').is_some_and(|rest| rest.trim_start_matches(' ').starts_with('=')) {
            cursor.at += 1;
            continue;
        }
        // PHP tells who may read a field.
        let near = &rest[..rest.floor_char_boundary(80.min(rest.len()))];
        let Some(hidden) = near.find(']').filter(|end| {
            rest.starts_with(':') && ["private", "protected"].iter().any(|who| near[..*end].ends_with(who))
        }) else {
            break;
        };
        cursor.at += hidden;
    }
    cursor.at > start
}

fn sign(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    if cursor.rest().starts_with(|c: char| c.is_ascii_alphanumeric() || c == ' ') {
        return None;
    }
    let is_path = cursor.rest().starts_with("::") && !cursor.rest().starts_with("::=");
    SIGNS.iter().find(|sign| !is_path && cursor.eat(sign)).copied()
}

/// The value behind a sign.
fn behind_sign(mut cursor: Cursor<'_>, name: usize, sign: &str, alone: bool, closed: bool) -> Option<Linked> {
    let start = cursor.at;
    // A type, and then the sign: `secret: str = "x"`.
    if sign == ":" {
        let mut typed = cursor;
        typed.blanks();
        let kind = typed.rest();
        let length = kind.find(|c: char| !c.is_alphanumeric() && !"_<>[]&?. '*".contains(c)).unwrap_or(0);
        if (1..40).contains(&length)
            && kind[length..].starts_with('=')
            && !kind[length..].starts_with("==")
            && kind[..length].ends_with(' ')
        {
            typed.at += length + 1;
            typed.blanks();
            if let Some(read) = wrapped(typed) {
                return Some(Linked { read, tie: Tie::Set });
            }
        }
    }
    // What a shell does where a variable is set, or is not.
    if sign == ":" && cursor.rest().starts_with(['?', '+']) {
        return None;
    }
    let blanks = cursor.blanks();
    while cursor.eat("*") {}
    // A type of YAML.
    let tag = cursor.line().split(' ').next().unwrap_or_default();
    if tag.starts_with('!')
        && tag.bytes().all(|byte| byte == b'!' || byte.is_ascii_lowercase())
        && cursor.line().len() > tag.len()
    {
        cursor.at += tag.len();
        cursor.blanks();
    }
    pass_tags(&mut cursor);
    cursor.blanks();
    if matches!(sign, "==" | "===" | "!=" | "!==") {
        return cursor.quoted().map(|read| Linked { read, tie: Tie::Set });
    }
    let set = closed || sign != ":" && sign != "：" || alone || blanks == 0;
    let tie = if set { Tie::Set } else { Tie::Colon };
    match place_of_value(cursor.text, name, start) {
        Place::Here => {}
        Place::Joined(read) => return Some(Linked { read, tie: Tie::Set }),
        Place::Elsewhere => return None,
    }
    let read = expansion(cursor).or_else(|| substituted(cursor)).or_else(|| block(cursor)).or_else(|| wrapped(cursor));
    if let Some(read) = read {
        return Some(Linked { read, tie: Tie::Set });
    }
    if cursor.rest().starts_with(['{', '\r', '\n'])
        && let Some(read) = value_within(cursor.text, name, cursor.at)
    {
        return Some(Linked { read, tie: Tie::Set });
    }
    // Credentials of a user: `anna / Zebrafish42`.
    if let Some(read) = behind_user(cursor, name) {
        return Some(Linked { read, tie: Tie::Said });
    }
    let rest = cursor.rest();
    if rest.starts_with(['\r', '\n']) {
        return next_line(cursor, sign);
    }
    (cursor.at > start || !rest.starts_with(char::is_whitespace))
        .then(|| Linked { read: whole_or_word(cursor, sign, alone), tie })
}

/// A value behind a dash: `password - Zebrafish42`.
fn dash(mut cursor: Cursor<'_>, name: Cursor<'_>, alone: bool) -> Option<Linked> {
    let blank = cursor.at > name.at;
    // A row of two fields.
    if alone && !blank && cursor.eat(";") {
        return Some(Linked { read: cursor.bare(), tie: Tie::Colon });
    }
    let dashed = blank && (cursor.eat("- ") || cursor.eat("\u{2013} ") || cursor.eat("\u{2014} "));
    let read = dashed.then(|| cursor.quoted().unwrap_or_else(|| cursor.bare()))?;
    Some(Linked { read, tie: if alone { Tie::Colon } else { Tie::Said } })
}

/// The next argument, or the other half of a pair: `"client_secret", "x"`.
fn argument(mut cursor: Cursor<'_>) -> Option<Linked> {
    cursor.eat(",");
    cursor.space();
    let mut named = cursor;
    let word = named.word();
    if !word.is_empty() && (named.eat(":") || named.eat("=")) && is_value_field(word) {
        named.blanks();
        cursor = named;
    }
    let read = wrapped(cursor)?;
    let rest = cursor.text[read.end..].trim_start();
    (!rest.starts_with([':', '=']) || rest.starts_with("==")).then_some(Linked { read, tie: Tie::Colon })
}

/// What a test compares a value with, or types into its field: `expect(password).toBe("x")`.
fn compared(mut cursor: Cursor<'_>) -> Option<Read> {
    const VERBS: [&str; 17] = [
        "tobe",
        "toequal",
        "tostrictequal",
        "equals",
        "equal",
        "isequalto",
        "is",
        "eq",
        "equalsignorecase",
        "type",
        "fill",
        "sendkeys",
        "setvalue",
        "val",
        "typetext",
        "settext",
        "inputtext",
    ];
    cursor.eat(".").then_some(())?;
    let verb = cursor.word().to_lowercase().replace('_', "");
    (VERBS.contains(&verb.as_str()) && cursor.eat("(")).then(|| cursor.quoted()).flatten()
}

/// A type between a name and the sign: `var secret string = "x"`.
fn typed(mut cursor: Cursor<'_>) -> Option<Read> {
    if cursor.blanks() == 0 || cursor.word().is_empty() {
        return None;
    }
    if let Some(size) = cursor.line().find(')').filter(|_| cursor.peek() == Some('(')) {
        cursor.at += size + 1;
    }
    cursor.blanks();
    (cursor.eat("=") || cursor.eat(":=")).then_some(())?;
    cursor.blanks();
    wrapped(cursor)
}

/// The cell beside that of the name.
fn cell(mut cursor: Cursor<'_>) -> Option<Linked> {
    let blanks = cursor.blanks();
    let tab = cursor.text[..cursor.at].ends_with('\t');
    let bar = cursor.eat_any(CELLS).is_some();
    if !bar && !tab && blanks < 2 {
        return None;
    }
    cursor.blanks();
    while cursor.eat("`") || cursor.eat("**") {}
    // The type of a value in the registry of Windows.
    if cursor.rest().starts_with("REG_") {
        cursor.word();
        cursor.blanks();
    }
    if cursor.rest().starts_with(['\r', '\n']) || cursor.rest().is_empty() {
        return None;
    }
    let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
    Some(Linked { read, tie: if bar || tab { Tie::Colon } else { Tie::Said } })
}

/// A value in a sentence.
fn said(cursor: Cursor<'_>, alone: bool) -> Option<Linked> {
    let mut east = cursor;
    while east.at - cursor.at < 24 && east.eat_any(EAST).is_some() {}
    if east.at > cursor.at {
        east.blanks();
        if sign(&mut east).is_some() {
            east.blanks();
        }
        let read = east.quoted().unwrap_or_else(|| east.bare());
        return Some(Linked { read, tie: Tie::Said });
    }
    if cursor.text[..cursor.at].ends_with(['\'', '\u{2019}']) && cursor.rest().starts_with("s ") {
        return Some(possessed(cursor));
    }
    let line = cursor.line();
    let near = &line[..line.floor_char_boundary(90.min(line.len()))];
    if let Some(end) = verb_end(near) {
        let words = &near[..end];
        let about = words.split_whitespace().next().is_some_and(|word| {
            named(&format!("secret {word}")).is_none() && !word.starts_with(['=', ':']) && word != "is"
        }) && !words.trim_end().ends_with(" to");
        if !about {
            let inner = Cursor::new(cursor.text, cursor.at + end);
            let read = inner.quoted().or_else(|| behind_user(inner, cursor.at)).unwrap_or_else(|| inner.bare());
            return Some(Linked { read, tie: Tie::Said });
        }
        return None;
    }
    let mut inner = cursor;
    let alone = alone
        && inner.rest().starts_with(['\r', '\n'])
        && inner.space()
        && !inner.line().trim_start_matches("- ").trim_end().contains(' ');
    if alone {
        inner.eat("- ");
    }
    let apposed = inner.eat(",");
    if inner.blanks() == 0 && !alone {
        return None;
    }
    let bracket = inner.eat("(");
    let mut value = inner;
    if bracket && is_in(List::Still, &value.word().to_lowercase()) && value.blanks() > 0 {
        inner = value;
    }
    if (is_of_both(cursor.text, cursor.at) || is_half(cursor.text, cursor.at))
        && let Some(read) = behind_user(inner, cursor.at)
    {
        return Some(Linked { read, tie: Tie::Said });
    }
    if apposed {
        let read = inner.bare();
        return inner.text[read.end..].starts_with([',', '.']).then_some(Linked { read, tie: Tie::Beside });
    }
    let read = inner.quoted().unwrap_or_else(|| inner.bare());
    // An attribute of an element, or the next field.
    let field = cursor.text[read.range.clone()].split_once('=').map(|(name, _)| name);
    let is_field = field.is_some_and(|name| name.len() > 3 && name.chars().all(char::is_alphabetic));
    let is_next = !read.quoted && (is_field || cursor.text[..read.end].ends_with('='));
    (!is_next).then_some(Linked { read, tie: Tie::Beside })
}

/// A value behind `'s`: `my password's x`, `the secret's value is x`.
fn possessed(mut cursor: Cursor<'_>) -> Linked {
    cursor.eat("s");
    let line = cursor.line();
    cursor.at += verb_end(line).unwrap_or(1);
    let read = cursor.quoted().unwrap_or_else(|| cursor.bare());
    Linked { read, tie: Tie::Said }
}

impl Cursor<'_> {
    /// Passes blanks before a sign, or a line end where the sign begins the next.
    fn space_before_sign(&mut self) {
        let start = self.at;
        self.space();
        if self.text[start..self.at].contains('\n') && !self.rest().starts_with(['=', ':']) {
            self.at = start;
        }
    }
}
