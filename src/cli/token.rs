//! Options of `pbiauth token`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::access::{Network, Who};
use super::{Output, duration};

/// `pbiauth token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Print an access token, or write it to a file.
    Get(Box<Get>),
    /// Explain a token: who it belongs to, what it's for, when it expires, what's suspicious. Nothing is sent.
    Inspect(Box<Inspect>),
}

/// `pbiauth token get`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth token get
  pbiauth token get --auth device-code --client-id ID --tenant ID
  pbiauth token get --output /run/token --refresh-before 10m

With --format json it prints {\"access_token\", \"token_type\", \"expires_on\", \"expires_in\"}. If it gets no token, the
report says why, and the exit code is the report's.")]
pub struct Get {
    /// Use the simulated tenant instead of the network: a scenario's name (`pbiauth sim --list`), or your own file.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, default_missing_value = "healthy")]
    pub sim: Option<String>,
    /// Keep the --output file fresh until stopped: get a new token this long before the old one expires.
    #[arg(long, value_name = "DURATION", value_parser = duration, requires = "output")]
    pub refresh_before: Option<Duration>,
    /// Who asks.
    #[command(flatten)]
    pub who: Who,
    /// Where the services are met.
    #[command(flatten)]
    pub network: Network,
    /// How the token or the report is shown.
    #[command(flatten)]
    pub output: Output,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
}

/// `pbiauth token inspect`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth token inspect token.txt
  pbiauth token get | pbiauth token inspect -")]
pub struct Inspect {
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE|-", default_value = "-")]
    pub file: PathBuf,
    /// Check its permissions against what this operation needs.
    #[arg(long = "for", value_name = "INTENT", value_parser = super::named::INTENTS)]
    pub intent: Option<String>,
    /// Get the tenant's public keys and check the signature. For information only: the API makes its own decision.
    #[arg(long)]
    pub verify: bool,
    /// Which hosts the keys come from.
    #[command(flatten)]
    pub network: Network,
    /// How the report is shown.
    #[command(flatten)]
    pub output: Output,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
}
