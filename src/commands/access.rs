//! What a run starts from: settings of this machine or of a scenario, and the transport that goes with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::{SMALL, read_bounded, read_text};
use crate::cli::access::{Network, Who};
use crate::drive::{Event, Run, watched};
use crate::error::Error;
use crate::record::{Auth, Field, World};
use crate::secret::Secret;
use crate::settings::{Environment, FileFault, FileRead, Options, Settings, Sources, resolve};
use crate::sim::{Sim, keys::Keys, scenario::Scenario};
use crate::transport::Transport;
use crate::transport::browser::Browser;
use crate::transport::http::{Http, Options as HttpOptions, ProxyFrom};

/// The name of the settings file that is looked for, from the working folder upwards.
const CONFIG: &str = "pbiauth.toml";
/// Variables that are read beside those of `AZURE_*` and `PBIAUTH_*`: what a host gives to the jobs that it runs.
const OF_HOSTS: [&str; 7] = [
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "SYSTEM_ACCESSTOKEN",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
];
/// The variables that name a file which is read for its content.
const FILES: [&str; 2] = ["AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"];
/// Where the browser comes back to in the simulated tenant: nobody listens there.
const SIMULATED_REDIRECT: &str = "http://localhost:8400";

/// A run that is about to be made.
pub(crate) struct Prepared {
    /// Inputs and secrets.
    pub(crate) settings: Settings,
    /// Who answers.
    pub(crate) transport: Transport,
}

/// Puts together what a run starts from. `look`: what the command itself was asked to look at.
///
/// # Errors
/// When a setting cannot be used, or a file that an option names cannot be read.
pub(crate) fn prepare(
    sim: Option<&str>,
    who: &Who,
    network: &Network,
    tenant_settings: Option<&Path>,
    mut look: Sources,
) -> Result<Prepared, Error> {
    look.options.extend(plain_options(who, network));
    look.auth.clone_from(&who.auth);
    match sim {
        Some(scenario) => simulated(scenario, look),
        None => live(who, network, tenant_settings, look),
    }
}

/// Makes the run, and tells what happens as it happens.
///
/// # Errors
/// When the system has no room for it.
pub(crate) fn make(
    prepared: Prepared,
    network: &Network,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<(Run, Transport), Error> {
    let Prepared { settings, transport } = prepared;
    let deadline = network.deadline(settings.inputs.auth().asks_a_person());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let run = runtime.block_on(watched(settings.inputs, &transport, deadline, interrupted(), watch));
    // A look-up of a name that hangs must not hold the process up.
    runtime.shutdown_background();
    Ok((run, transport))
}

/// Ends when somebody interrupts this process.
pub(crate) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a live run begins here: with this environment and at this time")]
fn live(who: &Who, network: &Network, settings: Option<&Path>, look: Sources) -> Result<Prepared, Error> {
    let environment: Environment = std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_read))
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect();
    let sources = Sources {
        file: settings_file(who, &environment)?,
        secrets: secrets(who)?,
        files: files(&environment),
        azure_cli: is_on_path("az"),
        tenant_settings: tenant_settings(settings, &environment)?,
        environment,
        ..look
    };
    let mut settings = resolve(sources, World::Live, Timestamp::now())?;
    let ca_file = settings.inputs.text(Field::CaFile).map(|path| read_bounded(Path::new(path), SMALL)).transpose()?;
    let options = HttpOptions { ca_file, timeout: network.timeout, proxy: ProxyFrom::Environment };
    let browser = browser(&mut settings, !who.no_browser);
    let http = Http::new(settings.vault.clone(), &options)?.with_browser(browser);
    Ok(Prepared { settings, transport: Transport::Http(Box::new(http)) })
}

fn is_read(name: &str) -> bool {
    name.starts_with("AZURE_") || name.starts_with("PBIAUTH_") || OF_HOSTS.contains(&name)
}

