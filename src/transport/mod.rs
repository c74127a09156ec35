//! Performs requests. A transport never fails: "no answer" is an outcome too.

pub mod http;
pub mod replay;
pub mod retry;
pub mod wire;

use crate::record::{Exchange, Request};
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

    /// Whether time passes while one waits: a simulated tenant and a recorded run answer at once.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}
