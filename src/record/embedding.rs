//! How an item is embedded.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What stands in a request for the name of the effective identity, which no record holds.
pub const EFFECTIVE_USER: &str = "{effective-user}";

/// What is embedded, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedding {
    /// What is shown.
    pub item: Item,
    /// Whether it is opened for editing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edit: bool,
    /// How long the embed token is to live, in minutes. Absent: as long as the service lets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// The roles of the effective identity, whose name only the vault holds. Absent: there is no identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// What the page around the item says in place of what the API returns. Absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<HostPage>,
}

/// A page of somebody's own that embeds the item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPage {
    /// Members of the configuration that it gives to powerbi-client, by their names there ([`HostPage::MEMBERS`]). No token.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Its Content-Security-Policy. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

impl HostPage {
    /// The members that decide whether an item is shown (powerbi-models, `IEmbedConfigurationBase` and
    /// `IReportEmbedConfiguration`). How it looks is left to the page.
    pub const MEMBERS: [&str; 7] = ["type", "id", "embedUrl", "tokenType", "groupId", "permissions", "viewMode"];
    /// The name under which the policy stands in the request that shows the item.
    pub const POLICY: &str = "content-security-policy";
}

/// The kinds of items that are embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// A report.
    #[default]
    Report,
    /// A dashboard.
    Dashboard,
    /// A paginated report.
    Paginated,
}

impl Item {
    /// What it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Dashboard => "dashboard",
            Self::Paginated => "paginated report",
        }
    }
}
