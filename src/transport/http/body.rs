//! Replies, read as far as they are kept.

use reqwest::Response;

use crate::wire::{MAX_BODY, WireReply};

/// The body; `None` when it is larger than [`MAX_BODY`]. The rest of such a body is never read.
pub(super) async fn read(response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let most = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    if response.content_length().is_some_and(|length| length > most) {
        return Ok(None);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// The reply with this body. Headers that are no UTF-8 are kept as far as they are.
pub(super) fn reply(response: &Response, body: Option<Vec<u8>>) -> WireReply {
    let headers = response.headers().iter();
    WireReply {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body,
    }
}
