//! `pbiauth mcp`: the server for assistants.

use std::path::PathBuf;

use clap::Args;

/// `pbiauth mcp`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "An assistant starts this server and talks to it on standard input and output. Most clients accept this
configuration:
  { \"mcpServers\": { \"pbiauth\": { \"command\": \"pbiauth\", \"args\": [\"mcp\"] } } }

Tools: diagnose (a text), explain (a term), causes (a list) and doctor (a run against your tenant, with the credentials of
the environment or of a profile). Before doctor sends anything, it asks you through the assistant. A client that can't ask
can't use doctor, unless you pass --allow-doctor."
)]
pub struct Mcp {
    /// Let clients that can't ask for your consent run doctor without it. Clients that can ask still do.
    #[arg(long)]
    pub allow_doctor: bool,
    /// Read settings from this file instead of the nearest pbiauth.toml.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read variables from this file; environment variables take precedence.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}
