//! `pbiauth doctor --every`: round after round, and what changed in between.

use std::path::Path;
use std::time::Duration;

use futures_util::future::FutureExt as _;
use jiff::Timestamp;
use tokio::time::{MissedTickBehavior, interval};

use super::access::{Prepared, Surroundings, prepare};
use super::doctor::{keep_options, looked_at};
use super::profiles::trial::{self, Trial};
use super::profiles::{self, Known, Made, Round, Stop};
use super::show::to_files;
use super::{print, tell};
use crate::bundle;
use crate::cli::{Doctor, Format};
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::exit;
use crate::report::changes::Snapshot;
use crate::report::page::clean;
use crate::report::several::write as write_several;
use crate::report::{Kept, Several, build, render};
use crate::rule::RuleSet;

/// The services throttle whoever asks more often.
const SHORTEST: Duration = Duration::from_mins(1);

/// Makes a round, waits, and makes the next, until somebody interrupts or terminates this process. Returns the exit code
/// of the last whole round.
///
/// # Errors
/// When the settings cannot be used from the beginning.
pub(super) fn run(options: &Doctor, rules: &RuleSet, every: Duration) -> Result<u8, Error> {
    usable(options, rules, every)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let exit = runtime.block_on(rounds(options, rules, every));
    // A look-up of a name that hangs must not hold the process up.
    runtime.shutdown_background();
    exit
}

async fn rounds(options: &Doctor, rules: &RuleSet, every: Duration) -> Result<u8, Error> {
    let stop = profiles::stop();
    // It listens from now on: between two rounds no signal is lost.
    let _ = stop.clone().now_or_never();
    let mut known = Known::new();
    let mut last = None;
    let mut clock = interval(every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            biased;
            () = stop.clone() => break,
            _ = clock.tick() => {}
        }
        let began = now();
        let round = make(options, rules, &known, &stop).await;
        if stop.peek().is_some() {
            break;
        }
        let closed = match round {
            Ok(round) => close(round, options, &mut known, &began, last.is_none()),
            Err(error) if last.is_none() => return Err(error),
            Err(error) => Err(error),
        };
        last = Some(closed.unwrap_or_else(|error| {
            tell(&format!("{began}  This round failed. The next one runs as planned: {}", in_a_line(&error)));
            error.exit()
        }));
    }
    Ok(last.unwrap_or(exit::NOT_DONE))
}

/// Settings and files are read anew each time: secrets rotate.
async fn make(options: &Doctor, rules: &RuleSet, known: &Known, stop: &Stop) -> Result<Round, Error> {
    if options.is_of_several() {
        return profiles::make(options, rules, Some(known), stop).await;
    }
    let settings = options.tenant_settings.as_deref();
    let look = looked_at(options, rules)?;
    let Prepared { settings, transport } =
        prepare(options.sim.as_deref(), &options.who, &options.network, settings, look)?;
    let deadline = options.network.deadline(false);
    let mut watch = |_: Event<'_>| ();
    let run = watched(settings.inputs, &transport, deadline, stop.clone(), &mut watch).await;
    let saved = options.bundle.as_deref().map_or(Ok(()), |path| bundle::write(&run.record, path));
    let mut report = build::of_run(&run, rules, false, options.output.fail_on);
    keep_options(&mut report, options, None);
    let kept = Kept::of(&report);
    let seen = Snapshot::take(&run, &report, known.get(&kept.entry().profile));
    Ok(Round { profiles: vec![Made { kept, seen }], unsaved: saved.err().map(Error::from) })
}

/// Writes the files, prints what changed, and keeps what is known. Returns the exit code of the round.
fn close(round: Round, options: &Doctor, known: &mut Known, began: &str, first: bool) -> Result<u8, Error> {
    let Round { profiles, unsaved } = round;
    let is_several = options.is_of_several();
    let none_answered = profiles.len() > 1 && profiles.iter().all(|made| made.seen.is_none());
    let mut lines = Vec::new();
    let mut kept = Vec::with_capacity(profiles.len());
    for made in profiles {
        let name = made.kept.entry().profile.clone();
        let whose = if is_several { format!("{}: ", clean(&name)) } else { String::new() };
        let of = |said: &str| format!("{began}  {whose}{said}\n");
        match made.seen {
            None if none_answered => {}
            None => lines.push(of(&format!("not checked: {}", clean(&made.kept.entry().says)))),
            Some((snapshot, changes)) => {
                lines.extend(changes.iter().map(|change| of(change)));
                known.insert(name, snapshot);
            }
        }
        kept.push(made.kept);
    }
    let reports = Several::of(kept, options.output.runbook.as_deref());
    let summary = reports.summary();
    if none_answered {
        lines.push(format!("{began}  no profile could be checked: {}\n", clean(&summary.profiles[0].says)));
    } else if first {
        let verdict = reports.reports().next().filter(|_| !is_several).map(|report| report.verdict());
        lines.insert(0, format!("{began}  first round: {}\n", clean(&verdict.unwrap_or_else(|| summary.counts()))));
    }
    let written = to_files(&options.output, &mut |format, detail, out| match reports.reports().next() {
        Some(report) if !is_several => out.write_all(render(&report, format, detail).as_bytes()),
        _ => write_several(&reports, format, detail, out),
    });
    // Who reads a line finds the files as it says.
    print(&lines.concat())?;
    written?;
    unsaved.map_or(Ok(summary.exit), Err)
}

/// What went wrong, with what to do about it.
fn in_a_line(error: &Error) -> String {
    let help = miette::Diagnostic::help(error).map_or_else(String::new, |help| format!(" ({help})"));
    format!("{error}{help}").replace('\n', " ")
}

/// Whether rounds can be made without a person, and are not too many: told before the first.
fn usable(options: &Doctor, rules: &RuleSet, every: Duration) -> Result<(), Error> {
    let refused = |why: &str, help| Err(Error::Every { why: why.to_owned(), help });
    let is_text = |format: Option<Format>| matches!(format, None | Some(Format::Human));
    if options.output.targets.iter().any(|target| target.file.is_none() && !is_text(target.format)) {
        return refused("standard output shows only what changed, as text", "give each --format its --output FILE");
    }
    let who = &options.who;
    let files = [&who.access_token_file, &who.refresh_token_file, &who.password_file];
    if files.into_iter().flatten().any(|file| file == Path::new("-")) {
        return refused("standard input can be read only once", "use a file: each round reads it again");
    }
    if options.sim.is_some() {
        return Ok(());
    }
    let trials = trials(options, rules)?;
    if trials.iter().any(|trial| trial.auth.asks_a_person()) {
        return refused(
            "these settings need a person to sign in",
            "use credentials that need no one, such as a secret",
        );
    }
    if every < SHORTEST && !trials.iter().all(|trial| trial.is_local) {
        return refused("the services limit how often they can be asked", "use --every 1m or more");
    }
    Ok(())
}

fn trials(options: &Doctor, rules: &RuleSet) -> Result<Vec<Trial>, Error> {
    let surroundings = Surroundings::read(&options.who, options.tenant_settings.as_deref())?;
    let of = |name: Option<&str>| Ok(Trial::of(&trial::settings(options, rules, &surroundings, name)?.inputs));
    if options.is_of_several() {
        return profiles::part::names(options, &surroundings)?.iter().map(|name| of(Some(name))).collect();
    }
    let name = options.who.profile.first().map(|name| surroundings.known(name)).transpose()?;
    Ok(vec![of(name)?])
}

/// The time at which a round begins, to the second.
#[expect(clippy::disallowed_methods, reason = "a round begins at this time")]
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
