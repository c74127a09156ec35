//! Bad input gets a clear error and the right exit code, never a panic.

use std::fmt::Write as _;

use super::support::{pbiauth, report, run_with_input};

fn run(args: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let output = run_with_input(pbiauth().args(args), input);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code(), stdout, stderr)
}

#[test]
fn a_file_that_is_not_there() {
    let (code, _, stderr) = run(&["diagnose", "no-such-file.txt"], b"");
    assert_eq!(code, Some(4));
    assert!(stderr.contains("no-such-file.txt can't be read"), "{stderr}");
}

#[test]
fn a_folder_in_place_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, stderr) = run(&["diagnose", folder.path().to_str().expect("a path")], b"");
    assert_eq!(code, Some(4));
    assert!(stderr.contains("folder"), "{stderr}");
}

#[test]
fn a_program_gets_a_document_when_the_run_could_not_be_made() {
    let (code, stdout, _) = run(&["diagnose", "--format", "json", "no-such-file.txt"], b"");
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("a report");
    assert_eq!((code, report["outcome"].as_str()), (Some(4), Some("incomplete")));
}

#[test]
fn texts_that_say_nothing() {
    for input in [&b""[..], b"\0\0\0", b"\xff\xfe\xfd", b"[]", b"null", b"42", b"{}", b"hello"] {
        let (code, stdout, stderr) = run(&["diagnose", "-"], input);
        assert_eq!(code, Some(0), "{input:?}: {stdout}{stderr}");
    }
}

#[test]
fn json_of_ten_thousand_levels() {
    for (open, close) in [("[", "]"), ("{\"error\":", "}")] {
        let text = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let (code, _, _) = run(&["diagnose", "-"], text.as_bytes());
        assert!(matches!(code, Some(0 | 3)), "{code:?}");
    }
}

#[test]
fn a_code_in_bytes_that_are_no_text() {
    let mut input = b"\xff\xfeAADSTS".to_vec();
    input.truncate(2);
    input.extend("AADSTS7000222: expired".encode_utf16().flat_map(u16::to_le_bytes));
    let (code, stdout, _) = run(&["diagnose", "-"], &input);
    assert_eq!(code, Some(1), "{stdout}");
}

#[test]
fn a_bundle_that_was_cut_is_no_text_without_failure() {
    let text = "{\n  \"schema\": \"pbiauth.bundle/1\",\n  \"tool\": \"0.1.0\",\n  \"record\": {\"inputs\"";
    let (code, _, stderr) = run(&["diagnose", "-"], text.as_bytes());
    assert_eq!(code, Some(4));
    assert!(stderr.contains("cut off"), "{stderr}");
}

#[test]
fn a_bundle_of_a_newer_form() {
    let (code, _, stderr) = run(&["diagnose", "-"], br#"{"schema":"pbiauth.bundle/99","record":{}}"#);
    assert_eq!(code, Some(4));
    assert!(stderr.contains("pbiauth.bundle/99") && stderr.contains("newer"), "{stderr}");
}

#[test]
fn a_bundle_that_is_damaged() {
    let (code, _, stderr) =
        run(&["diagnose", "-"], br#"{"schema":"pbiauth.bundle/1","tool":"0","record":{"inputs":7}}"#);
    assert_eq!(code, Some(4));
    assert!(stderr.contains("damaged"), "{stderr}");
}

#[test]
fn an_unknown_scenario_and_the_nearest() {
    let (code, _, stderr) = run(&["doctor", "--sim", "token/secret-expird"], b"");
    assert_eq!(code, Some(2));
    let words = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("did you mean token/secret-expired") && words.contains("sim --list"), "{stderr}");
    let (code, stdout, _) = run(&["sim", "--list"], b"");
    assert_eq!(code, Some(0));
    let line = stdout.lines().find(|line| line.starts_with("token/secret-expired ")).expect("a line");
    assert!(line.ends_with("the client secret expired 12 days ago"), "{line}");
}

#[test]
fn a_text_in_place_of_a_file() {
    let (code, _, stderr) = run(&["diagnose", "AADSTS7000222: The provided client secret keys are expired."], b"");
    assert_eq!(code, Some(2));
    assert!(stderr.contains("pbiauth explain AADSTS7000222"), "{stderr}");
    assert!(stderr.split_whitespace().collect::<Vec<_>>().join(" ").contains("diagnose -"), "{stderr}");
}

#[test]
fn no_option_takes_a_secret() {
    let (code, _, stderr) = run(&["doctor", "--client-secret", "made-up-secret-value"], b"");
    assert_eq!(code, Some(2));
    assert!(stderr.contains("AZURE_CLIENT_SECRET") && stderr.contains("history"), "{stderr}");
    assert!(!stderr.contains("made-up-secret-value"), "{stderr}");
}

#[test]
fn an_unknown_check_or_fact() {
    let (code, _, stderr) = run(&["doctor", "--sim", "--only", "tokens"], b"");
    assert_eq!(code, Some(2));
    assert!(stderr.contains("token-request"), "{stderr}");
    let (code, _, stderr) = run(&["doctor", "--sim", "--fact", "settings.service_principal.enabled=true"], b"");
    assert_eq!(code, Some(2));
    assert!(stderr.contains("service_principals"), "{stderr}");
}

#[test]
fn tenant_settings_of_another_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.json");
    std::fs::write(&file, "{\"rows\": 3}").expect("a file");
    let output = pbiauth().args(["doctor", "--tenant-settings"]).arg(&file).output().expect("output");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no tenant settings"));
}

