//! What the network does to a request: the one part of a world that does not follow from the directory.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::limits::throttled;
use super::{Moment, SimRequest, reply};
use crate::record::Service;
use crate::wire::WireReply;

/// A fault as a scenario plans it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFault {
    /// Whose requests it hits.
    pub on: On,
    /// What happens to them.
    pub kind: Kind,
    /// How many of them, counted from the first. Absent: all.
    #[serde(default)]
    pub times: Option<u32>,
    /// Seconds in the `Retry-After` header. Absent: no such header.
    #[serde(default)]
    pub retry_after: Option<u32>,
    /// HTTP status in place of the usual one.
    #[serde(default)]
    pub status: Option<u16>,
}

/// Whose requests a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// Entra's.
    Entra,
    /// Power BI's.
    PowerBi,
    /// Fabric's.
    Fabric,
    /// Everybody's.
    All,
}

/// The ways in which the network fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nobody listens.
    ClosedPort,
    /// The certificate is signed by an authority that the caller does not know.
    ForeignCa,
    /// The connection is reset in place of an answer.
    Reset,
    /// No answer comes.
    Stall,
    /// A gateway answers in place of the service.
    ProxyPage,
    /// The service asks for patience.
    Throttle,
    /// The service is out of order.
    Unavailable,
    /// Somebody on the way takes the Authorization header out of the request.
    StripAuthorization,
}

/// The faults of a scenario and how often each has struck.
#[derive(Debug)]
pub struct Faults(Vec<(PlannedFault, AtomicU32)>);

impl Faults {
    /// Faults that have not struck yet.
    #[must_use]
    pub fn new(planned: &[PlannedFault]) -> Self {
        Self(planned.iter().map(|fault| (fault.clone(), AtomicU32::new(0))).collect())
    }

    /// The fault that the next request to a service meets, if any. It counts as having struck.
    #[must_use]
    pub fn strike(&self, service: Service) -> Option<&PlannedFault> {
        self.0.iter().filter(|(fault, _)| fault.kind != Kind::StripAuthorization && fault.hits(service)).find_map(
            |(fault, struck)| {
                let before = struck.fetch_add(1, Ordering::Relaxed);
                fault.times.is_none_or(|times| before < times).then_some(fault)
            },
        )
    }

    /// What reaches a service of a request.
    pub fn pass(&self, service: Service, request: &mut SimRequest) {
        if self.0.iter().any(|(fault, _)| fault.kind == Kind::StripAuthorization && fault.hits(service)) {
            request.headers.retain(|(name, _)| name != "authorization");
        }
    }

    /// Whether a fault of that kind is planned.
    #[must_use]
    pub fn plan(&self, kind: Kind) -> bool {
        self.0.iter().any(|(fault, _)| fault.kind == kind)
    }
}

impl PlannedFault {
    fn hits(&self, service: Service) -> bool {
        match self.on {
            On::All => true,
            On::Entra => service == Service::Entra,
            On::PowerBi => service == Service::PowerBi,
            On::Fabric => service == Service::Fabric,
        }
    }

    /// The answer in which the fault shows. `None` for a fault that leaves the caller without any.
    #[must_use]
    pub fn reply(&self, service: Service, moment: &Moment) -> Option<WireReply> {
        let status = |usual| self.status.unwrap_or(usual);
        let mut reply = match self.kind {
            Kind::ProxyPage => proxy_page(status(403), moment),
            Kind::Throttle => return Some(throttled(status(429), service, moment, self.retry_after)),
            Kind::Unavailable => reply::of_service(status(503), service, moment),
            Kind::ClosedPort | Kind::ForeignCa | Kind::Reset | Kind::Stall | Kind::StripAuthorization => return None,
        };
        if let Some(seconds) = self.retry_after {
            reply::header(&mut reply, "retry-after", seconds.to_string());
        }
        Some(reply)
    }
}

/// A page of a gateway: none of the headers by which a service of Microsoft's is known.
fn proxy_page(status: u16, moment: &Moment) -> WireReply {
    let page = "<!DOCTYPE html>\n<html><head><title>Contoso web gateway</title></head>\n\
                <body><h1>This site is blocked</h1><p>Ask your network team to allow it.</p></body></html>\n";
    let mut reply = reply::empty(status, moment);
    reply::header(&mut reply, "content-type", "text/html; charset=utf-8");
    reply::header(&mut reply, "via", "1.1 gateway.contoso.example");
    reply.body = Some(page.as_bytes().to_vec());
    reply
}
