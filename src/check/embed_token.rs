//! Asks Power BI for an embed token, as an application that embeds for customers does: for one minute, where nothing is
//! embedded with it.

use serde_json::{Value, json};

use super::embed_item::{Found, find, for_organization};
use super::items::{Place, workspace};
use super::words::{Answer, answer, refusal};
use super::{Check, Stage, Step};
use crate::evidence::embed::{EMBED_TOKEN, EmbedToken, token_of_run};
use crate::evidence::model::model_of_report;
use crate::evidence::{claims_of, service_time};
use crate::powerbi::request::{generate_token, generate_token_for};
use crate::record::{EFFECTIVE_USER, Embedding, Item, Record, Request, Service};

pub(super) const CHECK: Check = Check {
    id: "embed-token",
    title: "Power BI creates an embed token for the item",
    stage: Stage::Embed,
    after: &["report", "embed-config"],
    opt_in: Some("it creates a credential and, without a capacity, uses up a trial token"),
    next,
};

/// A token that lives no longer than this is gone before a visit is over, in seconds.
const SHORT: i64 = 10 * 60;

fn next(record: &Record) -> Step {
    if record.inputs.embedding.is_some() && for_organization(record) {
        return Step::NotNeeded("embedding for your organization uses each user's own access token".to_owned());
    }
    let entry = match find(record) {
        Found::Ask(requests) => return Step::Send(requests),
        Found::Unknown(reason) | Found::Missing(reason) => return Step::Skip(reason),
        Found::Item(entry) => entry,
    };
    let Some(exchange) = record.answer(EMBED_TOKEN) else {
        return Step::Send(vec![request(record, entry.item, entry.id)]);
    };
    match answer(exchange) {
        Answer::NotAsked(reason) => Step::Skip(reason),
        Answer::Nobody(words) => Step::error(words),
        Answer::Service(reply) if reply.is_success() => made(record),
        Answer::Service(reply) => Step::failed(refusal(Service::PowerBi, reply)),
    }
}

fn request(record: &Record, item: Item, id: &str) -> Request {
    let usual = Embedding { minutes: Some(1), ..Embedding::default() };
    let embedding = record.inputs.embedding.as_ref().unwrap_or(&usual);
    let mut body = json!({});
    if let Some(minutes) = embedding.minutes {
        body["lifetimeInMinutes"] = minutes.into();
    }
    if item == Item::Dashboard {
        // The newer request knows no dashboards (errors.tsv G08).
        body["accessLevel"] = "View".into();
        if let Place::Id(group) = workspace(record) {
            return generate_token_for(&record.inputs.hosts, EMBED_TOKEN, &group, "dashboards", id, body);
        }
    }
    let model = model_of_report(record).filter(|_| item == Item::Report);
    body["reports"] =
        json!([if embedding.edit { json!({ "id": id, "allowEdit": true }) } else { json!({ "id": id }) }]);
    body["datasets"] = model.as_ref().map_or_else(|| json!([]), |model| json!([{ "id": model.id }]));
    if let Some(roles) = &embedding.roles {
        let models: Vec<Value> = model.iter().map(|model| model.id.clone().into()).collect();
        body["identities"] = json!([{ "username": EFFECTIVE_USER, "roles": roles, "datasets": models }]);
    }
    generate_token(&record.inputs.hosts, EMBED_TOKEN, body)
}

/// A token was made. A short one is worth a warning, unless a short one was asked for.
fn made(record: &Record) -> Step {
    let asked = record.inputs.embedding.as_ref().map_or(Some(1), |embedding| embedding.minutes);
    let told = token_of_run(record).map(|token| EmbedToken::of(&token, Some(service_time(record))));
    let Some(left) = told.and_then(|told| told.life_left_seconds) else {
        return Step::passed("Power BI created an embed token");
    };
    // Rounded: the answer took a moment.
    let minutes = (left + 30).div_euclid(60);
    let of_access = claims_of(record).and_then(|claims| claims.life_left_seconds);
    if asked.is_none() && left < SHORT {
        let why = if of_access.is_some_and(|life| life < SHORT) {
            ". It can't outlive the access token that requested it. Developer: request embed tokens with a fresh access token"
        } else {
            ""
        };
        return Step::warned(format!("Power BI created an embed token that is valid for only {minutes} minutes{why}"));
    }
    Step::passed(format!("Power BI created an embed token that is valid for {minutes} minutes"))
}
