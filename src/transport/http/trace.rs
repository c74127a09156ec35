//! When each step on the way to a reply began and ended.
//!
//! The client makes a connection within the request that asks for it, so that what is remembered by task belongs to
//! that request. Where another connection becomes free earlier, the request takes that one, and its own is finished in the
//! background, for later requests: outside of its task, and belonging to none.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;
use tower_layer::Layer;
use tower_service::Service;

use crate::record::Times;

/// So many servers' sessions are kept to be resumed.
const SESSIONS: usize = 64;

tokio::task_local! {
    static TRACE: Trace;
}

/// What is remembered of one attempt. A copy is the same.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    /// The host that TLS is spoken with in the end, as a certificate names it.
    host: Arc<str>,
    marks: Arc<Mutex<Marks>>,
}

/// The times at which something happened. Absent: it did not.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    connect: Option<Instant>,
    look_up: Option<Instant>,
    found: Option<Instant>,
    tls: Option<Instant>,
    connected: Option<Instant>,
    head: Option<Instant>,
}

impl Trace {
    /// Nothing yet. `host`: the one addressed.
    pub(super) fn new(host: &str) -> Self {
        Self { host: host.trim_matches(['[', ']']).into(), marks: Arc::default() }
    }

    /// Remembers what happens in this future.
    pub(super) async fn over<F: Future>(&self, future: F) -> F::Output {
        TRACE.scope(self.clone(), future).await
    }

    /// The head of the reply is there.
    pub(super) fn head(&self) {
        self.mark(|marks| marks.head = Some(now()));
    }

    /// How long each step took, up to now.
    pub(super) fn times(&self, started: Instant, is_proxied: bool) -> Times {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).times(started, now(), is_proxied)
    }

    fn mark(&self, set: impl FnOnce(&mut Marks)) {
        set(&mut self.marks.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Marks {
    fn times(&self, started: Instant, end: Instant, is_proxied: bool) -> Times {
        let ms = |from: Instant, to: Option<Instant>| Some(millis(to.unwrap_or(end).saturating_duration_since(from)));
        let mut times = Times::default();
        let ready = match self.connect.filter(|_| self.connected.is_some() || self.head.is_none()) {
            None => Some(started),
            Some(connect) => {
                times.dns = self.look_up.and_then(|begun| ms(begun, self.found));
                if self.look_up.is_none() || self.found.is_some() {
                    let open = ms(self.found.unwrap_or(connect), self.tls.or(self.connected));
                    *(if is_proxied { &mut times.proxy } else { &mut times.connection }) = open;
                }
                times.tls = self.tls.and_then(|begun| ms(begun, self.connected));
                self.connected
            }
        };
        times.reply = ready.and_then(|ready| ms(ready, self.head));
        times.body = self.head.and_then(|head| ms(head, None));
        times
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn now() -> Instant {
    Instant::now()
}

fn mark(set: impl FnOnce(&mut Marks)) {
    // A connection in the background belongs to no request.
    TRACE.try_with(|trace| trace.mark(set)).ok();
}

/// A name is looked up from now on.
pub(super) fn looks_up() {
    mark(|marks| marks.look_up = Some(now()));
}

/// It was found.
pub(super) fn found() {
    mark(|marks| marks.found = Some(now()));
}

/// Remembers when a connection is begun, and when it can be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connects;

/// What makes connections, watched.
#[derive(Debug, Clone)]
pub(super) struct Watched<S>(S);

impl<S> Layer<S> for Connects {
    type Service = Watched<S>;

    fn layer(&self, inner: S) -> Watched<S> {
        Watched(inner)
    }
}

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let mut connection = Box::pin(self.0.call(request));
        Box::pin(async move {
            let trace = TRACE.try_with(Clone::clone).ok();
            // A second connection for the same request is told in place of the first.
            mark(|marks| *marks = Marks { connect: Some(now()), ..Marks::default() });
            let connection = poll_fn(move |context| {
                if let Some(trace) = trace.as_ref().filter(|_| TRACE.try_with(|_| ()).is_err()) {
                    trace.mark(|marks| *marks = Marks { head: marks.head, ..Marks::default() });
                }
                connection.as_mut().poll(context)
            })
            .await?;
            mark(|marks| marks.connected = Some(now()));
            Ok(connection)
        })
    }
}

/// TLS sessions to resume. TLS asks for the last one as a handshake begins, which no other part of it tells.
#[derive(Debug)]
struct Sessions(ClientSessionMemoryCache);

/// Sessions that are resumed as they would be anyway, and tell when a handshake begins.
pub(super) fn sessions() -> Resumption {
    Resumption::store(Arc::new(Sessions(ClientSessionMemoryCache::new(SESSIONS))))
}

impl ClientSessionStore for Sessions {
    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        let begins = |trace: &Trace| {
            // TLS with a proxy is part of the way through it.
            if trace.host.eq_ignore_ascii_case(&name.to_str()) {
                trace.mark(|marks| marks.tls = Some(now()));
            }
        };
        TRACE.try_with(begins).ok();
        self.0.kx_hint(name)
    }

    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(name, group);
    }

    fn set_tls12_session(&self, name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(name, value);
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(name)
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        self.0.remove_tls12_session(name);
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(name, value);
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(name)
    }
}
