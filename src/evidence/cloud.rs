//! Which national cloud each part of a set-up belongs to: the login host, the API that the token is for, the API that
//! is called.
//!
//! Which host and audience belongs to which cloud stands in [`crate::cloud`].

use schemars::JsonSchema;
use serde::Serialize;

use super::claims::Claims;
use super::network::host_of;
use crate::cloud;
pub use crate::cloud::Cloud;
use crate::pattern::{Pattern, pattern};
use crate::record::{Field, Inputs, Record};

/// The clouds of the parts of one setup. A part is absent if it isn't named, or is named in contradictory ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clouds {
    /// The cloud that was set for the run (`--cloud`).
    pub named: Option<Cloud>,
    /// The login host's cloud. GCC and the public cloud share a login host, which counts as public. `DoD` and GCC High
    /// share one, which counts as GCC High.
    pub authority: Option<Cloud>,
    /// The cloud of the Power BI API that the token is requested or issued for.
    pub resource: Option<Cloud>,
    /// The cloud of the Power BI or Fabric host that is called.
    pub api: Option<Cloud>,
    /// The Fabric host's cloud, if a Fabric host was set for the run.
    pub fabric: Option<Cloud>,
    /// The cloud of the host that a report is embedded from: the host in a configuration's `embedUrl`, or in the one
    /// the API returned.
    pub embed: Option<Cloud>,
    /// The host that a report is embedded from.
    pub embed_host: Option<String>,
    /// Whether pbiauth knows which cloud that host belongs to.
    pub embed_known: Option<bool>,
    /// Whether two of the parts can't belong to the same cloud. Absent if fewer than two are known.
    pub mixed: Option<bool>,
    /// The one part that belongs to the wrong cloud. It differs from the cloud set with `--cloud`, or from the other
    /// two, which agree and at least one of which was set explicitly.
    pub misfit: Option<Member>,
    /// Whether the settings of a run already mix clouds, before anything is sent. Absent for a text.
    pub set_mixed: Option<bool>,
    /// Whether the login host is one of Entra's. Absent if a server on this machine, or at a bare IP address, takes
    /// Entra's place.
    pub authority_known: Option<bool>,
    /// The login host that was set.
    pub authority_host: Option<String>,
    /// The path after the login host, without its leading slash. Entra would read it as the tenant. Absent if there's
    /// no path, which is correct.
    pub authority_path: Option<String>,
    /// The cloud that the setup belongs to: the tenant's as Entra reports it, the one set with `--cloud`, or the one that
    /// all parts but the misfit belong to. Absent if nothing tells it.
    pub home: Option<super::home::Home>,
}

/// A part of a setup that belongs to a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Member {
    /// The login host.
    Authority,
    /// The API that the token is for.
    Resource,
    /// The API host that is called.
    Api,
    /// The Fabric host.
    Fabric,
    /// The host that a report is embedded from.
    Embed,
}

static NAMED: Pattern =
    pattern!(r"(?i)(?:^|[^a-z0-9.%-]|%2F)((?:[a-z0-9-]+\.)+(?:com|net|us|cn))(?:((?:/|%2F)powerbi(?:/|%2F)api)|\b)",);

/// The clouds of a run: of its hosts and scope, of its token, which goes before the scope, and of the host that the API
/// has its report embedded from.
#[must_use]
pub fn of_run(record: &Record, claims: Option<&Claims>) -> Clouds {
    let inputs = &record.inputs;
    // What a stand-in of the API says is of no cloud.
    let set = of_settings(inputs);
    let embed_host = set.api.and_then(|_| embed_host(record));
    let issuer = claims.and_then(|claims| claims.issuer.as_deref());
    let by_token = issuer.and_then(|url| cloud::of_authority(&host_of(url)));
    let made_for = claims.and_then(|claims| claims.audience.as_deref()).and_then(resource_of);
    Clouds {
        authority: by_token.or(set.authority),
        resource: if claims.is_some() { made_for } else { set.resource },
        set_mixed: set.mixed,
        ..set
    }
    .embedded_from(embed_host)
    .compared(|member| is_given(inputs, member) || claims.is_some() && member != Member::Api)
}

