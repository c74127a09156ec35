//! The page on loopback that embeds the item: served to one browser, once, under a path that nobody can guess.
//!
//! No address holds a token: the page asks for its configuration by a request of its own, and gets it once.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::Failed;
use super::client::Script;
use crate::evidence::embed::policy::frame_sources;
use crate::record::Fault;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const CODE: &str = include_str!("page.js");
/// The largest message of the page that is read, in bytes.
const MOST: usize = 64 * 1024;
/// The diagnosis waits no longer for the page to ask for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// A port and a path for the page.
#[derive(Debug)]
pub(super) struct Page {
    listener: std::net::TcpListener,
    at: SocketAddr,
    path: String,
}

/// The page while it is served.
#[derive(Debug)]
pub(super) struct Served {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    host: String,
    path: String,
    policies: Policies,
    script: Script,
    /// The configuration with its token, until it was given away.
    config: Mutex<Option<Value>>,
    events: mpsc::UnboundedSender<Value>,
    /// The diagnosis, once there is one.
    news: Mutex<Option<Value>>,
    told: Notify,
}

impl Page {
    pub(super) fn bind(at: SocketAddr) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind(at)?;
        listener.set_nonblocking(true)?;
        let at = listener.local_addr()?;
        Ok(Self { listener, at, path: format!("/{}/", Uuid::new_v4().simple()) })
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}{}", self.at, self.path)
    }

    /// Serves the page for a configuration. What the page reports comes in the order in which it happens.
    pub(super) fn serve(
        &self,
        script: Script,
        config: Value,
        policies: &Policies,
    ) -> Result<(Served, mpsc::UnboundedReceiver<Value>), Failed> {
        let failed = |why: std::io::Error| (Fault::Unreachable, format!("the page can't be served: {why}"));
        let listener = self.listener.try_clone().and_then(TcpListener::from_std).map_err(failed)?;
        let (events, received) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            host: self.at.to_string(),
            path: self.path.clone(),
            policies: policies.clone(),
            script,
            config: Mutex::new(Some(config)),
            events,
            news: Mutex::new(None),
            told: Notify::new(),
        });
        let router = Router::new().fallback(respond).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok((Served { shared, server }, received))
    }
}

impl Served {
    /// Gives the page the diagnosis, and waits a moment until it has it.
    pub(super) async fn tell(self, diagnosis: Value) {
        *lock(&self.shared.news) = Some(diagnosis);
        let _ = tokio::time::timeout(PATIENCE, self.shared.told.notified()).await;
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
        lock(&self.shared.config).take();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The policies of the page: a frame is shown where each of them allows it.
#[derive(Debug, Clone)]
pub(super) struct Policies {
    /// What the page may load: its own parts, and one frame.
    own: String,
    /// What somebody's page that this one stands for says of frames. Absent: nothing.
    of_frames: Option<String>,
}

impl Policies {
    /// Those of a page whose item is shown at this address, and which stands for one with this policy.
    pub(super) fn of(address: &str, policy: Option<&str>) -> Self {
        let frame = url::Url::parse(address).ok().filter(|url| url.scheme() == "https").map(|url| url.origin());
        let frame = frame.map_or_else(|| "'none'".to_owned(), |origin| origin.ascii_serialization());
        // powerbi-client sets styles on the frame that it makes.
        let own = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
             frame-src {frame}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let of_frames = policy.and_then(frame_sources).map(|sources| format!("frame-src {sources}"));
        Self { own, of_frames }
    }

    fn put(&self, headers: &mut HeaderMap) {
        for policy in [Some(&self.own), self.of_frames.as_ref()].into_iter().flatten() {
            if let Ok(policy) = policy.parse() {
                headers.append(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
    }
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    // A name that somebody points to this machine is not this page, and neither is another page of this browser.
    if !is_own(&head.headers, &shared.host) {
        return status(StatusCode::MISDIRECTED_REQUEST);
    }
    let Some(part) = head.uri.path().strip_prefix(&shared.path) else { return status(StatusCode::NOT_FOUND) };
    match (&head.method, part) {
        (&Method::GET, "") => {
            let page = PAGE.replace("{integrity}", &shared.script.integrity);
            let mut response = answer("text/html; charset=utf-8", page);
            shared.policies.put(response.headers_mut());
            response
        }
        (&Method::GET, "page.css") => answer("text/css; charset=utf-8", STYLE),
        (&Method::GET, "page.js") => answer("text/javascript; charset=utf-8", CODE),
        (&Method::GET, "powerbi.min.js") => answer("text/javascript; charset=utf-8", shared.script.bytes.clone()),
        (&Method::POST, "start") => match lock(&shared.config).take() {
            Some(config) => json_answer(&config),
            None => status(StatusCode::GONE),
        },
        (&Method::POST, "event") => {
            let Ok(bytes) = to_bytes(body, MOST).await else { return status(StatusCode::PAYLOAD_TOO_LARGE) };
            if let Ok(event) = serde_json::from_slice(&bytes) {
                // Nobody listens any more once the run is over.
                let _ = shared.events.send(event);
            }
            status(StatusCode::NO_CONTENT)
        }
        (&Method::GET, "news") => {
            let news = lock(&shared.news).clone();
            if news.is_some() {
                shared.told.notify_one();
            }
            json_answer(&json!({ "diagnosis": news }))
        }
        _ => status(StatusCode::NOT_FOUND),
    }
}

fn is_own(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    text(header::HOST) == Some(host)
        && text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host))
}

fn json_answer(value: &Value) -> Response {
    answer("application/json", value.to_string())
}

fn answer(kind: &str, body: impl Into<Body>) -> Response {
    let response = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body.into());
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_frame_alone_may_be_shown() {
        let of = |address: &str| Policies::of(address, None).own;
        assert!(of("https://app.powerbi.com/reportEmbed?reportId=x").contains("frame-src https://app.powerbi.com;"));
        assert!(of("http://app.powerbi.com/").contains("frame-src 'none'"));
    }

    #[test]
    fn the_policy_of_somebodys_page_counts_for_frames_alone() {
        let policies = |policy| {
            let mut headers = HeaderMap::new();
            Policies::of("https://app.powerbi.com/reportEmbed", Some(policy)).put(&mut headers);
            let all = headers.get_all(header::CONTENT_SECURITY_POLICY).iter();
            all.skip(1).map(|value| value.to_str().expect("a text").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(policies("default-src 'self'; script-src 'none'"), ["frame-src 'self'"]);
        assert!(policies("script-src 'none'").is_empty());
    }

    #[test]
    fn other_names_and_other_pages_are_turned_away() {
        let headers = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a host"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("an origin"));
            }
            is_own(&headers, "127.0.0.1:9000")
        };
        assert!(headers("127.0.0.1:9000", None) && headers("127.0.0.1:9000", Some("http://127.0.0.1:9000")));
        assert!(!headers("evil.example:9000", None) && !headers("127.0.0.1:9000", Some("https://evil.example")));
    }
}
