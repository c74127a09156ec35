//! A token, explained: what it is, whose, for whom, until when, and what is odd about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evidence::Evidence;
use crate::evidence::claims::{Audience, Claims, TokenKind};
use crate::evidence::clients::microsoft_client;
use crate::evidence::signature::Signature;
use crate::intent::{Intent, Principal};
use crate::record::Token;
use crate::span;

/// The directory that holds Microsoft's own applications.
const MICROSOFT_SERVICES: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// The content of a token and what follows from it. Nothing in it was verified, unless `signature` says so.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct TokenEntry {
    /// The kind of token, in words.
    pub what: String,
    /// Whom the token was issued for. Absent if the token doesn't show it.
    pub principal: Option<Principal>,
    /// The application that the token was issued to.
    pub client_id: Option<String>,
    /// The application's name, if it's one of Microsoft's.
    pub client_name: Option<String>,
    /// How the application authenticated, in words. Absent if the token doesn't show it.
    pub client_proof: Option<String>,
    /// The object ID of the service principal or user.
    pub object_id: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The API that the token is for.
    pub audience: Option<String>,
    /// The API in words.
    pub audience_is: Option<String>,
    /// Delegated permissions.
    pub scopes: Vec<String>,
    /// Application permissions.
    pub roles: Vec<String>,
    /// The delegated permissions that the operation needs and the token doesn't have.
    pub missing_scopes: Vec<String>,
    /// When the token expires.
    pub expires: Option<String>,
    /// Seconds until the token expires. Negative if it has expired.
    pub life_left_seconds: Option<i64>,
    /// The result of the signature check. Absent if it wasn't requested.
    pub signature: Option<Signature>,
    /// For an embed token: its cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// What the token doesn't show, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<String>,
    /// What is unusual about the token, in sentences.
    pub suspicious: Vec<String>,
}

/// Explains a token. `intent`: what it is to be used for.
#[must_use]
pub fn explain(token: &Token, evidence: &Evidence, intent: Option<&Intent>) -> TokenEntry {
    let claims = evidence.claims.clone().unwrap_or_default();
    let raw = token.claims.clone().unwrap_or_default();
    let is_user = claims.principal == Some(Principal::User);
    let scopes = claims.scopes.clone().unwrap_or_default();
    let needs = intent.filter(|_| is_user);
    TokenEntry {
        what: what(&claims, token),
        principal: claims.principal,
        client_name: claims.client_id.as_deref().and_then(microsoft_client).map(str::to_owned),
        client_proof: client_proof(&raw),
        audience_is: claims.audience_is.map(|audience| audience_words(audience).to_owned()),
        missing_scopes: needs.map(|intent| intent.missing_scopes(&scopes)).unwrap_or_default(),
        suspicious: suspicious(&claims, token, &raw),
        cluster: raw.get("clusterUrl").and_then(Value::as_str).map(str::to_owned),
        untold: untold(&claims, &raw),
        expires: claims.expires.and_then(|end| Some(jiff::Timestamp::from_second(end).ok()?.to_string())),
        life_left_seconds: claims.life_left_seconds,
        client_id: claims.client_id,
        object_id: claims.object_id,
        tenant: claims.tenant,
        audience: claims.audience,
        roles: claims.roles.unwrap_or_default(),
        scopes,
        signature: None,
    }
}

fn what(claims: &Claims, token: &Token) -> String {
    match claims.kind {
        Some(TokenKind::Access) => "an Entra access token".to_owned(),
        Some(TokenKind::Id) => "an ID token: it identifies the user, and APIs don't accept it".to_owned(),
        Some(TokenKind::Embed) => {
            "a Power BI embed token: it opens a report in a browser; the REST API doesn't accept it".to_owned()
        }
        Some(TokenKind::WorkspaceCollection) => "a token for Power BI's retired workspace collections".to_owned(),
        Some(TokenKind::Malformed) | None => {
            format!("not a readable token: {}", token.form.describe())
        }
    }
}

const fn audience_words(audience: Audience) -> &'static str {
    match audience {
        Audience::PowerBi => "Power BI and Fabric",
        Audience::PowerBiOtherCloud => "Power BI in a national cloud",
        Audience::Graph => "Microsoft Graph, not Power BI",
        Audience::AzureAdGraph => "the retired Azure AD Graph, not Power BI",
        Audience::AzureManagement => "Azure Resource Manager, not Power BI",
        Audience::Storage => "Azure Storage (OneLake), not Power BI",
        Audience::OwnApplication => "the application itself, not Power BI",
        Audience::Other => "another API, not Power BI",
    }
}

