//! `pbiauth bundle`: shows recorded runs, compares them, and takes secrets and people out of any file.

mod blocks;
mod redact;
mod show;

use std::path::Path;

use super::read_bounded;
use crate::bundle::{self, Bundle};
use crate::cli::bundle::Bundle as Command;
use crate::commands::diagnose::DOCUMENT;
use crate::error::Error;
use crate::record::BUNDLE_FAMILY;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(options: &Command) -> Result<u8, Error> {
    match options {
        Command::Show(options) => show::run(options),
        Command::Redact(options) => redact::run(options),
        Command::Diff(options) => show::diff(options),
    }
}

/// What is said of a file that is not even JSON.
pub(super) fn broken(path: &Path, why: &serde_json::Error) -> Error {
    let how = if why.is_eof() { "it's cut off" } else { "it isn't JSON" };
    Error::NoBundle { path: path.to_path_buf(), why: format!("{how} ({why})") }
}

/// Reads a bundle.
///
/// # Errors
/// When the file cannot be read, is no bundle, or is one that cannot be used.
pub(super) fn read(path: &Path) -> Result<Bundle, Error> {
    let bytes = read_bounded(path, DOCUMENT)?;
    let json: serde_json::Value = serde_json::from_slice(&bytes).map_err(|why| broken(path, &why))?;
    let schema = json.get("schema").and_then(serde_json::Value::as_str).unwrap_or_default();
    if !schema.starts_with(BUNDLE_FAMILY) {
        return Err(Error::NoBundle { path: path.to_path_buf(), why: "its schema isn't pbiauth.bundle".to_owned() });
    }
    Ok(bundle::read(json)?)
}
