//! Shows an item in a real browser with the real powerbi-client, and tells what happens there.
//!
//! A page on loopback embeds the item and reports each event. Either a person looks at it in their own browser, or a
//! browser without a window opens it and its console and network are watched as well (`headless`).

mod client;
mod devtools;
mod headless;
mod launch;
mod page;
mod seen;
mod stand_in;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::browser::open;
use super::http::Connections;
use crate::cloud::Cloud;
use crate::record::Fault;
use crate::secret::Secret;
use headless::Ready;
use launch::Program;
use page::{Page, Policies, Served};
use seen::Seen;
use stand_in::StandIn;

/// What has to be done in the end is done within this: closing the browser, writing the picture, the report.
const RESERVE: Duration = Duration::from_millis(2500);

/// How an item is shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the page listens.
    pub listen: SocketAddr,
    /// Whether a browser without a window opens it.
    pub headless: bool,
    /// Where a picture of the item goes. Absent: none is taken.
    pub screenshot: Option<PathBuf>,
    /// The browser. Absent: one that is installed, or the system's own.
    pub browser: Option<PathBuf>,
    /// A file or address of powerbi-client. Absent: the published version.
    pub client: Option<String>,
    /// Whether the system's browser is opened for a person.
    pub opens: bool,
    /// The address of the API: where it is this machine, the pages of reports are there as well.
    pub api: String,
    /// Certificates to trust beside the system's: the bytes of a PEM file.
    pub ca_file: Option<Vec<u8>>,
    /// When the run ends at the latest.
    pub deadline: Instant,
}

impl Options {
    /// Whether the browser and the library that were named can be used, and a picture can be taken: told before a run,
    /// so that none is made in vain.
    ///
    /// # Errors
    /// A sentence that names the option and says why not.
    pub fn usable(&self) -> Result<(), String> {
        let browser = match &self.browser {
            Some(path) => launch::named(path).map(drop),
            None if self.screenshot.is_some() => launch::installed().map(drop).ok_or_else(launch::none_found),
            None => Ok(()),
        };
        let client = self.client.as_deref().map_or(Ok(()), client::usable);
        browser.and(client).map_err(|(_, why)| why)
    }
}

/// A page that is ready to show an item.
#[derive(Debug)]
pub struct Show {
    options: Options,
    connections: Connections,
    page: Page,
    /// The page while it is served, and a browser that was started for it.
    served: Mutex<Option<(Served, Option<Program>)>>,
    /// A browser that was started before the item was known.
    ahead: Mutex<Option<JoinHandle<Option<Ready>>>>,
}

/// What failed, and in which way.
type Failed = (Fault, String);

impl Show {
    /// Takes the port for the page.
    ///
    /// # Errors
    /// The system's, when the port cannot be had.
    pub fn new(options: Options, connections: Connections) -> std::io::Result<Self> {
        let page = Page::bind(options.listen)?;
        Ok(Self { options, connections, page, served: Mutex::new(None), ahead: Mutex::new(None) })
    }

    /// Starts a browser without a window while the services are still asked: a browser takes as long as they do. One that
    /// is not needed ends with the run, and what fails here fails again, and is told, when the item is shown.
    pub async fn start_ahead(&self) {
        if !self.options.headless {
            return;
        }
        let Ok(Some(browser)) = self.program(false) else { return };
        let (api, ca_file, until) = (self.options.api.clone(), self.options.ca_file.clone(), self.until());
        let task = tokio::spawn(async move {
            let page = format!("https://{}/", Cloud::Public.portal());
            let stand_in = stand_in::find(&api, &page, ca_file.as_deref()).await.ok()?;
            Ready::start(&browser, stand_in, until).await.ok()
        });
        *self.ahead.lock().await = Some(task);
    }

    /// What a person has to be told before the item is shown. `None` where nobody looks.
    pub(super) fn words(&self) -> Option<String> {
        (!self.options.headless).then(|| {
            let address = self.page.address();
            if self.options.opens {
                format!("Showing the item in your browser. If it doesn't open, go to {address}")
            } else {
                format!("To see the item, open {address} in a browser")
            }
        })
    }

