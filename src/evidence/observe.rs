//! Reads a record: the one way from exchanges to facts.

use serde_json::Value;

use super::api::{Api, Item, List};
use super::claims::Claims;
use super::lists::{all_entries, matching};
use super::model::MODEL;
use super::signature::KEYS;
use super::text::Text;
use super::{
    Evidence, api, candidates, claims, cloud, credential, embed, features, from_exchange, home, intent, model, network,
    run, settings, tenant, token, user,
};
use crate::powerbi::request::{
    CAPACITIES, FABRIC_WORKSPACES, FEATURES, NETWORKING, PROFILES, TENANT_SETTINGS, entries,
};
use crate::record::{Field, Record, Reply, Token, Verification};
use crate::secret::Kind;

/// The facts that a run's inputs and exchanges show. Pure: the same record gives the same evidence.
///
/// What only a reader of pasted text or a check can tell is added to them: `check::observe_run` does both.
#[must_use]
pub fn observe(record: &Record) -> Evidence {
    let mut evidence = Evidence { facts: record.inputs.facts.clone(), ..Evidence::default() };
    evidence.text = Some(Text { pasted: Some(false), ..Text::default() });
    evidence.whole.push("text".to_owned());
    observe_inputs(record, &mut evidence);
    observe_entra(record, &mut evidence);
    observe_network(record, &mut evidence);
    observe_claims(record, &mut evidence);
    let clouds = cloud::of_run(record, evidence.claims.as_ref());
    let home = home::read(&clouds, evidence.tenant.as_ref());
    evidence.clouds = Some(cloud::Clouds { home, ..clouds });
    evidence.whole.push("clouds".to_owned());
    evidence.note_source("clouds", "the hosts and the scope of the run, and its token");
    observe_api(record, &mut evidence);
    evidence.run = evidence.api.as_ref().map(run::Run::of).unwrap_or_default();
    observe_embed(record, &mut evidence);
    let role = evidence.api.as_ref().and_then(|api| api.role);
    let scopes = evidence.claims.as_ref().and_then(|claims| claims.scopes.as_deref());
    evidence.intent = intent::read(record, role, scopes);
    evidence.note_source("intent", "the settings of the run");
    evidence
}

fn observe_inputs(record: &Record, evidence: &mut Evidence) {
    evidence.credential = Some(credential::read(record, service_time(record)));
    evidence.whole.push("credential".to_owned());
    evidence.note_source("credential", "the settings of the run");
    let places = [
        ("credential.tenant", Field::Tenant),
        ("credential.client_id", Field::ClientId),
        ("credential.secret", Field::ClientSecret),
        ("credential.access_token", Field::AccessToken),
        ("credential.certificate", Field::CertificatePath),
        ("credential.assertion", Field::FederatedTokenFile),
        ("credential.assertion.expected_subject", Field::ExpectSubject),
        ("credential.username", Field::Username),
        ("credential.password", Field::Password),
        ("credential.refresh_token", Field::RefreshToken),
        ("credential.scopes", Field::Scope),
    ];
    for (path, field) in places {
        if let Some(given) = record.inputs.get(field) {
            evidence.note_source(path, given.from.clone());
        }
    }
    if let Some((read, from)) = settings_of(record) {
        evidence.settings = Some(read);
        evidence.note_source("settings", from);
    }
}

/// The tenant's settings: as an administrator exported them, else as the caller could read them.
#[must_use]
pub(crate) fn settings_of(record: &Record) -> Option<(settings::Settings, String)> {
    if let Some(export) = &record.inputs.tenant_settings {
        let from = record.inputs.get(Field::TenantSettings).map_or_else(String::new, |given| given.from.clone());
        return Some((settings::read(export)?, from));
    }
    let (at, exchange) = record.find(TENANT_SETTINGS)?;
    let reply = exchange.reply().filter(|reply| reply.is_success())?;
    Some((settings::read(reply.json()?)?, from_exchange(at)))
}

