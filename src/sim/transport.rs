//! The simulated tenant in process, in place of the network.

use std::time::Duration;

use super::faults::{Faults, Kind, PlannedFault};
use super::{Keys, Memory, Moment, Scenario, SimRequest, answer};
use crate::record::{Exchange, Failure, Fault, Outcome, Request};
use crate::secret::Vault;
use crate::transport::wire::{Border, WireReply};

/// What a caller waits for one reply, unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// The simulated tenant as a transport. Its answers, ids and times are the same in every run.
#[derive(Debug)]
pub struct Sim {
    scenario: Scenario,
    faults: Faults,
    memory: Memory,
    border: Border,
    patience: Duration,
}

impl Sim {
    /// The tenant of a scenario, for a caller with these secrets.
    #[must_use]
    pub fn new(scenario: Scenario, vault: Vault) -> Self {
        let faults = Faults::new(&scenario.faults);
        Self { scenario, faults, memory: Memory::default(), border: Border::new(vault), patience: PATIENCE }
    }

    /// The same for a caller that gives up after this time. Nobody really waits that long.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Performs one attempt.
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        let (outcome, took) = match self.send(request, attempt) {
            Ok(reply) => {
                if !self.scenario.latency.is_zero() {
                    tokio::time::sleep(self.scenario.latency).await;
                }
                (Outcome::Reply(self.border.receive(reply)), self.scenario.latency)
            }
            Err(failure) if failure.fault == Fault::ReplyTimeout => (Outcome::Failure(failure), self.patience),
            Err(failure) => (Outcome::Failure(failure), Duration::ZERO),
        };
        Exchange {
            request: request.clone(),
            attempt,
            sent: self.scenario.clock.now,
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            outcome,
            retried: false,
        }
    }

    fn send(&self, request: &Request, attempt: u32) -> Result<WireReply, Failure> {
        let not_sendable = |detail: String| failure(Fault::NotSendable, String::new(), detail);
        let wire = self.border.fill(request).map_err(not_sendable)?;
        let sent = SimRequest::of(&wire).ok_or_else(|| not_sendable("the address is no URL".to_owned()))?;
        let now = self.scenario.clock.service_time(self.scenario.clock.now);
        let moment = Moment::derived(now, &format!("{} {attempt}", request.name));
        match self.faults.strike(request.service) {
            Some(fault) => fault.reply(request.service, &moment).ok_or_else(|| no_answer(fault, sent.host)),
            None => Ok(answer(&self.scenario.world, Keys::embedded(), &self.memory, &sent, &moment)),
        }
    }
}

/// What a caller makes of a fault that leaves it without an answer.
fn no_answer(fault: &PlannedFault, host: String) -> Failure {
    match fault.kind {
        Kind::ClosedPort => failure(Fault::Refused, host, "connection refused"),
        Kind::ForeignCa => Failure {
            issuer: Some("CN=Contoso Proxy CA".to_owned()),
            ..failure(Fault::UntrustedCertificate, host, "the issuer of the certificate is not trusted")
        },
        Kind::Reset => failure(Fault::Reset, host, "connection reset by peer"),
        Kind::Stall | Kind::ProxyPage | Kind::Throttle | Kind::Unavailable => {
            failure(Fault::ReplyTimeout, host, "no reply within the time for one request")
        }
    }
}

fn failure(fault: Fault, host: String, detail: impl Into<String>) -> Failure {
    Failure { fault, host, proxy: None, issuer: None, detail: detail.into() }
}
