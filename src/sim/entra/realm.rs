//! Who checks a user's password: Entra itself, or the identity provider of the user's domain.

use serde_json::{Value, json};

use super::super::world::World;

/// The answer for a user name. Clients that find another identity provider ask that one for a token.
pub(super) fn of(world: &World, name: &str) -> Value {
    let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
    let is_in = |domains: &[String]| domains.iter().any(|known| known.eq_ignore_ascii_case(domain));
    let mut realm = json!({"ver": "1.0", "account_type": "Unknown", "cloud_instance_name": "microsoftonline.com"});
    if world.tenants.values().any(|tenant| is_in(&tenant.federated_domains)) {
        let provider = format!("https://sts.{domain}/adfs");
        realm["account_type"] = "Federated".into();
        realm["federation_protocol"] = "WSTrust".into();
        realm["federation_metadata_url"] = format!("{provider}/services/trust/mex").into();
        realm["federation_active_auth_url"] = format!("{provider}/services/trust/2005/usernamemixed").into();
    } else if world.tenants.values().any(|tenant| is_in(&tenant.domains)) {
        realm["account_type"] = "Managed".into();
    } else {
        return realm;
    }
    realm["domain_name"] = domain.into();
    realm["cloud_audience_urn"] = "urn:federation:MicrosoftOnline".into();
    realm
}
