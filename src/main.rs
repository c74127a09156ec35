//! The `pbiauth` command.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use pbiauth::cli::{Cli, secrets};

fn main() -> ExitCode {
    pbiauth::crash::hush();
    let cli = Cli::try_parse().unwrap_or_else(|error| match secrets::instead(&error) {
        Some(words) => Cli::command().error(ErrorKind::UnknownArgument, words).exit(),
        None => error.exit(),
    });
    ExitCode::from(pbiauth::run(&cli))
}
