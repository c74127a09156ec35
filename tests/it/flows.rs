//! Every way to get a token: in process, over the network and from a bundle.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::Value;

use super::support::{Served, causes, pbiauth, report, run_with_input, verdict};

fn status(report: &Value, id: &str) -> String {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == id).expect("the check");
    check["status"].as_str().expect("a status").to_owned()
}

fn because(report: &Value, id: &str) -> String {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == id).expect("the check");
    check["because"].as_str().expect("a reason").to_owned()
}

fn statuses(report: &Value) -> Vec<(String, String)> {
    let checks = report["checks"].as_array().expect("checks");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    checks.iter().map(|check| (text(&check["id"]), text(&check["status"]))).collect()
}

/// `doctor` with this environment.
fn doctor(environment: &BTreeMap<String, String>, args: &[&str]) -> Value {
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--timeout", "20s"]).args(args).envs(environment);
    report(&command.output().expect("output"))
}

/// The environment without what other ways would need.
fn without(served: &Served, names: &[&str]) -> BTreeMap<String, String> {
    let mut environment = served.environment.clone();
    environment.retain(|name, _| !names.contains(&name.as_str()));
    environment
}

#[test]
fn each_way_leads_to_the_workspace_whoever_answers() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    for flow in ["client-secret", "certificate", "federated", "managed-identity", "password", "device-code"] {
        let bundle = folder.path().join(format!("{flow}.json"));
        let bundle = bundle.to_str().expect("a path");
        let sim =
            report(&pbiauth().args(["doctor", "--sim", "--format", "json", "--auth", flow]).output().expect("output"));
        let live = doctor(&served.environment, &["--auth", flow, "--bundle", bundle]);
        let replayed = report(&pbiauth().args(["diagnose", "--format", "json", bundle]).output().expect("output"));
        assert_eq!(live["outcome"], "healthy", "{flow}: {live:#}");
        assert_eq!(status(&live, "token-request"), "passed", "{flow}");
        assert_eq!(status(&live, "workspace"), "passed", "{flow}");
        assert_eq!(statuses(&live), statuses(&replayed), "{flow}");
        assert_eq!(statuses(&live), statuses(&sim), "{flow}");
        assert_eq!(verdict(&live), verdict(&sim), "{flow}");
    }
}

#[test]
fn the_metadata_service_is_asked_as_well() {
    let served = Served::start("healthy");
    let environment = without(&served, &["IDENTITY_ENDPOINT", "IDENTITY_HEADER"]);
    let report = doctor(&environment, &["--auth", "managed-identity"]);
    assert_eq!((report["outcome"].as_str(), status(&report, "token-request").as_str()), (Some("healthy"), "passed"));
    assert!(because(&report, "credential-form").contains("metadata"), "{report:#}");
}

#[test]
fn who_checks_a_password_is_asked_and_no_record_names_the_user() {
    for (scenario, expected, cause) in [
        ("token/wrong-password", "passed", "wrong-password"),
        ("token/federated-user", "warned", "federated-user-ropc-unsupported"),
        ("token/unknown-domain", "warned", "unknown-user-realm"),
    ] {
        let served = Served::start(scenario);
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = folder.path().join("run.json");
        let live = doctor(&served.environment, &["--bundle", bundle.to_str().expect("a path")]);
        assert_eq!((status(&live, "user-realm").as_str(), causes(&live)[0].as_str()), (expected, cause), "{live:#}");
        let name = &served.environment["AZURE_USERNAME"];
        let (user, domain) = name.split_once('@').expect("a name");
        let saved = std::fs::read_to_string(&bundle).expect("a bundle");
        let reported = live.to_string();
        for text in [&saved, &reported] {
            assert!(text.contains("/common/userrealm/{username}?"), "{text}");
            assert!(!text.contains(&format!("{user}@")) && !text.contains(&format!("{user}%40{domain}")), "{text}");
        }
    }
}

#[test]
fn a_page_that_keeps_its_error_is_asked_for() {
    let world = "title = \"x\"\n[applications.embed.redirects]\npublic = []\n[caller.env]\nPBIAUTH_AUTH = \"authorization-code\"\n\
                 [expect]\noutcome = \"unexplained\"\ndiagnoses = []\n";
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
    file.write_all(world.as_bytes()).expect("written");
    let output = pbiauth().args(["doctor", "--format", "json", "--sim"]).arg(file.path()).output().expect("output");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("To sign in, open https://") && told.contains("`pbiauth diagnose -`"), "{told}");
    let report = report(&output);
    assert_eq!((&report["outcome"], status(&report, "token-request").as_str()), (&"unexplained".into(), "error"));
    let because = because(&report, "token-request");
    assert!(because.contains("redirect URI") && because.contains("`pbiauth diagnose -`"), "{because}");
    assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("AADSTS")), "{report:#}");
}

