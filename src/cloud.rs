//! Microsoft's clouds: where Entra, Power BI and Fabric are asked in each. The one source is
//! `rules/reference/clouds.toml`, which the explanations of `pbiauth explain` read as well.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::embedded::REFERENCE;

/// A cloud that Power BI runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// The worldwide one.
    Public,
    /// US Government Community Cloud.
    Gcc,
    /// US Government Community Cloud High.
    GccHigh,
    /// US Department of Defense.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

/// Where the services of a cloud are, and what they are called in tokens.
#[derive(Debug, Default)]
pub struct Endpoints {
    /// Entra's login hosts, the usual one first.
    authorities: Vec<String>,
    /// What a token for Power BI is asked for, the usual name first.
    resources: Vec<String>,
    /// The host of Power BI's API.
    api: String,
    /// The host of Fabric's API. Absent where it is not known.
    fabric: Option<String>,
    /// The hosts of the portal, which reports are embedded from, the usual one first.
    portals: Vec<String>,
    /// Whom another issuer's token must be for.
    audience: String,
    /// Other names of the cloud.
    also: Vec<String>,
}

/// The clouds of the file.
struct Table {
    clouds: BTreeMap<Cloud, Endpoints>,
    /// Login hosts that tell no cloud that Power BI runs in.
    other_authorities: Vec<String>,
    /// Names of Power BI in clouds that it no longer runs in, and one that several clouds share.
    other_resources: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(embedded()));

impl Cloud {
    /// Every cloud. Where clouds share a host, it is called by the first.
    pub const ALL: [Self; 5] = [Self::Public, Self::Gcc, Self::GccHigh, Self::Dod, Self::China];

    /// The name by which it is chosen.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Gcc => "gcc",
            Self::GccHigh => "gcc-high",
            Self::Dod => "dod",
            Self::China => "china",
        }
    }

    /// Its name among people, which is that of its table in the file.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Gcc => "GCC",
            Self::GccHigh => "GCC High",
            Self::Dod => "DoD",
            Self::China => "China",
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Public => "the public cloud",
            Self::Gcc => "US Government Community Cloud",
            Self::GccHigh => "US Government Community Cloud High",
            Self::Dod => "US Department of Defense",
            Self::China => "China, operated by 21Vianet",
        }
    }

    /// The cloud of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cloud| cloud.name() == name)
    }

    /// Whether other tools call the cloud so: `USGov`, `DoDCON`. Some names stand for more than one cloud.
    #[must_use]
    pub fn is_called(self, name: &str) -> bool {
        self.endpoints().also.iter().any(|also| also.eq_ignore_ascii_case(name))
    }

    /// The cloud by whose login host it is called: GCC signs in where the public cloud does, `DoD` where GCC High does.
    #[must_use]
    pub fn login(self) -> Self {
        of_authority(&self.endpoints().authorities[0]).unwrap_or(self)
    }

    /// Entra's address.
    #[must_use]
    pub fn authority(self) -> String {
        format!("https://{}", self.endpoints().authorities[0])
    }

    /// Power BI's address.
    #[must_use]
    pub fn api(self) -> String {
        format!("https://{}", self.endpoints().api)
    }

    /// Fabric's address. `None` where it is not known.
    #[must_use]
    pub fn fabric(self) -> Option<String> {
        self.endpoints().fabric.as_ref().map(|host| format!("https://{host}"))
    }

    /// The host that reports are embedded from.
    #[must_use]
    pub fn portal(self) -> &'static str {
        &self.endpoints().portals[0]
    }

    /// What Power BI's tokens are asked for.
    #[must_use]
    pub fn resource(self) -> &'static str {
        &self.endpoints().resources[0]
    }

    /// Whom another issuer's token must be for, to stand in for a secret.
    #[must_use]
    pub fn federated_audience(self) -> &'static str {
        &self.endpoints().audience
    }

    fn endpoints(self) -> &'static Endpoints {
        TABLE.clouds.get(&self).expect("the file has every cloud: a test reads it")
    }
}

/// The cloud of a login host, called by the first that signs in there.
#[must_use]
pub fn of_authority(host: &str) -> Option<Cloud> {
    first(|endpoints| endpoints.authorities.iter().any(|known| known.eq_ignore_ascii_case(host)))
}

/// The cloud of a host of the Power BI or Fabric API.
#[must_use]
pub fn of_api(host: &str) -> Option<Cloud> {
    first(|endpoints| {
        let hosts = endpoints.fabric.iter().chain([&endpoints.api]);
        hosts.into_iter().any(|known| known.eq_ignore_ascii_case(host))
    })
}

/// The cloud of a host that reports are embedded from.
#[must_use]
pub fn of_portal(host: &str) -> Option<Cloud> {
    first(|endpoints| endpoints.portals.iter().any(|known| known.eq_ignore_ascii_case(host)))
}

