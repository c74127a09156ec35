//! An embedded report in a browser: the error event of powerbi-client, and the configuration that it was given.
//!
//! Shapes: powerbi-models 2 (`IError`, `IReportEmbedConfiguration`). No token is kept, only what it looks like.

mod config;
pub mod console;
pub mod policy;
mod request;
mod run;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::record::Token;
use crate::secret::Kind;
pub(in crate::evidence::embed) use config::read_config_with;
pub use config::{Config, TokenType, is_accepted, of_portal, read_config};
pub use request::{Body as TokenRequestBody, TokenRequest};
pub use run::{EMBED, EMBED_TOKEN, of_name, read as read_run, refused, said, token_of_run, was_shown};

/// What is known of an embedding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Embed {
    /// The error event.
    pub event: Option<Event>,
    /// The configuration.
    pub config: Option<Config>,
    /// What happened in the browser's frame.
    pub frame: Option<Frame>,
    /// What the embed token itself shows.
    pub token: Option<EmbedToken>,
    /// Whether the embed token is requested with an effective identity.
    pub identity: Option<bool>,
    /// What the body of that request shows, in a text that has it.
    pub request: Option<TokenRequest>,
}

/// What happened in the browser's frame.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Frame {
    /// Whether the page in the frame sent any message.
    pub answered: Option<bool>,
    /// Whether the item was loaded.
    pub loaded: Option<bool>,
    /// Milliseconds from the call to `embed` until the item was loaded.
    pub loaded_ms: Option<u64>,
    /// Whether it was rendered.
    pub rendered: Option<bool>,
    /// Milliseconds from the call to `embed` until the item was rendered.
    pub rendered_ms: Option<u64>,
    /// What refused to show the frame.
    pub refused_by: Option<RefusedBy>,
    /// The policy directive that refused it, such as `frame-src`.
    pub directive: Option<String>,
    /// The host of the page that the frame would have shown.
    pub refused_host: Option<String>,
    /// Whether that host is a sign-in host.
    pub refused_sign_in: Option<bool>,
    /// Whether that host shows Power BI reports.
    pub refused_power_bi: Option<bool>,
}

/// What refuses to show a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedBy {
    /// The embedding page, by its own Content-Security-Policy: `frame-src`, `child-src` or `default-src`.
    PagePolicy,
    /// The framed page, by `frame-ancestors`.
    FramePolicy,
    /// The framed page, by `X-Frame-Options`.
    FrameOptions,
}

/// What the second part of an embed token shows. A missing value is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmbedToken {
    /// The cluster host that the embed token is for.
    pub cluster: Option<String>,
    /// When the embed token expires, in seconds since 1970.
    pub expires: Option<i64>,
    /// Seconds until the embed token expires. Negative if it has expired. Absent if no time is known to compare with.
    pub life_left_seconds: Option<i64>,
    /// Whether the embed token can be used from the public internet.
    pub from_internet: Option<bool>,
}

impl EmbedToken {
    /// Reads a token that was taken apart, at a time in seconds since 1970 where one is known.
    #[must_use]
    pub fn of(token: &Token, now: Option<i64>) -> Self {
        let about = |name: &str| token.claims.as_ref().filter(|_| token.form.kind == Kind::EmbedToken)?.get(name);
        let expires = about("exp").and_then(Value::as_i64);
        Self {
            cluster: about("clusterUrl").and_then(Value::as_str).and_then(host_of),
            expires,
            life_left_seconds: expires.zip(now).map(|(end, now)| end.saturating_sub(now)),
            from_internet: about("allowAccessOverPublicInternet").and_then(Value::as_bool),
        }
    }
}

fn host_of(address: &str) -> Option<String> {
    url::Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// The detail of an `error` event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Event {
    /// `message`: a code such as `TokenExpired` or `LoadReportFailed`.
    pub message: Option<String>,
    /// `detailedMessage`: the error in words.
    pub detailed_message: Option<String>,
    /// `errorCode`: an HTTP status as text, if there is one.
    pub error_code: Option<String>,
    /// `level`, as the library writes it.
    pub level: Option<String>,
    /// `technicalDetails.requestId`, which Microsoft support asks for.
    pub request_id: Option<String>,
}

/// Reads an error event. `None` when the object is none.
#[must_use]
pub fn read_event(json: &Value) -> Option<Event> {
    let text = |name: &str| text_of(json.get(name)?);
    let technical = json.get("technicalDetails");
    let message = text("message")?;
    if json.get("detailedMessage").is_none() && technical.is_none() && json.get("level").is_none() {
        return None;
    }
    Some(Event {
        message: Some(message),
        detailed_message: text("detailedMessage"),
        error_code: text("errorCode"),
        level: text("level"),
        request_id: technical.and_then(|details| text_of(details.get("requestId")?)),
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_read() {
        let event =
            read_event(&json!({"message": "TokenExpired", "detailedMessage": "words", "errorCode": "403", "level": 6,
            "technicalDetails": {"requestId": "r"}}));
        let event = event.expect("an event");
        assert_eq!((event.message.as_deref(), event.error_code.as_deref()), (Some("TokenExpired"), Some("403")));
        assert_eq!(event.request_id.as_deref(), Some("r"));
        assert_eq!(read_event(&json!({"message": "a message of anything"})), None);
    }

    #[test]
    fn a_token_is_held_against_its_type() {
        let embed_token = format!("H4sI{}", "A".repeat(60));
        let config = |json: &Value| read_config(json).expect("a configuration");
        let url = "https://app.powerbi.com/reportEmbed?reportId=a&groupId=w";
        let wrong = config(&json!({"type": "report", "accessToken": embed_token, "embedUrl": url, "id": "b"}));
        assert_eq!((wrong.token_type_fits, wrong.names_another_report), (Some(false), Some(true)));
        assert_eq!((wrong.workspace.as_deref(), wrong.names_cluster), (Some("w"), Some(false)));
        let right = config(
            &json!({"type": "report", "tokenType": "models.TokenType.Embed", "accessToken": embed_token, "embedUrl": url}),
        );
        assert_eq!((right.token_type_fits, right.missing), (Some(true), Some(vec!["id".to_owned()])));
        assert_eq!(read_config(&json!({"id": "a", "embedUrl": url, "webUrl": "x", "datasetId": "d"})), None);
    }
}