#[test]
fn a_password_is_used_with_a_warning() {
    let report = report(
        &pbiauth().args(["doctor", "--sim", "--format", "json", "--auth", "password"]).output().expect("output"),
    );
    assert_eq!(status(&report, "credential-form"), "warned");
    assert!(because(&report, "credential-form").contains("second factor"));
}

#[test]
fn the_sources_passed_over_are_noted() {
    let served = Served::start("healthy");
    let all = doctor(&served.environment, &["--auth", "auto"]);
    let notes = all["notes"].to_string();
    assert!(notes.contains("Ignored because AZURE_CLIENT_SECRET is set: AZURE_CLIENT_CERTIFICATE_PATH"), "{notes}");
    assert!(notes.contains("in the order in which pbiauth looks for them"), "{notes}");
    let rest = doctor(&without(&served, &["AZURE_CLIENT_SECRET"]), &["--auth", "auto"]);
    assert!(because(&rest, "credential-form").contains("thumbprint"), "{rest:#}");
    let usual = doctor(&served.environment, &[]);
    assert!(because(&usual, "credential-form").contains("secret of"), "{usual:#}");
}

#[test]
fn without_any_source_nothing_is_asked_for() {
    let served = Served::start("healthy");
    let kept = ["AZURE_AUTHORITY_HOST", "PBIAUTH_API_URL", "PBIAUTH_FABRIC_URL", "PBIAUTH_CA_FILE"];
    let environment: BTreeMap<_, _> =
        served.environment.clone().into_iter().filter(|(name, _)| kept.contains(&name.as_str())).collect();
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--auth", "auto"]).envs(&environment).env("PATH", "/nowhere");
    let report = report(&command.output().expect("output"));
    assert_eq!(causes(&report), ["no-credential-available"], "{report:#}");
    assert_eq!((report["exit"].as_u64(), status(&report, "token-request").as_str()), (Some(1), "skipped"));
}

#[test]
fn the_subject_is_held_against_the_expected_one() {
    let subject = "repo:contoso/sales-portal:ref:refs/heads/main";
    let run = |expected: &str| {
        let args = ["doctor", "--sim", "--format", "json", "--auth", "federated", "--expect-subject", expected];
        report(&pbiauth().args(args).output().expect("output"))
    };
    assert_eq!(status(&run(subject), "federated-token"), "passed");
    let other = run("repo:contoso/Sales-portal:ref:refs/heads/main");
    assert_eq!(status(&other, "federated-token"), "failed");
    let words = because(&other, "federated-token");
    assert!(words.contains("contoso/[s]ales") && words.contains("contoso/[S]ales"), "{words}");
}

#[test]
fn bad_files_are_findings() {
    let served = Served::start("healthy");
    let certificates = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates/");
    let cases = [
        ("encrypted.pem", "needs a password", "certificate-file-unreadable"),
        ("no-such-file.pem", "doesn't exist", "certificate-file-unreadable"),
        ("no-certificate.pem", "contains no certificate", "certificate-file-unreadable"),
        ("no-key.pem", "but no private key", "certificate-private-key-inaccessible"),
        ("foreign-key.pem", "doesn't belong to the certificate", "certificate-private-key-inaccessible"),
    ];
    for (name, words, cause) in cases {
        let mut environment = served.environment.clone();
        environment.insert("AZURE_CLIENT_CERTIFICATE_PATH".to_owned(), format!("{certificates}{name}"));
        let report = doctor(&environment, &["--auth", "certificate"]);
        assert_eq!(
            (status(&report, "credential-form").as_str(), report["exit"].as_u64()),
            ("failed", Some(1)),
            "{name}"
        );
        assert!(because(&report, "credential-form").contains(words), "{name}: {report:#}");
        assert_eq!(causes(&report).first().map(String::as_str), Some(cause), "{name}");
        assert_eq!(status(&report, "token-request"), "skipped", "{name}");
    }
    let mut environment = served.environment.clone();
    environment.insert("AZURE_CLIENT_CERTIFICATE_PATH".to_owned(), format!("{certificates}rc2.pfx"));
    environment.insert("AZURE_CLIENT_CERTIFICATE_PASSWORD".to_owned(), "made-up-password".to_owned());
    let old = doctor(&environment, &["--auth", "certificate"]);
    assert!(because(&old, "credential-form").contains("RC2"), "{old:#}");
    assert_eq!(status(&old, "token-request"), "failed", "the certificate is not the application's");
}

