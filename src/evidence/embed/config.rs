//! The configuration that a page gives to powerbi-client, and what in it can't be right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{EmbedToken, console, host_of};
use crate::evidence::jwt;
use crate::record::Token;
use crate::secret::{Form, Kind, Secret};

/// The configuration passed to `powerbi.embed`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Config {
    /// `type`: report, dashboard, tile, qna, visual.
    pub kind: Option<String>,
    /// `tokenType`, if it's set. The library's default is `aad`.
    pub token_type: Option<TokenType>,
    /// Whether `tokenType`, `permissions` or `viewMode` is text such as `"Embed"`. The library accepts only numbers.
    /// Absent if none of them is set.
    pub enum_is_text: Option<bool>,
    /// What `accessToken` looks like. Absent if the configuration has none.
    pub token_kind: Option<Kind>,
    /// Whether the second part of the embed token can be read. Absent if it has no such part, or isn't shown.
    pub token_whole: Option<bool>,
    /// Whether `tokenType`, or its default, matches the type of token. Absent if the token's type isn't recognizable.
    pub token_type_fits: Option<bool>,
    /// `id`.
    pub id: Option<String>,
    /// The workspace: `groupId`, or the one in `embedUrl`.
    pub workspace: Option<String>,
    /// The host in `embedUrl`. Absent if there's none.
    pub host: Option<String>,
    /// Whether powerbi-client accepts the address in `embedUrl`: https, at a host of Power BI.
    pub address_accepted: Option<bool>,
    /// Whether `embedUrl` is a page that isn't for embedding: the portal's, or one that was published to the web.
    pub address_of_portal: Option<bool>,
    /// Whether `embedUrl` and `id` name different reports.
    pub names_another_report: Option<bool>,
    /// Whether `embedUrl` has the `config` parameter that names the cluster, as the `embedUrl` from the REST API does.
    pub names_cluster: Option<bool>,
    /// The cluster host in `embedUrl`.
    pub cluster: Option<String>,
    /// Whether the embed token is for a different cluster from the one in `embedUrl`.
    pub token_for_another_cluster: Option<bool>,
    /// Whether `embedUrl` is for a different type of item from `type`.
    pub address_of_another_kind: Option<bool>,
    /// Whether `groupId` and `embedUrl` name different workspaces.
    pub names_another_workspace: Option<bool>,
    /// Whether `permissions` or `viewMode` requests editing.
    pub edits: Option<bool>,
    /// Whether `embedUrl` is the portal's secure embed link (`autoAuth=true`), which the library rejects.
    pub auto_auth: Option<bool>,
    /// The required members that are missing or empty: `accessToken`, `embedUrl`, `id`, `type`.
    pub missing: Option<Vec<String>>,
}

impl Config {
    /// Whether it is complete, and nothing in it contradicts anything else in it.
    #[must_use]
    pub fn agrees(&self) -> bool {
        // A token without its second part may have been cut.
        let is_whole = self.token_kind == Some(Kind::Jwt) || self.token_for_another_cluster == Some(false);
        self.missing.is_none()
            && is_whole
            && self.is_id_whole()
            && self.token_type_fits == Some(true)
            && self.names_cluster == Some(true)
            && self.address_of_portal == Some(false)
            && self.faults().is_empty()
    }

    fn is_id_whole(&self) -> bool {
        self.id.as_deref().is_some_and(|id| Form::of(id).kind == Kind::Guid)
    }

    /// What in it contradicts something else in it, or is what powerbi-client never takes, each in words.
    #[must_use]
    pub fn faults(&self) -> Vec<&'static str> {
        let lacks = |name: &str| self.missing.iter().flatten().any(|missing| missing == name);
        let found = [
            (self.token_type_fits == Some(false), "tokenType doesn't match the token"),
            (
                self.enum_is_text == Some(true),
                "tokenType, permissions or viewMode is text such as \"Embed\", but powerbi-client accepts only numbers",
            ),
            (self.token_whole == Some(false), "accessToken is cut off or was changed: its second part can't be read"),
            (self.token_kind == Some(Kind::BearerHeader), "accessToken begins with the word Bearer"),
            (self.address_accepted == Some(false), "embedUrl isn't an https address of Power BI"),
            (self.address_of_portal == Some(true), "embedUrl is a page of the portal"),
            (self.auto_auth == Some(true), "embedUrl is the portal's secure embed link"),
            (self.address_of_another_kind == Some(true), "embedUrl is for another kind of item than type"),
            (self.names_another_report == Some(true), "embedUrl names another report than id"),
            (self.names_another_workspace == Some(true), "embedUrl names another workspace than groupId"),
            (self.token_for_another_cluster == Some(true), "the embed token is for another cluster than embedUrl"),
            (self.names_another_report == Some(false) && !self.is_id_whole(), "id isn't a GUID"),
            (lacks("embedUrl"), "embedUrl is missing"),
            (lacks("id") && self.address_of_another_kind.is_some(), "id is missing"),
        ];
        found.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect()
    }
}

