//! Settings: options over environment over file, and where each value came from.
//!
//! Nothing is trimmed or mended here: a value is sent as it was given, and what is wrong with it is a finding.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::evidence::jwt;
use crate::expect::{Expected, Written};
use crate::facts;
use crate::intent::Intent;
use crate::record::{Field, Given, Hosts, Inputs, World};
use crate::secret::{Form, Kind, Secret, SecretRef, Vault};

/// What Power BI's tokens are asked for in the public cloud.
pub const POWER_BI_SCOPE: &str = "https://analysis.windows.net/powerbi/api/.default";

const AUTHORITY: &str = "https://login.microsoftonline.com";
const API: &str = "https://api.powerbi.com";
const FABRIC: &str = "https://api.fabric.microsoft.com";

/// The fields that a value can be given for: with their option, variable and key of the file.
const PLAIN: [(Field, &str, &str, &str); 9] = [
    (Field::Tenant, "--tenant", "AZURE_TENANT_ID", "tenant"),
    (Field::ClientId, "--client-id", "AZURE_CLIENT_ID", "client_id"),
    (Field::Workspace, "--workspace", "PBIAUTH_WORKSPACE", "workspace"),
    (Field::Report, "--report", "PBIAUTH_REPORT", "report"),
    (Field::Scope, "--scope", "PBIAUTH_SCOPE", "scope"),
    (Field::AuthorityHost, "--authority-host", "AZURE_AUTHORITY_HOST", "authority_host"),
    (Field::ApiUrl, "--api-url", "PBIAUTH_API_URL", "api_url"),
    (Field::FabricUrl, "--fabric-url", "PBIAUTH_FABRIC_URL", "fabric_url"),
    (Field::CaFile, "--ca-file", "PBIAUTH_CA_FILE", "ca_file"),
];

/// Environment variables by name.
pub type Environment = BTreeMap<String, String>;

/// The values of options, by field. Secrets have no option.
pub type Options = BTreeMap<Field, String>;

/// What the sources hold, before they are put together.
#[derive(Debug, Default)]
pub struct Sources {
    /// Options of the command line.
    pub options: Options,
    /// The environment, or a scenario's in its place.
    pub environment: Environment,
    /// The settings file with its name.
    pub file: Option<(String, File)>,
    /// An access token read from a file or standard input, with the words for where it was read.
    pub access_token: Option<(String, Secret)>,
    /// Facts of the command line: `PATH=VALUE`.
    pub facts: Vec<String>,
    /// Tenant settings that an administrator exported, with the words for where they were read.
    pub tenant_settings: Option<(String, Value)>,
    /// The opt-in checks that were asked for.
    pub probes: Vec<String>,
    /// What the caller means to do: the option's name for it.
    pub intent: Option<String>,
    /// The operations that are known.
    pub intents: BTreeMap<String, Intent>,
    /// The checks that were asked for.
    pub only: Vec<String>,
    /// What a known-good run could do.
    pub expected: Vec<Expected>,
}