#[test]
fn a_token_file_with_a_line_end_is_said() {
    let served = Served::start("healthy");
    let token = std::fs::read_to_string(&served.environment["AZURE_FEDERATED_TOKEN_FILE"]).expect("a token");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    for (text, words) in [
        (format!("{}\n", token.trim()), "line break"),
        (format!("\u{feff}{}", token.trim()), "invisible"),
        ("not a token".to_owned(), "no JSON Web Token"),
        (String::new(), "no JSON Web Token"),
    ] {
        std::fs::write(&path, text).expect("written");
        let mut environment = served.environment.clone();
        environment.insert("AZURE_FEDERATED_TOKEN_FILE".to_owned(), path.to_str().expect("a path").to_owned());
        let report = doctor(&environment, &["--auth", "federated"]);
        assert!(because(&report, "credential-form").contains(words), "{words}: {report:#}");
        assert_ne!(status(&report, "credential-form"), "passed");
    }
}

#[test]
fn a_certificate_of_nobody_is_told_by_both_signatures() {
    let served = Served::start("healthy");
    let mut environment = served.environment.clone();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates/plain.pem");
    environment.insert("AZURE_CLIENT_CERTIFICATE_PATH".to_owned(), path.to_owned());
    let report = doctor(&environment, &["--auth", "certificate"]);
    let asked = report["exchanges"].as_array().expect("exchanges").iter().filter(|e| e["method"] == "POST").count();
    assert_eq!(asked, 2, "{report:#}");
    assert_eq!(causes(&report), ["certificate-not-registered"]);
    assert_eq!(report["diagnoses"][0]["confidence"], "certain");
}

#[test]
fn what_is_no_token_of_another_issuer_is_told_by_its_form_and_not_sent() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    for (content, form) in [
        ("hello canary-7d1f", "contains no JSON Web Token"),
        ("{\"access_token\": \"canary-7d1f\"}", "(JSON text)"),
        ("-----BEGIN PRIVATE KEY-----\ncanary-7d1f\n-----END PRIVATE KEY-----\n", "PEM"),
        ("<html><body>canary-7d1f</body></html>", "HTML"),
        ("abc8Q~canary-7d1f-canary-7d1f-canary-7d1f-", "client secret"),
    ] {
        std::fs::write(&path, content).expect("written");
        let mut environment = served.environment.clone();
        environment.insert("AZURE_FEDERATED_TOKEN_FILE".to_owned(), path.to_str().expect("a path").to_owned());
        let report = doctor(&environment, &["--auth", "federated"]);
        assert_eq!(status(&report, "token-request"), "skipped", "{report:#}");
        assert!(because(&report, "credential-form").contains(form), "{report:#}");
        assert_eq!(causes(&report), ["grant-value-malformed"], "{report:#}");
        assert!(!report.to_string().contains("canary"), "{report:#}");
    }
}

/// Answers one request after the other with this JSON, and hands on what was asked.
fn issuer(body: String) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (asked, questions) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let _ = asked.send(String::from_utf8_lossy(&head[..read]).into_owned());
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    (address, questions)
}

#[test]
fn a_job_asks_its_platform_for_the_token() {
    let served = Served::start("healthy");
    let token = std::fs::read_to_string(&served.environment["AZURE_FEDERATED_TOKEN_FILE"]).expect("a token");
    let platforms = [
        (
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "value",
            "audience=api%3A%2F%2FAzureADTokenExchange",
        ),
        ("SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN", "oidcToken", "serviceConnectionId=c-1"),
    ];
    for (address_name, key_name, member, query) in platforms {
        let (address, questions) = issuer(format!("{{\"{member}\":\"{}\"}}", token.trim()));
        let mut environment = without(&served, &["AZURE_FEDERATED_TOKEN_FILE"]);
        environment.insert(address_name.to_owned(), format!("{address}/token?job=1"));
        environment.insert(key_name.to_owned(), "made-up-request-token".to_owned());
        environment.insert("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID".to_owned(), "c-1".to_owned());
        let report = doctor(&environment, &["--auth", "federated"]);
        assert_eq!(status(&report, "federated-token"), "passed", "{report:#}");
        assert!(because(&report, "federated-token").contains("subject repo:contoso/sales-portal"), "{report:#}");
        assert_eq!(status(&report, "token-request"), "passed", "{report:#}");
        let question = questions.recv().expect("a question");
        assert!(question.contains(query) && question.contains("earer made-up-request-token"), "{question}");
        assert!(!report.to_string().contains("made-up-request-token"));
        assert!(!report.to_string().contains(token.split('.').nth(2).expect("a signature").trim()));
    }
}