/// The host of the `embedUrl` that the API gave for the run's report, or for the first of its list.
fn embed_host(record: &Record) -> Option<String> {
    let shown = |name: &str| record.reply(name).filter(|reply| reply.is_success())?.json();
    let report = shown("report").or_else(|| shown("reports")?.get("value")?.get(0))?;
    let host = host_of(report.get("embedUrl")?.as_str()?).to_ascii_lowercase();
    (!host.is_empty()).then_some(host)
}

/// The clouds of what a run was set to, before anything is sent.
#[must_use]
pub fn of_settings(inputs: &Inputs) -> Clouds {
    let handed_over = inputs.get(Field::AccessToken).is_some();
    let host = host_of(&inputs.hosts.authority).to_ascii_lowercase();
    let authority = (!handed_over).then(|| cloud::of_authority(&host)).flatten();
    let resource = inputs.scopes.iter().find_map(|scope| resource_of(scope));
    Clouds {
        named: inputs.cloud,
        authority,
        resource: resource.filter(|_| !handed_over),
        api: cloud::of_api(&host_of(&inputs.hosts.api)),
        fabric: inputs
            .get(Field::FabricUrl)
            .and(inputs.hosts.fabric.as_deref())
            .map(host_of)
            .and_then(|host| cloud::of_api(&host)),
        authority_known: (!handed_over).then(|| is_authority(&host)).flatten(),
        authority_host: (!handed_over && !host.is_empty()).then_some(host),
        authority_path: authority_path(inputs).filter(|_| !handed_over),
        ..Clouds::default()
    }
    .compared(|member| is_given(inputs, member))
}

/// The cloud that a run means: the one that was named, else the one whose API it calls.
#[must_use]
pub fn meant(inputs: &Inputs) -> Cloud {
    inputs.cloud.or_else(|| cloud::of_api(&host_of(&inputs.hosts.api))).unwrap_or(Cloud::Public)
}

/// Whether somebody chose a member. What nobody chose says nothing about which cloud is meant.
fn is_given(inputs: &Inputs, member: Member) -> bool {
    let field = match member {
        Member::Authority => Field::AuthorityHost,
        Member::Resource => Field::Scope,
        Member::Api => Field::ApiUrl,
        Member::Fabric => Field::FabricUrl,
        Member::Embed => return false,
    };
    inputs.get(field).is_some()
}

/// The clouds that a text names. `None` where it names no part of a set-up.
#[must_use]
pub fn of_text(text: &str) -> Option<Clouds> {
    let mut named = Named::default();
    for found in NAMED.captures_iter(text) {
        let host = found[1].to_ascii_lowercase();
        let is_resource = found.get(2).is_some();
        if is_embed_page(&text[found.get(0).map_or(0, |whole| whole.end())..]) {
            named.embed.add(host);
            continue;
        }
        if let Some(cloud) = cloud::of_resource_host(&host).filter(|_| is_resource) {
            named.resource.add(cloud);
        } else if let Some(cloud) = cloud::of_authority(&host) {
            named.authority.add(cloud);
        } else if let Some(cloud) = cloud::of_api(&host) {
            named.api.add(cloud);
        }
    }
    let clouds = Clouds {
        authority: named.authority.only(),
        resource: named.resource.only(),
        api: named.api.only(),
        ..Clouds::default()
    }
    .embedded_from(named.embed.only())
    .compared(|_| true);
    let clouds = Clouds { home: super::home::read(&clouds, None), ..clouds };
    (clouds != Clouds::default()).then_some(clouds)
}

/// Whether what follows a host is the path of a page that is made to be embedded.
fn is_embed_page(rest: &str) -> bool {
    let path = rest.get(..16).unwrap_or(rest).to_ascii_lowercase();
    ["/reportembed", "/dashboardembed", "/rdlembed", "/qnaembed", "/embed?"].iter().any(|page| path.starts_with(page))
}

impl Clouds {
    /// The same with the host that a report is embedded from.
    fn embedded_from(mut self, host: Option<String>) -> Self {
        self.embed = host.as_deref().and_then(cloud::of_portal);
        self.embed_known = host.as_ref().map(|_| self.embed.is_some());
        self.embed_host = host;
        self
    }

