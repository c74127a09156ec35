//! Servers on loopback that do one thing, well or badly.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The name in certificates that the authority of the tests issues.
pub(super) const ISSUER: &str = "Contoso Test Authority";

/// A certificate authority.
pub(super) struct Authority {
    /// Its certificate.
    pub(super) pem: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

/// From when until when a certificate is valid, in years.
pub(super) const VALID: (i32, i32) = (2020, 2120);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, ISSUER);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem().into_bytes();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// TLS for a server of that name.
    pub(super) fn server(&self, name: &str, (from, until): (i32, i32), protocols: &[&str]) -> TlsAcceptor {
        let mut params = CertificateParams::new([name.to_owned()]).expect("params");
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a key that fits");
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }

    /// TLS for `127.0.0.1`, HTTP/1.1.
    pub(super) fn plain(&self) -> TlsAcceptor {
        self.server("127.0.0.1", VALID, &["http/1.1"])
    }
}

/// A server that hands each connection to `script`.
pub(super) async fn tcp<F, R>(script: F) -> Server
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(script(socket));
        }
    });
    Server { address, accepted }
}

/// A server that accepts and says nothing.
pub(super) async fn silent() -> Server {
    tcp(async |socket| {
        std::future::pending::<()>().await;
        drop(socket);
    })
    .await
}

/// A server that hands each connection to `script` after the TLS handshake.
pub(super) async fn tls<F, R>(acceptor: TlsAcceptor, script: F) -> Server
where
    F: Fn(TlsStream<TcpStream>) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    tcp(move |socket| {
        let (acceptor, script) = (acceptor.clone(), script.clone());
        async move {
            if let Ok(stream) = acceptor.accept(socket).await {
                script(stream).await;
            }
        }
    })
    .await
}

/// A server that reads a request, answers these bytes and then `ends` so.
pub(super) async fn answers(acceptor: TlsAcceptor, bytes: impl Into<Vec<u8>>, end: End) -> Server {
    let bytes = bytes.into();
    tls(acceptor, move |mut stream| {
        let bytes = bytes.clone();
        async move {
            head(&mut stream).await;
            stream.write_all(&bytes).await.ok();
            stream.flush().await.ok();
            match end {
                End::Close => drop(stream.shutdown().await),
                End::Stall => std::future::pending().await,
                End::Reset => reset(&stream.into_inner().0),
            }
        }
    })
    .await
}

/// How a server ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    Close,
    Stall,
    Reset,
}

/// A running server.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
}

impl Server {
    pub(super) fn url(&self) -> String {
        format!("https://{}/x", self.address)
    }

    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }
}

/// The head of a request, and what stood behind it in the same bytes.
pub(super) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Closes so that the peer sees a reset: with the time to linger at zero.
pub(super) fn reset(socket: &TcpStream) {
    socket.set_zero_linger().expect("a socket option");
}

/// A port at which nobody listens.
pub(super) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

/// Reads the first bytes of a client, as TLS begins.
pub(super) async fn hello(socket: &mut TcpStream) {
    // All of them: a close with bytes unread is a reset.
    assert_ne!(socket.read(&mut [0; 4096]).await.ok(), Some(0));
}

/// What a server was asked, a line each: version, path, Authorization, body.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(super) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("no panic while locked").clone()
    }

    async fn answer(self, request: hyper::Request<hyper::body::Incoming>) -> hyper::Response<axum::body::Body> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(axum::body::Body::new(body), 65536).await.unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        let authorization = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("-");
        let line = format!("{:?} {} {authorization} {body}", parts.version, parts.uri.path());
        self.0.lock().expect("no panic while locked").push(line);
        let answer = match parts.uri.path() {
            "/token" => format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3599}}"#),
            "/echo" => format!(r#"{{"error_description":"you sent {body} and {authorization}"}}"#),
            _ => "{}".to_owned(),
        };
        hyper::Response::new(answer.into())
    }
}

/// The access token that the server gives out at `/token`.
pub(super) const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4IiwiaXNzIjoieSJ9.c2lnbmF0dXJl";

/// A server that is well: HTTP/1.1 or HTTP/2, as TLS agreed.
pub(super) async fn good(acceptor: TlsAcceptor) -> (Server, Seen) {
    let seen = Seen::default();
    let asked = seen.clone();
    let server = tls(acceptor, move |stream| {
        let asked = asked.clone();
        async move {
            let service = hyper::service::service_fn(move |request| {
                let answer = asked.clone().answer(request);
                async { Ok::<_, std::convert::Infallible>(answer.await) }
            });
            let io = hyper_util::rt::TokioIo::new(stream);
            let server = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
            server.serve_connection(io, service).await.ok();
        }
    })
    .await;
    (server, seen)
}

/// A port whose backlog is full: the system answers no further SYN as long as the sockets are held.
pub(super) async fn full() -> (impl Sized, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let mut held = Vec::new();
    while let Ok(Ok(socket)) = tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        held.push(socket);
        assert!(held.len() < 100, "the backlog is never full");
    }
    ((listener, held), address)
}
