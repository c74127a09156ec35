//! Each step is told apart and timed, and an address that is not reached is told as what it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::time::sleep;

use super::*;
use crate::transport::http::names::Finding;

/// An address of IPv6 that documents use and nobody has.
const NOWHERE: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// How long the servers of these tests make one wait.
const PAUSE: Duration = Duration::from_millis(150);

/// A name server of the tests.
fn find(name: String) -> Finding {
    Box::pin(async move {
        match name.as_str() {
            "both.example" => Ok(vec![NOWHERE, HERE]),
            "new.example" => Ok(vec![NOWHERE]),
            "slow.example" => {
                sleep(PAUSE).await;
                Ok(vec![HERE])
            }
            "stuck.example" => std::future::pending().await,
            _ => Err(std::io::Error::other("no such name")),
        }
    })
}

fn knows(ca: Option<&Authority>, timeout: Duration, proxy: ProxyFrom) -> Http {
    let connections = Connections::with(&options(ca, timeout, proxy), Names::new(find)).expect("connections");
    Http::over(Vault::default(), connections)
}

fn times(exchange: &Exchange) -> Times {
    exchange.times.expect("measured")
}

/// The names of the steps that were reached.
fn reached(times: Times) -> Vec<&'static str> {
    times.reached().map(|(name, _)| name).collect()
}

fn is_pause(ms: Option<u64>) -> bool {
    ms.is_some_and(|ms| (120..1500).contains(&ms))
}

#[tokio::test]
async fn each_step_has_its_time() {
    let ca = Authority::new();
    let acceptor = ca.server("slow.example", VALID, &["http/1.1"]);
    let server = server::tcp(move |socket| {
        let acceptor = acceptor.clone();
        async move {
            sleep(PAUSE).await;
            let Ok(mut stream) = acceptor.accept(socket).await else { return };
            server::head(&mut stream).await;
            sleep(PAUSE).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").await.ok();
            stream.flush().await.ok();
            sleep(PAUSE).await;
            stream.write_all(b"{}").await.ok();
            server::head(&mut stream).await;
            stream.write_all(&ok("{}")).await.ok();
        }
    })
    .await;
    let url = format!("https://slow.example:{}/x", server.address.port());
    let http = knows(Some(&ca), LONG, ProxyFrom::None);
    let first = http.attempt(&get(&url), 1).await;
    let steps = times(&first);
    assert_eq!(reached(steps), ["DNS", "connection", "TLS", "reply", "body"], "{first:?}");
    for step in [steps.dns, steps.tls, steps.reply, steps.body] {
        assert!(is_pause(step), "{steps:?}");
    }
    assert!(steps.connection.is_some_and(|ms| ms < 100), "{steps:?}");
    // The connection is there now.
    let second = http.attempt(&get(&url), 1).await;
    assert_eq!(reached(times(&second)), ["reply", "body"], "{second:?}");
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn the_last_step_is_the_one_that_failed() {
    let silent = server::silent().await;
    let (_held, full) = server::full().await;
    let ca = Authority::new();
    let mute = server::answers(ca.plain(), "", End::Stall).await;
    let untrusted = server::answers(Authority::new().plain(), "", End::Close).await;
    for (url, fault, steps) in [
        ("https://stuck.example/".to_owned(), Fault::NameTimeout, &["DNS"][..]),
        ("https://unknown.example/".to_owned(), Fault::NameNotFound, &["DNS"]),
        (format!("https://{full}/"), Fault::ConnectTimeout, &["connection"]),
        (format!("https://{}/", server::closed_port().await), Fault::Refused, &["connection"]),
        (silent.url(), Fault::TlsTimeout, &["connection", "TLS"]),
        (untrusted.url(), Fault::UntrustedCertificate, &["connection", "TLS"]),
        (mute.url(), Fault::ReplyTimeout, &["connection", "TLS", "reply"]),
    ] {
        let exchange = knows(Some(&ca), SHORT, ProxyFrom::None).attempt(&get(&url), 1).await;
        let (times, failure) = (times(&exchange), failure(exchange));
        assert_eq!((failure.fault, reached(times)), (fault, steps.to_vec()), "{failure:?}");
        let last = times.reached().last().expect("a step").1;
        let hangs =
            matches!(fault, Fault::NameTimeout | Fault::ConnectTimeout | Fault::TlsTimeout | Fault::ReplyTimeout);
        assert_eq!(last > 300, hangs, "{times:?}");
    }
}

#[tokio::test]
async fn the_way_through_a_proxy_has_its_own_time() {
    let ca = Authority::new();
    let (server, _) = server::good(ca.server("api.example", VALID, &["http/1.1"])).await;
    let target = server.address;
    let proxy = server::tcp(move |mut socket| async move {
        server::head(&mut socket).await;
        sleep(PAUSE).await;
        socket.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok();
        if let Ok(mut server) = tokio::net::TcpStream::connect(target).await {
            tokio::io::copy_bidirectional(&mut socket, &mut server).await.ok();
        }
    })
    .await;
    let proxy = |name: &str| ProxyFrom::Explicit(format!("http://{name}:{}", proxy.address.port()));
    let exchange = knows(Some(&ca), LONG, proxy("127.0.0.1")).attempt(&get("https://api.example/"), 1).await;
    let steps = times(&exchange);
    assert_eq!(reached(steps), ["proxy", "TLS", "reply", "body"]);
    assert!(is_pause(steps.proxy), "{steps:?}");
    let exchange = knows(Some(&ca), LONG, proxy("slow.example")).attempt(&get("https://api.example/"), 1).await;
    let steps = times(&exchange);
    assert_eq!(reached(steps), ["DNS", "proxy", "TLS", "reply", "body"]);
    assert!(is_pause(steps.dns) && is_pause(steps.proxy), "{steps:?}");

    let silent = server::silent().await;
    let exchange = knows(None, SHORT, ProxyFrom::Explicit(format!("http://{}", silent.address)))
        .attempt(&get("https://api.example/"), 1)
        .await;
    assert_eq!(reached(times(&exchange)), ["proxy"]);
}

#[tokio::test]
async fn an_address_of_ipv6_without_a_route_is_passed_over() {
    let ca = Authority::new();
    let (server, _) = server::good(ca.server("both.example", VALID, &["http/1.1"])).await;
    let url = format!("https://both.example:{}/x", server.address.port());
    let exchange = knows(Some(&ca), LONG, ProxyFrom::None).attempt(&get(&url), 1).await;
    assert_eq!(reply(exchange).status, 200);
}

#[tokio::test]
async fn a_name_with_an_unreachable_address_of_ipv6_alone_is_told_as_that() {
    let exchange = knows(None, SHORT, ProxyFrom::None).attempt(&get("https://new.example/x"), 1).await;
    assert_eq!(reached(times(&exchange)), ["DNS", "connection"]);
    let failure = failure(exchange);
    // Where this machine has a route for it, nobody answers at its end.
    assert!(matches!(failure.fault, Fault::Unreachable | Fault::ConnectTimeout), "{failure:?}");
    assert!(failure.detail.contains("at 2001:db8::1: no IPv4 address"), "{failure:?}");
}