/// A port for the browser to come back to, where one is needed. Without one, the check says so.
fn browser(settings: &mut Settings, opens: bool) -> Option<Browser> {
    if settings.inputs.auth() != Auth::AuthorizationCode {
        return None;
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").ok()?;
    listener.set_nonblocking(true).ok()?;
    let port = listener.local_addr().ok()?.port();
    settings.inputs.sign_in.redirect_uri = Some(format!("http://localhost:{port}"));
    Some(Browser { listener, opens })
}

/// A scenario brings the caller's side with it: settings, credentials and facts; options choose what is looked at.
fn simulated(name: &str, look: Sources) -> Result<Prepared, Error> {
    let scenario = Scenario::load(name)?;
    let now = scenario.clock.now;
    let sources = Sources {
        environment: scenario.environment(Keys::embedded(), now),
        files: scenario.files(now).into_iter().map(|file| (file.name.to_owned(), Ok(file.text.into_bytes()))).collect(),
        tenant_settings: scenario.tenant_settings().map(|settings| ("the scenario".to_owned(), settings)),
        ..look
    };
    let mut settings = resolve(sources, World::Sim, now)?;
    if settings.inputs.auth() == Auth::AuthorizationCode {
        settings.inputs.sign_in.redirect_uri = Some(SIMULATED_REDIRECT.to_owned());
    }
    settings.inputs.notes.push(format!(
        "This is the simulated tenant, scenario {name}: {}. Its settings come from the scenario, not from this machine's environment.",
        scenario.title
    ));
    let transport = Transport::Sim(Box::new(Sim::new(scenario, settings.vault.clone())));
    Ok(Prepared { settings, transport })
}

pub(crate) fn plain_options(who: &Who, network: &Network) -> Options {
    let scope = (!who.scope.is_empty()).then(|| who.scope.join(" "));
    let given = [
        (Field::Tenant, who.tenant.clone()),
        (Field::ClientId, who.client_id.clone()),
        (Field::Scope, scope),
        (Field::ExpectSubject, who.expect_subject.clone()),
        (Field::Cloud, network.cloud.clone()),
        (Field::AuthorityHost, network.authority_host.clone()),
        (Field::ApiUrl, network.api_url.clone()),
        (Field::FabricUrl, network.fabric_url.clone()),
        (Field::CaFile, network.ca_file.as_ref().map(|path| path.to_string_lossy().into_owned())),
    ];
    given.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

fn secrets(who: &Who) -> Result<BTreeMap<Field, (String, Secret)>, Error> {
    let named = [
        (Field::AccessToken, &who.access_token_file),
        (Field::RefreshToken, &who.refresh_token_file),
        (Field::Password, &who.password_file),
    ];
    let mut secrets = BTreeMap::new();
    for (field, path) in named {
        if let Some(path) = path {
            secrets.insert(field, read_secret(path)?);
        }
    }
    Ok(secrets)
}

/// A file or pipe ends with a line end that is not the secret's.
pub(crate) fn read_secret(path: &Path) -> Result<(String, Secret), Error> {
    let text = read_text(path)?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    let from = if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() };
    Ok((from, Secret::new(secret)))
}

/// The files that variables name. One that cannot be read is a finding, not an error.
fn files(environment: &Environment) -> BTreeMap<String, FileRead> {
    let named = FILES.iter().filter_map(|variable| environment.get(*variable)).filter(|path| !path.is_empty());
    named.map(|path| (path.clone(), read_file(Path::new(path)))).collect()
}

fn read_file(path: &Path) -> FileRead {
    if path.as_os_str() == "-" {
        return Err(FileFault::Unreadable("standard input is no file".to_owned()));
    }
    if !path.exists() {
        return Err(FileFault::NotFound);
    }
    read_bounded(path, SMALL).map_err(|error| match error {
        Error::Unreadable { why, .. } => FileFault::Unreadable(why),
        other => FileFault::Unreadable(other.to_string()),
    })
}

#[expect(clippy::disallowed_methods, reason = "a program is looked for where the system looks for it")]
fn is_on_path(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = [name.to_owned(), format!("{name}.cmd")];
    std::env::split_paths(&folders).any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}

fn tenant_settings(path: Option<&Path>, environment: &Environment) -> Result<Option<(String, Value)>, Error> {
    let variable = environment.get("PBIAUTH_TENANT_SETTINGS").filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(path) = path.map(Path::to_path_buf).or(variable) else { return Ok(None) };
    let json: Option<Value> = serde_json::from_slice(&read_bounded(&path, SMALL)?).ok();
    let json = json.filter(|json| crate::evidence::settings::read(json).is_some());
    let json = json.ok_or_else(|| Error::NoTenantSettings { path: path.clone() })?;
    Ok(Some((path.display().to_string(), json)))
}

fn settings_file(who: &Who, environment: &Environment) -> Result<Option<(String, crate::settings::File)>, Error> {
    let variable = || environment.get("PBIAUTH_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(path) = who.config.clone().or_else(variable).or_else(nearest_config) else { return Ok(None) };
    let text = read_text(&path)?;
    let file = toml::from_str(&text).map_err(|e| Error::SettingsFile { path: path.clone(), why: e.to_string() })?;
    Ok(Some((path.display().to_string(), file)))
}

#[expect(clippy::disallowed_methods, reason = "the settings file is looked for from the working folder")]
fn nearest_config() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    folder.ancestors().map(|folder| folder.join(CONFIG)).find(|path| path.is_file())
}
