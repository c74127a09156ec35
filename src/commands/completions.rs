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

/// An option, and its values.
type Values = (&'static str, Vec<&'static str>);

/// The values of options that a shell offers. The options themselves take more: other names, and a user's own intents.
fn values() -> Vec<Values> {
    // A parser keeps its values for good, and this process ends with the script.
    let intents = RuleSet::embedded().intents.into_keys().map(|name| &*name.leak());
    let scenarios: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
    vec![
        ("auth", Auth::ALL.iter().map(|auth| auth.name()).chain([AUTO]).collect()),
        ("cloud", Cloud::ALL.iter().map(|cloud| cloud.name()).collect()),
        ("intent", intents.collect()),
        ("only", CHECKS.iter().map(|check| check.id).collect()),
        ("probe", CHECKS.iter().filter(|check| check.opt_in.is_some()).map(|check| check.id).collect()),
        ("sim", scenarios.clone()),
        ("scenario", scenarios),
    ]
}

fn with_values(mut command: Command, values: &[Values]) -> Command {
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
