//! What both test binaries need: the command in a clean environment, its report, and a served tenant.
#![allow(dead_code, reason = "each of the two binaries uses a part")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The command, with nothing of this machine's environment that matters.
#[expect(clippy::disallowed_methods, reason = "the command needs the path of its helpers")]
pub(crate) fn pbiauth() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pbiauth"));
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.current_dir(std::env::temp_dir());
    command
}

/// Runs a command with this standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_vec();
    // A command that refuses its input early closes the pipe: no failure of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writer ends");
    output
}

/// The report that a command printed.
pub(crate) fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!(
            "no report: {e}\nstdout: {}\nstderr: {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The report of `diagnose` on this input.
pub(crate) fn diagnose(input: &[u8]) -> Value {
    report(&run_with_input(pbiauth().args(["diagnose", "--format", "json", "-"]), input))
}

/// The causes that a report names, in order.
pub(crate) fn causes(report: &Value) -> Vec<String> {
    let named = report["diagnoses"].as_array().expect("diagnoses");
    named.iter().map(|d| d["cause"].as_str().expect("a cause").to_owned()).collect()
}

/// Causes with how sure each is: what must be the same whoever answers.
pub(crate) fn verdict(report: &Value) -> Vec<String> {
    let named = report["diagnoses"].as_array().expect("diagnoses");
    let mut verdict: Vec<String> = named
        .iter()
        .map(|d| format!("{} {}", d["cause"].as_str().expect("a cause"), d["confidence"].as_str().expect("confidence")))
        .collect();
    verdict.insert(0, report["outcome"].as_str().expect("an outcome").to_owned());
    verdict
}

/// The files beneath a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The file of powerbi-client, where `tests/clients/run` has fetched it and there is a browser.
#[expect(clippy::disallowed_methods, reason = "a browser is found where the system looks for programs")]
pub(crate) fn powerbi_client() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clients-node/node_modules");
    let client = Some(folder.join("powerbi-client/dist/powerbi.min.js")).filter(|file| file.is_file())?;
    let folders = std::env::var_os("PATH")?;
    let browsers = ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"];
    let has = std::env::split_paths(&folders).any(|folder| browsers.iter().any(|name| folder.join(name).is_file()));
    has.then_some(client)
}

/// `pbiauth sim` with a scenario, until it is dropped.
pub(crate) struct Served {
    child: Child,
    /// The settings that it printed.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Served {
    /// Serves a scenario, and waits until it is ready.
    pub(crate) fn start(scenario: &str) -> Self {
        let mut child = pbiauth()
            .args(["sim", scenario])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        let lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
        let mut environment = BTreeMap::new();
        let mut ready = false;
        for line in lines {
            let line = line.expect("a line");
            if line == "READY" {
                ready = true;
                break;
            }
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no setting: {line}"));
            environment.insert(name.to_owned(), unquoted(value));
        }
        assert!(ready, "{scenario}: the simulator ended before it was ready");
        Self { child, environment }
    }
}

impl Served {
    /// Its hosts and its application, as `pbiauth.toml` names them.
    pub(crate) fn settings(&self) -> String {
        let mut text = String::new();
        for (key, name) in [
            ("ca_file", "PBIAUTH_CA_FILE"),
            ("authority_host", "AZURE_AUTHORITY_HOST"),
            ("api_url", "PBIAUTH_API_URL"),
            ("fabric_url", "PBIAUTH_FABRIC_URL"),
            ("client_id", "AZURE_CLIENT_ID"),
        ] {
            writeln!(text, "{key} = {:?}", self.environment[name]).expect("a text");
        }
        text
    }

    /// Runs a command with this tenant's settings, and does what a browser does where it waits for one.
    pub(crate) fn run(&self, command: &mut Command) -> Output {
        if self.environment.get("PBIAUTH_AUTH").is_some_and(|auth| auth == "authorization-code") {
            return self.signs_in(command).1;
        }
        command.envs(&self.environment).output().expect("output")
    }

    /// Runs a command that waits for a browser, with this tenant's settings, and does what a browser does: opens the
    /// address, and follows where it is sent. Gives the address and what the command printed.
    pub(crate) fn signs_in(&self, command: &mut Command) -> (String, Output) {
        command.arg("--no-browser").envs(&self.environment);
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the command starts");
        let mut words = String::new();
        BufReader::new(child.stderr.take().expect("standard error")).read_line(&mut words).expect("a line");
        let address = words.trim().strip_prefix("To sign in, open ").expect("an address").to_owned();
        browse(&address, &self.environment["PBIAUTH_CA_FILE"]);
        (address, child.wait_with_output().expect("the command ends"))
    }
}

fn browse(address: &str, ca: &str) {
    let ca = reqwest::Certificate::from_pem(&std::fs::read(ca).expect("a file")).expect("a certificate");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let client = builder.tls_certs_only([ca]).build().expect("a client");
        let page = client.get(address).send().await.expect("a page");
        let location = page.headers()["location"].to_str().expect("an address").replace("localhost", "127.0.0.1");
        let back = client.get(location).send().await.expect("an answer");
        assert_eq!(back.status(), 200);
    });
}

impl Served {
    /// Ends it: nobody answers any more.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The value of a line that is valid for a shell: in single quotes where it needs them, `'\''` for one inside.
fn unquoted(value: &str) -> String {
    let quoted = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    quoted.map_or_else(|| value.to_owned(), |inner| inner.replace("'\\''", "'"))
}
