//! The network: one HTTPS client for all runs of a process.
//!
//! TLS is always verified, no redirect is followed, plain HTTP is spoken to this machine alone.

mod address;
mod body;
mod fault;
mod names;
mod probe;
mod proxy;
#[cfg(test)]
mod tests;
mod trace;
pub(super) mod trust;
mod turns;
mod words;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::record::{Exchange, Failure, Fault, HostPage, Method, Outcome, Request, Times};
use crate::secret::{SecretRef, Vault};
use crate::transport::browser::Browser;
use crate::transport::embed::Show;
use crate::transport::{program, retry};
use crate::wire::{Border, WireReply, WireRequest};

use fault::{Finding, Phase};
use names::Names;
pub use proxy::ProxyFrom;
use proxy::{Proxies, Proxy};
use trace::{Connects, Trace};
use turns::Turns;

/// How this client names itself to services and proxies.
const USER_AGENT: &str = concat!("pbiauth/", env!("CARGO_PKG_VERSION"));
/// At most so many requests of a process are under way at once, whatever number of runs it makes: the services throttle
/// whoever asks more.
pub const REQUESTS_AT_ONCE: usize = 16;
/// No connection takes longer than this.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// How requests are sent.
#[derive(Clone)]
pub struct Options {
    /// Certificates to trust beside the system's: the bytes of a PEM file.
    pub ca_file: Option<Vec<u8>>,
    /// The time for one attempt of a request, its reply included.
    pub timeout: Duration,
    /// Where the proxy is taken from.
    pub proxy: ProxyFrom,
}

/// Why there is no client: the options cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The CA file is no PEM file of certificates.
    #[error(
        "the CA file contains no certificate: it has no section \"BEGIN CERTIFICATE\"; use the authority's certificate \
         in PEM format (to convert a DER file: `openssl x509 -inform der -in FILE`)"
    )]
    NoCertificate,
    /// A certificate of the CA file cannot be read.
    #[error("a certificate in the CA file can't be read: {0}; export it again in PEM format")]
    BadCertificate(String),
    /// The address of the proxy is none.
    #[error("the proxy's address can't be used; write it as http://HOST:PORT")]
    Proxy,
    /// The HTTP client cannot be made.
    #[error("the HTTP client can't be created: {0}")]
    Client(String),
}

/// The connections of a process: all of its runs share them, their TLS and their proxy. A copy is the same.
#[derive(Debug, Clone)]
pub struct Connections {
    proxies: Arc<Proxies>,
    names: Names,
    timeout: Duration,
    /// For HTTPS, through a proxy where there is one.
    secure: Client,
    /// For plain HTTP to this machine, which no proxy may see.
    local: Client,
    turns: Turns,
}

/// The HTTP transport of one run.
#[derive(Debug)]
pub struct Http {
    border: Border,
    browser: Option<Browser>,
    show: Option<Arc<Show>>,
    /// Whose share of the services' limits its requests use. Empty where no tenant is named.
    tenant: String,
    shared: Connections,
}

impl Connections {
    /// Connections that are made as they are needed.
    ///
    /// # Errors
    /// When the CA file or the proxy's address cannot be used.
    pub fn new(options: &Options) -> Result<Self, HttpError> {
        Self::with(options, Names::default())
    }

    fn with(options: &Options, names: Names) -> Result<Self, HttpError> {
        let tls = trust::client_config(options.ca_file.as_deref())?;
        let proxies = Proxies::new(&options.proxy)?;
        // A quarter of the time stays for finding out where a connection hung.
        let connect = LONGEST_CONNECT.min(options.timeout.saturating_sub(options.timeout / 4));
        let builder = || {
            Client::builder()
                .dns_resolver(Arc::new(names.clone()))
                .tls_backend_preconfigured(tls.clone())
                .redirect(reqwest::redirect::Policy::none())
                .connector_layer(Connects)
                .referer(false)
                .user_agent(USER_AGENT)
                .connect_timeout(connect)
                .timeout(options.timeout)
        };
        let built = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| HttpError::Client(words::chain(&error.without_url())))
        };
        Ok(Self {
            secure: built(proxy::apply(&options.proxy, builder())?)?,
            local: built(builder().no_proxy())?,
            proxies: Arc::new(proxies),
            names,
            timeout: options.timeout,
            turns: Turns::new(REQUESTS_AT_ONCE),
        })
    }

    /// Whether fewer requests are under way than may be.
    #[must_use]
    pub fn are_idle(&self) -> bool {
        self.turns.are_free()
    }

    /// Until when a service asked a tenant for patience. `None` where none did, or the time is over.
    #[must_use]
    pub fn busy_until(&self, tenant: &str) -> Option<tokio::time::Instant> {
        self.turns.of_tenant(&tenant.to_lowercase())
    }
}

