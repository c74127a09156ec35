//! The network: one HTTPS client for a whole run.

use jiff::Timestamp;

use crate::record::{Exchange, Failure, Fault, Outcome, Request};
use crate::secret::Vault;
use crate::transport::wire::Border;

/// The HTTP transport of one run.
#[derive(Debug)]
pub struct Http {
    border: Border,
}

impl Http {
    /// A client.
    pub fn new(vault: Vault) -> Self {
        Self { border: Border::new(vault) }
    }

    /// Performs one attempt.
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        let _ = self.border.fill(request);
        let failure = Failure {
            fault: Fault::NotSendable,
            host: String::new(),
            proxy: None,
            issuer: None,
            detail: String::new(),
        };
        Exchange {
            request: request.clone(),
            attempt,
            sent: Timestamp::now(),
            ms: 0,
            outcome: Outcome::Failure(failure),
            retried: false,
        }
    }
}
