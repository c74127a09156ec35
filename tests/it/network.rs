//! Proxies as the environment names them, and what they say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

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
