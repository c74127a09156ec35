//! Bundles: recorded runs in a file, to be shown to others and diagnosed again.
//!
//! A bundle holds a [`Record`] and nothing else that matters; facts and diagnoses are derived anew when it is read.

pub mod diff;
pub mod shown;

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::file::{self, Readers};
use crate::record::{BUNDLE_FAMILY, BUNDLE_SCHEMA, Record};
use crate::secret::Redactor;

/// A recorded run and what recorded it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bundle {
    /// The form of the bundle.
    pub schema: String,
    /// The version of the tool that recorded the run.
    pub tool: String,
    /// The run.
    pub record: Record,
}

/// Why a bundle cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It was written by a later version.
    #[error("this bundle has the format {0}, but this version of pbiauth reads {BUNDLE_SCHEMA}: use a newer pbiauth")]
    Newer(String),
    /// It is damaged.
    #[error("this bundle is damaged: {0}")]
    Damaged(serde_json::Error),
    /// The file cannot be written.
    #[error("the bundle can't be written to {path}: {source}")]
    Unwritable {
        /// The file.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Reads a bundle. What looks like a secret in it is taken out, whoever wrote it.
///
/// # Errors
/// When it is of a later form, or damaged.
pub fn from_json(json: Value) -> Result<Record, BundleError> {
    read(json).map(|bundle| bundle.record)
}

/// The same with what recorded the run.
///
/// # Errors
/// When it is of a later form, or damaged.
pub fn read(mut json: Value) -> Result<Bundle, BundleError> {
    refuse_newer(&json)?;
    Redactor::default().redact_json(&mut json);
    serde_json::from_value(json).map_err(BundleError::Damaged)
}

/// Refuses a bundle of a later form. What is no bundle at all passes.
///
/// # Errors
/// When it is of a later form.
pub fn refuse_newer(json: &Value) -> Result<(), BundleError> {
    match json.get("schema").and_then(Value::as_str) {
        Some(schema) if schema.starts_with(BUNDLE_FAMILY) && schema != BUNDLE_SCHEMA => {
            Err(BundleError::Newer(schema.chars().take(60).collect()))
        }
        _ => Ok(()),
    }
}

/// The bundle of a run, as text.
#[must_use]
pub fn to_json(record: &Record) -> String {
    let bundle =
        Bundle { schema: BUNDLE_SCHEMA.to_owned(), tool: env!("CARGO_PKG_VERSION").to_owned(), record: record.clone() };
    let mut text = serde_json::to_string_pretty(&bundle).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes a bundle that only its owner can read: aside, then renamed, so that there is never half of one.
///
/// # Errors
/// When the system refuses.
pub fn write(record: &Record, path: &Path) -> Result<(), BundleError> {
    file::write(path, to_json(record).as_bytes(), Readers::Owner)
        .map_err(|source| BundleError::Unwritable { path: path.display().to_string(), source })
}
