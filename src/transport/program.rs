//! Programs of this machine that get tokens: the Azure CLI.

use std::io::ErrorKind;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::record::Fault;
use crate::wire::{MAX_BODY, WireReply};

/// The Azure CLI takes seconds to start; it is not waited for longer than this.
const LONGEST: Duration = Duration::from_secs(25);

/// Runs a command line: words between single spaces, none of which holds one. What it prints is the body, what it
/// complains of where it fails.
///
/// # Errors
/// The fault and the system's words.
pub(super) async fn run(line: &str) -> Result<WireReply, (Fault, String)> {
    let mut words = line.split(' ');
    let program = executable(words.next().unwrap_or_default());
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(LONGEST, command.output()).await {
        Err(_) => return Err((Fault::ReplyTimeout, format!("it didn't finish within {} s", LONGEST.as_secs()))),
        Ok(Err(error)) if error.kind() == ErrorKind::NotFound => return Err((Fault::NotInstalled, error.to_string())),
        Ok(Err(error)) => return Err((Fault::NotSendable, error.to_string())),
        Ok(Ok(output)) => output,
    };
    let said = if output.status.success() { output.stdout } else { output.stderr };
    let status = output.status.code().and_then(|code| u16::try_from(code).ok()).unwrap_or(u16::MAX);
    Ok(WireReply { status, headers: Vec::new(), body: (said.len() <= MAX_BODY).then_some(said) })
}

/// On Windows the Azure CLI is a script.
fn executable(name: &str) -> String {
    if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_answers_or_is_not_there() {
        let reply = run("echo {}").await.expect("a reply");
        assert_eq!((reply.status, reply.body.as_deref()), (0, Some(&b"{}\n"[..])));
        let failed = run("ls /no-such-folder").await.expect("a reply");
        assert!(failed.status != 0 && failed.body.is_some_and(|body| !body.is_empty()));
        assert_eq!(run("no-such-program-here").await.err().map(|(fault, _)| fault), Some(Fault::NotInstalled));
    }
}