    /// Holds the members against each other. `is_given`: whether somebody chose a member.
    fn compared(mut self, is_given: impl Fn(Member) -> bool) -> Self {
        let fits = self.fits();
        let outside = self.named.map(|named| self.outside(named));
        let known = outside.as_ref().map_or_else(|| fits.iter().any(Option::is_some), |_| true);
        let is_mixed = outside.as_ref().map_or_else(|| fits.contains(&Some(false)), |outside| !outside.is_empty());
        self.mixed = known.then_some(is_mixed);
        self.misfit = match outside {
            Some(outside) => outside.first().copied().filter(|_| outside.len() == 1),
            None => outvoted(fits, is_given),
        };
        self
    }

    /// Whether login host and resource, login host and API, resource and API, API and Fabric, API and the host that is
    /// embedded from belong together.
    fn fits(&self) -> [Option<bool>; 5] {
        let pair = |one: Option<Cloud>, other: Option<Cloud>| Some((one?, other?));
        let signs_in = |(authority, other): (Cloud, Cloud)| authority == other.login();
        let same = |(one, other): (Cloud, Cloud)| one == other;
        [
            pair(self.authority, self.resource).map(signs_in),
            pair(self.authority, self.api).map(signs_in),
            pair(self.resource, self.api).map(same),
            pair(self.api.or(self.resource), self.fabric).map(same),
            pair(self.api.or(self.resource), self.embed).map(same),
        ]
    }

    /// The members that are not of the cloud that was named.
    fn outside(&self, named: Cloud) -> Vec<Member> {
        let members = [
            (Member::Authority, self.authority.is_some_and(|cloud| cloud != named.login())),
            (Member::Resource, self.resource.is_some_and(|cloud| cloud != named)),
            (Member::Api, self.api.is_some_and(|cloud| cloud != named)),
            (Member::Fabric, self.fabric.is_some_and(|cloud| cloud != named)),
            (Member::Embed, self.embed.is_some_and(|cloud| cloud != named)),
        ];
        members.into_iter().filter(|(_, is_outside)| *is_outside).map(|(member, _)| member).collect()
    }
}

/// The one member to which the two others, which agree, do not fit.
fn outvoted(fits: [Option<bool>; 5], is_given: impl Fn(Member) -> bool) -> Option<Member> {
    use Member::{Api, Authority, Embed, Fabric, Resource};
    let agree = |one, other| is_given(one) || is_given(other);
    match fits {
        [Some(false), Some(false), Some(true), ..] => Some(Authority).filter(|_| agree(Resource, Api)),
        [Some(false), Some(true), Some(false), ..] => Some(Resource).filter(|_| agree(Authority, Api)),
        [Some(true), Some(false), Some(false), ..] => Some(Api).filter(|_| agree(Authority, Resource)),
        [Some(true), Some(true), Some(true), Some(false), embed] => Some(Fabric).filter(|_| embed != Some(false)),
        // Login hosts are shared by clouds: that the API and the token's are of one, tells.
        [None | Some(true), None | Some(true), Some(true), None | Some(true), Some(false)] => Some(Embed),
        _ => None,
    }
}

/// What a text names of each member.
#[derive(Default)]
struct Named {
    authority: Seen<Cloud>,
    resource: Seen<Cloud>,
    api: Seen<Cloud>,
    /// Hosts.
    embed: Seen<String>,
}

/// What was named for one member.
#[derive(Default)]
enum Seen<T> {
    #[default]
    None,
    One(T),
    Several,
}

impl<T: PartialEq> Seen<T> {
    fn add(&mut self, named: T) {
        match self {
            Self::None => *self = Self::One(named),
            Self::One(seen) if *seen == named => {}
            Self::One(_) | Self::Several => *self = Self::Several,
        }
    }

    fn only(self) -> Option<T> {
        match self {
            Self::One(named) => Some(named),
            Self::None | Self::Several => None,
        }
    }
}

