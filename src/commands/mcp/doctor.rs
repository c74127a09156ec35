//! `doctor` for assistants: a live run, with the settings that the server was started with.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use rmcp::model::CallToolResult;
use tokio_util::sync::CancellationToken;

use super::super::access::{Prepared, Surroundings, connections, live};
use super::answer;
use super::arguments::Doctor;
use super::knowledge::Knowledge;
use crate::cli::access::Who;
use crate::cli::mcp::Mcp;
use crate::drive::watched;
use crate::error::Error;
use crate::record::{Field, Inputs, World};
use crate::report::{FailOn, build};
use crate::settings::{Sources, resolve};

/// The variable that asks for opt-in checks. They may create an embed token or run a query, and an assistant only reads.
const PROBES: &str = "PBIAUTH_PROBE";
/// The longest that one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that the run may take.
const DEADLINE: Duration = Duration::from_secs(28);

/// What the user is asked to consent to. Reads no secret and sends nothing.
///
/// # Errors
/// When the settings cannot be used, or a person would have to sign in.
#[expect(clippy::disallowed_methods, reason = "a live run begins here: at this time")]
pub(super) fn question(options: &Mcp, knowledge: &Knowledge, asked: &Doctor) -> Result<String, Error> {
    let surroundings = surroundings(options, asked)?;
    let profile = asked.profile.as_deref().map(|name| surroundings.known(name)).transpose()?;
    let sources = surroundings.trial(profile, look(knowledge, asked))?;
    let inputs = resolve(sources, World::Live, Timestamp::now())?.inputs;
    if inputs.auth().asks_a_person() {
        return Err(Error::AsksAPerson(inputs.auth().name()));
    }
    Ok(words(&inputs, asked))
}

fn words(inputs: &Inputs, asked: &Doctor) -> String {
    let known = |field| inputs.text(field).unwrap_or("(not set)");
    let whose = asked
        .profile
        .as_ref()
        .map_or_else(|| "this machine's settings".to_owned(), |name| format!("the profile {name}"));
    let mut text = format!(
        "pbiauth is about to check {whose} against the live services.\n\
         - It signs in at {} as {} in tenant {}: {}.\n\
         - It sends GET requests to {}",
        inputs.hosts.authority,
        known(Field::ClientId),
        known(Field::Tenant),
        inputs.auth().words(),
        inputs.hosts.api
    );
    if let Some(fabric) = &inputs.hosts.fabric {
        let _ = write!(text, " and {fabric}");
    }
    if let Some(intent) = &asked.intent {
        let _ = write!(text, ", those that {intent} needs as well");
    }
    text.push_str(".\nIt changes nothing. The assistant gets the report: names and IDs, but no secret and no token.");
    text
}

/// Makes the run. Ends early when the client cancels the call.
pub(super) fn run(
    options: &Mcp,
    knowledge: &Knowledge,
    asked: &Doctor,
    cancelled: &CancellationToken,
) -> CallToolResult {
    match report(options, knowledge, asked, cancelled) {
        Ok(report) => answer::of(&report, &answer::reading(&report), ""),
        Err(error) => answer::error(&error),
    }
}

fn report(
    options: &Mcp,
    knowledge: &Knowledge,
    asked: &Doctor,
    cancelled: &CancellationToken,
) -> Result<crate::report::Report, Error> {
    let mut surroundings = surroundings(options, asked)?;
    let probes = surroundings.forget(PROBES);
    let profile = asked.profile.as_deref().map(|name| surroundings.known(name)).transpose()?;
    let connect = |settings: &crate::settings::Settings| connections(settings, TIMEOUT);
    let Prepared { mut settings, transport } = live(&surroundings, profile, look(knowledge, asked), &connect, false)?;
    if probes {
        settings.inputs.notes.push(format!("Ignored because an assistant only reads: {PROBES}."));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let run = runtime.block_on(watched(settings.inputs, &transport, DEADLINE, cancelled.cancelled(), &mut |_| ()));
    // A look-up of a name that hangs must not hold the answer up.
    runtime.shutdown_background();
    Ok(build::of_run(&run, &knowledge.rules, false, FailOn::Error))
}

fn surroundings(options: &Mcp, asked: &Doctor) -> Result<Surroundings, Error> {
    let who = Who {
        profile: asked.profile.iter().cloned().collect(),
        config: options.config.clone(),
        env_file: options.env_file.clone(),
        no_browser: true,
        ..Who::default()
    };
    Surroundings::read(&who, None)
}

fn look(knowledge: &Knowledge, asked: &Doctor) -> Sources {
    Sources { intent: asked.intent.clone(), intents: knowledge.rules.intents.clone(), ..Sources::default() }
}
