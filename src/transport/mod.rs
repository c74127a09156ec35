//! Performs requests. A transport never fails: "no answer" is an outcome too.

pub mod browser;
pub mod http;
mod program;
mod proof;
pub mod replay;
pub mod retry;
pub mod wire;

use crate::record::{Exchange, Request};
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
            Self::Sim(sim) => sim.words(request),
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

    /// Whether time passes while one waits: a simulated tenant and a recorded run answer at once.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}
