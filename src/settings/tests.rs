//! Where values come from, and what becomes of them.

use jiff::Timestamp;

use super::*;
use crate::record::{Auth, CertificateFault, FederatedSource, IdentityEndpoint};
use crate::secret::{Mangling, SecretRef};

fn environment(pairs: &[(&str, &str)]) -> Layers {
    let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Layers { environment, ..Layers::default() }
}

fn resolved(sources: Sources) -> Settings {
    resolve(sources, World::Live, Timestamp::UNIX_EPOCH).expect("settings")
}

#[test]
fn options_go_before_environment_before_file() {
    let text = "tenant = 'of-file'\nclient_id = 'of-file'\nworkspace = 'of-file'";
    let file = File::read(std::path::Path::new("pbiauth.toml"), text).expect("a file");
    let mut layers = environment(&[("AZURE_TENANT_ID", "of-env"), ("AZURE_CLIENT_ID", "of-env")]);
    layers.add_file(&file, None, &mut |_| Err(String::new()));
    let options = Options::from([(Field::Tenant, "of-option".to_owned())]);
    let settings = resolved(Sources { options, layers, ..Sources::default() });
    let text = |field| settings.inputs.text(field);
    assert_eq!(text(Field::Tenant), Some("of-option"));
    assert_eq!(text(Field::ClientId), Some("of-env"));
    assert_eq!(text(Field::Workspace), Some("of-file"));
    let from = settings.inputs.get(Field::Workspace).map(|given| given.from.as_str());
    assert_eq!(from, Some("pbiauth.toml, workspace"));
}

#[test]
fn a_variable_that_is_set_and_empty_was_given() {
    let settings = resolved(Sources { layers: environment(&[("AZURE_TENANT_ID", "")]), ..Sources::default() });
    assert_eq!(settings.inputs.text(Field::Tenant), Some(""));
    let settings = resolved(Sources { layers: environment(&[("PBIAUTH_CA_FILE", "")]), ..Sources::default() });
    assert_eq!(settings.inputs.get(Field::CaFile), None);
}

