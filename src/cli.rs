//! The command line.

pub mod access;
pub mod bundle;
pub mod embed;
pub mod explain;
pub mod fleet;
pub mod mcp;
mod named;
mod output;
pub mod reports;
pub mod secrets;
pub mod token;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use access::{Network, Who};
pub use output::{Color, Output, Target, Targets};
use token::Token;

pub use crate::report::Format;

/// Finds out why an application can't get an access token for Power BI, call its API or embed a report, and tells you
/// who needs to fix what.
#[derive(Debug, Parser)]
#[command(
    name = "pbiauth",
    version = env!("PBIAUTH_VERSION"),
    max_term_width = 100,
    after_help = "Examples:
  pbiauth doctor --sim                       a run that needs no account and no network
  pbiauth doctor --workspace 'Sales embed'   a run against your tenant, signing in with AZURE_… variables
  pbiauth diagnose error.txt                 the cause of an error message in a file
  pbiauth explain AADSTS7000215              what a code means

Exit codes: 0 healthy, 1 a problem was found, 2 wrong usage, 3 a failure with no known cause, 4 the command couldn't run."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the checks against a tenant, or against the simulated one, and diagnose what failed.
    Doctor(Box<Doctor>),
    /// Run the checks for embedding, then show the item in a real browser with powerbi-client.
    Embed(Box<embed::Embed>),
    /// Diagnose an error message, log, HAR file, JSON or saved bundle.
    Diagnose(Diagnose),
    /// Show and compare recorded runs; remove secrets and names from any file.
    #[command(subcommand)]
    Bundle(bundle::Bundle),
    /// Merge the reports of many runs.
    #[command(subcommand)]
    Reports(reports::Reports),
    /// Get an access token, or explain one.
    #[command(subcommand)]
    Token(Token),
    /// Explain a code, cause, claim, scope, role, tenant setting or host, offline.
    Explain(explain::Explain),
    /// List, show and check the rules; write the runbook.
    #[command(subcommand)]
    Rules(explain::Rules),
    /// Print a JSON schema: of reports, rule files, the settings file, findings or summaries.
    Schema(explain::Schema),
    /// Serve the simulated tenant on this machine, for any client; list its scenarios.
    Sim(Serve),
    /// Serve assistants: a Model Context Protocol server on standard input and output.
    Mcp(mcp::Mcp),
    /// Print the completions for a shell.
    Completions(Completions),
    /// Write the manual pages into a folder.
    Man(Man),
}

/// `pbiauth doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth doctor --sim                        the simulated tenant, healthy
  pbiauth doctor --sim token/secret-expired   the simulated tenant, with a fault
  AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=… pbiauth doctor --workspace 'Sales embed'
  pbiauth doctor --all-profiles               each profile of pbiauth.toml, and a summary
  pbiauth doctor --every 15m                  a round every 15 minutes; prints what changed
  pbiauth doctor --format human --format junit --output junit.xml --format html --output report.html

No option takes a secret: other users and the shell's history could see it. Set AZURE_CLIENT_SECRET in the
environment, or use --env-file, --access-token-file, --password-file or --refresh-token-file.")]
pub struct Doctor {
    /// Use the simulated tenant instead of the network: a scenario's name (`pbiauth sim --list`), or your own file.
    #[arg(long, value_name = "SCENARIO", num_args = 0..=1, default_missing_value = "healthy")]
    pub sim: Option<String>,
    /// Check this workspace: its ID, its name, or `me` for My workspace.
    #[arg(long, value_name = "ID|NAME")]
    pub workspace: Option<String>,
    /// Check this report: its ID or its name.
    #[arg(long, value_name = "ID|NAME")]
    pub report: Option<String>,
    /// Check the caller's permissions against what this operation needs.
    #[arg(long = "for", value_name = "INTENT", value_parser = named::INTENTS)]
    pub intent: Option<String>,
    /// Run this opt-in check too. Repeatable.
    #[arg(long, value_name = "NAME", value_parser = named::PROBES)]
    pub probe: Vec<String>,
    /// Run only this check and those it depends on. Repeatable.
    #[arg(long, value_name = "CHECK")]
    pub only: Vec<String>,
    /// Save the run, without secrets, to share it or diagnose it again. With several profiles, writes one file per
    /// profile: run.json becomes run.NAME.json.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Compare with a known-good run, saved with --bundle: anything this run can no longer do is an error.
    #[arg(long, value_name = "BUNDLE")]
    pub expect: Option<PathBuf>,
    /// Add a fact that you know, such as claims.principal=app: its path and value. Repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    pub fact: Vec<String>,
    /// Tenant settings exported by an administrator (GET /v1/admin/tenantsettings of Fabric).
    #[arg(long, value_name = "FILE")]
    pub tenant_settings: Option<PathBuf>,

