//! Finds out what each record of a stream comes to, with what was found out before.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::finding::Verdict;
use super::mask::{Kept, Masked};
use crate::evidence::Evidence;
use crate::import::audit::{self, Columns, Entry, Resource, SignIn, What};
use crate::import::{self, Codes, Failure, Found, Reading, Source};
use crate::powerbi::route::Route;
use crate::report::{FailOn, Outcome, Report, text};
use crate::rule::RuleSet;

/// What is remembered of shapes takes no more than this, in bytes. Then it's forgotten, and found out anew.
const MOST_REMEMBERED: usize = 16 * 1024 * 1024;
/// What a remembered shape takes apart from its text, in bytes.
const OF_A_SHAPE: usize = 512;

/// What a record is diagnosed with.
#[derive(Debug)]
pub struct Knowledge {
    rules: RuleSet,
    codes: Codes,
    kept: Kept,
    facts: BTreeMap<String, Value>,
    fail_on: FailOn,
    /// Records about other resources are left out.
    only_power_bi: bool,
    /// The time by which a token alone is judged, in seconds since 1970.
    now: i64,
}

/// A record and what it comes to.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The overall result.
    pub verdict: Arc<Verdict>,
    /// The record's own ID. Absent where it has none.
    pub id: Option<String>,
    /// The time, as it is written. Absent where its zone isn't known.
    pub time: Option<String>,
    /// The application (client) ID.
    pub application: Option<Arc<str>>,
    /// The user: an ID or a name.
    pub user: Option<Arc<str>>,
    /// What was signed in to.
    pub resource: Option<Resource>,
}

/// What decides what a record comes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Shape {
    SignIn(SignIn, Option<String>),
    Activity(Option<Route>),
    /// What a service said of something that failed.
    Message(String),
    Text(String),
}

/// Finds out what records come to.
#[derive(Debug)]
pub struct Finder<'k> {
    knowledge: &'k Knowledge,
    remembered: HashMap<Shape, Arc<Verdict>>,
    taken: usize,
    healthy: Arc<Verdict>,
}

impl Knowledge {
    /// What is needed to diagnose. `facts`: what the user knows of every record. `now`: the time by which a token alone
    /// is judged, in seconds since 1970.
    #[must_use]
    pub fn new(rules: RuleSet, facts: BTreeMap<String, Value>, fail_on: FailOn, only_power_bi: bool, now: i64) -> Self {
        let (codes, kept) = (Codes::with(rules.code_names()), Kept::of(&rules));
        Self { rules, codes, kept, facts, fail_on, only_power_bi, now }
    }

    /// What a shape comes to.
    fn verdict(&self, shape: &Shape) -> Verdict {
        let reading = match shape {
            Shape::SignIn(sign_in, application) => {
                let identity = audit::Identity { application: application.clone(), ..audit::Identity::default() };
                of_one(sign_in.evidence(&identity))
            }
            Shape::Activity(route) => {
                let entry = Entry { identity: audit::Identity::default(), what: What::FailedActivity(*route) };
                of_one(entry.evidence().unwrap_or_default())
            }
            Shape::Message(message) => {
                Reading { source: Source::Log, failures: audit::failures_in(message, &self.codes), notes: Vec::new() }
            }
            Shape::Text(text) => match import::read(text, &self.codes, self.now) {
                Found::Reading(reading) => reading,
                Found::Bundle(_) => Reading::default(),
            },
        };
        let first = reading.failures.first().map(|failure| &failure.evidence);
        let codes = first.map(codes_of).unwrap_or_default();
        let application = first.and_then(application_of);
        Verdict::of(self.report(reading), codes, application)
    }

    fn report(&self, reading: Reading) -> Report {
        text::of_reading(reading, &self.facts, &self.rules, self.fail_on)
    }
}

