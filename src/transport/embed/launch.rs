//! Finds a browser on this machine and starts it, with a profile of its own that goes when it ends.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::Failed;
use super::stand_in::StandIn;
use crate::record::Fault;

/// Browsers that speak the `DevTools` protocol, by the names of their programs.
const NAMES: [&str; 9] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
    "brave-browser",
];
/// Where systems without such names have them.
const PLACES: [&str; 8] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/snap/bin/chromium",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];
/// No browser asks anything, updates itself or talks to its maker.
const QUIET: [&str; 12] = [
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--password-store=basic",
    "--use-mock-keychain",
];
/// How often it is looked whether the browser is ready.
const TICK: Duration = Duration::from_millis(5);
/// A browser that was killed is waited for no longer than this.
const LAST: Duration = Duration::from_secs(1);

/// A browser that runs.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    /// The id of the group of processes that it leads. Absent where the system has no such groups.
    group: Option<u32>,
    // Dropped after the process: it writes there to the last.
    profile: Option<TempDir>,
}

/// How a browser shows itself.
pub(super) enum Window<'a> {
    /// Not at all: it is driven over the `DevTools` protocol.
    None,
    /// With a window, at this address.
    Visible(&'a str),
}

/// The browser that somebody named.
pub(super) fn named(path: &Path) -> Result<PathBuf, Failed> {
    let refused = |why: &str| Err((Fault::NotSendable, format!("--browser {}: {why}", path.display())));
    if path.is_dir() {
        return refused("it's a folder; name the browser's program");
    }
    if path.is_file() {
        return if is_program(path) { Ok(path.to_path_buf()) } else { refused("it's a file that can't be run") };
    }
    let bare = path.components().count() == 1;
    let found = bare.then(|| in_path(&path.to_string_lossy())).flatten();
    found.map_or_else(|| refused("there is no such program"), Ok)
}

/// A browser that is installed here.
pub(super) fn installed() -> Option<PathBuf> {
    let named = NAMES.iter().find_map(|name| in_path(name));
    named.or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.is_file()))
}

#[expect(clippy::disallowed_methods, reason = "programs are found where the system looks for them")]
fn in_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let program = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    std::env::split_paths(&folders).map(|folder| folder.join(&program)).find(|path| path.is_file())
}

/// What is said where there is none.
pub(super) fn none_found() -> Failed {
    let how = if cfg!(target_os = "linux") {
        "install one (Debian and Ubuntu: apt-get install chromium)"
    } else {
        "install Microsoft Edge, Google Chrome or Chromium"
    };
    (
        Fault::NotInstalled,
        format!("there is no Chromium, Edge or Chrome on this machine: {how}, or name one with --browser PATH"),
    )
}

impl Program {
    /// Starts a browser.
    pub(super) fn start(path: &Path, window: &Window<'_>, stand_in: Option<&StandIn>) -> Result<Self, Failed> {
        let failed = |why: std::io::Error| {
            (Fault::NotSendable, format!("the browser {} can't be started: {why}", path.display()))
        };
        let profile = tempfile::Builder::new().prefix("pbiauth-browser-").tempdir().map_err(failed)?;
        let mut command = Command::new(path);
        command.arg(format!("--user-data-dir={}", profile.path().display())).args(QUIET);
        if is_root(profile.path()) {
            // Chromium's sandbox does not start for root.
            command.arg("--no-sandbox");
        }
        if let Some(stand_in) = stand_in {
            command.args(stand_in.arguments());
        }
        match window {
            Window::None => {
                command.args([
                    "--headless=new",
                    "--remote-debugging-port=0",
                    "--window-size=1280,800",
                    "--hide-scrollbars",
                ]);
                command.args(["--mute-audio", "about:blank"]);
            }
            Window::Visible(address) => {
                command.arg("--new-window").arg(address);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().map_err(failed)?;
        Ok(Self { group: child.id(), child, profile: Some(profile) })
    }

    /// The address at which it is driven, once it listens.
    pub(super) async fn devtools(&mut self, until: Instant) -> Result<String, Failed> {
        let file = self.profile.as_ref().map(|profile| profile.path().join("DevToolsActivePort")).unwrap_or_default();
        while Instant::now() < until {
            // The file is written in one go, and its second line last.
            if let Ok(text) = std::fs::read_to_string(&file)
                && let Some((port, path)) = text.trim_end().split_once('\n')
            {
                return Ok(format!("ws://127.0.0.1:{port}{path}"));
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                let words =
                    format!("the browser stopped immediately after it started ({status}); start it by hand to see why");
                return Err((Fault::Closed, words));
            }
            tokio::time::sleep(TICK).await;
        }
        Err((Fault::ReplyTimeout, "the browser started but didn't become ready".to_owned()))
    }

    /// Waits until it ends: the person who looks at it closes it, or it cannot show a window here.
    pub(super) async fn ended(&mut self) {
        let _ = self.child.wait().await;
    }

    /// Ends it, with whatever it started: a browser is often a script that starts the browser.
    fn kill(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.start_kill();
        }
        #[cfg(unix)]
        if let Some(group) = self.group.take().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        let end = std::time::Instant::now() + LAST;
        while matches!(self.child.try_wait(), Ok(None)) && std::time::Instant::now() < end {
            std::thread::sleep(TICK);
        }
        // Its other processes write for a moment longer.
        if let Some(profile) = self.profile.take() {
            let path = profile.keep();
            for _ in 0..100 {
                if std::fs::remove_dir_all(&path).is_ok() || !path.exists() {
                    return;
                }
                std::thread::sleep(TICK);
            }
        }
    }
}

/// Whether a file may be run.
#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
const fn is_program(_: &Path) -> bool {
    true
}

/// Whether this process is root's: what it makes is.
#[cfg(unix)]
fn is_root(made: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(made).is_ok_and(|data| data.uid() == 0)
}

#[cfg(not(unix))]
const fn is_root(_: &Path) -> bool {
    false
}
