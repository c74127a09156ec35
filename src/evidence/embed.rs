//! An embedded report in a browser: the error event of powerbi-client, and the configuration that it was given.
//!
//! Shapes: powerbi-models 2 (`IError`, `IReportEmbedConfiguration`). No token is kept, only what it looks like.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::secret::{Form, Kind};

/// What is known of an embedding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Embed {
    /// The error event.
    pub event: Option<Event>,
    /// The configuration.
    pub config: Option<Config>,
}

/// The detail of an `error` event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Event {
    /// `message`: a code, as `TokenExpired`, `LoadReportFailed`.
    pub message: Option<String>,
    /// `detailedMessage`: words.
    pub detailed_message: Option<String>,
    /// `errorCode`: an HTTP status as text, where there is one.
    pub error_code: Option<String>,
    /// `level`, as the library writes it.
    pub level: Option<String>,
    /// `technicalDetails.requestId`: what support asks for.
    pub request_id: Option<String>,
}

/// What was given to `powerbi.embed`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Config {
    /// `type`: report, dashboard, tile, qna, visual.
    pub kind: Option<String>,
    /// `tokenType`, where it is given; the library takes `aad` where it is not.
    pub token_type: Option<TokenType>,
    /// What `accessToken` looks like. Absent where the configuration has none.
    pub token_kind: Option<Kind>,
    /// Whether `tokenType`, given or not, is the one of such a token. Absent where the token does not tell.
    pub token_type_fits: Option<bool>,
    /// `id`.
    pub id: Option<String>,
    /// The workspace: `groupId`, or the one in the address.
    pub workspace: Option<String>,
    /// The host of `embedUrl`. Absent where there is none.
    pub host: Option<String>,
    /// Whether `embedUrl` names another report than `id`.
    pub names_another_report: Option<bool>,
    /// Whether `embedUrl` holds the `config` that names the cluster, as the one of the REST API does.
    pub names_cluster: Option<bool>,
    /// Whether `embedUrl` is the portal's link for secure embedding (`autoAuth=true`), which the library refuses.
    pub auto_auth: Option<bool>,
    /// The members that the library needs and that are missing or empty: `accessToken`, `embedUrl`, `id`, `type`.
    pub missing: Option<Vec<String>>,
}

/// The two kinds of token that powerbi-client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenType {
    /// An access token of Entra: 0, and the default.
    Aad,
    /// An embed token: 1.
    Embed,
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

/// Reads a configuration. `None` when the object is none. `token`: the form of `accessToken`, where the text is not
/// shown any more.
#[must_use]
pub fn read_config(json: &Value) -> Option<Config> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let is_config = json.get("embedUrl").is_some()
        && (json.get("accessToken").is_some() || json.get("tokenType").is_some())
        || json.get("tokenType").is_some() && json.get("accessToken").is_some();
    if !is_config || json.get("datasetId").is_some() && json.get("webUrl").is_some() {
        return None;
    }
    let token_kind = text("accessToken").map(|token| Form::of(token).kind);
    let token_type = json.get("tokenType").and_then(token_type);
    let address = text("embedUrl").and_then(|address| url::Url::parse(address).ok());
    let query = |name: &str| {
        let address = address.as_ref()?;
        address.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    };
    let id = text("id").map(str::to_owned);
    let named = query("reportId");
    let needed = ["type", "accessToken", "embedUrl", "id"];
    let missing: Vec<String> =
        needed.iter().filter(|name| text(name).is_none()).map(|name| (*name).to_owned()).collect();
    Some(Config {
        kind: text("type").map(str::to_owned),
        token_type,
        token_kind,
        token_type_fits: token_kind.and_then(|kind| fits(kind, token_type.unwrap_or(TokenType::Aad))),
        names_another_report: id.as_ref().zip(named.as_ref()).map(|(id, named)| !id.eq_ignore_ascii_case(named)),
        workspace: text("groupId").map(str::to_owned).or_else(|| query("groupId")),
        host: address.as_ref().and_then(|address| address.host_str().map(str::to_owned)),
        names_cluster: address.as_ref().map(|_| query("config").is_some()),
        auto_auth: address.as_ref().map(|_| query("autoAuth").is_some_and(|value| value == "true")),
        missing: (!missing.is_empty()).then_some(missing),
        id,
    })
}

fn token_type(value: &Value) -> Option<TokenType> {
    match (value.as_u64(), value.as_str().map(str::to_ascii_lowercase).as_deref()) {
        (Some(0), _) => Some(TokenType::Aad),
        (Some(1), _) => Some(TokenType::Embed),
        (_, Some(text)) if text.ends_with("aad") || text == "0" => Some(TokenType::Aad),
        (_, Some(text)) if text.ends_with("embed") || text == "1" => Some(TokenType::Embed),
        _ => None,
    }
}

fn fits(kind: Kind, token_type: TokenType) -> Option<bool> {
    match kind {
        Kind::Jwt => Some(token_type == TokenType::Aad),
        Kind::EmbedToken => Some(token_type == TokenType::Embed),
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
