//! A place in a text, and what can be read from there: quotes, blanks, values with and without quotes.

use std::ops::Range;

/// Longer values are not read, in bytes.
const LONGEST: usize = 16 * 1024;
/// No more of a line is looked at, in bytes.
const LINE: usize = 1024;
/// More blanks than this do not stand between a name and its value.
const BLANKS: usize = 60;

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    /// Where it stands, without its quotes.
    pub(super) range: Range<usize>,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Where what follows it begins.
    pub(super) end: usize,
}

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Whether the text is a form or an address, taken out of its escapes: nothing but the next field ends a value.
    pub(super) form: bool,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, form: false }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes a text where it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Passes one of these characters.
    pub(super) fn eat_any(&mut self, any: &[char]) -> Option<char> {
        let c = self.peek().filter(|c| any.contains(c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes blanks of this line, and returns how many.
    pub(super) fn blanks(&mut self) -> usize {
        let rest = self.rest();
        let count = rest.bytes().take(BLANKS).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += count;
        if self.eat("\u{a0}") || self.eat("\u{3000}") { count + 1 } else { count }
    }

    /// Passes blanks and at most two line ends.
    pub(super) fn space(&mut self) -> bool {
        let start = self.at;
        self.blanks();
        for _ in 0..2 {
            if !(self.eat("\r\n") || self.eat("\n")) {
                break;
            }
            self.blanks();
        }
        self.at > start
    }

    /// Passes letters, digits and what joins them.
    pub(super) fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// The line from here, without its end.
    pub(super) fn line(&self) -> &'t str {
        let rest = self.rest();
        let rest = &rest[..rest.floor_char_boundary(LINE.min(rest.len()))];
        &rest[..memchr::memchr2(b'\r', b'\n', rest.as_bytes()).unwrap_or(rest.len())]
    }

    /// A value in quotes: `"…"`, `\"…\"`, `'…'`, backticks, typographic ones, three of them.
    pub(super) fn quoted(&self) -> Option<Read> {
        let slashes = self.rest().bytes().take_while(|byte| *byte == b'\\').count();
        let mut inner = Cursor::new(self.text, self.at + slashes);
        let open = inner.eat_any(&['"', '\'', '`', '\u{201c}', '\u{2018}', '\u{201e}', '\u{ab}'])?;
        for triple in ["\"\"", "''"] {
            if slashes == 0 && triple.starts_with(open) && inner.eat(triple) {
                return inner.until(&format!("{open}{triple}"));
            }
        }
        let rest = inner.rest();
        let rest = &rest[..rest.floor_char_boundary(LONGEST.min(rest.len()))];
        let closes: &[char] = match open {
            '\u{201c}' | '\u{201e}' => &['\u{201d}', '\u{201c}'],
            '\u{2018}' => &['\u{2019}'],
            '\u{ab}' => &['\u{bb}'],
            _ => &[],
        };
        let (mut before, mut passed) = (0, 0);
        for (at, c) in rest.char_indices() {
            if at < passed {
                continue;
            }
            match c {
                '\n' => return None,
                '\\' => before += 1,
                c if closes.contains(&c) || c == open && closes.is_empty() => {
                    if before == slashes || slashes == 0 && before % 2 == 0 || slashes > 0 && before < slashes {
                        if let Some(length) = quote_within(&rest[at..]).filter(|_| slashes == 0) {
                            passed = at + length;
                            continue;
                        }
                        let end = inner.at + at - before.min(slashes);
                        return Some(Read { range: inner.at..end, quoted: true, end: inner.at + at + c.len_utf8() });
                    }
                    before = 0;
                }
                _ => before = 0,
            }
        }
        None
    }

    /// All up to a text, which closes it.
    pub(super) fn until(&self, close: &str) -> Option<Read> {
        let rest = self.rest();
        let end = rest[..rest.floor_char_boundary(LONGEST.min(rest.len()))].find(close)?;
        Some(Read { range: self.at..self.at + end, quoted: true, end: self.at + end + close.len() })
    }

    /// A value without quotes: as far as no blank, no quote, no bracket that was open before, no next field ends it.
    pub(super) fn bare(&self) -> Read {
        let line = self.line();
        let mut end = line.len();
        if let Some(close) =
            line.find('>').filter(|close| line.starts_with('<') && !line[..*close].contains([' ', '/']))
        {
            return Read { range: self.at..self.at + close + 1, quoted: false, end: self.at + close + 1 };
        }
        for (at, c) in line.char_indices() {
            if if self.form { is_end_of_field(line, at, c) } else { is_end(line, at, c) } {
                end = at;
                break;
            }
        }
        let word = trimmed(&line[..end]);
        Read { range: self.at..self.at + word.len(), quoted: false, end: self.at + word.len() }
    }
}

/// How long the quotes are that begin here and stand for one within a text, as PowerShell, SQL and shells write it: letters
/// follow them, and the quote that closes the text.
fn quote_within(rest: &str) -> Option<usize> {
    let pair = ["''", r"'\''"].into_iter().find(|pair| rest.starts_with(pair))?;
    let behind = &rest[pair.len()..];
    let line = behind.split('\n').next().unwrap_or_default();
    (behind.starts_with(char::is_alphanumeric) && line.contains('\'')).then_some(pair.len())
}

fn is_end(line: &str, at: usize, c: char) -> bool {
    let after = &line[at + c.len_utf8()..];
    match c {
        ' ' | '\t' | '"' | '\'' | '`' | '<' | '>' | '|' | '│' | '\u{201c}' | '\u{201d}' | '\u{2019}' => true,
        ';' | ',' => after.is_empty() || after.starts_with([' ', '\t', '"', '\'', '}', ')', ']']) || is_field(after),
        '&' => is_field(after) || after.starts_with("amp;") || after.starts_with("quot;"),
        // Line ends as wire logs show them.
        '[' => after.starts_with("\\r]") || after.starts_with("\\n]"),
        '\\' => after.starts_with(['n', 'r', 't', '"', '\'', '\\', ' ']),
        '}' | ')' | ']' => after.starts_with([' ', ',', ';', '}', ')', ']']),
        _ => false,
    }
}

/// Whether a field of a form ends here.
fn is_end_of_field(line: &str, at: usize, c: char) -> bool {
    let after = &line[at + c.len_utf8()..];
    match c {
        ' ' | '\t' => true,
        '&' => is_field(after),
        '"' | '\'' => after.is_empty() || after.starts_with([' ', ',', '}', ')', ']', ';', '\\']),
        _ => false,
    }
}

/// Whether a text begins with a name and the sign that sets it.
fn is_field(text: &str) -> bool {
    let text = text.trim_start();
    let name = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | ' ')).unwrap_or(text.len());
    name > 0 && name < 60 && text[name..].starts_with(['=', ':'])
}

/// Without the marks of a sentence and the brackets around it.
fn trimmed(word: &str) -> &str {
    let mut word = word.trim_end_matches([',', ';']);
    loop {
        let shorter = match word.chars().last() {
            Some('.' | ':') => &word[..word.len() - 1],
            Some(')') if !word.contains('(') => &word[..word.len() - 1],
            Some('}') if !word.contains('{') => &word[..word.len() - 1],
            Some(']') if !word.contains('[') => &word[..word.len() - 1],
            _ => return word,
        };
        word = shorter;
    }
}
