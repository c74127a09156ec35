//! Finds out why an application cannot get an access token for Power BI, cannot call its API or cannot embed a
//! report, and says who has to do what to mend it.

pub mod bundle;
pub mod caller_snapshot;
pub mod check;
pub mod cli;
pub mod cloud;
pub mod commands;
pub mod crash;
pub mod diagnose;
pub mod drive;
mod embedded;
pub mod entra;
pub mod error;
pub mod evidence;
pub mod exit;
pub mod explain;
pub mod facts;
pub mod file;
pub mod import;
pub mod intent;
mod pattern;
pub mod powerbi;
pub mod ranker;
pub mod record;
pub mod redact;
pub mod report;
pub mod rule;
pub mod runbook;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod sim;
pub mod span;
pub mod stream;
pub mod transport;
pub mod wire;
pub mod wording;
pub mod words;

use cli::token::Token;
use cli::{Cli, Command, Output};
use error::Error;
use report::{Origin, build};

/// Runs a command and returns the exit code.
#[must_use]
pub fn run(cli: &Cli) -> u8 {
    match &cli.command {
        Command::Doctor(options) => {
            let origin = if options.sim.is_some() { Origin::Sim } else { Origin::Live };
            commands::doctor::run(options).unwrap_or_else(|error| tell(error, origin, &options.output))
        }
        Command::Embed(options) => {
            let origin = if options.doctor.sim.is_some() { Origin::Sim } else { Origin::Live };
            commands::embed::run(options).unwrap_or_else(|error| tell(error, origin, &options.doctor.output))
        }
        Command::Diagnose(options) => {
            commands::diagnose::run(options).unwrap_or_else(|error| tell(error, Origin::Text, &options.output))
        }
        Command::Bundle(options) => commands::bundle::run(options).unwrap_or_else(commands::complain),
        Command::Token(Token::Get(options)) => {
            let origin = if options.sim.is_some() { Origin::Sim } else { Origin::Live };
            commands::token::get(options).unwrap_or_else(|error| tell(error, origin, &options.output))
        }
        Command::Token(Token::Inspect(options)) => {
            commands::token::inspect(options).unwrap_or_else(|error| tell(error, Origin::Token, &options.output))
        }
        Command::Reports(options) => commands::reports::run(options).unwrap_or_else(commands::complain),
        Command::Explain(options) => commands::explain::run(options).unwrap_or_else(commands::complain),
        Command::Rules(options) => commands::rules::run(options).unwrap_or_else(commands::complain),
        Command::Schema(options) => commands::schema::run(options).unwrap_or_else(commands::complain),
        Command::Sim(options) => commands::serve::run(options).unwrap_or_else(commands::complain),
        Command::Mcp(options) => commands::mcp::run(options).unwrap_or_else(commands::complain),
        Command::Completions(options) => commands::completions::run(options).unwrap_or_else(commands::complain),
        Command::Man(options) => commands::man::run(options).unwrap_or_else(commands::complain),
    }
}

/// Tells what went wrong on standard error; a program that waits for a report gets one all the same.
fn tell(error: Error, origin: Origin, output: &Output) -> u8 {
    if error.prevents_the_run() {
        commands::show_undone(&build::of_nothing(origin, error.to_string()), output);
    }
    commands::complain(error)
}
