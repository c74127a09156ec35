//! Which national cloud each part of a set-up belongs to: the login host, the API that the token is for, the API that
//! is called.
//!
//! Hosts and audiences: Microsoft's tutorial on embedding for national clouds and the samples' configurations.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

use super::claims::Claims;
use super::network::host_of;
use crate::record::{Field, Inputs};

/// The clouds of one set-up. A member that is not named, or named twice in two ways, is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clouds {
    /// Of the login host. GCC signs in where the public cloud does, `DoD` where GCC High does: it is called by the first.
    pub authority: Option<Cloud>,
    /// Of the Power BI API that the token is asked for, or made for.
    pub resource: Option<Cloud>,
    /// Of the Power BI or Fabric host that is called.
    pub api: Option<Cloud>,
    /// Whether two of them cannot belong together. Absent where fewer than two are known.
    pub mixed: Option<bool>,
    /// The one that does not fit, where the two others agree.
    pub misfit: Option<Member>,
    /// Whether the login host is one of Entra's. Absent for a stand-in on this machine.
    pub authority_known: Option<bool>,
    /// The login host that was given.
    pub authority_host: Option<String>,
}

/// A national cloud that Power BI runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A part of a set-up that belongs to a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Member {
    /// The login host.
    Authority,
    /// The API that the token is for.
    Resource,
    /// The host that is called.
    Api,
}

/// Entra's login hosts. `sts.windows.net` is missing: it stands as issuer in tokens of more than one cloud.
const AUTHORITIES: [(&str, Cloud); 8] = [
    ("login.microsoftonline.com", Cloud::Public),
    ("login.windows.net", Cloud::Public),
    ("login.microsoft.com", Cloud::Public),
    ("login.microsoftonline.us", Cloud::GccHigh),
    ("login.usgovcloudapi.net", Cloud::GccHigh),
    ("login.chinacloudapi.cn", Cloud::China),
    ("login.partner.microsoftonline.cn", Cloud::China),
    ("sts.chinacloudapi.cn", Cloud::China),
];

/// Login hosts of Entra in clouds for which no Power BI is known, and aliases that tell no cloud.
const OTHER_AUTHORITIES: [&str; 7] = [
    "login-us.microsoftonline.com",
    "sts.windows.net",
    "login.microsoftonline.de",
    "login.sovcloud-identity.fr",
    "login.sovcloud-identity.de",
    "login.sovcloud-identity.sg",
    "login.windows-ppe.net",
];

const RESOURCES: [(&str, Cloud); 6] = [
    ("high.analysis.usgovcloudapi.net", Cloud::GccHigh),
    ("mil.analysis.usgovcloudapi.net", Cloud::Dod),
    ("analysis.usgovcloudapi.net", Cloud::Gcc),
    ("analysis.windows.net", Cloud::Public),
    ("analysis.chinacloudapi.cn", Cloud::China),
    ("api.fabric.microsoft.com", Cloud::Public),
];

const APIS: [(&str, Cloud); 7] = [
    ("api.powerbi.com", Cloud::Public),
    ("api.powerbigov.us", Cloud::Gcc),
    ("api.high.powerbigov.us", Cloud::GccHigh),
    ("api.mil.powerbigov.us", Cloud::Dod),
    ("api.powerbi.cn", Cloud::China),
    ("api.fabric.microsoft.com", Cloud::Public),
    ("highapi.fabric.microsoft.us", Cloud::GccHigh),
];

/// Power BI's application id in the public cloud; the one in its government tenants tells no cloud by itself.
const PUBLIC_APP: &str = "00000009-0000-0000-c000-000000000000";

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z0-9.%-]|%2F)((?:[a-z0-9-]+\.)+(?:com|net|us|cn))(?:((?:/|%2F)powerbi(?:/|%2F)api)|\b)")
        .expect("a constant pattern")
});

