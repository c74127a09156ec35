//! What a run shows of an item that it embedded: the configuration, the token, and what happened in the browser.

use serde_json::Value;

use super::{Embed, EmbedToken, Frame, console, read_config_with, read_event};
use crate::record::{Record, Token};
use crate::secret::{Kind, SecretRef};

/// The request that shows an item in a browser.
pub const EMBED: &str = "embed";
/// The request for an embed token.
pub const EMBED_TOKEN: &str = "embed-token";

/// Reads a run. `now`: the time of the services, in seconds since 1970.
#[must_use]
pub fn read(record: &Record, now: i64) -> Embed {
    let token = token_of_run(record).map(|token| EmbedToken::of(&token, Some(now)));
    let identity = record.inputs.embedding.as_ref().is_some_and(|embedding| embedding.roles.is_some());
    let of_run = Embed { identity: Some(identity), ..Embed::default() };
    let Some(exchange) = record.answer(EMBED) else { return Embed { token, ..of_run } };
    let kind = match exchange.request.bearer {
        Some(SecretRef::EmbedToken) => Kind::EmbedToken,
        _ => Kind::Jwt,
    };
    let config = exchange.request.json.as_ref().and_then(|json| read_config_with(json, Some(kind), token.as_ref()));
    let happened = exchange.reply().and_then(|reply| reply.json());
    let errors =
        happened.map(|happened| of_name(happened, "error").filter_map(|event| read_event(event.get("detail")?)));
    let event = errors.and_then(|mut errors| errors.next());
    Embed { event, config, frame: happened.map(read_frame), token, ..of_run }
}

/// The embed token of a run, taken apart.
#[must_use]
pub fn token_of_run(record: &Record) -> Option<Token> {
    let reply = record.reply(EMBED_TOKEN).filter(|reply| reply.is_success())?;
    serde_json::from_value(reply.json()?.get("token")?.clone()).ok()
}

/// The events of a name that a browser brought.
pub fn of_name<'v>(happened: &'v Value, name: &'v str) -> impl Iterator<Item = &'v Value> {
    let events = happened.get("events").and_then(Value::as_array).into_iter().flatten();
    events.filter(move |event| event.get("name").and_then(Value::as_str) == Some(name))
}

fn read_frame(happened: &Value) -> Frame {
    let after = |name: &str| of_name(happened, name).next().and_then(|event| event.get("ms")?.as_u64());
    let has = |name: &str| of_name(happened, name).next().is_some();
    let mut frame = Frame {
        answered: happened.get("answered").and_then(Value::as_bool),
        loaded: Some(has("loaded")),
        loaded_ms: after("loaded"),
        rendered: Some(has("rendered")),
        rendered_ms: after("rendered"),
        ..Frame::default()
    };
    for line in lines(happened) {
        console::read(line, &mut frame);
    }
    frame
}

/// Who refused to show the frame of an item that never answered. `None` where nobody did.
#[must_use]
pub fn refused(happened: &Value) -> Option<Frame> {
    Some(read_frame(happened)).filter(|frame| frame.refused_by.is_some() && frame.answered != Some(true))
}

/// Whether an item was shown, and nothing went wrong with it. A warning in the console isn't its failure then.
#[must_use]
pub fn was_shown(record: &Record) -> bool {
    let shown = |happened: &Value| {
        let has = |name: &str| of_name(happened, name).next().is_some();
        has("loaded") && !has("error") && happened.get("ended").is_none()
    };
    record.reply(EMBED).and_then(|reply| reply.json()).is_some_and(shown)
}

/// The lines of the console, and what powerbi-client threw.
fn lines(happened: &Value) -> impl Iterator<Item = &str> {
    let console = happened.get("console").and_then(Value::as_array).into_iter().flatten();
    console.filter_map(|line| line.get("text")?.as_str()).chain(happened.get("thrown").and_then(Value::as_str))
}

/// What the browser and powerbi-client said of the item. `None` where nothing was shown, or all was well.
#[must_use]
pub fn said(record: &Record) -> Option<String> {
    let happened = record.reply(EMBED)?.json()?;
    let errors = of_name(happened, "error").filter_map(|event| event.get("detail")).map(Value::to_string);
    let said: Vec<String> = lines(happened).map(str::to_owned).chain(errors).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}
