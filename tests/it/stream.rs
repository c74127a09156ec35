//! `diagnose --stream`: a finding a line, in order, whatever the line; and `--summary`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use pbiauth::import::{self, Codes, Found};
use pbiauth::report::FailOn;
use pbiauth::report::text::of_reading;
use pbiauth::rule::RuleSet;
use pbiauth::stream::{Finder, Finding, Knowledge};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{files, pbiauth, run_with_input};

fn stream(input: &[u8], more: &[&str]) -> Output {
    run_with_input(pbiauth().args(["diagnose", "--stream", "-"]).args(more), input)
}

fn findings(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"))).collect()
}

fn told(finding: &Value) -> (u64, &str, Option<&str>) {
    let line = finding["line"].as_u64().expect("a line");
    (line, finding["outcome"].as_str().expect("an outcome"), finding["diagnoses"][0]["cause"].as_str())
}

fn schema(of: &str) -> jsonschema::Validator {
    let output = pbiauth().args(["schema", of]).output().expect("output");
    jsonschema::validator_for(&serde_json::from_slice(&output.stdout).expect("a schema")).expect("a schema")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text).expect("written");
    packed.finish().expect("packed")
}

const EXPIRED: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app '5e4a0001-6f1d-4b5e-8a77-90b1c2d3e401' are expired. Trace ID: 11111111-2222-4333-8444-555555555501","error_codes":[7000222]}"#;
const BLOCKED: &str = r#"{"id":"a","createdDateTime":"2026-10-05T06:00:00+02:00","appId":"5e4a0002-6f1d-4b5e-8a77-90b1c2d3e402","userPrincipalName":"adele@contoso.example","resourceId":"00000009-0000-0000-c000-000000000000","status":{"errorCode":53003,"failureReason":"Access has been blocked by Conditional Access policies."}}"#;

#[test]
fn every_line_has_its_finding_in_order() {
    let mut input = [EXPIRED, "", "2026-10-05 04:00:01 INFO nothing", "{\"cut\":", BLOCKED, ""].join("\n").into_bytes();
    input.extend(b"\xff\xfe no text\n");
    input.extend(vec![b'x'; 2 * 1024 * 1024]);
    input.extend(b"\nAADSTS50034: The user account does not exist");
    let output = stream(&input, &[]);
    let findings = findings(&output);
    let all: Vec<_> = findings.iter().map(told).collect();
    assert_eq!(
        all,
        [
            (1, "problem", Some("client-secret-expired")),
            (2, "healthy", None),
            (3, "healthy", None),
            (4, "incomplete", None),
            (5, "problem", Some("conditional-access-block")),
            (6, "incomplete", None),
            (7, "incomplete", None),
            (8, "problem", Some("wrong-username")),
        ]
    );
    assert_eq!(output.status.code(), Some(4), "the worst");
    let schema = schema("finding");
    for finding in &findings {
        assert!(schema.is_valid(finding), "{finding}");
    }
    for (at, why) in [(3, "cut off"), (5, "UTF-8"), (6, "1 MiB")] {
        assert!(findings[at]["why"].as_str().is_some_and(|said| said.contains(why)), "{}", findings[at]);
    }
}

#[test]
fn the_exit_code_is_that_of_the_worst_record() {
    let cases: [(&str, &[&str], i32); 5] = [
        ("", &[], 0),
        ("nothing\nhere", &[], 0),
        (EXPIRED, &[], 1),
        (EXPIRED, &["--fail-on", "never"], 0),
        ("AADSTS75011: it failed", &[], 3),
    ];
    for (input, more, code) in cases {
        assert_eq!(stream(input.as_bytes(), more).status.code(), Some(code), "{input} {more:?}");
    }
}

#[test]
fn equal_failures_have_one_key_without_names() {
    let other = BLOCKED.replace("\"a\"", "\"b\"").replace("06:00", "07:00");
    let of_another = BLOCKED.replace("adele", "alex");
    let output = stream([BLOCKED, &other, &of_another, EXPIRED].join("\n").as_bytes(), &[]);
    let findings = findings(&output);
    let key = |at: usize| findings[at]["key"].as_str().expect("a key").to_owned();
    assert_eq!(key(0), key(1));
    assert_ne!(key(0), key(2));
    assert!(key(0).starts_with("conditional-access-block-") && key(3).starts_with("client-secret-expired-"));
    let all = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!all.contains("adele") && !all.contains("5e4a0002"), "{all}");
}

