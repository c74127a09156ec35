//! What an embedded item does in a browser, told without one: the same questions, the same events.

use serde_json::{Value, json};

use super::super::Moment;
use super::super::keys::Keys;
use super::super::world::World;
use super::opening::{self, Kind, Load, Refused, Viewer};

/// The events that powerbi-client raises for a configuration with this token. What it refuses itself is told as `thrown`.
pub(in crate::sim) fn play(world: &World, keys: &Keys, config: &Value, token: &str, moment: &Moment) -> Value {
    let text = |name: &str| config.get(name).and_then(Value::as_str).unwrap_or_default();
    let address = url::Url::parse(text("embedUrl")).ok();
    let kind = match address.as_ref().map(|address| address.path().to_ascii_lowercase()).as_deref() {
        Some("/dashboardembed") => Kind::Dashboard,
        Some("/rdlembed") => Kind::Paginated,
        _ => Kind::Report,
    };
    let in_address = || {
        let pairs = address.as_ref()?.query_pairs().find(|(name, _)| name == "groupId")?;
        Some(pairs.1.into_owned())
    };
    let group = Some(text("groupId").to_owned()).filter(|group| !group.is_empty()).or_else(in_address);
    let load = Load { kind, id: text("id").to_owned(), group };
    let embed = config.get("tokenType").and_then(Value::as_u64) == Some(1);
    let mut events = Vec::new();
    let shown = Viewer::of(world, keys, token, embed, moment).and_then(|viewer| {
        let opened = opening::open(world, &viewer, &load, moment)?;
        events.push(event("loaded"));
        opening::rows(world, &opened).map_err(Refused::while_shown)
    });
    match shown {
        Ok(_) if kind == Kind::Report => events.push(event("rendered")),
        Ok(_) => {}
        Err(refused) => events.push(json!({ "name": "error", "ms": 0, "detail": refused.detail(moment) })),
    }
    json!({ "client": "simulated", "events": events, "answered": true })
}

fn event(name: &str) -> Value {
    json!({ "name": name, "ms": 0 })
}
