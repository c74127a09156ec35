//! `pbiauth doctor`: runs the checks and diagnoses what failed.

use std::path::PathBuf;

use super::access::{make, prepare};
use super::watch::Watch;
use super::{profiles, ready, rules, show};
use crate::bundle;
use crate::check::expectation::expected_of;
use crate::cli::Doctor;
use crate::drive::Event;
use crate::error::Error;
use crate::record::{Expected, Field};
use crate::report::build;
use crate::rule::RuleSet;
use crate::settings::{Options, Sources};

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the settings cannot be used or the report cannot be written.
pub fn run(options: &Doctor) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.output.rules)?;
    if options.all_profiles || options.who.profile.len() > 1 {
        return profiles::run(options, &rules);
    }
    let settings = options.tenant_settings.as_deref();
    let prepared =
        prepare(options.sim.as_deref(), &options.who, &options.network, settings, looked_at(options, &rules)?)?;
    let mut watch = Watch::start(&options.output);
    let (run, _) = make(prepared, &options.network, &mut |event: Event<'_>| watch.see(&event))?;
    let seen = watch.end();
    // The report is shown also when the bundle cannot be written.
    let saved = options.bundle.as_deref().map_or(Ok(()), |path| bundle::write(&run.record, path));
    let exit = show(&build::of_run(&run, &rules, false, options.output.fail_on), &options.output, seen)?;
    saved?;
    Ok(exit)
}

/// What the options ask to look at.
///
/// # Errors
/// When a known-good run that is named cannot be read.
pub(super) fn looked_at(options: &Doctor, rules: &RuleSet) -> Result<Sources, Error> {
    let given = [(Field::Workspace, &options.workspace), (Field::Report, &options.report)];
    let given: Options = given.into_iter().filter_map(|(field, value)| Some((field, value.clone()?))).collect();
    Ok(Sources {
        options: given,
        facts: options.fact.clone(),
        probes: options.probe.clone(),
        intent: options.intent.clone(),
        intents: rules.intents.clone(),
        only: options.only.clone(),
        expected: expected(options)?,
        ..Sources::default()
    })
}

/// What the known-good run could do.
fn expected(options: &Doctor) -> Result<Vec<Expected>, Error> {
    let read = |path: &PathBuf| Ok(expected_of(&super::bundle::read(path)?.record, path.display().to_string()));
    options.expect.iter().map(read).collect()
}
