//! Waits until the item that was loaded shows its data.

use serde_json::Value;

use super::embed_load::{after, ended};
use super::{Check, Stage, Step};
use crate::evidence::embed::EMBED;
use crate::record::{Item, Record, Reply};

pub(super) const CHECK: Check = Check {
    id: "embed-render",
    title: "The item is rendered",
    stage: Stage::Embed,
    after: &["embed-load"],
    opt_in: Some("it opens a browser"),
    next,
};

fn next(record: &Record) -> Step {
    let Some(happened) = record.reply(EMBED).and_then(Reply::json) else {
        return Step::Skip("the item wasn't shown".to_owned());
    };
    if let Some(ms) = after(happened, "rendered") {
        return Step::passed(format!("rendered after {ms} ms"));
    }
    if !renders(record) && !has_error(happened) {
        return Step::NotNeeded("dashboards and paginated reports don't report when they are rendered".to_owned());
    }
    ended(happened)
}

/// Whether the wait for the item ended before its time.
fn has_error(happened: &Value) -> bool {
    after(happened, "error").is_some() || happened.get("ended").is_some()
}

/// Whether what was shown raises an event when it is rendered: a report with visuals, as its address tells.
fn renders(record: &Record) -> bool {
    let item = record.inputs.embedding.as_ref().map_or(Item::Report, |embedding| embedding.item);
    let address = record.answer(EMBED).map(|exchange| exchange.request.url.to_ascii_lowercase());
    item == Item::Report && !address.is_some_and(|address| address.contains("/rdlembed"))
}
