//! What people read.

use super::support::{pbiauth, run_with_input};

fn shown(args: &[&str], input: &[u8]) -> String {
    let output = run_with_input(pbiauth().args(args), input);
    let text = String::from_utf8(output.stdout).expect("text");
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn the_healthy_tenant() {
    insta::assert_snapshot!(shown(&["doctor", "--sim"], b""));
}

#[test]
fn an_expired_secret() {
    insta::assert_snapshot!(shown(&["doctor", "--sim", "token/secret-expired"], b""));
}

#[test]
fn a_switch_that_may_be_off() {
    insta::assert_snapshot!(shown(&["doctor", "--sim", "api/sp-setting-off", "-v"], b""));
}

#[test]
fn a_closed_network() {
    insta::assert_snapshot!(shown(&["doctor", "--sim", "network/unreachable"], b""));
}

#[test]
fn a_pasted_error() {
    let text = b"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '31111111-2222-4333-8444-555555555555'. Trace ID: 41111111-2222-4333-8444-555555555500 Correlation ID: 51111111-2222-4333-8444-555555555555 Timestamp: 2026-11-02 08:15:00Z";
    insta::assert_snapshot!(shown(&["diagnose", "-"], text));
}

#[test]
fn a_report_for_programs() {
    insta::assert_snapshot!(shown(&["doctor", "--sim", "token/secret-expired", "--format", "json"], b""));
}

#[test]
fn nothing_that_a_server_says_moves_the_cursor() {
    let text = b"AADSTS7000215: \x1b[2J\x1b]0;title\x07 Invalid client secret \xe2\x80\xae provided\r\nTrace ID: x";
    let shown = shown(&["diagnose", "-", "-vv"], text);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{shown:?}");
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let mut child = pbiauth()
        .args(["doctor", "--sim", "-vv"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_a_note_alone_is_no_problem() {
    let waiting =
        br#"{"error":"authorization_pending","error_description":"AADSTS70016: Pending end-user authorization."}"#;
    let output = run_with_input(pbiauth().args(["diagnose", "-"]), waiting);
    assert_eq!(output.status.code(), Some(0));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("The device sign-in is still waiting for the user"), "{shown}");
}
