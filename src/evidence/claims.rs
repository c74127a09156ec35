//! The access token's claims, compared with what was asked for.
//!
//! Shapes and values: RFC 7519, Microsoft's access token claims reference, and tokens observed in the field.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::cloud::{self, Cloud};
use crate::intent::Principal;
use crate::record::{Field, Inputs, Token, Verification};
use crate::secret::Kind;

/// A token as it was read. Nothing here was verified but [`Claims::signature`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Claims {
    /// What kind of token it is.
    pub kind: Option<TokenKind>,
    /// `aud`: the API that the token is for.
    pub audience: Option<String>,
    /// Which API that is.
    pub audience_is: Option<Audience>,
    /// `iss`: who issued it.
    pub issuer: Option<String>,
    /// `tid`: the tenant.
    pub tenant: Option<String>,
    /// Whether `tid` is the tenant you configured. Absent if you configured a domain or no tenant.
    pub tenant_is_asked: Option<bool>,
    /// `appid` or `azp`: the application.
    pub client_id: Option<String>,
    /// Whether that is the application you configured.
    pub client_id_is_asked: Option<bool>,
    /// `oid`: the object ID of the service principal or user.
    pub object_id: Option<String>,
    /// Whether the token is app-only or a user's token.
    pub principal: Option<Principal>,
    /// `scp`: delegated permissions.
    pub scopes: Option<Vec<String>>,
    /// `roles`: application permissions. Their absence is normal for Power BI.
    pub roles: Option<Vec<String>>,
    /// `wids`: the template IDs of the caller's directory roles.
    pub directory_roles: Option<Vec<String>>,
    /// `upn` or `unique_name`: the user.
    pub user: Option<String>,
    /// `nbf`, in seconds since 1970.
    pub not_before: Option<i64>,
    /// `exp`, in seconds since 1970.
    pub expires: Option<i64>,
    /// Seconds until `exp`, by the service's clock, or by this machine's clock if no service answered. Negative if the
    /// token has expired.
    pub life_left_seconds: Option<i64>,
    /// Seconds until `nbf`, by the same clock. Negative if the token is already valid.
    pub valid_in_seconds: Option<i64>,
    /// Whether the token's signature is valid for the keys that the tenant publishes. Absent if the keys weren't
    /// fetched.
    pub signature: Option<Verification>,
}

impl Claims {
    /// What is known where only the kind of caller is.
    #[must_use]
    pub fn of(principal: Principal) -> Self {
        Self { principal: Some(principal), ..Self::default() }
    }
}

/// The types of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// An Entra access token.
    Access,
    /// An ID token: it shows who signed in. No API accepts it.
    Id,
    /// A Power BI embed token: it opens one report in a browser.
    Embed,
    /// The application token of Power BI's retired workspace collections.
    WorkspaceCollection,
    /// Not a token: cut off, quoted, JSON or something else.
    Malformed,
}

/// The APIs that a token can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Power BI in the cloud of the run, or in the public cloud if none is known. Fabric's name for it is included.
    PowerBi,
    /// Power BI in another cloud.
    PowerBiOtherCloud,
    /// Microsoft Graph.
    Graph,
    /// The retired Azure AD Graph.
    AzureAdGraph,
    /// Azure Resource Manager, the default of `az account get-access-token`.
    AzureManagement,
    /// Azure Storage.
    Storage,
    /// The application itself.
    OwnApplication,
    /// Another API.
    Other,
}

