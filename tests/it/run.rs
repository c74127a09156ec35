//! `doctor` as its user meets it.

use super::support::{Served, causes, pbiauth, report, run_with_input};

fn status(report: &serde_json::Value, id: &str) -> String {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == id).expect("the check");
    check["status"].as_str().expect("a status").to_owned()
}

#[test]
fn the_healthy_tenant_is_healthy() {
    let output = pbiauth().args(["doctor", "--sim", "--format", "json"]).output().expect("output");
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((report["outcome"].as_str(), report["origin"].as_str()), (Some("healthy"), Some("sim")));
    for check in [
        "credential-form",
        "entra-reachable",
        "api-reachable",
        "token-request",
        "token-claims",
        "workspaces",
        "workspace",
        "reports",
        "report",
    ] {
        assert_eq!(status(&report, check), "passed", "{check}");
    }
}

#[test]
fn without_a_network_it_says_which_host_and_layer() {
    let output = pbiauth()
        .args(["doctor", "--format", "json"])
        .envs([
            ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_SECRET", "abc8Q~0123456789012345678901234567890123"),
            // No test may reach a real service, wherever it runs.
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
        ])
        .output()
        .expect("output");
    let report = report(&output);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(report["outcome"], "incomplete");
    assert_eq!(causes(&report), ["network-unreachable"]);
    assert_eq!(status(&report, "entra-reachable"), "failed");
    assert_eq!(status(&report, "workspaces"), "skipped");
    let explain = report["diagnoses"][0]["explain"].as_str().expect("words");
    assert!(explain.contains("login.microsoftonline.com"), "{explain}");
}

#[test]
fn a_workspace_is_found_by_its_name() {
    let run = |args: &[&str]| {
        let output = pbiauth().args(["doctor", "--sim", "--format", "json"]).args(args).output().expect("output");
        report(&output)
    };
    let named = run(&["--workspace", "Sales embed"]);
    assert_eq!(status(&named, "workspace"), "passed");
    assert_eq!(status(&named, "reports"), "passed");
    let unknown = run(&["--workspace", "No such workspace"]);
    assert_eq!(status(&unknown, "workspace"), "failed");
    assert_eq!(status(&unknown, "reports"), "skipped");
}