/// The two types of token that powerbi-client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenType {
    /// An Entra access token: 0, the default.
    Aad,
    /// An embed token: 1.
    Embed,
}

/// Reads a configuration. `None` when the object is none.
#[must_use]
pub fn read_config(json: &Value) -> Option<Config> {
    let token = json.get("accessToken").and_then(Value::as_str).map(str::trim).filter(|token| !token.is_empty());
    let parts = token.map(|token| jwt::take_apart(&Secret::new(token)));
    let of_embed = parts.as_ref().map(|parts| EmbedToken::of(parts, None));
    let token_whole = token.zip(parts.as_ref()).and_then(|(text, parts)| is_whole(text, parts));
    let config = read_config_with(json, token.map(|token| Form::of(token).kind), of_embed.as_ref())?;
    Some(Config { token_whole, ..config })
}

/// Whether the second part of an embed token can be read. What somebody shortened for others to see isn't cut.
fn is_whole(text: &str, parts: &Token) -> Option<bool> {
    let (_, second) = text.split_once('.').filter(|_| parts.form.kind == Kind::EmbedToken)?;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
    // Base64 of JSON begins so.
    (second.starts_with("eyJ") && second.bytes().all(is_base64)).then_some(parts.claims.is_some())
}

/// The same of one whose token is known apart from it.
pub(super) fn read_config_with(json: &Value, token_kind: Option<Kind>, token: Option<&EmbedToken>) -> Option<Config> {
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let is_config = json.get("embedUrl").is_some()
        && (token_kind.is_some() || has(json, "accessToken") || has(json, "tokenType"))
        || has(json, "tokenType") && has(json, "accessToken");
    if !is_config || json.get("datasetId").is_some() && json.get("webUrl").is_some() {
        return None;
    }
    let token_type = json.get("tokenType").and_then(token_type);
    let default = || json.get("tokenType").is_none_or(Value::is_null).then_some(TokenType::Aad);
    let address = text("embedUrl").and_then(|address| url::Url::parse(address).ok());
    let query = |name: &str| {
        let address = address.as_ref()?;
        address.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    };
    let id = text("id").map(str::to_owned);
    let address_of_another_kind =
        text("type").zip(address.as_ref()).and_then(|(kind, at)| of_another_kind(kind, at.path()));
    // The ID of another kind of item is no other report's.
    let named = query("reportId").or_else(|| query("dashboardId")).filter(|_| address_of_another_kind != Some(true));
    let group = text("groupId").map(str::to_owned);
    let cluster = query("config").as_deref().and_then(cluster_of);
    // What is an object stands for a value that isn't known.
    let is_given =
        |name: &str| text(name).is_some() || json.get(name).is_some_and(|value| !value.is_null() && !value.is_string());
    let lacks = |name: &&&str| !is_given(name) && (**name != "accessToken" || token_kind.is_none());
    let needed = ["type", "accessToken", "embedUrl", "id"];
    let missing: Vec<String> = needed.iter().filter(lacks).map(|name| (*name).to_owned()).collect();
    let differ = |one: &String, other: &String| !one.eq_ignore_ascii_case(other);
    Some(Config {
        kind: text("type").map(str::to_owned),
        token_type,
        enum_is_text: enum_is_text(json),
        token_kind,
        token_whole: None,
        token_type_fits: token_kind.zip(token_type.or_else(default)).and_then(|(kind, is)| fits(kind, is)),
        names_another_report: id.as_ref().zip(named.as_ref()).map(|(id, named)| differ(id, named)),
        names_another_workspace: group.as_ref().zip(query("groupId").as_ref()).map(|(own, named)| differ(own, named)),
        workspace: group.clone().or_else(|| query("groupId")),
        host: address.as_ref().and_then(|address| address.host_str().map(str::to_owned)),
        address_accepted: address.as_ref().map(is_accepted),
        address_of_portal: address.as_ref().and_then(|at| of_portal(at.path())),
        names_cluster: address.as_ref().map(|_| query("config").is_some()),
        token_for_another_cluster: token
            .and_then(|t| t.cluster.as_ref())
            .zip(cluster.as_ref())
            .map(|(t, c)| differ(t, c)),
        cluster,
        address_of_another_kind,
        edits: edits(json),
        auto_auth: address.as_ref().map(|_| query("autoAuth").is_some_and(|value| value == "true")),
        missing: (!missing.is_empty()).then_some(missing),
        id,
    })
}

