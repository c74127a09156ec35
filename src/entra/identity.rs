//! The wire forms of managed identities.

use url::Url;

use super::resource_of;
use crate::record::{Field, IdentityEndpoint, Inputs, Method, Part, Request, Service};
use crate::secret::SecretRef;

/// Asks the endpoint of a managed identity for a token. `None` when its address is none.
///
/// A client id names a user-assigned identity, and so does a resource id (`/subscriptions/…`); without either, it is
/// the system-assigned one, or the only one that there is.
#[must_use]
pub fn token(inputs: &Inputs, name: &str) -> Option<Request> {
    let identity = inputs.sign_in.identity.as_ref()?;
    let mut url = Url::parse(&identity.url).ok().filter(|url| !url.cannot_be_a_base())?;
    let version = match identity.endpoint {
        IdentityEndpoint::Imds => {
            url.set_path("/metadata/identity/oauth2/token");
            "2018-02-01"
        }
        IdentityEndpoint::AppService => "2019-08-01",
    };
    let scope = inputs.scopes.first().map_or("", String::as_str);
    url.query_pairs_mut().append_pair("api-version", version).append_pair("resource", resource_of(scope));
    if let Some((parameter, id)) = user_assigned(inputs) {
        url.query_pairs_mut().append_pair(parameter, id);
    }
    let header = match identity.endpoint {
        IdentityEndpoint::Imds => ("metadata", Part::Text("true".to_owned())),
        IdentityEndpoint::AppService => ("x-identity-header", Part::Secret(SecretRef::IdentityHeader)),
    };
    Some(Request {
        headers: vec![(header.0.to_owned(), header.1)],
        ..Request::new(name, Service::ManagedIdentity, Method::Get, url)
    })
}

/// The parameter that names the identity, and its id.
#[must_use]
pub fn user_assigned(inputs: &Inputs) -> Option<(&'static str, &str)> {
    let id = inputs.text(Field::ClientId).map(str::trim).filter(|id| !id.is_empty())?;
    let is_resource = id.to_ascii_lowercase().starts_with("/subscriptions/");
    let by_resource = match inputs.sign_in.identity.as_ref()?.endpoint {
        IdentityEndpoint::Imds => "msi_res_id",
        IdentityEndpoint::AppService => "mi_res_id",
    };
    Some((if is_resource { by_resource } else { "client_id" }, id))
}
