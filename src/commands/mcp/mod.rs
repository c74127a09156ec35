//! `pbiauth mcp`: a Model Context Protocol server on standard input and output, for assistants.
//!
//! Standard output carries the protocol alone. What a tool returns names its confidence and what would decide, so that a
//! model doesn't overstate it, and passes the redaction that `pbiauth bundle redact` uses.

mod answer;
mod arguments;
mod consent;
mod doctor;
mod knowledge;
mod pages;
mod server;
mod tools;

use std::io::IsTerminal as _;
use std::sync::Arc;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;

use super::access::interrupted;
use super::tell;
use crate::cli::mcp::Mcp;
use crate::error::Error;
use crate::exit;
use knowledge::Knowledge;
use server::Server;

/// Runs the command: serves until the client goes away. Returns the exit code.
///
/// # Errors
/// When a rule cannot be read, or the other side doesn't speak the protocol.
pub fn run(options: &Mcp) -> Result<u8, Error> {
    let server = Server { knowledge: Arc::new(Knowledge::load(&options.rules)?), options: Arc::new(options.clone()) };
    if std::io::stdin().is_terminal() {
        tell("pbiauth mcp is started by an assistant, which writes JSON to its standard input. Press Ctrl+C to stop.");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let ended = runtime.block_on(async {
        tokio::select! {
            end = serve(server) => end,
            () = interrupted() => Ok(()),
        }
    });
    // The thread that reads standard input can't be stopped.
    runtime.shutdown_background();
    ended.map(|()| exit::DONE)
}

async fn serve(server: Server) -> Result<(), Error> {
    match server.serve(rmcp::transport::stdio()).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|why| Error::NoRoom(std::io::Error::other(why))),
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        // What came instead isn't shown: it may hold a secret.
        Err(_) => Err(Error::NoAssistant),
    }
}
