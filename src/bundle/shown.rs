//! What a recorded run was: a document for people and programs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Bundle;
use crate::record::{Cut, World};
use crate::report::page::Page;
use crate::report::{ExchangeEntry, Outcome, PrincipalEntry, Report, Setting, words};
use crate::rule::Confidence;

/// The name and version of the document's form. Within a version members are only added.
const SCHEMA: &str = "pbiauth.run/1";

/// A recorded run.
#[derive(Debug, Serialize)]
pub struct Shown {
    schema: &'static str,
    /// The form of the bundle.
    bundle: String,
    /// The version of the tool that recorded it.
    tool: String,
    world: World,
    /// The time of the machine's clock when it began.
    started: String,
    /// Milliseconds until its last exchange ended.
    ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    /// What the caller meant to do.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    intent: Option<String>,
    probes: Vec<String>,
    only: Vec<String>,
    facts: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<PrincipalEntry>,
    settings: Vec<Setting>,
    exchanges: Vec<ShownExchange>,
    /// What the bundle does not hold, and what stands in its place.
    hidden: Vec<Hidden>,
    outcome: Outcome,
    diagnoses: Vec<Named>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShownExchange {
    /// What it was asked for.
    name: String,
    #[serde(flatten)]
    entry: ExchangeEntry,
}

#[derive(Debug, Serialize)]
struct Named {
    cause: String,
    title: String,
    confidence: Confidence,
}

/// Something that a bundle does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Where it was: a setting, or a part of an exchange.
    pub at: String,
    /// What is kept in its place.
    pub kept: String,
}

impl Shown {
    /// A bundle as it is shown. `report`: what its run says.
    #[must_use]
    pub fn of(bundle: &Bundle, report: Report) -> Self {
        let (inputs, exchanges) = (&bundle.record.inputs, &bundle.record.exchanges);
        let ended = exchanges.iter().map(crate::record::Exchange::ended).max();
        let names = report.exchanges.iter().zip(exchanges);
        let cause =
            |d: crate::report::DiagnosisEntry| Named { cause: d.cause, title: d.title, confidence: d.confidence };
        Self {
            schema: SCHEMA,
            bundle: bundle.schema.clone(),
            tool: bundle.tool.clone(),
            world: inputs.world,
            started: inputs.started.to_string(),
            ms: ended.map_or(0, |ended| u64::try_from(ended.duration_since(inputs.started).as_millis()).unwrap_or(0)),
            cut: bundle.record.cut,
            intent: inputs.intent.as_ref().map(|intent| intent.name.clone()),
            probes: inputs.probes.clone(),
            only: inputs.only.clone(),
            facts: inputs.facts.clone(),
            exchanges: names
                .map(|(entry, exchange)| ShownExchange { name: exchange.request.name.clone(), entry: entry.clone() })
                .collect(),
            hidden: hidden(bundle),
            principal: report.principal,
            settings: report.settings,
            outcome: report.outcome,
            diagnoses: report.diagnoses.into_iter().map(cause).collect(),
            notes: report.notes,
        }
    }

    /// The document as text of so many columns.
    #[must_use]
    pub fn human(&self, width: usize) -> String {
        let mut page = Page::new(width);
        let world = if self.world == World::Sim { "the simulated tenant" } else { "the services" };
        let count = self.exchanges.len();
        page.wrapped(
            "",
            &format!(
                "A run against {world}, started {}, recorded by pbiauth {}: {count} exchanges in {} ms.",
                self.started, self.tool, self.ms
            ),
        );
        match self.cut {
            Some(Cut::Interrupted) => page.wrapped("", "It was interrupted."),
            Some(Cut::Deadline) => page.wrapped("", "It reached its time limit."),
            None => {}
        }
        if let Some(principal) = &self.principal {
            page.section("Who called");
            page.wrapped("    ", &words::principal(principal));
        }
        list(&mut page, "Settings", self.settings.iter().map(words::setting));
        list(&mut page, "Asked for", self.asked());
        list(&mut page, "Known", self.facts.iter().map(|(path, value)| format!("{path} is {value}")));
        page.section("Exchanges");
        for (number, ShownExchange { name, entry }) in self.exchanges.iter().enumerate() {
            page.wrapped(&format!("{:>5}. ", number + 1), &format!("{name}: {}", words::exchange(entry)));
        }
        list(&mut page, "Hidden", self.hidden.iter().map(|hidden| format!("{}: {}", hidden.at, hidden.kept)));
        list(&mut page, "Notes", self.notes.iter().cloned());
        page.section("Diagnosis");
        for Named { cause, title, confidence } in &self.diagnoses {
            page.wrapped("    - ", &format!("{}: {title} ({cause})", words::word(confidence)));
        }
        if self.diagnoses.is_empty() {
            page.wrapped("    ", &words::word(&self.outcome));
        }
        page.into_text()
    }

