//! A lenient reader of objects as programs print them: JSON, escaped or cut, Python's dictionaries, JavaScript's and
//! Java's objects.

mod source;

use serde_json::{Map, Value};

pub(super) use source::{EXPRESSION, source_objects};

/// Deeper objects are not read.
const DEEPEST: usize = 24;
/// What is longer is cut, in bytes.
const LONGEST: usize = 64 * 1024;

/// Reads the object that begins at the start of a text, or whose first member does. Returns it with its length.
///
/// It may be cut, its quotes escaped, single or missing, `=` may stand for `:`, and Python's words for JSON's.
#[must_use]
pub(super) fn object(text: &str) -> Option<(Value, usize)> {
    let end = (0..=text.len().min(LONGEST)).rev().find(|end| text.is_char_boundary(*end))?;
    let escapes = text.trim_start_matches('{').trim_start().bytes().take_while(|byte| *byte == b'\\').count();
    read(Parser { bytes: &text.as_bytes()[..end], at: 0, escapes, is_source: false })
}

fn read(mut parser: Parser<'_>) -> Option<(Value, usize)> {
    let map = if parser.bytes.first() == Some(&b'{') { parser.object(0)? } else { parser.members(0)? };
    (!map.is_empty()).then_some((Value::Object(map), parser.at))
}

/// The objects that stand in a text, outermost first, each with the place where it begins.
pub(super) fn objects(text: &str) -> impl Iterator<Item = (usize, Value)> {
    each(text, object)
}

fn each(text: &str, object: impl Fn(&str) -> Option<(Value, usize)>) -> impl Iterator<Item = (usize, Value)> {
    let mut from = 0;
    let mut tries = 0;
    std::iter::from_fn(move || {
        while tries < 400 {
            let at = from + text.get(from..)?.find('{')?;
            from = at + 1;
            if !may_begin(&text.as_bytes()[at + 1..]) {
                continue;
            }
            tries += 1;
            if let Some((value, length)) = object(&text[at..]) {
                from = at + length;
                return Some((at, value));
            }
        }
        None
    })
}

/// What may follow the brace of an object: a name, with or without quotes.
fn may_begin(after: &[u8]) -> bool {
    let first = after.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b'/' | b'.') || byte.is_ascii_alphabetic())
}

struct Parser<'t> {
    bytes: &'t [u8],
    at: usize,
    /// How many backslashes stand before each quote.
    escapes: usize,
    /// Whether it is a program's source.
    is_source: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        // A line end that was escaped is white space as well.
        if self.escapes > 0 && matches!(self.bytes.get(self.at..self.at + 2), Some(b"\\n" | b"\\r" | b"\\t")) {
            self.at += 2;
            self.space();
        }
        if self.is_source && self.comment() {
            self.space();
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn object(&mut self, depth: usize) -> Option<Map<String, Value>> {
        self.takes(b'{').then_some(())?;
        self.members(depth)
    }

    fn members(&mut self, depth: usize) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        if depth > DEEPEST {
            return None;
        }
        loop {
            self.space();
            if self.peek().is_none() || self.takes(b'}') {
                return Some(map);
            }
            let Some(name) = self.name() else { return (!map.is_empty()).then_some(map) };
            self.space();
            if self.is_source && matches!(self.peek(), Some(b',' | b'}')) {
                map.entry(name.clone()).or_insert_with(|| source::expression(&name));
                self.takes(b',');
                continue;
            }
            if !self.takes(b':') && !self.takes(b'=') {
                return (!map.is_empty()).then_some(map);
            }
            self.space();
            let value = self.value(depth)?;
            map.entry(name).or_insert(value);
            self.space();
            self.takes(b',');
        }
    }

    fn name(&mut self) -> Option<String> {
        if let Some(text) = self.quoted() {
            return Some(text);
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$'))
        {
            self.at += 1;
        }
        (self.at > start).then(|| String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek() {
            None => Some(Value::Null),
            Some(b'{') => self.object(depth + 1).map(Value::Object),
            Some(b'[' | b'(') => self.list(depth + 1),
            _ if self.is_source && self.writes_json() => match self.list(depth + 1)? {
                Value::Array(arguments) => arguments.into_iter().next(),
                other => Some(other),
            },
            _ if self.is_source => Some(self.of_source()),
            _ => Some(self.quoted().map_or_else(|| self.word(), Value::String)),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.at += 1;
        if depth > DEEPEST {
            return None;
        }
        loop {
            self.space();
            if self.peek().is_none() || self.takes(b']') || self.takes(b')') {
                return Some(Value::Array(items));
            }
            let before = self.at;
            items.push(self.value(depth)?);
            self.space();
            self.takes(b',');
            if self.at == before {
                return Some(Value::Array(items));
            }
        }
    }

    /// A text in quotes, or what is left of one.
    fn quoted(&mut self) -> Option<String> {
        let start = self.at;
        // Python 2 and byte strings: u'…', b'…'.
        if matches!(self.peek(), Some(b'u' | b'b' | b'r')) && matches!(self.bytes.get(self.at + 1), Some(b'\'' | b'"'))
        {
            self.at += 1;
        }
        let escapes = self.bytes[self.at..].iter().take_while(|byte| **byte == b'\\').count();
        let Some(quote) = self.bytes.get(self.at + escapes).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))
        else {
            self.at = start;
            return None;
        };
        self.at += escapes + 1;
        let from = self.at;
        let end = self.end_of_text(quote, escapes);
        Some(unescape(&self.bytes[from..end], escapes))
    }

    /// Finds the quote that ends a text: the one with exactly as many backslashes before it as the first one had.
    fn end_of_text(&mut self, quote: u8, escapes: usize) -> usize {
        let mut slashes = 0;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == quote && (slashes == escapes || escapes == 0 && slashes % 2 == 0) {
                return self.at - 1 - escapes;
            }
            slashes = if byte == b'\\' { slashes + 1 } else { 0 };
        }
        self.at
    }

    /// A value without quotes: a number, a word, or a text up to the next member.
    fn word(&mut self) -> Value {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if matches!(byte, b'}' | b']' | b'\n') || byte == b',' && self.ends_value() {
                break;
            }
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&self.bytes[start..self.at]).trim().to_owned();
        match text.as_str() {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "" | "null" | "None" | "undefined" | "nil" => Value::Null,
            number => number.parse::<i64>().map_or_else(|_| Value::from(text.clone()), Value::from),
        }
    }

    /// Whether the comma here ends a value: a number or another member follows.
    fn ends_value(&self) -> bool {
        let rest = &self.bytes[self.at + 1..self.bytes.len().min(self.at + 60)];
        let rest = rest.trim_ascii_start();
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'"' | b'\'' | b'\\'));
        let name = name.count();
        let after = rest[name..].trim_ascii_start().first();
        name > 0 && after.is_none_or(|byte| matches!(byte, b':' | b'=' | b',' | b']' | b'}'))
    }
}

