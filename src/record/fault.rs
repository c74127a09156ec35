//! Why a request got no answer.

use serde::{Deserialize, Serialize};

/// Why nobody answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub fault: Fault,
    /// The host that was addressed, with its port where it is not 443.
    pub host: String,
    /// The proxy in between, without credentials. Absent for a direct connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// The issuer of the certificate that was shown, when it was not trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The system's or library's own words.
    pub detail: String,
}

/// The ways in which a request gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// DNS lookup failed: the name has no address.
    NameNotFound,
    /// DNS lookup timed out.
    NameTimeout,
    /// The connection was refused: the port is closed.
    Refused,
    /// There's no route to the host, or the network is down.
    Unreachable,
    /// The connection timed out.
    ConnectTimeout,
    /// The connection was opened, but the TLS handshake timed out.
    TlsTimeout,
    /// The certificate's issuer isn't trusted.
    UntrustedCertificate,
    /// The certificate has expired or isn't valid yet.
    ExpiredCertificate,
    /// The certificate is for another host name.
    WrongCertificateName,
    /// The server doesn't use TLS, or refuses the client's TLS version or cipher.
    TlsFailed,
    /// The proxy can't be reached.
    ProxyUnreachable,
    /// The proxy requires a user name and password.
    ProxyAuthentication,
    /// The proxy refused to open a tunnel.
    ProxyRefused,
    /// The response timed out.
    ReplyTimeout,
    /// The response began but timed out.
    BodyTimeout,
    /// The connection was reset.
    Reset,
    /// The connection was closed before the response was complete.
    Closed,
    /// The response isn't HTTP.
    NotHttp,
    /// The program to run isn't installed on this machine.
    NotInstalled,
    /// The request can't be sent as it is: it contains a value that isn't allowed in a URL or header.
    NotSendable,
    /// The bundle has no answer to this request.
    NotRecorded,
}

impl Fault {
    /// The layer at which it happened, in words.
    #[must_use]
    pub const fn layer(self) -> &'static str {
        match self {
            Self::NameNotFound | Self::NameTimeout => "DNS",
            Self::Refused | Self::Unreachable | Self::ConnectTimeout => "connection",
            Self::TlsTimeout
            | Self::UntrustedCertificate
            | Self::ExpiredCertificate
            | Self::WrongCertificateName
            | Self::TlsFailed => "TLS",
            Self::ProxyUnreachable | Self::ProxyAuthentication | Self::ProxyRefused => "proxy",
            Self::ReplyTimeout | Self::BodyTimeout => "time-out",
            Self::Reset | Self::Closed | Self::NotHttp => "protocol",
            Self::NotInstalled => "program",
            Self::NotSendable => "request",
            Self::NotRecorded => "bundle",
        }
    }

    /// What happened, in words that follow the host's name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NameNotFound => "DNS lookup failed: the name has no address",
            Self::NameTimeout => "DNS lookup timed out",
            Self::Refused => "the connection was refused",
            Self::Unreachable => "there is no route to the host",
            Self::ConnectTimeout => "the connection timed out",
            Self::TlsTimeout => "the TLS handshake timed out",
            Self::UntrustedCertificate => "its certificate isn't trusted",
            Self::ExpiredCertificate => "its certificate isn't valid at this time",
            Self::WrongCertificateName => "its certificate is for another host name",
            Self::TlsFailed => "the TLS handshake failed",
            Self::ProxyUnreachable => "the proxy can't be reached",
            Self::ProxyAuthentication => "the proxy requires a user name and password",
            Self::ProxyRefused => "the proxy refused the connection",
            Self::ReplyTimeout => "the response timed out",
            Self::BodyTimeout => "the response began but timed out",
            Self::Reset => "the connection was reset",
            Self::Closed => "the connection was closed before the response was complete",
            Self::NotHttp => "the response isn't HTTP",
            Self::NotInstalled => "it isn't installed",
            Self::NotSendable => "the request can't be sent as it is",
            Self::NotRecorded => "the bundle has no answer to this request",
        }
    }
}
