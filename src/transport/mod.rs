//! Performs requests. A transport never fails: "no answer" is an outcome too.

pub mod browser;
pub mod embed;
pub mod http;
mod program;
pub mod replay;
pub mod retry;

use jiff::Timestamp;
use serde_json::Value;

use crate::evidence::signature;
use crate::record::{Exchange, Failure, Fault, Outcome, Request, Verification};
use crate::secret::{Secret, SecretRef};
use crate::sim::Sim;

/// Who performs the requests of a run.
#[derive(Debug)]
pub enum Transport {
    /// The network.
    Http(Box<http::Http>),
    /// The simulated tenant, in process.
    Sim(Box<Sim>),
    /// A recorded run.
    Replay(Box<replay::Replay>),
}

impl Transport {
    /// Performs one attempt of a request.
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        if request.url.is_empty() {
            return nowhere(request, attempt);
        }
        match self {
            Self::Http(http) => http.attempt(request, attempt).await,
            Self::Sim(sim) => sim.attempt(request, attempt).await,
            Self::Replay(replay) => replay.attempt(request, attempt),
        }
    }

    /// What a person has to be told before a request is sent. `None` where there is nothing, and for a recorded run.
    #[must_use]
    pub fn words(&self, request: &Request) -> Option<String> {
        match self {
            Self::Http(http) => http.words(request),
            Self::Sim(sim) => sim.words(request).map(|words| format!("Simulated, so no one has to sign in: {words}")),
            Self::Replay(_) => None,
        }
    }

    /// The access token of the run, in the clear. `None` before one was issued, and for a recorded run.
    #[must_use]
    pub fn access_token(&self) -> Option<Secret> {
        match self {
            Self::Http(http) => http.border().secret(SecretRef::AccessToken),
            Self::Sim(sim) => sim.border().secret(SecretRef::AccessToken),
            Self::Replay(_) => None,
        }
    }

    /// Whether the access token of the run is signed with one of these keys. `None` before a token was issued.
    #[must_use]
    pub fn verify(&self, keys: &Value) -> Option<Verification> {
        match self {
            Self::Http(_) | Self::Sim(_) => self.access_token().map(|token| signature::check(&token, keys)),
            Self::Replay(replay) => replay.signature(),
        }
    }

    /// Whether time passes while one waits: a simulated tenant and a recorded run answer at once.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}

/// What comes of a request to a service whose address is not known.
#[expect(clippy::disallowed_methods, reason = "the clock is read when a request would be sent")]
fn nowhere(request: &Request, attempt: u32) -> Exchange {
    let name = request.service.name();
    let detail = format!("the address of {name} in this cloud isn't known: pass it with --fabric-url");
    let failure = Failure { fault: Fault::NotSendable, host: String::new(), proxy: None, issuer: None, detail };
    let outcome = Outcome::Failure(failure);
    Exchange { request: request.clone(), attempt, sent: Timestamp::now(), ms: 0, times: None, outcome, retried: false }
}
