//! What a page with powerbi-client shows in a text: the event of an error, and the configuration.

use serde_json::{Map, Value};

use super::{lenient_json, page_source, token};
use crate::evidence::embed::{Config, Embed, EmbedToken, Frame, console, read_config, read_event};
use crate::evidence::jwt;
use crate::pattern::{Pattern, pattern};
use crate::record::HostPage;
use crate::secret::{Kind, Secret};

/// The event by which powerbi-client says that an item is shown.
static SHOWN: Pattern = pattern!(r#"(?i)\bevent["']?\s*[:=(]?\s*["']?rendered\b"#);

/// How deep in other objects a configuration is looked for.
const DEEPEST: usize = 4;
/// The source of a page, in which a configuration may stand that is filled when the page runs.
static SOURCE: Pattern = pattern!(r"(?m)^\s*import\s[^\n]+\sfrom\s|\buseState\b|\bsetState\(");

/// Where a text last says that the item is shown.
pub(super) fn last_success(text: &str) -> Option<usize> {
    SHOWN.find_iter(text).last().map(|found| found.start())
}

/// The event, the configuration and the console's words about the frame in a text. `None` where it shows none of them.
pub(super) fn embed(raw: &str) -> Option<Embed> {
    let mut embed = Embed::default();
    let mut frame = Frame::default();
    let mut own = None;
    console::read(raw, &mut frame);
    embed.frame = (frame != Frame::default()).then_some(frame);
    let signs = ["detailedMessage", "technicalDetails", "tokenType", "embedUrl", "EmbedUrl"];
    if signs.iter().any(|sign| raw.contains(sign)) {
        let objects: Vec<Value> = lenient_json::objects(raw).map(|(_, json)| json).collect();
        let within = |json: &Value| json.get("detail").or_else(|| json.get("body")).and_then(read_event);
        embed.event = objects.iter().find_map(|json| read_event(json).or_else(|| within(json)));
        let is_source = SOURCE.is_match(raw);
        let is_filled_later = |config: &Config| {
            let lacks = |name: &str| config.missing.iter().flatten().any(|missing| missing == name);
            is_source && lacks("accessToken") && lacks("embedUrl")
        };
        let source = page_source::objects(raw);
        let mut all = Vec::new();
        for json in &source {
            collect(json, 0, &mut all);
        }
        let found = all.into_iter().find_map(|json| {
            let config = read_config(json).filter(|config| !is_filled_later(config))?;
            Some((config, json.get("accessToken").and_then(Value::as_str).map(Secret::new)))
        });
        let (config, token) = found.unzip();
        embed.config = config;
        own = token.flatten().map(|token| jwt::take_apart(&token));
    }
    let parts = token::one(raw).or(own).filter(|parts| parts.form.kind == Kind::EmbedToken);
    embed.token = parts.map(|parts| EmbedToken::of(&parts, None)).filter(|told| *told != EmbedToken::default());
    (embed != Embed::default()).then_some(embed)
}

/// The object in a text that says most of how an item is embedded, as a page gives it to powerbi-client. `None` where
/// there is none.
#[must_use]
pub fn configuration(text: &str) -> Option<Map<String, Value>> {
    let objects = page_source::objects(text);
    let mut all = Vec::new();
    for json in &objects {
        collect(json, 0, &mut all);
    }
    let members = |json: &&Value| HostPage::MEMBERS.iter().filter(|name| json.get(**name).is_some()).count();
    // The first of those that say as much as another.
    let most = all.into_iter().rev().max_by_key(members).filter(|json| members(json) > 0)?;
    most.as_object().cloned()
}

/// An object and those in it.
pub(super) fn collect<'j>(json: &'j Value, depth: usize, found: &mut Vec<&'j Value>) {
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
