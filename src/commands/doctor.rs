//! `pbiauth doctor`: runs the checks and diagnoses what failed.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::watch::Watch;
use super::{SMALL, read_bounded, read_text, ready, rules, show};
use crate::bundle;
use crate::cli::Doctor;
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::expect::Expected;
use crate::record::{Field, World};
use crate::report::build;
use crate::rule::RuleSet;
use crate::secret::Secret;
use crate::settings::{Environment, Options, Settings, Sources, resolve};
use crate::sim::{Sim, keys::Keys, scenario::Scenario};
use crate::transport::Transport;
use crate::transport::http::{Http, Options as HttpOptions, ProxyFrom};

/// The name of the settings file that is looked for, from the working folder upwards.
const CONFIG: &str = "pbiauth.toml";

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the settings cannot be used or the report cannot be written.
pub fn run(options: &Doctor) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.output.rules)?;
    let (settings, transport) = match &options.sim {
        Some(scenario) => simulated(options, scenario, &rules)?,
        None => live(options, &rules)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let mut watch = Watch::start(&options.output);
    let mut see = |event: Event<'_>| watch.see(&event);
    let run = runtime.block_on(watched(settings.inputs, &transport, options.deadline, interrupted, &mut see));
    let seen = watch.end();
    // A look-up of a name that hangs must not hold the process up.
    runtime.shutdown_background();
    // The report is shown also when the bundle cannot be written.
    let saved = options.bundle.as_deref().map_or(Ok(()), |path| bundle::write(&run.record, path));
    let exit = show(&build::of_run(&run, &rules, false, options.output.fail_on), &options.output, seen)?;
    saved?;
    Ok(exit)
}

#[expect(clippy::disallowed_methods, reason = "a live run begins here: with this environment and at this time")]
fn live(options: &Doctor, rules: &RuleSet) -> Result<(Settings, Transport), Error> {
    let environment: Environment = std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(|n| n.starts_with("AZURE_") || n.starts_with("PBIAUTH_")))
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect();
    let sources = Sources {
        options: plain_options(options),
        file: settings_file(options, &environment)?,
        access_token: options.access_token_file.as_deref().map(read_token).transpose()?,
        facts: options.fact.clone(),
        tenant_settings: tenant_settings(options, &environment)?,
        probes: options.probe.clone(),
        intent: options.intent.clone(),
        intents: rules.intents.clone(),
        only: options.only.clone(),
        expected: expected(options)?,
        environment,
    };
    let settings = resolve(sources, World::Live, Timestamp::now())?;
    let ca_file = settings.inputs.text(Field::CaFile).map(|path| read_bounded(Path::new(path), SMALL)).transpose()?;
    let http = HttpOptions { ca_file, timeout: options.timeout, proxy: ProxyFrom::Environment };
    let transport = Transport::Http(Box::new(Http::new(settings.vault.clone(), &http)?));
    Ok((settings, transport))
}

/// A scenario brings the caller's side with it: settings, credentials and facts; options choose what is looked at.
fn simulated(options: &Doctor, name: &str, rules: &RuleSet) -> Result<(Settings, Transport), Error> {
    let scenario = Scenario::load(name)?;
    let now = scenario.clock.now;
    let sources = Sources {
        options: plain_options(options),
        environment: scenario.environment(Keys::embedded(), now),
        facts: options.fact.clone(),
        tenant_settings: scenario.tenant_settings().map(|settings| ("the scenario".to_owned(), settings)),
        probes: options.probe.clone(),
        intent: options.intent.clone(),
        intents: rules.intents.clone(),
        only: options.only.clone(),
        expected: expected(options)?,
        ..Sources::default()
    };
    let mut settings = resolve(sources, World::Sim, now)?;
    settings.inputs.notes.push(format!(
        "This is the simulated tenant, scenario {name}: {}. Its settings come from the scenario, not from this machine's environment.",
        scenario.title
    ));
    let transport = Transport::Sim(Box::new(Sim::new(scenario, settings.vault.clone())));
    Ok((settings, transport))
}

/// What the known-good run could do.
fn expected(options: &Doctor) -> Result<Vec<Expected>, Error> {
    let read = |path: &PathBuf| Ok(Expected::of_run(&super::bundle::read(path)?.record, path.display().to_string()));
    options.expect.iter().map(read).collect()
}

fn plain_options(options: &Doctor) -> Options {
    let path = |path: &PathBuf| path.to_string_lossy().into_owned();
    let scope = (!options.scope.is_empty()).then(|| options.scope.join(" "));
    let given = [
        (Field::Workspace, options.workspace.clone()),
        (Field::Report, options.report.clone()),
        (Field::Tenant, options.tenant.clone()),
        (Field::ClientId, options.client_id.clone()),
        (Field::Scope, scope),
        (Field::AuthorityHost, options.authority_host.clone()),
        (Field::ApiUrl, options.api_url.clone()),
        (Field::FabricUrl, options.fabric_url.clone()),
        (Field::CaFile, options.ca_file.as_ref().map(path)),
    ];
    given.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// A file or pipe ends with a line end that is not the token's.
fn read_token(path: &Path) -> Result<(String, Secret), Error> {
    let text = read_text(path)?;
    let token = text.strip_suffix('\n').unwrap_or(&text);
    let token = token.strip_suffix('\r').unwrap_or(token);
    let from = if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() };
    Ok((from, Secret::new(token)))
}

fn tenant_settings(options: &Doctor, environment: &Environment) -> Result<Option<(String, Value)>, Error> {
    let variable = environment.get("PBIAUTH_TENANT_SETTINGS").filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(path) = options.tenant_settings.clone().or(variable) else { return Ok(None) };
    let json: Option<Value> = serde_json::from_slice(&read_bounded(&path, SMALL)?).ok();
    let json = json.filter(|json| crate::evidence::settings::read(json).is_some());
    let json = json.ok_or_else(|| Error::NoTenantSettings { path: path.clone() })?;
    Ok(Some((path.display().to_string(), json)))
}

fn settings_file(
    options: &Doctor,
    environment: &Environment,
) -> Result<Option<(String, crate::settings::File)>, Error> {
    let named = options
        .config
        .clone()
        .or_else(|| environment.get("PBIAUTH_CONFIG").filter(|p| !p.is_empty()).map(PathBuf::from));
    let Some(path) = named.or_else(nearest_config) else { return Ok(None) };
    let text = read_text(&path)?;
    let file = toml::from_str(&text).map_err(|e| Error::SettingsFile { path: path.clone(), why: e.to_string() })?;
    Ok(Some((path.display().to_string(), file)))
}

#[expect(clippy::disallowed_methods, reason = "the settings file is looked for from the working folder")]
fn nearest_config() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    folder.ancestors().map(|folder| folder.join(CONFIG)).find(|path| path.is_file())
}
