//! Requests to the token endpoint, one for each way to ask.

use super::segment;
use crate::record::{Assertion, Field, Inputs, Method, Part, Poll, Request, Service, Signature};
use crate::secret::SecretRef;

/// That an assertion stands in for a secret (RFC 7523 section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A request to the token endpoint that is still without its grant.
#[derive(Debug)]
pub struct Grant<'a> {
    inputs: &'a Inputs,
    tenant: &'a str,
    client_id: &'a str,
}

type Fields = Vec<(String, Part)>;

fn text(name: &str, value: impl Into<String>) -> (String, Part) {
    (name.to_owned(), Part::Text(value.into()))
}

fn secret(name: &str, which: SecretRef) -> (String, Part) {
    (name.to_owned(), Part::Secret(which))
}

impl<'a> Grant<'a> {
    /// For an application in a tenant.
    #[must_use]
    pub const fn new(inputs: &'a Inputs, tenant: &'a str, client_id: &'a str) -> Self {
        Self { inputs, tenant, client_id }
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{name}", self.inputs.hosts.authority, segment(self.tenant))
    }

    fn request(&self, name: &str, grant: &str, fields: Fields) -> Request {
        let mut form = vec![text("grant_type", grant), text("client_id", self.client_id)];
        form.extend(fields);
        Request { form, ..Request::new(name, Service::Entra, Method::Post, self.endpoint("token")) }
    }

    fn scope(&self) -> (String, Part) {
        text("scope", self.inputs.scopes.join(" "))
    }

    /// What a user's token is asked for: also a refresh token where the flow gives one.
    fn user_scope(&self) -> (String, Part) {
        text("scope", format!("{} offline_access openid profile", self.inputs.scopes.join(" ")))
    }

    /// The client credentials grant with a secret (RFC 6749 section 4.4).
    #[must_use]
    pub fn client_secret(&self, name: &str) -> Request {
        let fields = vec![secret("client_secret", SecretRef::ClientSecret), self.scope()];
        self.request(name, "client_credentials", fields)
    }

    /// The same with a certificate's key (RFC 7523 section 2.2). `thumbprint`: the certificate's, in base64url.
    #[must_use]
    pub fn certificate(&self, name: &str, signature: Signature, thumbprint: String) -> Request {
        let client_id = self.client_id.to_owned();
        let assertion = Assertion { client_id, audience: self.endpoint("token"), signature, thumbprint };
        // The older signature is tried beside the newer one: without an answer, nothing is lost.
        Request { aside: signature == Signature::Rs256, ..self.assertion(name, Part::Assertion(assertion)) }
    }

    /// The same with another issuer's token.
    #[must_use]
    pub fn federated(&self, name: &str) -> Request {
        self.assertion(name, Part::Secret(SecretRef::FederatedToken))
    }

    fn assertion(&self, name: &str, assertion: Part) -> Request {
        let fields = vec![
            text("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion".to_owned(), assertion),
            self.scope(),
        ];
        self.request(name, "client_credentials", fields)
    }

    /// The password grant (RFC 6749 section 4.3), as a public client.
    #[must_use]
    pub fn password(&self, name: &str) -> Request {
        let fields =
            vec![secret("username", SecretRef::Username), secret("password", SecretRef::Password), self.user_scope()];
        self.request(name, "password", fields)
    }

    /// The refresh token grant (RFC 6749 section 6): with the client secret where one was given, as a token that was
    /// issued to a confidential client needs it.
    #[must_use]
    pub fn refresh_token(&self, name: &str) -> Request {
        let mut fields = vec![secret("refresh_token", SecretRef::RefreshToken), self.scope()];
        if self.inputs.get(Field::ClientSecret).is_some() {
            fields.push(secret("client_secret", SecretRef::ClientSecret));
        }
        self.request(name, "refresh_token", fields)
    }

    /// Asks for a device code (RFC 8628 section 3.1).
    #[must_use]
    pub fn device_code(&self, name: &str) -> Request {
        let form = vec![text("client_id", self.client_id), self.user_scope()];
        Request { form, ..Request::new(name, Service::Entra, Method::Post, self.endpoint("devicecode")) }
    }

    /// Asks for the token of a device code, again and again (RFC 8628 section 3.4). `address`: where a person types
    /// the code.
    #[must_use]
    pub fn device_token(&self, name: &str, address: &str, poll: Poll) -> Request {
        let fields = vec![secret("device_code", SecretRef::DeviceCode)];
        let request = self.request(name, "urn:ietf:params:oauth:grant-type:device_code", fields);
        let tell = vec![
            Part::Text(format!("To sign in, open {address} in a browser and enter the code ")),
            Part::Secret(SecretRef::UserCode),
        ];
        Request { tell, poll: Some(poll), ..request }
    }

    /// The address at which a person signs in (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
    #[must_use]
    pub fn authorize(&self, name: &str, redirect_uri: &str) -> Request {
        let form = vec![
            text("client_id", self.client_id),
            text("response_type", "code"),
            text("redirect_uri", redirect_uri),
            text("response_mode", "query"),
            self.user_scope(),
            secret("state", SecretRef::State),
            secret("code_challenge", SecretRef::CodeChallenge),
            text("code_challenge_method", "S256"),
            text("prompt", "select_account"),
        ];
        Request { form, ..Request::new(name, Service::Entra, Method::Browse, self.endpoint("authorize")) }
    }

    /// Asks for the token of the code that the browser brought back (RFC 6749 section 4.1.3).
    #[must_use]
    pub fn authorization_code(&self, name: &str, redirect_uri: &str) -> Request {
        let fields = vec![
            secret("code", SecretRef::AuthorizationCode),
            text("redirect_uri", redirect_uri),
            secret("code_verifier", SecretRef::CodeVerifier),
            self.user_scope(),
        ];
        self.request(name, "authorization_code", fields)
    }
}
