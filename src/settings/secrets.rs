//! Moves the secrets to the vault and leaves their form behind.

use std::collections::BTreeMap;

use super::Sources;
use crate::evidence::jwt;
use crate::record::{Auth, Field, Given, Token};
use crate::secret::{Form, Secret, SecretRef, Vault};

/// The secrets that are given by a variable, and those that a file or standard input can bring.
const PLACES: [(Field, &str, SecretRef); 5] = [
    (Field::ClientSecret, "AZURE_CLIENT_SECRET", SecretRef::ClientSecret),
    (Field::CertificatePassword, "AZURE_CLIENT_CERTIFICATE_PASSWORD", SecretRef::CertificatePassword),
    (Field::Username, "AZURE_USERNAME", SecretRef::Username),
    (Field::Password, "AZURE_PASSWORD", SecretRef::Password),
    (Field::RefreshToken, "PBIAUTH_REFRESH_TOKEN", SecretRef::RefreshToken),
];

/// The variable that an access token is given by.
const ACCESS_TOKEN: &str = "PBIAUTH_ACCESS_TOKEN";

/// What opens the endpoints of an identity or issuer to this process: taken along, and not looked at.
const KEYS: [(&str, SecretRef, Auth); 3] = [
    ("IDENTITY_HEADER", SecretRef::IdentityHeader, Auth::ManagedIdentity),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", SecretRef::IssuerToken, Auth::Federated),
    ("SYSTEM_ACCESSTOKEN", SecretRef::IssuerToken, Auth::Federated),
];

/// A secret that was given for a field, with the words for where.
pub(super) fn of(sources: &Sources, field: Field) -> Option<(String, Secret)> {
    let variable = match field {
        Field::AccessToken => ACCESS_TOKEN,
        _ => PLACES.iter().find(|(known, ..)| *known == field)?.1,
    };
    let set = || Some((sources.origin(variable), Secret::new(sources.variable(variable)?.clone())));
    sources.secrets.get(&field).cloned().or_else(set)
}

/// The variables that the settings file names for secrets, by field. A secret of an option comes from none of them.
pub(super) fn own_variables(sources: &Sources) -> BTreeMap<Field, String> {
    let fields = PLACES.iter().map(|(field, variable, _)| (*field, *variable));
    fields
        .chain([(Field::AccessToken, ACCESS_TOKEN)])
        .filter(|(field, _)| !sources.secrets.contains_key(field))
        .filter_map(|(field, variable)| Some((field, sources.layers.variables.get(variable)?.clone())))
        .collect()
}

/// Takes the secrets of every way to get a token: those that are passed over are secrets too.
pub(super) fn take(sources: &Sources, auth: Auth, given: &mut BTreeMap<Field, Given>, vault: &mut Vault) {
    for (field, _, name) in PLACES {
        if let Some((from, secret)) = of(sources, field) {
            given.insert(field, form_of(&secret, from));
            vault.put(name, secret);
        }
    }
    for (variable, name, of) in KEYS.into_iter().rev() {
        if let Some(value) = sources.variable(variable).filter(|value| of == auth && !value.is_empty()) {
            vault.put(name, Secret::new(value.clone()));
        }
    }
}

/// The access token that was handed over, taken apart. `None` when a token is got in another way.
pub(super) fn handed_over(
    sources: &Sources,
    auth: Auth,
    given: &mut BTreeMap<Field, Given>,
    vault: &mut Vault,
) -> Option<Token> {
    let (from, secret) = of(sources, Field::AccessToken).filter(|_| auth == Auth::AccessToken)?;
    let token = jwt::take_apart(&secret);
    given.insert(Field::AccessToken, form_of(&secret, from));
    vault.put(SecretRef::AccessToken, secret);
    Some(token)
}

fn form_of(secret: &Secret, from: String) -> Given {
    Given { text: None, form: Form::of(secret.expose()), from, same_as: Vec::new(), line: None }
}
