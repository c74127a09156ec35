//! Reads what people paste or save: errors, JSON, transcripts, prose, tokens, logs, HAR files, bundles.
//!
//! An input becomes failures, each with evidence of its own. What is read goes through the same stages: bytes to text
//! ([`decode()`]), text without what terminals and logs put around it (`clean`), its pieces by one reader a kind
//! (`entra`, `mark`, `operation`, `context` …), failures from the pieces (`piece`), and their like together (`group`).
//! A log of any size is read block by block ([`log`]).

pub mod audit;
mod call;
mod clause;
mod clean;
mod code;
mod context;
mod context_facts;
mod decode;
mod document;
mod embed_token_request;
mod entra;
mod event;
mod group;
mod har;
mod hidden;
mod host;
mod lenient_json;
mod line;
pub mod log;
mod mark;
mod message;
mod operation;
mod page_source;
mod piece;
pub mod program;
mod refusal;
mod requested_api;
mod said;
mod settings_file;
mod settings_in_text;
pub mod sieve;
mod sound;
mod status;
mod success;
mod text_layout;
mod token;
mod verb;
mod wire;

use serde_json::Value;

use crate::evidence::Evidence;
use crate::record::BUNDLE_FAMILY;

pub use code::Codes;
pub use decode::{Encoding, decode, decode_as, encoding_of, text_of_line};
pub use event::configuration;
pub use operation::route_named;

/// Texts larger than this are read as logs, in bytes: prose is not looked for in them.
pub const PROSE: usize = 1024 * 1024;

/// So much of an input tells whether it may be a document, in bytes.
const FIRST: usize = 64 * 1024;

/// What was found in an input.
#[derive(Debug)]
pub enum Found {
    /// A recorded run, as its JSON.
    Bundle(Value),
    /// Failures, or none.
    Reading(Reading),
}

/// What an input shows.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What kind of input it is.
    pub source: Source,
    /// The failures, in the order in which they were first seen. What shows none may still hold one without `failed`:
    /// facts that a rule may find fault with.
    pub failures: Vec<Failure>,
    /// Sentences.
    pub notes: Vec<String>,
}

/// The kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// A paste: an error, JSON, a transcript, prose.
    #[default]
    Text,
    /// A log.
    Log,
    /// A HAR file.
    Har,
    /// Only a token.
    Token,
}

/// Failures of one kind.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The facts of the first.
    pub evidence: Evidence,
    /// Whether a failure is seen, explained or not.
    pub failed: bool,
    /// How many there are.
    pub count: usize,
    /// The time of the first, as it is written. Absent where none is.
    pub first: Option<String>,
    /// The time of the last failure.
    pub last: Option<String>,
    /// The lines of the first of them, from 1.
    pub lines: Vec<usize>,
}

/// Looks at an input. `now`: the time by which a token alone is judged, in seconds since 1970.
#[must_use]
pub fn read(text: &str, codes: &Codes, now: i64) -> Found {
    let trimmed = text.trim();
    if trimmed.starts_with('{')
        && let Ok(json) = serde_json::from_str::<Value>(trimmed)
    {
        if json.get("schema").and_then(Value::as_str).is_some_and(|schema| schema.starts_with(BUNDLE_FAMILY)) {
            return Found::Bundle(json);
        }
        if let Some(reading) = har::read(json, codes) {
            return Found::Reading(reading);
        }
    }
    if let Some(reading) = audit::read(text, codes, false) {
        return Found::Reading(reading);
    }
    if text.len() > PROSE {
        let mut scanner = log::Scanner::new(codes);
        scanner.push(text);
        return Found::Reading(scanner.finish());
    }
    Found::Reading(piece::read(text, codes, now))
}

/// Whether an input that begins so may be one document, which has to be read as a whole: JSON, and not one in each line,
/// or an exported log.
#[must_use]
pub fn may_be_document(first: &[u8]) -> bool {
    let (text, _) = decode(&first[..first.len().min(FIRST)]);
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_err() || audit::begins(line)
}

/// The last place at or before this one that is no place within a character.
fn boundary(text: &str, at: usize) -> usize {
    floor(text, at.min(text.len()))
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests;
