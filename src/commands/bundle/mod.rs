//! `pbiauth bundle`: takes secrets and people out of any file.

mod blocks;
mod redact;

use crate::cli::bundle::Bundle;
use crate::error::Error;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(options: &Bundle) -> Result<u8, Error> {
    match options {
        Bundle::Redact(options) => redact::run(options),
    }
}