fn observe_entra(record: &Record, evidence: &mut Evidence) {
    evidence.tenant = tenant::read(record);
    if let Some((at, _)) = record.find(tenant::DISCOVERY) {
        evidence.note_source("tenant", from_exchange(at));
    }
    if let Some((at, _)) = record.find(tenant::DISCOVERY_BY_CLIENT_ID) {
        evidence.note_source("tenant.client_id_is_tenant", from_exchange(at));
    }
    if let Some((at, _)) = record.find(token::FEDERATED_TOKEN) {
        evidence.note_source("credential.assertion", from_exchange(at));
    }
    if let (Some(domain), Some((at, _))) = (user::domain(record), record.find(user::REALM)) {
        evidence.user = Some(user::User { domain: Some(domain), ..user::User::default() });
        evidence.note_source("user.domain", from_exchange(at));
    }
    evidence.token = token::read(record);
    if let Some((at, exchange)) = token::answered(record) {
        evidence.note_source("token", from_exchange(at));
        if exchange.reply().is_some_and(|reply| reply.json().is_some()) {
            evidence.whole.push("token".to_owned());
        }
    }
}

fn observe_network(record: &Record, evidence: &mut Evidence) {
    let read = network::read(record);
    for (index, peer) in read.peers.iter().flatten().enumerate() {
        let path = format!("network.peers.{index}");
        evidence.note_source(path.clone(), from_exchange(peer.exchange));
        evidence.whole.push(path);
    }
    evidence.note_source("network", "the exchanges of the run");
    evidence.network = Some(read);
}

fn observe_claims(record: &Record, evidence: &mut Evidence) {
    let Some((_, source)) = token_of(record) else { return };
    evidence.claims = claims_of(record);
    evidence.whole.push("claims".to_owned());
    evidence.note_source("claims", source);
    if let Some((at, _)) = record.find(KEYS) {
        evidence.note_source("claims.signature", from_exchange(at));
    }
}

/// The claims of a run's token, by the services' clock.
#[must_use]
pub(crate) fn claims_of(record: &Record) -> Option<Claims> {
    let (token, _) = token_of(record)?;
    let signature = record.verification.filter(|verdict| *verdict != Verification::NotChecked);
    Some(Claims { signature, ..claims::read(&token, &record.inputs, service_time(record)) })
}

/// The access token of a run, taken apart: the one handed over, or the one that Entra issued.
#[must_use]
pub(crate) fn token_of(record: &Record) -> Option<(Token, String)> {
    if let Some(token) = &record.inputs.token {
        let from = record.inputs.get(Field::AccessToken).map_or_else(String::new, |given| given.from.clone());
        return Some((token.clone(), from));
    }
    let (at, exchange) = token::answered(record)?;
    let parts = exchange.reply()?.json()?.get("access_token")?;
    Some((serde_json::from_value(parts.clone()).ok()?, from_exchange(at)))
}

/// The time by which a token is judged: the services' clock, else this machine's.
pub(crate) fn service_time(record: &Record) -> i64 {
    record
        .exchanges
        .iter()
        .rev()
        .find_map(|e| {
            let reply = e.reply()?;
            (network::replier(e.request.service, reply) == network::Replier::Service).then(|| reply.date())?
        })
        .unwrap_or(record.inputs.started)
        .as_second()
}

fn observe_api(record: &Record, evidence: &mut Evidence) {
    let mut read = api::read(record);
    for (index, call) in read.calls.iter().flatten().enumerate() {
        let path = format!("api.calls.{index}");
        evidence.note_source(path.clone(), call.source.clone());
        evidence.whole.push(path);
    }
    observe_lists(record, &mut read, evidence);
    if read != Api::default() {
        evidence.note_source("api", "the exchanges of the run");
        evidence.api = Some(read);
    }
}

fn observe_embed(record: &Record, evidence: &mut Evidence) {
    evidence.embed = Some(embed::read_run(record, service_time(record)));
    if let (Some(said), Some(text)) = (embed::said(record), &mut evidence.text) {
        // What the browser and the library say is worded as in a text, and no text of anybody's.
        text.excerpt = Some(said);
        text.of_this_field = Some(true);
        text.find_messages();
        text.excerpt = None;
        if embed::was_shown(record) {
            text.keep_what_decides();
        }
        if let Some((at, _)) = record.find(embed::EMBED) {
            evidence.note_source("text.messages", from_exchange(at));
            evidence.note_source("text.similar", from_exchange(at));
        }
    }
    for (path, name) in [("embed", embed::EMBED), ("embed.token", embed::EMBED_TOKEN)] {
        if let Some((at, exchange)) = record.find(name) {
            evidence.note_source(path, from_exchange(at));
            if exchange.reply().is_some() {
                evidence.whole.push(path.to_owned());
            }
        }
    }
}