/// A settings file: `pbiauth.toml`. It holds no secrets.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the keys of the file are the names of the options")]
pub struct File {
    /// Tenant id or domain.
    tenant: Option<String>,
    /// Application (client) id.
    client_id: Option<String>,
    /// Workspace id or name.
    workspace: Option<String>,
    /// Report id or name.
    report: Option<String>,
    /// What the token is asked for.
    scope: Option<String>,
    /// What the caller means to do.
    #[serde(rename = "for")]
    intent: Option<String>,
    /// Entra's address.
    authority_host: Option<String>,
    /// Power BI's address.
    api_url: Option<String>,
    /// Fabric's address.
    fabric_url: Option<String>,
    /// Certificates to trust beside the system's.
    ca_file: Option<String>,
    /// What is expected of the run.
    expect: Option<Written>,
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
    /// A fact is not of the form `PATH=VALUE`.
    #[error("\"{0}\" is no fact: write PATH=VALUE, as in settings.service_principals.enabled=false")]
    NoFact(String),
    /// A fact's path leads nowhere.
    #[error("the fact \"{fact}\" cannot be used: {why}")]
    UnknownFact {
        /// The fact.
        fact: String,
        /// Why not.
        why: String,
    },
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
/// For facts and checks that do not exist. A missing or malformed value of a credential is no error but a finding.
pub fn resolve(sources: Sources, world: World, started: Timestamp) -> Result<Settings, SettingsError> {
    check_names(&sources.only)?;
    let probes = read_probes(&sources)?;
    let mut given = BTreeMap::new();
    for (field, option, variable, key) in PLAIN {
        if let Some((value, from)) = plain_value(&sources, field, option, variable, key) {
            given.insert(field, Given { form: Form::of(&value), text: Some(value), from, same_as: Vec::new() });
        }
    }
    let facts = read_facts(&sources)?;
    let expected = expected(&sources);
    let intent = read_intent(&sources)?;
    let mut vault = Vault::default();
    let mut notes = Vec::new();
    let token = take_secrets(&sources, &mut given, &mut vault, &mut notes);
    let settings_from = sources.tenant_settings.as_ref().map(|(from, _)| from.clone());
    if let Some(from) = settings_from {
        let form = Form { kind: Kind::Json, length: 0, mangling: Vec::new() };
        given.insert(Field::TenantSettings, Given { text: None, form, from, same_as: Vec::new() });
    }
    compare_values(&mut given, &vault);
    let inputs = Inputs {
        world,
        started,
        hosts: hosts(&given),
        scopes: scopes(&given),
        given,
        token,
        intent,
        probes,
        only: only(&sources, &expected),
        expected,
        facts,
        tenant_settings: sources.tenant_settings.map(|(_, settings)| settings),
        notes,
    };
    Ok(Settings { inputs, vault })
}

/// What is expected: by a known-good run, and by the settings file.
fn expected(sources: &Sources) -> Vec<Expected> {
    let file = sources.file.as_ref().and_then(|(name, file)| Some(file.expect.as_ref()?.expected(name)));
    sources.expected.iter().cloned().chain(file).collect()
}

/// The checks that were asked for, and with them the one that holds them against what is expected.
fn only(sources: &Sources, expected: &[Expected]) -> Vec<String> {
    let judges = !sources.only.is_empty() && !expected.is_empty();
    sources.only.iter().cloned().chain(judges.then(|| "expectation".to_owned())).collect()
}

fn check_names(only: &[String]) -> Result<(), SettingsError> {
    let unknown = only.iter().find(|name| crate::check::find(name).is_none());
    unknown.map_or(Ok(()), |name| {
        let known: Vec<&str> = crate::check::CHECKS.iter().map(|check| check.id).collect();
        Err(SettingsError::UnknownCheck(name.clone(), known.join(", ")))
    })
}

fn read_probes(sources: &Sources) -> Result<Vec<String>, SettingsError> {
    let variable = sources.environment.get("PBIAUTH_PROBE").map_or("", String::as_str);
    let listed = variable.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned);
    let asked: Vec<String> = sources.probes.iter().cloned().chain(listed).collect();
    let unknown = asked.iter().find(|name| !crate::check::probes().any(|known| known == name.as_str()));
    let known = || crate::check::probes().collect::<Vec<_>>().join(", ");
    unknown.map_or(Ok(()), |name| Err(SettingsError::UnknownProbe(name.clone(), known()))).map(|()| asked)
}

fn read_intent(sources: &Sources) -> Result<Option<Intent>, SettingsError> {
    let in_file = sources.file.as_ref().and_then(|(_, file)| file.intent.clone());
    let variable = sources.environment.get("PBIAUTH_FOR").cloned();
    let of_expected = || expected(sources).into_iter().find_map(|expected| expected.intent);
    let named = sources.intent.clone().or(variable).or(in_file).or_else(of_expected);
    let Some(name) = named else { return Ok(None) };
    let known = || sources.intents.keys().cloned().collect::<Vec<_>>().join(", ");
    sources.intents.get(&name).cloned().map(Some).ok_or_else(|| SettingsError::UnknownIntent(name, known()))
}

