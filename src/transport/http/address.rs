//! Addresses that requests may go to.

use url::{Host, Url};

/// An address that a request may be sent to: HTTPS, or plain HTTP on this machine or its own link, where managed
/// identities are asked.
///
/// # Errors
/// A sentence, when the text is no such address.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address can't be read: {error}"))?;
    if url.host().is_none_or(|host| host.to_string().is_empty()) {
        return Err("the address has no host".to_owned());
    }
    // reqwest would send them as a password of its own accord.
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address contains a user name or password, which pbiauth never sends in an address".to_owned());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local(&url) => Ok(url),
        "http" => Err("the address uses HTTP, which is allowed only for this machine: use https".to_owned()),
        other => Err(format!("the address has the scheme \"{other}\", which is not https")),
    }
}

/// The host as failures name it: with its port where it is not 443.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(443) | None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

/// The same of a text. Empty where it names none.
pub(super) fn host_of(text: &str) -> String {
    Url::parse(text).map_or_else(|_| String::new(), |url| host(&url))
}

/// Host and port, as a socket and a CONNECT name them.
pub(super) fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443))
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        let local = ["http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost:80/x", "http://169.254.169.254/x"];
        for text in local.into_iter().chain(["https://api.powerbi.com/"]) {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in ["http://api.powerbi.com/", "http://127.0.0.1.example.com/", "http://localhost.example.com/"] {
            assert!(parse(text).is_err_and(|why| why.contains("only for this machine")), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_said() {
        for text in ["", "api.powerbi.com", "ftp://example.com", "https://", "https://u:hunter2@example.com/"] {
            let why = parse(text).expect_err(text);
            assert!(!why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn the_port_is_named_where_it_is_another() {
        let of = |text: &str| host(&Url::parse(text).expect("a url"));
        assert_eq!(of("https://api.powerbi.com/v1.0"), "api.powerbi.com");
        assert_eq!(of("https://[::1]:8443/"), "[::1]:8443");
        assert_eq!(of("http://localhost/"), "localhost:80");
    }
}
