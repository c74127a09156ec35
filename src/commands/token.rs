//! `pbiauth token`: the one command that shows a token, and the one that explains it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::access::{interrupted, make, prepare};
use super::{doctor, print, ready, rules, show, tell};
use crate::check::{Run, Skip, Status};
use crate::cli::token::Get;
use crate::cli::{Format, Output};
use crate::drive::Event;
use crate::error::Error;
use crate::evidence::observe;
use crate::exit;
use crate::file::{Readers, write};
use crate::report::human::{Detail, render};
use crate::report::{Report, build};
use crate::rule::RuleSet;
use crate::secret::Secret;
use crate::settings::Sources;

mod inspect;

pub use inspect::inspect;

/// The checks that a token needs.
const CHECKS: [&str; 4] = ["credential-form", "federated-token", "user-realm", "token-request"];
/// A wait between two attempts where the last one failed.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// A token is never asked for more often than this.
const SHORTEST: Duration = Duration::from_secs(5);

/// A token and its end.
struct Got {
    token: Secret,
    /// Absent for a token that does not tell.
    ends: Option<i64>,
    /// Seconds until then, by the services' clock.
    left: Option<i64>,
}

/// Runs `token get`. Returns the exit code.
///
/// # Errors
/// When the settings cannot be used, or the token cannot be written.
pub fn get(options: &Get) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.rules)?;
    let (run, got) = ask(options, &rules)?;
    let Some(got) = got else { return refuse(&run, options, &rules) };
    deliver(&got, options)?;
    let Some(before) = options.refresh_before else { return Ok(exit::DONE) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let mut wait = wait_for(&got, before);
    loop {
        let stopped = runtime.block_on(async {
            tokio::select! {
                () = interrupted() => true,
                () = tokio::time::sleep(wait) => false,
            }
        });
        if stopped {
            return Ok(exit::DONE);
        }
        wait = match ask(options, &rules)? {
            (_, Some(got)) => {
                deliver(&got, options)?;
                wait_for(&got, before)
            }
            (run, None) => {
                let report = build::of_run(&run, &rules, false, options.output.fail_on);
                tell(&first_words(&report));
                AFTER_FAILURE
            }
        };
    }
}

/// Asks for a token. Settings and files are read anew each time: tokens of others rotate.
fn ask(options: &Get, rules: &RuleSet) -> Result<(Run, Option<Got>), Error> {
    let only = CHECKS.map(str::to_owned).to_vec();
    // A settings file may name an operation, as it means `doctor` too.
    let look = Sources { only, intents: rules.intents.clone(), ..Sources::default() };
    let prepared = prepare(options.sim.as_deref(), &options.who, &options.network, None, look)?;
    let mut watch = |event: Event<'_>| {
        if let Event::Wanted(words) = event {
            tell(words);
        }
    };
    let (run, transport) = make(prepared, &options.network, &mut watch)?;
    let claims = observe(&run.record).claims;
    let is_well = |id: &str| {
        run.results.iter().any(|r| {
            r.check.id == id && (matches!(r.status, Status::Passed | Status::Warned) || r.skip == Some(Skip::NotNeeded))
        })
    };
    let token = transport.access_token().filter(|token| is_well("token-request") && !token.expose().is_empty());
    let (ends, left) = claims.map_or((None, None), |claims| (claims.expires, claims.life_left_seconds));
    Ok((run, token.map(|token| Got { token, ends, left })))
}

/// Shows why there is no token: on standard error to a person, who must not take the report for a token.
fn refuse(run: &Run, options: &Get, rules: &RuleSet) -> Result<u8, Error> {
    let mut report = build::of_run(run, rules, false, options.output.fail_on);
    doctor::keep(
        &mut report,
        "pbiauth token get",
        &doctor::caller(options.sim.as_ref(), &options.who, &options.network, None),
    );
    let screen = Output { targets: options.output.targets.on_screen(), ..options.output.clone() };
    if screen.targets.iter().all(|target| matches!(target.format, None | Some(Format::Human))) {
        let detail = Detail { verbose: options.output.verbose, quiet: options.output.quiet, ..Detail::default() };
        tell(render(&report, detail).trim_end());
        return Ok(report.exit.max(1));
    }
    Ok(show(&report, &screen, false)?.max(1))
}

fn first_words(report: &Report) -> String {
    let named = report.diagnoses.first().map(|diagnosis| diagnosis.title.clone());
    let why = named.or_else(|| report.notes.first().cloned()).unwrap_or_default();
    format!("No new token: {why}. The file keeps the old one. Next try in {} s.", AFTER_FAILURE.as_secs())
}

/// Writes the token where it is wanted; a file has mode 0600, and no line end that would become part of the token.
fn deliver(got: &Got, options: &Get) -> Result<(), Error> {
    for target in options.output.targets.iter() {
        let text = match target.format {
            Some(Format::Json) => as_json(got),
            _ => got.token.expose().to_owned(),
        };
        match &target.file {
            Some(path) => write(path, text.as_bytes(), Readers::Owner)
                .map_err(|why| Error::Unwritable { path: path.clone(), why })?,
            None => print(&format!("{text}\n"))?,
        }
    }
    Ok(())
}

fn as_json(got: &Got) -> String {
    json!({
        "access_token": got.token.expose(),
        "token_type": "Bearer",
        "expires_on": got.ends,
        "expires_in": got.left.map(|left| left.max(0)),
    })
    .to_string()
}

/// How long until a new token is due. One that does not tell its end is taken for an hour's.
fn wait_for(got: &Got, before: Duration) -> Duration {
    let left = got.left.map_or(Duration::from_hours(1), |left| Duration::from_secs(u64::try_from(left).unwrap_or(0)));
    left.saturating_sub(before).max(SHORTEST)
}

#[expect(clippy::disallowed_methods, reason = "a token is held against this machine's clock where no service is asked")]
fn now() -> Timestamp {
    Timestamp::now()
}