    /// Shows the item of a configuration with a token, in a page with this Content-Security-Policy if there is one, and
    /// waits until it is rendered, fails, or the time is up.
    pub(super) async fn run(&self, config: &Value, policy: Option<&str>, token: &Secret) -> Result<Value, Failed> {
        let script = client::load(self.options.client.as_deref(), &self.connections).await?;
        let mut config = config.clone();
        config["accessToken"] = token.expose().into();
        let address = config.get("embedUrl").and_then(Value::as_str).unwrap_or_default().to_owned();
        let renders = config["type"] == "report" && !address.to_ascii_lowercase().contains("/rdlembed");
        let stand_in = stand_in::find(&self.options.api, &address, self.options.ca_file.as_deref()).await?;
        let program = self.program(stand_in.is_some())?;
        let version = script.version.clone();
        let (served, events) = self.page.serve(script, config, &Policies::of(&address, policy))?;
        let seen = Seen::new(version, renders, events);
        if self.options.headless {
            let program = program.ok_or_else(launch::none_found)?;
            let ready = self.ready(&program, stand_in).await?;
            let pictured = self.options.screenshot.is_some();
            let shown = ready.show(&self.page.address(), seen, pictured, self.until()).await;
            drop(served);
            let (happened, picture) = shown?;
            return self.with_picture(happened, picture);
        }
        let address = self.page.address();
        let shown = launch::Window::Visible(&address);
        let started = program.map(|path| Program::start(&path, &shown, stand_in.as_ref()));
        let mut window = started.transpose()?;
        if window.is_none() && self.options.opens {
            open(&address);
        }
        let happened = match &mut window {
            Some(window) => seen.wait(self.until(), window.ended()).await,
            None => seen.wait(self.until(), std::future::pending()).await,
        };
        *self.served.lock().await = Some((served, window));
        Ok(happened)
    }

    /// When the item is waited for no longer.
    fn until(&self) -> Instant {
        self.options.deadline.checked_sub(RESERVE).unwrap_or(self.options.deadline)
    }

    /// A browser without a window: the one that was started ahead, if it was told the same of where pages are.
    async fn ready(&self, browser: &Path, stand_in: Option<StandIn>) -> Result<Ready, Failed> {
        let ahead = self.ahead.lock().await.take();
        let ready = match ahead {
            Some(task) => task.await.ok().flatten().filter(|ready| ready.stand_in == stand_in),
            None => None,
        };
        match ready {
            Some(ready) => Ok(ready),
            None => Ready::start(browser, stand_in, self.until()).await,
        }
    }

    /// The browser to start. `None` where the system's own is opened.
    fn program(&self, stands_in: bool) -> Result<Option<PathBuf>, Failed> {
        if let Some(path) = &self.options.browser {
            return launch::named(path).map(Some);
        }
        // A page that only stands in for Power BI is not where its name says: a browser has to be told where it is.
        if self.options.headless || stands_in && self.options.opens {
            return launch::installed().map(Some).ok_or_else(launch::none_found);
        }
        Ok(None)
    }

    fn with_picture(&self, mut happened: Value, picture: Option<Vec<u8>>) -> Result<Value, Failed> {
        let Some(path) = &self.options.screenshot else { return Ok(happened) };
        let Some(bytes) = picture else {
            happened["picture"] = "the browser returned no screenshot".into();
            return Ok(happened);
        };
        let written = crate::file::write(path, &bytes, crate::file::Readers::Owner);
        written.map_err(|why| (Fault::NotSendable, format!("{} can't be written: {why}", path.display())))?;
        happened["picture"] = json!({ "bytes": bytes.len() });
        Ok(happened)
    }

    /// Shows a person the diagnosis, and ends the page. A browser that was started for it stays until its window is closed,
    /// or the time for the run is up.
    pub async fn finish(&self, diagnosis: Value) {
        let served = self.served.lock().await.take();
        if let Some((served, window)) = served {
            served.tell(diagnosis).await;
            if let Some(mut window) = window {
                let _ = tokio::time::timeout_at(self.options.deadline.into(), window.ended()).await;
            }
        }
    }
}
