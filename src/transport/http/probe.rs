//! A word of one's own with the peer, where the client's error leaves open what happened.
//!
//! The client cannot tell a socket that hangs from a handshake that does, nor a proxy's 403 from its 502.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::fault::Finding;
use super::proxy::Proxy;
use super::{USER_AGENT, address, words};
use crate::record::Fault;

/// At most this much of a proxy's answer is read, in bytes.
const MAX_HEAD: u64 = 16 * 1024;
/// At most this many characters of a line of it are kept.
const MAX_LINE: usize = 200;

/// What happened on a direct connection.
pub(super) async fn direct(url: &Url, finding: Finding, left: Duration) -> Finding {
    if finding.fault != Fault::TlsTimeout {
        return finding;
    }
    let is_open = matches!(timeout(left, TcpStream::connect(address::authority(url))).await, Ok(Ok(_)));
    Finding { fault: if is_open { Fault::TlsTimeout } else { Fault::ConnectTimeout }, ..finding }
}

/// What happened on a connection through a proxy.
pub(super) async fn through(proxy: &Proxy, url: &Url, finding: Finding, left: Duration) -> Finding {
    if !finding.is_before_tls {
        return finding;
    }
    if !proxy.is_plain() {
        return Finding { fault: guess(finding.fault), ..finding };
    }
    let (fault, words) = match timeout(left, ask(proxy, url)).await {
        Err(_) => (Fault::ConnectTimeout, "the proxy opens no tunnel in time".to_owned()),
        Ok(Err(error)) => (Fault::ProxyUnreachable, error.to_string()),
        Ok(Ok(head)) => match status(&head) {
            // It opens now. What happened first stands.
            Some(200..=299) => return finding,
            Some(407) => (Fault::ProxyAuthentication, answer(&head)),
            Some(_) => (Fault::ProxyRefused, answer(&head)),
            None => (Fault::ProxyRefused, "the proxy's answer is no HTTP, or none".to_owned()),
        },
    };
    Finding { fault, detail: format!("{}: {}", proxy.mask(&words), finding.detail), ..finding }
}

/// The fault where the proxy speaks SOCKS or TLS, in which it is not asked again.
const fn guess(fault: Fault) -> Fault {
    match fault {
        Fault::NameNotFound | Fault::Refused | Fault::ConnectTimeout => Fault::ProxyUnreachable,
        Fault::TlsTimeout => Fault::TlsTimeout,
        _ => Fault::ProxyRefused,
    }
}

/// The head of the proxy's answer to CONNECT (RFC 9110, 9.3.6). Empty when it closes without one.
///
/// # Errors
/// When the proxy's socket cannot be opened.
async fn ask(proxy: &Proxy, url: &Url) -> io::Result<String> {
    let mut socket = TcpStream::connect(proxy.authority()).await?;
    let target = address::authority(url);
    let authorization =
        proxy.authorization().map_or_else(String::new, |value| format!("Proxy-Authorization: {value}\r\n"));
    let ask = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {USER_AGENT}\r\n{authorization}\r\n");
    let mut head = Vec::new();
    if socket.write_all(ask.as_bytes()).await.is_ok() {
        let mut answer = socket.take(MAX_HEAD);
        // A reset ends the head as its end does.
        while !is_whole(&head) && answer.read_buf(&mut head).await.is_ok_and(|n| n > 0) {}
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn is_whole(head: &[u8]) -> bool {
    head.windows(4).any(|end| end == b"\r\n\r\n")
}

fn status(head: &str) -> Option<u16> {
    let (version, rest) = head.split_once(' ')?;
    version.starts_with("HTTP/").then(|| rest.get(..3)?.parse().ok())?
}

/// The status line, and the ways in which the proxy takes a name and password.
fn answer(head: &str) -> String {
    let mut lines = head.lines();
    let status = words::one_line(lines.next().unwrap_or_default(), MAX_LINE);
    let schemes: Vec<&str> = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("proxy-authenticate"))
        .filter_map(|(_, value)| value.split_whitespace().next())
        .collect();
    if schemes.is_empty() {
        format!("the proxy answered \"{status}\"")
    } else {
        format!(
            "the proxy answered \"{status}\", Proxy-Authenticate: {}",
            words::one_line(&schemes.join(", "), MAX_LINE)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_from_a_status_line_alone() {
        assert_eq!(status("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), Some(407));
        assert_eq!(status("HTTP/1.0 502\r\n\r\n"), Some(502));
        for head in ["", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 ök", "SSH-2.0-x 200"] {
            assert_eq!(status(head), None, "{head}");
        }
    }

    #[test]
    fn every_scheme_is_named() {
        let head = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: Basic realm=\"x\"\r\n\r\n";
        assert_eq!(answer(head), "the proxy answered \"HTTP/1.1 407 No\", Proxy-Authenticate: Negotiate, Basic");
    }
}
