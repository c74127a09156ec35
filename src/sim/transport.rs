//! The simulated tenant in process, in place of the network.

use std::time::Duration;

use serde_json::Value;

use super::faults::{Faults, Kind, PlannedFault};
use super::{Keys, Memory, Moment, Scenario, SimRequest, answer, embed};
use crate::record::{Exchange, Failure, Fault, HostPage, Method, Outcome, Request, Service};
use crate::secret::{Secret, SecretRef, Vault};
use crate::wire::redirect::{NOT_BACK, redirected};
use crate::wire::{Border, WireReply};

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

    /// The secrets of the run.
    pub(crate) const fn border(&self) -> &Border {
        &self.border
    }

    /// What a person has to be told before a request is sent.
    pub(crate) fn words(&self, request: &Request) -> Option<String> {
        self.border.words(request, self.scenario.clock.now)
    }

    /// What a browser that follows a redirect brings back to the caller. `None` where it stays on Entra's page.
    fn brought_back(&self, reply: &WireReply) -> Option<WireReply> {
        let location = reply.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.as_str());
        let state = self.border.secret(SecretRef::State);
        redirected(location?, state?.expose())
    }

    /// What an embedded item does in a browser, without one.
    fn embedded(&self, request: &Request, attempt: u32) -> Value {
        let token = request.bearer.and_then(|name| self.border.secret(name));
        let token = token.as_ref().map_or("", Secret::expose);
        let policy = request.header(HostPage::POLICY);
        let page = embed::HostPage { config: request.json.as_ref().unwrap_or(&Value::Null), token, policy };
        embed::play(&self.scenario.world, Keys::embedded(), &page, &self.moment(request, attempt))
    }

    fn moment(&self, request: &Request, attempt: u32) -> Moment {
        let now = self.scenario.clock.service_time(self.scenario.clock.now);
        Moment::derived(now, &format!("{} {attempt}", request.name))
    }

    /// Performs one attempt.
    pub async fn attempt(&self, request: &Request, attempt: u32) -> Exchange {
        if request.method == Method::Embed {
            let outcome = Outcome::Reply(self.border.seen(self.embedded(request, attempt)));
            return self.exchange(request, attempt, outcome, Duration::ZERO);
        }
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
        self.exchange(request, attempt, outcome, took)
    }

    fn exchange(&self, request: &Request, attempt: u32, outcome: Outcome, took: Duration) -> Exchange {
        Exchange {
            request: request.clone(),
            attempt,
            sent: self.scenario.clock.now,
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            times: None,
            outcome,
            retried: false,
        }
    }

    fn send(&self, request: &Request, attempt: u32) -> Result<WireReply, Failure> {
        let not_sendable = |detail: String| failure(Fault::NotSendable, String::new(), detail);
        if request.method == Method::Run {
            let program = request.url.split(' ').next().unwrap_or_default().to_owned();
            return Err(failure(Fault::NotInstalled, program, "the simulated tenant doesn't run programs"));
        }
        let wire = self.border.fill(request, self.scenario.clock.now).map_err(not_sendable)?;
        let mut sent = SimRequest::of(&wire).ok_or_else(|| not_sendable("the address isn't a URL".to_owned()))?;
        let moment = self.moment(request, attempt);
        self.faults.pass(request.service, &mut sent);
        if let Some(fault) = self.faults.strike(request.service) {
            return fault.reply(request.service, &moment).ok_or_else(|| no_answer(fault, sent.host));
        }
        if request.service == Service::ManagedIdentity && self.scenario.world.host.is_none() {
            return Err(failure(Fault::Refused, sent.host, "connection refused"));
        }
        let reply = answer(&self.scenario.world, Keys::embedded(), &self.memory, &sent, &moment);
        if request.method == Method::Browse {
            return self.brought_back(&reply).ok_or_else(|| failure(Fault::ReplyTimeout, sent.host, NOT_BACK));
        }
        Ok(reply)
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
        Kind::Stall | Kind::ProxyPage | Kind::Throttle | Kind::Unavailable | Kind::StripAuthorization => {
            failure(Fault::ReplyTimeout, host, "no reply within the time for one request")
        }
    }
}

fn failure(fault: Fault, host: String, detail: impl Into<String>) -> Failure {
    Failure { fault, host, proxy: None, issuer: None, detail: detail.into() }
}