#[test]
fn only_brings_what_a_check_stands_on() {
    let output =
        pbiauth().args(["doctor", "--sim", "--format", "json", "--only", "token-claims"]).output().expect("output");
    let report = report(&output);
    assert_eq!(status(&report, "token-claims"), "passed");
    assert_eq!(status(&report, "token-request"), "passed");
    assert_eq!(status(&report, "workspaces"), "skipped");
    assert_eq!(report["exchanges"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_token_may_come_by_standard_input() {
    let served = Served::start("claims/token-expired");
    let token = served.environment["PBIAUTH_ACCESS_TOKEN"].clone();
    let mut environment = served.environment.clone();
    environment.remove("PBIAUTH_ACCESS_TOKEN");
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--access-token-file", "-"]).envs(&environment);
    let report = report(&run_with_input(&mut command, format!("{token}\n").as_bytes()));
    assert_eq!(status(&report, "token-request"), "skipped");
    assert_eq!(causes(&report).first().map(String::as_str), Some("token-expired"));
}

#[test]
fn a_settings_file_is_found_and_options_go_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pbiauth.toml"), "tenant = 'contoso.example'\nworkspace = 'w'\n")
        .expect("a file");
    let output = pbiauth()
        .current_dir(folder.path())
        .args(["doctor", "--format", "json", "--workspace", "other"])
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .output()
        .expect("output");
    let report = report(&output);
    let settings = report["settings"].as_array().expect("settings");
    let from = |name: &str| {
        settings.iter().find(|s| s["name"] == name).map(|s| s["from"].as_str().unwrap_or_default().to_owned())
    };
    assert!(from("tenant").is_some_and(|from| from.contains("pbiauth.toml")), "{settings:?}");
    assert_eq!(from("workspace").as_deref(), Some("--workspace"));
}

#[test]
fn a_bundle_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("run.json");
    let output = pbiauth().args(["doctor", "--sim", "--bundle"]).arg(&bundle).output().expect("output");
    assert_eq!(output.status.code(), Some(0));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&bundle).expect("the bundle").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn fail_on_decides_the_exit_code_and_not_the_outcome() {
    let run = |what: &str| {
        let output = pbiauth()
            .args(["doctor", "--sim", "token/secret-expired", "--format", "json", "--fail-on", what])
            .output()
            .expect("output");
        let outcome = report(&output)["outcome"].as_str().expect("an outcome").to_owned();
        (output.status.code(), outcome)
    };
    assert_eq!(run("error"), (Some(1), "problem".to_owned()));
    assert_eq!(run("never"), (Some(0), "problem".to_owned()));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_prints_what_is_known() {
    // A port that takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("https://{}", silent.local_addr().expect("an address"));
    let child = pbiauth()
        .args(["doctor", "--format", "json", "--api-url", &address, "--authority-host", &address])
        .envs([
            ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_SECRET", ""),
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the command starts");
    std::thread::sleep(std::time::Duration::from_millis(700));
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    let output = child.wait_with_output().expect("the command ends");
    let report = report(&output);
    assert_eq!(status(&report, "credential-form"), "failed");
    assert_eq!(status(&report, "entra-reachable"), "error");
    assert_eq!(causes(&report).first().map(String::as_str), Some("value-unset"));
}

/// A run in a folder, in which nobody answers.
fn without_services(folder: &std::path::Path, args: &[&str]) -> serde_json::Value {
    let mut command = pbiauth();
    command.current_dir(folder).args(["doctor", "--format", "json"]).args(args);
    report(&command.env("HTTPS_PROXY", "http://127.0.0.1:9").output().expect("output"))
}

#[test]
fn what_is_not_set_comes_before_the_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing = without_services(folder.path(), &[]);
    assert_eq!(causes(&nothing), ["value-unset", "network-unreachable"]);
    let chain = without_services(folder.path(), &["--auth", "auto"]);
    assert_eq!(causes(&chain), ["no-credential-available", "network-unreachable"]);
}

#[cfg(unix)]
#[test]
fn names_of_a_sample_are_offered_with_a_command_that_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = "TENANT_ID=c0c0a000-1111-4a11-8a11-0000000000c1\nexport CLIENT_ID = 'a'\nCLIENT_SECRET=abc8Q~$x&y`z\n";
    std::fs::write(folder.path().join("my .env"), file).expect("a file");
    let report = without_services(folder.path(), &["--env-file", "my .env"]);
    let notes = report["notes"].as_array().expect("notes");
    let note = notes.iter().filter_map(|note| note.as_str()).find(|note| note.starts_with("Found TENANT_ID"));
    let command = note.expect("a note").split_once("To run with them: ").expect("a command").1;
    let line = command.replace("pbiauth", env!("CARGO_BIN_EXE_pbiauth")) + " --format json --only credential-form";
    let mut shell = std::process::Command::new("sh");
    let output = shell.current_dir(folder.path()).args(["-c", &line]).env_remove("AZURE_TENANT_ID").output();
    let again = super::support::report(&output.expect("output"));
    let given = |name: &str| again["settings"].as_array().is_some_and(|all| all.iter().any(|s| s["name"] == name));
    assert!(given("tenant") && given("client-id") && given("client-secret"), "{line}: {}", again["settings"]);
}

#[test]
fn a_retry_asks_what_was_asked() {
    let run = |args: &[&str]| {
        let output = pbiauth().args(["doctor", "--format", "json"]).args(args).output().expect("output");
        let report = report(&output);
        let steps: Vec<serde_json::Value> = report["diagnoses"][0]["fix"].as_array().expect("steps").clone();
        steps.iter().filter_map(|step| step["run"].as_str().map(str::to_owned)).collect::<Vec<String>>()
    };
    let lines = run(&["--sim", "--workspace", "Sales embde", "--for", "embed-customers"]);
    let line = lines.iter().find(|line| line.starts_with("pbiauth doctor")).expect("a line");
    for kept in ["--workspace 'Sales embed'", "--for embed-customers", "--sim healthy"] {
        assert_eq!(line.matches(kept).count(), 1, "{line}");
    }
}

#[test]
fn a_name_that_is_close_to_one_leads_with_it() {
    let output = pbiauth().args(["doctor", "--sim", "--format", "json", "--workspace", "Sales embde"]).output();
    let report = report(&output.expect("output"));
    let first = &report["diagnoses"][0]["fix"][0]["do"];
    assert!(first.as_str().is_some_and(|text| text.starts_with("Set the workspace to Sales embed (")), "{first}");
}

#[test]
fn a_settings_file_that_a_simulated_run_leaves_out_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pbiauth.toml"), "[expect]\nrole = 'admin'\n").expect("a file");
    let output = pbiauth().current_dir(folder.path()).args(["doctor", "--sim", "--format", "json"]).output();
    let report = report(&output.expect("output"));
    let notes = report["notes"].to_string();
    assert!(notes.contains("pbiauth.toml isn't read") && notes.contains("[expect]"), "{notes}");
}