/// The path that was given with the login host.
#[must_use]
pub fn authority_path(inputs: &Inputs) -> Option<String> {
    inputs.get(Field::AuthorityHost)?;
    let url = url::Url::parse(&inputs.hosts.authority).ok()?;
    let path = url.path().trim_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

/// The cloud of a scope or audience: a URL, or the application id of the public Power BI.
fn resource_of(text: &str) -> Option<Cloud> {
    let name = text.trim_end_matches("/.default").trim_end_matches('/');
    cloud::of_resource(name).or_else(|| cloud::of_resource_host(&host_of(text).to_ascii_lowercase()))
}

/// Whether a host is one of Entra's. `None` for this machine and for a bare address: a stand-in.
fn is_authority(host: &str) -> Option<bool> {
    let name = host.split(':').next().unwrap_or_default();
    let stand_in = name == "localhost" || host.starts_with('[') || is_address(name);
    (!name.is_empty() && !stand_in).then(|| cloud::is_login_host(name))
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
        Clouds { authority: Some(authority), resource: Some(resource), api: Some(api), ..Clouds::default() }
            .compared(|_| true)
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
    fn what_is_outside_of_the_cloud_that_was_named_does_not_fit() {
        use Cloud::{Gcc, GccHigh, Public};
        let named = |authority, resource, api| {
            let set = (Some(Gcc), Some(authority), Some(resource), Some(api));
            let (named, authority, resource, api) = set;
            Clouds { named, authority, resource, api, ..Clouds::default() }.compared(|_| false)
        };
        assert_eq!(named(Public, Gcc, Gcc).mixed, Some(false));
        assert_eq!(named(GccHigh, Gcc, Gcc).misfit, Some(Member::Authority));
        assert_eq!(named(Public, Public, Gcc).misfit, Some(Member::Resource));
        assert_eq!(named(Public, Gcc, Public).misfit, Some(Member::Api));
        let several = named(Public, Public, Public);
        assert_eq!((several.mixed, several.misfit), (Some(true), None), "the name may be what is wrong");
    }

    #[test]
    fn what_nobody_chose_outvotes_nothing() {
        let set = Clouds { authority: Some(Cloud::GccHigh), ..Clouds::default() };
        let set = Clouds { resource: Some(Cloud::Public), api: Some(Cloud::Public), ..set };
        assert_eq!(set.clone().compared(|member| member == Member::Authority).misfit, None);
        assert_eq!(set.compared(|member| member != Member::Authority).misfit, Some(Member::Authority));
    }

    #[test]
    fn one_member_alone_is_no_mixture() {
        let alone = Clouds { api: Some(Cloud::Gcc), ..Clouds::default() }.compared(|_| true);
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

    #[test]
    fn the_host_that_is_embedded_from_is_held_against_the_api() {
        let of = |text: &str| of_text(text).expect("clouds");
        let gcc =
            "https://analysis.usgovcloudapi.net/powerbi/api/.default https://api.powerbigov.us/v1.0/myorg/reports";
        let wrong = of(&format!("{gcc} embedUrl: https://app.powerbi.com/reportEmbed?reportId=r"));
        assert_eq!((wrong.embed, wrong.misfit, wrong.mixed), (Some(Cloud::Public), Some(Member::Embed), Some(true)));
        let right = of(&format!("{gcc} embedUrl: https://app.powerbigov.us/rdlEmbed?reportId=r"));
        assert_eq!((right.embed, right.misfit, right.mixed), (Some(Cloud::Gcc), None, Some(false)));
        // A page of the portal that somebody only names is no member.
        assert_eq!(of(&format!("{gcc} open https://app.powerbi.com/groups/me")).embed_host, None);
        // Of two that do not fit, neither is named.
        let two =
            of("GET https://api.powerbigov.us/v1.0/myorg/reports, https://app.powerbi.com/reportEmbed?reportId=r");
        assert_eq!((two.misfit, two.mixed), (None, Some(true)));
        let unknown = of("https://api.powerbi.com/v1.0/myorg https://bi.contoso.example.com/reportEmbed?reportId=r");
        assert_eq!((unknown.embed, unknown.embed_known, unknown.mixed), (None, Some(false), None));
        assert_eq!(unknown.embed_host.as_deref(), Some("bi.contoso.example.com"));
    }
}