/// The clouds of a run: of its hosts and scope, and of its token, which goes before the scope.
#[must_use]
pub fn of_run(inputs: &Inputs, claims: Option<&Claims>) -> Clouds {
    let handed_over = inputs.get(Field::AccessToken).is_some();
    let host = host_of(&inputs.hosts.authority).to_ascii_lowercase();
    let issuer =
        claims.and_then(|claims| claims.issuer.as_deref()).and_then(|issuer| find(&AUTHORITIES, &host_of(issuer)));
    let made_for = claims.and_then(|claims| claims.audience.as_deref()).and_then(resource_of);
    let asked_for = inputs.scopes.iter().find_map(|scope| resource_of(scope));
    let asked = (!handed_over).then(|| find(&AUTHORITIES, &host)).flatten();
    Clouds {
        authority: issuer.or(asked),
        resource: if claims.is_some() { made_for } else { asked_for },
        api: find(&APIS, &host_of(&inputs.hosts.api)),
        authority_known: (!handed_over).then(|| is_authority(&host)).flatten(),
        authority_host: (!handed_over && !host.is_empty()).then_some(host),
        ..Clouds::default()
    }
    .compared()
}

/// The clouds that a text names. `None` where it names no part of a set-up.
#[must_use]
pub fn of_text(text: &str) -> Option<Clouds> {
    let mut named = Named::default();
    for found in NAMED.captures_iter(text) {
        let host = found[1].to_ascii_lowercase();
        let is_resource = found.get(2).is_some();
        if let Some(cloud) = find(&RESOURCES, &host).filter(|_| is_resource) {
            named.resource.add(cloud);
        } else if let Some(cloud) = find(&AUTHORITIES, &host) {
            named.authority.add(cloud);
        } else if let Some(cloud) = find(&APIS, &host) {
            named.api.add(cloud);
        }
    }
    let clouds = Clouds {
        authority: named.authority.only(),
        resource: named.resource.only(),
        api: named.api.only(),
        ..Clouds::default()
    }
    .compared();
    (clouds != Clouds::default()).then_some(clouds)
}

impl Clouds {
    /// Holds the members against each other.
    fn compared(mut self) -> Self {
        let pair = |one: Option<Cloud>, other: Option<Cloud>| Some((one?, other?));
        let signs_in = |(authority, other): (Cloud, Cloud)| authority == other.login();
        let resource = pair(self.authority, self.resource).map(signs_in);
        let api = pair(self.authority, self.api).map(signs_in);
        let call = pair(self.resource, self.api).map(|(one, other)| one == other);
        let known = [resource, api, call];
        self.mixed = known.iter().any(Option::is_some).then(|| known.contains(&Some(false)));
        self.misfit = match (resource, api, call) {
            (Some(false), Some(false), Some(true)) => Some(Member::Authority),
            (Some(false), Some(true), Some(false)) => Some(Member::Resource),
            (Some(true), Some(false), Some(false)) => Some(Member::Api),
            _ => None,
        };
        self
    }
}

impl Cloud {
    /// The cloud by whose login host it is called.
    const fn login(self) -> Self {
        match self {
            Self::Public | Self::Gcc => Self::Public,
            Self::GccHigh | Self::Dod => Self::GccHigh,
            Self::China => Self::China,
        }
    }
}

/// What a text names of each member.
#[derive(Default)]
struct Named {
    authority: Seen,
    resource: Seen,
    api: Seen,
}

/// The clouds that were named for one member.
#[derive(Default, Clone, Copy)]
enum Seen {
    #[default]
    None,
    One(Cloud),
    Several,
}

impl Seen {
    fn add(&mut self, cloud: Cloud) {
        *self = match self {
            Self::None => Self::One(cloud),
            Self::One(seen) if *seen == cloud => *self,
            Self::One(_) | Self::Several => Self::Several,
        };
    }

    const fn only(self) -> Option<Cloud> {
        match self {
            Self::One(cloud) => Some(cloud),
            Self::None | Self::Several => None,
        }
    }
}

fn find(hosts: &[(&str, Cloud)], host: &str) -> Option<Cloud> {
    hosts.iter().find(|(known, _)| known.eq_ignore_ascii_case(host)).map(|(_, cloud)| *cloud)
}

