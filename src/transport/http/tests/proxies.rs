//! Faults of a proxy, and a proxy that is well.

use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::*;

const URL: &str = "https://login.microsoftonline.com/x";
const HOST: &str = "login.microsoftonline.com";

fn behind(proxy: &str, ca: Option<&Authority>, timeout: Duration) -> Http {
    Http::new(Vault::default(), &options(ca, timeout, ProxyFrom::Explicit(proxy.to_owned()))).expect("a client")
}

/// A proxy that gives the same answer to every CONNECT.
async fn refuses(answer: &'static str) -> Server {
    server::tcp(move |mut socket| async move {
        let head = server::head(&mut socket).await;
        assert!(head.starts_with("CONNECT login.microsoftonline.com:443 HTTP/1.1\r\n"), "{head}");
        socket.write_all(answer.as_bytes()).await.ok();
    })
    .await
}

/// A proxy that opens every tunnel to the same server.
async fn opens(target: std::net::SocketAddr) -> Server {
    server::tcp(move |mut socket| async move {
        server::head(&mut socket).await;
        socket.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok();
        if let Ok(mut server) = TcpStream::connect(target).await {
            copy_bidirectional(&mut socket, &mut server).await.ok();
        }
    })
    .await
}

async fn failed(http: &Http, proxy: &str) -> Failure {
    let failure = failure(http.attempt(&get(URL), 1).await);
    assert_eq!((failure.host.as_str(), failure.proxy.as_deref()), (HOST, Some(proxy)));
    failure
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let closed = format!("http://{}", server::closed_port().await);
    for proxy in [closed.as_str(), "http://no-such-host.invalid:8080"] {
        let failure = failed(&behind(proxy, None, LONG), proxy).await;
        assert_eq!(failure.fault, Fault::ProxyUnreachable, "{}", failure.detail);
    }
    let socks = closed.replace("http", "socks5h");
    let failure = failed(&behind(&socks, None, LONG), &socks).await;
    assert_eq!(failure.fault, Fault::ProxyUnreachable, "{}", failure.detail);
}

#[tokio::test]
async fn a_proxy_that_refuses() {
    for (answer, fault, words) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n",
            Fault::ProxyAuthentication,
            "HTTP/1.1 407 Proxy Authentication Required\", Proxy-Authenticate: Negotiate",
        ),
        ("HTTP/1.1 403 Forbidden by policy\r\n\r\n", Fault::ProxyRefused, "HTTP/1.1 403 Forbidden by policy"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Fault::ProxyRefused, "HTTP/1.1 502 Bad Gateway"),
        ("", Fault::ProxyRefused, "wasn't HTTP, or there was no answer"),
        ("SSH-2.0-server\r\n\r\n", Fault::ProxyRefused, "wasn't HTTP, or there was no answer"),
    ] {
        let server = refuses(answer).await;
        let proxy = format!("http://{}", server.address);
        let failure = failed(&behind(&proxy, None, LONG), &proxy).await;
        assert_eq!(failure.fault, fault, "{}", failure.detail);
        assert!(failure.detail.contains(words), "{}", failure.detail);
    }
}

#[tokio::test]
async fn a_proxy_that_stalls() {
    let server = server::silent().await;
    let proxy = format!("http://{}", server.address);
    assert_eq!(failed(&behind(&proxy, None, SHORT), &proxy).await.fault, Fault::ConnectTimeout);
}

#[tokio::test]
async fn a_proxy_whose_socket_hangs() {
    let (_held, address) = server::full().await;
    let proxy = format!("http://{address}");
    assert_eq!(failed(&behind(&proxy, None, SHORT), &proxy).await.fault, Fault::ProxyUnreachable);
}

#[tokio::test]
async fn a_proxy_that_refuses_once() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let server = server::tcp(move |mut socket| {
        let is_first = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        async move {
            server::head(&mut socket).await;
            let answer: &[u8] = if is_first { b"HTTP/1.1 502 Bad\r\n\r\n" } else { b"HTTP/1.1 200 OK\r\n\r\n" };
            socket.write_all(answer).await.ok();
        }
    })
    .await;
    let proxy = format!("http://{}", server.address);
    assert_eq!(failed(&behind(&proxy, None, LONG), &proxy).await.fault, Fault::ProxyRefused);
}

#[tokio::test]
async fn the_password_of_a_proxy_is_sent_and_not_recorded() {
    // It says what it was sent, as no proxy should.
    let server = server::tcp(async |mut socket| {
        let head = server::head(&mut socket).await;
        let sent = head.lines().find(|line| line.starts_with("Proxy-Authorization: ")).unwrap_or("nothing");
        let answer = format!("HTTP/1.1 407 not {sent} nor hunter2\r\n\r\n");
        socket.write_all(answer.as_bytes()).await.ok();
    })
    .await;
    let http = behind(&format!("http://somebody:hunter2@{}", server.address), None, LONG);
    let failure = failed(&http, &format!("http://{}", server.address)).await;
    assert_eq!(failure.fault, Fault::ProxyAuthentication);
    assert!(failure.detail.contains("not Proxy-Authorization: Basic [proxy password]"), "{}", failure.detail);
    assert!(!failure.detail.contains("hunter2"), "{}", failure.detail);
}

#[tokio::test]
async fn a_tunnel_keeps_the_name() {
    let ca = Authority::new();
    let (server, seen) = server::good(ca.server(HOST, VALID, &["h2"])).await;
    let proxy = opens(server.address).await;
    let http = behind(&format!("http://{}", proxy.address), Some(&ca), LONG);
    for _ in 0..2 {
        assert_eq!(reply(http.attempt(&get(URL), 1).await).status, 200);
    }
    assert_eq!((proxy.accepted(), seen.lines().len()), (1, 2));
}

#[tokio::test]
async fn what_fails_behind_a_tunnel_is_told_as_without_one() {
    let ca = Authority::new();
    let server = server::answers(ca.server(HOST, VALID, &[]), "", End::Close).await;
    let proxy = opens(server.address).await;
    let address = format!("http://{}", proxy.address);
    let failure = failed(&behind(&address, None, LONG), &address).await;
    assert_eq!(failure.fault, Fault::UntrustedCertificate);
    assert!(failure.issuer.is_some_and(|issuer| issuer.contains(ISSUER)));
    assert_eq!(failed(&behind(&address, Some(&ca), LONG), &address).await.fault, Fault::Closed);

    let silent = server::silent().await;
    let address = format!("http://{}", opens(silent.address).await.address);
    assert_eq!(failed(&behind(&address, None, SHORT), &address).await.fault, Fault::TlsTimeout);
}
