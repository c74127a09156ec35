//! `pbiauth bundle`: recorded runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::explain::Verdicts;

/// `pbiauth bundle`.
#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Copy a bundle, a HAR file, a log or any text without secrets and people.
    Redact(Redact),
}

/// `pbiauth bundle redact`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth bundle redact browser.har --output shared.har
  pbiauth bundle redact service.log --output shared.log

Tokens, secrets, passwords, cookies, codes, assertions and people are replaced by aliases, the same value by the same
one. What was taken out, and where, is told; the value never. `pbiauth diagnose` says of the copy what it says of the file.
Look at the copy before you show it: what no name or form gives away, no program can know.")]
pub struct Redact {
    /// The file; `-` is standard input. What is no file is read up to 64 MiB.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// The copy to write. It cannot be the file itself.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// The form of what is told of it.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Verdicts,
}
