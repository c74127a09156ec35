//! Requests as they are planned.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::SecretRef;

/// A request as it is planned: it names secrets and holds none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What it is asked for, unique in a run: `token`, `workspaces`, `workspaces-2`.
    pub name: String,
    /// Whose answer is expected.
    pub service: Service,
    /// GET or POST.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The token in the Authorization header, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearer: Option<SecretRef>,
    /// The fields of a form body, in order. Empty: no body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<(String, Part)>,
    /// A JSON body, in place of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// Whether the run can do without the answer: it only adds to what the others tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
}

/// A piece of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Sent as it stands.
    Text(String),
    /// The transport puts the secret in.
    Secret(SecretRef),
}

/// The services that are talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Microsoft Entra ID.
    Entra,
    /// The Power BI REST API.
    PowerBi,
    /// The Fabric REST API.
    Fabric,
}

impl Service {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "Entra",
            Self::PowerBi => "Power BI",
            Self::Fabric => "Fabric",
        }
    }
}

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a form or JSON.
    Post,
}

impl Method {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}