/// Reads a token, at a time in seconds since 1970. `None` for a token that is not there.
#[must_use]
pub fn read(token: &Token, inputs: &Inputs, now: i64) -> Claims {
    let Some(claims) = &token.claims else {
        let kind = if token.form.kind == Kind::EmbedToken { TokenKind::Embed } else { TokenKind::Malformed };
        return Claims { kind: Some(kind), ..Claims::default() };
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let time = |name: &str| claims.get(name).and_then(seconds);
    let same = |value: Option<&String>, field: Field, kinds: &[Kind]| {
        let given = inputs.get(field).filter(|given| kinds.contains(&given.form.kind))?;
        Some(value?.eq_ignore_ascii_case(given.text.as_deref()?.trim()))
    };
    let audience = claims.get("aud").and_then(|aud| aud.as_str().or_else(|| aud.get(0)?.as_str())).map(str::to_owned);
    let client_id = text("appid").or_else(|| text("azp"));
    let tenant = text("tid");
    let scopes = text("scp").map(|scp| scp.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    Claims {
        kind: Some(if token.form.kind == Kind::EmbedToken { TokenKind::Embed } else { kind_of(claims) }),
        audience_is: audience.as_deref().map(|aud| audience_of(aud, client_id.as_deref(), super::cloud::meant(inputs))),
        tenant_is_asked: same(tenant.as_ref(), Field::Tenant, &[Kind::Guid]),
        client_id_is_asked: same(client_id.as_ref(), Field::ClientId, &[Kind::Guid]),
        issuer: text("iss"),
        object_id: text("oid"),
        principal: principal_of(claims),
        roles: claims.get("roles").and_then(Value::as_array).map(|roles| strings(roles)),
        directory_roles: claims.get("wids").and_then(Value::as_array).map(|wids| strings(wids)),
        user: text("upn").or_else(|| text("unique_name")),
        not_before: time("nbf"),
        expires: time("exp"),
        life_left_seconds: time("exp").map(|exp| exp.saturating_sub(now)),
        valid_in_seconds: time("nbf").map(|nbf| nbf.saturating_sub(now)),
        audience,
        tenant,
        client_id,
        scopes,
        signature: None,
    }
}

fn strings(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// RFC 7519 allows fractions of a second.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a time out of range is as absurd as one at the range's end")]
    value.as_i64().or_else(|| value.as_f64().map(|float| float as i64))
}

fn kind_of(claims: &Value) -> TokenKind {
    let has = |name: &str| claims.get(name).is_some();
    if claims.get("iss").and_then(Value::as_str) == Some("PowerBISDK") || has("wcn") {
        TokenKind::WorkspaceCollection
    } else if !has("scp") && !has("roles") && !has("appid") && !has("azp") && (has("nonce") || has("at_hash")) {
        TokenKind::Id
    } else {
        TokenKind::Access
    }
}

fn principal_of(claims: &Value) -> Option<Principal> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    match text("idtyp") {
        Some("app") => Some(Principal::App),
        Some("user") => Some(Principal::User),
        _ if text("scp").is_some() => Some(Principal::User),
        _ => (text("oid").is_some() && text("oid") == text("sub")).then_some(Principal::App),
    }
}

/// Compared without case and without one slash at the end: Entra repeats the resource as it was asked for.
pub(crate) fn audience_of(audience: &str, client_id: Option<&str>, meant: Cloud) -> Audience {
    let lower = audience.to_ascii_lowercase();
    let aud = lower.strip_suffix('/').unwrap_or(&lower);
    match aud {
        _ if cloud::of_resource(aud).is_some_and(|of| of == meant) => Audience::PowerBi,
        _ if cloud::of_resource(aud).is_some() => Audience::PowerBiOtherCloud,
        // The government clouds share one id.
        _ if cloud::is_power_bi(aud) && meant != Cloud::Public && meant != Cloud::China => Audience::PowerBi,
        _ if cloud::is_power_bi(aud) => Audience::PowerBiOtherCloud,
        "00000003-0000-0000-c000-000000000000" | "https://graph.microsoft.com" => Audience::Graph,
        "00000002-0000-0000-c000-000000000000" | "https://graph.windows.net" => Audience::AzureAdGraph,
        "https://management.azure.com" | "https://management.core.windows.net" => Audience::AzureManagement,
        "https://storage.azure.com" => Audience::Storage,
        _ if client_id.is_some_and(|id| aud == id.to_ascii_lowercase()) => Audience::OwnApplication,
        _ => Audience::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn audience(aud: &str) -> Audience {
        audience_of(aud, Some("11111111-2222-4333-8444-555555555555"), Cloud::Public)
    }

    #[test]
    fn an_audience_is_held_against_the_cloud_of_the_run() {
        let of = |aud: &str, meant| audience_of(aud, None, meant);
        for cloud in Cloud::ALL {
            assert_eq!(of(cloud.resource(), cloud), Audience::PowerBi, "{cloud:?}");
        }
        assert_eq!(of(Cloud::Public.resource(), Cloud::Gcc), Audience::PowerBiOtherCloud);
        let shared = "fc4979e5-0aa5-429f-b13a-5d1365be5566";
        assert_eq!(of(shared, Cloud::Dod), Audience::PowerBi);
        assert_eq!(of(shared, Cloud::Public), Audience::PowerBiOtherCloud);
    }

    #[test]
    fn audiences_are_told_apart() {
        let power_bi = [
            "https://analysis.windows.net/powerbi/api",
            "https://analysis.windows.net/powerbi/api/",
            "HTTPS://ANALYSIS.WINDOWS.NET/powerbi/api",
            "00000009-0000-0000-c000-000000000000",
            "https://api.fabric.microsoft.com",
        ];
        for aud in power_bi {
            assert_eq!(audience(aud), Audience::PowerBi, "{aud}");
        }
        assert_eq!(audience("https://analysis.windows.net/powerbi/api//"), Audience::Other);
        assert_eq!(audience("https://high.analysis.usgovcloudapi.net/powerbi/api"), Audience::PowerBiOtherCloud);
        assert_eq!(audience("https://graph.microsoft.com"), Audience::Graph);
        assert_eq!(audience("https://management.core.windows.net/"), Audience::AzureManagement);
        assert_eq!(audience("11111111-2222-4333-8444-555555555555"), Audience::OwnApplication);
        assert_eq!(audience("api://elsewhere"), Audience::Other);
    }

    #[test]
    fn an_app_speaks_for_itself_also_without_roles() {
        assert_eq!(principal_of(&json!({"idtyp": "app"})), Some(Principal::App));
        assert_eq!(principal_of(&json!({"oid": "o", "sub": "o"})), Some(Principal::App));
        assert_eq!(principal_of(&json!({"scp": "Report.Read.All"})), Some(Principal::User));
        assert_eq!(principal_of(&json!({"oid": "o", "sub": "s"})), None);
    }

    #[test]
    fn kinds_are_told_apart() {
        assert_eq!(kind_of(&json!({"appid": "a"})), TokenKind::Access);
        assert_eq!(kind_of(&json!({"nonce": "n", "aud": "a"})), TokenKind::Id);
        assert_eq!(kind_of(&json!({"iss": "PowerBISDK"})), TokenKind::WorkspaceCollection);
    }
}
