//! What a page with powerbi-client shows in a text: the event of an error, and the configuration.

use serde_json::Value;

use super::lenient_json;
use crate::evidence::embed::{Embed, read_config, read_event};
use crate::pattern::Pattern;

/// The event by which powerbi-client says that an item is shown.
static SHOWN: Pattern = Pattern::new(r#"(?i)\bevent["']?\s*[:=(]?\s*["']?rendered\b"#);

/// Where a text last says that the item is shown.
pub(super) fn last_success(text: &str) -> Option<usize> {
    SHOWN.find_iter(text).last().map(|found| found.start())
}

/// The event and the configuration in a text. `None` where it shows neither.
pub(super) fn embed(raw: &str) -> Option<Embed> {
    let signs = ["detailedMessage", "technicalDetails", "tokenType", "embedUrl"];
    if !signs.iter().any(|sign| raw.contains(sign)) {
        return None;
    }
    let objects: Vec<Value> = lenient_json::objects(raw).map(|(_, json)| json).collect();
    let within = |json: &Value| json.get("detail").or_else(|| json.get("body")).and_then(read_event);
    let event = objects.iter().find_map(|json| read_event(json).or_else(|| within(json)));
    let config = objects.iter().find_map(read_config);
    (event.is_some() || config.is_some()).then_some(Embed { event, config })
}
