//! One connection to the served tenant.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::response::Response;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::super::faults::{Faults, Kind};
use super::super::{Keys, Memory, Moment, Scenario, SimRequest, answer, identity};
use crate::wire::WireReply;

/// The largest request body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// A handshake takes at most this long.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A connection that gets no answer is held this long. Every client gives up earlier.
const STALL: Duration = Duration::from_mins(2);

/// What all connections have in common.
#[derive(Debug)]
pub(super) struct Shared {
    scenario: Scenario,
    keys: Keys,
    memory: Memory,
    faults: Faults,
    tls: Arc<ServerConfig>,
}

impl Shared {
    pub(super) fn new(scenario: Scenario, keys: Keys, faults: Faults, tls: Arc<ServerConfig>) -> Self {
        Self { scenario, keys, memory: Memory::default(), faults, tls }
    }
}

/// Who answers on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// Entra and the APIs, over TLS.
    Services,
    /// The machine with its managed identities, over plain HTTP.
    Machine,
}

/// What the requests of one connection have in common.
#[derive(Debug, Clone)]
struct Connection {
    shared: Arc<Shared>,
    /// Who answers there.
    answers: Answers,
    /// Told when the connection is to be reset.
    reset: Arc<Notify>,
}

/// Serves one connection to its end. Whatever goes wrong concerns its client alone.
pub(super) async fn handle(shared: Arc<Shared>, answers: Answers, stream: TcpStream) {
    let Ok((stream, twin)) = with_twin(stream, shared.faults.plan(Kind::Reset)) else { return };
    let connection = Connection { shared, answers, reset: Arc::new(Notify::new()) };
    let reset = Arc::clone(&connection.reset);
    let served = async {
        if answers == Answers::Machine {
            return serve(stream, connection).await;
        }
        let acceptor = TlsAcceptor::from(Arc::clone(&connection.shared.tls));
        if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
            serve(stream, connection).await;
        }
    };
    tokio::select! {
        () = served => {}
        () = reset.notified() => {
            // With no time to linger the last close of the socket is a reset.
            if let Some(twin) = twin {
                let _ = twin.set_zero_linger();
            }
        }
    }
}

async fn serve<S>(stream: S, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = Router::new().fallback(respond).with_state(connection);
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    let _ = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}

/// The stream, and where it may have to be reset a second hold on its socket: the first is the HTTP library's.
fn with_twin(stream: TcpStream, wanted: bool) -> std::io::Result<(TcpStream, Option<TcpStream>)> {
    if !wanted {
        return Ok((stream, None));
    }
    let stream = stream.into_std()?;
    let twin = TcpStream::from_std(stream.try_clone()?)?;
    Ok((TcpStream::from_std(stream)?, Some(twin)))
}

#[expect(clippy::disallowed_methods, reason = "a served tenant lives in real time")]
async fn respond(State(connection): State<Connection>, request: Request) -> Response {
    let shared = &connection.shared;
    let Some(mut request) = taken_apart(request).await else { return status(StatusCode::PAYLOAD_TOO_LARGE) };
    sleep(shared.scenario.latency).await;
    let moment = Moment::new(shared.scenario.clock.service_time(Timestamp::now()));
    let service = request.service();
    shared.faults.pass(service, &mut request);
    let Some(fault) = shared.faults.strike(service) else {
        let (world, keys) = (&shared.scenario.world, &shared.keys);
        let reply = match connection.answers {
            Answers::Services => Some(answer(world, keys, &shared.memory, &request, &moment)),
            Answers::Machine => identity::answer(world, keys, &request, &moment),
        };
        return reply.map_or_else(|| status(StatusCode::NOT_FOUND), whole);
    };
    if let Some(reply) = fault.reply(service, &moment) {
        return whole(reply);
    }
    if fault.kind == Kind::Stall {
        sleep(STALL).await;
    }
    connection.reset.notify_one();
    pending().await
}

/// `None` for a body that is larger than any client's, or that breaks off.
async fn taken_apart(request: Request) -> Option<SimRequest> {
    let (head, body) = request.into_parts();
    let host = head.uri.authority().map(ToString::to_string);
    let host = host.or_else(|| head.headers.get(HOST)?.to_str().ok().map(str::to_owned));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(SimRequest {
        method: head.method.to_string(),
        host: host.unwrap_or_default(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
        body: to_bytes(body, MAX_BODY).await.ok()?.to_vec(),
    })
}

fn whole(reply: WireReply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = Body::from(reply.body.unwrap_or_default());
    response.body(body).unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
