//! What a page with powerbi-client shows in a text: the event of an error, and the configuration.

use serde_json::Value;

use super::{lenient_json, token};
use crate::evidence::embed::{Config, Embed, EmbedToken, Frame, console, read_config, read_event};
use crate::pattern::Pattern;
use crate::secret::Kind;

/// The event by which powerbi-client says that an item is shown.
static SHOWN: Pattern = Pattern::new(r#"(?i)\bevent["']?\s*[:=(]?\s*["']?rendered\b"#);

/// How deep in other objects a configuration is looked for.
const DEEPEST: usize = 4;
/// The type of a variable, between its name and its value.
static DECLARED: Pattern = Pattern::new(r":\s*(?:[a-zA-Z]+\.)?I[A-Za-z]*Embed[A-Za-z]*Configuration\s*=");
/// The source of a page, in which a configuration may stand that is filled when the page runs.
static SOURCE: Pattern = Pattern::new(r"(?m)^\s*import\s[^\n]+\sfrom\s|\buseState\b|\bsetState\(");

/// Where a text last says that the item is shown.
pub(super) fn last_success(text: &str) -> Option<usize> {
    SHOWN.find_iter(text).last().map(|found| found.start())
}

/// The event, the configuration and the console's words about the frame in a text. `None` where it shows none of them.
pub(super) fn embed(raw: &str) -> Option<Embed> {
    let mut embed = Embed::default();
    let mut frame = Frame::default();
    console::read(raw, &mut frame);
    embed.frame = (frame != Frame::default()).then_some(frame);
    let signs = ["detailedMessage", "technicalDetails", "tokenType", "embedUrl"];
    if signs.iter().any(|sign| raw.contains(sign)) {
        let plain = DECLARED.replace(raw, |_| " =".to_owned());
        let objects: Vec<Value> = lenient_json::objects(&plain).map(|(_, json)| json).collect();
        let within = |json: &Value| json.get("detail").or_else(|| json.get("body")).and_then(read_event);
        embed.event = objects.iter().find_map(|json| read_event(json).or_else(|| within(json)));
        let is_source = SOURCE.is_match(raw);
        let is_filled_later = |config: &Config| {
            let lacks = |name: &str| config.missing.iter().flatten().any(|missing| missing == name);
            is_source && lacks("accessToken") && lacks("embedUrl")
        };
        let mut all = Vec::new();
        for json in &objects {
            collect(json, 0, &mut all);
        }
        embed.config = all.into_iter().filter_map(read_config).find(|config| !is_filled_later(config));
    }
    let parts = token::one(raw).filter(|parts| parts.form.kind == Kind::EmbedToken);
    embed.token = parts.map(|parts| EmbedToken::of(&parts, None)).filter(|told| *told != EmbedToken::default());
    (embed != Embed::default()).then_some(embed)
}

/// An object and those in it.
fn collect<'j>(json: &'j Value, depth: usize, found: &mut Vec<&'j Value>) {
    if depth > DEEPEST {
        return;
    }
    match json {
        Value::Object(members) => {
            found.push(json);
            members.values().for_each(|value| collect(value, depth + 1, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, found)),
        _ => {}
    }
}
