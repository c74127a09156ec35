//! The wire forms of Microsoft Entra ID.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::record::{Hosts, Method, Part, Request, Service};
use crate::secret::SecretRef;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The discovery document of a tenant: it shows without credentials whether the tenant exists.
#[must_use]
pub fn discovery(hosts: &Hosts, name: &str, tenant: &str) -> Request {
    Request {
        name: name.to_owned(),
        service: Service::Entra,
        method: Method::Get,
        url: format!("{}/{}/v2.0/.well-known/openid-configuration", hosts.authority, segment(tenant)),
        bearer: None,
        form: Vec::new(),
        json: None,
        aside: false,
    }
}

/// The client credentials grant with a secret (RFC 6749 section 4.4).
#[must_use]
pub fn client_credentials(hosts: &Hosts, name: &str, tenant: &str, client_id: &str, scopes: &[String]) -> Request {
    let text = |value: &str| Part::Text(value.to_owned());
    Request {
        name: name.to_owned(),
        service: Service::Entra,
        method: Method::Post,
        url: format!("{}/{}/oauth2/v2.0/token", hosts.authority, segment(tenant)),
        bearer: None,
        form: vec![
            ("grant_type".to_owned(), text("client_credentials")),
            ("client_id".to_owned(), text(client_id)),
            ("client_secret".to_owned(), Part::Secret(SecretRef::ClientSecret)),
            ("scope".to_owned(), text(&scopes.join(" "))),
        ],
        json: None,
        aside: false,
    }
}

/// Whether a URL can carry this as a tenant: not empty, no dot segment, nothing that looks like a secret.
#[must_use]
pub fn is_sendable_tenant(tenant: &str) -> bool {
    !matches!(tenant.trim(), "" | "." | "..")
}

fn segment(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}
