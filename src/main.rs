//! The `pbiauth` command.

use std::process::ExitCode;

use clap::Parser as _;
use pbiauth::cli::Cli;

fn main() -> ExitCode {
    pbiauth::crash::hush();
    ExitCode::from(pbiauth::run(&Cli::parse()))
}
