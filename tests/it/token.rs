//! `pbiauth token`: the command that shows a token, and the one that explains it.

use serde_json::Value;

use super::support::{Served, causes, pbiauth, report, run_with_input};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn inspect(input: &str, args: &[&str]) -> Value {
    report(&run_with_input(pbiauth().args(["token", "inspect", "--format", "json"]).args(args), input.as_bytes()))
}

fn token_of(scenario: &str) -> String {
    Served::start(scenario).environment["PBIAUTH_ACCESS_TOKEN"].clone()
}

#[test]
fn a_token_is_printed_and_nothing_else() {
    let served = Served::start("healthy");
    for flow in ["client-secret", "certificate", "managed-identity", "password"] {
        let output =
            pbiauth().args(["token", "get", "--auth", flow]).envs(&served.environment).output().expect("output");
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{flow}");
        let printed = text(&output.stdout);
        assert!(printed.starts_with("eyJ") && printed.trim_end().split('.').count() == 3, "{flow}: {printed}");
        assert_eq!(printed.lines().count(), 1);
    }
    let output =
        pbiauth().args(["token", "get", "--format", "json"]).envs(&served.environment).output().expect("output");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert!(json["access_token"].as_str().is_some_and(|token| token.starts_with("eyJ")));
    assert!(json["expires_in"].as_i64().is_some_and(|left| (3000..4000).contains(&left)), "{}", json["expires_in"]);
    assert!(json["expires_on"].as_i64().is_some_and(|end| end > 1_700_000_000));
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone_and_is_kept_fresh() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::{Duration, Instant};
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let mut child = pbiauth()
        .args(["token", "get", "--refresh-before", "2h", "--output"])
        .arg(&path)
        .envs(&served.environment)
        .spawn()
        .expect("the command starts");
    let started = Instant::now();
    let waits = |holds: &dyn Fn() -> bool| {
        while !holds() {
            assert!(started.elapsed() < Duration::from_mins(1), "nothing happened");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    waits(&|| path.exists());
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
    let first = std::fs::read_to_string(&path).expect("a token");
    assert!(first.starts_with("eyJ") && !first.ends_with('\n'));
    waits(&|| std::fs::read_to_string(&path).is_ok_and(|now| now != first));
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("the command ends").code(), Some(0));
}

#[test]
fn why_there_is_no_token_is_said() {
    let get = |args: &[&str]| pbiauth().args(["token", "get"]).args(args).output().expect("output");
    let wrong = get(&["--sim", "token/secret-expired"]);
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
    assert!(text(&wrong.stderr).contains("expired"), "{}", text(&wrong.stderr));
    let document = report(&get(&["--sim", "token/secret-expired", "--format", "json"]));
    assert_eq!(causes(&document).first().map(String::as_str), Some("client-secret-expired"));
    let nobody = get(&["--sim", "network/unreachable"]);
    assert_eq!(nobody.status.code(), Some(4));
    let nothing = pbiauth().args(["token", "get"]).env("HTTPS_PROXY", "http://127.0.0.1:9").output().expect("output");
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(1), 0));
    assert!(text(&nothing.stderr).contains("AZURE_CLIENT_SECRET isn't set"), "{}", text(&nothing.stderr));
}

#[test]
fn a_token_that_was_handed_over_is_passed_on() {
    let token = token_of("claims/token-expired");
    let output = pbiauth().args(["token", "get"]).env("PBIAUTH_ACCESS_TOKEN", &token).output().expect("output");
    assert_eq!((output.status.code(), text(&output.stdout).trim()), (Some(0), token.as_str()));
}

#[test]
fn a_token_is_explained() {
    let served = Served::start("healthy");
    let get = |flow: &str| {
        let output =
            pbiauth().args(["token", "get", "--auth", flow]).envs(&served.environment).output().expect("output");
        text(&output.stdout)
    };
    let app = inspect(&get("client-secret"), &[]);
    assert_eq!(
        (app["origin"].as_str(), app["outcome"].as_str(), app["exit"].as_u64()),
        (Some("token"), Some("healthy"), Some(0))
    );
    assert_eq!(app["token"]["principal"], "app");
    assert_eq!(app["token"]["client_proof"], "a client secret");
    assert_eq!(app["token"]["audience_is"], "Power BI and Fabric");
    assert_eq!(app["token"]["signature"], Value::Null);
    assert!(app["token"]["life_left_seconds"].as_i64().is_some_and(|left| left > 3000));
    let user = inspect(&get("password"), &["--for", "publish"]);
    assert_eq!(user["token"]["principal"], "user");
    assert!(user["token"]["scopes"].as_array().is_some_and(|scopes| !scopes.is_empty()), "{user:#}");
    assert!(user["token"]["missing_scopes"].as_array().is_some_and(|lacks| !lacks.is_empty()), "{user:#}");
}

