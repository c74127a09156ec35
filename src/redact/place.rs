//! The value that stands behind a name in a text: in quotes, in a form, on a line of its own, as an option of a command.

use std::ops::Range;

use super::What;
use super::field::{Holds, holds, is_opaque, is_value};
use super::find::{Shape, Span, cookies, credential, mail_shape, span};
use crate::pattern::{Captures, Pattern, pattern};

/// Longer values are cut at the end of their line, in bytes.
const LONGEST: usize = 64 * 1024;

/// Options of commands that take a password or secret.
pub(super) static OPTION: Pattern =
    pattern!(r#"(?i)(?:\s--?(password|client-?secret|secret|federated-token)|\baz login\b[^\n]*?\s-(p))\s+["']?"#);

/// The value of an option: whatever it is, it is one.
pub(super) fn option(text: &str, found: &Captures<'_>) -> Option<Span> {
    let sign = found.get(0)?;
    let name = found.get(1).or_else(|| found.get(2))?;
    let what = match holds(name.as_str()) {
        Some(Holds::Value(what)) => what,
        _ => What::Password,
    };
    let place =
        Place { text, name_start: name.start(), name: name.as_str(), sign: sign.as_str(), at: sign.end(), told: true };
    place.value(what)
}

/// The value of a field of a text.
pub(super) fn field(text: &str, sign: Range<usize>) -> Option<Vec<Span>> {
    let matched = &text[sign.clone()];
    let name_end = sign.start + matched.find(['=', ':'])?;
    let name_end =
        text[..name_end].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '\\' | '"' | '\'')).len();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name_start = text[..name_end]
        .rfind(|c: char| !is_name(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let name = &text[name_start..name_end];
    // A name of two words is known by both.
    let spoken = text[sign.start..].get(..name_end.saturating_sub(sign.start)).unwrap_or_default();
    // A comparison sets nothing.
    if matched.ends_with('=') && text[sign.end..].starts_with('=') {
        return None;
    }
    let holds = holds(if spoken.contains(' ') { spoken } else { name })?;
    let place = Place { text, name_start, name, sign: matched, at: sign.end, told: matched.ends_with('=') };
    match holds {
        Holds::Value(what) => place.value(what).map(|span| vec![span]),
        Holds::Authorization => credential(text, sign.end..place.line_end()).map(|span| vec![span]),
        Holds::Cookies => Some(cookies(text, sign.end..place.quoted_end().unwrap_or_else(|| place.line_end()))),
    }
}

/// Where the value of a field begins, and what stands before it.
struct Place<'t> {
    text: &'t str,
    name_start: usize,
    name: &'t str,
    sign: &'t str,
    at: usize,
    /// Whether the place alone tells that it is a value.
    told: bool,
}

impl Place<'_> {
    fn value(&self, what: What) -> Option<Span> {
        // An operator, or a record.
        let rest = &self.text[self.at..];
        if self.sign.ends_with(':') && rest.starts_with([':', '=', '?', '-', '+']) || rest.starts_with(['{', '!']) {
            return None;
        }
        if let Some(end) = self.quoted_end() {
            let raw = &self.text[self.at..end];
            let plain = unescaped(raw);
            let mut span = span(self.text, self.at..end, what, false);
            if let Some(plain) = plain {
                span.plain = plain;
            }
            return is_value(what, &span.plain).then_some(span);
        }
        let in_form = self.sign.ends_with('=') && !self.is_variable();
        let (raw, whole) = self.unquoted(what);
        let span = span(self.text, self.at..self.at + raw.len(), what, in_form);
        let told = self.told || whole || is_opaque(raw) || mail_shape(raw) != Shape::Bare;
        (told && is_value(what, &span.plain)).then_some(span)
    }

    /// A value without quotes, and whether it is all of its line.
    fn unquoted(&self, what: What) -> (&str, bool) {
        let rest = &self.text[self.at..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        let line = rest.split(['\r', '\n']).next().unwrap_or_default().trim_end();
        let line = line.strip_suffix([',', ';']).unwrap_or(line);
        let secret = matches!(what, What::Secret | What::Password | What::Key);
        let alone = self.is_line() && (!line.contains(' ') || secret && is_odd(line));
        if self.is_variable() || alone && self.sign.contains(':') {
            return (line, true);
        }
        let ends = [' ', '\t', '&', '"', '\'', '`', ';', ',', '<', '>', '\\'];
        let word = line.split(ends).next().unwrap_or_default();
        (word.trim_end_matches([')', '}', ']', '.']), false)
    }

    /// A line of a file of variables: `AZURE_CLIENT_SECRET=…`. All of it is the value.
    fn is_variable(&self) -> bool {
        let upper = !self.name.is_empty() && !self.name.bytes().any(|byte| byte.is_ascii_lowercase());
        let before = self.before();
        upper && self.sign.ends_with('=') && matches!(before.trim(), "" | "export" | "set" | "+ export" | "env:")
    }

    /// Whether the field begins its line, as in YAML.
    fn is_line(&self) -> bool {
        self.before().chars().all(|c| c.is_whitespace() || matches!(c, '-' | '"' | '\'' | '>' | '<' | '*'))
    }

    fn before(&self) -> &str {
        let start = self.text[..self.name_start].rfind('\n').map_or(0, |at| at + 1);
        &self.text[start..self.name_start]
    }

    fn line_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let end = rest.find(['\r', '\n', '"', '\'']).unwrap_or(rest.len()).min(LONGEST);
        self.at + rest.floor_char_boundary(end)
    }

    /// The end of a value in quotes: at the same quote with as many backslashes. `None` where there are none.
    fn quoted_end(&self) -> Option<usize> {
        let quote = self.sign.chars().last().filter(|c| matches!(c, '"' | '\''))?;
        let slashes = self.sign[..self.sign.len() - 1].bytes().rev().take_while(|byte| *byte == b'\\').count();
        let rest = &self.text[self.at..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        let end = rest.match_indices(quote).find(|(at, _)| {
            let before = rest[..*at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            before == slashes || slashes == 0 && before % 2 == 0
        });
        let (end, _) = end.filter(|(end, _)| !rest[..*end].contains('\n'))?;
        Some(self.at + end - slashes.min(end))
    }
}

/// Whether a line is no sentence: a secret with spaces in it.
fn is_odd(line: &str) -> bool {
    let marked = |c: char| "+/=%&*$#@^~|<>{}[]\\_".contains(c);
    line.len() <= 120 && line.split(' ').count() <= 4 && line.contains(marked) && !line.contains("AADSTS")
}

/// A value as JSON has it between quotes.
pub(super) fn unescaped(raw: &str) -> Option<String> {
    raw.contains('\\').then(|| serde_json::from_str(&format!("\"{raw}\"")).ok()).flatten()
}