/// The cloud of a name under which a token for Power BI is asked for, without `/.default` and a slash at the end.
#[must_use]
pub fn of_resource(name: &str) -> Option<Cloud> {
    first(|endpoints| endpoints.resources.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The cloud of the host within such a name.
#[must_use]
pub fn of_resource_host(host: &str) -> Option<Cloud> {
    let is_its = |name: &str| name.strip_prefix("https://").and_then(|name| name.split('/').next()) == Some(host);
    first(|endpoints| endpoints.resources.iter().any(|known| is_its(known)))
}

/// Whether a name stands for Power BI in some cloud, also in one that is closed.
#[must_use]
pub fn is_power_bi(name: &str) -> bool {
    of_resource(name).is_some() || TABLE.other_resources.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a host is one of Entra's login hosts, or stands beneath one: `westeurope.login.microsoft.com`.
#[must_use]
pub fn is_login_host(host: &str) -> bool {
    let known = |entra: &String| host == entra || host.strip_suffix(entra.as_str()).is_some_and(|h| h.ends_with('.'));
    TABLE.other_authorities.iter().any(known)
        || TABLE.clouds.values().any(|endpoints| endpoints.authorities.iter().any(known))
}

/// The hosts at which a run asks, in every cloud.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    TABLE.clouds.values().flat_map(|endpoints| {
        let apis = endpoints.fabric.iter().chain([&endpoints.api]);
        endpoints.authorities.iter().chain(apis).map(String::as_str)
    })
}

fn first(is_its: impl Fn(&Endpoints) -> bool) -> Option<Cloud> {
    TABLE.clouds.iter().find(|(_, endpoints)| is_its(endpoints)).map(|(cloud, _)| *cloud)
}

fn embedded() -> &'static str {
    REFERENCE.iter().find(|(name, _)| *name == "clouds").map_or("", |(_, text)| text)
}

/// A table of the file, as far as it tells names.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    names: Vec<(String, String)>,
}

impl Table {
    fn read(text: &str) -> Self {
        let rows: BTreeMap<String, Row> =
            serde_json::from_str(text).expect("the embedded file of clouds is read by a test");
        let mut table = Self { clouds: BTreeMap::new(), other_authorities: Vec::new(), other_resources: Vec::new() };
        for (title, row) in rows {
            match Cloud::ALL.into_iter().find(|cloud| cloud.title() == title) {
                Some(cloud) => {
                    table.clouds.insert(cloud, Endpoints::default());
                    row.names.into_iter().for_each(|(kind, name)| table.add(cloud, &kind, name));
                }
                None => row.names.into_iter().for_each(|(kind, name)| table.add_other(&kind, name)),
            }
        }
        table
    }

    fn add(&mut self, cloud: Cloud, kind: &str, name: String) {
        let Some(endpoints) = self.clouds.get_mut(&cloud) else { return };
        match kind {
            "also" => endpoints.also.push(name),
            "Power BI API" => endpoints.api = name,
            "Fabric API" => endpoints.fabric = Some(name),
            "audience of federated credentials" => endpoints.audience = name,
            "portal" => endpoints.portals.insert(0, name),
            "authority" => endpoints.authorities.insert(0, name),
            "resource" => endpoints.resources.insert(0, name),
            _ if kind.ends_with("of several clouds") => self.add_other(kind, name),
            _ if kind.starts_with("authority") || kind.starts_with("issuer") => endpoints.authorities.push(name),
            _ if kind.starts_with("portal") => endpoints.portals.push(name),
            _ if kind.starts_with("resource") => endpoints.resources.push(name),
            _ => {}
        }
    }

    fn add_other(&mut self, kind: &str, name: String) {
        if kind.starts_with("authority") || kind.starts_with("issuer") {
            self.other_authorities.push(name);
        } else if kind.starts_with("resource") {
            self.other_resources.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_is_whole() {
        for cloud in Cloud::ALL {
            let endpoints = cloud.endpoints();
            assert!(!endpoints.authorities.is_empty() && !endpoints.resources.is_empty(), "{cloud:?}");
            assert!(!endpoints.api.is_empty() && cloud.federated_audience().starts_with("api://"), "{cloud:?}");
            assert_eq!(Cloud::find(cloud.name()), Some(cloud));
            assert_eq!(of_api(&endpoints.api), Some(cloud));
            assert_eq!(of_portal(cloud.portal()), Some(cloud));
            assert_eq!(of_resource(cloud.resource()), Some(cloud));
            assert!(cloud.resource().ends_with("/powerbi/api"), "{cloud:?}");
        }
    }

    #[test]
    fn clouds_share_login_hosts() {
        use Cloud::{China, Dod, Gcc, GccHigh, Public};
        for (cloud, login) in [(Public, Public), (Gcc, Public), (GccHigh, GccHigh), (Dod, GccHigh), (China, China)] {
            assert_eq!(cloud.login(), login, "{cloud:?}");
        }
        assert_eq!(Dod.federated_audience(), GccHigh.federated_audience());
        assert_eq!(Gcc.federated_audience(), Public.federated_audience());
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(of_portal("embedded.example"), None);
        assert_eq!(Cloud::GccHigh.fabric().as_deref(), Some("https://highapi.fabric.microsoft.us"));
        for cloud in [Cloud::Gcc, Cloud::Dod, Cloud::China] {
            assert_eq!(cloud.fabric(), None, "{cloud:?}");
        }
    }

    #[test]
    fn names_of_several_clouds_tell_none() {
        assert_eq!(of_authority("sts.windows.net"), None);
        assert!(is_login_host("sts.windows.net") && is_login_host("login.microsoftonline.de"));
        assert!(is_login_host("westeurope.login.microsoft.com") && !is_login_host("login.microsoftonlin.com"));
        let shared = "fc4979e5-0aa5-429f-b13a-5d1365be5566";
        assert_eq!(of_resource(shared), None);
        assert!(is_power_bi(shared) && is_power_bi("https://analysis.cloudapi.de/powerbi/api"));
        assert!(Cloud::Gcc.is_called("usgov") && Cloud::GccHigh.is_called("DoDCON") && !Cloud::Gcc.is_called("DoDCON"));
    }
}
