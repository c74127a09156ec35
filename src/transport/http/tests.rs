//! Every fault by real sockets.

mod proxies;
mod secrets;
mod server;
mod times;

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::record::{Body, Service};
use crate::secret::SecretRef;
use crate::wire::MAX_BODY;
use server::{Authority, End, ISSUER, Server, VALID};

/// The time for a request in tests of stalls.
const SHORT: Duration = Duration::from_millis(600);
const LONG: Duration = Duration::from_secs(20);

fn options(ca: Option<&Authority>, timeout: Duration, proxy: ProxyFrom) -> Options {
    Options { ca_file: ca.map(|ca| ca.pem.clone()), timeout, proxy }
}

fn http(ca: Option<&Authority>, timeout: Duration) -> Http {
    Http::new(Vault::default(), &options(ca, timeout, ProxyFrom::None)).expect("a client")
}

fn get(url: &str) -> Request {
    Request::new("x", Service::PowerBi, Method::Get, url)
}

fn failure(exchange: Exchange) -> Failure {
    match exchange.outcome {
        Outcome::Failure(failure) => failure,
        Outcome::Reply(reply) => panic!("a reply: {reply:?}"),
    }
}

fn reply(exchange: Exchange) -> crate::record::Reply {
    match exchange.outcome {
        Outcome::Reply(reply) => reply,
        Outcome::Failure(failure) => panic!("a failure: {failure:?}"),
    }
}

/// The fault of one GET, held against the host that was addressed.
async fn fault(http: &Http, server: &Server) -> Fault {
    let failure = failure(http.attempt(&get(&server.url()), 1).await);
    assert_eq!(failure.host, server.host());
    assert_eq!(failure.proxy, None);
    assert!(!failure.detail.is_empty());
    failure.fault
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into()
}

