//! What Entra's token endpoint answered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::assertion::{self, Assertion};
use crate::pattern::{Pattern, pattern};
use crate::record::{Auth, Exchange, Record, Reply, Service};
use crate::secret::{self, Form, Kind};

/// The request for the token itself, in whatever way it is asked for.
pub const TOKEN: &str = "token";
/// The same with the older signature of a client assertion, where the newer one was refused.
pub const TOKEN_RS256: &str = "token-rs256";
/// The request for a device code.
pub const DEVICE_CODE: &str = "device-code";
/// The sign-in in a browser.
pub const AUTHORIZE: &str = "authorize";
/// The request for another issuer's token.
pub const FEDERATED_TOKEN: &str = "federated-token";

/// The answer to a token request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// How the token was requested.
    pub flow: Option<Flow>,
    /// Whether a token was issued.
    pub issued: Option<bool>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The error. Absent if a token was issued.
    pub error: Option<TokenError>,
    /// How long the issued token is valid, in seconds.
    pub expires_in: Option<u64>,
}

/// The ways to request a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// An application with a secret (RFC 6749 section 4.4).
    ClientSecret,
    /// An application with a certificate (RFC 7523).
    Certificate,
    /// An application with another issuer's token.
    Federated,
    /// A managed identity.
    ManagedIdentity,
    /// A user in a browser (RFC 6749 section 4.1).
    AuthorizationCode,
    /// A user on another device (RFC 8628).
    DeviceCode,
    /// A user's name and password (RFC 6749 section 4.3).
    Password,
    /// A refresh token (RFC 6749 section 6).
    RefreshToken,
    /// On behalf of a user who called the application.
    OnBehalfOf,
    /// The Azure CLI's own sign-in.
    AzureCli,
}

/// An error of Entra (RFC 6749 section 5.2, with Entra's members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenError {
    /// The AADSTS codes: those in `error_codes`, then those in the description, without duplicates.
    pub codes: Option<Vec<u32>>,
    /// The OAuth error, such as `invalid_client` or `invalid_request`.
    pub error: Option<String>,
    /// Entra's more specific error, such as `bad_token` or `consent_required`.
    pub suberror: Option<String>,
    /// The description, without IDs and the time.
    pub description: Option<String>,
    /// Entra's ID for the answer, which Microsoft support asks for.
    pub trace_id: Option<String>,
    /// The ID that connects client and service logs.
    pub correlation_id: Option<String>,
    /// The time of the answer, as Entra wrote it.
    pub timestamp: Option<String>,
    /// The values from the request that the description quotes.
    pub quoted: Option<Quoted>,
}

/// The values that a description quotes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quoted {
    /// The application's ID.
    pub application: Option<QuotedValue>,
    /// The tenant that wasn't found or is malformed.
    pub tenant: Option<QuotedValue>,
    /// The directory that was searched: a name, a domain or an ID.
    pub directory: Option<QuotedValue>,
    /// The parameter that is missing.
    pub parameter: Option<String>,
    /// The invalid scope.
    pub scope: Option<String>,
    /// The resource that wasn't found or isn't among the application's permissions.
    pub resource: Option<String>,
    /// The redirect URI that isn't registered.
    pub redirect_uri: Option<String>,
    /// The assertion that was sent instead of a secret.
    pub assertion: Option<Assertion>,
}

/// A quoted value and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuotedValue {
    /// The value.
    pub value: String,
    /// What it looks like.
    pub kind: Kind,
}