fn has(json: &Value, name: &str) -> bool {
    json.get(name).is_some()
}

/// The host of the cluster in the `config` of an address: base64 of JSON.
fn cluster_of(config: &str) -> Option<String> {
    let text = config.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let json: Value = serde_json::from_slice(&STANDARD_NO_PAD.decode(text).ok()?).ok()?;
    host_of(json.get("clusterUrl")?.as_str()?)
}

/// Whether powerbi-client takes an address at all (embed.md 4).
#[must_use]
pub fn is_accepted(address: &url::Url) -> bool {
    address.scheme() == "https" && address.host_str().is_some_and(console::is_power_bi)
}

/// Whether a page is the portal's own, or one that was published to the web. `None` where the page is not known.
#[must_use]
pub fn of_portal(path: &str) -> Option<bool> {
    let path = path.trim_matches('/').to_ascii_lowercase();
    match path.split('/').next().unwrap_or_default() {
        "groups" | "view" | "reports" | "dashboards" | "links" => Some(true),
        "reportembed" | "rdlembed" | "dashboardembed" | "embed" | "qnaembed" => Some(false),
        _ => None,
    }
}

/// Whether an address is the one of another kind of item (embed.md 4). `None` where the kind or the page is not known.
fn of_another_kind(kind: &str, path: &str) -> Option<bool> {
    let page = path.trim_matches('/').to_ascii_lowercase();
    let kinds: &[&str] = match page.as_str() {
        "reportembed" => &["report", "visual", "create"],
        "rdlembed" => &["report"],
        "dashboardembed" => &["dashboard"],
        "embed" => &["tile"],
        "qnaembed" => &["qna"],
        _ => return None,
    };
    let kind = kind.to_ascii_lowercase();
    ["report", "visual", "create", "dashboard", "tile", "qna"]
        .contains(&kind.as_str())
        .then(|| !kinds.contains(&kind.as_str()))
}

/// Whether a configuration asks for editing: `permissions` above Read, or `viewMode` Edit. `None` where it has neither.
fn edits(json: &Value) -> Option<bool> {
    let asks = |name: &str, words: &[&str]| {
        let value = json.get(name)?;
        let word = value.as_str().map(|text| text.rsplit('.').next().unwrap_or_default().to_ascii_lowercase());
        value.as_u64().map(|number| number > 0).or_else(|| Some(words.contains(&word?.as_str())))
    };
    let asked = [asks("permissions", &["readwrite", "copy", "create", "all"]), asks("viewMode", &["edit"])];
    asked.into_iter().flatten().reduce(|one, other| one || other)
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

/// Whether the value of an enumeration is a text, and no name in a program's source: powerbi-models validates it as a number.
fn enum_is_text(json: &Value) -> Option<bool> {
    let values = ["tokenType", "permissions", "viewMode"].into_iter().filter_map(|name| json.get(name));
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.contains('.'));
    values.filter(|value| !value.is_null()).map(is_text).reduce(|one, other| one || other)
}

fn fits(kind: Kind, token_type: TokenType) -> Option<bool> {
    match kind {
        Kind::Jwt => Some(token_type == TokenType::Aad),
        Kind::EmbedToken => Some(token_type == TokenType::Embed),
        _ => None,
    }
}
