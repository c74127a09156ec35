//! Exported logs: the same failures in a stream as in a report, whatever form, version and encoding the export has.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use super::support::{causes, diagnose, pbiauth, run_with_input};

fn stream(input: &[u8], more: &[&str]) -> Output {
    run_with_input(pbiauth().args(["diagnose", "--stream", "-"]).args(more), input)
}

/// The line, outcome and first cause of each finding.
fn found(input: &[u8]) -> Vec<(u64, String, Option<String>)> {
    let text = String::from_utf8(stream(input, &[]).stdout).expect("text");
    let told = |line: &str| {
        let finding: Value = serde_json::from_str(line).expect("a finding");
        let cause = finding["diagnoses"][0]["cause"].as_str().map(str::to_owned);
        (finding["line"].as_u64().expect("a line"), finding["outcome"].as_str().expect("an outcome").to_owned(), cause)
    };
    text.lines().map(told).collect()
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(fixture(path)).expect("a fixture")
}

#[test]
fn workspace_monitoring_has_the_same_causes_in_a_stream() {
    for (path, cause, lines) in [
        (
            "causes/datasource-credentials-missing/semantic-model-logs.certain.csv",
            Some("datasource-credentials-missing"),
            &[7, 8][..],
        ),
        ("healthy/semantic-model-logs.csv", None, &[]),
        ("healthy/item-job-event-logs.csv", None, &[]),
        ("healthy/audit-log-of-purview.csv", None, &[]),
        ("near/client-secret-expired/query-that-quotes-it.json", None, &[]),
    ] {
        let bytes = read(path);
        assert_eq!(causes(&diagnose(&bytes)).first().map(String::as_str), cause, "{path}");
        let problems = found(&bytes).into_iter().filter(|(_, outcome, _)| outcome != "healthy");
        let want: Vec<_> = lines.iter().map(|line| (*line, "problem".to_owned(), cause.map(str::to_owned))).collect();
        assert_eq!(problems.collect::<Vec<_>>(), want, "{path}");
    }
}

#[test]
fn a_failed_activity_of_an_audit_log_is_unexplained() {
    let text = String::from_utf8(read("healthy/audit-log-of-purview.csv")).expect("text");
    let text = text.replacen("\"\"IsSuccess\"\":true", "\"\"IsSuccess\"\":false", 1);
    assert_eq!(diagnose(text.as_bytes())["outcome"], "unexplained");
    let outcomes: Vec<_> = found(text.as_bytes()).into_iter().map(|(line, outcome, _)| (line, outcome)).collect();
    assert_eq!(outcomes, [(2, "unexplained".to_owned()), (3, "healthy".to_owned())]);
}

#[test]
fn failed_jobs_are_a_note() {
    let report = diagnose(&read("healthy/item-job-event-logs.csv"));
    let notes = report["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note.as_str().is_some_and(|note| note.starts_with("Jobs that failed: 1."))));
}

#[test]
fn a_summary_names_users_of_semantic_models_by_alias() {
    let output = stream(&read("causes/datasource-credentials-missing/semantic-model-logs.certain.csv"), &["--summary"]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a document");
    let group = &summary["groups"][0];
    assert_eq!((&group["count"], &group["user"], &group["line"]), (&json!(2), &json!("user-1"), &json!(7)));
    assert_eq!(group["hours"], json!({"2026-10-05T04:00Z": 2}));
}
