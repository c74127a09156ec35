//! A request as it reaches the simulated services.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

use crate::record::{Method, Service};
use crate::wire::WireRequest;

/// A request, taken apart.
#[derive(Debug, Clone)]
pub struct SimRequest {
    /// The method in capitals.
    pub method: String,
    /// Host and port as the client named them.
    pub host: String,
    /// The path as it came, percent-encoded, with its slash in front.
    pub path: String,
    /// The query as it came, without its question mark.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl SimRequest {
    /// What a transport is about to send. `None` when the address is none.
    #[must_use]
    pub fn of(wire: &WireRequest) -> Option<Self> {
        let url = Url::parse(&wire.url).ok()?;
        let host = url.host_str()?;
        Some(Self {
            method: if wire.method == Method::Post { "POST" } else { "GET" }.to_owned(),
            host: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            path: url.path().to_owned(),
            query: url.query().unwrap_or_default().to_owned(),
            headers: wire.headers.clone(),
            body: wire.body.clone().unwrap_or_default().into_bytes(),
        })
    }

    /// The service that the path belongs to: all of them may stand behind one address.
    #[must_use]
    pub fn service(&self) -> Service {
        let path = self.path.to_ascii_lowercase();
        if path.starts_with("/v1.0/myorg") {
            Service::PowerBi
        } else if path.starts_with("/v1/") {
            Service::Fabric
        } else {
            Service::Entra
        }
    }

    /// A header by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The segments of the path, decoded.
    #[must_use]
    pub fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
    }

    /// A parameter of the query.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        field(self.query.as_bytes(), name)
    }

    /// A field of the form in the body. Nothing is one unless the body says that it is a form.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<String> {
        let kind = self.header("content-type")?;
        kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded").then_some(())?;
        field(&self.body, name)
    }

    /// User and password of HTTP Basic, form-decoded as RFC 6749 2.3.1 demands.
    #[must_use]
    pub fn basic(&self) -> Option<(String, String)> {
        let (scheme, value) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("basic").then_some(())?;
        let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        let decoded = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
        Some((decoded(user), decoded(password)))
    }
}

fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
