//! What Entra's discovery document says of the tenant.

use schemars::JsonSchema;
use serde::Serialize;

use super::cloud::meant;
use super::network::host_of;
use super::token::read_error;
use crate::cloud::{self, Cloud};
use crate::record::Record;

/// The request for the tenant's discovery document.
pub const DISCOVERY: &str = "discovery";
/// The request for the discovery document of a tenant that is named as the client id is.
pub const DISCOVERY_BY_CLIENT_ID: &str = "discovery-by-client-id";

/// The tenant as Entra knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tenant {
    /// Whether Entra knows a tenant with this ID or domain.
    pub exists: Option<bool>,
    /// Whether Entra knows a tenant with the value you set as client ID. If so, the two IDs were swapped.
    pub client_id_is_tenant: Option<bool>,
    /// The tenant's ID, from the issuer. Absent for an alias such as `common`.
    pub id: Option<String>,
    /// The cloud that the tenant belongs to, in Entra's words: `NA`, `EU`, `USGov`.
    pub region: Option<String>,
    /// The tenant's part of the cloud: `GCC`, `DOD`, `DODCON`.
    pub sub_region: Option<String>,
    /// The cloud whose login host serves the tenant, according to the tenant's token endpoint. (The public login host
    /// also knows tenants in national clouds.) Absent if the endpoint isn't on one of Entra's hosts.
    pub cloud: Option<Cloud>,
    /// Whether that's a different cloud from the one that the run signs in to.
    pub elsewhere: Option<bool>,
    /// Whether anyone in the tenant has ever signed up for Power BI or Fabric. Only a person can answer this.
    pub uses_power_bi: Option<bool>,
}

/// Reads the tenant from the replies to discovery. `None` when Entra did not answer.
#[must_use]
pub fn read(record: &Record) -> Option<Tenant> {
    let reply = record.reply(DISCOVERY)?;
    let json = reply.json()?;
    let text = |name: &str| json.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let cloud = text("token_endpoint").and_then(|url| cloud::of_authority(&host_of(&url)));
    let inputs = &record.inputs;
    let asked = cloud::of_authority(&host_of(&inputs.hosts.authority)).unwrap_or_else(|| meant(inputs).login());
    Some(Tenant {
        exists: known(record, DISCOVERY),
        client_id_is_tenant: known(record, DISCOVERY_BY_CLIENT_ID),
        id: text("issuer").and_then(|issuer| tenant_of_issuer(&issuer)),
        region: text("tenant_region_scope"),
        sub_region: text("tenant_region_sub_scope"),
        uses_power_bi: None,
        elsewhere: cloud.map(|cloud| cloud != asked),
        cloud,
    })
}

/// The tenant's id in an issuer: `https://sts.windows.net/{id}/`, `https://login…/{id}/v2.0`.
#[must_use]
pub fn tenant_of_issuer(issuer: &str) -> Option<String> {
    let url = url::Url::parse(issuer).ok()?;
    let first = url.path_segments()?.next()?.to_owned();
    (!first.is_empty() && !first.starts_with('{') && !first.starts_with("%7B")).then_some(first)
}

/// Whether Entra knows the tenant of this discovery request: 200 says yes, AADSTS90002 and 900023 say no.
fn known(record: &Record, name: &str) -> Option<bool> {
    let reply = record.reply(name)?;
    if reply.is_success() {
        return reply.json().and_then(|j| j.get("issuer")).map(|_| true);
    }
    let error = read_error(reply.json()?)?;
    error.codes?.iter().any(|code| matches!(code, 90_002 | 900_023)).then_some(false)
}
