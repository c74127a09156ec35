//! Entra's errors. The texts are those of knowledge/entra/aadsts.tsv, today's wording of each.

use serde_json::json;

use super::super::request::SimRequest;
use super::super::world::guid;
use super::super::{Moment, reply};
use crate::record::Service;
use crate::transport::wire::WireReply;

/// An error of the token endpoint or of a discovery document.
#[derive(Debug)]
pub(super) struct Error {
    status: u16,
    kind: &'static str,
    code: u32,
    text: String,
}

impl Error {
    const fn new(status: u16, kind: &'static str, code: u32, text: String) -> Self {
        Self { status, kind, code, text }
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new(400, "invalid_request", 900_144, text)
    }

    pub(super) fn no_credential() -> Self {
        let text = "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant \
                    type.";
        Self::new(401, "invalid_client", 7_000_216, text.to_owned())
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

    pub(super) fn unknown_application(client_id: &str, directory: &str) -> Self {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new(400, "unauthorized_client", 700_016, text)
    }

    pub(super) fn no_principal(client_id: &str, tenant_id: &str) -> Self {
        let text = format!(
            "The client application {client_id} is missing service principal in the tenant {tenant_id}. See \
             instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
        );
        Self::new(401, "invalid_client", 7_000_229, text)
    }

    pub(super) fn wrong_secret(client_id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::new(401, "invalid_client", 7_000_215, text)
    }

    pub(super) fn secret_ended(client_id: &str) -> Self {
        let text = format!(
            "The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new \
             keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added \
             security: https://aka.ms/certCreds."
        );
        Self::new(401, "invalid_client", 7_000_222, text)
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

    pub(super) fn unknown_instance() -> Self {
        Self::new(400, "invalid_instance", 50_049, "Unknown or invalid instance.".to_owned())
    }

    /// The same error on a discovery document.
    pub(super) const fn of_discovery(mut self) -> Self {
        self.kind = "invalid_tenant";
        self
    }

    pub(super) fn reply(&self, request: &SimRequest, moment: &Moment) -> WireReply {
        let correlation = request.header("client-request-id").and_then(guid).unwrap_or(moment.correlation);
        let time = moment.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {correlation} Timestamp: {time}",
            self.code, self.text, moment.trace
        );
        let body = json!({
            "error": self.kind,
            "error_description": description,
            "error_codes": [self.code],
            "timestamp": time,
            "trace_id": moment.trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        reply::json(self.status, Service::Entra, moment, &body)
    }
}
