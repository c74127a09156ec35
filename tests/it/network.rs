//! Proxies as the environment names them, and what they say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use serde_json::Value;

use super::support::{Served, causes, pbiauth, report};

/// A proxy that gives this answer to every CONNECT. It lives as long as the test.
fn proxy(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let _ = socket.read(&mut head);
            let _ = socket.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

fn behind(proxy: &str) -> Value {
    let output = pbiauth()
        .args(["doctor", "--format", "json", "--timeout", "5s"])
        .envs([
            ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_SECRET", "abc8Q~0123456789012345678901234567890123"),
            ("HTTPS_PROXY", proxy),
        ])
        .output()
        .expect("output");
    report(&output)
}

#[test]
fn a_proxy_that_refuses_is_told_with_its_answer() {
    let asks = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    let refuses = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    for (answer, fault, words) in [(asks, "proxy-authentication", "Basic"), (refuses, "proxy-refused", "403")] {
        let proxy = proxy(answer);
        let report = behind(&proxy);
        assert_eq!(causes(&report)[0], "network-unreachable", "{fault}");
        assert_eq!(
            (&report["outcome"], &report["diagnoses"][0]["confidence"]),
            (&"incomplete".into(), &"certain".into())
        );
        let failure = report["exchanges"][0]["failure"].to_string();
        assert!(failure.contains(words), "{failure}");
        let because = report["diagnoses"][0]["because"].to_string();
        assert!(because.contains(fault), "{because}");
        let explain = report["diagnoses"][0]["explain"].to_string();
        assert!(explain.contains(&proxy), "{explain}");
        let fix = report["diagnoses"][0]["fix"].to_string();
        assert_eq!(fix.contains("NAME:PASSWORD@HOST"), fault == "proxy-authentication", "{fix}");
    }
}

#[test]
fn what_no_proxy_names_passes_none() {
    let tenant = Served::start("healthy");
    let run = |name: &str| {
        let output = pbiauth()
            .args(["doctor", "--format", "json", "--auth", "client-secret"])
            .envs(&tenant.environment)
            .envs([("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", name)])
            .output()
            .expect("output");
        report(&output)
    };
    assert_eq!(run("localhost,127.0.0.1")["outcome"], "healthy");
    assert_eq!(run("other.example")["outcome"], "incomplete");
}

/// A peer that opens every connection and says nothing. It lives as long as the test.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let sockets: Vec<_> = listener.incoming().flatten().collect();
        drop(sockets);
    });
    format!("https://{address}")
}

#[test]
fn a_report_tells_where_the_time_went_and_a_bundle_remembers_it() {
    let (folder, peer) = (tempfile::tempdir().expect("a folder"), silent());
    let bundle = folder.path().join("run.json");
    let output = pbiauth()
        .args(["doctor", "--format", "json", "--timeout", "600ms", "--bundle"])
        .arg(&bundle)
        .args(["--authority-host", &peer, "--api-url", &peer, "--fabric-url", &peer])
        .envs([
            ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
            ("AZURE_CLIENT_SECRET", "abc8Q~0123456789012345678901234567890123"),
        ])
        .output()
        .expect("output");
    let report = report(&output);
    assert_eq!(causes(&report)[0], "network-unreachable");
    let times = &report["exchanges"][0]["times"];
    assert!(times["connection"].is_u64() && times["tls"].as_u64().is_some_and(|ms| ms >= 300), "{times}");
    assert!(times.get("dns").is_none() && times.get("reply").is_none(), "{times}");
    let explain = report["diagnoses"][0]["explain"].as_str().expect("a sentence");
    assert!(explain.contains(&format!("TLS {} of ", times["tls"])), "{explain}");

    let replayed = pbiauth().arg("diagnose").arg(&bundle).args(["--format", "json"]).output().expect("output");
    let replayed = super::support::report(&replayed);
    assert_eq!(replayed["exchanges"], report["exchanges"]);
    assert_eq!(replayed["diagnoses"][0]["explain"], explain);
    let shown = pbiauth().arg("diagnose").arg(&bundle).args(["--format", "human", "-v"]).output().expect("output");
    let shown = String::from_utf8_lossy(&shown.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains(&format!("TLS {} of ", times["tls"])), "{shown}");
}

#[test]
fn every_exchange_over_a_network_is_timed() {
    let tenant = Served::start("healthy");
    let output = tenant.run(pbiauth().args(["doctor", "--format", "json", "--auth", "client-secret"]));
    for exchange in report(&output)["exchanges"].as_array().expect("exchanges") {
        let sum: u64 = exchange["times"].as_object().expect("times").values().filter_map(Value::as_u64).sum();
        assert!(exchange["times"]["reply"].is_u64() && sum <= exchange["ms"].as_u64().expect("a time"), "{exchange}");
    }
}

/// A portal: it gives the same answer to every request, under a certificate that this machine trusts. It lives as long
/// as the test.
struct Portal {
    url: String,
    ca: tempfile::NamedTempFile,
}

