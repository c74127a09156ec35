//! What stands between a user and a token: the account, policies, assignment and consent.

use uuid::Uuid;

use super::super::super::world::Application;
use super::{Error, policy};

fn invalid_grant(code: u32, text: impl Into<String>) -> Error {
    Error::new(400, "invalid_grant", code, text.into())
}

impl Error {
    pub(in super::super) fn unknown_domain() -> Self {
        let text = "Invalid domain name - No tenant-identifying information found in either the request or implied by \
                    any provided credentials.";
        Self::new(400, "invalid_request", 50_128, text.to_owned())
    }

    /// Entra prints the placeholder for the name literally.
    pub(in super::super) fn unknown_user(directory: &str) -> Self {
        let text = format!(
            "The user account {{EmailHidden}} does not exist in the {directory} directory. To sign into this \
             application, the account must be added to the directory."
        );
        invalid_grant(50_034, text)
    }

    pub(in super::super) fn deleted_user(tenant_id: Uuid) -> Self {
        let text = format!(
            "The user account {{EUII Hidden}} has been deleted from the {tenant_id} directory. To sign into this \
             application, the account must be added to the directory."
        );
        invalid_grant(500_341, text)
    }

    /// A user of another tenant who is no guest. `provider` is the issuer of the user's own tenant.
    pub(in super::super) fn foreign_user(
        user: &str,
        provider: &str,
        directory: &str,
        application: &Application,
    ) -> Self {
        let text = format!(
            "User account '{user}' from identity provider '{provider}' does not exist in tenant '{directory}' and \
             cannot access the application '{}'({}) in that tenant. The account needs to be added as an external user \
             in the tenant first.",
            application.client_id, application.name
        );
        invalid_grant(50_020, text)
    }

    pub(in super::super) fn pending_guest() -> Self {
        let text = "The user's redemption is in a pending state. The guest user account is not fully created yet.";
        invalid_grant(50_014, text)
    }

    pub(in super::super) fn wrong_password() -> Self {
        invalid_grant(50_126, "Error validating credentials due to invalid username or password.")
    }

    pub(in super::super) fn no_password() -> Self {
        invalid_grant(50_056, "Invalid or null password: password does not exist in the directory for this user.")
    }

    pub(in super::super) fn locked_account() -> Self {
        let text =
            "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.";
        invalid_grant(50_053, text)
    }

    pub(in super::super) fn disabled_user() -> Self {
        invalid_grant(50_057, "The user account is disabled.")
    }

    pub(in super::super) fn password_expired() -> Self {
        invalid_grant(50_055, "The password is expired.")
    }

    pub(in super::super) fn security_defaults() -> Self {
        let text = "Access has been blocked by security defaults. This is due to the request using legacy auth or \
                    being deemed unsafe by security defaults policies.";
        invalid_grant(530_035, text)
    }

    pub(in super::super) fn blocked_by_policy(id: Uuid) -> Self {
        let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token \
                    issuance.";
        Self { claims: Some(policy(id)), ..invalid_grant(53_003, text).because("message_only") }
    }

    pub(in super::super) fn device_wanted(by_device_code: bool) -> Self {
        if by_device_code {
            return invalid_grant(530_033, "Remote device flow blocked due to device based conditional access.");
        }
        invalid_grant(53_000, "Your device is required to be compliant to access this resource.")
    }

    /// A second factor is wanted: the user has one, or has to register one first. `resource` is the API's id.
    pub(in super::super) fn second_factor_wanted(resource: &str, has_one: bool, policy_id: Uuid) -> Self {
        let (code, must) = if has_one {
            (50_076, "must use multi-factor authentication")
        } else {
            (50_079, "must enroll in multi-factor authentication")
        };
        let text = format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you \
             {must} to access '{resource}'."
        );
        Self { claims: Some(policy(policy_id)), ..invalid_grant(code, text).because("basic_action") }
    }

    pub(in super::super) fn not_assigned(user: &str, application: &Application) -> Self {
        let text = format!(
            "The signed in user '{user}' is not assigned to a role for the application '{}'({}).",
            application.client_id, application.name
        );
        invalid_grant(50_105, text)
    }

    pub(in super::super) fn not_consented(application: &Application) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an \
             interactive authorization request for this user and resource.",
            application.client_id, application.name
        );
        invalid_grant(65_001, text)
    }

    /// The registration does not list the API. `resource` is the text that was asked for, `resource_id` the API's id.
    pub(in super::super) fn not_listed(application: &Application, resource: &str, resource_id: &str) -> Self {
        let text = format!(
            "Invalid resource. The client has requested access to a resource which is not listed in the requested \
             permissions in the client's application registration. Client app ID: {}({}). Resource value from request: \
             {resource}. Resource app ID: {resource_id}. List of valid resources from app registration: .",
            application.client_id, application.name
        );
        Self::new(400, "invalid_resource", 650_057, text)
    }

    /// An application of Microsoft's that was not opened for the API. The OAuth error of this one is not known for sure.
    pub(in super::super) fn not_preauthorized(application: &Application, resource_id: &str) -> Self {
        let text = format!(
            "Consent between first party application '{}' and first party resource '{resource_id}' must be configured \
             via preauthorization - applications owned and operated by Microsoft must get approval from the API owner \
             before requesting tokens for that API.",
            application.client_id
        );
        Self::new(400, "invalid_client", 65_002, text)
    }

    pub(in super::super) fn admin_consent_wanted() -> Self {
        let text = "Administrator consent is required for the permissions requested by this application.";
        Self::new(400, "consent_required", 90_094, text.to_owned())
    }

    pub(in super::super) fn consent_declined() -> Self {
        Self::new(400, "access_denied", 65_004, "User declined to consent to access the app.".to_owned())
    }

    pub(in super::super) fn no_resource_principal(resource: &str, name: &str, directory: Uuid) -> Self {
        let text = format!(
            "The app is trying to access a service '{resource}'({name}) that your organization '{directory}' lacks a \
             service principal for. Contact your IT Admin to review the configuration of your service subscriptions or \
             consent to the application in order to create the required service principal."
        );
        Self::new(400, "unauthorized_client", 650_052, text)
    }
}
