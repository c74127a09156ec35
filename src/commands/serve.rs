//! `pbiauth sim`: serves the simulated tenant on this machine.

use super::access::interrupted;
use super::scenarios;
use crate::cli::Serve;
use crate::error::Error;
use crate::exit;
use crate::sim::serve::{Options, serve};

/// Runs the command: serves until it is interrupted or terminated, or its terminal is closed.
///
/// # Errors
/// When the scenario cannot be used or the port cannot be opened.
pub fn run(options: &Serve) -> Result<u8, Error> {
    if options.list {
        return scenarios::list();
    }
    let scenario = scenarios::load(&options.scenario)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let how = Options { listen: options.listen, ca_out: options.ca_out.clone(), env_out: options.env_out.clone() };
    runtime.block_on(serve(scenario, how, interrupted(), &mut std::io::stdout(), &mut std::io::stderr()))?;
    Ok(exit::DONE)
}
