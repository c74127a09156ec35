//! The directory: tenants, applications, users and groups.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::sign_in::{Account, Availability, Consent, Federated, Guest, Policy, Redirects};
use crate::cloud::Cloud;
use crate::sim::clock::Span;

/// A directory and its Power BI settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Tenant id.
    pub id: Uuid,
    /// The name that Entra shows in its errors.
    pub name: String,
    /// The cloud that it lives in.
    #[serde(default = "public")]
    pub cloud: Cloud,
    /// Verified domains, any of which may stand in place of the id.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Tenant settings by `settingName`. What is not listed is on for the whole organisation.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// How much of the free embed tokens is used up, in percent.
    #[serde(default)]
    pub trial_used: u8,
    /// How many requests to the admin API others have made in this hour.
    #[serde(default)]
    pub admin_requests: u32,
    /// Whether Microsoft has blocked it.
    #[serde(default)]
    pub blocked: bool,
    /// Whether it has Power BI's service principal.
    #[serde(default)]
    pub power_bi: Availability,
    /// The domains whose users another identity provider signs in.
    #[serde(default)]
    pub federated_domains: Vec<String>,
    /// Conditional Access policies.
    #[serde(default)]
    pub policies: BTreeMap<String, Policy>,
    /// Whether security defaults are on: no password grant.
    #[serde(default)]
    pub security_defaults: bool,
    /// Whether users may not consent for themselves.
    #[serde(default)]
    pub only_admins_consent: bool,
}

const fn public() -> Cloud {
    Cloud::Public
}

/// A tenant setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The title in the admin portal.
    pub title: String,
    /// The section of the admin portal.
    pub section: String,
    /// Whether it is on.
    pub enabled: bool,
    /// The groups that it is on for. Empty: the whole organisation.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The groups that it is not on for, whatever else is said.
    #[serde(default)]
    pub excluded: Vec<String>,
    /// From when it counts, relative to now: a change takes time. Until then it is off.
    #[serde(default)]
    pub counts: Span,
}

/// An application registration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the portal")]
pub struct Application {
    /// Application (client) id.
    pub client_id: Uuid,
    /// Object id of the registration.
    pub object_id: Uuid,
    /// Display name.
    pub name: String,
    /// The tenant that holds the registration.
    pub home: String,
    /// Client secrets by name.
    #[serde(default)]
    pub secrets: BTreeMap<String, ClientSecret>,
    /// Object ids of the service principals, by tenant.
    #[serde(default)]
    pub principals: BTreeMap<String, Uuid>,
    /// Power BI's application permissions that an administrator consented to: they come as `roles` in its tokens.
    #[serde(default)]
    pub consented: Vec<String>,
    /// The ids of its service principal profiles, by name. A profile has roles of its own.
    #[serde(default)]
    pub profiles: BTreeMap<String, Uuid>,
    /// The certificates that are registered, by name.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Its federated credentials.
    #[serde(default)]
    pub federated: Vec<Federated>,
    /// Whether public client flows are allowed: password and device code without a secret.
    #[serde(default)]
    pub public_flows: bool,
    /// Its redirect URIs.
    #[serde(default)]
    pub redirects: Redirects,
    /// Whether other tenants than its home may use it.
    #[serde(default)]
    pub multi_tenant: bool,
    /// Power BI's delegated permissions that the registration lists.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// What was consented to of Power BI's delegated permissions.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// The users that may use it, where assignment is required. Absent: everybody may.
    #[serde(default)]
    pub assigned: Option<Vec<String>>,
    /// Whether its service principals are disabled.
    #[serde(default)]
    pub disabled: bool,
    /// Whether it is one of Microsoft's own: it may do what is consented to here, and nobody can consent to more.
    #[serde(default)]
    pub first_party: bool,
    /// Whether it is a managed identity: that has no credential which anybody could send.
    #[serde(default)]
    pub managed_identity: bool,
}

/// A client secret as Entra holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// The secret's id, which the portal shows for ever.
    pub id: Uuid,
    /// The value, which the portal shows once.
    pub value: String,
    /// From when it is accepted, relative to now.
    pub starts: Span,
    /// Until when it is accepted, relative to now.
    pub ends: Span,
}

/// A person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the portal")]
pub struct User {
    /// The tenant.
    pub tenant: String,
    /// Object id.
    pub id: Uuid,
    /// User principal name.
    pub name: String,
    /// The Power BI licence.
    pub licence: Licence,
    /// Whether the person's session was revoked since the token was issued: the APIs ask for a fresh one.
    #[serde(default)]
    pub challenged: bool,
    /// Whether the person is a Fabric administrator.
    #[serde(default)]
    pub fabric_admin: bool,
    /// The password that Entra checks. Absent: it holds none.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether the password has to be changed.
    #[serde(default)]
    pub password_expired: bool,
    /// The state of the account.
    #[serde(default)]
    pub account: Account,
    /// Whether no second factor is registered.
    #[serde(default)]
    pub without_second_factor: bool,
    /// Grants from before this time, relative to now, are revoked. Absent: none is.
    #[serde(default)]
    pub revoked: Option<Span>,
    /// The tenants in which the user is a guest.
    #[serde(default)]
    pub guest_in: BTreeMap<String, Guest>,
}

/// Power BI licences of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Licence {
    /// None, not even a free one.
    None,
    /// Free: My workspace, and what is on a capacity.
    Free,
    /// Pro.
    Pro,
    /// Premium Per User.
    PremiumPerUser,
}

/// A security group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its tenant.
    pub tenant: String,
    /// Object id.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// The applications whose service principals are members.
    #[serde(default)]
    pub applications: Vec<String>,
    /// The users that are members.
    #[serde(default)]
    pub users: Vec<String>,
    /// The groups that are members.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl ClientSecret {
    /// Whether its end has passed.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends.after(now) <= now
    }

    /// Whether its beginning has come.
    #[must_use]
    pub fn has_started(&self, now: Timestamp) -> bool {
        self.starts.after(now) <= now
    }
}

impl User {
    /// The user's object id in a tenant: the own, or one as a guest.
    #[must_use]
    pub fn object_in(&self, tenant: &str) -> Option<Uuid> {
        if self.tenant == tenant { Some(self.id) } else { self.guest_in.get(tenant).map(|guest| guest.id) }
    }

    /// The part of the name behind the at sign. Empty where there is none.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.name.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}
