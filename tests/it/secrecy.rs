//! No secret leaves: every scenario with canaries in place of its secrets, every form of output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::ValueEnum as _;
use pbiauth::report::Format;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::formats::word;
use super::support::{Served, pbiauth, run_with_input};

/// A secret of the modern form, and one of a form that nothing but the vault can know.
const CANARIES: [&str; 2] = ["can8Q~Ary-canary_canary.canary~canary01234", "Canary\"+/pass word=é%42"];

fn scenarios() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The forms in which a secret could come out.
fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("json");
    vec![
        secret.to_owned(),
        json.trim_matches('"').to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

fn assert_clean(text: &str, secrets: &[String], what: &str) {
    for secret in secrets {
        for spelling in spellings(secret) {
            assert!(!text.contains(&spelling), "{what} shows a secret:\n{text}");
        }
    }
    // A part of a token is as bad as the whole. Key ids are shorter, and may hold these letters by chance.
    let token = regex::Regex::new("(?:eyJ|H4sI)[A-Za-z0-9_-]{30}").expect("a pattern");
    assert!(!token.is_match(&without_public(text)), "{what} shows a token:\n{text}");
}

/// A text without what is public and may look like a part of a token: the modulus of a key, by chance, and the cluster in
/// the address that a report is embedded from.
fn without_public(text: &str) -> String {
    let modulus = regex::Regex::new(r#"("n"\s*:\s*")[A-Za-z0-9_-]{342}""#).expect("a pattern");
    let cluster = regex::Regex::new("([?&]config=)([A-Za-z0-9%=_-]+)").expect("a pattern");
    let text = modulus.replace_all(text, "$1");
    let is_cluster = |config: &str| {
        let config = config.replace("%3D", "=").replace("%3d", "=");
        let bytes = STANDARD.decode(config).unwrap_or_default();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        json["clusterUrl"].is_string() && json.as_object().is_some_and(|members| !members.contains_key("exp"))
    };
    let kept = |found: &regex::Captures<'_>| {
        if is_cluster(&found[2]) { found[1].to_owned() } else { found[0].to_owned() }
    };
    cluster.replace_all(&text, kept).into_owned()
}

fn all_output(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// `thorough`: the commands on bundles too, which read but what was looked at already.
fn look_at_everything(served: &Served, name: &str, secret: Option<&str>, thorough: bool) {
    let mut environment = served.environment.clone();
    if let Some(secret) = secret {
        environment.insert("AZURE_CLIENT_SECRET".to_owned(), secret.to_owned());
    }
    let mut secrets: Vec<String> =
        environment.get("AZURE_CLIENT_SECRET").filter(|s| s.len() > 5).cloned().into_iter().collect();
    // A secret in the format of a GUID is a secret's id, or another id: those are shown where they are such.
    secrets.retain(|secret| secret.trim().len() != 36);
    secrets.extend(other_secrets(&environment));
    secrets.extend(environment.get("PBIAUTH_ACCESS_TOKEN").filter(|token| token.len() > 20).cloned());
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("run.json");
    let run = |args: &[&str]| all_output(&pbiauth().args(args).envs(&environment).output().expect("output"));
    let path = bundle.to_str().expect("a path");
    let mut doctor = pbiauth();
    doctor.args(["doctor", "-vv", "--bundle", path]);
    let shown = all_output(&match secret {
        Some(_) => doctor.envs(&environment).output().expect("output"),
        None => served.run(&mut doctor),
    });
    assert_clean(&shown, &secrets, &format!("{name}: human"));
    assert_clean(&std::fs::read_to_string(&bundle).expect("the bundle"), &secrets, &format!("{name}: bundle"));
    let mut args = vec!["diagnose".to_owned(), path.to_owned(), "-vv".to_owned()];
    for format in Format::value_variants() {
        let file = folder.path().join(word(*format)).to_string_lossy().into_owned();
        args.extend(["--format".to_owned(), word(*format), "--output".to_owned(), file]);
    }
    run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    for format in Format::value_variants() {
        let shown = std::fs::read_to_string(folder.path().join(word(*format))).expect("a report");
        assert_clean(&shown, &secrets, &format!("{name}: {format:?}"));
    }
    if thorough {
        look_at_bundle(&bundle, &secrets, name);
    }
}

/// What the commands on bundles show of one, and the copy that they make.
fn look_at_bundle(bundle: &Path, secrets: &[String], name: &str) {
    let run = |args: &[&str]| all_output(&pbiauth().args(args).output().expect("output"));
    let path = bundle.to_str().expect("a path");
    let copy = bundle.with_file_name("copy.json");
    let copy = copy.to_str().expect("a path");
    for args in [
        &["bundle", "redact", path, "--output", copy][..],
        &["bundle", "show", path],
        &["bundle", "show", path, "--format", "json"],
        &["bundle", "diff", path, copy],
        &["bundle", "diff", copy, path, "--format", "json"],
    ] {
        assert_clean(&run(args), secrets, &format!("{name}: {args:?}"));
    }
    assert_clean(&std::fs::read_to_string(copy).expect("the copy"), secrets, &format!("{name}: copy"));
}

/// What stands in for a client secret: passwords, keys, tokens of other issuers.
fn other_secrets(environment: &BTreeMap<String, String>) -> Vec<String> {
    let mut secrets: Vec<String> = ["AZURE_PASSWORD", "AZURE_USERNAME", "IDENTITY_HEADER", "PBIAUTH_REFRESH_TOKEN"]
        .iter()
        .filter_map(|name| environment.get(*name).cloned())
        .collect();
    let file = |name: &str| std::fs::read_to_string(environment.get(name)?).ok();
    // A line of the private key is as bad as the whole; its first lines are the same in every key.
    let key = file("AZURE_CLIENT_CERTIFICATE_PATH").unwrap_or_default();
    secrets.extend(
        key.split("PRIVATE KEY").nth(1).into_iter().flat_map(|key| key.lines().skip(3).take(20)).map(str::to_owned),
    );
    secrets
        .extend(file("AZURE_FEDERATED_TOKEN_FILE").and_then(|token| Some(token.trim().rsplit('.').next()?.to_owned())));
    // An id in place of a user name is an id all the same.
    secrets.retain(|secret| secret.len() > 5 && uuid::Uuid::parse_str(secret).is_err());
    secrets
}

#[test]
fn no_way_to_a_token_shows_its_secret() {
    let served = Served::start("healthy");
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("run.json");
    let path = bundle.to_str().expect("a path");
    let secrets = other_secrets(&served.environment);
    assert!(secrets.len() > 15, "{}", secrets.len());
    for flow in ["certificate", "federated", "managed-identity", "password", "device-code"] {
        for format in ["human", "json"] {
            let args = ["doctor", "-vv", "--auth", flow, "--format", format, "--bundle", path];
            let output = pbiauth().args(args).envs(&served.environment).output().expect("output");
            let what = format!("{flow}, {format}");
            assert_clean(&String::from_utf8_lossy(&output.stdout), &secrets, &what);
            let recorded = std::fs::read_to_string(&bundle).expect("the bundle");
            assert_clean(&recorded, &secrets, &what);
            assert!(!recorded.contains("anna@contoso"), "{what}: a name is shown");
            // Only the person at the terminal is told the code.
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            if flow == "device-code" {
                let code = told.trim().rsplit(' ').next().expect("a code").to_owned();
                assert!(code.len() > 6 && !recorded.contains(&code), "{what}: {told}");
                assert!(!String::from_utf8_lossy(&output.stdout).contains(&code), "{what}");
            } else {
                assert_clean(&told, &secrets, &what);
            }
        }
    }
}

#[test]
fn wrong_secrets_of_every_way_are_not_shown() {
    let served = Served::start("healthy");
    let wrong = |flow: &str, pairs: &[(&str, &str)], secrets: &[&str]| {
        let mut environment = served.environment.clone();
        environment.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let output = pbiauth().args(["doctor", "-vv", "--auth", flow]).envs(&environment).output().expect("output");
        let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        assert_clean(&all_output(&output), &secrets, flow);
    };
    wrong(
        "password",
        &[("AZURE_PASSWORD", CANARIES[1]), ("AZURE_USERNAME", "canary@contoso.example")],
        &[CANARIES[1], "canary@contoso.example"],
    );
    wrong("refresh-token", &[("PBIAUTH_REFRESH_TOKEN", CANARIES[1])], &[CANARIES[1]]);
    let certificates = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates/aes.pfx");
    let pairs = [("AZURE_CLIENT_CERTIFICATE_PATH", certificates), ("AZURE_CLIENT_CERTIFICATE_PASSWORD", CANARIES[1])];
    wrong("certificate", &pairs, &[CANARIES[1]]);
    wrong("managed-identity", &[("IDENTITY_HEADER", CANARIES[1])], &[CANARIES[1]]);
    wrong("federated", &[("AZURE_CLIENT_ID", CANARIES[0]), ("AZURE_TENANT_ID", CANARIES[0])], &[CANARIES[0]]);
}

#[test]
fn no_scenario_shows_a_secret() {
    let scenarios = scenarios();
    // Some worlds only wait: side by side they wait together.
    std::thread::scope(|scope| {
        for share in scenarios.chunks(scenarios.len().div_ceil(6)) {
            scope.spawn(move || {
                for (index, scenario) in share.iter().enumerate() {
                    let name = scenario.to_str().expect("a path");
                    look_at_everything(&Served::start(name), name, None, index % 8 == 0);
                }
            });
        }
    });
}

#[test]
fn no_canary_is_shown() {
    for name in ["healthy", "token/secret-wrong", "network/proxy-answered", "network/unreachable"] {
        let served = Served::start(name);
        for canary in CANARIES {
            look_at_everything(&served, name, Some(canary), true);
        }
    }
}

#[test]
fn a_secret_in_a_wrong_field_is_not_shown() {
    let served = Served::start("healthy");
    for field in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "PBIAUTH_WORKSPACE", "PBIAUTH_REPORT", "PBIAUTH_ACCESS_TOKEN"] {
        let mut environment = served.environment.clone();
        environment.insert(field.to_owned(), CANARIES[0].to_owned());
        for format in Format::value_variants() {
            let output = pbiauth()
                .args(["doctor", "-vv", "--format", &word(*format)])
                .envs(&environment)
                .output()
                .expect("output");
            assert_clean(&all_output(&output), &[CANARIES[0].to_owned()], field);
        }
    }
}

#[test]
fn errors_of_the_tool_show_no_secret() {
    let cases: [&[&str]; 4] = [
        &["doctor", "--ca-file", "no-such-file"],
        &["doctor", "--api-url", "not a url"],
        &["doctor", "--config", "no-such-file"],
        &[
            "doctor",
            "--bundle",
            "/no-such-folder/run.json",
            "--authority-host",
            "https://127.0.0.1:9",
            "--api-url",
            "https://127.0.0.1:9",
        ],
    ];
    for args in cases {
        let output = pbiauth()
            .args(args)
            .envs([
                ("AZURE_TENANT_ID", "t"),
                ("AZURE_CLIENT_ID", "c"),
                ("AZURE_CLIENT_SECRET", CANARIES[1]),
                ("HTTPS_PROXY", "http://127.0.0.1:9"),
            ])
            .output()
            .expect("output");
        assert_clean(&all_output(&output), &[CANARIES[1].to_owned()], &format!("{args:?}"));
    }
}

/// Runs in a process of its own, by the test below.
#[test]
#[ignore = "it ends the process"]
fn it_panics_over_a_canary() {
    pbiauth::crash::hush();
    panic!("{CANARIES:?}");
}

#[test]
fn a_panic_tells_its_place_and_no_secret() {
    let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
    command.args(["--ignored", "--exact", "--nocapture", "secrecy::it_panics_over_a_canary"]);
    let output = command.env("RUST_BACKTRACE", "full").output().expect("output");
    let said = all_output(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("because of a bug at tests/it/secrecy.rs:"), "{said}");
    assert_clean(&said, &CANARIES.map(str::to_owned), "a panic");
}

#[test]
fn a_pasted_secret_is_not_repeated() {
    for secret in CANARIES {
        for text in foreign(secret) {
            let text = format!("{text}\nAADSTS7000215: Invalid client secret is provided.\n");
            for args in [["diagnose", "-", "-vv"], ["diagnose", "-", "--format=json"]] {
                let output = run_with_input(pbiauth().args(args), text.as_bytes());
                assert_clean(&all_output(&output), &[secret.to_owned()], &format!("{args:?} of {text}"));
            }
        }
    }
}

#[test]
fn a_secret_in_a_log_is_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("app.log");
    let entry =
        |text: &String| format!("2026-11-20 10:00:00 ERROR {text} AADSTS7000215: Invalid client secret provided.\n");
    for secret in CANARIES {
        let log: String = foreign(secret).iter().map(entry).collect();
        std::fs::write(&file, log.repeat(1 + 5 * 1024 * 1024 / log.len())).expect("a log");
        for format in ["human", "json", "markdown"] {
            let output = pbiauth().args(["diagnose", "-vv", "--format", format]).arg(&file).output().expect("output");
            assert_eq!(output.status.code(), Some(1));
            assert_clean(&all_output(&output), &[secret.to_owned()], &format!("{format} of a log"));
        }
    }
}

