//! Settings: options over environment over file, and where each value came from.
//!
//! Nothing is trimmed or mended here: a value is sent as it was given, and what is wrong with it is a finding.

mod certificate;
pub mod dotenv;
mod expect;
mod file;
mod layers;
mod names;
pub mod others;
mod pem;
pub mod schema;
mod secrets;
mod sign_in;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::facts::FactError;
use crate::intent::Intent;
use crate::record::{Embedding, Expected, Field, Given, Inputs, Item, World};
use crate::secret::{Form, Kind, Secret, SecretRef, Vault};

pub use file::{File, Place};
pub use layers::Layers;
pub use sign_in::AUTO;

/// Environment variables by name.
pub type Environment = BTreeMap<String, String>;

/// The values of options, by field. Secrets have no option.
pub type Options = BTreeMap<Field, String>;

/// What a file holds, or why it cannot be read.
pub type FileRead = Result<Vec<u8>, FileFault>;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// There is none.
    NotFound,
    /// The system's words.
    Unreadable(String),
}

/// What the sources hold, before they are put together.
#[derive(Debug, Default)]
pub struct Sources {
    /// Options of the command line.
    pub options: Options,
    /// The environment with what files add to it, or a scenario's in its place.
    pub layers: Layers,
    /// The profile whose settings these are.
    pub profile: Option<String>,
    /// The way to get a token: a name of [`crate::record::Auth`], or [`AUTO`].
    pub auth: Option<String>,
    /// Secrets read from a file or standard input, with the words for where they were read.
    pub secrets: BTreeMap<Field, (String, Secret)>,
    /// The files that variables name: certificates and federated tokens, by their path.
    pub files: BTreeMap<String, FileRead>,
    /// Whether the Azure CLI is on this machine.
    pub azure_cli: bool,
    /// Facts of the command line: `PATH=VALUE`.
    pub facts: Vec<String>,
    /// Tenant settings that an administrator exported, with the words for where they were read.
    pub tenant_settings: Option<(String, Value)>,
    /// The opt-in checks that were asked for.
    pub probes: Vec<String>,
    /// What the caller means to do: the option's name for it.
    pub intent: Option<String>,
    /// What the caller means to do where nobody says: the command's own purpose.
    pub usual_intent: Option<&'static str>,
    /// The operations that are known.
    pub intents: BTreeMap<String, Intent>,
    /// The checks that were asked for.
    pub only: Vec<String>,
    /// What a known-good run could do.
    pub expected: Vec<Expected>,
    /// What is embedded. Absent: nothing is.
    pub embedding: Option<Embedding>,
    /// The user whose data an embed token is to show.
    pub effective_user: Option<Secret>,
}

/// A run's inputs and, apart from them, its secrets.
#[derive(Debug)]
pub struct Settings {
    /// What is recorded.
    pub inputs: Inputs,
    /// What is not.
    pub vault: Vault,
}

/// A setting that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A fact cannot be used.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// There is no such way to get a token.
    #[error("there is no sign-in method \"{0}\"; the methods are auto, {1}")]
    UnknownAuth(String, String),
    /// There is no such cloud.
    #[error("there is no cloud \"{0}\"; the clouds are {1}")]
    UnknownCloud(String, String),
    /// An intent of that name does not exist.
    #[error("there is no intent \"{0}\"; the intents are {1}")]
    UnknownIntent(String, String),
    /// An opt-in check of that name does not exist.
    #[error("there is no probe \"{0}\"; the probes are {1}")]
    UnknownProbe(String, String),
    /// A check of that name does not exist.
    #[error("there is no check \"{0}\"; the checks are {1}")]
    UnknownCheck(String, String),
}

/// Puts the sources together.
///
/// # Errors
/// For names that do not exist. A missing or malformed value of a credential is no error but a finding.
pub fn resolve(sources: Sources, world: World, started: Timestamp) -> Result<Settings, SettingsError> {
    names::check_names(&sources.only)?;
    let probes = names::read_probes(&sources)?;
    let facts = names::read_facts(&sources)?;
    let expected = names::read_expected(&sources);
    let intent = names::read_intent(&sources)?;
    let mut given = values::plain(&sources);
    let mut vault = Vault::default();
    let mut notes = sources.layers.notes.clone();
    let choice = sign_in::choose(&sources, &mut notes)?;
    secrets::take(&sources, choice.auth, &mut given, &mut vault);
    let token = secrets::handed_over(&sources, choice.auth, &mut given, &mut vault);
    let variables = secrets::own_variables(&sources);
    let cloud = values::cloud(&given);
    names::check_cloud(&given)?;
    let meant = cloud.unwrap_or(Cloud::Public);
    let sign_in = sign_in::read(&sources, choice, meant, &mut vault);
    if let Some((from, _)) = &sources.tenant_settings {
        let form = Form { kind: Kind::Json, length: 0, mangling: Vec::new() };
        given.insert(
            Field::TenantSettings,
            Given { text: None, form, from: from.clone(), same_as: Vec::new(), line: None },
        );
    }
    if let Some(name) = sources.effective_user {
        vault.put(SecretRef::EffectiveUser, name);
    }
    if sources.embedding.as_ref().is_some_and(|embedding| embedding.item == Item::Dashboard)
        && let Some(report) = given.remove(&Field::Report)
    {
        notes.push(format!("Ignored because --dashboard is given: {}.", report.from));
    }
    values::compare(&mut given, &vault);
    for value in given.values_mut() {
        value.line = sources.layers.lines.get(&value.from).copied();
    }
    let inputs = Inputs {
        world,
        profile: sources.profile,
        started,
        cloud,
        hosts: values::hosts(&given, meant),
        scopes: values::scopes(&given, meant),
        given,
        variables,
        token,
        sign_in,
        intent,
        probes,
        only: names::with_expectation(&sources.only, &expected),
        expected,
        facts,
        tenant_settings: sources.tenant_settings.map(|(_, settings)| settings),
        embedding: sources.embedding,
        notes,
    };
    Ok(Settings { inputs, vault })
}

impl Sources {
    /// A variable's value.
    fn variable(&self, name: &str) -> Option<&String> {
        self.layers.environment.get(name)
    }

    /// Where it comes from, in words.
    fn origin(&self, name: &str) -> String {
        self.layers.origins.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }
}
