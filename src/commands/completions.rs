//! `pbiauth completions`: what a shell needs to complete a command line.

use clap::CommandFactory as _;

use super::print;
use crate::cli::{Cli, Completions};
use crate::error::Error;
use crate::exit;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(options: &Completions) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "pbiauth", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(exit::DONE)
}