    /// Whose runs these are.
    #[command(flatten)]
    pub fleet: fleet::Fleet,
    /// Who asks.
    #[command(flatten)]
    pub who: Who,
    /// Where the services are met.
    #[command(flatten)]
    pub network: Network,

    /// How the report is shown.
    #[command(flatten)]
    pub output: Output,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
}

impl Doctor {
    /// Whether it is about several profiles, or may be.
    #[must_use]
    pub const fn is_of_several(&self) -> bool {
        self.fleet.all_profiles || self.who.profile.len() > 1
    }
}

/// `pbiauth diagnose`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth diagnose error.txt
  kubectl logs job/refresh | pbiauth diagnose -
  pbiauth diagnose run.json --format markdown --output ticket.md
  pbiauth diagnose --stream --summary sign-ins.json.gz   the failures of a large log, counted
  tail -f app.log | pbiauth diagnose --stream -          one line of JSON for each line of a log")]
pub struct Diagnose {
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// Add something you know: the path of a fact, or a short name (caller, operation, flow, cloud), and its value.
    /// Repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    pub fact: Vec<String>,
    /// Ask up to five questions to narrow down the cause.
    #[arg(long)]
    pub ask: bool,
    /// Read one record per line (JSON or text) and write one line of JSON per record, as they arrive.
    #[arg(long, conflicts_with = "ask")]
    pub stream: bool,
    /// With --stream: count the failures by cause, application, user, resource and hour instead.
    #[arg(long, requires = "stream")]
    pub summary: bool,
    /// In a sign-in log, read only the records that concern this resource.
    #[arg(long, value_name = "RESOURCE", value_enum)]
    pub resource: Option<Concerned>,
    /// How the report is shown.
    #[command(flatten)]
    pub output: Output,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
}

/// The resources that records can be chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Concerned {
    /// Power BI and Fabric.
    Powerbi,
}

/// `pbiauth sim`.
#[derive(Debug, Args)]
#[command(
    after_help = "Prints the settings that the scenario's caller uses, then READY, and serves until you interrupt it."
)]
pub struct Serve {
    /// A scenario's name, or your own file.
    #[arg(value_name = "SCENARIO", default_value = "healthy")]
    pub scenario: String,
    /// List the scenarios, one per line, and exit.
    #[arg(long)]
    pub list: bool,
    /// Where to listen: an address of this machine, and a port (0: any free port).
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub listen: std::net::SocketAddr,
    /// Write the certificate authority to trust to this file.
    #[arg(long, value_name = "FILE")]
    pub ca_out: Option<PathBuf>,
    /// Write the settings to this file.
    #[arg(long, value_name = "FILE")]
    pub env_out: Option<PathBuf>,
}

/// `pbiauth completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth completions bash > ~/.local/share/bash-completion/completions/pbiauth
  pbiauth completions zsh > \"${fpath[1]}/_pbiauth\"
  pbiauth completions fish > ~/.config/fish/completions/pbiauth.fish
  pbiauth completions powershell >> $PROFILE")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `pbiauth man`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  pbiauth man ~/.local/share/man/man1")]
pub struct Man {
    /// The folder. It's created if it doesn't exist.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// `10s`, `1m 30s`, `500ms`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<u64>().map(Duration::from_secs).or_else(|_| {
        text.parse::<jiff::SignedDuration>().map_err(drop).and_then(|d| Duration::try_from(d).map_err(drop))
    });
    match parsed {
        Ok(duration) if !duration.is_zero() && duration <= Duration::from_hours(24) => Ok(duration),
        _ => Err("write a duration such as 10s, 500ms or 1m30s".to_owned()),
    }
}
