//! `pbiauth completions`: what a shell needs to complete a command line.

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory as _};

use super::print;
use crate::check::CHECKS;
use crate::cli::{Cli, Completions};
use crate::cloud::Cloud;
use crate::embedded::SCENARIOS;
use crate::error::Error;
use crate::exit;
use crate::record::Auth;
use crate::rule::RuleSet;
use crate::settings::AUTO;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(options: &Completions) -> Result<u8, Error> {
    let mut script = Vec::new();
    let mut command = with_values(Cli::command(), &values());
    clap_complete::generate(options.shell, &mut command, "pbiauth", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(exit::DONE)
}

/// The values of options that a shell offers. The options themselves take more: other names, and a user's own intents.
fn values() -> Vec<(&'static str, Vec<String>)> {
    let owned = |name: &str| name.to_owned();
    let clouds = Cloud::ALL.iter().filter_map(|cloud| Some(serde_json::to_value(cloud).ok()?.as_str()?.to_owned()));
    vec![
        ("auth", Auth::ALL.iter().map(|auth| auth.name()).chain([AUTO]).map(owned).collect()),
        ("cloud", clouds.collect()),
        ("intent", RuleSet::embedded().intents.into_keys().collect()),
        ("only", CHECKS.iter().map(|check| owned(check.id)).collect()),
        ("probe", CHECKS.iter().filter(|check| check.opt_in.is_some()).map(|check| owned(check.id)).collect()),
        ("sim", SCENARIOS.iter().map(|(name, _)| owned(name)).collect()),
        ("scenario", SCENARIOS.iter().map(|(name, _)| owned(name)).collect()),
    ]
}

fn with_values(mut command: Command, values: &[(&'static str, Vec<String>)]) -> Command {
    for (name, values) in values {
        if command.get_arguments().any(|argument| argument.get_id() == name) {
            command = command.mut_arg(name, |argument| {
                argument.value_parser(PossibleValuesParser::new(values)).hide_possible_values(true)
            });
        }
    }
    command.mut_subcommands(|inner| with_values(inner, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_offers_values() {
        let command = with_values(Cli::command(), &values());
        for (option, value) in [
            ("auth", "federated"),
            ("cloud", "gcc-high"),
            ("intent", "embed-customers"),
            ("only", "token-request"),
            ("probe", "admin-api"),
            ("sim", "token/secret-expired"),
        ] {
            let doctor = command.find_subcommand("doctor").expect("a command");
            let argument = doctor.get_arguments().find(|argument| argument.get_id() == option).expect(option);
            let offered = argument.get_possible_values();
            assert!(offered.iter().any(|offered| offered.get_name() == value), "{option} doesn't offer {value}");
        }
    }
}
