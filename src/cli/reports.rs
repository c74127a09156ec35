//! `pbiauth reports`: saved reports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Output;

/// `pbiauth reports`.
#[derive(Debug, Subcommand)]
pub enum Reports {
    /// Merge JSON reports of many runs into one report.
    Merge(Merge),
}

/// `pbiauth reports merge`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth reports merge part-0.json part-1.json --format html --output fleet.html
  pbiauth reports merge reports --format json --output fleet.json --format openmetrics --output fleet.prom

If two reports are for the same profile, the later run is kept, and both the report and standard error say so. A report
without a profile gets the name of its file. The exit code depends on this command's --fail-on, not on the runs'.")]
pub struct Merge {
    /// A report written with `--format json`, for one profile or several; `-` is standard input. If it's a folder,
    /// every .json file in it is read.
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub files: Vec<PathBuf>,
    /// How the report is shown.
    #[command(flatten)]
    pub output: Output,
}
