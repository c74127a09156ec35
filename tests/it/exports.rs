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

/// A sign-in log as the portal exports it, with a name that isn't ASCII.
fn portal() -> String {
    let header = "Date (UTC),Request ID,User,Application ID,Resource ID,Sign-in error code,Failure reason";
    let row = |id: &str, application: &str, code: &str| {
        format!(
            "2026-10-05T04:00:12Z,{id},Zoë Müller,{application}-6f1d-4b5e-8a77-90b1c2d3e401,\
             00000009-0000-0000-c000-000000000000,{code},\"The provided client secret keys for app '{{identifier}}' are expired.\""
        )
    };
    [header.to_owned(), row("a", "5e4a0001", "7000222"), row("b", "5e4a0002", "0"), String::new()].join("\r\n")
}

fn in_utf_16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").encode_utf16().flat_map(unit).collect()
}

fn in_windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Western letter")).collect()
}

#[test]
fn a_table_is_read_in_each_encoding_and_with_each_separator() {
    let text = portal();
    let mut forms: Vec<Vec<u8>> = [",", ";", "\t", "|"].map(|mark| text.replace(',', mark).into_bytes()).to_vec();
    for mark in [true, false] {
        forms.push(in_utf_16(&text, u16::to_le_bytes, mark));
        forms.push(in_utf_16(&text, u16::to_be_bytes, mark));
    }
    forms.push(format!("\u{feff}{text}").into_bytes());
    forms.push(in_windows_1252(&text));
    let problem = (2, "problem".to_owned(), Some("client-secret-expired".to_owned()));
    for bytes in forms {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(found(&bytes), [problem.clone(), (3, "healthy".to_owned(), None)], "{shown}");
        let first = causes(&diagnose(&bytes)).into_iter().next();
        assert_eq!(first.as_deref(), Some("client-secret-expired"), "{shown}");
    }
}

#[test]
fn what_is_cut_off_is_said_and_the_rest_is_read() {
    let text = portal();
    let rows = text.find("b,Zo").expect("the second row");
    let cut = &text[..rows + 20];
    let problem = (2, "problem".to_owned(), Some("client-secret-expired".to_owned()));
    for bytes in [cut.as_bytes().to_vec(), in_utf_16(cut, u16::to_le_bytes, true), {
        let mut odd = in_utf_16(cut, u16::to_le_bytes, true);
        odd.pop();
        odd
    }] {
        assert_eq!(found(&bytes), [problem.clone(), (3, "incomplete".to_owned(), None)]);
        let report = diagnose(&bytes);
        assert_eq!(causes(&report).first().map(String::as_str), Some("client-secret-expired"));
        assert!(report["notes"].to_string().contains("weren't read: 1."), "{}", report["notes"]);
    }
}

#[test]
fn records_of_several_exports_may_be_in_one_file() {
    let of_graph = r#"{"id":"g","createdDateTime":"2026-10-05T06:00:00+02:00","appId":"5e4a0002-6f1d-4b5e-8a77-90b1c2d3e402","resourceId":"00000009-0000-0000-c000-000000000000","status":{"errorCode":53003}}"#;
    let of_settings = r#"{"time":"2026-10-05T04:00:01Z","category":"ServicePrincipalSignInLogs","resultType":"7000222","properties":{"appId":"5e4a0003-6f1d-4b5e-8a77-90b1c2d3e403"}}"#;
    let of_model =
        r#"{"OperationName":"QueryEnd","EventText":"EVALUATE ROW(\"x\", \"AADSTS53003\")","ExecutingUser":"u"}"#;
    let lines = ["\u{feff}", of_graph, "\n", of_settings, "\n\u{feff}", of_graph, "\n", of_model, "\n"].concat();
    let told: Vec<_> = found(lines.as_bytes()).into_iter().map(|(_, _, cause)| cause).collect();
    let want =
        [Some("conditional-access-block"), Some("client-secret-expired"), Some("conditional-access-block"), None];
    assert_eq!(told, want.map(|cause| cause.map(str::to_owned)));
    let report = diagnose(lines.as_bytes());
    assert!(report["notes"].to_string().contains("repeat another record: 1"), "{}", report["notes"]);
    assert!(causes(&report).iter().any(|cause| cause == "client-secret-expired"), "{report}");
}

#[test]
fn a_summary_counts_hours_of_utc_whatever_the_clock() {
    let line = |id: &str, time: &str| {
        format!(
            r#"{{"id":"{id}","createdDateTime":"{time}","appId":"5e4a0002-6f1d-4b5e-8a77-90b1c2d3e402","status":{{"errorCode":53003}}}}"#
        )
    };
    let times =
        ["2026-10-05T04:10:00Z", "2026-10-05T06:10:00+02:00", "2026-10-04T22:40:00-05:30", "05.10.2026 04:10:00"];
    let lines: Vec<String> = times.iter().enumerate().map(|(at, time)| line(&at.to_string(), time)).collect();
    let output = stream(lines.join("\n").as_bytes(), &["--summary"]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert_eq!(summary["groups"][0]["hours"], json!({"2026-10-05T04:00Z": 4}));
    let local = portal().replace("Date (UTC)", "TimeGenerated [Local Time]");
    let output = stream(local.as_bytes(), &["--summary"]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert_eq!((&summary["groups"][0]["count"], &summary["groups"][0]["hours"]), (&json!(1), &json!({})));
}