fn plain_value(sources: &Sources, field: Field, option: &str, variable: &str, key: &str) -> Option<(String, String)> {
    if let Some(value) = sources.options.get(&field) {
        return Some((value.clone(), option.to_owned()));
    }
    // An empty file of certificates is none; every other variable that is set and empty was given, and empty.
    let set = sources.environment.get(variable).filter(|value| field != Field::CaFile || !value.is_empty());
    if let Some(value) = set {
        return Some((value.clone(), variable.to_owned()));
    }
    let (name, file) = sources.file.as_ref()?;
    file.get(field).map(|value| (value.to_owned(), format!("{name}, {key}")))
}

impl File {
    fn get(&self, field: Field) -> Option<&str> {
        match field {
            Field::Tenant => self.tenant.as_deref(),
            Field::ClientId => self.client_id.as_deref(),
            Field::Workspace => self.workspace.as_deref().or_else(|| self.expect.as_ref()?.workspace.as_deref()),
            Field::Report => self.report.as_deref(),
            Field::Scope => self.scope.as_deref(),
            Field::AuthorityHost => self.authority_host.as_deref(),
            Field::ApiUrl => self.api_url.as_deref(),
            Field::FabricUrl => self.fabric_url.as_deref(),
            Field::CaFile => self.ca_file.as_deref(),
            Field::ClientSecret | Field::AccessToken | Field::TenantSettings => None,
        }
    }
}

/// Moves the secrets to the vault and leaves their form behind. Returns the handed-over token, taken apart.
fn take_secrets(
    sources: &Sources,
    given: &mut BTreeMap<Field, Given>,
    vault: &mut Vault,
    notes: &mut Vec<String>,
) -> Option<crate::record::Token> {
    let variable = |name: &str| Some((name.to_owned(), Secret::new(sources.environment.get(name)?.clone())));
    let form_of = |secret: &Secret, from: String| Given {
        text: None,
        form: Form::of(secret.expose()),
        from,
        same_as: Vec::new(),
    };
    if let Some((from, secret)) = variable("AZURE_CLIENT_SECRET") {
        given.insert(Field::ClientSecret, form_of(&secret, from));
        vault.put(SecretRef::ClientSecret, secret);
    }
    let (from, secret) = sources.access_token.clone().or_else(|| variable("PBIAUTH_ACCESS_TOKEN"))?;
    if let Some(passed_over) = given.get(&Field::ClientSecret) {
        notes.push(format!("{} is passed over: an access token was handed over ({from}).", passed_over.from));
    }
    let token = jwt::take_apart(&secret);
    given.insert(Field::AccessToken, form_of(&secret, from));
    vault.put(SecretRef::AccessToken, secret);
    Some(token)
}

/// Marks fields that hold the same value, and hides what is a secret wherever it stands.
fn compare_values(given: &mut BTreeMap<Field, Given>, vault: &Vault) {
    let secret = vault.get(SecretRef::ClientSecret).map(|secret| secret.expose().trim().to_lowercase());
    let value = |field: Field, given: &BTreeMap<Field, Given>| match field {
        Field::ClientSecret => secret.clone(),
        _ => given.get(&field).and_then(|g| g.text.as_ref()).map(|text| text.trim().to_lowercase()),
    };
    let fields = [Field::Tenant, Field::ClientId, Field::ClientSecret];
    let values: Vec<Option<String>> = fields.iter().map(|field| value(*field, given)).collect();
    for (at, field) in fields.iter().enumerate() {
        let twin = |other: &usize| {
            *other != at && values[at].as_ref().is_some_and(|v| !v.is_empty()) && values[at] == values[*other]
        };
        let same_as: Vec<Field> = (0..fields.len()).filter(twin).map(|other| fields[other]).collect();
        if let Some(given) = given.get_mut(field) {
            given.same_as = same_as;
        }
    }
    for given in given.values_mut() {
        let is_the_secret = given.same_as.contains(&Field::ClientSecret) && given.form.kind != Kind::Guid;
        if given.form.is_secret() || is_the_secret {
            given.text = None;
        }
    }
}

