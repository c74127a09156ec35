//! What differs between two recorded runs. Times, ids of requests and lengths of life differ in every run, and are
//! left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Bundle;
use crate::caller_snapshot;
use crate::evidence::api::read_problem;
use crate::record::{Exchange, Field, Outcome};
use crate::report::page::Page;
use crate::report::{CheckEntry, Report, Setting, words};

/// The name and version of the document's form. Within a version members are only added.
const SCHEMA: &str = "pbiauth.diff/1";

/// What differs between two runs.
#[derive(Debug, Serialize)]
pub struct Diff {
    schema: &'static str,
    /// The earlier run.
    one: Run,
    /// The later run.
    other: Run,
    /// Whether nothing differs.
    pub same: bool,
    /// What makes the runs those of different callers, in sentences.
    about: Vec<String>,
    /// The differences, part by part.
    changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
struct Run {
    file: String,
    started: String,
    tool: String,
}

/// A difference.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    part: Part,
    /// What differs: a setting, a claim, a check.
    at: String,
    /// What it was. Absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    one: Option<String>,
    /// What it is. Absent where it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
}

/// The parts of a run that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What was given: values, of secrets their forms.
    Settings,
    /// What the token says of the caller.
    Claims,
    /// What the checks came to.
    Checks,
    /// What the services answered.
    Answers,
    /// What the caller sees.
    Lists,
    /// The causes that are named.
    Diagnoses,
}

/// A run with its report, as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'r> {
    /// The file's name.
    pub file: &'r str,
    /// The run.
    pub bundle: &'r Bundle,
    /// What it says.
    pub report: &'r Report,
}

impl Diff {
    /// What differs between two runs.
    #[must_use]
    pub fn of(one: Side<'_>, other: Side<'_>) -> Self {
        let mut changes = Vec::new();
        compare(&mut changes, Part::Settings, &settings(one), &settings(other));
        token(&mut changes, claims(one), claims(other));
        compare(&mut changes, Part::Checks, &checks(one, other), &checks(other, one));
        let (was, is) = (answers(one), answers(other));
        // What only one run asked, its checks tell.
        let both = |answers: &Values, too: &Values| {
            answers.iter().filter(|(name, _)| too.contains_key(*name)).map(|(n, v)| (n.clone(), v.clone())).collect()
        };
        compare(&mut changes, Part::Answers, &both(&was, &is), &both(&is, &was));
        for list in ["workspaces", "reports"] {
            lists(&mut changes, list, one, other);
        }
        compare(&mut changes, Part::Diagnoses, &diagnoses(one), &diagnoses(other));
        let run = |side: Side<'_>| Run {
            file: side.file.to_owned(),
            started: side.bundle.record.inputs.started.to_string(),
            tool: side.bundle.tool.clone(),
        };
        Self {
            schema: SCHEMA,
            one: run(one),
            other: run(other),
            same: changes.is_empty(),
            about: about(one, other),
            changes,
        }
    }

    /// The differences as text of so many columns.
    #[must_use]
    pub fn human(&self, width: usize) -> String {
        let mut page = Page::new(width);
        for (name, run) in [("before", &self.one), ("after", &self.other)] {
            page.wrapped(&format!("{name:<7} "), &format!("{}, started {}", run.file, run.started));
        }
        if self.same || !self.about.is_empty() {
            page.gap();
        }
        for sentence in &self.about {
            page.wrapped("", sentence);
        }
        if self.same {
            page.line("No differences except times and request IDs.");
        }
        for part in self.changes.chunk_by(|one, other| one.part == other.part) {
            page.section(part[0].part.title());
            let (blocked, told): (Vec<&Change>, Vec<&Change>) = part.iter().partition(|change| change.is_blocked());
            for change in told {
                page.change(&change.at, change);
            }
            for alike in blocked.chunk_by(|one, other| one.other == other.other) {
                let names: Vec<&str> = alike.iter().map(|change| change.at.as_str()).collect();
                page.change(&names.join(", "), alike[0]);
            }
        }
        page.into_text()
    }
}

impl Page {
    fn change(&mut self, at: &str, change: &Change) {
        self.wrapped("    ", at);
        // Of checks that were not made for one reason, each passed for its own.
        let was = change.one.as_deref().map(|one| if change.is_blocked() { "passed" } else { one });
        for (sign, value) in [("      - ", was), ("      + ", change.other.as_deref())] {
            if let Some(value) = value {
                self.wrapped(sign, value);
            }
        }
    }
}

impl Change {
    /// Whether it is a check that passed and was not made any more, as another failed.
    fn is_blocked(&self) -> bool {
        let begins = |value: &Option<String>, word: &str| value.as_ref().is_some_and(|value| value.starts_with(word));
        self.part == Part::Checks && begins(&self.one, "passed: ") && begins(&self.other, "skipped: ")
    }
}

impl Part {
    const fn title(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Claims => "Token claims",
            Self::Checks => "Checks",
            Self::Answers => "Answers",
            Self::Lists => "Visible to the caller",
            Self::Diagnoses => "Diagnoses",
        }
    }
}

type Values = BTreeMap<String, String>;

