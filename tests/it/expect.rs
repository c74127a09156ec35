//! `doctor --expect` and `[expect]` in `pbiauth.toml`: a known-good run, or a table, as the standard of another run.

use std::path::{Path, PathBuf};
use std::process::Output;

use clap::ValueEnum as _;
use pbiauth::report::Format;
use serde_json::Value;

use super::formats::word;
use super::support::{Served, causes, diagnose, pbiauth, report};

fn recorded(folder: &Path, scenario: &str, more: &[&str]) -> PathBuf {
    let file = folder.join(format!("{}.json", scenario.replace('/', "-")));
    let output = pbiauth().args(["doctor", "--sim", scenario, "-q", "--bundle"]).arg(&file).args(more).output();
    assert!(output.is_ok() && file.is_file(), "{output:?}");
    file
}

fn against(scenario: &str, good: &Path, more: &[&str]) -> Value {
    let output =
        pbiauth().args(["doctor", "--sim", scenario, "--format", "json", "--expect"]).arg(good).args(more).output();
    report(&output.expect("output"))
}

/// The status of the check, and what it says.
fn judged(report: &Value) -> (String, String) {
    let checks = report["checks"].as_array().expect("checks").iter();
    let check = checks.rev().find(|check| check["id"] == "expectation").expect("it is always listed");
    let text = |name: &str| check[name].as_str().expect("a text").to_owned();
    (text("status"), text("because"))
}

/// The values that the last diagnosis stands on: what is missing.
fn missing(report: &Value) -> Vec<String> {
    let last = report["diagnoses"].as_array().and_then(|all| all.last()).expect("a diagnosis");
    assert_eq!(last["cause"], "expectation-not-met");
    let value = last["because"][0]["value"].as_array().expect("a list").iter();
    value.map(|text| text.as_str().expect("words").to_owned()).collect()
}

#[test]
fn nothing_is_expected_unless_somebody_says_so() {
    let report = report(&pbiauth().args(["doctor", "--sim", "--format", "json"]).output().expect("output"));
    let (status, because) = judged(&report);
    assert_eq!((status.as_str(), &report["exit"]), ("skipped", &Value::from(0)));
    assert!(because.contains("--expect"), "{because}");
}

#[test]
fn what_a_known_good_run_could_do_is_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &[]);
    let same = against("healthy", &good, &[]);
    assert_eq!((judged(&same).0.as_str(), &same["exit"]), ("passed", &Value::from(0)), "{}", judged(&same).1);
    let cases = [
        ("token/secret-expired", "client-secret-expired", "token-request"),
        ("api/sp-not-in-this-workspace", "sp-not-in-workspace", "Sales embed"),
        ("api/wrong-report-id", "wrong-workspace-or-item-id", "the check report doesn't pass"),
        ("claims/user-healthy", "expectation-not-met", "the workspace Finance"),
    ];
    for (scenario, first, lacks) in cases {
        let bad = against(scenario, &good, &[]);
        assert_eq!((causes(&bad)[0].as_str(), &bad["exit"]), (first, &Value::from(1)), "{scenario}");
        assert!(missing(&bad).iter().any(|words| words.contains(lacks)), "{scenario}: {:?}", missing(&bad));
        assert_eq!(judged(&bad).0, "failed");
    }
}

#[test]
fn a_saved_run_is_judged_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &[]);
    let bundle = folder.path().join("bad.json");
    let path = bundle.to_str().expect("a path");
    let live = against("claims/user-healthy", &good, &["--bundle", path]);
    std::fs::remove_file(&good).expect("removed");
    let saved = diagnose(&std::fs::read(&bundle).expect("a bundle"));
    assert_eq!((causes(&saved), judged(&saved)), (causes(&live), judged(&live)));
}

#[test]
fn what_was_not_asked_for_is_not_lacking() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &["--probe", "query"]);
    let (status, because) = judged(&against("healthy", &good, &[]));
    assert_eq!(status, "manual", "{because}");
    assert!(because.contains("--probe query"), "{because}");
    let (status, because) = judged(&against("token/secret-expired", &good, &["--only", "api-reachable"]));
    assert_eq!(status, "manual", "{because}");
    let (status, because) = judged(&against("token/secret-expired", &good, &["--only", "token-request"]));
    assert_eq!(status, "failed", "{because}");
}

