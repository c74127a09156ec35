//! Which way to get a token is taken, and what the files that it needs hold.

use super::names::listed;
use super::{FileFault, SettingsError, Sources, certificate, secrets};
use crate::cloud::Cloud;
use crate::evidence::jwt;
use crate::record::{Auth, Federated, FederatedSource, Field, Identity, IdentityEndpoint, SignIn};
use crate::secret::{Secret, SecretRef, Vault};

/// The name for "whatever there is".
pub const AUTO: &str = "auto";

/// The instance metadata service: the same address on every virtual machine.
const IMDS: &str = "http://169.254.169.254";

/// The way that is taken, and the sources that were there beside it.
pub(super) struct Choice {
    pub(super) auth: Auth,
    none_found: bool,
    passed_over: Vec<Auth>,
}

/// Chooses: the way that was asked for, else the first that there is a source for.
pub(super) fn choose(sources: &Sources, notes: &mut Vec<String>) -> Result<Choice, SettingsError> {
    let asked = asked(sources)?;
    let is_auto = asked.as_deref() == Some(AUTO);
    let named = asked.filter(|name| name != AUTO).map(|name| find(&name)).transpose()?;
    let there: Vec<(Auth, String)> =
        Auth::ALL.into_iter().filter_map(|auth| Some((auth, source(sources, auth, is_auto)?))).collect();
    let first = there.first().map(|(auth, _)| *auth);
    let auth = named.or(first).unwrap_or(Auth::ClientSecret);
    let passed_over: Vec<&(Auth, String)> = there.iter().filter(|(other, _)| *other != auth).collect();
    if is_auto {
        notes.push(found(&there));
    }
    if !passed_over.is_empty() {
        let beside: Vec<&str> = passed_over.iter().map(|(_, from)| from.as_str()).collect();
        let because = match there.iter().find(|(other, _)| *other == auth) {
            Some((_, from)) if from.starts_with("AZURE_") || from.starts_with("PBIAUTH_") => format!("{from} is set"),
            _ => format!("the run uses {}", auth.words()),
        };
        notes.push(format!("Ignored because {because}: {}.", beside.join(", ")));
    }
    Ok(Choice {
        auth,
        none_found: is_auto && there.is_empty(),
        passed_over: passed_over.into_iter().map(|(other, _)| *other).collect(),
    })
}

fn asked(sources: &Sources) -> Result<Option<String>, SettingsError> {
    let variable = || sources.variable("PBIAUTH_AUTH").filter(|name| !name.is_empty()).cloned();
    let asked = sources.auth.clone().or_else(variable);
    if let Some(name) = asked.as_deref().filter(|name| *name != AUTO) {
        find(name)?;
    }
    Ok(asked)
}

fn find(name: &str) -> Result<Auth, SettingsError> {
    let known = || listed(name, &Auth::ALL.map(Auth::name));
    let found = Auth::ALL.into_iter().find(|auth| auth.name() == name);
    found.ok_or_else(|| SettingsError::UnknownAuth(name.to_owned(), known()))
}

/// Where there is a source for a way, in words. `None` where there is none.
fn source(sources: &Sources, auth: Auth, is_auto: bool) -> Option<String> {
    let set = |name: &str| sources.variable(name).map(|_| sources.origin(name));
    let secret = |field: Field| secrets::of(sources, field).map(|(from, _)| from);
    match auth {
        Auth::AccessToken => secret(Field::AccessToken),
        Auth::ClientSecret => secret(Field::ClientSecret),
        Auth::Certificate => set("AZURE_CLIENT_CERTIFICATE_PATH"),
        Auth::Password => secret(Field::Username).zip(secret(Field::Password)).map(|(name, _)| name),
        Auth::Federated => federated_source(sources).map(|(_, variable)| variable.to_owned()),
        Auth::ManagedIdentity => identity_source(sources).map(|(_, variable)| variable.to_owned()),
        Auth::RefreshToken => secret(Field::RefreshToken),
        // Nobody meant it by setting a variable: it is taken only when any way is welcome.
        Auth::AzureCli => (is_auto && sources.azure_cli).then(|| "az, on the path".to_owned()),
        Auth::DeviceCode | Auth::AuthorizationCode => None,
    }
}