#[tokio::test]
async fn a_reply_is_read() {
    let ca = Authority::new();
    let server = server::answers(ca.plain(), ok(r#"{"value":[]}"#), End::Stall).await;
    let exchange = http(Some(&ca), LONG).attempt(&get(&server.url()), 2).await;
    assert_eq!(exchange.attempt, 2);
    let reply = reply(exchange);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!(reply.body, Body::Json(json!({"value": []})));
}

#[tokio::test]
async fn a_closed_port() {
    let address = server::closed_port().await;
    let failure = failure(http(None, LONG).attempt(&get(&format!("https://{address}/")), 1).await);
    assert_eq!((failure.fault, failure.host), (Fault::Refused, address.to_string()));
    assert!(failure.detail.to_lowercase().contains("refused"), "{}", failure.detail);
}

#[tokio::test]
async fn a_name_without_an_address() {
    let failure = failure(http(None, LONG).attempt(&get("https://no-such-host.invalid/x"), 1).await);
    assert_eq!((failure.fault, failure.host.as_str()), (Fault::NameNotFound, "no-such-host.invalid"));
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_passed_over() {
    // Where `localhost` has an address of IPv6 too, nobody listens there: as on a network without a route for it.
    let ca = Authority::new();
    let (server, _) = server::good(ca.server("localhost", VALID, &["http/1.1"])).await;
    let url = format!("https://localhost:{}/x", server.address.port());
    assert_eq!(reply(http(Some(&ca), LONG).attempt(&get(&url), 1).await).status, 200);
}

#[tokio::test]
async fn a_failure_tells_how_the_name_was_found() {
    let port = server::closed_port().await.port();
    let failure = failure(http(None, LONG).attempt(&get(&format!("https://localhost:{port}/")), 1).await);
    assert_eq!(failure.fault, Fault::Refused);
    assert!(failure.detail.contains("localhost was found in ") && failure.detail.contains("127.0.0.1"), "{failure:?}");
}

#[tokio::test]
async fn a_foreign_authority_is_named() {
    let ca = Authority::new();
    let server = server::answers(ca.plain(), ok("{}"), End::Close).await;
    // The other authority bears the same name and has another key.
    for (http, words) in [(http(None, LONG), "UnknownIssuer"), (http(Some(&Authority::new()), LONG), "BadSignature")] {
        let failure = failure(http.attempt(&get(&server.url()), 1).await);
        assert_eq!((failure.fault, &failure.host), (Fault::UntrustedCertificate, &server.host()));
        assert_eq!(failure.issuer.as_deref(), Some(&*format!("CN={ISSUER}")));
        assert!(failure.detail.contains(words), "{}", failure.detail);
    }
}

#[tokio::test]
async fn a_certificate_out_of_its_time() {
    let ca = Authority::new();
    for years in [(2000, 2001), (2110, 2120)] {
        let server = server::answers(ca.server("127.0.0.1", years, &[]), ok("{}"), End::Close).await;
        let failure = failure(http(Some(&ca), LONG).attempt(&get(&server.url()), 1).await);
        assert_eq!((failure.fault, failure.host), (Fault::ExpiredCertificate, server.host()));
        assert!(failure.issuer.is_some_and(|issuer| issuer.contains(ISSUER)));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let ca = Authority::new();
    let server = server::answers(ca.server("other.example", VALID, &[]), ok("{}"), End::Close).await;
    let failure = failure(http(Some(&ca), LONG).attempt(&get(&server.url()), 1).await);
    assert_eq!((failure.fault, failure.host), (Fault::WrongCertificateName, server.host()));
    assert!(failure.detail.contains("other.example"), "{}", failure.detail);
    assert!(failure.issuer.is_some_and(|issuer| issuer.contains(ISSUER)));
}

#[tokio::test]
async fn plain_text_in_place_of_tls() {
    let server = server::tcp(async |mut socket| {
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok();
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(fault(&http(None, LONG), &server).await, Fault::TlsFailed);
}

#[tokio::test]
async fn a_handshake_that_stalls() {
    let server = server::silent().await;
    let http = http(None, SHORT);
    assert_eq!(fault(&http, &server).await, Fault::TlsTimeout);
}

#[tokio::test]
async fn a_socket_that_hangs() {
    let (_held, address) = server::full().await;
    let failure = failure(http(None, SHORT).attempt(&get(&format!("https://{address}/")), 1).await);
    assert_eq!((failure.fault, failure.host), (Fault::ConnectTimeout, address.to_string()));
}

#[tokio::test]
async fn a_reply_that_stalls() {
    let ca = Authority::new();
    let http = http(Some(&ca), SHORT);
    let server = server::answers(ca.plain(), "", End::Stall).await;
    assert_eq!(fault(&http, &server).await, Fault::ReplyTimeout);
    let server = server::answers(ca.plain(), "HTTP/1.1 200 OK\r\nContent-Le", End::Stall).await;
    assert_eq!(fault(&http, &server).await, Fault::ReplyTimeout);
    let server = server::answers(ca.plain(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"va", End::Stall).await;
    assert_eq!(fault(&http, &server).await, Fault::BodyTimeout);
}

#[tokio::test]
async fn an_attempt_ends_in_its_time() {
    let server = server::silent().await;
    let exchange = http(None, SHORT).attempt(&get(&server.url()), 1).await;
    assert!((400..3000).contains(&exchange.ms), "{} ms", exchange.ms);
}

#[tokio::test]
async fn a_reset() {
    let ca = Authority::new();
    let http = http(Some(&ca), LONG);
    let server = server::answers(ca.plain(), "", End::Reset).await;
    assert_eq!(fault(&http, &server).await, Fault::Reset);
    let server = server::answers(ca.plain(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"va", End::Reset).await;
    assert_eq!(fault(&http, &server).await, Fault::Reset);
    let server = server::tcp(async |mut socket| {
        server::hello(&mut socket).await;
        server::reset(&socket);
    })
    .await;
    assert_eq!(fault(&http, &server).await, Fault::Reset);
}

#[tokio::test]
async fn a_connection_that_is_closed() {
    let ca = Authority::new();
    let http = http(Some(&ca), LONG);
    for bytes in ["", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"va"] {
        let server = server::answers(ca.plain(), bytes, End::Close).await;
        assert_eq!(fault(&http, &server).await, Fault::Closed, "{bytes}");
    }
    let server = server::tcp(async |mut socket| server::hello(&mut socket).await).await;
    assert_eq!(fault(&http, &server).await, Fault::Closed);
}

#[tokio::test]
async fn what_is_no_http() {
    let ca = Authority::new();
    let http = http(Some(&ca), LONG);
    for bytes in [
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ] {
        let server = server::answers(ca.plain(), bytes, End::Stall).await;
        assert_eq!(fault(&http, &server).await, Fault::NotHttp, "{bytes}");
    }
}

#[tokio::test]
async fn the_faults_of_http_2() {
    let ca = Authority::new();
    for (bytes, end, expected) in [
        ("", End::Reset, Fault::Reset),
        ("", End::Stall, Fault::ReplyTimeout),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", End::Stall, Fault::Closed),
    ] {
        let server = server::answers(ca.server("127.0.0.1", VALID, &["h2"]), bytes, end).await;
        assert_eq!(fault(&http(Some(&ca), SHORT), &server).await, expected, "{bytes}");
    }
}

#[tokio::test]
async fn headers_without_bound_are_a_failure() {
    let ca = Authority::new();
    let http = http(Some(&ca), LONG);
    let many = "X: y\r\n".repeat(5000);
    let long = format!("X: {}\r\n", "y".repeat(4 * 1024 * 1024));
    for headers in [many, long] {
        let server = server::answers(ca.plain(), format!("HTTP/1.1 200 OK\r\n{headers}\r\n"), End::Stall).await;
        assert_eq!(fault(&http, &server).await, Fault::NotHttp);
    }
}

#[tokio::test]
async fn a_body_without_bound_is_not_read() {
    let ca = Authority::new();
    let declared = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MAX_BODY + 1);
    let server = server::answers(ca.plain(), declared, End::Stall).await;
    let http = http(Some(&ca), LONG);
    assert_eq!(reply(http.attempt(&get(&server.url()), 1).await).body, Body::TooLarge);

    let (sent, mut whole) = tokio::sync::mpsc::channel(1);
    let server = server::tls(ca.plain(), move |mut stream| {
        let sent = sent.clone();
        async move {
            server::head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.ok();
            let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
            let mut written = 0_usize;
            while written < 1024 && stream.write_all(chunk.as_bytes()).await.is_ok() {
                written += 1;
            }
            sent.send(written).await.ok();
        }
    })
    .await;
    assert_eq!(reply(http.attempt(&get(&server.url()), 1).await).body, Body::TooLarge);
    let mebibytes = whole.recv().await.expect("the server ended");
    assert!(mebibytes < 64, "{mebibytes} MiB were read");
}

#[tokio::test]
async fn a_body_up_to_the_bound_is_read() {
    let ca = Authority::new();
    let body = " ".repeat(MAX_BODY - 2) + "{}";
    let server = server::answers(ca.plain(), ok(&body), End::Stall).await;
    assert_eq!(reply(http(Some(&ca), LONG).attempt(&get(&server.url()), 1).await).body, Body::Json(json!({})));
}

#[tokio::test]
async fn a_redirect_is_a_reply() {
    let ca = Authority::new();
    let other = server::answers(ca.plain(), ok("{}"), End::Close).await;
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", other.url());
    let server = server::answers(ca.plain(), redirect, End::Stall).await;
    let reply = reply(http(Some(&ca), LONG).attempt(&get(&server.url()), 1).await);
    assert_eq!((reply.status, reply.header("location")), (302, Some(&*other.url())));
    assert_eq!(other.accepted(), 0);
}

#[tokio::test]
async fn what_cannot_be_sent() {
    let mut without_token = get("https://api.powerbi.com/");
    without_token.bearer = Some(SecretRef::AccessToken);
    let cases = [
        (get("http://api.powerbi.com/"), "", "only for this machine"),
        (get("api.powerbi.com"), "", "can't be read"),
        (without_token, "api.powerbi.com", "no access token"),
    ];
    for (request, host, why) in cases {
        let failure = failure(http(None, LONG).attempt(&request, 1).await);
        assert_eq!((failure.fault, failure.host.as_str()), (Fault::NotSendable, host));
        assert!(failure.detail.contains(why), "{}", failure.detail);
    }
}

#[tokio::test]
async fn plain_http_on_this_machine() {
    let server = server::tcp(async |mut socket| {
        let head = server::head(&mut socket).await;
        assert!(head.contains(&format!("user-agent: {USER_AGENT}\r\n")), "{head}");
        socket.write_all(&ok("{}")).await.ok();
    })
    .await;
    let url = format!("http://{}/x", server.address);
    // The proxy is a closed port: whoever asked it would fail.
    let proxy = ProxyFrom::Explicit(format!("http://{}", server::closed_port().await));
    let http = Http::new(Vault::default(), &options(None, LONG, proxy)).expect("a client");
    assert_eq!(reply(http.attempt(&get(&url), 1).await).status, 200);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let ca = Authority::new();
    for protocols in [&["h2", "http/1.1"][..], &["http/1.1"]] {
        let (server, seen) = server::good(ca.server("127.0.0.1", VALID, protocols)).await;
        let http = http(Some(&ca), LONG);
        for _ in 0..3 {
            assert_eq!(reply(http.attempt(&get(&server.url()), 1).await).status, 200);
        }
        assert_eq!(server.accepted(), 1, "{protocols:?}");
        let version = if protocols[0] == "h2" { "HTTP/2.0" } else { "HTTP/1.1" };
        assert!(seen.lines().iter().all(|line| line.starts_with(version)), "{:?}", seen.lines());
    }
}

#[tokio::test]
async fn all_runs_together_send_no_more_than_is_permitted() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&open), Arc::clone(&most));
    let server = server::tcp(move |mut socket| {
        let (now, peak) = (Arc::clone(&now), Arc::clone(&peak));
        async move {
            server::head(&mut socket).await;
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(30)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.ok();
        }
    })
    .await;
    let url = format!("http://{}/x", server.address);
    let shared = Connections::new(&options(None, LONG, ProxyFrom::None)).expect("connections");
    let runs: Vec<Http> = (0..5).map(|_| Http::over(Vault::default(), shared.clone())).collect();
    let request = get(&url);
    let attempts = runs.iter().flat_map(|run| std::iter::repeat_n(run, 10)).map(|run| run.attempt(&request, 1));
    let exchanges = futures_util::future::join_all(attempts).await;
    assert!(exchanges.into_iter().all(|exchange| reply(exchange).status == 200));
    assert_eq!(most.load(Ordering::SeqCst), REQUESTS_AT_ONCE);
}

#[tokio::test]
async fn a_client_is_refused_for_what_it_was_given() {
    let with =
        |ca_file: Option<Vec<u8>>, proxy| Http::new(Vault::default(), &Options { ca_file, timeout: LONG, proxy });
    let error = with(Some(b"nothing".to_vec()), ProxyFrom::None).expect_err("no certificate");
    assert!(error.to_string().contains("BEGIN CERTIFICATE"), "{error}");
    let error = with(None, ProxyFrom::Explicit("ftp://u:hunter2@proxy.example".to_owned())).expect_err("no proxy");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