fn compare(changes: &mut Vec<Change>, part: Part, one: &Values, other: &Values) {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for at in names {
        let (was, is) = (one.get(at), other.get(at));
        if was != is {
            changes.push(Change { part, at: at.clone(), one: was.cloned(), other: is.cloned() });
        }
    }
}

/// Values by name; of a secret its form.
fn settings(side: Side<'_>) -> Values {
    let inputs = &side.bundle.record.inputs;
    // Every token has a length of its own.
    let token = inputs.get(Field::AccessToken).map(|given| format!("a token with {}", given.form.kind.words()));
    let shown = |setting: &Setting| match (&setting.value, &token) {
        (Some(value), _) => value.clone(),
        (None, Some(token)) if setting.name == words::word(&Field::AccessToken) => token.clone(),
        (None, _) => format!("a secret of {}", setting.form),
    };
    let given = side.report.settings.iter().map(|setting| (setting.name.clone(), shown(setting)));
    let intent = inputs.intent.iter().map(|intent| ("for".to_owned(), intent.name.clone()));
    let lists = [("probe", &inputs.probes), ("only", &inputs.only)];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
    let lists = lists.map(|(name, names)| (name.to_owned(), names.join(", ")));
    let facts = inputs.facts.iter().map(|(path, value)| (format!("fact {path}"), value.to_string()));
    given.chain(intent).chain(lists).chain(facts).collect()
}

fn claims(side: Side<'_>) -> Values {
    caller_snapshot::claims_of(&side.bundle.record)
        .into_iter()
        .map(|(name, values)| (name, values.join(", ")))
        .collect()
}

/// What differs in the claims; where only one run had a token, that alone.
fn token(changes: &mut Vec<Change>, one: Values, other: Values) {
    let had = |claims: &Values| claims.get("audience").cloned().map(|audience| format!("a token for {audience}"));
    if one.is_empty() != other.is_empty() {
        let [one, other] = [one, other].map(|claims| had(&claims).unwrap_or_else(|| "no token".to_owned()));
        changes.push(Change { part: Part::Claims, at: "token".to_owned(), one: Some(one), other: Some(other) });
        return;
    }
    compare(changes, Part::Claims, &one, &other);
}

/// The checks by id: their status, and where the other run's is another the reason too.
fn checks(side: Side<'_>, other: Side<'_>) -> Values {
    let status_of = |id: &str| other.report.checks.iter().find(|check| check.id == id).map(|check| check.status);
    let words = |check: &CheckEntry| {
        let status = words::word(&check.status);
        let same = status_of(&check.id) == Some(check.status);
        if same { status } else { format!("{status}: {}", words::because(check)) }
    };
    side.report.checks.iter().map(|check| (check.id.clone(), words(check))).collect()
}

/// What was answered to each request: of several attempts the last.
fn answers(side: Side<'_>) -> Values {
    let exchanges = &side.bundle.record.exchanges;
    exchanges.iter().map(|exchange| (exchange.request.name.clone(), answer(exchange))).collect()
}

fn answer(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Failure(failure) => format!("no answer: {}", failure.fault.words()),
        Outcome::Reply(reply) => {
            let said = reply.json().map(read_problem).unwrap_or_default();
            let error = reply.json().and_then(|json| json.get("error")?.as_str());
            let codes = reply.json().and_then(|json| json.get("error_codes")?.as_array()).into_iter().flatten();
            let info = reply.header("x-powerbi-error-info");
            let mut words = vec![reply.status.to_string()];
            words.extend(error.or(info).map(str::to_owned).or(said.code));
            words.extend(codes.map(|code| format!("AADSTS{code}")));
            words.join(" ")
        }
    }
}

/// The workspaces or reports that one of two runs was shown and the other was not, where both lists are known.
fn lists(changes: &mut Vec<Change>, list: &str, one: Side<'_>, other: Side<'_>) {
    let seen = |side: Side<'_>| caller_snapshot::seen(&side.bundle.record, list);
    let (Some(was), Some(is)) = (seen(one), seen(other)) else { return };
    let named = |entries: BTreeMap<String, String>| -> Values {
        entries.into_iter().map(|(id, name)| (format!("{list}: {id}"), name)).collect()
    };
    compare(changes, Part::Lists, &named(was), &named(is));
}

fn diagnoses(side: Side<'_>) -> Values {
    let named = side.report.diagnoses.iter().enumerate();
    named
        .map(|(place, diagnosis)| {
            (
                diagnosis.cause.clone(),
                format!("{}. {}: {}", place + 1, words::word(&diagnosis.confidence), diagnosis.title),
            )
        })
        .collect()
}

/// Who the two runs are of, where that differs.
fn about(one: Side<'_>, other: Side<'_>) -> Vec<String> {
    let names: [(&str, &str, &str); 3] =
        [("tenant", "tenant", "tenants"), ("client-id", "client_id", "applications"), ("", "object_id", "principals")];
    let of = |side: Side<'_>, setting: &str, claim: &str| {
        let claimed = claims(side).remove(claim);
        claimed.or_else(|| settings(side).remove(setting)).map(|id| id.trim().to_lowercase())
    };
    let differing = names.into_iter().filter_map(|(setting, claim, word)| {
        let (was, is) = (of(one, setting, claim)?, of(other, setting, claim)?);
        (was != is).then(|| format!("The runs have different {word}: {was} and {is}."))
    });
    differing.collect()
}
