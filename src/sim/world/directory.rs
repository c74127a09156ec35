//! The directory: tenants, applications, users and groups.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::sim::clock::Span;

/// A directory and its Power BI settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Tenant id.
    pub id: Uuid,
    /// The name that Entra shows in its errors.
    pub name: String,
    /// Verified domains, any of which may stand in place of the id.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Tenant settings by `settingName`. What is not listed is on for the whole organisation.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// How much of the free embed tokens is used up, in percent.
    #[serde(default)]
    pub trial_used: u8,
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
