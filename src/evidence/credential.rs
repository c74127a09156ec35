//! What was given: the values that a token request is made of, and their forms.

use schemars::JsonSchema;
use serde::Serialize;

use super::sign_in::{self, Assertion, AzureCli, Certificate, Identity};
use crate::record::{FederatedSource, Field, Given, Inputs, Record};
use crate::secret::{Kind, Mangling};

pub use crate::record::Auth;

/// The caller's side of a token request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Credential {
    /// The sign-in method.
    pub auth: Option<Auth>,
    /// Whether every sign-in method was allowed but no credential was found.
    pub none_found: Option<bool>,
    /// The other sign-in methods that have credentials but were ignored.
    pub passed_over: Option<Vec<Auth>>,
    /// The tenant ID or domain.
    pub tenant: Option<Seen>,
    /// The application (client) ID.
    pub client_id: Option<Seen>,
    /// The client secret. Its text is never included.
    pub secret: Option<Seen>,
    /// The access token you supplied. Its text is never included.
    pub access_token: Option<Seen>,
    /// The file with the certificate and private key. Absent if no certificate is used.
    pub certificate: Option<Certificate>,
    /// The other issuer's token that replaces a secret (federated credential). Absent if none is used.
    pub assertion: Option<Assertion>,
    /// The requested managed identity. Absent if none is used.
    pub identity: Option<Identity>,
    /// The Azure CLI. Absent if it isn't used.
    pub azure_cli: Option<AzureCli>,
    /// The user name. Its text is never included.
    pub username: Option<Seen>,
    /// The user's password. Its text is never included.
    pub password: Option<Seen>,
    /// The refresh token you supplied. Its text is never included.
    pub refresh_token: Option<Seen>,
    /// The scopes that the token is requested for.
    pub scopes: Option<Vec<String>>,
    /// The names of the required variables that aren't set. Absent if none is missing.
    pub missing: Option<Vec<String>>,
    /// Those of them that the settings file names instead of pbiauth's own. Absent if none is missing.
    pub own_missing: Option<Vec<String>>,
    /// The names of the settings whose value is empty, a word for "no value", or a variable that wasn't expanded.
    pub unset: Option<Vec<String>>,
    /// Those of them whose value is empty, each by its name.
    pub empty: Option<Vec<String>>,
    /// The names of the settings whose value is still a sample's placeholder.
    pub placeholders: Option<Vec<String>>,
    /// The names of the settings whose value was changed on its way: quotes, line breaks, white space, encodings.
    pub mangled: Option<Vec<String>>,
}

/// A value that you set, as far as it can be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Seen {
    /// Whether it's set at all. An empty value counts as set.
    pub given: bool,
    /// The value. Absent for a secret and for anything that looks like one.
    pub value: Option<String>,
    /// What it looks like.
    pub kind: Option<Kind>,
    /// How the value was changed on its way.
    pub mangling: Option<Vec<Mangling>>,
    /// Its length in characters.
    pub length: Option<usize>,
    /// The other fields that have the same value: `tenant`, `client-id`, `client-secret`.
    pub same_as: Option<Vec<Field>>,
}

/// The variable that a field is usually given by.
const NAMES: [(Field, &str); 10] = [
    (Field::Tenant, "AZURE_TENANT_ID"),
    (Field::ClientId, "AZURE_CLIENT_ID"),
    (Field::ClientSecret, "AZURE_CLIENT_SECRET"),
    (Field::AccessToken, "PBIAUTH_ACCESS_TOKEN"),
    (Field::CertificatePath, "AZURE_CLIENT_CERTIFICATE_PATH"),
    (Field::CertificatePassword, "AZURE_CLIENT_CERTIFICATE_PASSWORD"),
    (Field::FederatedTokenFile, "AZURE_FEDERATED_TOKEN_FILE"),
    (Field::Username, "AZURE_USERNAME"),
    (Field::Password, "AZURE_PASSWORD"),
    (Field::RefreshToken, "PBIAUTH_REFRESH_TOKEN"),
];