#[test]
fn a_secret_in_any_field_is_hidden() {
    let secret = "abc8Q~0123456789012345678901234567890123";
    let settings = resolved(Sources {
        layers: environment(&[
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
    let settings =
        resolved(Sources { layers: environment(&[("AZURE_AUTHORITY_HOST", "127.0.0.1:8443/")]), ..Sources::default() });
    assert_eq!(settings.inputs.hosts.authority, "https://127.0.0.1:8443");
}

#[test]
fn another_ways_secret_is_hidden_wherever_it_stands() {
    let settings = resolved(Sources {
        layers: environment(&[("AZURE_PASSWORD", "a made-up password"), ("AZURE_CLIENT_ID", "a made-up password")]),
        ..Sources::default()
    });
    assert_eq!(settings.inputs.text(Field::ClientId), None);
}

/// The environment of a host that offers everything.
fn everything() -> Layers {
    environment(&[
        ("AZURE_CLIENT_SECRET", "s"),
        ("AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem"),
        ("AZURE_USERNAME", "anna@contoso.example"),
        ("AZURE_PASSWORD", "p"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/t"),
        ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/token"),
        ("PBIAUTH_REFRESH_TOKEN", "r"),
    ])
}

#[test]
fn the_first_source_is_taken_and_the_others_are_noted() {
    let order = [
        ("AZURE_CLIENT_SECRET", Auth::ClientSecret),
        ("AZURE_CLIENT_CERTIFICATE_PATH", Auth::Certificate),
        ("AZURE_PASSWORD", Auth::Password),
        ("AZURE_FEDERATED_TOKEN_FILE", Auth::Federated),
        ("IDENTITY_ENDPOINT", Auth::ManagedIdentity),
        ("PBIAUTH_REFRESH_TOKEN", Auth::RefreshToken),
    ];
    let mut layers = everything();
    for (variable, auth) in order {
        let sources = || Sources { layers: layers.clone(), ..Sources::default() };
        let settings = resolved(sources());
        assert_eq!(settings.inputs.auth(), auth);
        assert_eq!(settings.inputs.notes.is_empty(), settings.inputs.sign_in.passed_over.is_empty());
        let auto = resolved(Sources { auth: Some(AUTO.to_owned()), azure_cli: true, ..sources() });
        let expected = if auth == Auth::RefreshToken { Auth::AzureCli } else { auth };
        assert_eq!(auto.inputs.auth(), expected, "auto");
        layers.environment.remove(variable);
    }
    layers.environment.clear();
    let nothing = resolved(Sources { layers, azure_cli: true, ..Sources::default() });
    assert_eq!(nothing.inputs.auth(), Auth::ClientSecret, "the Azure CLI is used only when that is asked for");
}

#[test]
fn what_was_asked_for_goes_before_what_is_there() {
    let settings = resolved(Sources {
        auth: Some("device-code".to_owned()),
        layers: everything(),
        secrets: [(Field::AccessToken, ("-".to_owned(), Secret::new("t")))].into(),
        ..Sources::default()
    });
    assert_eq!(settings.inputs.auth(), Auth::DeviceCode);
    assert!(settings.inputs.token.is_none() && settings.inputs.get(Field::AccessToken).is_none());
    assert_eq!(settings.inputs.sign_in.passed_over.len(), 7);
    let unknown = Sources { auth: Some("secret".to_owned()), ..Sources::default() };
    assert!(resolve(unknown, World::Live, Timestamp::UNIX_EPOCH).is_err());
}

#[test]
fn a_token_file_is_read_as_it_is() {
    let read = |bytes: &[u8]| {
        let path = "/t".to_owned();
        let settings = resolved(Sources {
            layers: environment(&[("AZURE_FEDERATED_TOKEN_FILE", "/t")]),
            files: [(path, Ok(bytes.to_vec()))].into(),
            ..Sources::default()
        });
        (settings.inputs.sign_in.federated.expect("a source"), settings.vault)
    };
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3ViIjoicyJ9.c2ln";
    let dressed = format!("\u{feff}{token}\n");
    let (federated, vault) = read(dressed.as_bytes());
    let parts = federated.token.expect("a token");
    assert_eq!(parts.form.mangling, [Mangling::LineEndAtEnd, Mangling::Invisible]);
    assert_eq!(parts.claims.expect("claims")["sub"], "s");
    assert_eq!(vault.get(SecretRef::FederatedToken).map(Secret::expose), Some(dressed.as_str()));
    assert!(read(&[0xff, 0xfe, 0x65, 0x00]).0.unreadable.is_some());
}

#[test]
fn a_missing_file_is_a_finding() {
    let settings = resolved(Sources {
        layers: environment(&[("AZURE_CLIENT_CERTIFICATE_PATH", "/no-such-file")]),
        ..Sources::default()
    });
    let certificate = settings.inputs.sign_in.certificate.expect("a certificate");
    assert_eq!(certificate.faults, [CertificateFault::NotFound]);
}

#[test]
fn hosts_offer_identities_and_tokens() {
    let of = |auth: &str, pairs: &[(&str, &str)]| {
        let auth = Some(auth.to_owned());
        resolved(Sources { auth, layers: environment(pairs), ..Sources::default() }).inputs.sign_in
    };
    let imds = of("managed-identity", &[]).identity.expect("an identity");
    assert_eq!((imds.endpoint, imds.url.as_str()), (IdentityEndpoint::Imds, "http://169.254.169.254"));
    let github = [("ACTIONS_ID_TOKEN_REQUEST_URL", "https://g.example/?x=1"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "k")];
    let github = of("federated", &github).federated.expect("a source");
    assert_eq!(github.source, FederatedSource::GithubActions);
    let url = github.url.expect("an address");
    assert_eq!(url, "https://g.example/?x=1&audience=api%3A%2F%2FAzureADTokenExchange");
}