/// The cloud of a scope or audience: a URL, or the application id of the public Power BI.
fn resource_of(text: &str) -> Option<Cloud> {
    if text.trim_end_matches("/.default").eq_ignore_ascii_case(PUBLIC_APP) {
        return Some(Cloud::Public);
    }
    find(&RESOURCES, &host_of(text))
}

/// Whether a host is one of Entra's. `None` for this machine and for a bare address: a stand-in.
fn is_authority(host: &str) -> Option<bool> {
    let name = host.split(':').next().unwrap_or_default();
    let stand_in = name == "localhost" || host.starts_with('[') || is_address(name);
    // Regional hosts stand beneath the global ones, as `westeurope.login.microsoft.com`.
    let known = |entra: &str| name == entra || name.ends_with(&format!(".{entra}"));
    (!name.is_empty() && !stand_in).then(|| {
        AUTHORITIES.iter().any(|(entra, _)| known(entra)) || OTHER_AUTHORITIES.iter().any(|entra| known(entra))
    })
}

/// An IPv4 address: four numbers. One of IPv6 stands in brackets.
fn is_address(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clouds(authority: Cloud, resource: Cloud, api: Cloud) -> Clouds {
        Clouds { authority: Some(authority), resource: Some(resource), api: Some(api), ..Clouds::default() }.compared()
    }

    #[test]
    fn each_cloud_fits_itself() {
        use Cloud::{China, Dod, Gcc, GccHigh, Public};
        for (login, cloud) in [(Public, Public), (Public, Gcc), (GccHigh, GccHigh), (GccHigh, Dod), (China, China)] {
            assert_eq!(clouds(login, cloud, cloud).mixed, Some(false), "{cloud:?}");
        }
    }

    #[test]
    fn the_member_that_does_not_fit_is_named() {
        use Cloud::{Gcc, GccHigh, Public};
        assert_eq!(clouds(Public, GccHigh, GccHigh).misfit, Some(Member::Authority));
        assert_eq!(clouds(GccHigh, Public, GccHigh).misfit, Some(Member::Resource));
        assert_eq!(clouds(GccHigh, GccHigh, Public).misfit, Some(Member::Api));
        let either = clouds(Public, Public, Gcc);
        assert_eq!((either.mixed, either.misfit), (Some(true), None), "GCC signs in at the public host");
    }

    #[test]
    fn one_member_alone_is_no_mixture() {
        let alone = Clouds { api: Some(Cloud::Gcc), ..Clouds::default() }.compared();
        assert_eq!((alone.mixed, alone.misfit), (None, None));
    }

    #[test]
    fn a_text_names_clouds() {
        let text = "POST https://login.microsoftonline.us/contoso/oauth2/v2.0/token scope=https%3A%2F%2Fanalysis.windows.net%2Fpowerbi%2Fapi%2F.default\nGET https://api.high.powerbigov.us/v1.0/myorg/groups";
        let clouds = of_text(text).expect("clouds");
        assert_eq!((clouds.authority, clouds.api), (Some(Cloud::GccHigh), Some(Cloud::GccHigh)));
        assert_eq!((clouds.resource, clouds.misfit), (Some(Cloud::Public), Some(Member::Resource)));
        assert_eq!(of_text("app.powerbi.com and notlogin.microsoftonline.com.example.net"), None);
        assert_eq!(of_text("api.powerbi.com or api.powerbi.cn"), None, "which of them is called is not said");
    }

    #[test]
    fn a_host_of_somebody_else_is_no_authority() {
        assert_eq!(is_authority("login.microsoftonline.com"), Some(true));
        assert_eq!(is_authority("westeurope.login.microsoft.com"), Some(true));
        assert_eq!(is_authority("login.microsoftonlin.com"), Some(false));
        assert_eq!(is_authority("api.powerbi.com"), Some(false));
        for stand_in in ["127.0.0.1:8443", "localhost:9000", "[::1]:8443", ""] {
            assert_eq!(is_authority(stand_in), None, "{stand_in}");
        }
    }
}
