//! Values that are no secrets, unless somebody put one there.

use std::collections::BTreeMap;

use super::Sources;
use crate::cloud::Cloud;
use crate::record::{Field, Given, Hosts};
use crate::secret::{Form, Kind, SecretRef, Vault};

/// Where a value can be given: option and variable. An empty name: not there.
const PLACES: [(Field, &str, &str); 14] = [
    (Field::Tenant, "--tenant", "AZURE_TENANT_ID"),
    (Field::ClientId, "--client-id", "AZURE_CLIENT_ID"),
    (Field::CertificatePath, "", "AZURE_CLIENT_CERTIFICATE_PATH"),
    (Field::FederatedTokenFile, "", "AZURE_FEDERATED_TOKEN_FILE"),
    (Field::ExpectSubject, "--expect-subject", "PBIAUTH_EXPECT_SUBJECT"),
    (Field::Workspace, "--workspace", "PBIAUTH_WORKSPACE"),
    (Field::Report, "--report", "PBIAUTH_REPORT"),
    (Field::Dashboard, "--dashboard", ""),
    (Field::Cloud, "--cloud", "PBIAUTH_CLOUD"),
    (Field::Scope, "--scope", "PBIAUTH_SCOPE"),
    (Field::AuthorityHost, "--authority-host", "AZURE_AUTHORITY_HOST"),
    (Field::ApiUrl, "--api-url", "PBIAUTH_API_URL"),
    (Field::FabricUrl, "--fabric-url", "PBIAUTH_FABRIC_URL"),
    (Field::CaFile, "--ca-file", "PBIAUTH_CA_FILE"),
];

/// The values that were given.
pub(super) fn plain(sources: &Sources) -> BTreeMap<Field, Given> {
    let mut given = BTreeMap::new();
    for (field, option, variable) in PLACES {
        if let Some((value, from)) = value_of(sources, field, option, variable) {
            given.insert(
                field,
                Given { form: Form::of(&value), text: Some(value), from, same_as: Vec::new(), line: None },
            );
        }
    }
    given
}

fn value_of(sources: &Sources, field: Field, option: &str, variable: &str) -> Option<(String, String)> {
    if let Some(value) = sources.options.get(&field) {
        return Some((value.clone(), option.to_owned()));
    }
    // An empty file of certificates or cloud is none; every other variable that is set and empty was given, and empty.
    let may_be_empty = !matches!(field, Field::CaFile | Field::Cloud);
    let set = sources.variable(variable).filter(|value| may_be_empty || !value.is_empty())?;
    Some((set.clone(), sources.origin(variable)))
}

/// Marks fields that hold the same value, and hides what is a secret wherever it stands.
pub(super) fn compare(given: &mut BTreeMap<Field, Given>, vault: &Vault) {
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
        // A GUID is no secret, but a secret's id.
        let is_one = given.form.kind != Kind::Guid && given.text.as_ref().is_some_and(|text| vault.holds(text));
        if given.form.is_secret() || is_one {
            given.text = None;
        }
    }
}

pub(super) fn hosts(given: &BTreeMap<Field, Given>, cloud: Cloud) -> Hosts {
    let host = |field: Field| {
        let text = given.get(&field).and_then(|given| given.text.as_deref()).map(str::trim);
        text.filter(|text| !text.is_empty()).map(origin)
    };
    Hosts {
        authority: host(Field::AuthorityHost).unwrap_or_else(|| cloud.authority()),
        api: host(Field::ApiUrl).unwrap_or_else(|| cloud.api()),
        fabric: host(Field::FabricUrl).or_else(|| cloud.fabric()),
    }
}

/// azure-identity takes a host without a scheme too.
fn origin(text: &str) -> String {
    let bare = text.trim_end_matches('/');
    if bare.contains("://") { bare.to_owned() } else { format!("https://{bare}") }
}

pub(super) fn scopes(given: &BTreeMap<Field, Given>, cloud: Cloud) -> Vec<String> {
    let asked = given.get(&Field::Scope).and_then(|given| given.text.as_deref());
    let usual = || vec![format!("{}/.default", cloud.resource())];
    asked.map_or_else(usual, |text| text.split_whitespace().map(str::to_owned).collect())
}

/// The cloud that was named. One that does not exist was refused before.
pub(super) fn cloud(given: &BTreeMap<Field, Given>) -> Option<Cloud> {
    given.get(&Field::Cloud)?.text.as_deref().and_then(Cloud::find)
}
