//! `doctor --every`: rounds, and what changed between them.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Served, pbiauth};

/// Nothing takes longer.
const LONGEST: Duration = Duration::from_mins(1);

/// A run that goes on, and the lines that it prints.
struct Watch {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watch {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let (put, lines) = channel();
        let (out, err) = (child.stdout.take().expect("output"), child.stderr.take().expect("errors"));
        let also = put.clone();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| put.send(line))
        });
        std::thread::spawn(move || {
            BufReader::new(err).lines().map_while(Result::ok).try_for_each(|line| also.send(line))
        });
        Self { child, lines, seen: Vec::new() }
    }

    /// Waits for a line with these words.
    fn says(&mut self, words: &str) -> String {
        let begun = Instant::now();
        while let Some(left) = LONGEST.checked_sub(begun.elapsed()) {
            let Ok(line) = self.lines.recv_timeout(left) else { break };
            self.seen.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
        panic!("{words} was never said: {:#?}", self.seen);
    }

    /// Sends a signal, and returns the exit code.
    fn end(&mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            if let Some(status) = self.child.try_wait().expect("a status") {
                self.seen.extend(self.lines.try_iter());
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it didn't end: {:#?}", self.seen);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file in one step, as whatever rotates secrets does.
    fn put(&self, name: &str, text: &str) {
        let aside = self.path(&format!(".{name}"));
        std::fs::write(&aside, text).expect("a file");
        std::fs::rename(aside, self.path(name)).expect("renamed");
    }

    /// The settings for a served tenant: a profile that reads its secret in a file, and more.
    fn settings(&self, tenant: &Served, more: &str) {
        let profile = "[profiles.contoso]\ntenant = 'contoso.example'\nworkspace = 'Sales embed'\nclient_secret = { file = 'secret' }\n";
        self.put("pbiauth.toml", &(tenant.settings() + profile + more));
    }

    fn doctor(&self, args: &[&str]) -> Command {
        let mut command = pbiauth();
        command.arg("doctor").args(args).current_dir(self.0.path());
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1");
        command
    }

    fn report(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).expect("a report")).expect("JSON")
    }
}

#[test]
fn a_secret_that_is_rotated_away_and_back_is_a_change_and_nothing_else_is() {
    let mut tenant = Served::start("healthy");
    let folder = Folder::new();
    let right = tenant.environment["AZURE_CLIENT_SECRET"].clone();
    folder.put("secret", &right);
    folder.settings(&tenant, "");
    let mut watch = Watch::start(&mut folder.doctor(&[
        "--all-profiles",
        "--every",
        "1s",
        "--format",
        "json",
        "--output",
        "report.json",
        "--format",
        "openmetrics",
        "--output",
        "metrics.prom",
    ]));
    assert!(watch.says("first round").ends_with("1 profile: 1 healthy"), "{:?}", watch.seen);
    assert_eq!(folder.report("report.json")["summary"]["healthy"], 1);
    folder.put("secret", "abc8Q~0123456789012345678901234567890123");
    let new = watch.says("client-secret-wrong");
    assert!(new.contains("contoso: new: ") && !new.contains("8Q~"), "{new}");
    std::thread::sleep(Duration::from_millis(500));
    let metrics = std::fs::read_to_string(folder.path("metrics.prom")).expect("metrics");
    assert!(metrics.contains("pbiauth_healthy{profile=\"contoso\"} 0") && metrics.ends_with("# EOF\n"), "{metrics}");
    folder.put("secret", &right);
    watch.says("contoso: gone: client-secret-wrong");
    // A settings file that can't be used is said, and the next round is tried.
    folder.put("pbiauth.toml", "tennant = 'x'");
    assert!(watch.says("This round failed").contains("tennant"), "{:?}", watch.seen);
    folder.settings(&tenant, "");
    std::thread::sleep(Duration::from_millis(1500));
    tenant.stop();
    watch.says("contoso: not checked: ");
    assert_eq!(watch.end("-TERM"), Some(4), "the last round was not made");
    let changes = watch.seen.iter().filter(|line| line.contains(": new: ") || line.contains(": gone: ")).count();
    assert_eq!(changes, 2, "{:#?}", watch.seen);
}

#[test]
fn what_a_caller_loses_is_a_change() {
    let member = Served::start("healthy");
    let viewer = Served::start("intent/viewer-embeds");
    let folder = Folder::new();
    folder.put("secret", &member.environment["AZURE_CLIENT_SECRET"]);
    let settings = |enabled: bool| {
        format!(
            "{{\"tenantSettings\": [{{\"settingName\": \"Embedding\", \"title\": \"Embed content in apps\", \"enabled\": {enabled}}}]}}"
        )
    };
    folder.put("settings.json", &settings(true));
    folder.settings(&member, "");
    let args = [
        "--profile",
        "contoso",
        "--every",
        "1s",
        "--for",
        "embed-customers",
        "--tenant-settings",
        "settings.json",
        "--fact",
        "expectation.secret_days_left=20",
        "--fail-on",
        "never",
    ];
    let mut watch = Watch::start(&mut folder.doctor(&args));
    watch.says("first round");
    watch.says("expires soon: the secret is valid for 20 more days");
    folder.put("settings.json", &settings(false));
    watch.says("switched: the tenant setting \"Embed content in apps\" was on and is off");
    // The same tenant, where somebody took the role away.
    folder.put("secret", &viewer.environment["AZURE_CLIENT_SECRET"]);
    folder.settings(&viewer, "");
    watch.says("lost: the caller's workspace role is Viewer");
    assert_eq!(watch.end("-INT"), Some(0));
    let soon = watch.seen.iter().filter(|line| line.contains("expires soon")).count();
    assert_eq!(soon, 1, "{:#?}", watch.seen);
}

#[test]
fn the_exit_code_is_that_of_the_last_round() {
    let folder = Folder::new();
    let mut watch = Watch::start(&mut folder.doctor(&["--sim", "token/secret-expired", "--every", "1s"]));
    watch.says("first round: Problem");
    watch.says("new: client-secret-expired");
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(watch.end("-TERM"), Some(1));
    assert_eq!(watch.seen.len(), 2, "only what changed is said: {:#?}", watch.seen);
}

#[test]
fn rounds_that_cannot_be_made_are_refused() {
    let folder = Folder::new();
    folder.put("token", "x");
    for (args, words) in [
        (vec!["--every", "10s"], "use --every 1m or more"),
        (vec!["--sim", "--every", "1s", "--format", "json"], "give each --format its --output FILE"),
        (vec!["--every", "5m", "--access-token-file", "-"], "standard input can be read only once"),
        (vec!["--every", "5m", "--auth", "device-code"], "need a person to sign in"),
        (vec!["--every", "soon"], "15m"),
        (vec!["--every", "5m", "--all-profiles", "--resume", "done"], "cannot be used with"),
    ] {
        let output = folder.doctor(&args).output().expect("output");
        let said = String::from_utf8_lossy(&output.stderr).replace("\n  │", "");
        let said: Vec<&str> = said.split_whitespace().collect();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        if words != "15m" {
            assert!(said.join(" ").contains(words), "{args:?}: {said:?}");
        }
    }
}
