//! What a HAR file shows of a page that embeds an item: the frame that the browser blocked, and with which configuration
//! the item's own page asks the hosts that render it.

use serde_json::{Map, Value};
use url::Url;

use super::Entry;
use crate::evidence::embed::policy::allows_frame;
use crate::evidence::embed::{Config, Embed, Frame, RefusedBy, console, is_accepted, of_portal, read_config};
use crate::import::host::{Host, host};
use crate::secret::{Form, Kind};

/// The configuration behind a request to a host that renders items: how it names its token says which type the page was
/// told (`Bearer` an access token, `EmbedToken` an embed token), and the address is the frame's. `None` for other requests,
/// and where the file has no token: browsers leave it out unless they are told to keep it.
pub(super) fn config(entries: &[Entry], index: usize) -> Option<Config> {
    let entry = &entries[index];
    (host(entry.url()?.host_str()?) == Host::Rendering).then_some(())?;
    let (scheme, token) = entry.bearer()?.trim().split_once(' ')?;
    let token_type = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => 0,
        "embedtoken" => 1,
        _ => return None,
    };
    if !matches!(Form::of(token.trim()).kind, Kind::Jwt | Kind::EmbedToken) {
        return None;
    }
    let mut json = Map::new();
    json.insert("tokenType".to_owned(), token_type.into());
    json.insert("accessToken".to_owned(), token.trim().into());
    if let Some(address) = entries[..index].iter().rev().find_map(frame) {
        json.insert("embedUrl".to_owned(), address.as_str().into());
    }
    // What a request doesn't show isn't missing in the page.
    read_config(&Value::Object(json)).map(|config| Config { missing: None, ..config })
}

/// The address of an item's own page.
fn frame(entry: &Entry) -> Option<Url> {
    entry.url().filter(|url| is_accepted(url) && of_portal(url.path()) == Some(false))
}

/// The frame of an item that the browser didn't show: the policy of the page around it forbids it, or its own page does.
/// `None` where the file doesn't say so.
pub(super) fn blocked(entries: &[Entry], index: usize) -> Option<Embed> {
    let entry = &entries[index];
    let address = entry.url().filter(is_accepted)?;
    let why = entry.response.error.as_deref().unwrap_or_default().to_ascii_uppercase();
    let host = address.host_str()?;
    if why.contains("BLOCKED_BY_RESPONSE") {
        return Some(refused(RefusedBy::FrameOptions, host));
    }
    let is_unanswered = entry.response.status < 100;
    let page = entries[..index].iter().rev().find(|entry| entry.is_page())?;
    let forbids = page.response.headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("content-security-policy")
            && header.value.split(',').any(|policy| !allows_frame(policy, &address))
    });
    (is_unanswered && forbids && frame(entry).is_some()).then(|| refused(RefusedBy::PagePolicy, host))
}

fn refused(by: RefusedBy, host: &str) -> Embed {
    let frame = Frame {
        refused_by: Some(by),
        refused_host: Some(host.to_owned()),
        refused_power_bi: Some(console::is_power_bi(host)),
        refused_sign_in: Some(false),
        ..Frame::default()
    };
    Embed { frame: Some(frame), ..Embed::default() }
}
