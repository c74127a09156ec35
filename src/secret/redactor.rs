//! Takes secrets out of text that somebody else wrote.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use regex::Regex;

use super::{Secret, SecretRef};

/// Shorter secrets are not searched for: they would be found in ordinary words.
const SHORTEST: usize = 6;

/// What stands in place of something that looks like a secret.
const MARK: &str = "[secret]";

/// Whether a value stands in place of a secret: the mark of this redactor, or an alias in a copy (`secret-3`).
#[must_use]
pub fn is_hidden(value: &str) -> bool {
    let number = value.strip_prefix("secret-").unwrap_or_default();
    value == MARK || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What looks like a secret wherever it stands: tokens, assertions, embed tokens, refresh tokens, client secrets.
static SECRET_LIKE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}",
        r"|H4sI[A-Za-z0-9_+/=-]{36,}(?:\.[A-Za-z0-9_=-]+)?",
        r"|[01]\.A[A-Za-z0-9_-]{40,}(?:\.[A-Za-z0-9_.-]+)?",
        r"|[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{14,}",
    ))
    .expect("a constant pattern")
});

/// Replaces the secrets that it knows, in every form in which they may come back, and whatever looks like one.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Vec<(String, &'static str)>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} forms)", self.known.len())
    }
}

impl Redactor {
    /// A redactor for these secrets: as they are, percent-encoded, as a form field, as JSON text and as base64.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = (SecretRef, &'a Secret)>) -> Self {
        let mut known = Vec::new();
        for (name, secret) in secrets {
            for value in [secret.expose(), secret.expose().trim()] {
                if value.chars().count() >= SHORTEST {
                    known.extend(spellings(value).into_iter().map(|spelling| (spelling, name.label())));
                }
            }
        }
        known.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
        known.dedup();
        Self { known }
    }

    /// The text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for (spelling, label) in &self.known {
            if clean.contains(spelling.as_str()) {
                clean = clean.replace(spelling.as_str(), label);
            }
        }
        SECRET_LIKE.replace_all(&clean, MARK).into_owned()
    }

    /// The same for every string of a JSON value, keys too.
    pub fn redact_json(&self, value: &mut serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::String(text) => *text = self.redact(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_json(item)),
            Value::Object(map) => {
                *map = std::mem::take(map)
                    .into_iter()
                    .map(|(key, mut item)| {
                        self.redact_json(&mut item);
                        (self.redact(&key), item)
                    })
                    .collect();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The forms in which a value may come back: as it is, in JSON, percent-encoded, as a form field, as base64.
pub(crate) fn spellings(value: &str) -> Vec<String> {
    let json = serde_json::Value::from(value).to_string();
    let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let mut spellings = vec![
        value.to_owned(),
        json[1..json.len() - 1].to_owned(),
        percent_encode(value.as_bytes(), NON_ALPHANUMERIC).to_string(),
        form,
        // Without the padding, so that the padded form is found as well.
        STANDARD_NO_PAD.encode(value),
        URL_SAFE_NO_PAD.encode(value),
    ];
    spellings.sort();
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_taken_out() {
        let secret = Secret::new("p\"w+ö/%1234");
        let redactor = Redactor::new([(SecretRef::ClientSecret, &secret)]);
        for spelling in spellings(secret.expose()) {
            let text = redactor.redact(&format!("before {spelling} after"));
            assert!(!text.contains(&spelling), "{text}");
            assert!(text.contains("[client secret]"), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_taken_out_unknown() {
        let redactor = Redactor::default();
        for text in [
            "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln",
            "abc8Q~0123456789012345678901234567890123",
        ] {
            assert!(redactor.redact(text).contains("[secret]"), "{text}");
        }
    }

    #[test]
    fn ordinary_text_stays() {
        let redactor = Redactor::default();
        let text = "AADSTS700016: Application with identifier '11111111-2222-4333-8444-555555555555' was not found";
        assert_eq!(redactor.redact(text), text);
    }
}