#[test]
fn a_line_with_several_records_tells_the_worst() {
    let line = format!("{{\"records\":[{},{BLOCKED}]}}", BLOCKED.replace("53003", "0"));
    let output = stream(line.as_bytes(), &[]);
    let finding = &findings(&output)[0];
    assert_eq!((told(finding), &finding["records"]), ((1, "problem", Some("conditional-access-block")), &json!(2)));
}

#[test]
fn archives_and_tables_are_read_as_they_come() {
    let lines = format!("{EXPIRED}\n{BLOCKED}\n");
    let plain = stream(lines.as_bytes(), &[]).stdout;
    assert_eq!(stream(&gzip(lines.as_bytes()), &[]).stdout, plain);
    let zstd = ruzstd::encoding::compress_to_vec(lines.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    assert_eq!(stream(&zstd, &[]).stdout, plain);
    let packed = gzip(lines.repeat(200).as_bytes());
    let output = stream(&packed[..packed.len() - 10], &[]);
    let cut = findings(&output);
    assert!(cut.len() > 100 && cut.last().is_some_and(|last| last["why"].as_str().is_some()), "{:?}", cut.last());
    assert_eq!(output.status.code(), Some(4));
    for file in ["portal-download.likely.csv", "portal-download-in-utf-16.certain.csv"] {
        let cause = if file.contains("utf-16") { "mfa-required" } else { "client-secret-expired" };
        let bytes = std::fs::read(fixtures().join(cause).join(file)).expect("a fixture");
        let output = stream(&bytes, &[]);
        assert_eq!(told(&findings(&output)[0]), (2, "problem", Some(cause)), "{file}");
    }
}

#[test]
fn records_about_other_resources_are_left_out() {
    let graph = BLOCKED.replace("00000009", "00000003");
    let output = stream(format!("{graph}\n{BLOCKED}\n{EXPIRED}\n").as_bytes(), &["--resource", "powerbi"]);
    let lines: Vec<u64> = findings(&output).iter().map(|finding| told(finding).0).collect();
    assert_eq!(lines, [2, 3], "what names no resource stays");
}

#[test]
fn a_summary_counts_by_cause_and_whose_it_is() {
    let again = BLOCKED.replace("\"id\":\"a\"", "\"id\":\"b\"").replace("06:00", "08:30");
    let input = [BLOCKED, BLOCKED, &again, EXPIRED, "", "{\"cut\":"].join("\n");
    let output = stream(input.as_bytes(), &["--summary"]);
    assert_eq!(output.status.code(), Some(4));
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert!(schema("summary").is_valid(&summary), "{summary}");
    assert_eq!(summary["repeated"], 1);
    let first = &summary["groups"][0];
    assert_eq!(
        (&first["cause"], &first["count"], &first["user"]),
        (&json!("conditional-access-block"), &json!(2), &json!("user-1"))
    );
    assert_eq!(first["hours"], json!({"2026-10-05T04:00Z": 1, "2026-10-05T06:00Z": 1}));
    assert_eq!(summary["groups"][1]["application"], "5e4a0001-6f1d-4b5e-8a77-90b1c2d3e401");
    assert_eq!(summary["unread"][0]["line"], 6);
    assert!(!summary.to_string().contains("adele"), "{summary}");
    let table = stream(input.as_bytes(), &["--summary", "--format", "human"]).stdout;
    insta::assert_snapshot!(String::from_utf8_lossy(&table));
}

#[test]
fn a_form_that_no_stream_has_is_refused() {
    for more in [&["--format", "sarif"][..], &["--output", "a.json"], &["--format", "human"], &["--ask"]] {
        assert_eq!(stream(b"", more).status.code(), Some(2), "{more:?}");
    }
    assert_eq!(pbiauth().args(["diagnose", "--summary", "-"]).output().expect("output").status.code(), Some(2));
    let missing = pbiauth().args(["diagnose", "--stream", "nowhere.json"]).output().expect("output");
    assert_eq!(missing.status.code(), Some(4));
}

#[test]
fn a_reader_that_goes_away_ends_the_stream_quietly() {
    let mut command = pbiauth();
    command.args(["diagnose", "--stream", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("standard input");
    let line = format!("{EXPIRED}\n");
    while input.write_all(line.as_bytes()).is_ok() {}
    let output = child.wait_with_output().expect("the command ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let mut command = pbiauth();
    command.args(["diagnose", "--stream", "-"]).stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let _ = child.stdin.take().expect("standard input").write_all(EXPIRED.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output can't be written"));
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/causes")
}

/// Every fixture that is no bundle, and no document of many records.
fn texts() -> Vec<(String, String)> {
    let folders = ["causes", "healthy", "near"].map(|name| fixtures().with_file_name(name));
    let files = folders.iter().flat_map(|folder| files(folder));
    files.map(|path| (path.display().to_string(), text_of(&path))).collect()
}

fn text_of(path: &Path) -> String {
    import::decode(&std::fs::read(path).expect("a fixture")).0.into_owned()
}

/// What a text comes to by itself, without a stream. `None` for a bundle, and for an exported log.
fn alone(text: &str, rules: &RuleSet) -> Option<(String, i64)> {
    let codes = Codes::with(rules.code_names());
    let Found::Reading(reading) = import::read(text, &codes, 0) else { return None };
    if import::audit::read(text, &codes, false).is_some() {
        return None;
    }
    let report = of_reading(reading, &BTreeMap::new(), rules, FailOn::Error);
    let named: Vec<String> = report.diagnoses.iter().map(|d| format!("{} {:?}", d.cause, d.confidence)).collect();
    Some((named.join(", "), report.exit.into()))
}

/// What a text comes to as a record of a stream. `None` where it's broken JSON.
fn streamed(text: &str, finder: &mut Finder<'_>) -> Option<(String, i64)> {
    let seen = finder.line(text).ok()??;
    let finding = Finding::of(1, &seen);
    let named: Vec<String> = finding.diagnoses.iter().map(|d| format!("{} {:?}", d.cause, d.confidence)).collect();
    Some((named.join(", "), seen.first().map_or(0, |seen| seen.verdict.exit).into()))
}

#[test]
fn a_record_has_the_diagnosis_that_it_has_alone() {
    let rules = RuleSet::embedded();
    let knowledge = Knowledge::new(rules.clone(), BTreeMap::new(), FailOn::Error, false, 0);
    let mut finder = Finder::new(&knowledge);
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (name, text) in texts() {
        let (Some(alone), Some(streamed)) = (alone(&text, &rules), streamed(&text, &mut finder)) else { continue };
        compared += 1;
        if alone != streamed {
            wrong.push(format!("{name}: {alone:?}, in a stream {streamed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 300, "{compared}");
}

/// A text with other IDs, times and counts.
fn mutated(text: &str, salt: u32) -> String {
    let id = regex::Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}").expect("an expression");
    let time = regex::Regex::new("2026-[01][0-9]-[0-3][0-9]T").expect("an expression");
    let text =
        id.replace_all(text, |found: &regex::Captures<'_>| format!("{:08x}{}", salt | 0x1000_0000, &found[0][8..]));
    time.replace_all(&text, format!("2025-{:02}-17T", salt % 12 + 1)).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_remembered_is_what_would_be_found_again(at in 0_usize..4000, salts in proptest::array::uniform2(0_u32..0xffff)) {
        static TEXTS: std::sync::OnceLock<(Knowledge, Vec<(String, String)>)> = std::sync::OnceLock::new();
        let (knowledge, texts) = TEXTS.get_or_init(|| {
            (Knowledge::new(RuleSet::embedded(), BTreeMap::new(), FailOn::Error, false, 0), texts())
        });
        let (name, text) = &texts[at % texts.len()];
        let mut one = Finder::new(knowledge);
        for salt in salts {
            let text = mutated(text, salt);
            let fresh = streamed(&text, &mut Finder::new(knowledge));
            prop_assert_eq!(streamed(&text, &mut one), fresh, "{}", name);
        }
    }
}
