//! The `DevTools` protocol, as far as it is needed: commands with their answers, and events in between.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::Failed;
use crate::record::Fault;

/// A browser that does not answer a command within this hangs.
const PATIENCE: Duration = Duration::from_secs(5);
/// A picture is the largest message, in bytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// A connection to a browser.
#[derive(Debug)]
pub(super) struct DevTools {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    /// Events that came while an answer was waited for.
    early: VecDeque<Value>,
}

impl DevTools {
    /// Connects.
    pub(super) async fn connect(address: &str) -> Result<Self, Failed> {
        let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
        let connected = tokio::time::timeout(PATIENCE, connect_async_with_config(address, Some(config), true)).await;
        let socket = match connected {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(why)) => return Err((Fault::Refused, format!("the browser can't be driven: {why}"))),
            Err(_) => return Err(hangs("it accepts no connection")),
        };
        Ok(Self { socket, last: 0, early: VecDeque::new() })
    }

    /// Sends a command, to the browser itself or to one of its pages, and waits for the answer.
    pub(super) async fn call(&mut self, method: &str, params: Value, session: Option<&str>) -> Result<Value, Failed> {
        let id = self.send(method, params, session).await?;
        let answer = tokio::time::timeout(PATIENCE, self.answer(id)).await;
        answer.unwrap_or_else(|_| Err(hangs(&format!("there was no answer to {method}"))))
    }

    /// Sends a command whose answer does not matter.
    pub(super) async fn send(&mut self, method: &str, params: Value, session: Option<&str>) -> Result<u64, Failed> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let sent = tokio::time::timeout(PATIENCE, self.socket.send(Message::text(message.to_string()))).await;
        match sent {
            Ok(Ok(())) => Ok(self.last),
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(hangs("it reads nothing")),
        }
    }

    async fn answer(&mut self, id: u64) -> Result<Value, Failed> {
        loop {
            let message = self.read().await.ok_or_else(gone)?;
            if message.get("id").and_then(Value::as_u64) != Some(id) {
                if message.get("method").is_some() {
                    self.early.push_back(message);
                }
                continue;
            }
            if let Some(error) = message.get("error") {
                let words = error.get("message").and_then(Value::as_str).unwrap_or("without words");
                return Err((Fault::NotHttp, format!("the browser refused a command: {words}")));
            }
            return Ok(message.get("result").cloned().unwrap_or_default());
        }
    }

    /// The next event. `None` when the browser is gone.
    pub(super) async fn event(&mut self) -> Option<Value> {
        if let Some(event) = self.early.pop_front() {
            return Some(event);
        }
        loop {
            let message = self.read().await?;
            if message.get("method").is_some() {
                return Some(message);
            }
        }
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    if let Ok(message) = serde_json::from_str(text.as_str()) {
                        return Some(message);
                    }
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

fn gone() -> Failed {
    (Fault::Closed, "the browser stopped during the run".to_owned())
}

fn hangs(how: &str) -> Failed {
    (Fault::ReplyTimeout, format!("the browser hangs: {how} within {} s", PATIENCE.as_secs()))
}
