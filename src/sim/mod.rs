//! The simulated tenant: a model of a directory, of Power BI and of the network between, and a clock.
//!
//! Nothing in it is canned: the answer to a request follows from the world of a scenario, in the order in which the
//! real services check. Where their behaviour is not known, the model asserts nothing.

mod bearer;
pub mod caller;
mod certificate;
pub mod clock;
mod cors;
pub(crate) mod embed;
mod entra;
mod fabric;
pub mod faults;
mod identity;
pub mod keys;
mod limits;
mod memory;
mod pair;
mod powerbi;
mod reply;
mod request;
pub mod scenario;
pub mod serve;
pub mod token;
mod transport;
pub mod world;

use aws_lc_rs::digest;
use jiff::Timestamp;
use uuid::{Builder, Uuid};

pub use keys::Keys;
pub use memory::Memory;
pub use request::SimRequest;
pub use scenario::{Scenario, ScenarioError};
pub use transport::Sim;
pub use world::World;

use crate::record::Service;
use crate::wire::WireReply;

/// When a request arrives, by the services' clock, and the ids that its answer bears.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The services' time.
    pub now: Timestamp,
    /// Entra's trace id; the request id of the APIs.
    pub trace: Uuid,
    /// Entra's correlation id, unless the client sends one.
    pub correlation: Uuid,
}

impl Moment {
    /// A moment with new ids.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now, trace: Uuid::new_v4(), correlation: Uuid::new_v4() }
    }

    /// A moment whose ids follow from a text, so that the same run has the same ids.
    #[must_use]
    pub fn derived(now: Timestamp, seed: &str) -> Self {
        let id = |kind: &str| {
            let mut bytes = [0; 16];
            let hash = digest::digest(&digest::SHA256, format!("{kind} {seed}").as_bytes());
            bytes.copy_from_slice(&hash.as_ref()[..16]);
            Builder::from_random_bytes(bytes).into_uuid()
        };
        Self { now, trace: id("trace"), correlation: id("correlation") }
    }

    /// The same this span later.
    #[must_use]
    pub fn after(&self, span: clock::Span) -> Self {
        Self { now: span.after(self.now), ..*self }
    }
}

/// The answer of a world to a request.
#[must_use]
pub fn answer(world: &World, keys: &Keys, memory: &Memory, request: &SimRequest, moment: &Moment) -> WireReply {
    if let Some(reply) = cors::preflight(request, moment) {
        return reply;
    }
    let mut reply = answer_itself(world, keys, memory, request, moment);
    cors::allow(request, &mut reply);
    reply
}

fn answer_itself(world: &World, keys: &Keys, memory: &Memory, request: &SimRequest, moment: &Moment) -> WireReply {
    if let Some(reply) = identity::answer(world, keys, request, moment) {
        return reply;
    }
    if let Some(reply) = embed::answer(world, keys, request, moment) {
        return reply;
    }
    match request.service() {
        Service::Entra | Service::ManagedIdentity | Service::TokenIssuer | Service::AzureCli => {
            entra::answer(world, keys, memory, request, moment)
        }
        Service::PowerBi => powerbi::answer(world, keys, memory, request, moment),
        Service::Fabric => fabric::answer(world, keys, memory, request, moment),
    }
}

#[cfg(test)]
mod tests;
