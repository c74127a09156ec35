//! What is wrong with a code, a refresh token or an address.

use jiff::Timestamp;
use uuid::Uuid;

use super::super::super::world::Application;
use super::Error;

fn invalid_grant(code: u32, text: impl Into<String>) -> Error {
    Error::new(400, "invalid_grant", code, text.into())
}

impl Error {
    /// A code or token that is none.
    pub(in super::super) fn malformed_grant() -> Self {
        invalid_grant(9_002_313, "Invalid request. Request is malformed or invalid.")
    }

    /// A code or token that is not for this application, or not for this use.
    pub(in super::super) fn invalid_grant() -> Self {
        invalid_grant(70_000, "Provided grant is invalid or malformed.")
    }

    pub(in super::super) fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new(400, "authorization_pending", 70_016, text.to_owned())
    }

    /// The one error of this endpoint that is known without a number.
    pub(in super::super) fn authorization_declined() -> Self {
        let text = "The end-user denied the authorization request.";
        Self { code: None, ..Self::new(400, "authorization_declined", 0, text.to_owned()) }
    }

    pub(in super::super) fn device_code_ended() -> Self {
        let text =
            "The provided value for the input parameter 'device_code' is not valid. This device code has expired.";
        Self::new(400, "expired_token", 70_020, text.to_owned())
    }

    pub(in super::super) fn code_ended() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new \
                    interactive authorization request for this user and resource.";
        invalid_grant(70_008, text)
    }

    pub(in super::super) fn code_redeemed() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an \
                    existing refresh token.";
        invalid_grant(54_005, text)
    }

    pub(in super::super) fn code_of_another_tenant() -> Self {
        let text = "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 \
                    Authorization Code must be redeemed against same tenant it was acquired for (/common or \
                    /{tenant-ID} as appropriate)";
        invalid_grant(700_005, text)
    }

    pub(in super::super) fn wrong_verifier() -> Self {
        let text = "The Code_Verifier doesn't match the code_challenge supplied in the authorization request.";
        invalid_grant(501_481, text)
    }

    pub(in super::super) fn challenge_size() -> Self {
        Self::new(400, "invalid_request", 501_491, "Invalid size of Code_Challenge parameter.".to_owned())
    }

    pub(in super::super) fn refresh_token_ended(issued: Timestamp) -> Self {
        let text = format!(
            "The refresh token has expired due to inactivity. The token was issued on {} and was inactive for \
             90.00:00:00.",
            exact(issued)
        );
        invalid_grant(700_082, text).because("bad_token")
    }

    pub(in super::super) fn refresh_token_of_page_ended(issued: Timestamp) -> Self {
        let text = format!(
            "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of \
             1.00:00:00, which can't be extended. It is now expired and a new sign in request must be sent by the SPA \
             to the sign in page. The token was issued on {}.",
            exact(issued)
        );
        invalid_grant(700_084, text).because("bad_token")
    }

    pub(in super::super) fn revoked(issued: Timestamp, valid_from: Timestamp) -> Self {
        let text = format!(
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have \
             changed or reset their password. The grant was issued on '{}' and the TokensValidFrom date (before which \
             tokens are not valid) for this user is '{}'.",
            exact(issued),
            exact(valid_from)
        );
        invalid_grant(50_173, text).because("bad_token")
    }

    pub(in super::super) fn cross_origin(origin: &str) -> Self {
        let text = format!(
            "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request \
             origin: '{origin}'."
        );
        Self::new(400, "invalid_request", 9_002_326, text)
    }

    pub(in super::super) fn no_origin() -> Self {
        let text = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin \
                    requests.";
        Self::new(400, "invalid_request", 9_002_327, text.to_owned())
    }

    pub(in super::super) fn redirect_mismatch(uri: &str, application: &Application) -> Self {
        let text = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the \
             application '{}'.",
            application.client_id
        );
        Self::new(400, "invalid_request", 50_011, text)
    }

    pub(in super::super) fn no_redirect_registered() -> Self {
        Self::new(400, "invalid_request", 500_113, "No reply address is registered for the application.".to_owned())
    }

    /// The text of this one is not known.
    pub(in super::super) fn response_type() -> Self {
        let text = "The app requested an unsupported response type.";
        Self::new(400, "unsupported_response_type", 70_005, text.to_owned())
    }

    pub(in super::super) fn nobody_signed_in() -> Self {
        let text = "A silent sign-in request was sent but no user is signed in.";
        Self::new(400, "login_required", 50_058, text.to_owned())
    }

    pub(in super::super) fn assertion_signature(client_id: Uuid) -> Self {
        let text = format!(
            "Assertion failed signature validation. [Reason - The key was not found., Please visit the Azure Portal, \
             Graph Explorer or directly use MS Graph to see configured keys for app Id '{client_id}'.]"
        );
        invalid_grant(50_013, text)
    }

    pub(in super::super) fn assertion_for_another(audience: &str, client_id: Uuid) -> Self {
        let text = format!(
            "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion \
             was '{audience}' and the expected audience is '{client_id}' or one of the Application Uris of this \
             application."
        );
        invalid_grant(500_131, text)
    }

    pub(in super::super) fn assertion_ended(now: Timestamp, until: Timestamp) -> Self {
        let text = format!(
            "Assertion isn't within its valid time range. Current time: {}, expiry time of assertion {}.",
            exact(now),
            exact(until)
        );
        invalid_grant(500_133, text)
    }
}

fn exact(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6f0Z").to_string()
}
