//! The simulated tenant.

use jiff::Timestamp;

use crate::record::{Exchange, Failure, Fault, Outcome, Request};

/// The simulated tenant as a transport.
#[derive(Debug)]
pub struct Sim {}

impl Sim {
    /// Performs one attempt.
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        let failure =
            Failure { fault: Fault::Refused, host: String::new(), proxy: None, issuer: None, detail: String::new() };
        Exchange {
            request: request.clone(),
            attempt,
            sent: Timestamp::UNIX_EPOCH,
            ms: 0,
            outcome: Outcome::Failure(failure),
            retried: false,
        }
    }
}
