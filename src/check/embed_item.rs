//! Which item is embedded, where it is shown, and with what configuration.

use serde_json::{Value, json};

use super::items::{Place, is_blank, workspace};
use crate::evidence::{all_entries, matching};
use crate::intent::Intent;
use crate::powerbi::request::{DASHBOARDS, entries, get, segment};
use crate::record::{Embedding, Field, HostPage, Item, Method, Part, Record, Reply, Request, Service};
use crate::secret::{Kind, SecretRef};

/// The item of a run.
pub(super) enum Found<'r> {
    /// It is this one.
    Item(Entry<'r>),
    /// These answers are needed first.
    Ask(Vec<Request>),
    /// None is known, for this reason; why is told by another check.
    Unknown(String),
    /// There is none, for this reason.
    Missing(String),
}

/// An item, as the API shows it.
pub(super) struct Entry<'r> {
    /// What it is.
    pub(super) item: Item,
    /// Its id.
    pub(super) id: &'r str,
    /// Its name. Absent where the API shows none.
    pub(super) name: Option<&'r str>,
    /// Where it is shown. Absent where the API shows no address.
    pub(super) url: Option<&'r str>,
}

/// The item that is embedded; in a run that embeds none, the report that was asked for.
pub(super) fn find(record: &Record) -> Found<'_> {
    let wanted = record.inputs.embedding.as_ref().map_or(Item::Report, |embedding| embedding.item);
    if wanted == Item::Dashboard { dashboard(record) } else { report(record) }
}

fn report(record: &Record) -> Found<'_> {
    let Some(given) = record.inputs.get(Field::Report) else {
        return Found::Missing("no report was named (--report)".to_owned());
    };
    let shown = record.reply("report").filter(|reply| reply.is_success()).and_then(Reply::json);
    let listed = || matching(all_entries(record, "reports")?, given).first().copied();
    let Some(entry) = shown.or_else(listed) else {
        return Found::Unknown("the report is not known".to_owned());
    };
    let kind = entry.get("reportType").and_then(Value::as_str);
    let item = if kind == Some("PaginatedReport") { Item::Paginated } else { Item::Report };
    entry_of(entry, item)
}

fn dashboard(record: &Record) -> Found<'_> {
    let Some(given) = record.inputs.get(Field::Dashboard) else {
        return Found::Missing("no dashboard was named (--dashboard)".to_owned());
    };
    if is_blank(given) {
        return Found::Missing(format!("{} is empty", given.from));
    }
    let folder = match workspace(record) {
        Place::Ask(requests) => return Found::Ask(requests),
        Place::Nowhere(reason) => return Found::Unknown(reason),
        Place::Mine => String::new(),
        Place::Id(id) => format!("groups/{}/", segment(&id)),
    };
    let Some(exchange) = record.answer(DASHBOARDS) else {
        return Found::Ask(vec![get(&record.inputs.hosts, DASHBOARDS, &format!("{folder}dashboards"))]);
    };
    let Some(list) = exchange.reply().and_then(entries) else {
        return Found::Unknown("the dashboards couldn't be listed".to_owned());
    };
    let asked = given.text.as_deref().unwrap_or_default().trim();
    let member = if given.form.kind == Kind::Guid { "id" } else { "displayName" };
    let is_it = |entry: &&Value| {
        entry.get(member).and_then(Value::as_str).is_some_and(|text| text == asked || text.eq_ignore_ascii_case(asked))
    };
    match list.iter().find(is_it) {
        Some(entry) => entry_of(entry, Item::Dashboard),
        None => Found::Missing(format!("the workspace has no dashboard {asked}")),
    }
}

fn entry_of(entry: &Value, item: Item) -> Found<'_> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(id) = text("id") else { return Found::Unknown("the API returned no ID for the item".to_owned()) };
    Found::Item(Entry { item, id, name: text("name").or_else(|| text("displayName")), url: text("embedUrl") })
}

/// Whether the users of what is embedded bring their own access token.
pub(super) fn for_organization(record: &Record) -> bool {
    record.inputs.intent.as_ref().is_some_and(Intent::embeds_for_users)
}

/// The request that shows the item in a browser, with the configuration that powerbi-client gets; the token stays out.
pub(super) fn show(record: &Record, entry: &Entry<'_>, embedding: &Embedding, url: &str) -> Request {
    let own = for_organization(record);
    let mut config = json!({
        "type": if entry.item == Item::Dashboard { "dashboard" } else { "report" },
        "id": entry.id,
        "embedUrl": url,
        "tokenType": u8::from(!own),
    });
    if entry.item == Item::Report {
        let editing = u8::from(embedding.edit);
        config["permissions"] = editing.into();
        config["viewMode"] = editing.into();
    }
    if let (true, Place::Id(group)) = (own, workspace(record)) {
        config["groupId"] = group.into();
    }
    let token = if own { SecretRef::AccessToken } else { SecretRef::EmbedToken };
    let page = embedding.page.clone().unwrap_or_default();
    for (name, value) in page.config {
        config[name] = value;
    }
    let url = config.get("embedUrl").and_then(Value::as_str).filter(|own| !own.is_empty()).unwrap_or(url).to_owned();
    Request {
        bearer: Some(token),
        headers: page.policy.map(|policy| (HostPage::POLICY.to_owned(), Part::Text(policy))).into_iter().collect(),
        json: Some(config),
        ..Request::new(crate::evidence::embed::EMBED, Service::PowerBi, Method::Embed, url)
    }
}
