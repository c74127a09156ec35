//! What a program's source has beside data: comments, members that are their name alone, and expressions.

use serde_json::{Map, Value};

use super::{LONGEST, Parser, each, read};

/// The name of the one member of the object that stands for an expression in a program's source.
pub(in crate::import) const EXPRESSION: &str = "$expression";

/// What a program writes JSON with: the value is its argument.
const WRITES_JSON: &[u8] = b"JSON.stringify(";

/// The objects that stand in a program's source: comments are left out, a member may be its name alone, and what is neither a literal
/// nor an object nor a list is an object with [`EXPRESSION`].
pub(in crate::import) fn source_objects(text: &str) -> impl Iterator<Item = (usize, Value)> {
    each(text, |text| {
        let end = (0..=text.len().min(LONGEST)).rev().find(|end| text.is_char_boundary(*end))?;
        read(Parser { bytes: &text.as_bytes()[..end], at: 0, escapes: 0, is_source: true })
    })
}

impl Parser<'_> {
    /// Passes a comment. `false` where there is none.
    pub(super) fn comment(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let length = match rest.get(..2) {
            Some(b"//") => rest.iter().position(|byte| *byte == b'\n'),
            Some(b"/*") => rest[2..].windows(2).position(|two| two == b"*/").map(|at| at + 4),
            _ => return false,
        };
        self.at += length.unwrap_or(rest.len());
        true
    }

    /// Passes the name of a call that writes JSON, up to its arguments. `false` where there is none.
    pub(super) fn writes_json(&mut self) -> bool {
        let found = self.bytes[self.at..].starts_with(WRITES_JSON);
        self.at += if found { WRITES_JSON.len() - 1 } else { 0 };
        found
    }

    /// A literal, or an expression.
    pub(super) fn of_source(&mut self) -> Value {
        let start = self.at;
        if let Some(text) = self.quoted() {
            self.space();
            if self.peek().is_none_or(|byte| matches!(byte, b',' | b'}' | b']' | b')' | b';')) {
                return Value::String(text);
            }
        }
        self.at = start;
        match self.code() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "" | "null" | "None" | "undefined" => Value::Null,
            code => code.parse::<i64>().map_or_else(|_| expression(code), Value::from),
        }
    }

    /// An expression: up to the comma, bracket or line's end that no bracket, text or comment in it holds.
    fn code(&mut self) -> &str {
        let (start, mut open) = (self.at, 0_usize);
        let mut end = self.at;
        while let Some(byte) = self.peek() {
            let is_comment = matches!(self.bytes.get(self.at..self.at + 2), Some(b"//" | b"/*"));
            match byte {
                b',' | b';' | b'}' | b']' | b')' if open == 0 => break,
                b'}' | b']' | b')' => open -= 1,
                b'{' | b'[' | b'(' => open += 1,
                b'"' | b'\'' | b'`' if self.quoted().is_some() => {
                    end = self.at;
                    continue;
                }
                b'/' if is_comment => {
                    self.comment();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            end = if byte.is_ascii_whitespace() { end } else { self.at };
        }
        std::str::from_utf8(&self.bytes[start..end]).unwrap_or_default().trim()
    }
}

pub(super) fn expression(code: &str) -> Value {
    Value::Object(Map::from_iter([(EXPRESSION.to_owned(), code.into())]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn source_has_comments_names_and_expressions() {
        let source = r"{ // one, two: three
            type: 'report', /* what: it, is */ id, tokenType: models.TokenType.Embed, // not: this
            embedUrl: 'https://a.example/?x=' + id, accessToken: get('a', {b: 1}), n: 3, last: `t`,
            ...more, run: async () => { return 1; } }";
        let found = source_objects(source).next().map(|(_, json)| json).expect("an object");
        let code = |code: &str| json!({ EXPRESSION: code });
        assert_eq!(found["type"], "report");
        assert_eq!((&found["id"], &found["tokenType"]), (&code("id"), &code("models.TokenType.Embed")));
        assert_eq!(found["embedUrl"], code("'https://a.example/?x=' + id"));
        assert_eq!(found["accessToken"], code("get('a', {b: 1})"));
        assert_eq!((&found["n"], &found["last"], &found["...more"]), (&json!(3), &json!("t"), &code("...more")));
        assert_eq!(found["run"], code("async () => { return 1; }"));
        let sent = source_objects("{ method: 'POST', body: JSON.stringify({ a: [1] }, null, 2), n: 3 }").next();
        assert_eq!(sent.map(|(_, json)| json), Some(json!({ "method": "POST", "body": { "a": [1] }, "n": 3 })));
    }
}
