//! Reads what people paste or save: a token endpoint's JSON, an error text, an API's error body, a bundle.

mod decode;
mod json;
mod text;

use serde_json::Value;

use crate::evidence::text::{MOST, Text};
use crate::evidence::{Evidence, api::Call, cloud};
use crate::secret::Redactor;

pub use decode::decode;

/// What a description does not quote, it does not quote: the description is there.
const QUOTED: &str = "token.error.quoted";

/// What was found in an input.
#[derive(Debug)]
pub enum Found {
    /// A recorded run, as its JSON.
    Bundle(Value),
    /// Facts, whether they show a failure, and what there is to say beside them.
    Text {
        /// The facts.
        evidence: Box<Evidence>,
        /// Whether a failure is seen, explained or not.
        failed: bool,
        /// Sentences.
        notes: Vec<String>,
    },
}

/// Looks at an input. `codes`: the words that are known as error codes of Power BI and Fabric.
#[must_use]
pub fn read(text: &str, codes: &[&str]) -> Found {
    let parsed = serde_json::from_str::<Value>(text.trim()).ok();
    if let Some(json) = &parsed
        && json.get("schema").and_then(Value::as_str).is_some_and(|schema| schema.starts_with(crate::bundle::FAMILY))
    {
        return Found::Bundle(json.clone());
    }
    let clean = Redactor::default().redact(text);
    let mut reading = Reading::default();
    reading.evidence.text = Some(Text { pasted: Some(true), excerpt: Some(beginning(&clean)), library: None });
    reading.evidence.note_source("text", "the text");
    reading.evidence.clouds = cloud::of_text(&clean);
    reading.evidence.note_source("clouds", "the text");
    match parsed {
        Some(mut json) => {
            Redactor::default().redact_json(&mut json);
            if !json::read(&json, &mut reading) {
                text::read(&clean, codes, &mut reading);
            }
        }
        None => text::read(&clean, codes, &mut reading),
    }
    reading.finish()
}

fn beginning(text: &str) -> String {
    let end = (0..=MOST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned()
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Reading {
    evidence: Evidence,
    call: Call,
    failed: bool,
    notes: Vec<String>,
}

impl Reading {
    fn finish(mut self) -> Found {
        if self.call != Call::default() {
            self.evidence.note_source("api.calls.0", "the text");
            self.evidence.api.get_or_insert_default().calls = Some(vec![self.call]);
        }
        Found::Text { evidence: Box::new(self.evidence), failed: self.failed, notes: self.notes }
    }
}
