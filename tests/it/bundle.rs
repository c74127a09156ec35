//! `bundle redact`, `show` and `diff`.

use std::path::{Path, PathBuf};
use std::process::Output;

use pbiauth::import::{self, Codes, Found};
use pbiauth::redact::Redaction;
use pbiauth::report::{FailOn, text::of_reading};
use pbiauth::rule::{Confidence, RuleSet};
use serde_json::{Value, json};

use super::support::{diagnose, pbiauth, verdict};

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(at) = open.pop() {
        for path in std::fs::read_dir(at).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn redacted(text: &str) -> String {
    let mut redaction = Redaction::default();
    redaction.learn_json(text);
    if let Some(clean) = redaction.json(text) {
        return clean;
    }
    redaction.learn(text);
    redaction.text(text)
}

/// What is said of a text: outcome, causes, how sure, how often.
fn said(text: &str, rules: &RuleSet, codes: &Codes) -> Vec<String> {
    let Found::Reading(reading) = import::read(text, codes, 0) else { return vec!["a bundle".to_owned()] };
    let report = of_reading(reading, &std::collections::BTreeMap::new(), rules, FailOn::Error);
    let seen = |d: &pbiauth::report::DiagnosisEntry| d.seen.as_ref().map(|seen| (seen.count, seen.lines.clone()));
    // A name that is hidden is a word less: what isn't certain may come in another order.
    let certain = report.diagnoses.iter().filter(|d| d.confidence == Confidence::Certain);
    let mut causes: Vec<String> = certain.map(|d| format!("{} {:?}", d.cause, seen(d))).collect();
    causes.sort();
    causes.insert(0, format!("{:?} {:?}", report.outcome, report.origin));
    causes
}

#[test]
fn a_copy_is_diagnosed_as_the_file_is() {
    let rules = RuleSet::embedded();
    let codes = Codes::with(rules.code_names());
    let mut wrong = Vec::new();
    for path in ["fixtures/causes", "fixtures/near", "fixtures/healthy"].into_iter().flat_map(files) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let (text, _) = import::decode(&bytes);
        let clean = redacted(&text);
        let (was, is) = (said(&text, &rules, &codes), said(&clean, &rules, &codes));
        // The token of an embed configuration or of a frame's request has an alias in its copy: its kind isn't read there.
        let has_alias =
            ["accessToken", "AccessToken", "EmbedToken eyJ", "Bearer H4sI"].iter().any(|place| text.contains(place));
        if was != is && !has_alias {
            wrong.push(format!("{}: {was:?} became {is:?}\n{clean}", path.display()));
        }
        if clean.lines().count() != text.lines().count() {
            wrong.push(format!("{}: lines were lost", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const SECRET: &str = "can8Q~Ary-canary_canary.canary~canary01234";
const PASSWORD: &str = "Canary\"+/pass word=é%42";

/// A token without a person in it, and one with.
fn token(claims: &str) -> String {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2lnbmF0dXJlc2lnbmF0dXJl", encode(r#"{"typ":"JWT","alg":"RS256"}"#), encode(claims))
}

fn har() -> Value {
    use base64::Engine as _;
    let access = token(
        r#"{"aud":"https://graph.microsoft.com","appid":"11111111-2222-4333-8444-555555555555","upn":"dev@contoso.example","name":"Dana Deventer","exp":1790000000}"#,
    );
    let form = format!("client_id=a&client_secret={}&grant_type=client_credentials", form(PASSWORD));
    let issued = json!({"access_token": access, "refresh_token": "0.ARoAcanarycanarycanarycanarycanarycanarycanarycanary.AgABAAEAAAAm", "token_type": "Bearer"}).to_string();
    let refused = r#"{"error":{"code":"TokenExpired","message":"The token has expired"}}"#;
    let entry = |method: &str, url: &str, headers: Value, status: u16, text: &str| {
        json!({"startedDateTime": "2026-10-05T04:00:12.000Z",
            "request": {"method": method, "url": url, "headers": headers, "cookies": [{"name": "ESTSAUTH", "value": "cookie canary 17"}]},
            "response": {"status": status, "headers": [{"name": "RequestId", "value": "5ad2c33d-2f3f-4a67-9568-3be0a261e95b"}], "content": {"mimeType": "application/json", "text": text}}})
    };
    let mut asked = entry(
        "POST",
        "https://login.microsoftonline.com/t/oauth2/v2.0/token?login_hint=dev%40contoso.example",
        json!([]),
        200,
        &issued,
    );
    asked["request"]["postData"] = json!({"mimeType": "application/x-www-form-urlencoded", "text": form, "params": [{"name": "client_secret", "value": PASSWORD}]});
    let called = entry(
        "GET",
        "https://api.powerbi.com/v1.0/myorg/groups",
        json!([{"name": "Authorization", "value": format!("Bearer {access}")}, {"name": "Cookie", "value": "a=canaryone; b=canarytwo"}]),
        403,
        refused,
    );
    let mut hidden = entry("GET", "https://cdn.contoso.example/x", json!([]), 200, "");
    hidden["response"]["content"] = json!({"encoding": "base64", "text": base64::engine::general_purpose::STANDARD.encode(format!("{{\"client_secret\": \"{SECRET}\"}}"))});
    json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [asked, called, hidden]}})
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A log in which the same values stand in many spellings.
fn log() -> String {
    let access = token(r#"{"aud":"https://graph.microsoft.com","exp":1790000000}"#);
    format!(
        "2026-10-05T04:00:01Z DEBUG retry with {encoded}\n\
         2026-10-05T04:00:02Z DEBUG client_secret={encoded}&grant_type=client_credentials\n\
         AZURE_CLIENT_SECRET={PASSWORD}\n\
         2026-10-05T04:00:03Z INFO dana@contoso.example in C:\\Users\\dana.deventer\\app, again DANA@contoso.example\n\
         > Authorization: Bearer {access}\n\
         < Set-Cookie: fpc=canarycookie1; path=/; secure\n\
         2026-10-05T04:00:04Z ERROR AADSTS7000215: Invalid client secret provided. ({SECRET})\n\
         az login --service-principal -u app -p {SECRET} --tenant t\n",
        encoded = form(PASSWORD)
    )
}

fn redact(folder: &Path, name: &str, text: &[u8]) -> (String, Output) {
    let (file, copy) = (folder.join(name), folder.join(format!("copy-of-{name}")));
    std::fs::write(&file, text).expect("a file");
    let mut command = pbiauth();
    let output = command.args(["bundle", "redact"]).arg(&file).arg("--output").arg(&copy).output().expect("output");
    (std::fs::read_to_string(&copy).unwrap_or_default(), output)
}

#[test]
fn a_har_file_stays_one_and_keeps_its_diagnosis() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = serde_json::to_string_pretty(&har()).expect("json");
    let (copy, output) = redact(folder.path(), "a.har", text.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for canary in [
        SECRET,
        PASSWORD,
        "canaryone",
        "canarytwo",
        "cookie canary",
        "dev@",
        "Deventer",
        "eyJ0",
        "0.ARo",
        &form(PASSWORD),
    ] {
        assert!(!copy.contains(canary) && !told.contains(canary), "{canary} in\n{told}\n{copy}");
    }
    assert_eq!(copy.lines().count(), text.lines().count());
    let copied: Value = serde_json::from_str(&copy).expect("a HAR file");
    assert_eq!(copied["log"]["entries"].as_array().map(Vec::len), Some(3));
    assert!(told.contains("/log/entries/0/request/postData/params/0/value"), "{told}");
    let body = |har: &Value| har["log"]["entries"][0]["request"]["postData"]["text"].as_str().map(str::to_owned);
    assert_eq!(body(&copied).as_deref(), Some("client_id=a&client_secret=secret-1%2500&grant_type=client_credentials"));
    let (was, is) = (diagnose(text.as_bytes()), diagnose(copy.as_bytes()));
    assert_eq!((was["origin"].as_str(), verdict(&is)), (Some("har"), verdict(&was)));
    assert!(was.to_string().contains("graph.microsoft.com"), "the claims of the token are read: {was}");
    assert_eq!(is["diagnoses"][0]["because"], was["diagnoses"][0]["because"]);
}

#[test]
fn one_value_has_one_alias_in_every_spelling() {
    let folder = tempfile::tempdir().expect("a folder");
    let (copy, output) = redact(folder.path(), "a.log", log().as_bytes());
    insta::assert_snapshot!(copy);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let file = folder.path().to_str().expect("a path");
    insta::assert_snapshot!(told.replace(file, "FOLDER"));
    let causes = |text: &str| {
        // The words of an alias aren't those of the value: the order of what isn't certain may differ.
        let mut causes: Vec<String> = verdict(&diagnose(text.as_bytes()))
            .iter()
            .filter_map(|line| line.split(' ').next().map(str::to_owned))
            .collect();
        causes.sort();
        causes
    };
    assert_eq!(causes(&copy), causes(&log()));
}

#[test]
fn a_copy_of_a_copy_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("a.har", har().to_string()), ("a.log", log())] {
        let (copy, _) = redact(folder.path(), name, text.as_bytes());
        let (again, output) = redact(folder.path(), &format!("again-{name}"), copy.as_bytes());
        assert_eq!(again, copy, "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_large_log_is_read_block_by_block() {
    let folder = tempfile::tempdir().expect("a folder");
    let filler = "2026-10-05T04:00:00Z INFO nothing to see here, worker 7 is alive and well\n";
    let mut text = filler.repeat(80 * 1024 * 1024 / filler.len());
    text.push_str(&log());
    text.insert_str(0, &log());
    let (copy, output) = redact(folder.path(), "large.log", text.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(copy.lines().count(), text.lines().count());
    assert!(!copy.contains(SECRET) && !copy.contains("canarycookie1") && copy.matches("cookie-1").count() == 2);
}

#[test]
fn a_text_of_windows_keeps_its_encoding() {
    let folder = tempfile::tempdir().expect("a folder");
    let text: Vec<u8> = [0xff, 0xfe].into_iter().chain(log().encode_utf16().flat_map(u16::to_le_bytes)).collect();
    redact(folder.path(), "wide.log", &text);
    let copy = std::fs::read(folder.path().join("copy-of-wide.log")).expect("a copy");
    assert_eq!(copy[..2], [0xff, 0xfe]);
    let (read, lost) = import::decode(&copy);
    assert!(!lost && read.contains("secret-1") && !read.contains(SECRET), "{read}");
}

#[test]
fn a_copy_is_there_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.log");
    std::fs::write(&file, log()).expect("a file");
    let link = folder.path().join("link.log");
    std::fs::hard_link(&file, &link).expect("a link");
    let run = |output: &Path| {
        let output =
            pbiauth().args(["bundle", "redact"]).arg(&file).arg("--output").arg(output).output().expect("output");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for over in [&file, &link, &folder.path().join("./a.log")] {
        let (code, why) = run(over);
        assert!(code == Some(2) && why.contains("overwrite"), "{code:?} {why}");
    }
    for (place, word) in [("/dev/full", "space"), (".", "directory"), ("no-such-folder/x", "can't be written")] {
        let (code, why) = run(Path::new(place));
        assert!(code == Some(4) && why.contains(word), "{code:?} {why}");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), log());
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2, "nothing is left behind");
    let output = pbiauth().args(["bundle", "redact"]).arg(&file).output().expect("output");
    assert_eq!(output.status.code(), Some(2), "--output is required");
}

/// The bundle of a run in the simulated tenant.
fn recorded(folder: &Path, scenario: &str, more: &[&str]) -> PathBuf {
    let file = folder.join(format!("{}.json", scenario.replace('/', "-")));
    let output = pbiauth().args(["doctor", "--sim", scenario, "-q", "--bundle"]).arg(&file).args(more).output();
    assert!(output.is_ok() && file.is_file(), "{output:?}");
    file
}

fn bundle(args: &[&str], files: &[&Path]) -> (Option<i32>, String, String) {
    let output = pbiauth().arg("bundle").args(args).args(files).output().expect("output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code(), stdout, stderr)
}

#[test]
fn a_run_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file =
        recorded(folder.path(), "claims/user-healthy", &["--for", "embed-organization", "--fact", "caller=user"]);
    let (code, shown, _) = bundle(&["show"], &[&file]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(shown);
    let (_, json, _) = bundle(&["show", "--format", "json"], &[&file]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((json["schema"].as_str(), json["world"].as_str()), (Some("pbiauth.run/1"), Some("sim")));
    assert_eq!(json["exchanges"][0]["name"], "discovery");
    assert_eq!(json["for"], "embed-organization");
    assert!(json["hidden"].as_array().is_some_and(|hidden| hidden.iter().any(|h| h["kept"] == "\"user-1\"")), "{json}");
}

#[test]
fn what_differs_between_two_runs_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &[]);
    let again = folder.path().join("again.json");
    std::fs::copy(recorded(folder.path(), "healthy", &[]), &again).expect("a copy");
    assert_eq!(bundle(&["diff"], &[&good, &again]).0, Some(0), "ids of requests differ and are not told");
    let path = folder.path().to_str().expect("a path");
    for scenario in ["token/secret-expired", "claims/user-healthy", "api/sp-not-in-this-workspace"] {
        let bad = recorded(folder.path(), scenario, &[]);
        let (code, told, _) = bundle(&["diff"], &[&good, &bad]);
        assert_eq!(code, Some(1));
        insta::assert_snapshot!(scenario.replace('/', "_"), told.replace(path, "FOLDER"));
        let (code, json, _) = bundle(&["diff", "--format", "json"], &[&bad, &good]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((code, &json["same"]), (Some(1), &json!(false)));
        assert!(json["changes"].as_array().is_some_and(|changes| changes.len() > 2));
    }
}

#[test]
fn two_tenants_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = recorded(folder.path(), "healthy", &[]);
    let other = folder.path().join("other.json");
    let text = std::fs::read_to_string(&one).expect("a bundle");
    std::fs::write(&other, text.replace("c0c0a000-1111", "c0c0a000-2222")).expect("a file");
    let (_, told, _) = bundle(&["diff"], &[&one, &other]);
    let sentence = "The runs have different tenants: c0c0a000-1111-4a11-8a11-0000000000c1 and c0c0a000-2222-4a11-8a11-0000000000c1.";
    assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence), "{told}");
}

#[test]
fn what_is_no_bundle_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = recorded(folder.path(), "healthy", &[]);
    let text = std::fs::read_to_string(&good).expect("a bundle");
    let cases = [
        (text[..text.len() / 2].to_owned(), "cut off"),
        (text.replace("pbiauth.bundle/1", "pbiauth.bundle/9"), "newer"),
        (text.replace("\"exchanges\"", "\"exchange\""), "damaged"),
        ("AADSTS7000222".to_owned(), "isn't JSON"),
        ("{}".to_owned(), "isn't a bundle"),
    ];
    let bad = folder.path().join("bad.json");
    for (text, word) in cases {
        std::fs::write(&bad, text).expect("a file");
        for (args, files) in
            [(["show"], vec![bad.as_path()]), (["diff"], vec![&good, &bad]), (["diff"], vec![&bad, &good])]
        {
            let (code, stdout, stderr) = bundle(&args, &files);
            assert!(code == Some(4) && stdout.is_empty() && stderr.contains(word), "{args:?} {code:?} {stderr}");
        }
    }
    std::fs::write(&bad, text.replace("pbiauth.bundle/1", "pbiauth.bundle/9")).expect("a file");
    let copy = folder.path().join("copy.json");
    let copy = copy.to_str().expect("a path");
    let (code, _, stderr) = bundle(&["redact", "--output", copy], &[&bad]);
    assert!(code == Some(4) && stderr.contains("newer") && !Path::new(copy).exists(), "{code:?} {stderr}");
    let (code, _, _) = bundle(&["show", "--output", "/dev/full"], &[&good]);
    assert_eq!(code, Some(4));
}

#[test]
fn a_redacted_bundle_is_one_with_the_same_diagnosis() {
    let folder = tempfile::tempdir().expect("a folder");
    for scenario in ["healthy", "token/secret-expired", "claims/wrong-audience", "credential/user-name-as-client-id"] {
        let file = recorded(folder.path(), scenario, &[]);
        let copy = folder.path().join("copy.json");
        let (code, _, stderr) = bundle(&["redact", "--output", copy.to_str().expect("a path")], &[&file]);
        assert_eq!(code, Some(0), "{stderr}");
        let read = |path: &Path| std::fs::read(path).expect("a bundle");
        assert_eq!(verdict(&diagnose(&read(&copy))), verdict(&diagnose(&read(&file))), "{scenario}");
    }
    let copy = std::fs::read_to_string(folder.path().join("copy.json")).expect("a copy");
    assert!(!copy.contains("anna@"), "{copy}");
}
