//! SARIF 2.1.0: a rule and a result for each cause, as code scanning takes them. Alternatives to the believed one are in
//! its message.
//!
//! Only what is written here of the standard's many members; a test holds it against the published schema.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::format::{json as document, json_listing};
use super::page::clean;
use super::{DiagnosisEntry, FactEntry, Outcome, Report, Setting, words};
use crate::rule::Severity;

/// Where the standard keeps its schema.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Code scanning wants a file for every result. Where a cause rests on no setting in a file, the settings file stands
/// for it.
const FILE: &str = "pbiauth.toml";
/// The rule of a failure with no known cause.
const UNEXPLAINED: &str = "unexplained";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Run>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    /// What tells the runs of a log apart; code scanning demands it of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_details: Option<Value>,
    invocations: [Invocation; 1],
    results: Vec<Finding>,
    properties: Value,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: String,
    rules: Vec<Descriptor>,
}

/// A `reportingDescriptor`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Value,
    properties: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time_utc: Option<String>,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Value; 1],
    partial_fingerprints: Map<String, Value>,
    properties: Value,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

/// The reports as a SARIF log: a run each.
pub(super) fn render(report: &Report) -> String {
    document(&Log { runs: vec![run(report)], ..Log::empty() })
}

/// Several reports as a log with a run each.
pub(super) fn write(reports: impl Iterator<Item = Report>, out: &mut dyn Write) -> std::io::Result<()> {
    json_listing(&Log::empty(), reports.map(|report| run(&report)), out)
}

impl Log {
    const fn empty() -> Self {
        Self { schema: SCHEMA, version: "2.1.0", runs: Vec::new() }
    }
}

fn run(report: &Report) -> Run {
    let leading = words::leading(report);
    let mut rules: Vec<Descriptor> = leading.iter().map(|diagnosis| descriptor(diagnosis)).collect();
    let mut results: Vec<Finding> =
        leading.iter().enumerate().map(|(place, diagnosis)| finding(report, diagnosis, place)).collect();
    if report.outcome == Outcome::Unexplained {
        results.push(unexplained(report, rules.len()));
        rules.push(unexplained_rule());
    }
    let driver = Driver { name: "pbiauth", version: report.tool.version.clone(), rules };
    let name = report.profile.as_deref().map(clean);
    Run {
        tool: Tool { driver },
        automation_details: name.map(|name| json!({ "id": format!("pbiauth/{name}/") })),
        invocations: [invocation(report)],
        results,
        properties: json!({ "origin": report.origin, "outcome": report.outcome }),
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn message(lines: &[String]) -> Message {
    let lines: Vec<String> = lines.iter().map(|line| clean(line)).collect();
    Message { text: lines.join("\n") }
}

fn descriptor(diagnosis: &DiagnosisEntry) -> Descriptor {
    Descriptor {
        id: diagnosis.cause.clone(),
        short_description: message(std::slice::from_ref(&diagnosis.title)),
        help_uri: diagnosis.references.first().cloned(),
        default_configuration: json!({ "level": level(diagnosis.severity) }),
        properties: json!({ "tags": ["power-bi", diagnosis.area], "owner": diagnosis.owner }),
    }
}

fn finding(report: &Report, diagnosis: &DiagnosisEntry, place: usize) -> Finding {
    let because: Vec<String> =
        words::evidence(&diagnosis.because, false).into_iter().map(|fact| clean(&words::fact(report, fact))).collect();
    let mut lines = words::plain(diagnosis);
    if place == 0 {
        lines.extend(words::alternatives(report));
    }
    Finding {
        rule_id: diagnosis.cause.clone(),
        rule_index: place,
        level: level(diagnosis.severity),
        message: message(&lines),
        locations: [location(&diagnosis.area, place_of(report, diagnosis))],
        partial_fingerprints: fingerprint(&diagnosis.cause),
        properties: json!({
            "rank": place + 1,
            "confidence": diagnosis.confidence,
            "owner": diagnosis.owner,
            "because": because,
        }),
    }
}

fn unexplained(report: &Report, place: usize) -> Finding {
    let lines: Vec<String> = std::iter::once(report.verdict()).chain(words::reasons(report)).collect();
    Finding {
        rule_id: UNEXPLAINED.to_owned(),
        rule_index: place,
        level: "error",
        message: message(&lines),
        locations: [location(UNEXPLAINED, None)],
        partial_fingerprints: fingerprint(UNEXPLAINED),
        properties: json!({}),
    }
}

fn unexplained_rule() -> Descriptor {
    Descriptor {
        id: UNEXPLAINED.to_owned(),
        short_description: Message { text: "a failure with no known cause".to_owned() },
        help_uri: None,
        default_configuration: json!({ "level": "error" }),
        properties: json!({ "tags": ["power-bi"] }),
    }
}

/// The file and line of the first setting that a diagnosis rests on. `None` where it rests on none in a file.
fn place_of<'r>(report: &'r Report, diagnosis: &DiagnosisEntry) -> Option<(&'r str, usize)> {
    let names = |fact: &FactEntry, from: &str| {
        fact.from == from || fact.value.as_array().is_some_and(|items| items.iter().any(|item| item == from))
    };
    let rests_on = |from: &str| diagnosis.because.iter().any(|fact| names(fact, from));
    let is_meant = |setting: &&Setting| rests_on(&setting.from) || setting.variable.as_deref().is_some_and(rests_on);
    let mut settings = report.settings.iter().filter(is_meant);
    settings.find_map(|setting| Some((setting.from.rsplit_once(", ")?.0, setting.line?)))
}

fn location(area: &str, place: Option<(&str, usize)>) -> Value {
    let (file, line) = place.unwrap_or((FILE, 1));
    json!({
        "physicalLocation": { "artifactLocation": { "uri": uri(file) }, "region": { "startLine": line } },
        "logicalLocations": [{ "name": area, "kind": "namespace" }],
    })
}

/// A path as the standard writes it.
fn uri(path: &str) -> String {
    clean(path).replace('\\', "/").replace('%', "%25").replace(' ', "%20")
}

/// A cause that stays is one alert, however its words change from run to run.
fn fingerprint(cause: &str) -> Map<String, Value> {
    Map::from_iter([("pbiauthCause/v1".to_owned(), Value::from(cause))])
}

fn invocation(report: &Report) -> Invocation {
    let incomplete = report.outcome == Outcome::Incomplete;
    let note = |level, text: &str| Notification { level, message: Message { text: clean(text) } };
    let mut notes: Vec<Notification> = report.notes.iter().map(|text| note("note", text)).collect();
    if incomplete {
        notes.insert(0, note("error", &report.verdict()));
    }
    Invocation {
        execution_successful: !incomplete,
        exit_code: report.exit,
        start_time_utc: report.started.clone(),
        tool_execution_notifications: notes,
    }
}
