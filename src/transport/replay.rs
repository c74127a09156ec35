//! A recorded run answers in place of the services.

use crate::record::{Exchange, Failure, Fault, Outcome, Record, Request, Verification};

/// The exchanges of a bundle, found again by the name of their request.
#[derive(Debug)]
pub struct Replay {
    record: Record,
}

impl Replay {
    /// Answers from this record.
    #[must_use]
    pub const fn new(record: Record) -> Self {
        Self { record }
    }

    /// The recorded attempt of a request; [`Fault::NotRecorded`] where there is none.
    #[must_use]
    pub fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        let recorded = |e: &&Exchange| e.request.name == request.name && e.attempt == attempt;
        self.record.exchanges.iter().find(recorded).cloned().unwrap_or_else(|| self.not_recorded(request, attempt))
    }

    /// The recorded verdict on the token's signature.
    pub(super) const fn signature(&self) -> Option<Verification> {
        self.record.verification
    }

    fn not_recorded(&self, request: &Request, attempt: u32) -> Exchange {
        let failure = Failure {
            fault: Fault::NotRecorded,
            host: String::new(),
            proxy: None,
            issuer: None,
            detail: format!("the bundle has no attempt {attempt} of the request \"{}\"", request.name),
        };
        Exchange {
            request: request.clone(),
            attempt,
            sent: self.record.inputs.started,
            ms: 0,
            times: None,
            outcome: Outcome::Failure(failure),
            retried: false,
        }
    }
}