impl Portal {
    fn start(answer: String) -> Self {
        let key = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let private = rustls::pki_types::PrivateKeyDer::Pkcs8(key.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .expect("a key that fits");
        let config = Arc::new(config);
        let mut ca = tempfile::NamedTempFile::new().expect("a file");
        ca.write_all(key.cert.pem().as_bytes()).expect("written");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (config, answer) = (Arc::clone(&config), answer.clone());
                std::thread::spawn(move || {
                    let session = rustls::ServerConnection::new(config).expect("a session");
                    let mut stream = rustls::StreamOwned::new(session, socket);
                    let mut asked = Vec::new();
                    let mut part = [0; 4096];
                    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
                        match stream.read(&mut part) {
                            Ok(read @ 1..) => asked.extend_from_slice(&part[..read]),
                            _ => return,
                        }
                    }
                    let _ = stream.write_all(answer.as_bytes());
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                    // All that was sent is read, or the close would be a reset.
                    while matches!(stream.sock.read(&mut part), Ok(1..)) {}
                });
            }
        });
        Self { url, ca }
    }
}

/// The answers of portals: a way to the sign-in page, and the page itself in several forms.
fn portals() -> Vec<String> {
    let away = |status: &str| {
        format!(
            "HTTP/1.1 {status}\r\nLocation: https://wifi.example/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    };
    let page = |kind: &str, text: &str| {
        let length = text.len();
        format!("HTTP/1.1 200 OK\r\n{kind}Content-Length: {length}\r\nConnection: close\r\n\r\n{text}")
    };
    vec![
        away("302 Found"),
        away("307 Temporary Redirect"),
        page("Content-Type: text/html\r\n", "<HTML><HEAD><TITLE>Welcome to the guest network</TITLE></HEAD></HTML>"),
        page("", "<!-- guest network -->\n<html><body>Sign in</body></html>"),
        page("Content-Type: application/json\r\n", "<script>location = 'https://wifi.example/login'</script>"),
    ]
}

#[test]
fn a_portal_is_the_networks_and_never_a_bad_credential() {
    let tenant = Served::start("healthy");
    for answer in portals() {
        let portal = Portal::start(answer.clone());
        // It stands before all, before Entra, or before the APIs alone.
        for (entra, api) in [(true, true), (true, false), (false, true)] {
            let ours = tenant.environment["PBIAUTH_SIM_URL"].clone();
            let at = |is_portal: bool| if is_portal { portal.url.clone() } else { ours.clone() };
            let mut trusted = std::fs::read_to_string(&tenant.environment["PBIAUTH_CA_FILE"]).expect("a file");
            trusted.push_str(&std::fs::read_to_string(portal.ca.path()).expect("a file"));
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(trusted.as_bytes()).expect("written");
            let output = pbiauth()
                .args(["doctor", "--format", "json", "--auth", "client-secret", "--timeout", "10s", "--ca-file"])
                .arg(file.path())
                .args(["--authority-host", &at(entra), "--api-url", &at(api), "--fabric-url", &at(api)])
                .envs(tenant.environment.iter().filter(|(name, _)| !name.ends_with("CA_FILE")))
                .output()
                .expect("output");
            let report = report(&output);
            let told = format!("{answer}\n{entra} {api}: {:#}", report["diagnoses"]);
            let causes = causes(&report);
            assert_eq!(causes[0], "proxy-answered", "{told}");
            assert_eq!(report["diagnoses"][0]["confidence"], "certain", "{told}");
            assert_eq!(report["outcome"], if entra && api { "incomplete" } else { "problem" }, "{told}");
            let areas = report["diagnoses"].as_array().expect("diagnoses").iter().map(|cause| &cause["area"]);
            assert!(areas.into_iter().all(|area| area == "network"), "{told}");
            let explain = report["diagnoses"][0]["explain"].as_str().expect("a sentence");
            assert_eq!(explain.contains("https://wifi.example/login"), answer.contains("Location"), "{explain}");
        }
    }
}

#[test]
fn the_variables_of_a_proxy_are_read_as_told() {
    let refuses = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let (one, other) = (proxy(refuses), proxy(refuses));
    // The variables, and the proxy that is taken.
    for (variables, taken) in [
        (&[("HTTPS_PROXY", one.as_str())][..], Some(&one)),
        (&[("https_proxy", &one)], Some(&one)),
        (&[("ALL_PROXY", &one)], Some(&one)),
        (&[("all_proxy", &one)], Some(&one)),
        (&[("ALL_PROXY", &other), ("https_proxy", &one)], Some(&one)),
        (&[("HTTPS_PROXY", &one), ("https_proxy", &other)], Some(&one)),
        (&[("HTTPS_PROXY", ""), ("https_proxy", &other)], None),
        (&[("HTTP_PROXY", &one)], None),
    ] {
        let closed =
            format!("https://{}", TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port"));
        let output = pbiauth()
            .args(["doctor", "--format", "json", "--timeout", "5s"])
            .args(["--authority-host", &closed, "--api-url", &closed, "--fabric-url", &closed])
            .envs([
                ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
                ("AZURE_CLIENT_ID", "21111111-2222-4333-8444-555555555555"),
                ("AZURE_CLIENT_SECRET", "abc8Q~0123456789012345678901234567890123"),
            ])
            .envs(variables.iter().copied())
            .output()
            .expect("output");
        let report = report(&output);
        let explain = report["diagnoses"][0]["explain"].as_str().expect("a sentence");
        let through =
            explain.split_once("through the proxy ").map(|(_, proxy)| proxy.split(". ").next().unwrap_or_default());
        assert_eq!(through, taken.map(String::as_str), "{variables:?}: {explain}");
    }
}
