//! Evidence: typed facts, read from a record or from what somebody pasted.
//!
//! It is the vocabulary of the rules. Facts are derived and never stored, so that an old bundle gains from a better
//! reader. Every leaf is optional; whether a missing one is known to be absent or is merely not known is told by
//! [`Evidence::whole`].

pub mod api;
pub mod application;
pub mod assertion;
pub mod candidates;
pub mod claims;
pub mod clients;
pub mod cloud;
pub mod credential;
pub mod embed;
pub mod expectation;
pub mod features;
pub mod home;
pub mod intent;
pub mod jwt;
mod lists;
pub mod model;
pub mod network;
mod observe;
pub mod rights;
pub mod run;
pub mod settings;
pub mod sign_in;
pub mod sign_in_log;
pub mod signature;
pub mod tenant;
pub mod text;
pub mod token;
pub mod user;
mod view;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub(crate) use lists::{all_entries, matching, workspace_of};
pub use observe::observe;
pub(crate) use observe::{claims_of, service_time, settings_of, token_of};
pub use view::{Bound, Found, View, schema};

/// Everything that is known of one failure, or of one run.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Evidence {
    /// The values you set, and their formats.
    pub credential: Option<credential::Credential>,
    /// Who answered, and what went wrong on the way.
    pub network: Option<network::Network>,
    /// What Entra's discovery document says about the tenant.
    pub tenant: Option<tenant::Tenant>,
    /// What Entra's token endpoint answered.
    pub token: Option<token::Token>,
    /// What Entra's sign-in log records of the sign-in, apart from the error.
    pub sign_in_log: Option<sign_in_log::SignInLog>,
    /// The access token's claims, compared with what you requested.
    pub claims: Option<claims::Claims>,
    /// Which national cloud each part of the setup belongs to.
    pub clouds: Option<cloud::Clouds>,
    /// The operation you named, and whether the caller meets its requirements.
    pub intent: Option<intent::Intent>,
    /// What the Power BI and Fabric APIs answered.
    pub api: Option<api::Api>,
    /// What all the answers of a run show together.
    pub run: run::Run,
    /// A report in a browser: its error event and its configuration.
    pub embed: Option<embed::Embed>,
    /// What the portal shows about the application. Only a person can answer this.
    pub application: Option<application::Application>,
    /// What is known about the user who signs in: what Entra says about the user name, and facts that only a person can
    /// supply.
    pub user: Option<user::User>,
    /// The caller's permissions. Only a person can answer this.
    pub rights: Option<rights::Rights>,
    /// What happens with another version of the library or tool.
    pub client: Option<application::Client>,
    /// The tenant settings, from an administrator's export.
    pub settings: Option<settings::Settings>,
    /// What's expected of the run, and how it falls short.
    pub expectation: Option<expectation::Expectation>,
    /// The text itself, if one was pasted.
    pub text: Option<text::Text>,
    /// The paths beneath which a missing leaf is known to be absent. Elsewhere it is unknown.
    #[serde(skip)]
    pub whole: Vec<String>,
    /// Where facts were read from, by the beginning of their path.
    #[serde(skip)]
    pub sources: Vec<(String, String)>,
    /// What the user knows, by path. It fills gaps and never contradicts what was read.
    #[serde(skip)]
    pub facts: BTreeMap<String, Value>,
}

impl Evidence {
    /// Remembers where the facts under a path were read from.
    pub fn note_source(&mut self, path: impl Into<String>, source: impl Into<String>) {
        self.sources.push((path.into(), source.into()));
    }
}

/// How the reader of a fact is told which exchange it was read from.
#[must_use]
pub fn from_exchange(index: usize) -> String {
    format!("exchange {}", index + 1)
}
