//! What a run was given, and where from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Auth, Embedding, Expected, SignIn, Token};
use crate::cloud::Cloud;
use crate::intent::Intent;
use crate::secret::Form;

/// Where the answers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The real services, or whatever stands behind their addresses.
    Live,
    /// The simulated tenant, in process.
    Sim,
}

/// What a run was given, without a character of a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Who answers.
    pub world: World,
    /// The profile of the settings file. Absent where none was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The time of this machine's clock when the run began.
    pub started: Timestamp,
    /// The values given, by field. A field that was not given is absent; one that was given empty is there.
    pub given: BTreeMap<Field, Given>,
    /// The variables of the user's own that the settings file names for secrets, set or not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<Field, String>,
    /// The access token that was handed over, taken apart. Absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// How the caller gets a token.
    #[serde(default)]
    pub sign_in: SignIn,
    /// The cloud that was named. Absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Addresses of the services, without a slash at the end.
    pub hosts: Hosts,
    /// What the token is asked for.
    pub scopes: Vec<String>,
    /// What the caller means to do. Absent when it was not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// The opt-in checks that were asked for.
    #[serde(default)]
    pub probes: Vec<String>,
    /// The checks that were asked for by name. Empty: all.
    #[serde(default)]
    pub only: Vec<String>,
    /// What the user knows: evidence paths and values.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
    /// Tenant settings as an administrator exported them: `settingName`, `enabled`, groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_settings: Option<Value>,
    /// How an item is embedded. Absent for a run that embeds none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// What is expected of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<Expected>,
    /// Sentences about the settings themselves: a source passed over, a file that was read.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The addresses of the services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosts {
    /// Entra, as `https://login.microsoftonline.com`.
    pub authority: String,
    /// Power BI, as `https://api.powerbi.com`.
    pub api: String,
    /// Fabric, as `https://api.fabric.microsoft.com`. Absent where it is not known for the cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fabric: Option<String>,
}

/// A value that a user can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Tenant id or domain.
    Tenant,
    /// Application (client) id.
    ClientId,
    /// The client secret. Only its format is kept.
    ClientSecret,
    /// The access token you supplied. Its parts are in [`Inputs::token`].
    AccessToken,
    /// A file with a certificate and its private key.
    CertificatePath,
    /// The password of that file. Only its format is kept.
    CertificatePassword,
    /// A file with another issuer's token.
    FederatedTokenFile,
    /// The subject that the federated credential expects.
    ExpectSubject,
    /// A user name. Only its format is kept.
    Username,
    /// A user's password. Only its format is kept.
    Password,
    /// A refresh token. Only its format is kept.
    RefreshToken,
    /// The cloud.
    Cloud,
    /// A scope to request instead of the cloud's default.
    Scope,
    /// Workspace id or name, or `me` for My workspace.
    Workspace,
    /// Report id or name.
    Report,
    /// Dashboard id or name.
    Dashboard,
    /// Entra's address.
    AuthorityHost,
    /// Power BI's address.
    ApiUrl,
    /// Fabric's address.
    FabricUrl,
    /// A file of certificates to trust in addition to the system's.
    CaFile,
    /// A file of tenant settings.
    TenantSettings,
}

/// One value: what may be shown of it, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The value as given. Absent for a secret and for a value that has the form of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it looks like.
    pub form: Form,
    /// Its origin in words: `AZURE_TENANT_ID`, `--workspace`, `pbiauth.toml`.
    pub from: String,
    /// Other fields that hold the same value, compared without case and white space around.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<Field>,
    /// Its line in the file that the origin begins with, from 1. Absent for what is in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Inputs {
    /// What was given for a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Given> {
        self.given.get(&field)
    }

    /// What the user calls a field's value: the variable that the settings file names for it, or its origin. `None`
    /// where neither is there.
    #[must_use]
    pub fn name_of(&self, field: Field) -> Option<&str> {
        let variable = self.variables.get(&field).map(String::as_str);
        variable.or_else(|| self.get(field).map(|given| given.from.as_str()))
    }

    /// Whether an opt-in check was asked for: by name, or by the intent.
    #[must_use]
    pub fn probes(&self, check: &str) -> bool {
        let of_intent = self.intent.iter().flat_map(|intent| &intent.probes);
        self.probes.iter().chain(&self.only).chain(of_intent).any(|name| name == check)
    }

    /// The way in which a token is got.
    #[must_use]
    pub fn auth(&self) -> Auth {
        let handed_over = || self.given.contains_key(&Field::AccessToken);
        self.sign_in.auth.unwrap_or_else(|| if handed_over() { Auth::AccessToken } else { Auth::ClientSecret })
    }

    /// The text that was given for a field. Absent when none was, and for secrets.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field)?.text.as_deref()
    }
}
