//! The border between planned requests and bytes: secrets go in, replies are reduced.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::evidence::jwt;
use crate::record::{Body, Method, Part, Reply, Request};
use crate::secret::{Redactor, Secret, SecretRef, Vault};

/// At most this much of a body is read, in bytes.
pub const MAX_BODY: usize = 8 * 1024 * 1024;
/// At most this much of a body that is not JSON is kept, in bytes.
const MAX_TEXT: usize = 4096;
/// At most this much of a header is kept, in bytes.
const MAX_HEADER: usize = 2048;

/// The headers that are kept.
const HEADERS: [&str; 19] = [
    "content-length",
    "content-type",
    "date",
    "home-cluster-uri",
    "location",
    "proxy-authenticate",
    "request-redirected",
    "requestid",
    "retry-after",
    "server",
    "via",
    "www-authenticate",
    "x-ms-ests-server",
    "x-ms-public-api-error-code",
    "x-ms-request-id",
    "x-powerbi-error-details",
    "x-powerbi-error-info",
    "client-request-id",
    "activityid",
];

/// The members of a JSON body that are kept, at any depth. Others are left out when a reply is recorded.
const MEMBERS: &[&str] = &[
    // Entra: errors, tokens, discovery.
    "error",
    "error_description",
    "error_codes",
    "timestamp",
    "trace_id",
    "correlation_id",
    "error_uri",
    "suberror",
    "claims",
    "token_type",
    "expires_in",
    "expires_on",
    "ext_expires_in",
    "scope",
    "resource",
    "access_token",
    "issuer",
    "token_endpoint",
    "tenant_region_scope",
    "tenant_region_sub_scope",
    "cloud_instance_name",
    // Power BI and Fabric: errors.
    "code",
    "message",
    "Message",
    "pbi.error",
    "details",
    "detail",
    "type",
    "value",
    "parameters",
    "exceptionCulprit",
    "errorCode",
    "requestId",
    "moreDetails",
    "relatedResource",
    "resourceId",
    "resourceType",
    "isRetriable",
    // Power BI and Fabric: lists.
    "@odata.context",
    "@odata.count",
    "id",
    "name",
    "displayName",
    "isReadOnly",
    "isOnDedicatedCapacity",
    "capacityId",
    "reportType",
    "webUrl",
    "embedUrl",
    "datasetId",
    "datasetWorkspaceId",
    "features",
    "state",
    "extendedState",
    "additionalInfo",
    "Usage",
    "continuationToken",
    "continuationUri",
];

/// A request with its secrets in, about to be sent. It lives only in the transport.
pub struct WireRequest {
    /// GET or POST.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The form body. Absent for a request without one.
    pub body: Option<String>,
}

/// A reply as it came.
#[derive(Debug, Clone)]
pub struct WireReply {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; `None` when it is larger than [`MAX_BODY`].
    pub body: Option<Vec<u8>>,
}

/// The secrets of a run and the way in and out for them.
#[derive(Debug)]
pub struct Border {
    vault: RefCell<Vault>,
}

impl Border {
    /// A border for the secrets of one run.
    #[must_use]
    pub const fn new(vault: Vault) -> Self {
        Self { vault: RefCell::new(vault) }
    }

    /// A redactor for the secrets that are known by now.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        self.vault.borrow().redactor()
    }

    /// Puts the secrets into a request.
    ///
    /// # Errors
    /// A sentence, when a secret is missing or a header cannot carry it.
    pub fn fill(&self, request: &Request) -> Result<WireRequest, String> {
        let vault = self.vault.borrow();
        let mut headers = vec![("accept", "application/json".to_owned())];
        if let Some(name) = request.bearer {
            let token = vault.get(name).ok_or("there is no access token to send")?.expose();
            if token.is_empty() || !token.bytes().all(|b| matches!(b, b' '..=b'~')) {
                return Err("the access token holds a character that no header can carry".to_owned());
            }
            headers.push(("authorization", format!("Bearer {token}")));
        }
        let body = if request.form.is_empty() { None } else { Some(form_body(&request.form, &vault)?) };
        if body.is_some() {
            headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        }
        Ok(WireRequest { method: request.method, url: request.url.clone(), headers, body })
    }

    /// Takes a reply in: moves a token to the vault, redacts and reduces the rest.
    #[must_use]
    pub fn receive(&self, reply: WireReply) -> Reply {
        let mut json = match &reply.body {
            Some(bytes) if !bytes.is_empty() => serde_json::from_slice::<Value>(bytes).ok(),
            _ => None,
        };
        if let Some(json) = &mut json {
            self.take_token(json);
        }
        let redactor = self.redactor();
        let body = match (json, reply.body) {
            (_, None) => Body::TooLarge,
            (_, Some(bytes)) if bytes.is_empty() => Body::Empty,
            (Some(mut json), _) => {
                reduce(&mut json);
                redactor.redact_json(&mut json);
                Body::Json(json)
            }
            (None, Some(bytes)) => Body::Text(redactor.redact(&beginning(&bytes, MAX_TEXT))),
        };
        Reply { status: reply.status, headers: kept_headers(reply.headers, &redactor), body }
    }

    fn take_token(&self, json: &mut Value) {
        let Some(member) = json.get_mut("access_token") else { return };
        if let Value::String(token) = member {
            let secret = Secret::new(std::mem::take(token));
            *member = serde_json::to_value(jwt::take_apart(&secret)).unwrap_or(Value::Null);
            self.vault.borrow_mut().put(SecretRef::AccessToken, secret);
        }
    }
}

fn form_body(fields: &[(String, Part)], vault: &Vault) -> Result<String, String> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, part) in fields {
        match part {
            Part::Text(text) => body.append_pair(name, text),
            Part::Secret(secret) => {
                let value = vault.get(*secret).ok_or_else(|| format!("there is no {} to send", secret.label()))?;
                body.append_pair(name, value.expose())
            }
        };
    }
    Ok(body.finish())
}

fn reduce(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(reduce),
        Value::Object(map) => {
            map.retain(|key, _| MEMBERS.contains(&key.as_str()));
            for (key, item) in map.iter_mut() {
                if key != "access_token" {
                    reduce(item);
                }
            }
        }
        _ => {}
    }
}

fn kept_headers(headers: Vec<(String, String)>, redactor: &Redactor) -> BTreeMap<String, String> {
    headers
        .into_iter()
        .filter(|(name, _)| HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name, redactor.redact(&beginning(value.as_bytes(), MAX_HEADER))))
        .collect()
}

fn beginning(bytes: &[u8], most: usize) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(most)]).into_owned()
}