static CODE: Pattern = pattern!(r"AADSTS([0-9]{4,10})\b");
static TAIL: Pattern = pattern!(r"(?s)\s*(?:Trace ID|Correlation ID|Timestamp):.*$");
static TRACE: Pattern = pattern!(r"Trace ID:\s*([0-9a-fA-F-]{36})");
static CORRELATION: Pattern = pattern!(r"Correlation ID:\s*([0-9a-fA-F-]{36})");
static TIMESTAMP: Pattern = pattern!(r"Timestamp:\s*([0-9]{4}-[0-9]{2}-[0-9]{2}[ T\n][0-9]{2}:[0-9]{2}:[0-9]{2}Z?)");
static APPLICATION: Pattern = pattern!(
    r"(?i)(?:application with (?:identifier|ID)|access the application|configured for the application:?|role for the application)\s+'([^']*)'|Client app ID: ([^\s(]+)\(",
);
static APP_FOR_SECRET: Pattern = pattern!(
    r"(?i)(?:added to app|keys for app|client application|^AADSTS[0-9]+: Application) (?:'([^']+)'|([0-9a-f]+-[0-9a-f-]+))",
);
static DIRECTORY: Pattern = pattern!(
    r"(?i)(?:found in the (?:directory|tenant named)|missing service principal in the tenant) '?([^']*?)'?(?:\.\s|\.$|\.This|$)|does not exist in (?:tenant '([^']*)'|the (\S+) directory)",
);
static TENANT: Pattern = pattern!(r"(?i)(?:tenant identifier '([^']*)'|AADSTS90002: Tenant '?([^' ]*?)'? not found)");
static PARAMETER: Pattern = pattern!(r"(?:following parameter:|required field) '([^']*)'");
static SCOPE: Pattern = pattern!(r"(?:value for scope|The scope) ([^ ]+) is not valid");
static RESOURCE: Pattern = pattern!(
    r"resource principal named (.+?) was not found|Resource value from request: (\S+?)\.?(?:\s|$)|requested access to resource '([^']*)'",
);
static REDIRECT_URI: Pattern = pattern!(r"(?i)(?:redirect|reply) (?:URI|URL|address) '([^']*)'");

/// The exchange that tells whether a token was issued: the last of those that lead to one.
#[must_use]
pub fn answered(record: &Record) -> Option<(usize, &Exchange)> {
    let again = record.find(TOKEN_RS256).filter(|(_, exchange)| exchange.reply().is_some_and(Reply::is_success));
    again.or_else(|| [TOKEN, AUTHORIZE, DEVICE_CODE].into_iter().find_map(|name| record.find(name)))
}

/// Reads the answer to the token request of a run, but for what a program wrote in place of JSON. `None` when nobody answered it, and while it is under way.
#[must_use]
pub fn read(record: &Record) -> Option<Token> {
    let (_, exchange) = answered(record)?;
    let reply = exchange.reply()?;
    let json = reply.json();
    let error = json.and_then(read_error).or_else(|| read_endpoint(exchange));
    let issued = json.is_some_and(|j| j.get("access_token").is_some()) && error.is_none();
    if matches!(exchange.request.name.as_str(), AUTHORIZE | DEVICE_CODE) && error.is_none() {
        return None;
    }
    Some(Token {
        flow: flow_of(record.inputs.auth()),
        issued: Some(issued),
        status: Some(reply.status),
        error,
        expires_in: json.and_then(|json| life(json, exchange)),
    })
}

/// The life of a token. The Azure CLI tells its end alone.
fn life(json: &Value, exchange: &Exchange) -> Option<u64> {
    let number = |name: &str| json.get(name).and_then(number);
    let now = u64::try_from(exchange.ended().as_second()).unwrap_or(0);
    number("expires_in").or_else(|| number("expires_on").map(|end| end.saturating_sub(now)))
}

/// Reads an error of App Service's endpoint, which has a form of its own: `{statusCode, message}`.
fn read_endpoint(exchange: &Exchange) -> Option<TokenError> {
    let reply = exchange.reply().filter(|reply| !reply.is_success())?;
    let message = reply.json().filter(|_| exchange.request.service == Service::ManagedIdentity)?.get("message")?;
    Some(read_description(message.as_str()?))
}

const fn flow_of(auth: Auth) -> Option<Flow> {
    Some(match auth {
        Auth::AccessToken => return None,
        Auth::ClientSecret => Flow::ClientSecret,
        Auth::Certificate => Flow::Certificate,
        Auth::Password => Flow::Password,
        Auth::Federated => Flow::Federated,
        Auth::ManagedIdentity => Flow::ManagedIdentity,
        Auth::AzureCli => Flow::AzureCli,
        Auth::RefreshToken => Flow::RefreshToken,
        Auth::DeviceCode => Flow::DeviceCode,
        Auth::AuthorizationCode => Flow::AuthorizationCode,
    })
}