fn hosts(given: &BTreeMap<Field, Given>) -> Hosts {
    let host = |field: Field, usual: &str| {
        let text = given.get(&field).and_then(|given| given.text.as_deref()).map(str::trim);
        text.filter(|text| !text.is_empty()).map_or_else(|| usual.to_owned(), origin)
    };
    Hosts {
        authority: host(Field::AuthorityHost, AUTHORITY),
        api: host(Field::ApiUrl, API),
        fabric: host(Field::FabricUrl, FABRIC),
    }
}

/// azure-identity takes a host without a scheme too.
fn origin(text: &str) -> String {
    let bare = text.trim_end_matches('/');
    if bare.contains("://") { bare.to_owned() } else { format!("https://{bare}") }
}

fn scopes(given: &BTreeMap<Field, Given>) -> Vec<String> {
    let asked = given.get(&Field::Scope).and_then(|given| given.text.as_deref());
    asked.map_or_else(|| vec![POWER_BI_SCOPE.to_owned()], |text| text.split_whitespace().map(str::to_owned).collect())
}

fn read_facts(sources: &Sources) -> Result<BTreeMap<String, Value>, SettingsError> {
    let variable = sources.environment.get("PBIAUTH_FACTS").map_or("", String::as_str);
    let listed = variable.split([';', '\n']).map(str::trim).filter(|fact| !fact.is_empty()).map(str::to_owned);
    let all: Vec<String> = sources.facts.iter().cloned().chain(listed).collect();
    facts::read(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn resolved(sources: Sources) -> Settings {
        resolve(sources, World::Live, Timestamp::UNIX_EPOCH).expect("settings")
    }

    #[test]
    fn options_go_before_environment_before_file() {
        let file: File =
            toml::from_str("tenant = 'of-file'\nclient_id = 'of-file'\nworkspace = 'of-file'").expect("a file");
        let settings = resolved(Sources {
            options: Options::from([(Field::Tenant, "of-option".to_owned())]),
            environment: environment(&[("AZURE_TENANT_ID", "of-env"), ("AZURE_CLIENT_ID", "of-env")]),
            file: Some(("pbiauth.toml".to_owned(), file)),
            ..Sources::default()
        });
        let text = |field| settings.inputs.text(field);
        assert_eq!(text(Field::Tenant), Some("of-option"));
        assert_eq!(text(Field::ClientId), Some("of-env"));
        assert_eq!(text(Field::Workspace), Some("of-file"));
    }

    #[test]
    fn a_variable_that_is_set_and_empty_was_given() {
        let settings = resolved(Sources { environment: environment(&[("AZURE_TENANT_ID", "")]), ..Sources::default() });
        assert_eq!(settings.inputs.text(Field::Tenant), Some(""));
        let settings = resolved(Sources { environment: environment(&[("PBIAUTH_CA_FILE", "")]), ..Sources::default() });
        assert_eq!(settings.inputs.get(Field::CaFile), None);
    }

    #[test]
    fn a_secret_in_any_field_is_hidden() {
        let secret = "abc8Q~0123456789012345678901234567890123";
        let settings = resolved(Sources {
            environment: environment(&[
                ("AZURE_CLIENT_ID", secret),
                ("AZURE_CLIENT_SECRET", "custom secret text"),
                ("AZURE_TENANT_ID", "custom secret text"),
            ]),
            ..Sources::default()
        });
        let json = serde_json::to_string(&settings.inputs).expect("json");
        assert!(!json.contains(secret) && !json.contains("custom secret"), "{json}");
    }

    #[test]
    fn the_host_may_come_without_a_scheme() {
        let settings = resolved(Sources {
            environment: environment(&[("AZURE_AUTHORITY_HOST", "127.0.0.1:8443/")]),
            ..Sources::default()
        });
        assert_eq!(settings.inputs.hosts.authority, "https://127.0.0.1:8443");
    }
}
