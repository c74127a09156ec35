//! What people can see of the application where the tool cannot look.

use schemars::JsonSchema;
use serde::Serialize;

/// What the portal shows of the application. Only a person knows: it comes by `--fact` and is never read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Application {
    /// Whether its Overview shows another Directory (tenant) ID than the one that was asked.
    pub of_another_tenant: Option<bool>,
    /// Whether the id that was sent stands on its Overview as Object ID.
    pub id_is_object_id: Option<bool>,
    /// Whether Certificates & secrets lists, not past its end, the secret that was sent: its Hint is how that begins.
    pub secret_is_listed: Option<bool>,
    /// Whether the secret was made in the last five minutes.
    pub secret_is_new: Option<bool>,
    /// Whether a role, group or setting that gives it access was changed in the last half hour.
    pub access_is_new: Option<bool>,
    /// Whether Authentication > Allow public client flows is on.
    pub allows_public_clients: Option<bool>,
    /// The platform under which the redirect URI that was sent is registered.
    pub redirect_platform: Option<Platform>,
    /// Whether API permissions lists the API that was asked for.
    pub lists_the_api: Option<bool>,
    /// Whether only an administrator may consent: to one of its permissions, or to any application.
    pub needs_admin_consent: Option<bool>,
    /// What stands otherwise in its federated credentials than in the assertion that was presented.
    pub federated_difference: Option<Difference>,
    /// Whether the federated credential was made or changed in the last ten minutes.
    pub federated_credential_is_new: Option<bool>,
    /// Whether Certificates & secrets lists the thumbprint of the certificate that signs.
    pub certificate_is_listed: Option<bool>,
    /// Whether the id of the service principal that was to be given a right stands as Object ID under Enterprise
    /// applications.
    pub principal_id_fits: Option<bool>,
    /// Whether the tenant is one of a national cloud (US Government, China).
    pub of_national_cloud: Option<bool>,
}

/// What trying another version of the library or tool shows. Only a person knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Client {
    /// Whether an earlier version works with the same code and credential.
    pub earlier_version_works: Option<bool>,
    /// Whether the newest version gets further with the same code and credential.
    pub newest_version_works: Option<bool>,
    /// Whether the same request, unchanged, succeeds some minutes later.
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
    /// The issuer, be it by a slash at its end.
    Issuer,
    /// The subject, be it by the case of a letter.
    Subject,
    /// The audience.
    Audience,
    /// Nothing: one credential has all three to the character.
    Nothing,
}
