//! The record: what a run was given and every exchange with a service. All that a bundle stores. Nothing here holds a
//! secret: requests name secrets, replies are reduced when they are recorded.

mod embedding;
mod expected;
mod fault;
mod request;
mod sign_in;
mod times;
mod verification;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use embedding::{EFFECTIVE_USER, Embedding, HostPage, Item};
pub use expected::{Expected, Thing};
pub use fault::{Failure, Fault};
pub use request::{Assertion, Method, Part, Poll, Request, Service, Signature, USERNAME};
pub use sign_in::{
    Auth, Certificate, CertificateFault, Federated, FederatedSource, Format, Identity, IdentityEndpoint, SignIn,
};
pub use times::Times;
pub use verification::Verification;

use crate::cloud::Cloud;
use crate::intent::Intent;
use crate::secret::Form;

/// The beginning of the name of every form of bundle.
pub const BUNDLE_FAMILY: &str = "pbiauth.bundle/";
/// The form of bundle that is written.
pub const BUNDLE_SCHEMA: &str = "pbiauth.bundle/1";

/// One run: its inputs and, in the order in which they ended, its exchanges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What the run was given.
    pub inputs: Inputs,
    /// Every attempt of every request that ended.
    pub exchanges: Vec<Exchange>,
    /// Why the run ended before its checks did. Absent for a whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// Whether the access token's signature verifies with the keys that its tenant publishes: a record holds no token, so
    /// that nobody can check it later. Absent where the token or the keys were not had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// Why a run ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// Somebody interrupted it.
    Interrupted,
    /// The time for the whole run was up.
    Deadline,
}

/// Where the answers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The real services, or whatever stands behind their addresses.
    Live,
    /// The simulated tenant, in process.
    Sim,
}

/// What a run was given, without a character of a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Who answers.
    pub world: World,
    /// The profile of the settings file. Absent where none was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The time of this machine's clock when the run began.
    pub started: Timestamp,
    /// The values given, by field. A field that was not given is absent; one that was given empty is there.
    pub given: BTreeMap<Field, Given>,
    /// The access token that was handed over, taken apart. Absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// How the caller gets a token.
    #[serde(default)]
    pub sign_in: SignIn,
    /// The cloud that was named. Absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Addresses of the services, without a slash at the end.
    pub hosts: Hosts,
    /// What the token is asked for.
    pub scopes: Vec<String>,
    /// What the caller means to do. Absent when it was not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// The opt-in checks that were asked for.
    #[serde(default)]
    pub probes: Vec<String>,
    /// The checks that were asked for by name. Empty: all.
    #[serde(default)]
    pub only: Vec<String>,
    /// What the user knows: evidence paths and values.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    /// Tenant settings as an administrator exported them: `settingName`, `enabled`, groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_settings: Option<Value>,
    /// How an item is embedded. Absent for a run that embeds none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// What is expected of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<Expected>,
    /// Sentences about the settings themselves: a source passed over, a file that was read.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The addresses of the services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosts {
    /// Entra, as `https://login.microsoftonline.com`.
    pub authority: String,
    /// Power BI, as `https://api.powerbi.com`.
    pub api: String,
    /// Fabric, as `https://api.fabric.microsoft.com`. Absent where it is not known for the cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fabric: Option<String>,
}

/// A value that a user can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Tenant id or domain.
    Tenant,
    /// Application (client) id.
    ClientId,
    /// The client secret. Only its format is kept.
    ClientSecret,
    /// The access token you supplied. Its parts are in [`Inputs::token`].
    AccessToken,
    /// A file with a certificate and its private key.
    CertificatePath,
    /// The password of that file. Only its format is kept.
    CertificatePassword,
    /// A file with another issuer's token.
    FederatedTokenFile,
    /// The subject that the federated credential expects.
    ExpectSubject,
    /// A user name. Only its format is kept.
    Username,
    /// A user's password. Only its format is kept.
    Password,
    /// A refresh token. Only its format is kept.
    RefreshToken,
    /// The cloud.
    Cloud,
    /// A scope to request instead of the cloud's default.
    Scope,
    /// Workspace id or name, or `me` for My workspace.
    Workspace,
    /// Report id or name.
    Report,
    /// Dashboard id or name.
    Dashboard,
    /// Entra's address.
    AuthorityHost,
    /// Power BI's address.
    ApiUrl,
    /// Fabric's address.
    FabricUrl,
    /// A file of certificates to trust in addition to the system's.
    CaFile,
    /// A file of tenant settings.
    TenantSettings,
}

