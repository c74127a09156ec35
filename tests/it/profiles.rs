//! Profiles, files of variables, and what is refused before anything is sent.

use std::fmt::Write as _;
use std::process::{Command, Output};

use serde_json::Value;

use super::support::{Served, pbiauth, report};

/// A made-up secret in the form of Entra's.
const SECRET: &str = "abc8Q~0123456789012345678901234567890123";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.0.path().join(name), text).expect("a file");
        self
    }

    /// A settings file for the served tenant, with what is said beside it.
    fn settings(&self, tenant: &Served, rest: &str) -> &Self {
        let of = |name: &str| tenant.environment[name].as_str();
        let mut text = format!("client_id = {:?}\n", of("AZURE_CLIENT_ID"));
        for (key, name) in [
            ("ca_file", "PBIAUTH_CA_FILE"),
            ("authority_host", "AZURE_AUTHORITY_HOST"),
            ("api_url", "PBIAUTH_API_URL"),
            ("fabric_url", "PBIAUTH_FABRIC_URL"),
        ] {
            writeln!(text, "{key} = {:?}", of(name)).expect("a text");
        }
        self.put("pbiauth.toml", &(text + rest))
    }

    fn doctor(&self, args: &[&str]) -> Command {
        let mut command = pbiauth();
        // No test may reach a real service, wherever it runs.
        command.arg("doctor").args(args).current_dir(self.0.path()).env("HTTPS_PROXY", "http://127.0.0.1:9");
        command.env("NO_PROXY", "127.0.0.1");
        command
    }
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("output");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

const THREE: &str = "
[profiles.well]
tenant = 'contoso.example'
client_secret = { env = 'RIGHT' }

[profiles.wrong]
tenant = 'contoso.example'
client_secret = { file = 'wrong.txt' }

[profiles.nowhere]
tenant = 'nobody.example'
client_secret = { command = ['cat', 'right.txt'] }
";

#[cfg(unix)]
#[test]
fn many_tenants_in_one_run() {
    let tenant = Served::start("healthy");
    let folder = Folder::new();
    let right = tenant.environment["AZURE_CLIENT_SECRET"].as_str();
    folder.settings(&tenant, THREE).put("wrong.txt", &format!("{SECRET}\n")).put("right.txt", right);
    let files = ["junit", "sarif", "html", "markdown", "openmetrics"];
    let mut args: Vec<&str> = vec!["--all-profiles", "--format", "json"];
    for format in files {
        args.extend(["--format", format, "--output", format]);
    }
    let output = folder.doctor(&args).env("RIGHT", right).output().expect("output");
    let reports = report(&output);
    assert_eq!((output.status.code(), reports["schema"].as_str()), (Some(1), Some("pbiauth.reports/1")));
    let summary = reports["summary"]["profiles"].as_array().expect("profiles");
    let said: Vec<(&str, &str)> = summary
        .iter()
        .map(|entry| (entry["profile"].as_str().unwrap_or_default(), entry["cause"].as_str().unwrap_or("none")))
        .collect();
    assert_eq!(said, [("well", "none"), ("wrong", "client-secret-wrong"), ("nowhere", "tenant-not-found")]);
    assert_eq!(reports["reports"][1]["profile"], "wrong");
    assert_eq!(reports["summary"]["healthy"], 1);
    let schema: Value = {
        let output = pbiauth().args(["schema", "reports"]).output().expect("output");
        serde_json::from_slice(&output.stdout).expect("a schema")
    };
    assert!(jsonschema::is_valid(&schema, &reports));
    let written: String = files
        .iter()
        .map(|name| std::fs::read_to_string(folder.0.path().join(name)).expect("a form"))
        .chain([String::from_utf8_lossy(&output.stdout).into_owned()])
        .collect();
    assert!(!written.contains(SECRET) && !written.contains(right), "a secret is shown");
    for name in ["pbiauth.well", "pbiauth/nowhere/", "profile=\"wrong\""] {
        assert!(written.contains(name), "{name}");
    }
}