/// Files that somebody else wrote, with a secret where such files hold one.
fn foreign(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("json");
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let basic = STANDARD.encode(format!("11111111-2222-4333-8444-555555555555:{secret}"));
    let body = format!("{{\"client_secret\": {json}}}");
    let within = serde_json::to_string(&body).expect("json");
    vec![
        body.clone(),
        format!("{{\n  \"a\": [{{\"password\": {json}}}],\n  \"b\": {within}\n}}"),
        format!("[{{\"name\": \"client_secret\", \"value\": {json}}}]"),
        format!("[{{\"value\": {json}, \"name\": \"X-Api-Key\"}}]"),
        format!("{{\"content\": {{\"text\": \"{}\", \"encoding\": \"base64\"}}}}", STANDARD.encode(&body)),
        format!("{{\"postData\": {{\"text\": \"grant_type=password&password={form}&username=dev\"}}}}"),
        format!("2026-10-05 04:00:01 DEBUG {body}\n2026-10-05 04:00:02 DEBUG body {within}"),
        format!("POST /t/oauth2/v2.0/token\n\nclient_id=a&client_secret={form}&scope=b"),
        format!("curl -d \"client_secret={percent}\" -d grant_type=client_credentials https://x.example/"),
        format!("GET https://x.example/?sig={percent}&se=2026-10-05"),
        format!("> Authorization: Basic {basic}\n> Host: x.example"),
        format!("AZURE_TENANT_ID=contoso.example\nAZURE_CLIENT_SECRET={secret}\nAZURE_CLIENT_ID=a"),
        format!("export AZURE_PASSWORD={secret}\nafterwards it says {secret}!"),
        format!("auth:\n  client_secret: {json}\n  tenant: contoso"),
        format!("auth:\n  client_secret: {secret}\n  tenant: contoso"),
        format!("app = ClientSecretCredential(tenant, client_secret='{secret}')"),
        format!("options = {{'client_id': 'a', 'client_secret': '{secret}', 'x': 1}}"),
        format!("az login --service-principal -u a -p '{secret}' --tenant t"),
        format!("powerbi login --client-secret '{secret}' --verbose"),
        format!("<s:Envelope><wsse:Password>{}</wsse:Password></s:Envelope>", secret.replace('"', "&quot;")),
        format!("Data Source=x;User ID=a;Password={form};Timeout=3"),
        format!("proxy https://dev:{percent}@proxy.contoso.example:8080 answers 407"),
        format!("before it is known: {form}\nthen client_secret={form}\nand {percent}"),
    ]
}

