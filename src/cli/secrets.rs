//! No option takes a secret; whoever looks for one is told where secrets go.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Names that people try, the variable for such a secret, and how a file brings it.
const PLACES: [(&str, &str, &str); 7] = [
    ("--client-secret", "AZURE_CLIENT_SECRET", BY_VARIABLES),
    ("--secret", "AZURE_CLIENT_SECRET", BY_VARIABLES),
    ("--password", "AZURE_PASSWORD", "use --password-file FILE"),
    ("--access-token", "PBIAUTH_ACCESS_TOKEN", "use --access-token-file FILE"),
    ("--token", "PBIAUTH_ACCESS_TOKEN", "use --access-token-file FILE"),
    ("--refresh-token", "PBIAUTH_REFRESH_TOKEN", "use --refresh-token-file FILE"),
    ("--certificate-password", "AZURE_CLIENT_CERTIFICATE_PASSWORD", BY_VARIABLES),
];
/// How a file brings a secret that has no file of its own.
const BY_VARIABLES: &str = "put it in a file and add --env-file FILE";

/// What to say in place of an error about an option that is not there, where a secret was meant. Never names the value.
#[must_use]
pub fn instead(error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(asked)) = error.get(ContextKind::InvalidArg) else { return None };
    let asked = asked.split('=').next().unwrap_or(asked);
    let (option, variable, file) = PLACES.into_iter().find(|(option, ..)| *option == asked)?;
    Some(format!(
        "there is no option {option}: a secret on the command line is visible in the shell's history and to other \
         users of this machine\n\nSet {variable} in the environment, or {file}. If the value you just \
         typed is a real secret, remove it from the shell's history.\n"
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    fn said(args: &[&str]) -> Option<String> {
        instead(&Cli::try_parse_from(args).expect_err("no such option"))
    }

    #[test]
    fn a_secret_option_is_explained_without_the_secret() {
        for args in [
            &["pbiauth", "doctor", "--client-secret", "hunter2"][..],
            &["pbiauth", "doctor", "--client-secret=hunter2"],
        ] {
            let words = said(args).expect("words");
            assert!(words.contains("AZURE_CLIENT_SECRET") && !words.contains("hunter2"), "{words}");
        }
        assert_eq!(said(&["pbiauth", "doctor", "--workspaces"]), None);
    }
}
