//! The cloud that a set-up belongs to, with its hosts: what the others are to be changed to.

use schemars::JsonSchema;
use serde::Serialize;

use super::cloud::{Clouds, Member};
use super::tenant::Tenant;
use crate::cloud::Cloud;

/// The cloud that a setup belongs to, with its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Home {
    /// The cloud, as `--cloud` names it.
    pub cloud: Cloud,
    /// The cloud's name.
    pub title: String,
    /// The login host.
    pub login: String,
    /// The scope of a token for Power BI.
    pub scope: String,
    /// The host of the Power BI API.
    pub api: String,
    /// The host that reports are embedded from.
    pub portal: String,
}

impl Home {
    fn of(cloud: Cloud) -> Self {
        let host = |url: String| url.trim_start_matches("https://").to_owned();
        Self {
            cloud,
            title: cloud.title().to_owned(),
            login: host(cloud.authority()),
            scope: format!("{}/.default", cloud.resource()),
            api: host(cloud.api()),
            portal: cloud.portal().to_owned(),
        }
    }
}

/// The cloud that was named, else the one that all parts but the misfit are of: unless it signs in elsewhere than the
/// tenant does, as Entra tells it. `None` where none of these tells it.
#[must_use]
pub fn read(clouds: &Clouds, tenant: Option<&Tenant>) -> Option<Home> {
    let by_others = || match clouds.misfit? {
        Member::Authority | Member::Resource | Member::Fabric | Member::Embed => clouds.api,
        Member::Api => clouds.resource,
    };
    let signs_in = tenant.and_then(|tenant| tenant.cloud);
    let told = [tenant.and_then(of_part), clouds.named, by_others(), signs_in];
    told.into_iter().flatten().find(|cloud| signs_in.is_none_or(|host| host == cloud.login())).map(Home::of)
}

/// Login hosts are shared by clouds: the tenant's part of its cloud tells more.
fn of_part(tenant: &Tenant) -> Option<Cloud> {
    match tenant.sub_region.as_deref()? {
        "GCC" => Some(Cloud::Gcc),
        "DODCON" => Some(Cloud::GccHigh),
        "DOD" => Some(Cloud::Dod),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_counts_where_the_tenant_signs_in_there() {
        let of = |cloud, sub_region: Option<&str>| Tenant {
            cloud: Some(cloud),
            sub_region: sub_region.map(str::to_owned),
            ..Tenant::default()
        };
        let home = |clouds: &Clouds, tenant: Option<Tenant>| read(clouds, tenant.as_ref()).map(|home| home.cloud);
        let mut clouds = Clouds { misfit: Some(Member::Authority), api: Some(Cloud::China), ..Clouds::default() };
        assert_eq!(home(&Clouds::default(), None), None);
        assert_eq!(home(&clouds, None), Some(Cloud::China));
        clouds.named = Some(Cloud::Gcc);
        assert_eq!(home(&clouds, None), Some(Cloud::Gcc));
        assert_eq!(home(&clouds, Some(of(Cloud::GccHigh, None))), Some(Cloud::GccHigh));
        assert_eq!(home(&clouds, Some(of(Cloud::GccHigh, Some("DOD")))), Some(Cloud::Dod));
        assert_eq!(home(&clouds, Some(of(Cloud::Public, Some("GCC")))), Some(Cloud::Gcc));
        assert_eq!(home(&clouds, Some(of(Cloud::Public, None))), Some(Cloud::Gcc), "it signs in at the public host");
    }

    #[test]
    fn its_hosts_stand_without_a_scheme() {
        let home = Home::of(Cloud::GccHigh);
        assert_eq!((home.login.as_str(), home.api.as_str()), ("login.microsoftonline.us", "api.high.powerbigov.us"));
        assert_eq!(home.scope, "https://high.analysis.usgovcloudapi.net/powerbi/api/.default");
    }
}
