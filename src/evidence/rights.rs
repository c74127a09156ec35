//! What people can see of the caller's rights where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;

/// The rights of whoever calls. Only a person knows: they come by `--fact` and are never read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rights {
    /// Whether Manage connections and gateways names the caller as an administrator or user of the gateway or data source.
    pub on_gateway: Option<bool>,
    /// Whether the connection is shared with the identity that runs.
    pub on_connection: Option<bool>,
    /// Whether the capacity's settings name the caller as administrator or contributor.
    pub on_capacity: Option<bool>,
    /// Whether the semantic model's settings name the caller as its owner.
    pub owns_model: Option<bool>,
    /// Whether the caller may override the effective identity on the gateway's data source.
    pub overrides_identity: Option<bool>,
    /// Whether the tenant's export settings, for that format, are on for the caller.
    pub may_export: Option<bool>,
    /// Whether the caller is a Fabric administrator at that moment, the role activated.
    pub is_fabric_admin: Option<bool>,
    /// Whether the network that the call came from is one that the tenant's or workspace's rules let in.
    pub from_allowed_network: Option<bool>,
}
