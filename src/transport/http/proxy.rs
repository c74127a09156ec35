//! Which proxy a request goes through, by the rules that the client itself follows.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::ClientBuilder;
use url::Url;

use super::HttpError;

/// Where the proxy is taken from. It may hold a password, and so has no `Debug`.
#[derive(Clone, Default)]
pub enum ProxyFrom {
    /// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, or the system's settings. An empty variable is absent.
    #[default]
    Environment,
    /// This address, for every host.
    Explicit(String),
    /// No proxy.
    None,
}

/// Tells the client where its proxy is.
///
/// # Errors
/// When the address given is none.
pub(super) fn apply(from: &ProxyFrom, builder: ClientBuilder) -> Result<ClientBuilder, HttpError> {
    match from {
        ProxyFrom::Environment => Ok(builder),
        ProxyFrom::Explicit(address) => {
            Ok(builder.proxy(reqwest::Proxy::https(address).map_err(|_| HttpError::Proxy)?))
        }
        ProxyFrom::None => Ok(builder.no_proxy()),
    }
}

/// The proxies of a run.
#[derive(Debug)]
pub(super) struct Proxies(Option<Matcher>);

impl Proxies {
    /// The same proxies as the client's own.
    pub(super) fn new(from: &ProxyFrom) -> Result<Self, HttpError> {
        let matcher = match from {
            ProxyFrom::Environment => Some(Matcher::from_system()),
            ProxyFrom::Explicit(address) => Some(Matcher::builder().https(address.as_str()).build()),
            ProxyFrom::None => None,
        };
        let proxies = Self(matcher);
        let is_missing = matches!(from, ProxyFrom::Explicit(_)) && proxies.intercept("https://example.com").is_none();
        if is_missing { Err(HttpError::Proxy) } else { Ok(proxies) }
    }

    /// The proxy on the way to this address. Absent for a direct connection; plain HTTP stays on this machine.
    pub(super) fn of(&self, url: &Url) -> Option<Proxy> {
        (url.scheme() == "https").then(|| self.intercept(url.as_str()))?.map(Proxy)
    }

    fn intercept(&self, url: &str) -> Option<Intercept> {
        self.0.as_ref()?.intercept(&url.parse::<Uri>().ok()?)
    }
}

/// One proxy, with its password: shown by [`Proxy::label`] alone.
pub(super) struct Proxy(Intercept);

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl Proxy {
    /// Its address without a name and password, as `http://proxy.example:8080`.
    pub(super) fn label(&self) -> String {
        let uri = self.0.uri();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        format!("{}://{authority}", uri.scheme_str().unwrap_or("http"))
    }

    /// Whether it is spoken to in plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        self.0.uri().scheme_str() == Some("http")
    }

    /// The name or address of its host.
    pub(super) fn host(&self) -> &str {
        self.0.uri().host().unwrap_or_default()
    }

    /// Host and port of its socket.
    pub(super) fn authority(&self) -> String {
        let uri = self.0.uri();
        let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        format!("{}:{}", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(usual))
    }

    /// The value of Proxy-Authorization, if it has a name and password.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.0.basic_auth()?.to_str().ok()
    }

    /// A text from the proxy without its own password, in plain or as it was sent.
    pub(super) fn mask(&self, text: &str) -> String {
        let Some(sent) = self.authorization().and_then(|value| value.strip_prefix("Basic ")) else {
            return text.to_owned();
        };
        let plain = STANDARD.decode(sent).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let password = plain.split_once(':').map_or("", |(_, password)| password);
        let known = [sent, password].into_iter().filter(|secret| !secret.is_empty());
        known.fold(text.to_owned(), |text, secret| text.replace(secret, "[proxy password]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(address: &str) -> Proxy {
        let proxies = Proxies::new(&ProxyFrom::Explicit(address.to_owned())).expect("a proxy");
        proxies.of(&Url::parse("https://api.powerbi.com/x").expect("a url")).expect("in between")
    }

    #[test]
    fn the_password_is_never_shown() {
        let proxy = proxy("http://somebody:hunter2@proxy.example:8080");
        assert_eq!(proxy.label(), "http://proxy.example:8080");
        assert_eq!(proxy.authority(), "proxy.example:8080");
        let sent = proxy.authorization().expect("a password").to_owned();
        let masked = proxy.mask(&format!("no to hunter2 and {sent}"));
        assert_eq!(masked, "no to [proxy password] and Basic [proxy password]");
        assert!(!format!("{proxy:?}").contains("hunter2"));
    }

    #[test]
    fn plain_http_to_this_machine_passes_no_proxy() {
        let proxies = Proxies::new(&ProxyFrom::Explicit("http://proxy.example:8080".to_owned())).expect("a proxy");
        assert!(proxies.of(&Url::parse("http://127.0.0.1:1/").expect("a url")).is_none());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in ["", "http://", "ftp://proxy.example", "a b"] {
            assert!(Proxies::new(&ProxyFrom::Explicit(address.to_owned())).is_err(), "{address}");
        }
    }
}