#[test]
fn a_redacted_file_shows_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, copy) = (folder.path().join("file"), folder.path().join("copy"));
    for secret in [CANARIES[0], CANARIES[1], "correct-horse-7-battery"] {
        for text in foreign(secret) {
            std::fs::write(&file, &text).expect("a file");
            for format in ["human", "json"] {
                let mut command = pbiauth();
                command.args(["bundle", "redact", "--format", format]).arg(&file).arg("--output").arg(&copy);
                let output = command.output().expect("output");
                let what = format!("the copy of {text}");
                assert_clean(&all_output(&output), &[secret.to_owned()], &what);
                let copied = std::fs::read_to_string(&copy).expect("the copy");
                assert_clean(&copied.replace("eyJjbGll", ""), &[secret.to_owned()], &what);
                let inner = copied.split('"').filter_map(|word| STANDARD.decode(word).ok());
                for inner in inner {
                    assert_clean(&String::from_utf8_lossy(&inner), &[secret.to_owned()], &what);
                }
                for part in ["word%3D%C3", "word=é", "%2Fpass", "/pass", "canary_can", "horse-7", "battery"] {
                    assert!(!copied.contains(part), "{what} shows a part of a secret:\n{copied}");
                }
                assert_ne!(copied, text, "nothing was taken out");
            }
        }
    }
}