/// One value: what may be shown of it, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The value as given. Absent for a secret and for a value that has the form of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it looks like.
    pub form: Form,
    /// Its origin in words: `AZURE_TENANT_ID`, `--workspace`, `pbiauth.toml`.
    pub from: String,
    /// Other fields that hold the same value, compared without case and white space around.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<Field>,
    /// Its line in the file that the origin begins with, from 1. Absent for what is in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// A token taken apart: never the token itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// What it looks like.
    pub form: Form,
    /// The header of a JSON Web Token, reduced. Absent when it cannot be decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Value>,
    /// The claims, reduced. Absent when they cannot be decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
}

/// One attempt of a request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The time of this machine's clock when it was sent.
    pub sent: Timestamp,
    /// Milliseconds until the whole reply was there, or until it was given up.
    pub ms: u64,
    /// How the time went. Absent for an attempt that was not made over a network, or not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// What came back.
    pub outcome: Outcome,
    /// Whether another attempt was to follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retried: bool,
}

/// A reply, or what stood in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Somebody answered.
    Reply(Reply),
    /// Nobody did.
    Failure(Failure),
}

/// An answer, reduced to what a diagnosis needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The headers kept, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Body,
}

/// A body, reduced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// No bytes.
    Empty,
    /// JSON; tokens in it are taken apart, unknown members left out.
    Json(Value),
    /// Anything else: its beginning.
    Text(String),
    /// More bytes than are read. What was read is not kept.
    TooLarge,
}

impl Exchange {
    /// The reply, if there was one.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match &self.outcome {
            Outcome::Reply(reply) => Some(reply),
            Outcome::Failure(_) => None,
        }
    }

    /// The failure, if there was no reply.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Reply(_) => None,
            Outcome::Failure(failure) => Some(failure),
        }
    }

    /// Whether it tells anything of the caller: not when the run can do without it and nobody answers, or the service
    /// does not have the address, as a stand-in may not.
    #[must_use]
    pub fn counts(&self) -> bool {
        let unrouted = |reply: &Reply| matches!(reply.status, 404 | 405 | 501) && !reply.says_why();
        !self.request.aside || self.reply().is_some_and(|reply| !unrouted(reply))
    }

    /// The time of this machine's clock when it ended.
    #[must_use]
    pub fn ended(&self) -> Timestamp {
        let ms = i64::try_from(self.ms).unwrap_or(i64::MAX);
        self.sent.checked_add(SignedDuration::from_millis(ms)).unwrap_or(self.sent)
    }
}

impl Reply {
    /// A header by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as JSON.
    #[must_use]
    pub const fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it bears a reason of the service's: a header for it, or a JSON object.
    #[must_use]
    pub fn says_why(&self) -> bool {
        self.header("x-powerbi-error-info").is_some() || self.json().is_some_and(Value::is_object)
    }

    /// Whether the status says that all went well.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The service's clock, from the `Date` header.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        http_time(self.header("date")?)
    }
}

/// A time as headers write it (RFC 9110, section 5.6.7). `None` for a text that is none.
#[must_use]
pub fn http_time(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

impl Record {
    /// A run in which nothing was asked yet.
    #[must_use]
    pub const fn new(inputs: Inputs) -> Self {
        Self { inputs, exchanges: Vec::new(), cut: None, verification: None }
    }

    /// The answer to a request, by the request's name: its last attempt, unless another is to follow.
    #[must_use]
    pub fn answer(&self, name: &str) -> Option<&Exchange> {
        self.find(name).map(|(_, exchange)| exchange)
    }

    /// The same with its place in [`Record::exchanges`].
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, &Exchange)> {
        let (at, last) = self.exchanges.iter().enumerate().rfind(|(_, e)| e.request.name == name)?;
        (!last.retried || self.cut.is_some()).then_some((at, last))
    }

    /// The reply to a request, by the request's name.
    #[must_use]
    pub fn reply(&self, name: &str) -> Option<&Reply> {
        self.answer(name).and_then(Exchange::reply)
    }
}

impl Inputs {
    /// What was given for a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Given> {
        self.given.get(&field)
    }

    /// Whether an opt-in check was asked for: by name, or by the intent.
    #[must_use]
    pub fn probes(&self, check: &str) -> bool {
        let of_intent = self.intent.iter().flat_map(|intent| &intent.probes);
        self.probes.iter().chain(&self.only).chain(of_intent).any(|name| name == check)
    }

    /// The way in which a token is got.
    #[must_use]
    pub fn auth(&self) -> Auth {
        let handed_over = || self.given.contains_key(&Field::AccessToken);
        self.sign_in.auth.unwrap_or_else(|| if handed_over() { Auth::AccessToken } else { Auth::ClientSecret })
    }

    /// The text that was given for a field. Absent when none was, and for secrets.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field)?.text.as_deref()
    }
}
