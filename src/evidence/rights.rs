//! What people can see of the caller's rights where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;

/// The caller's permissions. Only a person can answer this, with `--fact`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rights {
    /// Whether Manage connections and gateways lists the caller as an administrator or user of the gateway or data
    /// source.
    pub on_gateway: Option<bool>,
    /// Whether the connection is shared with the identity that runs the job.
    pub on_connection: Option<bool>,
    /// Whether the capacity's settings list the caller as an administrator or contributor.
    pub on_capacity: Option<bool>,
    /// Whether the semantic model's settings show the caller as its owner.
    pub owns_model: Option<bool>,
    /// Whether the caller is allowed to override the effective identity on the gateway's data source.
    pub overrides_identity: Option<bool>,
    /// Whether the tenant setting for exporting in that format is on for the caller.
    pub may_export: Option<bool>,
    /// Whether the caller is a Fabric administrator at the time of the call, with the role activated.
    pub is_fabric_admin: Option<bool>,
    /// Whether the tenant's or workspace's rules allow the network that the call came from.
    pub from_allowed_network: Option<bool>,
}
