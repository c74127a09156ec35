//! Options of every command that gets a token.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;

/// Who asks, and how a token is got.
#[derive(Debug, Default, Args)]
pub struct Who {
    /// Get a token in this way: client-secret, certificate, federated, managed-identity, password, device-code,
    /// authorization-code, refresh-token, azure-cli, access-token, or auto for the first that there is a source for.
    #[arg(long, value_name = "FLOW", help_heading = "Who asks")]
    pub auth: Option<String>,
    /// Tenant id or domain, in place of `AZURE_TENANT_ID`.
    #[arg(long, value_name = "ID|DOMAIN", help_heading = "Who asks")]
    pub tenant: Option<String>,
    /// Application (client) id, in place of `AZURE_CLIENT_ID`.
    #[arg(long, value_name = "ID", help_heading = "Who asks")]
    pub client_id: Option<String>,
    /// Ask for exactly this in place of Power BI's default scope. Repeatable.
    #[arg(long, value_name = "SCOPE", help_heading = "Who asks")]
    pub scope: Vec<String>,
    /// Take an access token from a file, or from standard input (`-`), and request none.
    #[arg(long, value_name = "FILE|-", help_heading = "Who asks")]
    pub access_token_file: Option<PathBuf>,
    /// Take a refresh token from a file, or from standard input (`-`), in place of `PBIAUTH_REFRESH_TOKEN`.
    #[arg(long, value_name = "FILE|-", help_heading = "Who asks")]
    pub refresh_token_file: Option<PathBuf>,
    /// Take the user's password from a file, or from standard input (`-`), in place of `AZURE_PASSWORD`.
    #[arg(long, value_name = "FILE|-", help_heading = "Who asks")]
    pub password_file: Option<PathBuf>,
    /// Hold the subject of the federated token against this, character by character.
    #[arg(long, value_name = "SUBJECT", help_heading = "Who asks")]
    pub expect_subject: Option<String>,
    /// Open no browser: show the address to sign in at.
    #[arg(long, help_heading = "Who asks")]
    pub no_browser: bool,
    /// Take this profile of the settings file. `doctor` takes several.
    #[arg(long, value_name = "NAME", conflicts_with = "sim", help_heading = "Who asks")]
    pub profile: Vec<String>,
    /// Read variables from this file; those of the environment go before.
    #[arg(long, value_name = "FILE", help_heading = "Who asks")]
    pub env_file: Option<PathBuf>,
    /// Read settings from this file in place of the nearest pbiauth.toml.
    #[arg(long, value_name = "FILE", help_heading = "Who asks")]
    pub config: Option<PathBuf>,
}

/// Where the services are met, and how long they are waited for.
#[derive(Debug, Args)]
pub struct Network {
    /// The cloud of the tenant, with its hosts and scope: public, gcc, gcc-high, dod or china.
    #[arg(long, value_name = "CLOUD", help_heading = "Network")]
    pub cloud: Option<String>,
    /// Where Entra is asked.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub authority_host: Option<String>,
    /// Where Power BI is asked.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub api_url: Option<String>,
    /// Where Fabric is asked.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub fabric_url: Option<String>,
    /// Trust these certificates beside the system's.
    #[arg(long, value_name = "PEM", help_heading = "Network")]
    pub ca_file: Option<PathBuf>,
    /// The longest that one request may take.
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "10s", help_heading = "Network")]
    pub timeout: Duration,
    /// The longest that the whole run may take [default: 28s; 15m where a person signs in].
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
