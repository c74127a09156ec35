//! `pbiauth bundle`: recorded runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Color;
use super::explain::Verdicts;

/// `pbiauth bundle`.
#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Show a recorded run: its settings, its requests, and what was hidden.
    Show(Show),
    /// Copy a bundle, HAR file, log or any text without secrets and names.
    Redact(Redact),
    /// Show the differences between two recorded runs.
    Diff(Diff),
}

/// `pbiauth bundle show`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  pbiauth bundle show run.json")]
pub struct Show {
    /// The bundle; `-` is standard input.
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// How it is shown.
    #[command(flatten)]
    pub view: View,
}

/// `pbiauth bundle redact`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth bundle redact browser.har --output shared.har
  pbiauth bundle redact service.log --output shared.log

Tokens, secrets, passwords, cookies, codes, assertions and names are replaced by aliases; the same value always gets the
same alias. The command shows what was removed and where, never the value. `pbiauth diagnose` gives the same result for
the copy as for the file. Check the copy before you share it: no program can recognize all private data.")]
pub struct Redact {
    /// The file; `-` is standard input. If it isn't a regular file, at most 64 MiB are read.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// The copy to write. It cannot be the file itself.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// The format of the summary.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Verdicts,
}

/// `pbiauth bundle diff`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  pbiauth bundle diff last-week.json today.json

Times, lifetimes and request IDs differ in every run and are not shown.

Exit codes: 0 no differences, 1 differences found.")]
pub struct Diff {
    /// The bundle of the earlier run.
    #[arg(value_name = "BUNDLE")]
    pub one: PathBuf,
    /// The bundle of the later run.
    #[arg(value_name = "BUNDLE")]
    pub other: PathBuf,
    /// How it is shown.
    #[command(flatten)]
    pub view: View,
}

/// How a run is shown.
#[derive(Debug, Args)]
pub struct View {
    /// The output format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub format: Verdicts,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
    /// When to use colors.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub color: Color,
}
