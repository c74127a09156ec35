//! What a run starts from: settings of this machine or of a scenario, and the transport that goes with them.

mod surroundings;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::{SMALL, read_bounded, scenarios};
use crate::check::Run;
use crate::cli::access::{Network, Who};
use crate::drive::{Event, watched};
use crate::error::Error;
use crate::record::{Auth, Field, World};
use crate::settings::{Layers, Options, Settings, Sources, resolve};
use crate::sim::{Sim, keys::Keys};
use crate::transport::Transport;
use crate::transport::browser::Browser;
use crate::transport::http::{Connections, Http, Options as HttpOptions, ProxyFrom};

pub(crate) use surroundings::{Surroundings, read_secret};

/// Where the browser comes back to in the simulated tenant: nobody listens there.
const SIMULATED_REDIRECT: &str = "http://localhost:8400";

/// A run that is about to be made.
pub(crate) struct Prepared {
    /// Inputs and secrets.
    pub(crate) settings: Settings,
    /// Who answers.
    pub(crate) transport: Transport,
}

impl Prepared {
    /// Whether a person signs in.
    pub(crate) fn asks_a_person(&self) -> bool {
        self.settings.inputs.auth().asks_a_person()
    }
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
    if let Some(scenario) = sim {
        let mut prepared = simulated(scenario, look)?;
        prepared.settings.inputs.notes.extend(ignored_file(who));
        return Ok(prepared);
    }
    let surroundings = Surroundings::read(who, tenant_settings)?;
    let profile = match who.profile.as_slice() {
        [] => None,
        [name] => Some(surroundings.known(name)?),
        _ => return Err(Error::SeveralProfiles),
    };
    live(&surroundings, profile, look, &|settings| connections(settings, network.timeout), !who.no_browser)
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

/// Ends when somebody interrupts or terminates this process, or closes its terminal. It listens once it is polled.
pub(crate) async fn interrupted() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
        () = hung_up() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => drop(terminated.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Ends when the terminal is closed. Under `nohup`, which is told by the signals that a process ignores, that ends nothing.
#[cfg(target_os = "linux")]
async fn hung_up() {
    const HANG_UP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    if mask.is_some_and(|mask| mask & HANG_UP != 0) {
        return std::future::pending().await;
    }
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()) {
        Ok(mut hung_up) => drop(hung_up.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(target_os = "linux"))]
async fn hung_up() {
    std::future::pending().await
}

/// A run against the services: of a profile, or of no profile in particular.
///
/// # Errors
/// When a setting cannot be used.
#[expect(clippy::disallowed_methods, reason = "a live run begins here: at this time")]
pub(crate) fn live(
    surroundings: &Surroundings,
    profile: Option<&str>,
    look: Sources,
    connections: &dyn Fn(&Settings) -> Result<Connections, Error>,
    opens_browser: bool,
) -> Result<Prepared, Error> {
    let mut settings = resolve(surroundings.sources(profile, look)?, World::Live, Timestamp::now())?;
    let shared = connections(&settings)?;
    let browser = browser(&mut settings, opens_browser);
    let tenant = settings.inputs.text(Field::Tenant).unwrap_or_default();
    let http = Http::over(settings.vault.clone(), shared).of_tenant(tenant).with_browser(browser);
    Ok(Prepared { settings, transport: Transport::Http(Box::new(http)) })
}

/// Connections as the settings of a run have them.
///
/// # Errors
/// When the certificates to trust or the proxy cannot be used.
pub(crate) fn connections(settings: &Settings, timeout: Duration) -> Result<Connections, Error> {
    let ca_file = settings.inputs.text(Field::CaFile).map(|path| read_bounded(Path::new(path), SMALL)).transpose()?;
    Ok(Connections::new(&HttpOptions { ca_file, timeout, proxy: ProxyFrom::Environment })?)
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
    let scenario = scenarios::load(name)?;
    let now = scenario.clock.now;
    let layers = Layers { environment: scenario.environment(Keys::embedded(), now), ..Layers::default() };
    let sources = Sources {
        layers,
        files: scenario.files(now).into_iter().map(|file| (file.name.to_owned(), Ok(file.bytes))).collect(),
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

/// A sentence about the settings file that is there and that a simulated run doesn't read.
fn ignored_file(who: &Who) -> Option<String> {
    let file = who.config.clone().or_else(surroundings::nearest_config)?;
    Some(format!("{} isn't read: with --sim its settings and its [expect] don't apply.", file.display()))
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
