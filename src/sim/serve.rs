//! The simulated tenant on loopback, for clients that know nothing of it.
//!
//! Entra, Power BI and Fabric stand behind one address, told apart by path. What is printed is the caller's side of the
//! scenario, so that a client with these settings alone meets its world.

mod connection;
mod settings;
mod tls;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::{NamedTempFile, TempDir};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use self::connection::{Answers, Shared};
use super::faults::{Faults, Kind};
use super::keys::{Keys, KeysError};
use super::scenario::Scenario;

/// At most this many connections are held at a time; others wait.
const MAX_CONNECTIONS: usize = 256;

/// Where to listen and what to write.
#[derive(Debug, Clone)]
pub struct Options {
    /// A loopback address; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where the CA goes, as PEM. Absent: into a new temporary folder.
    pub ca_out: Option<PathBuf>,
    /// Where the settings go. Absent: into a new temporary folder.
    pub env_out: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), ca_out: None, env_out: None }
    }
}

/// The tenant cannot be served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Others than this machine could reach it.
    #[error("{0} isn't a loopback address: only this machine may use the simulated tenant")]
    NotLoopback(SocketAddr),
    /// The address is taken, or not allowed.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("can't write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The settings cannot be printed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No signing key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No certificate.
    #[error("no certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// No TLS.
    #[error("no TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Serves a scenario until `until` ends.
///
/// Prints the settings to `out`, then the line `READY`; names the temporary folder on `log`. The folder is removed at
/// the end.
///
/// # Errors
/// When it cannot listen, write or print.
pub async fn serve(
    scenario: Scenario,
    options: Options,
    until: impl Future<Output = ()>,
    out: &mut dyn Write,
    log: &mut dyn Write,
) -> Result<(), ServeError> {
    tokio::pin!(until);
    // It is polled first, so that it listens before there is anything to leave behind.
    let server = tokio::select! {
        biased;
        () = &mut until => return Ok(()),
        server = Server::start(scenario, options) => server?,
    };
    writeln!(log, "{}", server.about())?;
    out.write_all(settings::lines(server.settings()).as_bytes())?;
    writeln!(out, "READY")?;
    out.flush()?;
    server.run(until).await;
    Ok(())
}

/// A served tenant, listening and not yet answering.
#[derive(Debug)]
pub struct Server {
    /// Absent where the scenario wants a closed port.
    listener: Option<TcpListener>,
    /// Plain HTTP, for managed identities. Absent where the machine has none to offer.
    machine: Option<TcpListener>,
    shared: Arc<Shared>,
    settings: BTreeMap<String, String>,
    title: String,
    folder: Option<TempDir>,
}

impl Server {
    /// Listens and writes the files.
    ///
    /// # Errors
    /// When it cannot listen or write.
    #[expect(clippy::disallowed_methods, reason = "a served tenant lives in real time")]
    pub async fn start(mut scenario: Scenario, options: Options) -> Result<Self, ServeError> {
        let faults = Faults::new(&scenario.faults);
        let now = Timestamp::now();
        let keys = Keys::generate()?;
        let certificates = tls::certificates(now, &faults)?;
        // They were read once already, with another time.
        scenario.issue_certificates(now).map_err(io::Error::other)?;
        let listener = listen(options.listen).await?;
        let address = listener.local_addr()?;
        let machine = match &scenario.world.host {
            Some(_) => Some(listen(SocketAddr::new(address.ip(), 0)).await?),
            None => None,
        };

        let mut files = Files::new(options)?;
        let mut settings = scenario.environment(&keys, now);
        settings::add_addresses(&mut settings, address, &scenario.caller.authority_path);
        if let Some(machine) = &machine {
            settings::add_machine(&mut settings, machine.local_addr()?);
        }
        settings::add_ca(&mut settings, &files.write_ca(&certificates.authority)?);
        for file in scenario.files(now) {
            let path = files.write_beside(file.name, &file.bytes)?;
            settings::add_file(&mut settings, &file, &path);
        }
        if let Some(export) = scenario.tenant_settings() {
            let path = files.write_beside("tenant-settings.json", export.to_string().as_bytes())?;
            settings.insert("PBIAUTH_TENANT_SETTINGS".to_owned(), settings::text(&path));
        }
        files.write_env(&settings::lines(&settings))?;

        let open = |listener| (!faults.plan(Kind::ClosedPort)).then_some(listener);
        let (listener, machine) = (open(listener), machine.and_then(open));
        let title = scenario.title.clone();
        let shared = Arc::new(Shared::new(scenario, keys, faults, certificates.config));
        Ok(Self { listener, machine, shared, settings, title, folder: files.folder })
    }