fn found(there: &[(Auth, String)]) -> String {
    if there.is_empty() {
        return "No credential was found: no access token, no variable for a secret, certificate, user, federated token or \
                managed identity, and no Azure CLI. To use a machine's managed identity, add --auth managed-identity. To try pbiauth without an \
                account, run pbiauth doctor --sim."
            .to_owned();
    }
    let listed: Vec<String> = there.iter().map(|(auth, from)| format!("{} ({from})", auth.words())).collect();
    format!(
        "Credentials found, in the order in which pbiauth looks for them: {}. The first is used.",
        listed.join(", ")
    )
}

/// What the way that was chosen needs to know.
pub(super) fn read(sources: &Sources, choice: Choice, cloud: Cloud, vault: &mut Vault) -> SignIn {
    let auth = choice.auth;
    let Choice { none_found, passed_over, .. } = choice;
    let mut sign_in = SignIn { auth: Some(auth), none_found, passed_over, ..SignIn::default() };
    match auth {
        Auth::Certificate => sign_in.certificate = read_certificate(sources, vault),
        Auth::Federated => sign_in.federated = read_federated(sources, cloud, vault),
        Auth::ManagedIdentity => sign_in.identity = Some(read_identity(sources)),
        _ => {}
    }
    sign_in
}

fn read_certificate(sources: &Sources, vault: &mut Vault) -> Option<crate::record::Certificate> {
    let path = sources.variable("AZURE_CLIENT_CERTIFICATE_PATH")?;
    let file = sources.files.get(path).cloned().unwrap_or(Err(FileFault::NotFound));
    let password = vault.get(SecretRef::CertificatePassword).filter(|password| !password.expose().is_empty());
    let (certificate, key) = certificate::read(&file, password);
    if let Some(key) = key {
        vault.put(SecretRef::PrivateKey, key);
    }
    Some(certificate)
}

/// Where the other issuer's token comes from, and the variable that says so.
fn federated_source(sources: &Sources) -> Option<(FederatedSource, &'static str)> {
    const PLACES: [(FederatedSource, &str, &str); 3] = [
        (FederatedSource::File, "AZURE_FEDERATED_TOKEN_FILE", "AZURE_FEDERATED_TOKEN_FILE"),
        (FederatedSource::GithubActions, "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
        (FederatedSource::AzureDevops, "SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"),
    ];
    let set = |name: &str| sources.variable(name).is_some();
    PLACES.into_iter().find(|(_, name, key)| set(name) && set(key)).map(|(source, name, _)| (source, name))
}

fn read_federated(sources: &Sources, cloud: Cloud, vault: &mut Vault) -> Option<Federated> {
    let (source, variable) = federated_source(sources)?;
    let value = sources.variable(variable)?;
    if source != FederatedSource::File {
        let url = crate::entra::issuer::address(source, value, cloud, sources.variable(CONNECTION));
        return Some(Federated { source, url: Some(url), token: None, unreadable: None });
    }
    let unreadable = |why: &str| Federated { source, url: None, token: None, unreadable: Some(why.to_owned()) };
    Some(match sources.files.get(value) {
        None | Some(Err(FileFault::NotFound)) => unreadable("it does not exist"),
        Some(Err(FileFault::Unreadable(why))) => unreadable(why),
        Some(Ok(bytes)) => match std::str::from_utf8(bytes) {
            Err(_) => unreadable("it isn't UTF-8 text"),
            Ok(text) => {
                let secret = Secret::new(text);
                let token = Some(jwt::take_apart(&secret));
                vault.put(SecretRef::FederatedToken, secret);
                Federated { source, url: None, token, unreadable: None }
            }
        },
    })
}

/// The service connection that Azure DevOps issues a token for.
const CONNECTION: &str = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";

fn identity_source(sources: &Sources) -> Option<(IdentityEndpoint, &'static str)> {
    const PLACES: [(IdentityEndpoint, &str); 2] = [
        (IdentityEndpoint::AppService, "IDENTITY_ENDPOINT"),
        (IdentityEndpoint::Imds, "AZURE_POD_IDENTITY_AUTHORITY_HOST"),
    ];
    PLACES.into_iter().find(|(_, name)| sources.variable(name).is_some_and(|value| !value.is_empty()))
}

fn read_identity(sources: &Sources) -> Identity {
    let Some((endpoint, variable)) = identity_source(sources) else {
        return Identity { endpoint: IdentityEndpoint::Imds, url: IMDS.to_owned() };
    };
    let url = sources.variable(variable).map_or("", |url| url.trim()).trim_end_matches('/');
    Identity { endpoint, url: url.to_owned() }
}