    fn asked(&self) -> impl Iterator<Item = String> {
        let intent = self.intent.iter().map(|intent| format!("for {intent}"));
        let probes = self.probes.iter().map(|probe| format!("probe {probe}"));
        intent.chain(probes).chain(self.only.iter().map(|check| format!("only {check}")))
    }
}

fn list(page: &mut Page, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        page.section(title);
        for line in lines {
            page.wrapped("    - ", &line);
        }
    }
}

/// What a bundle does not hold: secrets, of which the form is kept, and tokens and people.
fn hidden(bundle: &Bundle) -> Vec<Hidden> {
    let mut hidden = Vec::new();
    let given = bundle.record.inputs.given.iter().filter(|(_, given)| given.text.is_none());
    for (field, given) in given {
        hidden.push(Hidden { at: words::word(field), kept: format!("its format: {}", given.form.describe()) });
    }
    if let Some(token) = bundle.record.inputs.token.as_ref().and_then(|token| serde_json::to_value(token).ok()) {
        in_value(&token, "the access token that you passed", &mut hidden);
    }
    let exchanges = bundle.record.exchanges.iter().enumerate();
    let sent: Vec<String> = exchanges
        .clone()
        .filter(|(_, exchange)| exchange.request.bearer.is_some())
        .map(|(number, _)| (number + 1).to_string())
        .collect();
    if !sent.is_empty() {
        let at = format!("header Authorization of exchanges {}", sent.join(", "));
        hidden.push(Hidden { at, kept: "only that a token was sent".to_owned() });
    }
    for (number, exchange) in exchanges {
        let at = format!("exchange {}", number + 1);
        for (name, part) in &exchange.request.form {
            if matches!(part, crate::record::Part::Secret(_)) {
                hidden.push(Hidden { at: format!("{at}, field {name}"), kept: "only that it was sent".to_owned() });
            }
        }
        if let Some(reply) = exchange.reply() {
            let headers = serde_json::to_value(&reply.headers).unwrap_or_default();
            in_value(&headers, &format!("{at}, response headers"), &mut hidden);
            if let Some(json) = reply.json() {
                in_value(json, &format!("{at}, answer"), &mut hidden);
            }
        }
    }
    hidden
}

/// What stands in an answer in the place of something else.
fn in_value(value: &Value, at: &str, hidden: &mut Vec<Hidden>) {
    const LABELS: [&str; 3] = ["[secret]", "[client secret]", "[access token]"];
    match value {
        Value::Object(map) => {
            if map.get("claims").is_some_and(Value::is_object) && map.contains_key("form") {
                let kept = "its header and claims, without signature".to_owned();
                hidden.push(Hidden { at: at.to_owned(), kept });
            }
            for (name, inner) in map {
                in_value(inner, &format!("{at}, {name}"), hidden);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| in_value(item, at, hidden)),
        Value::String(text) if crate::redact::is_alias(text) || LABELS.iter().any(|label| text.contains(label)) => {
            let found =
                Hidden { at: at.to_owned(), kept: format!("\"{}\"", text.chars().take(80).collect::<String>()) };
            if !hidden.contains(&found) {
                hidden.push(found);
            }
        }
        _ => {}
    }
}