/// Reads an error body of Entra or of a managed identity's endpoint. `None` when it is none.
#[must_use]
pub fn read_error(json: &Value) -> Option<TokenError> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let error = text("error");
    let description = text("error_description");
    if error.is_none() && description.is_none() {
        return None;
    }
    let mut read = description.as_deref().map(read_description).unwrap_or_default();
    let listed = json.get("error_codes").and_then(Value::as_array);
    let mut codes: Vec<u32> = listed
        .into_iter()
        .flatten()
        .filter_map(number)
        .filter_map(|n| u32::try_from(n).ok())
        .filter(|n| *n > 999)
        .collect();
    codes.extend(read.codes.take().unwrap_or_default());
    let mut seen = Vec::new();
    codes.retain(|code| {
        !seen.contains(code) && {
            seen.push(*code);
            true
        }
    });
    read.codes = (!codes.is_empty()).then_some(codes);
    read.error = error;
    read.suberror = text("suberror").filter(|s| !s.is_empty());
    read.trace_id = text("trace_id").or(read.trace_id);
    read.correlation_id = text("correlation_id").or(read.correlation_id);
    read.timestamp = text("timestamp").or(read.timestamp);
    Some(read)
}

/// Reads an error from its text alone: `AADSTS700016: Application with …`, in any wrapper.
#[must_use]
pub fn read_description(text: &str) -> TokenError {
    let first = |regex: &Pattern| {
        let found = regex.captures(text)?;
        found.iter().skip(1).flatten().next().map(|m| m.as_str().trim().to_owned())
    };
    let mut codes = Vec::new();
    for found in CODE.captures_iter(text) {
        if let Ok(code) = found[1].parse()
            && !codes.contains(&code)
        {
            codes.push(code);
        }
    }
    let quoted = Quoted {
        application: first(&APPLICATION).or_else(|| first(&APP_FOR_SECRET)).map(QuotedValue::of),
        tenant: first(&TENANT).map(QuotedValue::of),
        directory: first(&DIRECTORY).map(|name| name.trim_end_matches([',', '"']).to_owned()).map(QuotedValue::of),
        parameter: first(&PARAMETER),
        scope: first(&SCOPE),
        resource: first(&RESOURCE),
        redirect_uri: first(&REDIRECT_URI),
        assertion: assertion::read(text),
    };
    TokenError {
        codes: (!codes.is_empty()).then_some(codes),
        error: None,
        suberror: None,
        description: Some(TAIL.before(text).trim().to_owned()),
        trace_id: first(&TRACE),
        correlation_id: first(&CORRELATION),
        timestamp: first(&TIMESTAMP).map(|t| t.replace('\n', " ")),
        quoted: (quoted != Quoted::default()).then_some(quoted),
    }
}

impl QuotedValue {
    /// A value, with what it looks like.
    #[must_use]
    pub fn of(value: String) -> Self {
        // Who shows an error to others hides ids; that says nothing of what was sent. This tool hides no id, and what it
        // hides in this place has a secret's form.
        let hidden = value.starts_with(['<', '[']) || matches!(value.to_lowercase().as_str(), "removed" | "redacted");
        let kind = if secret::is_hidden(&value) {
            Kind::ClientSecret
        } else if hidden {
            Kind::Masked
        } else {
            Form::of(&value).kind
        };
        Self { value, kind }
    }
}