/// What an embed token keeps to itself.
fn untold(claims: &Claims, raw: &Value) -> Vec<String> {
    if claims.kind != Some(TokenKind::Embed) {
        return Vec::new();
    }
    let missing = |name: &str| raw.get(name).is_none();
    let found = [
        (
            true,
            "Which report, dashboard or model it opens, with which permission and identity: only the GenerateToken \
             request shows this.",
        ),
        (missing("exp"), "When it expires: see `expiration` in the GenerateToken response."),
        (missing("clusterUrl"), "Which cluster it is for."),
    ];
    found.into_iter().filter(|(yes, _)| *yes).map(|(_, words)| words.to_owned()).collect()
}

fn client_proof(raw: &Value) -> Option<String> {
    let proof = raw.get("appidacr").or_else(|| raw.get("azpacr"))?.as_str()?;
    Some(match proof {
        "0" => "nothing (a public client)".to_owned(),
        "1" => "a client secret".to_owned(),
        "2" => "a certificate, a federated credential or a managed identity".to_owned(),
        other => other.to_owned(),
    })
}

fn suspicious(claims: &Claims, token: &Token, raw: &Value) -> Vec<String> {
    let text = |name: &str| raw.get(name).and_then(Value::as_str);
    let header = |name: &str| token.header.as_ref().and_then(|header| header.get(name)?.as_str());
    let is_app = claims.principal == Some(Principal::App);
    let elsewhere = |issuer: &str| claims.tenant.as_deref().is_some_and(|tenant| !issuer.contains(tenant));
    let is_power_bi = claims.audience_is == Some(Audience::PowerBi);
    let methods = raw.get("amr").and_then(Value::as_array).cloned().unwrap_or_default();
    let found = [
        (
            header("alg").is_some_and(|alg| alg != "RS256") && claims.kind == Some(TokenKind::Access),
            "It isn't signed with RS256, unlike Entra's tokens.",
        ),
        (header("nonce").is_some(), "Its header has a nonce: tokens for Microsoft Graph have one, Power BI's do not."),
        (is_power_bi && text("ver") == Some("2.0"), "Its version is 2.0; Power BI's tokens have version 1.0."),
        (text("iss").is_some_and(elsewhere), "Its issuer names a different tenant than its tenant ID."),
        (
            claims.tenant.as_deref() == Some(MICROSOFT_SERVICES),
            "Its tenant is Microsoft's own, because it was requested without a tenant.",
        ),
        (
            is_app && claims.roles.iter().flatten().any(|role| role.starts_with("Tenant.Read")),
            "It has an application permission of Power BI: the read-only admin APIs refuse a service principal that has \
             one.",
        ),
        (
            text("acct") == Some("1") || raw.get("acct").and_then(Value::as_u64) == Some(1),
            "The user is a guest of the tenant.",
        ),
        (
            methods.len() == 1 && methods[0] == "pwd",
            "The user signed in with only a password, so this is probably a token of the password grant.",
        ),
        (
            raw.get("allowAccessOverPublicInternet").and_then(Value::as_bool) == Some(false),
            "It doesn't work over the public internet, only within the tenant's private networks.",
        ),
    ];
    found.into_iter().filter(|(yes, _)| *yes).map(|(_, words)| words.to_owned()).collect()
}

impl TokenEntry {
    /// The page for a person: names and values, in order.
    #[must_use]
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let speaks = match self.principal {
            Some(Principal::App) => Some("an application that signs in as itself (app-only token)".to_owned()),
            Some(Principal::User) => Some("a user, through an application (delegated token)".to_owned()),
            None => None,
        };
        let application = self.client_id.as_ref().map(|id| match &self.client_name {
            Some(name) => format!("{id}, {name}"),
            None => id.clone(),
        });
        let audience = self.audience.as_ref().map(|audience| match &self.audience_is {
            Some(words) => format!("{audience}: {words}"),
            None => audience.clone(),
        });
        let list = |items: &[String]| (!items.is_empty()).then(|| items.join(" "));
        let lines = [
            ("type", Some(self.what.clone())),
            ("caller", speaks),
            ("application", application),
            ("signed in with", self.client_proof.clone()),
            ("object ID", self.object_id.clone()),
            ("tenant", self.tenant.clone()),
            ("audience", audience),
            ("scopes", list(&self.scopes)),
            ("roles", list(&self.roles)),
            ("missing", list(&self.missing_scopes)),
            ("expires", self.expires.as_ref().map(|end| format!("{end}, {}", left(self.life_left_seconds)))),
            ("cluster", self.cluster.clone()),
            ("signature", self.signature.map(|signature| signature.words().to_owned())),
        ];
        let suspicious = self.suspicious.iter().map(|words| ("unusual", words.clone()));
        let untold = self.untold.iter().map(|words| ("not included", words.clone()));
        lines.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(untold).chain(suspicious).collect()
    }
}

fn left(seconds: Option<i64>) -> String {
    match seconds {
        Some(seconds) if seconds > 0 => format!("in {}", span::words(seconds.unsigned_abs())),
        Some(seconds) => format!("{} ago", span::words(seconds.unsigned_abs())),
        None => "time unknown".to_owned(),
    }
}