impl Connections {
    /// What stands at an address, up to a bound in bytes: a library that a page needs.
    ///
    /// # Errors
    /// The fault and a sentence.
    pub(super) async fn fetch(&self, address: &str, most: usize) -> Result<Vec<u8>, (Fault, String)> {
        let url = address::parse(address).map_err(|why| (Fault::NotSendable, why))?;
        let client = if url.scheme() == "https" { &self.secure } else { &self.local };
        let trace = Trace::new(url.host_str().unwrap_or_default());
        let message = reqwest::Request::new(reqwest::Method::GET, url);
        let started = Instant::now();
        let came = trace.over(exchange(client, message, &trace)).await;
        let reply = came.map_err(|error| {
            let finding = Finding::of(&error.0, error.1, &trace.times(started, false));
            (finding.fault, format!("{} ({})", finding.fault.words(), finding.detail))
        })?;
        match reply.body {
            Some(body) if reply.status == 200 && body.len() <= most => Ok(body),
            _ if reply.status == 200 => Err((Fault::NotHttp, format!("it's larger than {} MiB", most / (1024 * 1024)))),
            _ => Err((Fault::NotHttp, format!("the answer has status {}", reply.status))),
        }
    }
}

impl Http {
    /// A transport for one run, over connections of its own.
    ///
    /// # Errors
    /// When the CA file or the proxy's address cannot be used.
    pub fn new(vault: Vault, options: &Options) -> Result<Self, HttpError> {
        Ok(Self::over(vault, Connections::new(options)?))
    }

    /// A transport for one run, over connections that others use too.
    #[must_use]
    pub fn over(vault: Vault, shared: Connections) -> Self {
        Self { border: Border::new(vault), browser: None, show: None, tenant: String::new(), shared }
    }

    /// The same for a tenant, by the id or domain that was given: it keeps to the waits that other runs of that tenant
    /// were asked for.
    #[must_use]
    pub fn of_tenant(mut self, tenant: &str) -> Self {
        self.tenant = tenant.to_lowercase();
        self
    }

    /// The same with a place for a person's browser to come back to.
    #[must_use]
    pub fn with_browser(mut self, browser: Option<Browser>) -> Self {
        self.browser = browser;
        self
    }

    /// Shows items in this browser.
    pub fn set_show(&mut self, show: Arc<Show>) {
        self.show = Some(show);
    }

