//! The server for assistants, message by message; tests/clients runs the official clients against it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const SECRET: &str = "abc8Q~this-is-a-made-up-value-of-a-secret0";

/// What the server answers to messages, after the handshake, until its input ends. Standard output has nothing else.
fn answers(args: &[&str], messages: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pbiauth"))
        .arg("mcp")
        .args(args)
        .env_clear()
        .env("AZURE_AUTHORITY_HOST", "https://127.0.0.1:9")
        .env("PBIAUTH_API_URL", "https://127.0.0.1:9")
        .env("AZURE_TENANT_ID", "contoso.example")
        .env("AZURE_CLIENT_ID", "a9900001-4c1d-4e52-9b07-2f6d81c3a411")
        .env("AZURE_CLIENT_SECRET", SECRET)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    let mut input = child.stdin.take().expect("its input");
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    for message in [&hello, &ready].into_iter().chain(messages) {
        writeln!(input, "{message}").expect("a server that reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(!text.contains(SECRET), "a secret came back: {text}");
    let mut answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a message of the protocol, and nothing else"))
        .collect();
    assert!(answers.iter().all(|answer| answer["jsonrpc"] == "2.0"));
    answers.sort_by_key(|answer| answer["id"].as_u64());
    answers
}

fn call(id: u64, tool: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": tool, "arguments": arguments } })
}

#[test]
fn a_text_is_diagnosed_and_redacted() {
    let text = format!("AADSTS7000222: The provided client secret keys are expired. client_secret={SECRET}");
    let answers = answers(&[], &[call(1, "diagnose", &json!({ "text": text }))]);
    let result = &answers[1]["result"];
    let report = &result["structuredContent"];
    assert_eq!(report["schema"], "pbiauth.report/1", "{result}");
    let first = &report["diagnoses"][0];
    assert_eq!(first["cause"], "client-secret-expired");
    let reading = result["content"][1]["text"].as_str().expect("a reading");
    assert!(reading.contains(first["confidence"].as_str().expect("a confidence")), "{reading}");
}

#[test]
fn every_answer_that_is_not_certain_says_what_would_decide() {
    let text =
        r#"GET https://api.powerbi.com/v1.0/myorg/groups -> 401 {"error":{"code":"PowerBINotAuthorizedException"}}"#;
    let answers = answers(
        &[],
        &[
            call(1, "diagnose", &json!({ "text": text })),
            call(2, "explain", &json!({ "term": "PowerBINotAuthorizedException" })),
        ],
    );
    for answer in &answers[1..] {
        let reading = answer["result"]["content"][1]["text"].as_str().expect("a reading");
        assert!(reading.contains("How to tell for certain") && reading.contains("possible"), "{reading}");
    }
}

#[test]
fn doctor_sends_nothing_unasked() {
    let answers = answers(&[], &[call(1, "doctor", &json!({}))]);
    let result = &answers[1]["result"];
    assert_eq!(result["isError"], true, "{result}");
    assert!(result["content"][0]["text"].as_str().is_some_and(|text| text.contains("--allow-doctor")), "{result}");
}

#[test]
fn doctor_runs_where_the_start_allows_it() {
    let answers = answers(
        &["--allow-doctor"],
        &[call(1, "doctor", &json!({ "for": "list" })), call(2, "doctor", &json!({ "profile": "nobody" }))],
    );
    assert_eq!(answers[1]["result"]["structuredContent"]["outcome"], "incomplete", "nobody answers: {}", answers[1]);
    assert_eq!(answers[2]["result"]["isError"], true);
}

#[test]
fn what_is_no_tool_or_argument_is_told() {
    let wrong = [
        call(1, "delete", &json!({})),
        call(2, "diagnose", &json!({ "text": { "client_secret": SECRET } })),
        call(3, "diagnose", &json!({ "text": "x", "facts": [format!("password={SECRET}")] })),
    ];
    let answers = answers(&[], &wrong);
    assert!(
        answers[1]["error"]["message"].as_str().is_some_and(|text| text.contains("Unknown tool")),
        "{}",
        answers[1]
    );
    for answer in &answers[2..] {
        assert_eq!(answer["result"]["isError"], true, "{answer}");
    }
}

#[test]
fn the_runbook_is_there() {
    let read = |id: u64, uri: &str| json!({ "jsonrpc": "2.0", "id": id, "method": "resources/read", "params": { "uri": uri } });
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "resources/list" });
    let answers =
        answers(&[], &[list, read(2, "pbiauth://runbook/token/client-secret-wrong.md"), read(3, "file:///etc/passwd")]);
    assert!(answers[1]["result"]["resources"].as_array().is_some_and(|pages| pages.len() > 100));
    assert!(
        answers[2]["result"]["contents"][0]["text"].as_str().is_some_and(|page| page.starts_with("# ")),
        "{}",
        answers[2]
    );
    assert!(
        answers[3]["error"]["message"].as_str().is_some_and(|text| text.contains("doesn't have this page")),
        "{}",
        answers[3]
    );
}

#[test]
fn what_is_no_assistant_is_told_without_its_words() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pbiauth"))
        .arg("mcp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": SECRET } });
    writeln!(child.stdin.take().expect("its input"), "{message}").expect("a server that reads");
    let output = child.wait_with_output().expect("an end");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains(SECRET) && !String::from_utf8_lossy(&output.stdout).contains(SECRET), "{told}");
}
