//! The record: what a run was given and every exchange with a service. All that a bundle stores. Nothing here holds a
//! secret: requests name secrets, replies are reduced when they are recorded.

mod embedding;
mod expected;
mod fault;
mod inputs;
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
pub use inputs::{Field, Given, Hosts, Inputs, World};
pub use request::{Assertion, Method, Part, Poll, Request, Service, Signature, USERNAME};
pub use sign_in::{
    Auth, Certificate, CertificateFault, Federated, FederatedSource, Format, Identity, IdentityEndpoint, SignIn,
};
pub use times::Times;
pub use verification::Verification;

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