impl<'k> Finder<'k> {
    /// A finder that remembers nothing yet.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self { knowledge, remembered: HashMap::new(), taken: 0, healthy: Arc::new(Verdict::HEALTHY) }
    }

    /// What the records of a line come to: none for an empty line. `None` where all of them are left out.
    ///
    /// # Errors
    /// A sentence, where the line is broken JSON.
    pub fn line(&mut self, line: &str) -> Result<Option<Vec<Seen>>, String> {
        let text = line.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if !is_json(text) {
            return Ok(Some(vec![self.worded(text, Shape::Text, audit::Identity::default())]));
        }
        let entries = audit::of_line(text).map_err(|why| broken(&why))?;
        let all = entries.len();
        let seen: Vec<Seen> = entries.into_iter().filter_map(|entry| self.entry(entry, text)).collect();
        Ok((!seen.is_empty() || all == 0).then_some(seen))
    }

    /// What a row of a table comes to. `None` where it's left out.
    ///
    /// # Errors
    /// A sentence, where the row doesn't fit its header line.
    pub fn row(&mut self, columns: &Columns, row: &csv::StringRecord) -> Result<Option<Seen>, String> {
        let entry = columns.entry(row)?;
        Ok(self.entry(entry, ""))
    }

    fn entry(&mut self, entry: Entry, text: &str) -> Option<Seen> {
        let Entry { identity, what } = entry;
        let elsewhere = identity.resource.as_ref().is_some_and(|resource| !resource.is_power_bi);
        if self.knowledge.only_power_bi && elsewhere {
            return None;
        }
        Some(match what {
            What::Failed(sign_in) => {
                let mask = |text: &str| self.knowledge.kept.mask(text);
                let application = identity.application.as_deref().map(mask);
                let shape = Shape::SignIn(sign_in.masked(mask), application);
                let verdict = self.remember(shape);
                Seen::new(verdict, identity)
            }
            What::FailedActivity(route) => Seen::new(self.remember(Shape::Activity(route)), identity),
            What::Message(message) => self.worded(&message, Shape::Message, identity),
            What::FailedJob | What::Succeeded => Seen::new(Arc::clone(&self.healthy), identity),
            What::Other => self.worded(text, Shape::Text, identity),
        })
    }

    fn worded(&mut self, text: &str, shape: fn(String) -> Shape, mut identity: audit::Identity) -> Seen {
        let mut masked = Masked::of(text, &self.knowledge.kept);
        let verdict = self.remember(shape(masked.take_text()));
        let named = || Some(masked.original(verdict.application.as_deref()?).to_owned());
        identity.application = identity.application.or_else(named);
        identity.time = identity.time.or_else(|| import::log::time_of(text).map(str::to_owned));
        Seen::new(verdict, identity)
    }

    fn remember(&mut self, shape: Shape) -> Arc<Verdict> {
        if let Some(known) = self.remembered.get(&shape) {
            return Arc::clone(known);
        }
        let verdict = Arc::new(self.knowledge.verdict(&shape));
        let size = OF_A_SHAPE + if let Shape::Text(text) | Shape::Message(text) = &shape { text.len() } else { 0 };
        if self.taken + size > MOST_REMEMBERED {
            self.remembered.clear();
            self.taken = 0;
        }
        self.taken += size;
        self.remembered.insert(shape, Arc::clone(&verdict));
        verdict
    }
}

impl Seen {
    fn new(verdict: Arc<Verdict>, identity: audit::Identity) -> Self {
        Self {
            verdict,
            id: identity.id,
            time: identity.time.filter(|_| !identity.is_local),
            application: identity.application.map(Arc::from),
            user: identity.user.map(Arc::from),
            resource: identity.resource,
        }
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.verdict.outcome != Outcome::Healthy
    }
}

/// Whether a line is meant as JSON. Python's dictionaries begin with a brace too.
fn is_json(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

/// Why a line isn't JSON, without a word of it.
fn broken(why: &serde_json::Error) -> String {
    if why.is_eof() {
        "the JSON is cut off: the line ends inside it".to_owned()
    } else {
        format!("this isn't valid JSON: the error is at character {}", why.column())
    }
}

fn of_one(evidence: Evidence) -> Reading {
    let failure = Failure { evidence, failed: true, count: 1, first: None, last: None, lines: vec![1] };
    Reading { source: Source::Log, failures: vec![failure], notes: Vec::new() }
}

fn application_of(evidence: &Evidence) -> Option<String> {
    let error = evidence.token.as_ref()?.error.as_ref()?;
    Some(error.quoted.as_ref()?.application.as_ref()?.value.clone())
}

/// The codes of a failure, joined.
fn codes_of(evidence: &Evidence) -> String {
    let codes: Vec<String> = crate::diagnose::codes(evidence).into_iter().map(|(code, _)| code).collect();
    codes.join(" ")
}
