//! Requests as they are planned.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::SecretRef;

/// What stands in an address for the user's name, which no record holds.
pub const USERNAME: &str = "{username}";

/// A request as it is planned: it names secrets and holds none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What it is asked for, unique in a run: `token`, `workspaces`, `workspaces-2`.
    pub name: String,
    /// Whose answer is expected.
    pub service: Service,
    /// GET or POST.
    pub method: Method,
    /// The whole address; where [`Request::names_user`], with [`USERNAME`] in it.
    pub url: String,
    /// Whether the transport puts the user's name into the address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_user: bool,
    /// The token in the Authorization header, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearer: Option<SecretRef>,
    /// Further headers, names in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, Part)>,
    /// The fields of a form body, in order; of an address that a browser opens, those of its query. Empty: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<(String, Part)>,
    /// A JSON body, in place of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// Whether the run can do without the answer: it only adds to what the others tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
    /// What a person is told before it is sent. Empty: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<Part>,
    /// How it is asked again while Entra waits for a person. Absent: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

/// How a request is asked again while the answer is `authorization_pending` (RFC 8628 section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// Seconds between two attempts.
    pub seconds: u64,
    /// The number of attempts.
    pub most: u32,
}

impl Request {
    /// The text of a header, by its name in lower case. `None` where there is none, or the transport puts it in.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|(own, value)| match value {
            Part::Text(text) if own == name => Some(text.as_str()),
            _ => None,
        })
    }

    /// A request without token, headers and body.
    #[must_use]
    pub fn new(name: impl Into<String>, service: Service, method: Method, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            service,
            method,
            url: url.into(),
            names_user: false,
            bearer: None,
            headers: Vec::new(),
            form: Vec::new(),
            json: None,
            aside: false,
            tell: Vec::new(),
            poll: None,
        }
    }
}

/// A piece of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Sent as it stands.
    Text(String),
    /// The transport puts the secret in.
    Secret(SecretRef),
    /// The transport signs it when it is sent.
    Assertion(Assertion),
}

/// A client assertion (RFC 7523) that the transport makes: id, times and signature are put in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// Issuer and subject: the application.
    pub client_id: String,
    /// The token endpoint.
    pub audience: String,
    /// How it is signed.
    pub signature: Signature,
    /// The certificate's thumbprint as the header names it: base64url, without padding.
    pub thumbprint: String,
}

/// The signatures of a client assertion that Entra takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// PS256, the key named by `x5t#S256`: what Entra's documentation asks for.
    Ps256,
    /// RS256, the key named by `x5t`: what older libraries send.
    Rs256,
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
    /// The endpoint that gives the tokens of a managed identity.
    ManagedIdentity,
    /// The issuer of tokens that a federated credential trusts.
    TokenIssuer,
    /// The Azure CLI on this machine.
    AzureCli,
}

impl Service {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "Entra",
            Self::PowerBi => "Power BI",
            Self::Fabric => "Fabric",
            Self::ManagedIdentity => "the managed identity's endpoint",
            Self::TokenIssuer => "the issuer of the federated token",
            Self::AzureCli => "the Azure CLI",
        }
    }
}

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Viewer: can read.
    Get,
    /// Sends a form or JSON.
    Post,
    /// Opens in a person's browser; the answer is what the browser brings back to this machine.
    Browse,
    /// Runs a program of this machine; the address is its command line.
    Run,
    /// Shows in a browser what the JSON configures; the answer is what happens there.
    Embed,
}

impl Method {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Browse => "BROWSE",
            Self::Run => "RUN",
            Self::Embed => "EMBED",
        }
    }
}