#[test]
fn a_token_with_absurd_claims() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let long = "a".repeat(100_000);
    let claims = [
        r#"{"aud":[[[]]],"exp":-9223372036854775808,"nbf":9223372036854775807,"scp":7,"roles":{},"appid":null}"#
            .to_owned(),
        r#"{"exp":1e308,"nbf":"soon","iss":""}"#.to_owned(),
        format!(r#"{{"aud":"{long}","roles":["{long}"]}}"#),
        "[1,2]".to_owned(),
        "{".to_owned(),
    ];
    for claims in claims {
        let token = format!("{}.{}.c2ln", encode(r#"{"alg":"RS256","typ":"JWT"}"#), encode(&claims));
        let mut command = pbiauth();
        command.args(["doctor", "--format", "json", "--access-token-file", "-"]);
        command.env("HTTPS_PROXY", "http://127.0.0.1:9");
        let output = run_with_input(&mut command, token.as_bytes());
        assert_eq!(report(&output)["outcome"], "incomplete", "{}", &claims[..claims.len().min(60)]);
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let text = "AADSTS7000222: The provided client secret keys for app 'a' are expired.\0\n".repeat(100);
    assert_eq!(run(&["diagnose", "-"], text.as_bytes()).0, Some(1), "a zero here and there");
    for size in [8 * 1024, 8 * 1024 * 1024] {
        let mut program = b"\x7fELF\0\0\0\0AADSTS7000222\0\0\0".repeat(size / 24);
        program.extend_from_slice(text.as_bytes());
        let (code, stdout, stderr) = run(&["diagnose", "-"], &program);
        assert_eq!((code, stdout.as_str()), (Some(4), ""), "{stderr}");
        assert!(stderr.contains("it isn't text"), "{stderr}");
    }
}

#[test]
fn an_input_of_any_size_is_read() {
    let mut input = String::new();
    while input.len() <= 64 * 1024 * 1024 {
        let _ = writeln!(input, "{}", "0123456789".repeat(1000));
    }
    let (code, stdout, _) = run(&["diagnose", "-"], input.as_bytes());
    assert_eq!(code, Some(0));
    assert!(stdout.contains("No authorization failure recognized"), "{stdout}");
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let (code, _, stderr) = run(&["doctor", "--sim", "--output", path], b"");
    assert_eq!(code, Some(4));
    assert!(stderr.contains("can't be written"), "{stderr}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Whatever is pasted, it is read without a panic, and reading it twice says the same.
    #[test]
    fn any_text_is_read(text in "(AADSTS[0-9]{0,12}:? ?|\\{\"error\":|\"error_description\":\"|'|HTTP/1.1 40[0-9]|X-PowerBI-Error-Info: |\\\\|\\PC|\n){0,40}") {
        let codes = pbiauth::import::Codes::new(["Unauthorized"]);
        let read = |text: &str| format!("{:?}", pbiauth::import::read(text, &codes, 0));
        proptest::prop_assert_eq!(read(&text), read(&text));
    }

    /// Whatever bytes a bundle holds, it is read or refused.
    #[test]
    fn any_bundle_is_read_or_refused(inner in "\\PC{0,60}", number in proptest::num::i64::ANY) {
        let json = serde_json::json!({"schema": "pbiauth.bundle/1", "tool": inner, "record": {"inputs": number, "exchanges": inner}});
        proptest::prop_assert!(pbiauth::bundle::from_json(json).is_err());
    }

    /// Whatever a file holds, its copy has its lines, and of a document the copy is one.
    #[test]
    fn any_text_is_redacted(text in "(client_secret|password|Cookie|Authorization|code|user ?name|=|: ?|\\\\|\"|'|&|%[0-9A-F]{2}|Bearer |eyJ[a-z]{9}\\.|abc8Q~[a-z]{16}|@a\\.bc|-----BEGIN PRIVATE KEY-----|C:\\\\Users\\\\|\\PC|\r?\n){0,40}") {
        let redacted = |text: &str| {
            let mut redaction = pbiauth::redact::Redaction::default();
            redaction.learn(text);
            redaction.text(text)
        };
        let copy = redacted(&text);
        proptest::prop_assert_eq!(copy.matches('\n').count(), text.matches('\n').count());
        let json = serde_json::json!({ "text": text, "client_secret": text, "name": "Cookie", "value": [&text] }).to_string();
        let mut redaction = pbiauth::redact::Redaction::default();
        redaction.learn_json(&json);
        let copy = redaction.json(&json).expect("a document");
        proptest::prop_assert!(serde_json::from_str::<serde_json::Value>(&copy).is_ok(), "{}", copy);
    }
}
