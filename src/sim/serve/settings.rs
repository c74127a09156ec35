//! The settings of a caller, as lines that both `sh` and dotenv read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use super::super::caller::{CallersFile, MACHINE};
use super::super::identity::IDENTITY_PATH;
use crate::shell::quoted;

/// The addresses of the services: one and the same, and what the caller wrote behind that of Entra.
pub(super) fn add_addresses(settings: &mut BTreeMap<String, String>, address: SocketAddr, authority_path: &str) {
    let url = format!("https://{address}");
    for name in ["PBIAUTH_SIM_URL", "PBIAUTH_API_URL", "PBIAUTH_FABRIC_URL"] {
        settings.insert(name.to_owned(), url.clone());
    }
    settings.insert("AZURE_AUTHORITY_HOST".to_owned(), url + authority_path);
}

/// The CA, under the names by which clients look for one.
pub(super) fn add_ca(settings: &mut BTreeMap<String, String>, path: &Path) {
    for name in ["PBIAUTH_CA_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        settings.insert(name.to_owned(), text(path));
    }
}

/// Where managed identities are asked for: App Service's variables, and the one for the metadata service. A scenario
/// that gives a variable itself has its way.
pub(super) fn add_machine(settings: &mut BTreeMap<String, String>, address: SocketAddr) {
    let url = format!("http://{address}");
    for (name, path) in [("IDENTITY_ENDPOINT", IDENTITY_PATH), ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "")] {
        if let Some(value) = settings.get_mut(name).filter(|value| **value == format!("{MACHINE}{path}")) {
            *value = format!("{url}{path}");
        }
    }
}

/// The path of a file of the caller's, unless the scenario gives another one.
pub(super) fn add_file(settings: &mut BTreeMap<String, String>, file: &CallersFile, path: &Path) {
    if let Some(value) = settings.get_mut(file.variable).filter(|value| *value == file.name) {
        *value = text(path);
    }
}

/// A path as text.
pub(super) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// One setting a line. Single quotes where `sh` would read more than the text.
pub(super) fn lines(settings: &BTreeMap<String, String>) -> String {
    let mut lines = String::new();
    for (name, value) in settings {
        // Writing to a string does not fail.
        let value = if value.is_empty() { String::new() } else { quoted(value) };
        let _ = writeln!(lines, "{name}={value}");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_a_shell_would_read_more() {
        let settings =
            [("A", ""), ("B", "https://127.0.0.1:1/x=y"), ("C", "abc8Q~x"), ("D", "\"a b\"\r"), ("E", "it's $X")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(lines(&settings), "A=\nB=https://127.0.0.1:1/x=y\nC='abc8Q~x'\nD='\"a b\"\r'\nE='it'\\''s $X'\n");
    }
}
