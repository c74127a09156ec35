//! Looks at the configuration with which the item is embedded, before a browser is asked.

use super::embed_item::{Entry, Found, find};
use super::{Check, Stage, Step};
use crate::evidence::embed::console::is_power_bi;
use crate::record::{Item, Record};

pub(super) const CHECK: Check = Check {
    id: "embed-config",
    title: "The API returns what powerbi-client needs to embed the item",
    stage: Stage::Embed,
    after: &["report"],
    opt_in: None,
    next,
};

fn next(record: &Record) -> Step {
    let embeds = record.inputs.intent.as_ref().is_some_and(|intent| intent.name.starts_with("embed-"));
    if record.inputs.embedding.is_none() && !embeds {
        return Step::NotNeeded("this run doesn't embed anything".to_owned());
    }
    match find(record) {
        Found::Ask(requests) => Step::Send(requests),
        Found::Unknown(reason) => Step::Skip(reason),
        Found::Missing(reason) if record.inputs.embedding.is_none() => Step::NotNeeded(reason),
        Found::Missing(reason) => Step::failed(reason),
        Found::Item(entry) => judge(record, &entry),
    }
}

fn judge(record: &Record, entry: &Entry<'_>) -> Step {
    let what = format!("{} {}", entry.item.words(), entry.name.unwrap_or(entry.id));
    let wanted = record.inputs.embedding.as_ref().map(|embedding| embedding.item);
    if wanted == Some(Item::Paginated) && entry.item != Item::Paginated {
        return Step::failed(format!("{what} isn't a paginated report, so leave out --paginated"));
    }
    let Some(url) = entry.url else {
        return Step::failed(format!("the API returned no embedUrl for the {what}"));
    };
    let Ok(address) = url::Url::parse(url) else {
        return Step::failed(format!("the embedUrl of the {what} isn't a URL"));
    };
    let host = address.host_str().unwrap_or_default();
    if address.scheme() != "https" || !is_power_bi(host) {
        return Step::failed(format!(
            "the embedUrl of the {what} is at {host}: powerbi-client accepts https addresses of Power BI only"
        ));
    }
    if address.query_pairs().any(|(name, _)| name == "config") {
        Step::passed(format!("{what}: embedUrl at {host}, with its cluster"))
    } else {
        Step::warned(format!(
            "{what}: the embedUrl at {host} names no cluster (config), so it works only for workspaces in the tenant's home region"
        ))
    }
}
