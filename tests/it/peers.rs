//! What a bad peer may answer: a run ends in its time, follows nothing to another host, and shows no control character.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{pbiauth, report};

/// A token that says that it is an application's and for Power BI, and that nobody signed.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2FuYWx5c2lzLndpbmRvd3MubmV0L3Bvd2VyYmkvYXBpIiwiaWR0eXAiOiJhcHAifQ.c2ln";

/// A service over plain HTTP on this machine. It notes what it is asked: method, path and whether a token came along.
struct Peer {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// `answer`: writes the whole answer to a path.
    fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (noted, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, answer) = (Arc::clone(&noted), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &noted, &*answer));
            }
        });
        Self { address, asked }
    }

    fn json(body: &'static str) -> Self {
        Self::start(move |_, stream| reply(stream, "200 OK", "", body))
    }

    /// A run of `doctor` against it, with a token in hand.
    fn run(&self, args: &[&str]) -> Value {
        let mut command = pbiauth();
        command.args(["doctor", "--format", "json"]).args(args).env("PBIAUTH_ACCESS_TOKEN", TOKEN);
        for name in ["AZURE_AUTHORITY_HOST", "PBIAUTH_API_URL", "PBIAUTH_FABRIC_URL"] {
            command.env(name, &self.address);
        }
        let output = command.output().expect("output");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!err.contains("panicked"), "{err}");
        assert!(!out.contains(TOKEN), "the token is shown");
        report(&output)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

fn serve(mut stream: TcpStream, asked: &Mutex<Vec<String>>, answer: &(dyn Fn(&str, &mut TcpStream) + Send + Sync)) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let with_token = head.to_ascii_lowercase().contains("\r\nauthorization:");
    asked.lock().expect("nobody panicked").push(format!("{path} {with_token}"));
    answer(&path, &mut stream);
}

fn reply(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nrequestid: r\r\nx-ms-request-id: r\r\nconnection: close\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
}

/// The hosts that a run asked.
fn hosts(report: &Value) -> Vec<String> {
    let exchanges = report["exchanges"].as_array().expect("exchanges");
    let mut hosts: Vec<String> = exchanges
        .iter()
        .filter_map(|exchange| exchange["url"].as_str()?.split('/').nth(2).map(str::to_owned))
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[test]
fn a_redirect_takes_no_token_to_another_host() {
    let other = Peer::json(r#"{"value":[]}"#);
    let target = other.address.clone();
    let peer = Peer::start(move |_, stream| {
        reply(stream, "307 Temporary Redirect", &format!("location: {target}/stolen\r\n"), "");
    });
    let report = peer.run(&[]);
    assert_eq!(other.asked(), Vec::<String>::new(), "nobody follows");
    assert_eq!(hosts(&report), [peer.address.trim_start_matches("http://")]);
}

#[test]
fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let other = Peer::json(r#"{"value":[]}"#);
    let target = other.address.clone();
    let peer = Peer::start(move |path, stream| {
        let next = if path.starts_with("/v1/") { format!("{target}{path}") } else { path.to_owned() };
        let list = format!(
            r#"{{"@odata.nextLink":"{next}","continuationUri":"{next}","continuationToken":"again","value":[{{"id":"3a1e5000-7777-4077-8077-000000000011","name":"a"}}]}}"#
        );
        reply(stream, "200 OK", "", &list);
    });
    peer.run(&[]);
    assert_eq!(other.asked(), Vec::<String>::new(), "nobody follows");
    let lists = peer.asked().iter().filter(|asked| asked.starts_with("/v1.0/myorg/groups?$top=5000")).count();
    assert_eq!(lists, 1, "a page that points to itself is read once: {:?}", peer.asked());
}

#[test]
fn a_wait_of_a_year_is_told_and_not_waited_for() {
    let peer = Peer::start(|_, stream| reply(stream, "429 Too Many Requests", "retry-after: 31536000\r\n", ""));
    let started = Instant::now();
    let report = peer.run(&[]);
    assert!(started.elapsed() < Duration::from_secs(30));
    assert!(report.to_string().contains("31536000"), "the wait is told");
}

#[test]
fn headers_that_come_drop_by_drop_end_with_the_time_for_a_request() {
    let peer = Peer::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ");
        while stream.write_all(b"a").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let started = Instant::now();
    let report = peer.run(&["--timeout", "2s", "--deadline", "6s"]);
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(report["outcome"], "incomplete", "{}", report["checks"]);
}

#[test]
fn a_member_that_stands_twice_counts_once() {
    let twice = r#"{"value":[{"id":"3a1e5000-7777-4077-8077-000000000011","name":"a","name":"b"}],"value":[]}"#;
    let report = Peer::json(twice).run(&["--workspace", "b"]);
    assert!(report["checks"].as_array().is_some_and(|checks| !checks.is_empty()));
}

#[test]
fn control_characters_of_a_peer_are_not_shown() {
    let body = "{\"error\":{\"code\":\"X\\u001b[2J\\u0007\\u202e\",\"message\":\"a\\u001b]0;title\\u0007b\"}}";
    let peer = Peer::start(move |_, stream| {
        reply(stream, "401 Unauthorized", "x-powerbi-error-info: A\x1b[31mB\r\n", body);
    });
    for format in ["human", "json", "markdown", "html", "github", "azure", "sarif", "junit", "short"] {
        let mut command = pbiauth();
        command.args(["doctor", "-vv", "--format", format]).env("PBIAUTH_ACCESS_TOKEN", TOKEN);
        for name in ["AZURE_AUTHORITY_HOST", "PBIAUTH_API_URL", "PBIAUTH_FABRIC_URL"] {
            command.env(name, &peer.address);
        }
        let output = command.output().expect("output");
        let text = String::from_utf8_lossy(&output.stdout);
        let bad = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(bad, None, "{format}: {text}");
    }
}