/// A script in place of the Azure CLI.
#[cfg(unix)]
fn az(script: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("az");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("permissions");
    folder
}

#[cfg(unix)]
fn with_az(served: &Served, folder: &tempfile::TempDir) -> Value {
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--auth", "azure-cli"]).envs(&served.environment).env("PATH", path);
    report(&command.output().expect("output"))
}

#[cfg(unix)]
#[test]
fn the_azure_cli_is_asked() {
    let served = Served::start("healthy");
    let token = pbiauth().args(["token", "get"]).envs(&served.environment).output().expect("output");
    let token = String::from_utf8(token.stdout).expect("text");
    let folder = az(&format!(
        "echo \"$@\" | grep -q -- '--resource=https://analysis.windows.net/powerbi/api' || exit 3\n\
         echo '{{\"accessToken\": \"{}\", \"expires_on\": 1999999999, \"tokenType\": \"Bearer\"}}'",
        token.trim()
    ));
    let answered = with_az(&served, &folder);
    assert_eq!((answered["outcome"].as_str(), status(&answered, "workspace").as_str()), (Some("healthy"), "passed"));
    assert!(!answered.to_string().contains(&token.trim()[..40]));
    let refused = with_az(&served, &az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"));
    assert_eq!(causes(&refused).first().map(String::as_str), Some("no-credential-available"), "{refused:#}");
    let expired = "ERROR: AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-01-05T08:00:00.0000000Z and was inactive for 90.00:00:00.";
    let expired = with_az(&served, &az(&format!("echo '{expired}' >&2; exit 1")));
    assert_eq!(causes(&expired).first().map(String::as_str), Some("refresh-token-expired"), "{expired:#}");
}

#[test]
fn a_code_that_nobody_entered_yet_is_no_fault() {
    let file = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
    let text = "title = 'nobody enters the code'\n[browser]\nanswer = 'nothing'\n[expect]\noutcome = 'healthy'\n";
    std::fs::write(file.path(), text).expect("written");
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--auth", "device-code", "--sim"]).arg(file.path());
    let report = report(&command.output().expect("output"));
    assert_eq!((report["outcome"].as_str(), status(&report, "token-request").as_str()), (Some("healthy"), "manual"));
    assert_eq!(causes(&report), ["authorization-pending"]);
    assert_eq!(report["diagnoses"][0]["severity"], "note");
}

#[test]
fn a_machine_without_the_azure_cli_is_said() {
    let served = Served::start("healthy");
    let mut command = pbiauth();
    command
        .args(["doctor", "--format", "json", "--auth", "azure-cli"])
        .envs(&served.environment)
        .env("PATH", "/nowhere");
    let report = report(&command.output().expect("output"));
    assert_eq!(causes(&report), ["no-credential-available"], "{report:#}");
    assert!(because(&report, "token-request").contains("isn't installed"), "{report:#}");
}

#[test]
fn a_person_signs_in_with_a_browser() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("run.json");
    let mut command = pbiauth();
    command.args(["doctor", "--auth", "authorization-code", "--format", "json", "--bundle"]).arg(&bundle);
    let (address, output) = served.signs_in(&mut command);
    let live = report(&output);
    assert_eq!(
        (live["outcome"].as_str(), status(&live, "workspace").as_str()),
        (Some("healthy"), "passed"),
        "{live:#}"
    );
    let text = std::fs::read_to_string(&bundle).expect("the bundle");
    let url = url::Url::parse(&address).expect("an address");
    for name in ["state", "code_challenge"] {
        let (_, value) = url.query_pairs().find(|(known, _)| known == name).expect("a parameter");
        assert!(!text.contains(value.as_ref()) && !live.to_string().contains(value.as_ref()), "{name}");
    }
    let replayed = report(&pbiauth().args(["diagnose", "--format", "json"]).arg(&bundle).output().expect("output"));
    assert_eq!(statuses(&live), statuses(&replayed));
}

#[test]
fn a_refresh_token_is_taken_and_never_shown() {
    let served = Served::start("healthy");
    let mut command = pbiauth();
    command.args(["doctor", "--format", "json", "--auth", "refresh-token", "--refresh-token-file", "-"]);
    let output = run_with_input(command.envs(&served.environment), b"0.AXoAmade-up-refresh-token.AgABAAEAAAD");
    let report = report(&output);
    assert_eq!(status(&report, "token-request"), "failed", "{report:#}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("made-up-refresh-token"));
    assert_eq!(report["outcome"], "problem");
}
