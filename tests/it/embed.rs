//! `embed` as its user meets it: what goes wrong around the browser is said plainly, in time, and nothing is left.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Served, causes, pbiauth, report};

fn check<'r>(report: &'r Value, id: &str) -> &'r Value {
    let checks = report["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["id"] == id).expect("the check")
}

/// A program that stands in for a browser.
fn browser(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("browser");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    path
}

/// A file that passes for powerbi-client.
fn client(folder: &Path) -> PathBuf {
    let path = folder.join("powerbi.min.js");
    std::fs::write(&path, "window.powerbi = {};").expect("a file");
    path
}

#[test]
fn the_simulated_tenant_embeds_without_a_browser() {
    let run = |args: &[&str]| {
        let output = pbiauth().args(["embed", "--sim", "--format", "json"]).args(args).output().expect("output");
        report(&output)
    };
    let healthy = run(&[]);
    assert_eq!(healthy["outcome"], "healthy", "{healthy}");
    for id in ["embed-config", "embed-token", "embed-load", "embed-render"] {
        assert_eq!(check(&healthy, id)["status"], "passed", "{id}");
        assert_eq!(check(&healthy, id)["stage"], "embed", "{id}");
    }
    let dashboard = run(&["--dashboard", "Sales overview"]);
    assert_eq!(
        (check(&dashboard, "embed-load")["status"].as_str(), dashboard["exit"].as_u64()),
        (Some("passed"), Some(0))
    );
    let unknown = run(&["--dashboard", "No such dashboard"]);
    assert_eq!(check(&unknown, "embed-config")["status"], "failed");
    let wrong = run(&["--report", "Orders", "--paginated"]);
    assert_eq!(check(&wrong, "embed-config")["status"], "failed");
}

#[test]
fn no_token_and_no_user_is_in_a_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("run.json");
    let output = pbiauth()
        .args(["embed", "--sim", "embed/with-identity", "--format", "json", "--bundle"])
        .arg(&bundle)
        .output()
        .expect("output");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let text = std::fs::read_to_string(&bundle).expect("the bundle");
    for secret in ["H4sI", "anna@contoso"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("clusterUrl"));
}

