//! How many requests the services take in a while: Errors.tsv F04, I01 and I02, and the limits that endpoints.md names.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::memory::Memory;
use super::request::SimRequest;
use super::world::Caller;
use super::{Moment, reply};
use crate::record::Service;
use crate::wire::WireReply;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// The routes of the admin API whose requests a whole tenant shares.
const ADMIN: &str = "/v1.0/myorg/admin/groups";

/// So many requests to a route in a span of time.
struct Limit {
    service: Service,
    begins: &'static str,
    ends: &'static str,
    /// Whether all callers of the tenant share it.
    shared: bool,
    seconds: i64,
    most: u32,
}

const LIMITS: [Limit; 5] = [
    Limit { service: Service::PowerBi, begins: ADMIN, ends: "", shared: true, seconds: HOUR, most: 50 },
    Limit { service: Service::PowerBi, begins: ADMIN, ends: "", shared: true, seconds: MINUTE, most: 15 },
    Limit { service: Service::PowerBi, begins: "", ends: "/executequeries", shared: false, seconds: MINUTE, most: 120 },
    Limit {
        service: Service::Fabric,
        begins: "/v1/admin/tenantsettings",
        ends: "",
        shared: true,
        seconds: MINUTE,
        most: 25,
    },
    Limit { service: Service::Fabric, begins: "/v1/", ends: "", shared: false, seconds: MINUTE, most: 200 },
];

/// Counts a request. Returns the refusal where it is one too many.
pub(super) fn count(
    service: Service,
    caller: &Caller<'_>,
    memory: &Memory,
    request: &SimRequest,
    moment: &Moment,
) -> Option<WireReply> {
    let path = request.path.to_ascii_lowercase();
    let meant =
        |limit: &&Limit| limit.service == service && path.starts_with(limit.begins) && path.ends_with(limit.ends);
    let waits: Vec<u32> =
        LIMITS.iter().filter(meant).filter_map(|limit| limit.exceeded(caller, memory, moment.now)).collect();
    waits.into_iter().max().map(|seconds| throttled(429, service, moment, Some(seconds)))
}

impl Limit {
    /// The seconds until the span ends, where no request is left in it.
    fn exceeded(&self, caller: &Caller<'_>, memory: &Memory, now: Timestamp) -> Option<u32> {
        let whose = if self.shared { caller.tenant_name } else { &caller.name };
        let span = now.as_second().div_euclid(self.seconds);
        let key = format!("{} {} {} {whose} {span}", self.begins, self.ends, self.seconds);
        // Only the admin API counts by the hour.
        let used_before = if self.seconds == HOUR { caller.tenant.admin_requests } else { 0 };
        let used = memory.present(&key).saturating_add(used_before);
        let left = self.seconds - now.as_second().rem_euclid(self.seconds);
        (used >= self.most).then(|| u32::try_from(left).unwrap_or(u32::MAX))
    }
}

/// The answer of a service that asks for patience: Errors.tsv I01 and I02. No body of Entra's is known for this.
pub(super) fn throttled(status: u16, service: Service, moment: &Moment, seconds: Option<u32>) -> WireReply {
    let mut reply = reply::of_service(status, service, moment);
    match service {
        Service::Entra | Service::ManagedIdentity | Service::TokenIssuer | Service::AzureCli => {}
        Service::PowerBi => {
            let text = "You have exceeded the amount of requests allowed in the current time frame and further \
                        requests will fail";
            reply.body = Some(text.as_bytes().to_vec());
            reply::header(&mut reply, "content-type", "text/plain; charset=utf-8");
        }
        Service::Fabric => {
            let wait = SignedDuration::from_secs(seconds.unwrap_or(60).into());
            let until = moment.now.saturating_add(wait).unwrap_or(moment.now);
            let until = until.strftime("%-m/%-d/%Y %-I:%M:%S %p");
            let message = format!("Request is blocked by the upstream service until: {until} (UTC)");
            let body = json!({"requestId": moment.trace, "errorCode": "RequestBlocked", "message": message});
            reply::put_json(&mut reply, &body);
            reply::header(&mut reply, "x-ms-public-api-error-code", "RequestBlocked");
        }
    }
    if let Some(seconds) = seconds {
        reply::header(&mut reply, "retry-after", seconds.to_string());
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Scenario;

    #[test]
    fn the_tenant_shares_the_admin_requests_of_an_hour() {
        let scenario = Scenario::load("healthy").expect("a scenario");
        let world = &scenario.world;
        let embed = Caller::application(world.principal("embed", "contoso").expect("a principal"));
        let memory = Memory::default();
        let start = Timestamp::from_second(scenario.clock.now.as_second().div_euclid(HOUR) * HOUR).expect("a time");
        let request = SimRequest {
            method: "GET".to_owned(),
            host: "api.powerbi.com".to_owned(),
            path: ADMIN.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let taken = |minute: i64| {
            let now = start.saturating_add(SignedDuration::from_mins(minute)).expect("a time");
            let moment = Moment::derived(now, "test");
            let is_taken = |_: &u32| count(Service::PowerBi, &embed, &memory, &request, &moment).is_none();
            (0..20).filter(is_taken).count()
        };
        assert_eq!([0, 1, 2, 3, 60].map(taken), [15, 15, 10, 0, 15]);
        let reply = count(Service::Fabric, &embed, &memory, &request, &Moment::derived(start, "test"));
        assert!(reply.is_none(), "another service's request");
    }
}
