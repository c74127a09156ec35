//! The Power BI REST API.
//!
//! It answers 403 where the token is at fault and 401 where the permission is, mostly without a body: the reason is in
//! a header.

mod embed;
mod filter;
mod items;
mod query;
mod tenant;
mod workspaces;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bearer::{Refusal, caller};
use super::keys::Keys;
use super::limits;
use super::memory::Memory;
use super::request::SimRequest;
use super::world::{Caller, Licence, World};
use super::{Moment, reply};
use crate::record::Service::PowerBi;
use crate::wire::WireReply;

/// The header that says why.
const REASON: &str = "x-powerbi-error-info";

/// The answer to a request.
pub(super) fn answer(world: &World, keys: &Keys, memory: &Memory, request: &SimRequest, moment: &Moment) -> WireReply {
    match caller(world, keys, request, moment) {
        // Errors.tsv E01: every address looks wrong to a user without a licence.
        Ok(caller) if caller.licence() == Some(Licence::None) => because(404, "UserNotLicensed", moment),
        Ok(caller) => limits::count(PowerBi, &caller, memory, request, moment)
            .unwrap_or_else(|| Call { world, keys, caller, request, moment }.answer()),
        Err(refusal) => refused(refusal, moment),
    }
}

fn refused(refusal: Refusal, moment: &Moment) -> WireReply {
    match refusal {
        Refusal::NoToken => reply::of_service(403, PowerBi, moment),
        Refusal::InvalidToken => because(403, "InvalidToken", moment),
        Refusal::TokenExpired => because(403, "TokenExpired", moment),
        Refusal::Challenged => {
            let mut reply = reply::of_service(401, PowerBi, moment);
            reply::header(&mut reply, "www-authenticate", challenge());
            reply
        }
        Refusal::SwitchedOff => because(401, "ServicePrincipalIsNotAllowedByTenantAdminSwitch", moment),
    }
}

/// What a client that can take a challenge has to send to Entra with its next request.
fn challenge() -> String {
    let claims = STANDARD.encode(r#"{"access_token":{"nbf":{"essential":true}}}"#);
    format!(
        "Bearer authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{claims}\""
    )
}

fn because(status: u16, reason: &str, moment: &Moment) -> WireReply {
    let mut reply = reply::of_service(status, PowerBi, moment);
    reply::header(&mut reply, REASON, reason);
    reply
}

/// A call of somebody who may call.
struct Call<'w> {
    world: &'w World,
    keys: &'w Keys,
    caller: Caller<'w>,
    request: &'w SimRequest,
    moment: &'w Moment,
}

impl Call<'_> {
    fn answer(&self) -> WireReply {
        let path = self.request.path.to_ascii_lowercase();
        let route: Vec<&str> = path.trim_start_matches("/v1.0/myorg").trim_matches('/').split('/').collect();
        let get = self.request.method == "GET";
        match (self.request.method.as_str(), route.as_slice()) {
            ("POST", ["generatetoken"]) => self.with("Report", || self.with("Dataset", || embed::token(self))),
            ("POST", ["groups", group, "datasets", id, "executequeries"]) => {
                self.with("Dataset", || query::in_group(self, group, id))
            }
            ("POST", [.., "generatetoken"]) => embed::token_for_item(self, &route),
            _ if !get => self.not_found(),
            (_, ["groups", ..]) => self.groups_route(&route[1..]),
            (_, ["reports" | "datasets" | "dashboards", ..]) => items::mine(self, &route),
            (_, ["capacities"]) => self.with("Capacity", || tenant::capacities(self)),
            (_, ["availablefeatures"]) => tenant::features(self),
            (_, ["profiles"]) if self.caller.is_application() => tenant::profiles(self),
            (_, ["admin", "groups"]) => tenant::admin_groups(self),
            _ => self.not_found(),
        }
    }

    fn groups_route(&self, route: &[&str]) -> WireReply {
        match route {
            [] => self.with("Workspace", || workspaces::list(self)),
            [group] => self.with("Workspace", || workspaces::one(self, group)),
            [group, "reports"] => self.with("Report", || items::in_group(self, group, |w| items::reports(self, w))),
            [group, "reports", id] => {
                self.with("Report", || items::in_group(self, group, |w| items::report(self, w, id)))
            }
            [group, "datasets"] => self.with("Dataset", || items::in_group(self, group, |w| items::models(self, w))),
            [group, "datasets", id] => {
                self.with("Dataset", || items::in_group(self, group, |w| items::model(self, w, id)))
            }
            [group, "dashboards"] => {
                self.with("Dashboard", || items::in_group(self, group, |w| items::dashboards(self, w)))
            }
            [group, "dashboards", id] => {
                self.with("Dashboard", || items::in_group(self, group, |w| items::dashboard(self, w, id)))
            }
            _ => self.not_found(),
        }
    }

    /// What needs a delegated permission to read a thing. Without it a user's call is forbidden, and no source tells a
    /// reason that is given (pitfalls.md P11).
    fn with(&self, thing: &str, then: impl FnOnce() -> WireReply) -> WireReply {
        let (read, write) = (format!("{thing}.Read.All"), format!("{thing}.ReadWrite.All"));
        if self.caller.has_scope(&[&read, &write]) { then() } else { reply::of_service(403, PowerBi, self.moment) }
    }

    fn json(&self, status: u16, body: &Value) -> WireReply {
        reply::json(status, PowerBi, self.moment, body)
    }

    fn not_found(&self) -> WireReply {
        reply::of_service(404, PowerBi, self.moment)
    }

    /// Whether a wrong id answers 400 or 404 is not known; it has no body.
    fn bad_request(&self) -> WireReply {
        reply::of_service(400, PowerBi, self.moment)
    }

    fn list(&self, kind: &str, items: &[Value]) -> WireReply {
        self.json(
            200,
            &json!({
                "@odata.context": format!("https://{}/v1.0/myorg/$metadata#{kind}", self.request.host),
                "@odata.count": items.len(),
                "value": items,
            }),
        )
    }

    /// Errors.tsv C06.
    fn no_entity(&self) -> WireReply {
        self.exception(404, "PowerBIEntityNotFound")
    }

    /// Errors.tsv C04: the code alone tells no cause.
    fn not_authorized(&self) -> WireReply {
        self.exception(401, "PowerBINotAuthorizedException")
    }

    fn exception(&self, status: u16, code: &str) -> WireReply {
        let inner = json!({"code": code, "parameters": {}, "details": [], "exceptionCulprit": 1});
        self.json(status, &json!({"error": {"code": code, "pbi.error": inner}}))
    }
}
