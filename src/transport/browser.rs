//! A sign-in in a person's browser: the browser comes back to a port of this machine, and brings a code or an error.

use std::process::{Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::record::Fault;
use crate::wire::WireReply;
use crate::wire::redirect::{NOT_BACK, brought};

/// The head of a request that the browser sends is not read further, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// No single connection is read longer than this: browsers open some that they never use.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// A person is not waited for longer than this.
const LONGEST: std::time::Duration = std::time::Duration::from_mins(5);
/// Where the browser comes back to.
#[derive(Debug)]
pub struct Browser {
    /// The port that is listened on.
    pub listener: std::net::TcpListener,
    /// Whether the system's browser is opened.
    pub opens: bool,
}

impl Browser {
    /// Opens the address, and waits until the browser comes back with this state.
    ///
    /// # Errors
    /// The fault and the system's words.
    pub(super) async fn visit(&self, address: &str, state: &str) -> Result<WireReply, (Fault, String)> {
        let visit = tokio::time::timeout(LONGEST, self.wait(address, state)).await;
        visit.unwrap_or_else(|_| Err((Fault::ReplyTimeout, NOT_BACK.to_owned())))
    }

    async fn wait(&self, address: &str, state: &str) -> Result<WireReply, (Fault, String)> {
        let failed = |error: std::io::Error| (Fault::Unreachable, format!("can't listen on the port: {error}"));
        let listener = self.listener.try_clone().and_then(TcpListener::from_std).map_err(failed)?;
        if self.opens {
            open(address);
        }
        loop {
            let (mut stream, _) = listener.accept().await.map_err(failed)?;
            let head = tokio::time::timeout(PATIENCE, read_head(&mut stream)).await.ok().flatten();
            let brought = head.as_deref().and_then(|head| brought(head, state));
            let words = if brought.is_some() { DONE } else { NOTHING };
            // A browser that does not wait for the page is no failure of the sign-in.
            let _ = stream.write_all(words.as_bytes()).await;
            let _ = stream.shutdown().await;
            if let Some(reply) = brought {
                return Ok(reply);
            }
        }
    }
}

const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n\
    <!doctype html><title>pbiauth</title><p>pbiauth has the answer. This page can be closed.";
const NOTHING: &str = "HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n";

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|at| at == b"\r\n\r\n") {
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        head.extend_from_slice(&part[..read]);
        if head.len() > MAX_HEAD {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// Opens the system's browser. Where that fails, the address is on the screen all the same.
pub(super) fn open(address: &str) {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(first).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.spawn();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_browser_is_waited_for() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let browser = Browser { listener, opens: false };
        let visit = browser.visit("https://login.example/", "s1");
        let person = async {
            for target in ["/favicon.ico", "/?code=c1&state=s1"] {
                let mut stream = TcpStream::connect(address).await.expect("a connection");
                let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
                stream.write_all(request.as_bytes()).await.expect("sent");
                let mut page = String::new();
                stream.read_to_string(&mut page).await.expect("a page");
                assert_eq!(page.starts_with("HTTP/1.1 200"), target.contains("code"), "{page}");
            }
        };
        let (reply, ()) = tokio::join!(visit, person);
        assert_eq!(reply.expect("a reply").body.as_deref(), Some(&br#"{"authorization_code":"c1"}"#[..]));
    }
}
