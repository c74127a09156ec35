//! How the caller gets a token, and what the files that it was given hold.
//!
//! Files are read when a run begins, so what they hold is stored here, without a character of a secret: a bundle is
//! diagnosed where the files are not.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Token;

/// The ways in which this tool gets a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// You supplied a token, and none is requested.
    AccessToken,
    /// Client credentials with a secret.
    ClientSecret,
    /// Client credentials with a certificate's key.
    Certificate,
    /// A user's name and password.
    Password,
    /// Client credentials with another issuer's token.
    Federated,
    /// The identity of the machine or service that pbiauth runs on.
    ManagedIdentity,
    /// The Azure CLI's own sign-in.
    AzureCli,
    /// A refresh token.
    RefreshToken,
    /// A user with a browser on any device.
    DeviceCode,
    /// A user with a browser on this machine.
    AuthorizationCode,
}

impl Auth {
    /// All of them, in the order in which `auto` looks for what they need.
    pub const ALL: [Self; 10] = [
        Self::AccessToken,
        Self::ClientSecret,
        Self::Certificate,
        Self::Password,
        Self::Federated,
        Self::ManagedIdentity,
        Self::AzureCli,
        Self::RefreshToken,
        Self::DeviceCode,
        Self::AuthorizationCode,
    ];

    /// Its name, as `--auth` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::ClientSecret => "client-secret",
            Self::Certificate => "certificate",
            Self::Password => "password",
            Self::Federated => "federated",
            Self::ManagedIdentity => "managed-identity",
            Self::AzureCli => "azure-cli",
            Self::RefreshToken => "refresh-token",
            Self::DeviceCode => "device-code",
            Self::AuthorizationCode => "authorization-code",
        }
    }

    /// What it is, in words that follow "with".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AccessToken => "an access token that you passed",
            Self::ClientSecret => "a client secret",
            Self::Certificate => "a certificate",
            Self::Password => "a user's name and password",
            Self::Federated => "a federated credential",
            Self::ManagedIdentity => "a managed identity",
            Self::AzureCli => "the Azure CLI's sign-in",
            Self::RefreshToken => "a refresh token",
            Self::DeviceCode => "a device code",
            Self::AuthorizationCode => "an authorization code",
        }
    }

    /// Whether a person takes part while the run waits.
    #[must_use]
    pub const fn asks_a_person(self) -> bool {
        matches!(self, Self::DeviceCode | Self::AuthorizationCode)
    }
}

/// How the caller gets a token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The way that was chosen. Absent in records of before there was a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Whether any way was welcome, and there was no source for one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub none_found: bool,
    /// The sources of a token that were there and passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<Auth>,
    /// What the certificate file holds. Absent for other ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Where the other issuer's token comes from. Absent for other ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub federated: Option<Federated>,
    /// Where the managed identity is asked. Absent for other ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Where the browser comes back to. Absent for other ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
}

/// What a certificate file holds, as far as it may be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    /// What is wrong with the file, the worst first. Empty: nothing.
    pub faults: Vec<CertificateFault>,
    /// The system's or library's words for the first fault.
    pub detail: Option<String>,
    /// The form of the file. Absent where it cannot be told.
    pub format: Option<Format>,
    /// Whom the certificate names.
    pub subject: Option<String>,
    /// The beginning of its time.
    pub not_before: Option<Timestamp>,
    /// The end of its time.
    pub not_after: Option<Timestamp>,
    /// SHA-1 of the certificate in hexadecimal capitals: what the portal lists as its thumbprint.
    pub thumbprint: Option<String>,
    /// SHA-256 of the certificate, likewise.
    pub thumbprint_sha256: Option<String>,
    /// Whether the key in the file is the certificate's.
    pub key_matches: Option<bool>,
}

/// The forms of a certificate file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text with sections (RFC 7468).
    Pem,
    /// PKCS#12, `.pfx` or `.p12`.
    Pfx,
    /// A bare certificate in DER, `.cer`: it holds no key.
    Der,
}

/// What can be wrong with a certificate file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateFault {
    /// The file doesn't exist.
    NotFound,
    /// The file can't be read.
    Unreadable,
    /// The file is empty.
    Empty,
    /// The file is neither PEM nor PFX.
    UnknownFormat,
    /// The file is PEM or PFX but damaged.
    Damaged,
    /// The key has a password, and none is set.
    PasswordMissing,
    /// The password is wrong for both the key and the file.
    PasswordWrong,
    /// The key is encrypted in a way that pbiauth doesn't support.
    EncryptionUnknown,
    /// The file contains no certificate.
    NoCertificate,
    /// The file contains no private key.
    NoKey,
    /// The file contains more than one private key.
    SeveralKeys,
    /// The private key belongs to another certificate.
    ForeignKey,
    /// The private key isn't an RSA key. Entra accepts only RSA keys.
    NotRsa,
    /// The file is encrypted with RC2. pbiauth reads it, but OpenSSL 3 and programs built on it refuse it.
    OldEncryption,
}

impl CertificateFault {
    /// Whether no token can be asked for with the file.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        !matches!(self, Self::OldEncryption | Self::SeveralKeys)
    }

    /// What is wrong, in words that follow the file's name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotFound => "doesn't exist",
            Self::Unreadable => "can't be read",
            Self::Empty => "is empty",
            Self::UnknownFormat => "is neither PEM nor PFX",
            Self::Damaged => "is damaged",
            Self::PasswordMissing => {
                "needs a password, and none is set: set AZURE_CLIENT_CERTIFICATE_PASSWORD, or remove the password"
            }
            Self::PasswordWrong => "doesn't open with the password in AZURE_CLIENT_CERTIFICATE_PASSWORD",
            Self::EncryptionUnknown => {
                "contains a key that is encrypted in an old way: convert it with openssl pkcs8 -topk8"
            }
            Self::NoCertificate => "contains no certificate: put the certificate and private key in one file",
            Self::NoKey => "contains a certificate but no private key: put both in one file",
            Self::SeveralKeys => {
                "contains more than one private key, and other tools may use the wrong one: keep only the certificate's"
            }
            Self::ForeignKey => "contains a private key that doesn't belong to the certificate",
            Self::NotRsa => "contains a key that isn't an RSA key: Entra accepts only RSA keys",
            Self::OldEncryption => {
                "is encrypted with RC2, which OpenSSL 3 and clients built on it refuse: export it again with AES"
            }
        }
    }
}

/// Where another issuer's token comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Federated {
    /// The place.
    pub source: FederatedSource,
    /// The address that it is asked of. Absent for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The token, taken apart. Absent where it is asked for in the run, or cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// Why the file cannot be read. Absent when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// The places that another issuer's token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FederatedSource {
    /// A file, as Kubernetes projects it.
    File,
    /// GitHub Actions.
    GithubActions,
    /// Azure DevOps.
    AzureDevops,
}

impl FederatedSource {
    /// Its name for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::File => "the token file",
            Self::GithubActions => "GitHub Actions",
            Self::AzureDevops => "Azure DevOps",
        }
    }
}

/// Where a managed identity is asked, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The kind of endpoint.
    pub endpoint: IdentityEndpoint,
    /// Its address.
    pub url: String,
}

/// The endpoints of managed identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityEndpoint {
    /// The instance metadata service of virtual machines.
    Imds,
    /// App Service, Functions and Container Apps.
    AppService,
}

impl IdentityEndpoint {
    /// Its name for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Imds => "the instance metadata service",
            Self::AppService => "the identity endpoint of App Service",
        }
    }
}
