//! The border between planned requests and bytes: secrets go in, replies are reduced.

mod kept;
mod proof;
pub mod redirect;

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::entra::segment;
use crate::evidence::jwt;
use crate::record::{Body, EFFECTIVE_USER, Method, Part, Reply, Request, USERNAME};
use crate::secret::{Form, Kind, Redactor, Secret, SecretRef, Vault};

/// At most this much of a body is read, in bytes.
pub const MAX_BODY: usize = 8 * 1024 * 1024;

/// What a person at a browser does where nothing comes back: Entra keeps some errors on its own page.
const STAYS: &str = "If the page there shows an error (AADSTS and a number) and stays, copy its text, end this with \
                     Ctrl+C, and paste it into `pbiauth diagnose -`.";

/// The members of a reply that hold a secret, and the name that it is kept by.
const SECRETS: [(&str, SecretRef); 7] = [
    ("access_token", SecretRef::AccessToken),
    ("refresh_token", SecretRef::RefreshToken),
    ("device_code", SecretRef::DeviceCode),
    ("user_code", SecretRef::UserCode),
    ("federated_token", SecretRef::FederatedToken),
    ("authorization_code", SecretRef::AuthorizationCode),
    ("token", SecretRef::EmbedToken),
];

/// Other names of such members: the Azure CLI's, Azure DevOps' and GitHub's.
const OTHER_NAMES: [(&str, &str); 3] =
    [("accessToken", "access_token"), ("oidcToken", "federated_token"), ("value", "federated_token")];

/// A request with its secrets in, about to be sent. It lives only in the transport.
pub struct WireRequest {
    /// What is done.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body. Absent for a request without one.
    pub body: Option<String>,
}

/// A reply as it came.
#[derive(Debug, Clone)]
pub struct WireReply {
    /// HTTP status; of a program the code with which it ended.
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

    /// A secret that is known by now.
    #[must_use]
    pub fn secret(&self, name: SecretRef) -> Option<Secret> {
        self.vault.borrow().get(name).cloned()
    }

    /// Puts the secrets into a request that is sent at this time.
    ///
    /// # Errors
    /// A sentence, when a secret is missing or a header cannot carry it.
    pub fn fill(&self, request: &Request, now: Timestamp) -> Result<WireRequest, String> {
        if request.method == Method::Browse {
            proof::prepare(&mut self.vault.borrow_mut());
        }
        let vault = self.vault.borrow();
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if let Some(name) = request.bearer {
            let token = vault.get(name).ok_or_else(|| format!("there is no {} to send", name.words()))?.expose();
            headers.push(("authorization".to_owned(), format!("Bearer {}", sendable(name.words(), token)?)));
        }
        for (name, part) in &request.headers {
            let value = value(part, &vault, now)?;
            headers.push((name.clone(), sendable(name, &value)?.to_owned()));
        }
        let mut url = request.url.clone();
        if request.names_user {
            let name = value(&Part::Secret(SecretRef::Username), &vault, now)?;
            url = url.replace(USERNAME, &segment(&name));
        }
        let (kind, body) = match &request.json {
            Some(json) => ("application/json", Some(with_effective_user(json, &vault).to_string())),
            None if request.form.is_empty() => ("", None),
            None if request.method == Method::Browse => {
                url = format!("{url}?{}", form_body(&request.form, &vault, now)?);
                ("", None)
            }
            None => ("application/x-www-form-urlencoded", Some(form_body(&request.form, &vault, now)?)),
        };
        if body.is_some() {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        Ok(WireRequest { method: request.method, url, headers, body })
    }

    /// What a person has to be told before a request is sent. `None` where there is nothing.
    #[must_use]
    pub fn words(&self, request: &Request, now: Timestamp) -> Option<String> {
        if request.method == Method::Browse {
            return self.fill(request, now).ok().map(|wire| format!("To sign in, open {}\n{STAYS}", wire.url));
        }
        let vault = self.vault.borrow();
        let words: Result<String, String> = request.tell.iter().map(|part| value(part, &vault, now)).collect();
        words.ok().filter(|words| !words.is_empty())
    }

    /// Takes a reply in: moves secrets to the vault, redacts and reduces the rest.
    #[must_use]
    pub fn receive(&self, reply: WireReply) -> Reply {
        let mut json = match &reply.body {
            Some(bytes) if !bytes.is_empty() => serde_json::from_slice::<Value>(bytes).ok(),
            _ => None,
        };
        if let Some(Value::Object(members)) = &mut json {
            self.take_secrets(members);
        }
        let redactor = self.redactor();
        let body = match (json, reply.body) {
            (_, None) => Body::TooLarge,
            (_, Some(bytes)) if bytes.is_empty() => Body::Empty,
            (Some(mut json), _) => {
                kept::reduce(&mut json);
                redactor.redact_json(&mut json);
                Body::Json(json)
            }
            (None, Some(bytes)) => Body::Text(kept::text(&bytes, &redactor)),
        };
        Reply { status: reply.status, headers: kept::headers(reply.headers, &redactor), body }
    }

    /// Takes in what happened in a browser: this tool's own words around those of others, without secrets.
    #[must_use]
    pub fn seen(&self, mut happened: Value) -> Reply {
        self.redactor().redact_json(&mut happened);
        Reply { status: 200, headers: BTreeMap::new(), body: Body::Json(happened) }
    }

    /// Tokens leave their parts behind, other secrets nothing.
    fn take_secrets(&self, members: &mut Map<String, Value>) {
        for (other, name) in OTHER_NAMES {
            let is_token = |value: &Value| value.as_str().is_some_and(|text| Form::of(text).kind == Kind::Jwt);
            if members.get(other).is_some_and(is_token)
                && let Some(value) = members.remove(other)
            {
                members.insert(name.to_owned(), value);
            }
        }
        for (member, name) in SECRETS {
            let Some(Value::String(text)) = members.remove(member) else { continue };
            let secret = Secret::new(text);
            if matches!(name, SecretRef::AccessToken | SecretRef::FederatedToken | SecretRef::EmbedToken) {
                let parts = serde_json::to_value(jwt::take_apart(&secret)).unwrap_or(Value::Null);
                members.insert(member.to_owned(), parts);
            }
            self.vault.borrow_mut().put(name, secret);
        }
    }
}

/// A body with the name of the effective identity in its place, where there is one.
fn with_effective_user(json: &Value, vault: &Vault) -> Value {
    match json {
        Value::String(text) if text == EFFECTIVE_USER => {
            vault.get(SecretRef::EffectiveUser).map_or_else(|| json.clone(), |name| name.expose().into())
        }
        Value::Array(items) => items.iter().map(|item| with_effective_user(item, vault)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), with_effective_user(value, vault))).collect()
        }
        other => other.clone(),
    }
}

