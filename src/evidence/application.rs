//! What people can see of the application where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;

/// What the portal shows about the application. Only a person can answer this, with `--fact`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Application {
    /// Whether the application's Overview page shows a different Directory (tenant) ID from the one you configured.
    pub of_another_tenant: Option<bool>,
    /// Whether the ID you sent is shown on the application's Overview page as Object ID.
    pub id_is_object_id: Option<bool>,
    /// Whether Certificates & secrets lists the secret you sent, and it hasn't expired. The secret's hint shows its
    /// first characters.
    pub secret_is_listed: Option<bool>,
    /// Whether the secret was created within the last five minutes.
    pub secret_is_new: Option<bool>,
    /// Whether a role, group or setting that gives the application access was changed within the last half hour.
    pub access_is_new: Option<bool>,
    /// Whether Authentication > Allow public client flows is on.
    pub allows_public_clients: Option<bool>,
    /// The platform under which the redirect URI you sent is registered.
    pub redirect_platform: Option<Platform>,
    /// Whether the application's API permissions page lists the requested API.
    pub lists_the_api: Option<bool>,
    /// Whether only an administrator can consent, either to one of the application's permissions or to any application.
    pub needs_admin_consent: Option<bool>,
    /// Which value differs between the application's federated credentials and the assertion you sent.
    pub federated_difference: Option<Difference>,
    /// Whether the federated credential was created or changed within the last ten minutes.
    pub federated_credential_is_new: Option<bool>,
    /// Whether Certificates & secrets lists the thumbprint of the certificate that signs the assertion.
    pub certificate_is_listed: Option<bool>,
    /// Whether the ID you used to give the service principal a permission is its Object ID under Enterprise
    /// applications.
    pub principal_id_fits: Option<bool>,
    /// Whether the tenant is in a national cloud (US Government, China).
    pub of_national_cloud: Option<bool>,
}

/// What happens with another version of the library or tool. Only a person can answer this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Client {
    /// Whether an earlier version works with the same code and credential.
    pub earlier_version_works: Option<bool>,
    /// Whether the newest version gets further with the same code and credential.
    pub newest_version_works: Option<bool>,
    /// Whether the same request, unchanged, succeeds a few minutes later.
    pub later_works: Option<bool>,
}

/// The platforms under which Entra registers redirect URIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// A web application, which keeps a secret on its server.
    Web,
    /// A single-page application, which redeems the code in the browser.
    Spa,
    /// A mobile or desktop application, which keeps no secret.
    Desktop,
}

/// What differs between a federated credential and an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// The issuer, even if only by a trailing slash.
    Issuer,
    /// The subject, even if only by the case of one letter.
    Subject,
    /// The audience.
    Audience,
    /// Nothing: one credential matches all three character for character.
    Nothing,
}