/// Entra's v1 endpoint and managed identities write numbers as strings.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_whole_numbers() {
        let read =
            read_description("AADSTS70021: x AADSTS700213: y AADSTS700213 again, AADSTS12 and AADSTS99999999999999");
        assert_eq!(read.codes, Some(vec![70_021, 700_213]));
    }

    #[test]
    fn both_forms_of_the_ids_are_read() {
        let ids = ["41111111-2222-4333-8444-555555555500", "51111111-2222-4333-8444-555555555555"];
        for gap in ["\r\n", " "] {
            let text = format!(
                "AADSTS7000222: Expired.{gap}Trace ID: {}{gap}Correlation ID: {}{gap}Timestamp: 2026-11-02 08:15:00Z",
                ids[0], ids[1]
            );
            let read = read_description(&text);
            assert_eq!(read.trace_id.as_deref(), Some(ids[0]));
            assert_eq!(read.correlation_id.as_deref(), Some(ids[1]));
            assert_eq!(read.timestamp.as_deref(), Some("2026-11-02 08:15:00Z"));
            assert_eq!(read.description.as_deref(), Some("AADSTS7000222: Expired."));
        }
    }

    #[test]
    fn what_a_user_needs_to_find_is_quoted() {
        let quoted = |text: &str| read_description(text).quoted.unwrap_or_default();
        let consent = quoted(
            "AADSTS65001: The user or administrator has not consented to use the application with ID 'a-1' named 'mailer'.",
        );
        assert_eq!(consent.application.map(|a| a.value).as_deref(), Some("a-1"));
        let listed = quoted(
            "AADSTS650057: Invalid resource. Client app ID: a-2(mailer). Resource value from request: https://api.example. Resource app ID: r-1.",
        );
        assert_eq!(listed.application.map(|a| a.value).as_deref(), Some("a-2"));
        assert_eq!(listed.resource.as_deref(), Some("https://api.example"));
        let redirect = quoted(
            "AADSTS50011: The redirect URI 'https://a.example/in' specified in the request does not match the redirect URIs configured for the application 'a-3'.",
        );
        assert_eq!(redirect.application.map(|a| a.value).as_deref(), Some("a-3"));
        assert_eq!(redirect.redirect_uri.as_deref(), Some("https://a.example/in"));
        let guest = quoted(
            "AADSTS50020: User account 'u' from identity provider 'p' does not exist in tenant 'Contoso' and cannot access the application 'a-4'(portal) in that tenant.",
        );
        assert_eq!(guest.directory.map(|d| d.value).as_deref(), Some("Contoso"));
        assert_eq!(guest.application.map(|a| a.value).as_deref(), Some("a-4"));
        let user =
            quoted("AADSTS50034: The user account {EmailHidden} does not exist in the Contoso directory. To sign into");
        assert_eq!(user.directory.map(|d| d.value).as_deref(), Some("Contoso"));
    }

    #[test]
    fn what_is_quoted_is_told_with_its_kind() {
        let quoted = |text: &str| read_description(text).quoted.unwrap_or_default();
        let missing = quoted(
            "AADSTS700016: Application with identifier '${CLIENT_ID}' was not found in the directory 'Contoso'. This can happen",
        );
        assert_eq!(missing.application.map(|a| a.kind), Some(Kind::Unexpanded));
        assert_eq!(missing.directory.map(|d| d.value).as_deref(), Some("Contoso"));
        let tenant = quoted(
            "AADSTS900023: Specified tenant identifier 'undefined' is neither a valid DNS name, nor a valid external domain.",
        );
        assert_eq!(tenant.tenant.map(|t| t.kind), Some(Kind::NullWord));
        let unnamed = quoted("AADSTS700027: The key used by the client application has expired.");
        assert_eq!(unnamed.application, None);
        let tenant = quoted("AADSTS90002: Tenant 'contoso.example' not found. Check to make sure");
        assert_eq!(tenant.tenant.map(|t| t.value).as_deref(), Some("contoso.example"));
        let secret = quoted(
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '11111111-2222-4333-8444-555555555555'.",
        );
        assert_eq!(secret.application.map(|a| a.value).as_deref(), Some("11111111-2222-4333-8444-555555555555"));
        assert_eq!(
            quoted("AADSTS900144: The request body must contain the following parameter: 'scope'.")
                .parameter
                .as_deref(),
            Some("scope")
        );
    }

    #[test]
    fn numbers_may_be_strings() {
        let json = serde_json::json!({"error": "invalid_client", "error_codes": ["7000222", 7_000_222, -1, "x"]});
        assert_eq!(read_error(&json).and_then(|e| e.codes), Some(vec![7_000_222]));
    }
}
