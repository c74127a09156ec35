//! Options of every command that gets a token.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;

/// Who signs in, and how a token is obtained.
#[derive(Debug, Default, Args)]
pub struct Who {
    /// Get a token in this way: client-secret, certificate, federated, managed-identity, password, device-code,
    /// authorization-code, refresh-token, azure-cli, access-token, or auto for the first one that is configured.
    #[arg(long, value_name = "FLOW", help_heading = "Sign-in")]
    pub auth: Option<String>,
    /// Tenant ID or domain, instead of `AZURE_TENANT_ID`.
    #[arg(long, value_name = "ID|DOMAIN", help_heading = "Sign-in")]
    pub tenant: Option<String>,
    /// Application (client) ID, instead of `AZURE_CLIENT_ID`.
    #[arg(long, value_name = "ID", help_heading = "Sign-in")]
    pub client_id: Option<String>,
    /// Request exactly this scope instead of Power BI's default scope. Repeatable.
    #[arg(long, value_name = "SCOPE", help_heading = "Sign-in")]
    pub scope: Vec<String>,
    /// Read an access token from a file, or from standard input (`-`), and don't request one.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub access_token_file: Option<PathBuf>,
    /// Read a refresh token from a file, or from standard input (`-`), instead of `PBIAUTH_REFRESH_TOKEN`.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub refresh_token_file: Option<PathBuf>,
    /// Read the user's password from a file, or from standard input (`-`), instead of `AZURE_PASSWORD`.
    #[arg(long, value_name = "FILE|-", help_heading = "Sign-in")]
    pub password_file: Option<PathBuf>,
    /// Compare the federated token's subject with this, character by character.
    #[arg(long, value_name = "SUBJECT", help_heading = "Sign-in")]
    pub expect_subject: Option<String>,
    /// Don't open a browser: show the sign-in address.
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
    /// The cloud of the tenant, with its hosts and scope: public, gcc, gcc-high, dod or china.
    #[arg(long, value_name = "CLOUD", help_heading = "Network")]
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
    /// The longest that one request may take.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "10s", help_heading = "Network")]
    pub timeout: Duration,
    /// The longest that the whole run may take [default: 28s; 15m if a person signs in].
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