    /// The caller's environment: names and values.
    #[must_use]
    pub const fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// What is served where, in a sentence.
    fn about(&self) -> String {
        let url = self.settings.get("PBIAUTH_SIM_URL").map_or("", String::as_str);
        let folder =
            self.folder.as_ref().map_or_else(String::new, |folder| format!("; files in {}", folder.path().display()));
        format!("serving \"{}\" on {url}{folder}", self.title)
    }

    /// Answers until `until` ends, then drops every connection and removes the temporary folder.
    pub async fn run(self, until: impl Future<Output = ()>) {
        let Some(listener) = self.listener else {
            until.await;
            return;
        };
        let mut connections = JoinSet::new();
        tokio::pin!(until);
        loop {
            let has_room = connections.len() < MAX_CONNECTIONS;
            let (answers, accepted) = tokio::select! {
                () = &mut until => break,
                accepted = listener.accept(), if has_room => (Answers::Services, accepted),
                accepted = accept(self.machine.as_ref()), if has_room => (Answers::Machine, accepted),
                Some(_) = connections.join_next() => continue,
            };
            // A connection that was gone before it was accepted is no reason to stop.
            if let Ok((stream, _)) = accepted {
                // A small reply that waits for an acknowledgement comes 40 ms late.
                let _ = stream.set_nodelay(true);
                connections.spawn(connection::handle(Arc::clone(&self.shared), answers, stream));
            }
        }
    }
}

/// The next connection; where nobody listens there is none.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// The files that a served tenant leaves for its clients.
struct Files {
    options: Options,
    folder: Option<TempDir>,
}

impl Files {
    fn new(options: Options) -> Result<Self, ServeError> {
        let mut files = Self { options, folder: None };
        if files.options.ca_out.is_none() || files.options.env_out.is_none() {
            files.folder()?;
        }
        Ok(files)
    }

    /// The temporary folder, made when the first file needs it.
    fn folder(&mut self) -> Result<&Path, ServeError> {
        if self.folder.is_none() {
            self.folder = Some(tempfile::Builder::new().prefix("pbiauth-sim-").tempdir()?);
        }
        Ok(self.folder.as_ref().map_or_else(|| Path::new("."), TempDir::path))
    }

    fn write_ca(&mut self, pem: &str) -> Result<PathBuf, ServeError> {
        let path = self.options.ca_out.clone();
        self.write(path, "ca.pem", pem.as_bytes())
    }

    fn write_env(&mut self, lines: &str) -> Result<PathBuf, ServeError> {
        let path = self.options.env_out.clone();
        self.write(path, "sim.env", lines.as_bytes())
    }

    /// Writes a file beside the settings, or into the temporary folder if that is where they go.
    fn write_beside(&mut self, name: &str, bytes: &[u8]) -> Result<PathBuf, ServeError> {
        let beside = self.options.env_out.as_ref().map(|settings| {
            let mut path = settings.clone().into_os_string();
            path.push(".");
            path.push(name);
            PathBuf::from(path)
        });
        self.write(beside, name, bytes)
    }

    /// Writes a file aside, readable for its owner alone, and puts it in its place. Gives its absolute path.
    fn write(&mut self, path: Option<PathBuf>, usual: &str, bytes: &[u8]) -> Result<PathBuf, ServeError> {
        let path = match path {
            Some(path) => std::path::absolute(path)?,
            None => self.folder()?.join(usual),
        };
        let failed = |source| ServeError::Write { path: path.clone(), source };
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests;
