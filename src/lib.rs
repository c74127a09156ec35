//! Finds out why an application cannot get an access token for Power BI, cannot call its API or cannot embed a
//! report, and says who has to do what to mend it.

pub mod bundle;
pub mod check;
pub mod cli;
pub mod commands;
pub mod diagnose;
pub mod drive;
pub mod entra;
pub mod error;
pub mod evidence;
pub mod exit;
pub mod import;
pub mod powerbi;
pub mod record;
pub mod report;
pub mod rule;
pub mod secret;
pub mod settings;
pub mod sim;
pub mod transport;

use cli::{Cli, Command, Format};
use error::Error;

/// Runs a command and returns the exit code.
#[must_use]
pub fn run(cli: &Cli) -> u8 {
    let (done, output) = match &cli.command {
        Command::Doctor(options) => (commands::doctor::run(options), Some(&options.output)),
        Command::Diagnose(options) => (commands::diagnose::run(options), Some(&options.output)),
        Command::Sim(options) => (commands::serve::run(options), None),
    };
    done.unwrap_or_else(|error| tell(error, output))
}

/// Tells what went wrong on standard error; a program that asked for JSON gets a document all the same.
fn tell(error: Error, output: Option<&cli::Output>) -> u8 {
    let exit = error.exit();
    if let Some(output) = output.filter(|output| output.format == Format::Json && exit == exit::NOT_DONE) {
        let report = commands::diagnose::unreadable(&error);
        if commands::show(&report, output).is_ok() {
            return exit;
        }
    }
    commands::complain(error);
    exit
}