/// Reads the caller's side from a run. `now`: the time by which certificates and tokens are judged, in seconds.
#[must_use]
pub fn read(record: &Record, now: i64) -> Credential {
    let inputs = &record.inputs;
    let needed = needed(record);
    let looked_at = [Field::Workspace, Field::Report];
    let named = |fields: &mut dyn Iterator<Item = &Field>, wanted: &dyn Fn(&Given) -> bool| {
        some(fields.filter(|f| inputs.get(**f).is_some_and(wanted)).map(|f| name_of(*f, record)).collect())
    };
    let is_mangled = |given: &Given| !given.form.mangling.is_empty() && !is_unset(given.form.kind);
    let assertion = sign_in::assertion(record, now);
    let mut unset: Vec<String> =
        named(&mut needed.iter().chain(&looked_at), &|given| is_unset(given.form.kind)).unwrap_or_default();
    if sign_in::federated_token(record).is_some_and(|token| token.form.kind == Kind::Empty) {
        unset.push(format!("the file of {}", name_of(Field::FederatedTokenFile, record)));
    }
    let mut mangled: Vec<String> = named(&mut needed.iter(), &is_mangled).unwrap_or_default();
    if assertion.as_ref().is_some_and(|assertion| assertion.mangling.is_some()) {
        mangled.push(name_of(Field::FederatedTokenFile, record));
    }
    Credential {
        auth: Some(inputs.auth()),
        none_found: Some(inputs.sign_in.none_found),
        passed_over: some(inputs.sign_in.passed_over.clone()),
        tenant: Some(seen(inputs.get(Field::Tenant))),
        client_id: Some(seen(inputs.get(Field::ClientId))),
        secret: Some(seen(inputs.get(Field::ClientSecret))),
        access_token: Some(seen(inputs.get(Field::AccessToken))),
        certificate: sign_in::certificate(record, now),
        assertion,
        identity: sign_in::identity(record),
        azure_cli: sign_in::azure_cli(record),
        username: Some(seen(inputs.get(Field::Username))),
        password: Some(seen(inputs.get(Field::Password))),
        refresh_token: Some(seen(inputs.get(Field::RefreshToken))),
        scopes: some(inputs.scopes.clone()),
        missing: some(missing(record, &needed).map(|field| name_of(field, record)).collect()),
        own_missing: some(missing(record, &needed).filter_map(|field| inputs.variables.get(&field).cloned()).collect()),
        unset: some(unset),
        empty: named(&mut needed.iter().chain(&looked_at), &|given| given.form.kind == Kind::Empty),
        placeholders: named(&mut needed.iter(), &|given| given.form.kind == Kind::Placeholder),
        mangled: some(mangled),
    }
}

/// Credentials of two parts: the part that is there, and the one that is missing with it.
const HALVES: [(Field, Field); 3] = [
    (Field::Username, Field::Password),
    (Field::Password, Field::Username),
    (Field::CertificatePassword, Field::CertificatePath),
];

/// The halves of credentials that were given, with the names of the halves that were not. Empty where there is a whole
/// one: then that is used.
#[must_use]
pub fn halves(record: &Record) -> Vec<(String, String)> {
    open_halves(&record.inputs).map(|(there, gone)| (name_of(there, record), name_of(gone, record))).collect()
}

fn open_halves(inputs: &Inputs) -> impl Iterator<Item = (Field, Field)> {
    let is_given = |field: Field| inputs.get(field).is_some();
    let is_open = inputs.auth() == Auth::ClientSecret && !is_given(Field::ClientSecret);
    HALVES.into_iter().filter(move |(there, gone)| is_open && is_given(*there) && !is_given(*gone))
}

/// The fields that are needed and were not given. Half a credential asks for its other half, not for a secret.
fn missing(record: &Record, needed: &[Field]) -> impl Iterator<Item = Field> {
    let inputs = &record.inputs;
    let halves: Vec<Field> = open_halves(inputs).map(|(_, gone)| gone).collect();
    let gone = needed.iter().copied().filter(|field| inputs.get(*field).is_none());
    let gone = gone.filter(|field| halves.is_empty() || *field != Field::ClientSecret);
    gone.chain(halves.iter().copied()).collect::<Vec<_>>().into_iter()
}

/// The fields without which a token cannot be got in the way that was chosen.
#[must_use]
pub fn needed(record: &Record) -> Vec<Field> {
    let sign_in = &record.inputs.sign_in;
    let asked_of_issuer = sign_in.federated.as_ref().is_some_and(|federated| federated.source != FederatedSource::File);
    if sign_in.none_found {
        return Vec::new();
    }
    let application = [Field::Tenant, Field::ClientId];
    let more: &[Field] = match record.inputs.auth() {
        Auth::AccessToken => return vec![Field::AccessToken],
        Auth::ManagedIdentity | Auth::AzureCli => return Vec::new(),
        Auth::ClientSecret => &[Field::ClientSecret],
        Auth::Certificate => &[Field::CertificatePath],
        Auth::Federated if asked_of_issuer => &[],
        Auth::Federated => &[Field::FederatedTokenFile],
        Auth::Password => &[Field::Username, Field::Password],
        Auth::RefreshToken => &[Field::RefreshToken],
        Auth::DeviceCode | Auth::AuthorizationCode => &[],
    };
    application.iter().chain(more).copied().collect()
}

/// Whether a value of this kind says that no value arrived.
#[must_use]
pub const fn is_unset(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Empty | Kind::NullWord | Kind::Unexpanded | Kind::KeyVaultReference | Kind::Masked | Kind::ZeroGuid
    )
}

fn name_of(field: Field, record: &Record) -> String {
    let usual = || NAMES.iter().find(|(f, _)| *f == field).map_or("", |(_, name)| name).to_owned();
    record.inputs.name_of(field).map_or_else(usual, str::to_owned)
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

pub(super) fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
