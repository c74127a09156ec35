//! What decides whether somebody may sign in: credentials, policies, consent, and the machine and browser at hand.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::sim::clock::Span;

/// A certificate: the public half of a key. It is given by its validity (then the simulator makes it, with a key of
/// its own), by its text or by its thumbprint.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// From when it is valid, relative to the start of the run.
    #[serde(default)]
    pub starts: Option<Span>,
    /// Until when it is valid, relative to the start of the run.
    #[serde(default)]
    pub ends: Option<Span>,
    /// The certificate as PEM.
    #[serde(default)]
    pub pem: Option<String>,
    /// Its SHA-1 thumbprint, 40 hexadecimal digits. No signature can be checked with that, and none is.
    #[serde(default)]
    pub thumbprint: Option<String>,
    /// The certificate itself. Empty: only the thumbprint is known.
    #[serde(skip)]
    pub der: Vec<u8>,
}

/// A federated credential of an application: whose tokens it takes in place of a secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federated {
    /// The identity provider's address, to the letter.
    pub issuer: String,
    /// Whom it speaks of, to the letter.
    pub subject: String,
    /// Whom it speaks to.
    #[serde(default = "exchange")]
    pub audience: String,
}

/// The audience that federated credentials have unless somebody changes it.
pub(in crate::sim) fn exchange() -> String {
    "api://AzureADTokenExchange".to_owned()
}

/// Redirect URIs by platform.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirects {
    /// Web: a server with a secret.
    #[serde(default)]
    pub web: Vec<String>,
    /// Single-page application: code in a browser.
    #[serde(default)]
    pub spa: Vec<String>,
    /// Mobile and desktop applications.
    #[serde(default)]
    pub public: Vec<String>,
}

/// The platforms of redirect URIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// A server with a secret.
    Web,
    /// Code in a browser.
    Spa,
    /// Mobile and desktop.
    Public,
}

impl Redirects {
    /// The platform that a redirect URI is registered for. `http://localhost` stands for all its ports.
    #[must_use]
    pub fn platform(&self, uri: &str) -> Option<Platform> {
        let is_in = |known: &[String]| known.iter().any(|known| known == uri || same_but_for_port(known, uri));
        [(Platform::Web, &self.web), (Platform::Spa, &self.spa), (Platform::Public, &self.public)]
            .into_iter()
            .find(|(_, known)| is_in(known))
            .map(|(platform, _)| platform)
    }

    /// Whether none is registered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.web.is_empty() && self.spa.is_empty() && self.public.is_empty()
    }
}

fn same_but_for_port(known: &str, uri: &str) -> bool {
    let without_port = |text: &str| {
        let mut url = url::Url::parse(text).ok()?;
        (url.scheme() == "http" && matches!(url.host_str()?, "localhost" | "127.0.0.1")).then_some(())?;
        url.set_port(None).ok()?;
        Some(url)
    };
    without_port(known).is_some_and(|known| without_port(uri) == Some(known))
}

/// Delegated permissions for Power BI that somebody agreed to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The permissions.
    pub scopes: Vec<String>,
    /// The user who agreed for himself. Absent: an administrator, for everybody.
    #[serde(default)]
    pub user: Option<String>,
}

/// A Conditional Access policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its id.
    pub id: Uuid,
    /// What it does to those whom it meets.
    pub demands: Demand,
    /// The users whom it meets. Empty: all, unless it meets applications.
    #[serde(default)]
    pub users: Vec<String>,
    /// The applications that it meets when they act for themselves.
    #[serde(default)]
    pub applications: Vec<String>,
    /// Whether it meets device codes alone.
    #[serde(default)]
    pub device_code_only: bool,
}

/// What a policy demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// Nobody gets through.
    Block,
    /// A second factor.
    Mfa,
    /// A compliant device.
    CompliantDevice,
}

impl Policy {
    /// Whether it meets a user.
    #[must_use]
    pub fn meets_user(&self, name: &str, by_device_code: bool) -> bool {
        let all = self.users.is_empty() && self.applications.is_empty();
        (all || self.users.iter().any(|user| user == name)) && (by_device_code || !self.device_code_only)
    }
}

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// It can be used.
    #[default]
    Active,
    /// An administrator disabled it.
    Disabled,
    /// It was deleted.
    Deleted,
    /// Too many attempts: it is locked for a while.
    Locked,
}

/// A user's account in another tenant than the own.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Object id there.
    pub id: Uuid,
    /// Whether the invitation was not accepted yet.
    #[serde(default)]
    pub pending: bool,
}

/// Whether a tenant has an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// Its service principal is there and enabled.
    #[default]
    Enabled,
    /// Its service principal is disabled.
    Disabled,
    /// There is no service principal.
    Missing,
}

/// The machine on which the caller runs: what managed identities it has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The application that stands for its system-assigned identity. Absent: it has none.
    #[serde(default)]
    pub system_assigned: Option<String>,
    /// The applications that stand for user-assigned identities.
    #[serde(default)]
    pub user_assigned: Vec<String>,
    /// What the identity endpoint of App Service wants in its header.
    pub header: String,
}

/// The browser at hand, and who sits there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    /// The user who is signed in. Absent: nobody.
    #[serde(default)]
    pub user: Option<String>,
    /// What the user does when asked.
    #[serde(default)]
    pub answer: Answer,
    /// How long the computer sleeps while an embedded item is shown: after it was loaded, before its data is asked for.
    #[serde(default)]
    pub sleeps: Span,
    /// Whether it blocks the cookies of frames of another site.
    #[serde(default)]
    pub blocks_third_party: bool,
}

/// What somebody does when a page asks to sign in or to consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Signs in, and consents to what a user may consent to.
    #[default]
    Accept,
    /// Refuses.
    Decline,
    /// Nothing.
    Nothing,
    /// Signs in when the time for it is over.
    Late,
}

impl Certificate {
    /// From when until when it is valid. `None` where neither the certificate nor the scenario says so.
    #[must_use]
    pub fn validity(&self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        if self.der.is_empty() {
            return Some((self.starts?.after(now), self.ends?.after(now)));
        }
        let (_, certificate) = x509_parser::parse_x509_certificate(&self.der).ok()?;
        let validity = certificate.validity();
        let time = |seconds| Timestamp::from_second(seconds).ok();
        Some((time(validity.not_before.timestamp())?, time(validity.not_after.timestamp())?))
    }
}
