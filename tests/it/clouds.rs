//! A cloud is one set of hosts and scope; what is mixed is told before anything is sent.

use serde_json::Value;

use super::support::{Served, causes, pbiauth, report};

/// A run that sends nothing.
fn looked_at(args: &[&str]) -> Value {
    let output = pbiauth()
        .args(["doctor", "--only", "credential-form", "--format", "json"])
        .args(args)
        .envs([
            ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_SECRET", "abc8Q~0123456789012345678901234567890123"),
        ])
        .output()
        .expect("output");
    report(&output)
}

fn setting<'r>(report: &'r Value, name: &str) -> &'r Value {
    let settings = report["settings"].as_array().expect("settings");
    settings.iter().find(|setting| setting["name"] == name).unwrap_or(&Value::Null)
}

#[test]
fn a_cloud_brings_its_hosts_and_scope() {
    let cases = [
        ("gcc", "login.microsoftonline.com", "analysis.usgovcloudapi.net", "api.powerbigov.us"),
        ("gcc-high", "login.microsoftonline.us", "high.analysis.usgovcloudapi.net", "api.high.powerbigov.us"),
        ("dod", "login.microsoftonline.us", "mil.analysis.usgovcloudapi.net", "api.mil.powerbigov.us"),
        ("china", "login.partner.microsoftonline.cn", "analysis.chinacloudapi.cn", "api.powerbi.cn"),
    ];
    for (cloud, authority, resource, api) in cases {
        let report = looked_at(&["--cloud", cloud]);
        assert_eq!(report["outcome"], "healthy", "{cloud}");
        assert_eq!(setting(&report, "authority-host")["value"], format!("https://{authority}"));
        assert_eq!(setting(&report, "scope")["value"], format!("https://{resource}/powerbi/api/.default"));
        assert_eq!(setting(&report, "api-url")["value"], format!("https://{api}"));
        assert_eq!(setting(&report, "api-url")["from"], format!("the cloud {cloud}"));
    }
}

#[test]
fn the_member_that_does_not_fit_is_named_before_anything_is_sent() {
    let cases = [
        ("gcc", "--api-url", "https://api.powerbi.com", "wrong-cloud-endpoint", "API host api.powerbi.com"),
        ("gcc-high", "--fabric-url", "api.fabric.microsoft.com", "wrong-cloud-endpoint", "Fabric host api.fabric"),
        ("china", "--authority-host", "login.microsoftonline.com", "wrong-cloud-endpoint", "login host login."),
        ("dod", "--scope", "https://analysis.windows.net/powerbi/api/.default", "wrong-cloud-resource", "the scope"),
    ];
    for (cloud, option, value, cause, words) in cases {
        let report = looked_at(&["--cloud", cloud, option, value]);
        assert_eq!((&report["exchanges"], &report["exit"]), (&Value::Array(Vec::new()), &Value::from(1)), "{option}");
        assert_eq!(causes(&report)[0], cause, "{option}");
        assert_eq!(report["diagnoses"][0]["confidence"], "certain", "{option}");
        let because = report["checks"][0]["because"].as_str().expect("words");
        assert!(because.contains(words) && because.contains(cloud), "{because}");
    }
}

#[test]
fn a_host_alone_leaves_open_which_is_meant() {
    let report = looked_at(&["--authority-host", "login.microsoftonline.us"]);
    assert_eq!(report["diagnoses"][0]["confidence"], "likely");
    let because = report["checks"][0]["because"].as_str().expect("words");
    assert!(because.contains("--cloud"), "{because}");
}

#[test]
fn a_cloud_that_does_not_exist_is_refused() {
    let run = |name: &str| {
        let output = pbiauth().args(["doctor", "--cloud", name]).output().expect("output");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, words) = run("USGovHigh");
    assert_eq!(code, Some(2));
    assert!(words.contains("USGovHigh is gcc-high"), "{words}");
    assert_eq!(run("moon").0, Some(2));
}

#[test]
fn fabric_is_not_asked_where_its_address_is_not_known() {
    let tenant = Served::start("healthy");
    let output = pbiauth()
        .args(["doctor", "--format", "json", "--cloud", "gcc"])
        .args(["--scope", "https://analysis.windows.net/powerbi/api/.default"])
        .envs(tenant.environment.iter().filter(|(name, _)| *name != "PBIAUTH_FABRIC_URL"))
        .output()
        .expect("output");
    let report = report(&output);
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["id"] == "fabric-workspaces").expect("the check");
    assert_eq!(check["status"], "skipped");
    let because = check["because"].as_str().expect("words");
    assert!(because.contains("Fabric in this cloud isn't known"), "{because}");
    assert!(checks.iter().any(|check| check["id"] == "workspaces" && check["status"] == "passed"));
}

/// A token of another issuer with these claims.
fn token(claims: &Value) -> String {
    use base64::Engine as _;
    let encode = |json: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.c2ln", encode(&serde_json::json!({"alg": "RS256", "typ": "JWT"})), encode(claims))
}

#[test]
fn a_federated_token_is_looked_at_before_it_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let told = |text: &str, args: &[&str]| {
        std::fs::write(&path, text).expect("a file");
        let output = pbiauth()
            .args(["doctor", "--only", "credential-form", "--format", "json", "--auth", "federated"])
            .args(args)
            .envs([
                ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
                ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ])
            .env("AZURE_FEDERATED_TOKEN_FILE", &path)
            .output()
            .expect("output");
        let report = report(&output);
        let because = report["checks"][0]["because"].as_str().expect("words").to_owned();
        (because, report["diagnoses"][0]["cause"].as_str().unwrap_or("none").to_owned())
    };
    let claims = |audience: &str, exp: i64| {
        token(&serde_json::json!({"iss": "https://i.example", "sub": "s", "aud": audience, "exp": exp}))
    };
    let public = claims("api://AzureADTokenExchange", 4_000_000_000);
    let government = claims("api://AzureADTokenExchangeUSGov", 4_000_000_000);
    for (text, cloud) in [(&public, "public"), (&public, "gcc"), (&government, "gcc-high"), (&government, "dod")] {
        assert!(!told(text, &["--cloud", cloud]).0.contains("this cloud expects"), "{cloud}");
    }
    for (text, cloud) in [(&public, "gcc-high"), (&public, "china"), (&government, "public")] {
        assert!(told(text, &["--cloud", cloud]).0.contains("audience is api://AzureADTokenExchange"), "{cloud}");
    }
    let (because, cause) = told("", &[]);
    assert!(because.contains("it is empty") && cause == "value-unset", "{because} {cause}");
    let (because, cause) = told(&claims("api://AzureADTokenExchange", 1_700_000_000), &[]);
    assert!(because.contains("expired") && cause == "federated-assertion-expired", "{because} {cause}");
}
