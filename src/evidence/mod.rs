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
    /// What was given: values and their forms.
    pub credential: Option<credential::Credential>,
    /// Who answered, and what stood in the way.
    pub network: Option<network::Network>,
    /// What Entra's discovery document says of the tenant.
    pub tenant: Option<tenant::Tenant>,
    /// What Entra's token endpoint answered.
    pub token: Option<token::Token>,
    /// The access token's claims, compared with what was asked for.
    pub claims: Option<claims::Claims>,
    /// Which national cloud each part of the set-up belongs to.
    pub clouds: Option<cloud::Clouds>,
    /// What the caller means to do, and how the caller fits.
    pub intent: Option<intent::Intent>,
    /// What the Power BI and Fabric APIs answered.
    pub api: Option<api::Api>,
    /// What all answers of a run come to.
    pub run: run::Run,
    /// A report in a browser: its error event and its configuration.
    pub embed: Option<embed::Embed>,
    /// What the portal shows of the application: facts that only a person knows.
    pub application: Option<application::Application>,
    /// What is known of the user who signs in: what Entra tells of the name, and facts that only a person knows.
    pub user: Option<user::User>,
    /// What is known of the rights of whoever calls: facts that only a person knows.
    pub rights: Option<rights::Rights>,
    /// What trying another version of the library or tool shows.
    pub client: Option<application::Client>,
    /// The tenant's settings, from an administrator's export.
    pub settings: Option<settings::Settings>,
    /// What is expected of the run, and what it lacks.
    pub expectation: Option<expectation::Expectation>,
    /// The text itself, where one was pasted.
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
