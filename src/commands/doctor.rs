//! `pbiauth doctor`: runs the checks and diagnoses what failed.

use std::path::PathBuf;

use super::access::{make, prepare};
use super::watch::Watch;
use super::{profiles, ready, rounds, rules, show};
use crate::bundle;
use crate::check::expectation::expected_of;
use crate::cli::Doctor;
use crate::cli::access::{Network, Who};
use crate::drive::Event;
use crate::error::Error;
use crate::record::{Expected, Field};
use crate::report::{Report, build};
use crate::rule::RuleSet;
use crate::settings::{Options, Sources};
use crate::shell::with_options;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the settings cannot be used or the report cannot be written.
pub fn run(options: &Doctor) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.rules)?;
    if let Some(every) = options.fleet.every {
        return rounds::run(options, &rules, every);
    }
    if options.is_of_several() {
        return profiles::run(options, &rules);
    }
    let settings = options.tenant_settings.as_deref();
    let mut prepared =
        prepare(options.sim.as_deref(), &options.who, &options.network, settings, looked_at(options, &rules)?)?;
    prepared.settings.inputs.notes.extend(options.sim.as_deref().and_then(shown_by_embedding));
    let mut watch = Watch::start(&options.output);
    let (run, _) = make(prepared, &options.network, &mut |event: Event<'_>| watch.see(&event))?;
    let seen = watch.end();
    // The report is shown also when the bundle cannot be written.
    let saved = options.bundle.as_deref().map_or(Ok(()), |path| bundle::write(&run.record, path));
    let mut report = build::of_run(&run, &rules, false, options.output.fail_on);
    keep_options(&mut report, options, None);
    let exit = show(&report, &options.output, seen)?;
    saved?;
    Ok(exit)
}

/// A sentence about a scenario whose failure shows only where a report is embedded.
fn shown_by_embedding(scenario: &str) -> Option<String> {
    let only_embedded = scenario.starts_with("embed/");
    only_embedded
        .then(|| format!("This scenario fails only when a report is embedded: run `pbiauth embed --sim {scenario}`."))
}

/// Makes the report's own command and the steps that run `doctor` once more ask what this run asked: with its options,
/// but for those that a step itself gives.
pub(super) fn keep_options(report: &mut Report, options: &Doctor, profile: Option<&str>) {
    keep(report, "pbiauth doctor", &again(options, profile));
}

/// The same with a command and its options.
pub(super) fn keep(report: &mut Report, command: &str, options: &[(&'static str, Option<String>)]) {
    /// A cloud brings all hosts and the scope with it.
    const OF_A_CLOUD: [&str; 4] = ["--authority-host", "--api-url", "--fabric-url", "--scope"];
    report.command = Some(with_options(command, options));
    let steps = report.diagnoses.iter_mut().flat_map(|diagnosis| &mut diagnosis.fix);
    for line in steps.filter_map(|step| step.run.as_mut()).filter(|line| line.starts_with("pbiauth doctor")) {
        let names_cloud = line.contains("--cloud");
        let kept = options.iter().filter(|(name, _)| !names_cloud || !OF_A_CLOUD.contains(name));
        *line = with_options(line, &kept.cloned().collect::<Vec<_>>());
    }
}

/// The options of a run as another one is given them. `profile`: the one of several whose run it is.
pub(super) fn again(options: &Doctor, profile: Option<&str>) -> Vec<(&'static str, Option<String>)> {
    let of_operation = [
        ("--tenant-settings", shown(options.tenant_settings.as_ref())),
        ("--workspace", options.workspace.clone()),
        ("--report", options.report.clone()),
        ("--for", options.intent.clone()),
        ("--expect", shown(options.expect.as_ref())),
    ];
    let several = [("--probe", &options.probe), ("--fact", &options.fact)];
    let several =
        several.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, Some(value.clone()))));
    let caller = caller(options.sim.as_ref(), &options.who, &options.network, profile);
    caller.into_iter().chain(of_operation.into_iter().filter(|(_, value)| value.is_some())).chain(several).collect()
}

fn shown(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// The options that say who calls, and where.
pub(super) fn caller(
    sim: Option<&String>,
    who: &Who,
    network: &Network,
    profile: Option<&str>,
) -> Vec<(&'static str, Option<String>)> {
    let path = |path: &Option<PathBuf>| shown(path.as_ref());
    let one = [
        ("--sim", sim.cloned()),
        ("--config", path(&who.config)),
        ("--env-file", path(&who.env_file)),
        ("--auth", who.auth.clone()),
        ("--tenant", who.tenant.clone()),
        ("--client-id", who.client_id.clone()),
        ("--access-token-file", path(&who.access_token_file)),
        ("--refresh-token-file", path(&who.refresh_token_file)),
        ("--password-file", path(&who.password_file)),
        ("--expect-subject", who.expect_subject.clone()),
        ("--cloud", network.cloud.clone()),
        ("--authority-host", network.authority_host.clone()),
        ("--api-url", network.api_url.clone()),
        ("--fabric-url", network.fabric_url.clone()),
        ("--ca-file", path(&network.ca_file)),
    ];
    let one = one.into_iter().filter(|(_, value)| value.is_some());
    let profiles = profile.map_or_else(|| who.profile.clone(), |name| vec![name.to_owned()]);
    let several = [("--profile", &profiles), ("--scope", &who.scope)];
    let several =
        several.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, Some(value.clone()))));
    one.chain(several).collect()
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