#[test]
fn what_is_no_access_token_is_named() {
    for (scenario, what, cause) in [
        ("claims/token-expired", "access token", "token-expired"),
        ("claims/wrong-audience", "access token", "wrong-audience-token"),
        ("claims/token-malformed", "not a readable token", "token-malformed"),
    ] {
        let report = inspect(&token_of(scenario), &[]);
        assert!(report["token"]["what"].as_str().is_some_and(|words| words.contains(what)), "{scenario}: {report:#}");
        assert_eq!(causes(&report).first().map(String::as_str), Some(cause), "{scenario}: {report:#}");
    }
}

#[test]
fn a_token_may_come_in_json_or_after_its_scheme() {
    let token = token_of("claims/token-expired");
    for input in [format!("{{\"access_token\": \"{token}\"}}"), format!("Bearer {token}"), format!("{token}\n")] {
        let report = inspect(&input, &[]);
        assert_eq!(report["token"]["what"], "an Entra access token", "{report:#}");
        assert!(!report.to_string().contains(&token[..60]));
    }
}

#[test]
fn the_signature_is_checked_when_that_is_asked_for() {
    let served = Served::start("healthy");
    let output = pbiauth().args(["token", "get"]).envs(&served.environment).output().expect("output");
    let token = text(&output.stdout).trim().to_owned();
    let (front, signature) = token.rsplit_once('.').expect("three parts");
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let altered = format!("{front}.{other}{}", &signature[1..]);
    for (token, verdict) in [(&token, "valid"), (&altered, "invalid")] {
        let args = ["token", "inspect", "--format", "json", "--verify"];
        let report = report(&run_with_input(pbiauth().args(args).envs(&served.environment), token.as_bytes()));
        assert_eq!(report["token"]["signature"], verdict, "{report:#}");
        assert_eq!(report["outcome"], "healthy", "it is information");
    }
}

#[test]
fn the_page_of_a_token() {
    let token = token_of("claims/wrong-audience");
    let output = run_with_input(pbiauth().args(["token", "inspect", "-"]), token.as_bytes());
    let page = text(&output.stdout);
    for words in ["type", "caller", "not Power BI", "expires"] {
        assert!(page.contains(words), "{page}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_settings_file_that_names_an_operation_does_not_keep_a_token_back() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pbiauth.toml"), "for = 'embed-customers'\n").expect("a file");
    let mut command = pbiauth();
    let output = command.current_dir(folder.path()).args(["token", "get"]).envs(&served.environment).output();
    let output = output.expect("output");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    assert!(text(&output.stdout).starts_with("eyJ"));
}

/// An embed token with this second part.
fn embed_token(about: &str) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    format!("H4sIAAAAAAAEA{}.{}", "A".repeat(80), engine.encode(about))
}

#[test]
fn an_embed_token_is_read_and_not_condemned() {
    let whole = inspect(&embed_token(r#"{"clusterUrl":"https://wabi-x.analysis.windows.net","exp":4102444800}"#), &[]);
    assert_eq!((whole["outcome"].as_str(), causes(&whole)), (Some("healthy"), Vec::new()));
    assert_eq!(whole["token"]["cluster"], "https://wabi-x.analysis.windows.net");
    assert_eq!(whole["token"]["expires"], "2100-01-01T00:00:00Z");
    assert_eq!(whole["token"]["untold"].as_array().map(Vec::len), Some(1), "{}", whole["token"]);
    for bare in [format!("H4sI{}", "A".repeat(80)), embed_token("{}")] {
        let read = inspect(&bare, &[]);
        assert_eq!((read["outcome"].as_str(), causes(&read)), (Some("healthy"), Vec::new()), "{bare}");
        assert_eq!(read["token"]["untold"].as_array().map(Vec::len), Some(3), "{}", read["token"]);
    }
    let expired = inspect(&embed_token(r#"{"exp":1700000000}"#), &[]);
    assert_eq!(causes(&expired), ["embed-token-expired"]);
}

#[test]
fn an_expired_embed_token_in_a_configuration_is_seen() {
    let config = |exp: u32| {
        let token = embed_token(&format!("{{\"exp\":{exp}}}"));
        let url = "https://app.powerbi.com/reportEmbed?reportId=r&groupId=w&config=c";
        format!(
            "{{\"type\":\"report\",\"tokenType\":1,\"accessToken\":\"{token}\",\"embedUrl\":\"{url}\",\"id\":\"r\"}}"
        )
    };
    let expired = super::support::diagnose(config(1_700_000_000).as_bytes());
    assert_eq!(causes(&expired).first().map(String::as_str), Some("embed-token-expired"));
    let good = super::support::diagnose(config(4_102_444_800).as_bytes());
    assert!(!causes(&good).contains(&"embed-token-expired".to_owned()), "{:?}", causes(&good));
}

#[test]
fn a_refused_token_is_asked_for_again_in_the_same_way() {
    let output = pbiauth().args(["token", "get", "--sim", "token/secret-expired"]).output().expect("output");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Retry: pbiauth doctor --only token-request --sim token/secret-expired"), "{said}");
}