/// Takes escapes away: those around the text's own quotes, and the text's own.
fn unescape(bytes: &[u8], escapes: usize) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    let mut level = escapes;
    while level > 0 {
        text = text.replace("\\\\", "\\").replace("\\\"", "\"");
        level /= 2;
    }
    if !text.contains('\\') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('u') => {
                let code: String = rest.clone().take(4).collect();
                if let Some(c) =
                    u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).filter(|_| code.len() == 4)
                {
                    plain.push(c);
                    rest.nth(3);
                }
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn first(text: &str) -> Value {
        objects(text).next().map(|(_, value)| value).unwrap_or_default()
    }

    #[test]
    fn an_object_is_read_in_every_dialect() {
        let wanted =
            json!({"error": "invalid_grant", "error_description": "AADSTS50034: it's \"no\"", "error_codes": [50034]});
        let dialects = [
            r#"body {"error":"invalid_grant","error_description":"AADSTS50034: it's \"no\"","error_codes":[50034]} end"#,
            r#"{'error': 'invalid_grant', 'error_description': 'AADSTS50034: it\'s "no"', 'error_codes': [50034]}"#,
            r#"{u'error': u'invalid_grant', u'error_description': u'AADSTS50034: it\'s "no"', u'error_codes': [50034]}"#,
            r#"{error: 'invalid_grant', error_description: `AADSTS50034: it's "no"`, error_codes: [ 50034 ],}"#,
            r#"{error=invalid_grant, error_description=AADSTS50034: it's "no", error_codes=[50034]}"#,
            r#"msg="{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50034: it's \\\"no\\\"\",\"error_codes\":[50034]}""#,
        ];
        for text in dialects {
            assert_eq!(first(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_cut_is_read_as_far_as_it_goes() {
        assert_eq!(
            first(r#"{"error":"invalid_client","error_description":"AADSTS7000222: exp"#)["error_description"],
            "AADSTS7000222: exp"
        );
        let (value, _) = object(r#""error":"x","error_codes":[1, 2],"#).expect("members without a brace");
        assert_eq!(value, json!({"error": "x", "error_codes": [1, 2]}));
        assert_eq!(first(r#"{"error":{"code":"A","pbi.error":{"code":"A","details":[]"#)["error"]["code"], "A");
    }

    #[test]
    fn escapes_become_characters() {
        assert_eq!(first(r#"{"a":"one\r\ntwo A \/"}"#)["a"], "one\r\ntwo A /");
        assert_eq!(first(r#"{\"a\":\"one\\r\\ntwo\"}"#)["a"], "one\r\ntwo");
    }

    #[test]
    fn hostile_objects_end() {
        let comments = format!("{{a: {}", "/*".repeat(500_000));
        for text in [comments, "{a:(".repeat(100_000), "{a,".repeat(100_000), "{a:'".repeat(100_000)] {
            assert!(source_objects(&text).count() <= 400);
        }
        for text in ["{".repeat(1 << 20), "{\"a\":".repeat(100_000), "{'a':[".repeat(100_000), "[".repeat(1 << 20)] {
            assert!(objects(&text).count() < 400);
        }
    }
}