#[test]
fn what_cannot_be_used_is_told_before_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    let path = folder.path().to_str().expect("a path");
    let file = client(folder.path());
    let file = file.to_str().expect("a path");
    let page = folder.path().join("page.html");
    std::fs::write(&page, "<html>sign in</html>").expect("a file");
    let page = page.to_str().expect("a path");
    let leaky = folder.path().join("leaky.json");
    std::fs::write(&leaky, format!(r#"{{ "type": "report", "id": "H4sI{}" }}"#, "A".repeat(60))).expect("a file");
    let leaky = leaky.to_str().expect("a path");
    for (args, exit, words) in [
        (vec!["--listen", "0.0.0.0:0"], 2, "isn't a loopback address"),
        (vec!["--listen", taken.as_str()], 4, "--listen"),
        (vec!["--headless", "--screenshot", path], 4, "can't be written"),
        (vec!["--screenshot", "x.png"], 2, "--headless"),
        (vec!["--headless", "--browser", "/nope"], 2, "--browser /nope: there is no such program"),
        (vec!["--headless", "--browser", path], 2, "it's a folder"),
        #[cfg(unix)]
        (vec!["--browser", file], 2, "it's a file that can't be run"),
        (vec!["--powerbi-client", "/nope.js"], 2, "--powerbi-client /nope.js"),
        (vec!["--powerbi-client", path], 2, "it's a folder"),
        (vec!["--powerbi-client", ""], 2, "--powerbi-client"),
        (vec!["--powerbi-client", page], 2, "the word powerbi"),
        (vec!["--sim", "healthy", "--headless", "--screenshot", "x.png"], 2, "no browser is opened"),
        (vec!["--sim", "healthy", "--browser", "/nope"], 2, "no browser is opened"),
        (vec!["--sim", "healthy", "--powerbi-client", file], 2, "no browser is opened"),
        (vec!["--identity", ":Sales"], 2, "user name"),
        (vec!["--identity", "anna:Sales", "--dashboard", "Sales overview"], 2, "cannot be used with"),
        (vec!["--sim", "embed/organization", "--identity", "anna:Sales"], 2, "--identity can't be used to embed"),
        (vec!["--sim", "embed/organization", "--lifetime", "5m"], 2, "--lifetime can't be used to embed"),
        (vec!["--sim", "healthy", "--page-policy", "frame-src\n'self'"], 2, "on one line"),
        (vec!["--sim", "healthy", "--page-config", "/nope.json"], 4, "/nope.json"),
        (vec!["--sim", "healthy", "--page-config", page], 2, "it has no embed configuration"),
        (vec!["--sim", "healthy", "--page-config", leaky], 2, "id looks like a token"),
    ] {
        let output = pbiauth()
            .arg("embed")
            .args(&args)
            .envs([("HTTPS_PROXY", "http://127.0.0.1:9"), ("AZURE_TENANT_ID", "contoso.example")])
            .output()
            .expect("output");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_browser_that_fails_is_told_in_time_and_nothing_is_left() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let client = client(folder.path());
    let pid = folder.path().join("pid");
    let hanging = format!("echo $$ > {}; exec sleep 100", pid.display());
    let run = |browser: &Path| {
        let started = Instant::now();
        let mut command = pbiauth();
        command.args(["embed", "--headless", "--format", "json", "--deadline", "12s", "--browser"]).arg(browser);
        command.arg("--powerbi-client").arg(&client).env("TMPDIR", folder.path());
        let report = report(&served.run(&mut command));
        assert!(started.elapsed() < Duration::from_secs(14));
        report
    };
    let nowhere = "exit\n#";
    for (script, status, words) in [
        ("exit 3", "error", "stopped immediately after it started"),
        (hanging.as_str(), "error", "didn't become ready"),
        (nowhere, "error", "can't be started"),
    ] {
        let path = browser(folder.path(), script);
        if script == nowhere {
            std::fs::write(&path, "#!/no/such/interpreter\n").expect("a script");
        }
        let report = run(&path);
        assert_ne!(report["outcome"], "healthy", "{report}");
        let load = check(&report, "embed-load");
        assert_eq!(load["status"], status, "{load}");
        assert!(load["because"].as_str().is_some_and(|because| because.contains(words)), "{load}");
        assert_eq!(check(&report, "embed-render")["status"], "skipped");
    }
    let pid = std::fs::read_to_string(pid).expect("the browser ran");
    assert!(!Path::new(&format!("/proc/{}", pid.trim())).exists(), "the browser was left running");
    let left = std::fs::read_dir(folder.path()).expect("the folder").flatten();
    assert!(left.map(|entry| entry.file_name()).all(|name| !name.to_string_lossy().starts_with("pbiauth-")));
}

/// A browser that is a script, as distributions have them: it starts another program and waits for it.
#[cfg(unix)]
fn wrapper(folder: &Path) -> (PathBuf, PathBuf) {
    let pid = folder.join("pid");
    (browser(folder, &format!("sleep 100 & echo $! > {}; wait", pid.display())), pid)
}

#[cfg(unix)]
fn runs(pid: &Path) -> bool {
    let pid = std::fs::read_to_string(pid).expect("the browser ran");
    // What was killed and is no one's child yet is a zombie.
    let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

#[cfg(unix)]
fn profiles(folder: &Path) -> usize {
    let left = std::fs::read_dir(folder).expect("the folder").flatten();
    left.filter(|entry| entry.file_name().to_string_lossy().starts_with("pbiauth-browser-")).count()
}

#[cfg(unix)]
#[test]
fn a_window_that_stays_open_ends_with_the_time_of_the_run() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let (browser, pid) = wrapper(folder.path());
    let started = Instant::now();
    let mut command = pbiauth();
    command.args(["embed", "--format", "json", "--deadline", "8s", "--browser"]).arg(browser);
    command.arg("--powerbi-client").arg(client(folder.path())).env("TMPDIR", folder.path());
    let report = report(&served.run(&mut command));
    assert!(started.elapsed() < Duration::from_secs(13), "{:?}", started.elapsed());
    assert_ne!(report["outcome"], "healthy", "{report}");
    assert!(!runs(&pid), "what the browser started was left running");
    assert_eq!(profiles(folder.path()), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_closed_leaves_no_browser() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let (browser, pid) = wrapper(folder.path());
    let mut command = pbiauth();
    command.args(["embed", "--headless", "--format", "json", "--deadline", "60s", "--browser"]).arg(browser);
    command.arg("--powerbi-client").arg(client(folder.path())).env("TMPDIR", folder.path());
    command.envs(&served.environment).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut run = command.spawn().expect("a run");
    let began = Instant::now();
    while std::fs::read_to_string(&pid).unwrap_or_default().is_empty() && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let killed = std::process::Command::new("kill").args(["-HUP", &run.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    assert!(run.wait().expect("an end").code().is_some(), "it ended by itself");
    assert!(!runs(&pid), "what the browser started was left running");
    assert_eq!(profiles(folder.path()), 0);
}

#[test]
fn without_a_browser_or_a_library_the_checks_are_skipped_with_what_to_do() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let client = client(folder.path());
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = pbiauth();
        command.args(["embed", "--headless", "--format", "json"]).args(args);
        let output = command.envs(&served.environment).envs(variables.iter().copied()).output().expect("output");
        let report = report(&output);
        let load = check(&report, "embed-load");
        let text = |name: &str| load[name].as_str().expect("a text").to_owned();
        (text("status"), text("because"), causes(&report))
    };
    let file = client.to_str().expect("a path");
    let (status, because, _) = run(&["--powerbi-client", file], &[("PATH", "/nowhere")]);
    assert_eq!(status, "skipped");
    assert!(because.contains("--browser PATH"), "{because}");
    let (status, because, blamed) = run(&[], &[("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "127.0.0.1")]);
    assert_eq!(status, "error");
    assert!(because.contains("--powerbi-client FILE"), "{because}");
    assert!(!blamed.contains(&"proxy-answered".to_owned()), "{blamed:?}");
}

#[test]
fn a_page_is_embedded_as_it_is_written_and_its_token_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.js");
    let written = format!(
        "const config = {{\n  type: 'report', // the type\n  tokenType: models.TokenType.Aad,\n  accessToken: 'H4sI{}',\n}};\npowerbi.embed(item, config);\n",
        "A".repeat(80)
    );
    std::fs::write(&page, written).expect("a file");
    let bundle = folder.path().join("run.json");
    let mut command = pbiauth();
    command.args(["embed", "--sim", "--format", "json", "--lifetime", "90s", "--page-config"]).arg(&page);
    let report = report(&command.arg("--bundle").arg(&bundle).output().expect("output"));
    assert_eq!(causes(&report), ["embed-token-type-mismatch"], "{report}");
    assert_eq!(check(&report, "embed-token")["status"], "passed");
    let notes = report["notes"].to_string();
    assert!(notes.contains("--lifetime 90s was rounded up to 2 minutes"), "{notes}");
    assert!(!std::fs::read_to_string(&bundle).expect("the bundle").contains("H4sI"));
}

/// A page as a browser without a window meets it: only where one is installed, with the real powerbi-client.
#[test]
fn a_report_is_rendered_in_a_real_browser() {
    let Some(client) = super::support::powerbi_client() else { return };
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("orders.png");
    let mut command = pbiauth();
    command.args(["embed", "--headless", "--deadline", "60s", "--format", "json", "--screenshot"]).arg(&picture);
    let report = report(&served.run(command.arg("--powerbi-client").arg(client)));
    assert_eq!(check(&report, "embed-render")["status"], "passed", "{report}");
    assert!(std::fs::read(&picture).expect("a picture").starts_with(b"\x89PNG"));
}