#[test]
fn a_variable_of_ones_own_is_called_by_its_name() {
    let folder = Folder::new();
    let settings = "tenant = 'contoso.example'\nclient_id = 'e1bedbed-3333-4c33-8c33-0000000000a1'\n\
        client_secret = { env = 'CONTOSO_SECRET' }\n";
    folder.put("pbiauth.toml", &format!("[profiles.contoso]\n{settings}"));
    for (value, cause) in [(None, "value-unset"), (Some(""), "value-unset"), (Some("your-secret"), "placeholder-value")]
    {
        let mut command = folder.doctor(&["--profile", "contoso", "--only", "credential-form", "--format", "json"]);
        command
            .args(["--format", "sarif", "--output", "pbiauth.sarif"])
            .envs(value.map(|text| ("CONTOSO_SECRET", text)));
        let report = report(&command.output().expect("output"));
        let first = &report["diagnoses"][0];
        assert_eq!(first["cause"], cause, "{value:?}");
        assert!(first["explain"].as_str().is_some_and(|words| words.contains("CONTOSO_SECRET")), "{first}");
        assert!(report["checks"][0]["because"].as_str().is_some_and(|words| words.starts_with("CONTOSO_SECRET ")));
        assert!(!report.to_string().contains("AZURE_CLIENT_SECRET"), "{report}");
        let sarif = std::fs::read_to_string(folder.0.path().join("pbiauth.sarif")).expect("a file");
        let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
        let line = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"];
        assert_eq!(*line, if value.is_some() { 4 } else { 1 }, "{value:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_settings_file_of_somebody_else_runs_no_command() {
    let tenant = Served::start("healthy");
    let folder = Folder::new();
    folder.settings(
        &tenant,
        "[profiles.one]\ntenant = 'contoso.example'\nclient_secret = { command = ['touch', 'ran.txt'] }\n",
    );
    let file = folder.0.path().join("pbiauth.toml");
    // Only root can give a file away: elsewhere there is nothing to look at.
    if std::os::unix::fs::chown(&file, Some(54_321), None).is_err() {
        return;
    }
    let (_, said, complained) = run(&mut folder.doctor(&["--profile", "one"]));
    assert!(!folder.0.path().join("ran.txt").exists(), "the command ran");
    let said: Vec<&str> = said.split_whitespace().chain(complained.split_whitespace()).collect();
    let said = said.join(" ");
    assert!(said.contains("belongs to another user") && said.contains("--config"), "{said}");
    run(&mut folder.doctor(&["--profile", "one", "--config", "pbiauth.toml"]));
    assert!(folder.0.path().join("ran.txt").exists(), "the file was named");
}

#[test]
fn one_profile_is_a_report_like_any_other() {
    let tenant = Served::start("healthy");
    let folder = Folder::new();
    folder.settings(&tenant, THREE);
    let report = |environment: &[(&str, &str)]| {
        let output =
            folder.doctor(&["--profile", "well", "--format", "json"]).envs(environment.iter().copied()).output();
        report(&output.expect("output"))
    };
    let right = tenant.environment["AZURE_CLIENT_SECRET"].as_str();
    let well = report(&[("RIGHT", right), ("AZURE_TENANT_ID", "fabrikam.example")]);
    assert_eq!((&well["schema"], &well["outcome"]), (&Value::from("pbiauth.report/1"), &Value::from("healthy")));
    assert_eq!(well["profile"], "well");
    let secretless = report(&[("AZURE_CLIENT_SECRET", right)]);
    let notes = secretless["notes"].to_string();
    assert_eq!(secretless["outcome"], "problem", "the secret of somebody else does not step in");
    assert!(notes.contains("RIGHT isn't set") && notes.contains("AZURE_CLIENT_SECRET"), "{notes}");
}

#[test]
fn a_wrong_settings_file_is_told_before_anything_is_sent() {
    for (text, words) in [
        ("[profiles.a]\ntennant = 'x'", vec!["line 2", "unknown key \"tennant\"", "\"tenant\""]),
        (
            "[profiles.a]\nclient_secret = 'abc8Q~0123456789012345678901234567890123'",
            vec!["line 2", "{ env = \"NAME\" }"],
        ),
        ("[profiles.a]\nworkspace = 'abc8Q~0123456789012345678901234567890123'", vec!["line 2", "looks like a secret"]),
        ("client_secret = abc8Q~0123456789012345678901234567890123", vec!["line 1"]),
        ("[profiles.a]\nauth = 'magic'", vec!["the profile a", "magic"]),
        ("[profiles.a]\ncloud = 'moon'", vec!["the profile a", "gcc-high"]),
        ("tenant = 'x'", vec!["no profiles"]),
    ] {
        let folder = Folder::new();
        folder.put("pbiauth.toml", text);
        let (code, stdout, stderr) = run(&mut folder.doctor(&["--all-profiles"]));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{text}");
        let flat = stderr.replace("\n  │", "").split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(flat.contains(word), "{text}: {flat}");
        }
        assert!(!stderr.contains("8Q~"), "{stderr}");
    }
}

#[test]
fn names_of_profiles_are_looked_up() {
    let folder = Folder::new();
    folder.put("pbiauth.toml", THREE);
    let (code, _, stderr) = run(&mut folder.doctor(&["--profile", "wel"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("did you mean \"well\""), "{stderr}");
}

#[test]
fn each_profile_leaves_a_bundle_of_its_own() {
    let tenant = Served::start("healthy");
    let folder = Folder::new();
    folder.settings(&tenant, THREE).put("wrong.txt", SECRET).put("right.txt", "x");
    let bundle = folder.0.path().join("run.json");
    let mut command =
        folder.doctor(&["--all-profiles", "--format", "json", "--bundle", bundle.to_str().expect("a path")]);
    command.env("RIGHT", &tenant.environment["AZURE_CLIENT_SECRET"]);
    let reports: Value = serde_json::from_str(&run(&mut command).1).expect("reports");
    assert!(!bundle.exists());
    let reports = reports["reports"].as_array().expect("reports");
    assert_eq!(reports.len(), 3);
    for report in reports {
        let name = report["profile"].as_str().expect("a name");
        let saved = folder.0.path().join(format!("run.{name}.json"));
        let replayed = pbiauth().args(["diagnose", "--format", "json"]).arg(&saved).output().expect("output");
        let replayed = super::support::report(&replayed);
        // The command to retry names the profile; a bundle has none.
        let causes = |report: &Value| report["diagnoses"].to_string().replace(&format!(" --profile {name}"), "");
        assert_eq!((&replayed["outcome"], causes(&replayed)), (&report["outcome"], causes(report)), "{name}");
    }
}

#[test]
fn a_file_of_variables_lies_under_the_environment() {
    let tenant = Served::start("healthy");
    let folder = Folder::new();
    let mut text = String::from("\u{feff}# the tenant\r\nARM_CLIENT_ID=x\r\nFAB_SPN_CLIENT_SECRET=y\r\n");
    for (name, value) in tenant.environment.iter().filter(|(name, _)| *name != "AZURE_CLIENT_SECRET") {
        write!(text, "export {name}='{value}'\r\n").expect("a text");
    }
    folder.put(".env", &text);
    let output = folder
        .doctor(&["--env-file", ".env", "--format", "json", "--auth", "client-secret"])
        .env("AZURE_TENANT_ID", "contoso.example")
        .output()
        .expect("output");
    let report = report(&output);
    let from = |name: &str| {
        let settings = report["settings"].as_array().expect("settings");
        settings.iter().find(|s| s["name"] == name).map(|s| s["from"].clone()).unwrap_or_default()
    };
    assert_eq!((from("tenant"), from("client-id")), ("AZURE_TENANT_ID".into(), ".env, AZURE_CLIENT_ID".into()));
    let notes = report["notes"].to_string();
    assert!(notes.contains("Fabric CLI") && notes.contains("FAB_SPN_CLIENT_SECRET"), "{notes}");
    assert!(!notes.contains("ARM_CLIENT_ID"), "ours is set: {notes}");
    folder.put("bad.env", &format!("A=1\n{SECRET}\n"));
    let (code, _, stderr) = run(&mut folder.doctor(&["--env-file", "bad.env"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("line 2") && !stderr.contains("8Q~"), "{stderr}");
}

#[test]
fn half_of_two_credentials_is_told_with_both_other_halves() {
    let folder = Folder::new();
    let output = folder
        .doctor(&["--only", "credential-form", "--format", "json"])
        .envs([
            ("AZURE_TENANT_ID", "contoso.example"),
            ("AZURE_CLIENT_ID", "e1bedbed-3333-4c33-8c33-0000000000a1"),
            ("AZURE_USERNAME", "anna@contoso.example"),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "made-up"),
        ])
        .output()
        .expect("output");
    let report = report(&output);
    let because = report["checks"][0]["because"].as_str().expect("words");
    assert_eq!(
        because,
        "AZURE_USERNAME is set without AZURE_PASSWORD; AZURE_CLIENT_CERTIFICATE_PASSWORD is set without \
         AZURE_CLIENT_CERTIFICATE_PATH"
    );
    assert_eq!((&report["diagnoses"][0]["cause"], output.status.code()), (&"value-unset".into(), Some(1)));
    assert_eq!(report["exchanges"], Value::Array(Vec::new()));
}
