//! What was given: the values that a token request is made of, and their forms.

use schemars::JsonSchema;
use serde::Serialize;

use crate::record::{Field, Given, Inputs};
use crate::secret::{Kind, Mangling};

/// The caller's side of a token request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Credential {
    /// How a token is got.
    pub auth: Option<Auth>,
    /// Tenant id or domain.
    pub tenant: Option<Seen>,
    /// Application (client) id.
    pub client_id: Option<Seen>,
    /// Client secret; its text is never there.
    pub secret: Option<Seen>,
    /// Access token handed over; its text is never there.
    pub access_token: Option<Seen>,
    /// What the token is asked for.
    pub scopes: Option<Vec<String>>,
    /// Names of the variables that are needed and were not given. Absent when none is missing.
    pub missing: Option<Vec<String>>,
    /// Names of what was given empty, as a word for "no value", or as a variable that nobody expanded.
    pub unset: Option<Vec<String>>,
    /// Names of what holds the placeholder of a sample.
    pub placeholders: Option<Vec<String>>,
    /// Names of what was changed on its way: quotes, line ends, white space, encodings.
    pub mangled: Option<Vec<String>>,
}

/// The ways in which this tool gets a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// Client credentials with a secret.
    ClientSecret,
    /// A token was handed over and none is requested.
    AccessToken,
}

/// A value that was given, as far as it may be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// Whether it was given at all; an empty value was given.
    pub given: bool,
    /// The value. Absent for a secret and for what has the form of one.
    pub value: Option<String>,
    /// What it looks like.
    pub kind: Option<Kind>,
    /// What was done to it on its way.
    pub mangling: Option<Vec<Mangling>>,
    /// Its length in characters.
    pub length: Option<usize>,
    /// The other fields that hold the same value: `tenant`, `client-id`, `client-secret`.
    pub same_as: Option<Vec<Field>>,
}

/// The variable that a field is usually given by.
const NAMES: [(Field, &str); 4] = [
    (Field::Tenant, "AZURE_TENANT_ID"),
    (Field::ClientId, "AZURE_CLIENT_ID"),
    (Field::ClientSecret, "AZURE_CLIENT_SECRET"),
    (Field::AccessToken, "PBIAUTH_ACCESS_TOKEN"),
];

/// Reads the caller's side from the inputs of a run.
#[must_use]
pub fn read(inputs: &Inputs) -> Credential {
    let auth = if inputs.get(Field::AccessToken).is_some() { Auth::AccessToken } else { Auth::ClientSecret };
    let needed: &[Field] = match auth {
        Auth::AccessToken => &[Field::AccessToken],
        Auth::ClientSecret => &[Field::Tenant, Field::ClientId, Field::ClientSecret],
    };
    let looked_at = [Field::Workspace, Field::Report];
    let named = |fields: &mut dyn Iterator<Item = &Field>, wanted: &dyn Fn(&Given) -> bool| {
        some(fields.filter(|f| inputs.get(**f).is_some_and(wanted)).map(|f| name_of(*f, inputs)).collect())
    };
    let is_mangled = |given: &Given| !given.form.mangling.is_empty() && !is_unset(given.form.kind);
    Credential {
        auth: Some(auth),
        tenant: Some(seen(inputs.get(Field::Tenant))),
        client_id: Some(seen(inputs.get(Field::ClientId))),
        secret: Some(seen(inputs.get(Field::ClientSecret))),
        access_token: Some(seen(inputs.get(Field::AccessToken))),
        scopes: some(inputs.scopes.clone()),
        missing: some(needed.iter().filter(|f| inputs.get(**f).is_none()).map(|f| name_of(*f, inputs)).collect()),
        unset: named(&mut needed.iter().chain(&looked_at), &|given| is_unset(given.form.kind)),
        placeholders: named(&mut needed.iter(), &|given| given.form.kind == Kind::Placeholder),
        mangled: named(&mut needed.iter(), &is_mangled),
    }
}

/// Whether a value of this kind says that no value arrived.
#[must_use]
pub const fn is_unset(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Empty | Kind::NullWord | Kind::Unexpanded | Kind::KeyVaultReference | Kind::Masked | Kind::ZeroGuid
    )
}

fn name_of(field: Field, inputs: &Inputs) -> String {
    let usual = || NAMES.iter().find(|(f, _)| *f == field).map_or("", |(_, name)| name).to_owned();
    inputs.get(field).map_or_else(usual, |given| given.from.clone())
}

fn seen(given: Option<&Given>) -> Seen {
    let Some(given) = given else { return Seen::default() };
    Seen {
        given: true,
        value: given.text.clone(),
        kind: Some(given.form.kind),
        mangling: some(given.form.mangling.clone()),
        length: Some(given.form.length),
        same_as: some(given.same_as.clone()),
    }
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
