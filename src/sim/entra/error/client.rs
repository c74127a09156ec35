//! What is wrong with the application, or with how it proves that it is itself.

use jiff::Timestamp;

use super::super::super::world::Application;
use super::Error;

const ASSERTIONS: &str = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials";
const FEDERATION: &str = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

fn invalid_client(code: u32, text: String) -> Error {
    Error::new(401, "invalid_client", code, text)
}

impl Error {
    pub(in super::super) fn no_credential() -> Self {
        let text = "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant \
                    type.";
        invalid_client(7_000_216, text.to_owned())
    }

    pub(in super::super) fn unknown_application(client_id: &str, directory: &str) -> Self {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can happen \
             if the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new(400, "unauthorized_client", 700_016, text)
    }

    pub(in super::super) fn no_principal(client_id: &str, tenant_id: &str) -> Self {
        let text = format!(
            "The client application {client_id} is missing service principal in the tenant {tenant_id}. See \
             instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
        );
        invalid_client(7_000_229, text)
    }

    pub(in super::super) fn disabled_application(application: &Application) -> Self {
        let text = format!("Application '{}'({}) is disabled.", application.client_id, application.name);
        Self::new(400, "unauthorized_client", 7_000_112, text)
    }

    pub(in super::super) fn single_tenant(application: &Application) -> Self {
        let text = format!(
            "Application '{}'({}) isn't configured as a multitenant application. Usage of the /common endpoint isn't \
             supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure \
             the application to be multitenant.",
            application.client_id, application.name
        );
        Self::new(400, "invalid_request", 50_194, text)
    }

    pub(in super::super) fn wrong_secret(application: &Application) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{}'.",
            application.client_id
        );
        invalid_client(7_000_215, text)
    }

    pub(in super::super) fn secret_ended(application: &Application) -> Self {
        let text = format!(
            "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create new keys for \
             your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: \
             https://aka.ms/certCreds.",
            application.client_id
        );
        invalid_client(7_000_222, text)
    }

    pub(in super::super) fn secret_of_managed_identity() -> Self {
        invalid_client(7_000_232, "MSI identity should not use ClientSecretCredential".to_owned())
    }

    /// A public client flow of an application that does not allow them.
    pub(in super::super) fn credential_wanted() -> Self {
        let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        invalid_client(7_000_218, text.to_owned())
    }

    pub(in super::super) fn credential_of_public_client() -> Self {
        let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        invalid_client(700_025, text.to_owned())
    }

    pub(in super::super) fn no_certificates() -> Self {
        invalid_client(700_026, "Client application has no configured keys.".to_owned())
    }

    pub(in super::super) fn no_thumbprint() -> Self {
        let text = "Invalid JWT token. No certificate thumbprint specified in token header.";
        invalid_client(50_027, text.to_owned())
    }

    pub(in super::super) fn subject_is_not_issuer() -> Self {
        invalid_client(50_048, "Subject mismatches Issuer claim in the client assertion.".to_owned())
    }

    pub(in super::super) fn assertion_of_another() -> Self {
        let text = format!(
            "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at \
             {ASSERTIONS} ."
        );
        invalid_client(700_021, text)
    }

    pub(in super::super) fn assertion_audience() -> Self {
        let text = format!(
            "Client assertion audience claim does not match Realm issuer. Review the documentation at {ASSERTIONS} ."
        );
        invalid_client(700_023, text)
    }

    /// A missing `nbf` is shown as the beginning of 1970.
    pub(in super::super) fn assertion_time(now: Timestamp, from: Timestamp, until: Timestamp) -> Self {
        let exact = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S.%6f0Z").to_string();
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry \
             time of assertion {}. Review the documentation at {ASSERTIONS} .",
            exact(now),
            exact(from),
            exact(until)
        );
        invalid_client(700_024, text)
    }

    /// `thumbprint` is in hexadecimal digits, `found` the validity of the certificate if one is registered.
    pub(in super::super) fn bad_signature(
        application: &Application,
        thumbprint: &str,
        found: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        let (beginning, reason) = match found {
            None => (
                "The certificate with identifier used to sign the client assertion is not registered on application.",
                "The key was not found.",
            ),
            Some(_) => (
                "Client assertion contains an invalid signature.",
                "Key was found, but use of the key to verify the signature failed.",
            ),
        };
        let date = |time: Timestamp| time.strftime("%m/%d/%Y %H:%M:%S").to_string();
        let found = found
            .map_or_else(String::new, |(start, end)| format!(" Found key 'Start={}, End={}',", date(start), date(end)));
        let text = format!(
            "{beginning} [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}',{found} Please visit the \
             Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'.]",
            application.client_id
        );
        invalid_client(700_027, text)
    }

    pub(in super::super) fn certificate_ended() -> Self {
        let text = "The provided certificate is not within its specified validity window.";
        invalid_client(1_000_502, text.to_owned())
    }

    pub(in super::super) fn no_federation(application: &Application) -> Self {
        let text = format!(
            "The client '{}'({}) has no configured federated identity credentials",
            application.client_id, application.name
        );
        invalid_client(70_025, text)
    }

    pub(in super::super) fn entra_token_as_assertion() -> Self {
        invalid_client(700_222, "AAD-issued tokens may not be used for federated identity flows.".to_owned())
    }

    pub(in super::super) fn federated_issuer(issuer: &str) -> Self {
        let text = format!(
            "No matching federated identity record found for presented assertion issuer '{issuer}'. Please check your \
             federated identity credential Subject, Audience and Issuer against the presented assertion. {FEDERATION}"
        );
        invalid_client(700_211, text)
    }

    pub(in super::super) fn federated_audience(audience: &str) -> Self {
        let text = format!(
            "No matching federated identity record found for presented assertion audience '{audience}'. Please check \
             your federated identity credential Subject, Audience and Issuer against the presented assertion. \
             {FEDERATION}"
        );
        invalid_client(700_212, text)
    }

    pub(in super::super) fn federated_subject(subject: &str, but_for_case: bool) -> Self {
        let code = if but_for_case { 7_002_138 } else { 700_213 };
        let case = if but_for_case {
            " The subject matches with case-insensitive comparison, but not with case-sensitive comparison."
        } else {
            ""
        };
        let text = format!(
            "No matching federated identity record found for presented assertion subject '{subject}'.{case} Check your \
             federated identity credential Subject, Audience and Issuer against the presented assertion. {FEDERATION}"
        );
        invalid_client(code, text)
    }

    pub(in super::super) fn unreachable_issuer() -> Self {
        Self::new(400, "invalid_request", 90_061, "Request to External OIDC endpoint failed.".to_owned())
    }
}