    /// The connections, which others may use too.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.shared.clone()
    }

    /// The secrets of the run.
    pub(super) const fn border(&self) -> &Border {
        &self.border
    }

    /// What a person has to be told before a request is sent.
    #[expect(clippy::disallowed_methods, reason = "the clock is read when a request is sent")]
    pub(super) fn words(&self, request: &Request) -> Option<String> {
        if request.method == Method::Embed {
            return self.show.as_ref().and_then(|show| show.words());
        }
        self.border.words(request, Timestamp::now())
    }

    /// Performs one attempt. One over the network ends within [`Options::timeout`], and what comes of it is always an exchange.
    #[expect(clippy::disallowed_methods, reason = "the clock is read when a request is sent")]
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        // A person at a browser is not waited for by others.
        let is_sent = matches!(request.method, Method::Get | Method::Post);
        let service = format!("{} {}", request.service.name(), address::host_of(&request.url));
        let permit = if is_sent { self.shared.turns.take(&service, &self.tenant).await } else { None };
        let sent = Timestamp::now();
        let started = Instant::now();
        let (performed, times) = match request.method {
            Method::Get | Method::Post => {
                let (reply, times) = self.perform(request, sent, started).await;
                (reply.map(|reply| self.border.receive(reply)), times)
            }
            other => {
                let here = match other {
                    Method::Run => program::run(&request.url).await.map(|reply| self.border.receive(reply)),
                    Method::Embed => self.embed(request).await.map(|happened| self.border.seen(happened)),
                    _ => self.browse(request, sent).await.map(|reply| self.border.receive(reply)),
                };
                (here.map_err(|why| self.unsent(request, &why)), None)
            }
        };
        let outcome = match performed {
            Ok(reply) => Outcome::Reply(reply),
            Err(failure) => Outcome::Failure(failure),
        };
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        drop(permit);
        let exchange = Exchange { request: request.clone(), attempt, sent, ms, times, outcome, retried: false };
        if is_sent && exchange.reply().is_some() {
            self.shared.turns.answered(&service, &self.tenant, retry::asked(&exchange));
        }
        exchange
    }

    async fn browse(&self, request: &Request, now: Timestamp) -> Result<WireReply, (Fault, String)> {
        let unsendable = |why: String| (Fault::NotSendable, why);
        let browser = self.browser.as_ref().ok_or_else(|| unsendable("no port is listened on".to_owned()))?;
        let wire = self.border.fill(request, now).map_err(unsendable)?;
        let state = self.border.secret(SecretRef::State).ok_or_else(|| unsendable("there is no state".to_owned()))?;
        browser.visit(&wire.url, state.expose()).await
    }

    /// Shows an item in a browser.
    async fn embed(&self, request: &Request) -> Result<Value, (Fault, String)> {
        let unsendable = |why: &str| (Fault::NotSendable, why.to_owned());
        let show = self.show.as_ref().ok_or_else(|| unsendable("only `pbiauth embed` opens a browser"))?;
        let token = request.bearer.and_then(|name| self.border.secret(name));
        let token = token.ok_or_else(|| unsendable("there is no token to embed with"))?;
        show.run(request.json.as_ref().unwrap_or(&Value::Null), request.header(HostPage::POLICY), &token).await
    }

    /// A failure of what is done on this machine.
    fn unsent(&self, request: &Request, (fault, why): &(Fault, String)) -> Failure {
        let host = request.url.split(' ').next().unwrap_or_default().to_owned();
        Failure { fault: *fault, host, proxy: None, issuer: None, detail: self.detail(why) }
    }

    /// Sends a request and reads what comes, and tells how the time went. Absent where nothing was sent.
    async fn perform(
        &self,
        request: &Request,
        now: Timestamp,
        started: Instant,
    ) -> (Result<WireReply, Failure>, Option<Times>) {
        let message = match self.message(request, now) {
            Ok(message) => message,
            Err(failure) => return (Err(failure), None),
        };
        let url = message.url().clone();
        let client = if url.scheme() == "https" { &self.shared.secure } else { &self.shared.local };
        let trace = Trace::new(url.host_str().unwrap_or_default());
        let came = trace.over(exchange(client, message, &trace)).await;
        let proxy = self.shared.proxies.of(&url);
        let times = trace.times(started, proxy.is_some());
        let reply = match came {
            Ok(reply) => Ok(reply),
            Err(error) => {
                let left = self.shared.timeout.saturating_sub(started.elapsed());
                Err(self.failure(&url, proxy.as_ref(), Finding::of(&error.0, error.1, &times), left).await)
            }
        };
        (reply, Some(times))
    }

    /// The message to send.
    fn message(&self, request: &Request, now: Timestamp) -> Result<reqwest::Request, Failure> {
        let planned = address::parse(&request.url).map_err(|why| self.not_sendable("", &why))?;
        let host = address::host(&planned);
        let wire = self.border.fill(request, now).map_err(|why| self.not_sendable(&host, &why))?;
        let url = address::parse(&wire.url).map_err(|why| self.not_sendable(&host, &why))?;
        message(url, wire).map_err(|why| self.not_sendable(&host, &why))
    }

    async fn failure(&self, url: &Url, proxy: Option<&Proxy>, finding: Finding, left: Duration) -> Failure {
        let finding = match proxy {
            Some(proxy) => probe::through(proxy, url, finding, left).await,
            None => finding,
        };
        let looked_up = proxy.map_or_else(|| url.host_str(), |proxy| Some(proxy.host()));
        let found = looked_up.and_then(|name| self.shared.names.told(name));
        let found = found.map_or_else(String::new, |found| format!(" ({found})"));
        Failure {
            fault: finding.fault,
            host: address::host(url),
            proxy: proxy.map(Proxy::label),
            issuer: finding.issuer,
            detail: self.detail(&(finding.detail + &found)),
        }
    }

    fn not_sendable(&self, host: &str, why: &str) -> Failure {
        Failure {
            fault: Fault::NotSendable,
            host: host.to_owned(),
            proxy: None,
            issuer: None,
            detail: self.detail(why),
        }
    }

    /// What others said, fit for a record. Redacted before it is cut, or half a secret could stay.
    fn detail(&self, text: &str) -> String {
        words::one_line(&self.border.redactor().redact(text), words::MAX_DETAIL)
    }
}

/// Sends a message and reads the reply; an error with how far it had come.
async fn exchange(
    client: &Client,
    message: reqwest::Request,
    trace: &Trace,
) -> Result<WireReply, (reqwest::Error, Phase)> {
    let mut response = client.execute(message).await.map_err(|error| (error.without_url(), Phase::Head))?;
    trace.head();
    let body = body::read(&mut response).await.map_err(|error| (error.without_url(), Phase::Body))?;
    Ok(body::reply(&response, body))
}

/// The message to send. Sentences as errors.
fn message(url: Url, wire: WireRequest) -> Result<reqwest::Request, String> {
    let method = match wire.method {
        Method::Post => reqwest::Method::POST,
        Method::Get | Method::Browse | Method::Run | Method::Embed => reqwest::Method::GET,
    };
    let mut message = reqwest::Request::new(method, url);
    for (name, value) in wire.headers {
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| format!("the header {name} contains a character that isn't allowed in a header"))?;
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("{name} isn't a valid header name"))?;
        value.set_sensitive(name != ACCEPT && name != CONTENT_TYPE);
        message.headers_mut().insert(name, value);
    }
    *message.body_mut() = wire.body.map(Into::into);
    Ok(message)
}
