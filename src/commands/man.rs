//! `pbiauth man`: a manual page for each command.

use std::path::Path;

use clap::{Command, CommandFactory as _};

use super::put;
use crate::cli::{Cli, Man};
use crate::error::Error;
use crate::exit;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the folder or a page cannot be written.
pub fn run(options: &Man) -> Result<u8, Error> {
    let unwritable = |why| Error::Unwritable { path: options.folder.clone(), why };
    std::fs::create_dir_all(&options.folder).map_err(unwritable)?;
    let mut cli = Cli::command();
    cli.build();
    write(&options.folder, &cli)?;
    Ok(exit::DONE)
}

fn write(folder: &Path, command: &Command) -> Result<(), Error> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let path = folder.join(format!("{name}.1"));
    let mut page = Vec::new();
    let made = clap_mangen::Man::new(command.clone()).render(&mut page);
    made.map_err(|why| Error::Unwritable { path: path.clone(), why })?;
    put(&String::from_utf8_lossy(&page), Some(&path))?;
    command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| write(folder, command))
}