#[test]
fn an_intent_and_its_role_are_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &["--for", "embed-customers"]);
    let bad = against("intent/viewer-embeds", &good, &[]);
    assert!(missing(&bad).iter().any(|words| words.contains("is Viewer, not Member")), "{:?}", missing(&bad));
    let other = against("healthy", &good, &["--for", "query"]);
    assert!(missing(&other).iter().any(|words| words.contains("not for embed-customers")), "{:?}", missing(&other));
    let (status, because) = judged(&against("healthy", &good, &[]));
    assert_eq!(status, "passed", "the run is made for what is expected: {because}");
}

#[test]
fn every_form_of_the_report_shows_what_is_lacking() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &[]);
    for format in Format::value_variants() {
        let output = pbiauth()
            .args(["doctor", "--sim", "claims/user-healthy", "--format", &word(*format), "--expect"])
            .arg(&good)
            .output()
            .expect("output");
        let shown = String::from_utf8_lossy(&output.stdout).to_lowercase();
        assert_eq!(output.status.code(), Some(1), "{format:?}");
        assert!(shown.contains("expect"), "{format:?}: {shown}");
    }
}

#[test]
fn a_standard_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = folder.path().join("bad.json");
    let good = std::fs::read_to_string(recorded(folder.path(), "healthy", &[])).expect("a bundle");
    for (text, word) in [
        (&good[..good.len() / 2], "cut off"),
        (&good.replace("bundle/1", "bundle/7"), "newer"),
        ("{}", "isn't a bundle"),
    ] {
        std::fs::write(&bad, text).expect("a file");
        let args = ["doctor", "--sim", "healthy", "--format", "json", "--expect"];
        let output = pbiauth().args(args).arg(&bad).output().expect("output");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(4) && stderr.contains(word), "{stderr}");
        assert_eq!(report(&output)["outcome"], "incomplete");
    }
}

fn with_settings(served: &Served, folder: &Path, settings: &str, more: &[&str]) -> Output {
    let file = folder.join("pbiauth.toml");
    std::fs::write(&file, settings).expect("a file");
    let mut environment = served.environment.clone();
    environment.remove("PBIAUTH_WORKSPACE");
    environment.remove("PBIAUTH_REPORT");
    let args = ["doctor", "--format", "json", "--config"];
    pbiauth().args(args).arg(&file).args(more).envs(&environment).output().expect("output")
}

#[test]
fn a_settings_file_says_what_is_expected() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let all = "[expect]\nfor = 'embed-customers'\nworkspace = 'Sales embed'\nreports = ['Orders', '3a1e5000-7777-4077-8077-000000000015']\nrole = 'member'\nsecret_days_left = 30\n";
    let told = ["--fact", "expectation.secret_days_left=180"];
    let good = report(&with_settings(&served, folder.path(), all, &told));
    assert_eq!((judged(&good).0.as_str(), &good["exit"]), ("passed", &Value::from(0)), "{}", judged(&good).1);
    let (status, because) = judged(&report(&with_settings(&served, folder.path(), all, &[])));
    assert_eq!(status, "manual");
    assert!(because.contains("--fact expectation.secret_days_left"), "{because}");
    let cases = [
        ("workspace = 'Sales'", "Sales"),
        ("workspace = 'Sales embed'\nreports = ['Orders', 'Costs']", "doesn't see the report Costs"),
        ("workspace = 'Sales embed'\nrole = 'admin'", "is Member, not Admin"),
        ("scopes = ['Report.Read.All']", "the token doesn't have Report.Read.All"),
        ("secret_days_left = 200", "the secret expires in 180 days, but 200 are required"),
    ];
    for (line, lacks) in cases {
        let bad = report(&with_settings(&served, folder.path(), &format!("[expect]\n{line}\n"), &told));
        assert!(missing(&bad).iter().any(|words| words.contains(lacks)), "{line}: {:?}", missing(&bad));
        assert_eq!(bad["exit"], 1, "{line}");
    }
    let certificate = ["--auth", "certificate"];
    let of_days = |days: u32| {
        let settings = format!("[expect]\ncertificate_days_left = {days}\n");
        judged(&report(&with_settings(&served, folder.path(), &settings, &certificate)))
    };
    assert_eq!(of_days(30).0, "passed", "{}", of_days(30).1);
    assert!(of_days(4000).1.contains("days, but 4000 are required"), "{}", of_days(4000).1);
    for wrong in ["[expect]\nreport = 'x'\n", "[expect]\nrole = 'owner'\n", "[expect]\nsecret_days_left = 'many'\n"] {
        let output = with_settings(&served, folder.path(), wrong, &[]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && stderr.contains("pbiauth.toml"), "{stderr}");
    }
}