fn observe_lists(record: &Record, api: &mut Api, evidence: &mut Evidence) {
    let workspaces = all_entries(record, "workspaces");
    if let (Some(list), Some((at, _))) = (&workspaces, record.find("workspaces")) {
        api.workspaces = Some(List { count: Some(list.len()) });
        evidence.note_source("api.workspaces", from_exchange(at));
        evidence.note_source("api.workspace.listed", from_exchange(at));
        evidence.note_source("api.workspace.matches", from_exchange(at));
    }
    api.workspace = item(record, Field::Workspace, workspaces.as_deref(), "workspace");
    let reports = all_entries(record, "reports");
    if let (Some(list), Some((at, _))) = (&reports, record.find("reports")) {
        api.reports = Some(List { count: Some(list.len()) });
        evidence.note_source("api.reports", from_exchange(at));
        evidence.note_source("api.report.listed", from_exchange(at));
    }
    api.report = item(record, Field::Report, reports.as_deref(), "report");
    observe_elsewhere(record, api);
    api.model = model::read(record);
    api.features = features::read_features(record);
    api.capacity = features::read_capacity(record);
    api.inbound = features::read_inbound(record);
    api.fabric = features::read_fabric(record);
    api.profiles = record.reply(PROFILES).and_then(entries).map(|list| List { count: Some(list.len()) });
    let place = api.workspace.as_ref().and_then(|workspace| workspace.id.clone().or_else(|| workspace.asked.clone()));
    api.role = place.and_then(|id| intent::role_in(record, id.trim()));
    let asked = [
        ("api.workspace.shown", "workspace"),
        ("api.report.shown", "report"),
        ("api.model", MODEL),
        ("api.features", FEATURES),
        ("api.capacity", CAPACITIES),
        ("api.inbound", NETWORKING),
        ("api.fabric", FABRIC_WORKSPACES),
        ("api.profiles", PROFILES),
    ];
    for (path, name) in asked {
        if let Some((at, _)) = record.find(name) {
            evidence.note_source(path, from_exchange(at));
        }
    }
}

/// The report that isn't in the workspace may be in others. Where it is in one, that one was meant.
fn observe_elsewhere(record: &Record, api: &mut Api) {
    let found = candidates::elsewhere(record);
    if let (Some(report), [_, ..]) = (&mut api.report, found.as_slice()) {
        report.found_in = Some(found.iter().map(|entry| candidates::words(entry)).collect());
    }
    if let (Some(workspace), [one]) = (&mut api.workspace, found.as_slice()) {
        workspace.meant = one.get("id").and_then(Value::as_str).map(str::to_owned);
    }
}

fn item(record: &Record, field: Field, list: Option<&[&Value]>, request: &str) -> Option<Item> {
    let given = record.inputs.get(field).filter(|given| given.form.kind != Kind::Empty)?;
    let reply = record.reply(request);
    let found: Vec<&Value> = list.map(|list| matching(list.iter().copied(), given)).unwrap_or_default();
    let shown = reply.filter(|reply| reply.is_success()).and_then(Reply::json).or_else(|| found.first().copied());
    let text = |name: &str| shown.and_then(|value| value.get(name)?.as_str()).map(str::to_owned);
    Some(Item {
        asked: given.text.clone(),
        listed: list.map(|_| !found.is_empty()),
        matches: list.map(|_| found.len()),
        shown: reply.map(Reply::is_success),
        id: text("id"),
        name: text("name"),
        on_capacity: shown.and_then(|value| value.get("isOnDedicatedCapacity")?.as_bool()),
        candidates: list.and_then(|list| candidates::of(list, given, &found)),
        meant: list.and_then(|list| candidates::meant(list, given, &found)),
        found_in: None,
        exists_for_others: None,
    })
}
