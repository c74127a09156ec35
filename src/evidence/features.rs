//! What the services say of features, capacities and networks.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::workspace_of;
use crate::powerbi::request::{CAPACITIES, FABRIC_WORKSPACES, FEATURES, NETWORKING, entries};
use crate::record::{Record, Reply};

/// The answer of `GET /availableFeatures`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Features {
    /// The percentage of free embed tokens that are used up.
    pub embed_trial_used: Option<u64>,
    /// False if the service says that the user has no license for a feature.
    pub licensed: Option<bool>,
}

/// A capacity, as `GET /capacities` returns it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Capacity {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its SKU, such as `F64` or `A1`.
    pub sku: Option<String>,
    /// Its state in the service's words, such as `Active` or `Suspended`.
    pub state: Option<String>,
}

/// What a workspace does with callers from public networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Inbound {
    /// The workspace allows them.
    Allow,
    /// The workspace denies them.
    Deny,
}

/// How Fabric responds to the token that was sent to Power BI.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fabric {
    /// Whether Fabric accepts the token.
    pub accepted: Option<bool>,
    /// How many workspaces are on Fabric's first page of results.
    pub workspaces: Option<usize>,
}

/// Reads the features. `None` when the service was not asked or refused.
#[must_use]
pub fn read_features(record: &Record) -> Option<Features> {
    let features = success(record, FEATURES)?.get("features")?.as_array()?;
    let text = |feature: &Value, name: &str| feature.get(name).and_then(Value::as_str).map(str::to_owned);
    let trial = features.iter().find(|feature| text(feature, "name").as_deref() == Some("embedTrial"));
    let unlicensed = features.iter().any(|f| text(f, "extendedState").as_deref() == Some("UserNotLicensed"));
    Some(Features {
        // The API's description writes `Usage`, answers may not.
        embed_trial_used: trial.and_then(|trial| {
            let info = trial.get("additionalInfo")?.as_object()?;
            info.iter().find(|(name, _)| name.eq_ignore_ascii_case("usage"))?.1.as_u64()
        }),
        licensed: unlicensed.then_some(false),
    })
}

/// Reads the capacity of the workspace. `None` where it has none, or is not shown to the caller.
#[must_use]
pub fn read_capacity(record: &Record) -> Option<Capacity> {
    let id = workspace_of(record)?.get("capacityId")?.as_str()?.to_owned();
    let list = entries(record.reply(CAPACITIES)?)?;
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let found = list.iter().find(|entry| text(entry, "id").is_some_and(|known| known.eq_ignore_ascii_case(&id)))?;
    Some(Capacity {
        name: text(found, "displayName"),
        sku: text(found, "sku"),
        state: text(found, "state"),
        id: Some(id),
    })
}

/// Reads the network policy. `None` when it was not shown.
#[must_use]
pub fn read_inbound(record: &Record) -> Option<Inbound> {
    let policy = success(record, NETWORKING)?;
    let action = policy.get("inbound")?.get("publicAccessRules")?.get("defaultAction")?.as_str()?;
    match action {
        "Allow" => Some(Inbound::Allow),
        "Deny" => Some(Inbound::Deny),
        _ => None,
    }
}

/// Reads what Fabric says to the token. `None` when nobody answered.
#[must_use]
pub fn read_fabric(record: &Record) -> Option<Fabric> {
    let exchange = record.answer(FABRIC_WORKSPACES).filter(|exchange| exchange.counts())?;
    let list = entries(exchange.reply()?);
    Some(Fabric { accepted: Some(list.is_some()), workspaces: list.map(Vec::len) })
}

fn success<'r>(record: &'r Record, name: &str) -> Option<&'r Value> {
    record.reply(name).filter(|reply| reply.is_success()).and_then(Reply::json)
}
