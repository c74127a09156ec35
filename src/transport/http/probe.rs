//! A word of one's own with the peer, where the client's error leaves open what happened.
//!
//! The client does not tell a proxy's 403 from its 502.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::fault::Finding;
use super::proxy::Proxy;
use super::{USER_AGENT, address, words};
use crate::record::Fault;

/// At most this much of a proxy's answer is read, in bytes.
const MAX_HEAD: u64 = 16 * 1024;
/// At most this many characters of a line of it are kept.
const MAX_LINE: usize = 200;

/// What happened on a connection through a proxy.
pub(super) async fn through(proxy: &Proxy, url: &Url, finding: Finding, left: Duration) -> Finding {
    if !finding.is_before_tls {
        return finding;
    }
    if !proxy.is_plain() {
        let is_open = is_open(&proxy.authority(), left).await;
        return Finding { fault: if is_open { behind(finding.fault) } else { Fault::ProxyUnreachable }, ..finding };
    }
    let (fault, words) = match ask(proxy, url, Instant::now() + left).await {
        Answer::None(why) => (Fault::ProxyUnreachable, why),
        Answer::Late => (Fault::ConnectTimeout, "the proxy didn't open a tunnel in time".to_owned()),
        Answer::Head(head) => match status(&head) {
            // It opens now. What happened first stands.
            Some(200) if finding.fault != Fault::Unreachable => return finding,
            Some(407) => (Fault::ProxyAuthentication, answered(&head)),
            Some(_) => (Fault::ProxyRefused, answered(&head)),
            None => (Fault::ProxyRefused, "the proxy's answer wasn't HTTP, or there was no answer".to_owned()),
        },
    };
    Finding { fault, detail: format!("{}: {}", proxy.mask(&words), finding.detail), ..finding }
}

/// The fault behind an open proxy that speaks SOCKS or TLS, in which it is not asked again.
const fn behind(fault: Fault) -> Fault {
    match fault {
        Fault::NameNotFound | Fault::NameTimeout | Fault::ConnectTimeout | Fault::TlsTimeout => fault,
        _ => Fault::ProxyRefused,
    }
}

async fn is_open(authority: &str, left: Duration) -> bool {
    matches!(timeout(left, TcpStream::connect(authority)).await, Ok(Ok(_)))
}

/// What a proxy said to a CONNECT.
enum Answer {
    /// Its socket does not open: why.
    None(String),
    /// Nothing in time.
    Late,
    /// The head of its answer, as far as it came. Empty when it closed without one.
    Head(String),
}

async fn ask(proxy: &Proxy, url: &Url, until: Instant) -> Answer {
    let socket = match timeout_at(until, TcpStream::connect(proxy.authority())).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => return Answer::None(error.to_string()),
        Err(_) => return Answer::None("the proxy didn't accept the connection in time".to_owned()),
    };
    let head = timeout_at(until, connect(socket, proxy, url)).await;
    head.map_or(Answer::Late, |head| Answer::Head(String::from_utf8_lossy(&head).into_owned()))
}

/// Sends one CONNECT (RFC 9110, section 9.3.6) and reads the head of its answer.
async fn connect(mut socket: TcpStream, proxy: &Proxy, url: &Url) -> Vec<u8> {
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
    head
}

fn is_whole(head: &[u8]) -> bool {
    head.windows(4).any(|end| end == b"\r\n\r\n")
}

fn status(head: &str) -> Option<u16> {
    let (version, rest) = head.split_once(' ')?;
    version.starts_with("HTTP/").then(|| rest.get(..3)?.parse().ok())?
}

/// The status line, and the ways in which the proxy takes a name and password.
fn answered(head: &str) -> String {
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
        assert_eq!(answered(head), "the proxy answered \"HTTP/1.1 407 No\", Proxy-Authenticate: Negotiate, Basic");
    }
}
