//! Entra's errors: what went wrong with a request, its tenant or its resource. Each text is today's wording.

mod client;
mod grant;
mod user;

use serde_json::json;
use uuid::Uuid;

use super::super::request::SimRequest;
use super::super::world::guid;
use super::super::{Moment, reply};
use crate::record::Service;
use crate::wire::WireReply;

/// An error of the token endpoint or of a discovery document.
#[derive(Debug)]
pub(super) struct Error {
    status: u16,
    kind: &'static str,
    /// Absent for the errors that have no number.
    code: Option<u32>,
    text: String,
    suberror: Option<&'static str>,
    /// The policies that stood in the way, as JSON.
    claims: Option<String>,
}

impl Error {
    const fn new(status: u16, kind: &'static str, code: u32, text: String) -> Self {
        Self { status, kind, code: Some(code), text, suberror: None, claims: None }
    }

    const fn because(mut self, suberror: &'static str) -> Self {
        self.suberror = Some(suberror);
        self
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new(400, "invalid_request", 900_144, text)
    }

    pub(super) fn unsupported_grant(grant: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant}'.");
        Self::new(400, "unsupported_grant_type", 70_003, text)
    }

    pub(super) fn unknown_tenant(tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::new(400, "invalid_request", 90_002, text)
    }

    /// Of two OAuth errors that are named for it, the one of requests.
    pub(super) fn cross_cloud() -> Self {
        Self::new(
            400,
            "invalid_request",
            900_382,
            "Confidential Client isn't supported in Cross Cloud request.".to_owned(),
        )
    }

    pub(super) fn malformed_tenant(tenant: &str) -> Self {
        let text =
            format!("Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.");
        Self::new(400, "invalid_request", 900_023, text)
    }

    pub(super) fn no_tenant() -> Self {
        let text = "No tenant-identifying information found in either the request or implied by any provided \
                    credentials.";
        Self::new(400, "invalid_request", 50_059, text.to_owned())
    }

    /// The OAuth error of this one is not known; it has the status of all that are not about the client.
    pub(super) fn blocked_tenant() -> Self {
        let text = "We are sorry, this resource is not available. If you are seeing this message by mistake, please \
                    contact Microsoft support.";
        Self::new(400, "invalid_request", 5_000_224, text.to_owned())
    }

    /// A password at a common endpoint.
    pub(super) fn common_endpoint() -> Self {
        let text = "The grant type isn't supported over the /common or /consumers endpoints. Please use the \
                    /organizations or tenant-specific endpoint.";
        Self::new(400, "invalid_request", 9_001_023, text.to_owned())
    }

    pub(super) fn scope_without_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::new(400, "invalid_scope", 1_002_012, text)
    }

    pub(super) fn scope_not_valid(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        Self::new(400, "invalid_scope", 70_011, text)
    }

    pub(super) fn several_resources() -> Self {
        let text = "The provided value for the input parameter scope isn't valid because it contains more than one \
                    resource.";
        Self::new(400, "invalid_scope", 700_022, text.to_owned())
    }

    pub(super) fn unknown_resource(resource: &str, directory: &str) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named {directory}. This can happen if \
             the application has not been installed by the administrator of the tenant or consented to by any user in \
             the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::new(400, "invalid_resource", 500_011, text)
    }

    /// The OAuth error of this one is not known; it is taken from its neighbour.
    pub(super) fn disabled_resource(resource: &str) -> Self {
        let text = format!(
            "The service principal for resource '{resource}' is disabled. This indicate that a subscription within the \
             tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing \
             tokens from being issued for it."
        );
        Self::new(400, "invalid_resource", 500_014, text)
    }

    pub(super) fn unknown_instance() -> Self {
        Self::new(400, "invalid_instance", 50_049, "Unknown or invalid instance.".to_owned())
    }

    /// The same error on a discovery document.
    pub(super) const fn of_discovery(mut self) -> Self {
        self.kind = "invalid_tenant";
        self
    }

    /// What the description says, without ids and time.
    pub(super) fn said(&self) -> String {
        self.code.map_or_else(|| self.text.clone(), |code| format!("AADSTS{code}: {}", self.text))
    }

    /// The error's name and description, for an address that is redirected to.
    pub(super) fn parameters(&self, request: &SimRequest, moment: &Moment) -> [(&'static str, String); 2] {
        [("error", self.kind.to_owned()), ("error_description", self.description(request, moment))]
    }

    fn description(&self, request: &SimRequest, moment: &Moment) -> String {
        format!(
            "{} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.said(),
            moment.trace,
            correlation(request, moment),
            time(moment)
        )
    }

    pub(super) fn reply(&self, request: &SimRequest, moment: &Moment) -> WireReply {
        let mut body = json!({
            "error": self.kind,
            "error_description": self.description(request, moment),
            "timestamp": time(moment),
            "trace_id": moment.trace,
            "correlation_id": correlation(request, moment),
        });
        if let Some(code) = self.code {
            body["error_codes"] = json!([code]);
            body["error_uri"] = format!("https://login.microsoftonline.com/error?code={code}").into();
        }
        if let Some(suberror) = self.suberror {
            body["suberror"] = suberror.into();
        }
        if let Some(claims) = &self.claims {
            body["claims"] = claims.clone().into();
        }
        reply::json(self.status, Service::Entra, moment, &body)
    }
}

fn correlation(request: &SimRequest, moment: &Moment) -> Uuid {
    request.header("client-request-id").and_then(guid).unwrap_or(moment.correlation)
}

fn time(moment: &Moment) -> String {
    moment.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// The `claims` of an error: the policy that a token must meet.
fn policy(id: Uuid) -> String {
    json!({"access_token": {"capolids": {"essential": true, "values": [id]}}}).to_string()
}
