//! `pbiauth embed`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Doctor, duration};

/// `pbiauth embed`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth embed --workspace 'Sales embed' --report Orders              in your browser, with an embed token
  pbiauth embed --headless --screenshot orders.png                     without a window, with a picture
  pbiauth embed --for embed-organization --auth device-code            with your own access token
  pbiauth embed --report Orders --identity anna@contoso.example:Sales  as a user of row-level security sees it
  pbiauth embed --sim                                                  the simulated tenant, without a browser

powerbi-client is fetched from its CDN and checked against a pinned hash, unless --powerbi-client names another copy.")]
pub struct Embed {
    /// Embed this dashboard instead of a report, by ID or name.
    #[arg(long, value_name = "ID|NAME", conflicts_with_all = ["report", "paginated"], help_heading = "Embedding")]
    pub dashboard: Option<String>,
    /// The report is a paginated report.
    #[arg(long, help_heading = "Embedding")]
    pub paginated: bool,
    /// Effective identity for the embed token: a user name, then a colon and the roles.
    #[arg(long, value_name = "USER[:ROLE,…]", value_parser = Identity::read, conflicts_with = "dashboard", help_heading = "Embedding")]
    pub identity: Option<Identity>,
    /// Lifetime of the embed token, in whole minutes [default: as long as the access token].
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Embedding")]
    pub lifetime: Option<Duration>,
    /// Open the report for editing.
    #[arg(long, conflicts_with = "dashboard", help_heading = "Embedding")]
    pub edit: bool,
    /// Embed as your page does: its embed configuration (JSON or JavaScript). Its token is ignored.
    #[arg(long, value_name = "FILE", help_heading = "Embedding")]
    pub page_config: Option<PathBuf>,
    /// Embed in a page with your page's Content-Security-Policy. Only its rules for frames apply.
    #[arg(long, value_name = "POLICY", value_parser = policy, help_heading = "Embedding")]
    pub page_policy: Option<String>,
    /// Loopback address and port of the page (port 0: any free port).
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0", help_heading = "Browser")]
    pub listen: SocketAddr,
    /// Use an installed Chromium, Edge or Chrome without a window.
    #[arg(long, help_heading = "Browser")]
    pub headless: bool,
    /// Save a screenshot of the item (PNG) to this file.
    #[arg(long, value_name = "FILE", requires = "headless", help_heading = "Browser")]
    pub screenshot: Option<PathBuf>,
    /// Use this browser.
    #[arg(long, value_name = "PATH", help_heading = "Browser")]
    pub browser: Option<PathBuf>,
    /// Use this copy of powerbi-client (dist/powerbi.min.js of its npm package).
    #[arg(long, value_name = "FILE|URL", help_heading = "Browser")]
    pub powerbi_client: Option<String>,

    /// What is checked, who asks, and how the report is shown.
    #[command(flatten)]
    pub doctor: Doctor,
}

/// No Content-Security-Policy is longer, in bytes.
const LONGEST_POLICY: usize = 8 * 1024;

fn policy(text: &str) -> Result<String, String> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
    if !printable || text.len() > LONGEST_POLICY {
        return Err(
            "write the header's value on one line: default-src 'self'; frame-src https://app.powerbi.com".to_owned()
        );
    }
    Ok(text.to_owned())
}

/// An effective identity.
#[derive(Clone)]
pub struct Identity {
    /// The user name.
    pub user: String,
    /// The roles. Empty where none is named.
    pub roles: Vec<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("roles", &self.roles).finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads a user name, and after the last colon the roles.
    ///
    /// # Errors
    /// A sentence, where there is no user name.
    pub fn read(text: &str) -> Result<Self, String> {
        let (user, roles) = text.rsplit_once(':').unwrap_or((text, ""));
        let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty()).map(str::to_owned).collect();
        if user.trim().is_empty() {
            return Err("write a user name, then a colon and the roles: anna@contoso.example:Sales,Europe".to_owned());
        }
        Ok(Self { user: user.to_owned(), roles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_the_value_of_a_header() {
        assert_eq!(policy("frame-src 'self'"), Ok("frame-src 'self'".to_owned()));
        assert!(policy("frame-src 'self'\r\nx: y").is_err() && policy(&"a".repeat(LONGEST_POLICY + 1)).is_err());
    }

    #[test]
    fn an_identity_is_a_user_with_roles() {
        let read = |text: &str| Identity::read(text).map(|identity| (identity.user, identity.roles.join("+")));
        assert_eq!(read("anna@contoso.example"), Ok(("anna@contoso.example".to_owned(), String::new())));
        assert_eq!(read("anna:Sales, Europe"), Ok(("anna".to_owned(), "Sales+Europe".to_owned())));
        assert!(read(":Sales").is_err() && read("").is_err());
    }
}
