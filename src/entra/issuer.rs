//! The issuers of tokens that stand in for a secret.

use serde_json::json;
use url::Url;

use crate::cloud::Cloud;
use crate::record::{Federated, FederatedSource, Method, Request, Service};
use crate::secret::SecretRef;

/// The address at which an issuer is asked for a token, made of the one that it gave the job. `connection`: the
/// service connection of Azure DevOps. An address that cannot be read stays as it is.
#[must_use]
pub fn address(source: FederatedSource, given: &str, cloud: Cloud, connection: Option<&String>) -> String {
    let Ok(mut url) = Url::parse(given) else { return given.to_owned() };
    match source {
        FederatedSource::GithubActions => {
            url.query_pairs_mut().append_pair("audience", cloud.federated_audience());
        }
        FederatedSource::AzureDevops => {
            let mut query = url.query_pairs_mut();
            query.append_pair("api-version", "7.1");
            if let Some(connection) = connection {
                query.append_pair("serviceConnectionId", connection);
            }
        }
        FederatedSource::File => {}
    }
    url.into()
}

/// Asks the issuer for a token. `None` for a token that lies in a file.
#[must_use]
pub fn token(federated: &Federated, name: &str) -> Option<Request> {
    let url = federated.url.as_deref()?;
    let request = |method| Request {
        bearer: Some(SecretRef::IssuerToken),
        ..Request::new(name, Service::TokenIssuer, method, url)
    };
    match federated.source {
        FederatedSource::File => None,
        FederatedSource::GithubActions => Some(request(Method::Get)),
        FederatedSource::AzureDevops => Some(Request { json: Some(json!({})), ..request(Method::Post) }),
    }
}
