//! Options of every command that gets a token.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;
use super::named::{CLOUDS, FLOWS};

/// Who signs in, and how a token is obtained.
#[derive(Debug, Default, Args)]
pub struct Who {
    /// How to get a token.
    #[arg(long, value_name = "FLOW", value_parser = FLOWS, help_heading = "Sign-in")]
    pub auth: Option<String>,
    /// Tenant ID or domain; overrides `AZURE_TENANT_ID`.
    #[arg(long, value_name = "ID|DOMAIN", help_heading = "Sign-in")]
    pub tenant: Option<String>,
    /// Application (client) ID; overrides `AZURE_CLIENT_ID`.
    #[arg(long, value_name = "ID", help_heading = "Sign-in")]
    pub client_id: Option<String>,
    /// Request exactly this scope instead of Power BI's default scope. Repeatable.
    #[arg(long, value_name = "SCOPE", help_heading = "Sign-in")]
    pub scope: Vec<String>,
    /// Use the access token in this file, or on standard input (`-`), instead of requesting one.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub access_token_file: Option<PathBuf>,
    /// Use the refresh token in this file, or on standard input (`-`); overrides `PBIAUTH_REFRESH_TOKEN`.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub refresh_token_file: Option<PathBuf>,
    /// Use the user's password in this file, or on standard input (`-`); overrides `AZURE_PASSWORD`.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub password_file: Option<PathBuf>,
    /// Compare the federated token's subject with this, character by character.
    #[arg(long, value_name = "SUBJECT", help_heading = "Sign-in")]
    pub expect_subject: Option<String>,
    /// Don't open a browser; show the sign-in address instead.
    #[arg(long, help_heading = "Sign-in")]
    pub no_browser: bool,
    /// Use this profile of the settings file. `doctor` accepts several.
    #[arg(long, value_name = "NAME", conflicts_with = "sim", help_heading = "Sign-in")]
    pub profile: Vec<String>,
    /// Read variables from this file; environment variables take precedence.
    #[arg(long, value_name = "FILE", help_heading = "Sign-in")]
    pub env_file: Option<PathBuf>,
    /// Read settings from this file instead of the nearest pbiauth.toml.
    #[arg(long, value_name = "FILE", help_heading = "Sign-in")]
    pub config: Option<PathBuf>,
}

/// Which hosts are called, and how long a run waits for them.
#[derive(Debug, Args)]
pub struct Network {
    /// The tenant's cloud; sets hosts and scope.
    #[arg(long, value_name = "CLOUD", value_parser = CLOUDS, help_heading = "Network")]
    pub cloud: Option<String>,
    /// Entra login host.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub authority_host: Option<String>,
    /// Power BI API host.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub api_url: Option<String>,
    /// Fabric API host.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub fabric_url: Option<String>,
    /// Trust these certificates as well as the system's.
    #[arg(long, value_name = "PEM", help_heading = "Network")]
    pub ca_file: Option<PathBuf>,
    /// Time limit for one request.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "10s", help_heading = "Network")]
    pub timeout: Duration,
    /// Time limit for the whole run [default: 28s; 15m where a person signs in].
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Network")]
    pub deadline: Option<Duration>,
}

impl Network {
    /// The longest that a run may take.
    #[must_use]
    pub fn deadline(&self, asks_a_person: bool) -> Duration {
        let usual = if asks_a_person { Duration::from_mins(15) } else { Duration::from_secs(28) };
        self.deadline.unwrap_or(usual)
    }
}
