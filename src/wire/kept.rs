//! What is kept of a reply when it is recorded: known headers and members, bounded and without secrets.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::secret::Redactor;

/// At most this much of a body that is not JSON is kept, in bytes.
pub(super) const MAX_TEXT: usize = 4096;
/// At most this much of a header is kept, in bytes.
pub(super) const MAX_HEADER: usize = 2048;

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
    "federated_token",
    "verification_uri",
    "interval",
    "keys",
    "kid",
    "n",
    "e",
    "issuer",
    "token_endpoint",
    "tenant_region_scope",
    "tenant_region_sub_scope",
    "cloud_instance_name",
    "account_type",
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
    "tenantSettings",
    "settingName",
    "title",
    "enabled",
    "canSpecifySecurityGroups",
    "tenantSettingGroup",
    "enabledSecurityGroups",
    "excludedSecurityGroups",
    "graphId",
    "isEffectiveIdentityRequired",
    "isEffectiveIdentityRolesRequired",
    "extendedState",
    "additionalInfo",
    "Usage",
    "sku",
    "configuredBy",
    "inbound",
    "publicAccessRules",
    "defaultAction",
    "continuationToken",
    "continuationUri",
    // Embed tokens.
    "token",
    "tokenId",
    "expiration",
];

/// Without case: the API's description and its answers differ in how they spell some names.
fn is_kept(member: &str) -> bool {
    MEMBERS.iter().any(|kept| kept.eq_ignore_ascii_case(member))
}

fn is_token(member: &str) -> bool {
    matches!(member, "access_token" | "federated_token" | "token")
}

/// Leaves out of a body what is not known.
pub(super) fn reduce(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(reduce),
        Value::Object(map) => {
            // A token that was not moved to the vault, because it stands deeper, is left out.
            map.retain(|key, item| is_kept(key) && !(is_token(key) && item.is_string()));
            for (key, item) in map.iter_mut() {
                if !is_token(key) {
                    reduce(item);
                }
            }
        }
        _ => {}
    }
}

/// The known headers.
pub(super) fn headers(headers: Vec<(String, String)>, redactor: &Redactor) -> BTreeMap<String, String> {
    headers
        .into_iter()
        .filter(|(name, _)| HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name, bounded(without_claims(&value).as_bytes(), MAX_HEADER, redactor)))
        .collect()
}

/// A challenge without the claims that it asks for: nobody reads them, and encoded they look like a token.
fn without_claims(header: &str) -> String {
    match header.split_once("claims=\"").map(|(before, rest)| (before, rest.split_once('"'))) {
        Some((before, Some((_, after)))) => format!("{before}claims=\"…\"{after}"),
        _ => header.to_owned(),
    }
}

/// The beginning of a body that is no JSON.
pub(super) fn text(bytes: &[u8], redactor: &Redactor) -> String {
    bounded(bytes, MAX_TEXT, redactor)
}

/// The beginning of a text. Redacted before it is cut, or the beginning of a secret could stay.
fn bounded(bytes: &[u8], most: usize, redactor: &Redactor) -> String {
    let mut text = redactor.redact(&String::from_utf8_lossy(bytes));
    text.truncate(text.floor_char_boundary(most));
    text
}