/// A value that a header can carry.
fn sendable<'a>(name: &str, value: &'a str) -> Result<&'a str, String> {
    if value.is_empty() || !value.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Err(format!("the {name} is empty or contains a character that isn't allowed in a header"));
    }
    Ok(value)
}

fn value(part: &Part, vault: &Vault, now: Timestamp) -> Result<String, String> {
    match part {
        Part::Text(text) => Ok(text.clone()),
        Part::Secret(name) => {
            let secret = vault.get(*name).ok_or_else(|| format!("there is no {} to send", name.words()))?;
            Ok(secret.expose().to_owned())
        }
        Part::Assertion(assertion) => proof::sign(assertion, vault, now),
    }
}

fn form_body(fields: &[(String, Part)], vault: &Vault, now: Timestamp) -> Result<String, String> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, part) in fields {
        body.append_pair(name, &value(part, vault, now)?);
    }
    Ok(body.finish())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::Service;

    const SECRET: &str = "s3cr3t &=+%/ö value";
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn border() -> Border {
        let mut vault = Vault::default();
        vault.put(SecretRef::ClientSecret, Secret::new(SECRET));
        Border::new(vault)
    }

    fn request(form: Vec<(String, Part)>, bearer: Option<SecretRef>) -> Request {
        let url = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
        Request { bearer, form, ..Request::new("x", Service::Entra, Method::Post, url) }
    }

    fn receive(border: &Border, body: impl Into<Vec<u8>>) -> Body {
        border.receive(WireReply { status: 200, headers: Vec::new(), body: Some(body.into()) }).body
    }

    #[test]
    fn a_form_carries_the_secret_as_it_was_given() {
        let form = vec![
            ("scope".to_owned(), Part::Text("https://analysis.windows.net/powerbi/api/.default".to_owned())),
            ("client_secret".to_owned(), Part::Secret(SecretRef::ClientSecret)),
        ];
        let wire = border().fill(&request(form, None), NOW).expect("filled");
        let body = wire.body.expect("a body");
        let sent: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!(sent[0].1, "https://analysis.windows.net/powerbi/api/.default");
        assert_eq!(sent[1], ("client_secret".to_owned(), SECRET.to_owned()));
        assert!(wire.headers.contains(&("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())));
        assert!(!wire.url.contains("s3cr3t"));
    }

    #[test]
    fn the_users_name_stands_in_the_address_that_is_sent_alone() {
        let mut vault = Vault::default();
        vault.put(SecretRef::Username, Secret::new("anna/../x?@contoso.example"));
        let url = "https://login.example/common/userrealm/{username}?api-version=1.0";
        let request = Request { names_user: true, ..Request::new("x", Service::Entra, Method::Get, url) };
        let wire = Border::new(vault).fill(&request, NOW).expect("filled");
        assert_eq!(
            wire.url,
            "https://login.example/common/userrealm/anna%2F..%2Fx%3F%40contoso.example?api-version=1.0"
        );
        let other = Request::new("x", Service::Entra, Method::Get, url);
        assert_eq!(border().fill(&other, NOW).expect("filled").url, url);
    }

    #[test]
    fn what_is_not_there_or_fits_no_header_is_not_sent() {
        let without = border().fill(&request(Vec::new(), Some(SecretRef::AccessToken)), NOW);
        assert!(without.is_err());
        for token in ["", "a\r\nX-Injected: 1", "tökén", "a\u{7f}"] {
            let mut vault = Vault::default();
            vault.put(SecretRef::AccessToken, Secret::new(token));
            let filled = Border::new(vault).fill(&request(Vec::new(), Some(SecretRef::AccessToken)), NOW);
            assert!(filled.is_err_and(|why| token.is_empty() || !why.contains(token)), "{token:?}");
        }
    }

    #[test]
    fn a_token_moves_to_the_vault() {
        let border = border();
        let body = receive(&border, r#"{"token_type":"Bearer","access_token":"opaque-token-1","refresh_token":"r-1"}"#);
        let Body::Json(json) = body else { panic!("{body:?}") };
        assert_eq!(json["token_type"], "Bearer");
        assert!(json["access_token"].is_object() && json.get("refresh_token").is_none(), "{json}");
        assert!(!json.to_string().contains("opaque-token-1"));
        let wire = border.fill(&request(Vec::new(), Some(SecretRef::AccessToken)), NOW).expect("filled");
        assert!(wire.headers.contains(&("authorization".to_owned(), "Bearer opaque-token-1".to_owned())));
    }

    #[test]
    fn a_token_that_stands_deeper_is_left_out() {
        for body in [r#"{"value":{"access_token":"opaque-token-1"}}"#, r#"[{"access_token":"opaque-token-1"}]"#] {
            let body = receive(&border(), body);
            assert!(!format!("{body:?}").contains("opaque-token-1"), "{body:?}");
        }
    }

    #[test]
    fn a_reply_is_reduced_to_what_is_known() {
        let body = json!({"error": {"code": "X", "message": "m", "secret_sauce": 1}, "users": ["a@contoso.example"]});
        assert_eq!(receive(&border(), body.to_string()), Body::Json(json!({"error": {"code": "X", "message": "m"}})));
        assert_eq!(receive(&border(), ""), Body::Empty);
        assert_eq!(border().receive(WireReply { status: 200, headers: vec![], body: None }).body, Body::TooLarge);
    }

    #[test]
    fn headers_are_reduced_and_bounded() {
        let headers = vec![
            ("x-powerbi-error-info".to_owned(), format!("no {SECRET}")),
            ("www-authenticate".to_owned(), "ö".repeat(kept::MAX_HEADER)),
            ("set-cookie".to_owned(), "id=1".to_owned()),
        ];
        let reply = border().receive(WireReply { status: 403, headers, body: Some(Vec::new()) });
        assert_eq!(reply.header("x-powerbi-error-info"), Some("no [client secret]"));
        assert_eq!(reply.header("www-authenticate").map(str::len), Some(kept::MAX_HEADER));
        assert_eq!(reply.headers.len(), 2);
    }

    #[test]
    fn a_text_is_bounded_and_keeps_no_part_of_a_secret() {
        for before in [kept::MAX_TEXT - 4, 10] {
            let body = receive(&border(), format!("{}{SECRET}", "<".repeat(before)));
            let Body::Text(text) = body else { panic!("{body:?}") };
            assert!(text.len() <= kept::MAX_TEXT && !text.contains("s3"), "{text}");
        }
        assert!(matches!(receive(&border(), [0xff, 0xfe]), Body::Text(_)));
    }

    #[test]
    fn nesting_without_bound_is_text() {
        assert!(matches!(receive(&border(), "[".repeat(100_000)), Body::Text(_)));
    }
}
