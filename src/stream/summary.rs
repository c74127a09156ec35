//! The failures of a stream together: by cause, application, user, resource and hour.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::Seen;
use super::finding::Named;
use crate::import::audit;
use crate::report::Outcome;

/// The name and version of the form. Within a version members are only added.
pub const SUMMARY_SCHEMA: &str = "pbiauth.summary/1";
/// More groups aren't kept apart: the records of others are counted as cut.
const MOST_GROUPS: usize = 10_000;
/// More hours of all groups together aren't kept apart.
const MOST_HOURS: usize = 200_000;
/// So many IDs of records are remembered, twice: a record that comes again much later is counted again.
const MOST_IDS: usize = 500_000;
/// Of the lines that can't be read the first are named.
const MOST_UNREAD: usize = 20;

/// The summary of a stream of records.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "pbiauth.summary/1")]
pub struct Summary {
    /// The name and version of this format: `pbiauth.summary/1`.
    #[schemars(extend("const" = SUMMARY_SCHEMA))]
    schema: &'static str,
    /// How many records were read, not counting repeated ones.
    pub(super) records: u64,
    /// How many records repeat another one (same ID). They aren't counted anywhere else.
    pub(super) repeated: u64,
    /// How many records concern other resources and were left out.
    pub(super) left_out: u64,
    /// How many records have each outcome.
    pub(super) outcomes: BTreeMap<&'static str, u64>,
    /// The failures, the most frequent first.
    pub(super) groups: Vec<Group>,
    /// The first lines that couldn't be read, and why.
    pub(super) unread: Vec<Unread>,
    /// What isn't in the groups. Absent if every failure is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cut: Option<Cut>,
    #[serde(skip)]
    index: HashMap<Place, usize>,
    #[serde(skip)]
    users: HashMap<Arc<str>, usize>,
    #[serde(skip)]
    ids: Ids,
    #[serde(skip)]
    hours: usize,
}

/// The failures with the same cause, application, user and resource.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Group {
    /// The first cause, or `unexplained`.
    pub(super) cause: String,
    /// How sure it is. Absent for `unexplained`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<crate::rule::Confidence>,
    /// Who acts. Absent for `unexplained`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    /// The codes, for `unexplained`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) codes: String,
    /// The application (client) ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application: Option<String>,
    /// The user, under an alias: `user-1` is the first one in the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    /// The resource that the user or application signed in to: an application ID or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<String>,
    /// The number of records.
    pub(super) count: u64,
    /// The line of the first record.
    pub(super) line: u64,
    /// How many records in each hour of UTC.
    pub(super) hours: BTreeMap<String, u64>,
}

/// A line that couldn't be read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Unread {
    /// The line, from 1.
    pub(super) line: u64,
    /// The reason for the result.
    pub(super) why: String,
}

/// What isn't in the groups, because memory is limited.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct Cut {
    /// Failures that aren't in any group, because there are too many groups.
    pub(super) records: u64,
    /// Failures whose hour isn't kept.
    pub(super) hours: u64,
}

/// What makes two failures of one group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    cause: Arc<str>,
    codes: Arc<str>,
    application: Option<Arc<str>>,
    user: Option<Arc<str>>,
    resource: Option<String>,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            schema: SUMMARY_SCHEMA,
            records: 0,
            repeated: 0,
            left_out: 0,
            outcomes: BTreeMap::new(),
            groups: Vec::new(),
            unread: Vec::new(),
            cut: None,
            index: HashMap::new(),
            users: HashMap::new(),
            ids: Ids::default(),
            hours: 0,
        }
    }
}

impl Summary {
    /// Counts a record.
    pub fn add(&mut self, line: u64, seen: &Seen) {
        if seen.id.as_ref().is_some_and(|id| !self.ids.is_new(id)) {
            self.repeated += 1;
            return;
        }
        self.records += 1;
        *self.outcomes.entry(word(seen.verdict.outcome)).or_default() += 1;
        if let Some(cause) = seen.verdict.cause() {
            self.count(line, cause, seen);
        }
    }

    /// Counts a record that is about another resource.
    pub const fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// Counts a record that can't be read.
    pub fn unread(&mut self, line: u64, why: &str) {
        self.records += 1;
        *self.outcomes.entry(word(Outcome::Incomplete)).or_default() += 1;
        if self.unread.len() < MOST_UNREAD {
            self.unread.push(Unread { line, why: why.to_owned() });
        }
    }

    fn count(&mut self, line: u64, cause: &str, seen: &Seen) {
        let unexplained = seen.verdict.diagnoses.is_empty();
        let place = Place {
            cause: cause.into(),
            codes: if unexplained { seen.verdict.codes.as_str().into() } else { "".into() },
            application: seen.application.clone(),
            user: seen.user.clone(),
            resource: seen.resource.as_ref().map(|resource| resource.name.clone()),
        };
        let at = match self.index.get(&place) {
            Some(at) => *at,
            None if self.groups.len() >= MOST_GROUPS => {
                self.cut.get_or_insert_default().records += 1;
                return;
            }
            None => {
                let alias = place.user.clone().map(|user| self.alias(user));
                self.groups.push(Group::new(line, &place, alias, seen.verdict.diagnoses.first()));
                self.index.insert(place, self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        let group = &mut self.groups[at];
        group.count += 1;
        let Some(hour) = seen.time.as_deref().and_then(audit::hour) else { return };
        match group.hours.get_mut(&hour) {
            Some(count) => *count += 1,
            None if self.hours >= MOST_HOURS => self.cut.get_or_insert_default().hours += 1,
            None => {
                self.hours += 1;
                group.hours.insert(hour, 1);
            }
        }
    }

    fn alias(&mut self, user: Arc<str>) -> String {
        let next = self.users.len() + 1;
        format!("user-{}", self.users.entry(user).or_insert(next))
    }

    /// The summary, with its groups in order: the most frequent first, then by the first line.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.groups.sort_by_key(|group| (std::cmp::Reverse(group.count), group.line));
        self
    }
}

impl Group {
    fn new(line: u64, place: &Place, user: Option<String>, first: Option<&Named>) -> Self {
        Self {
            cause: place.cause.to_string(),
            confidence: first.map(|first| first.confidence),
            owner: first.map(|first| first.owner.clone()),
            codes: place.codes.to_string(),
            application: place.application.as_deref().map(str::to_owned),
            user,
            resource: place.resource.clone(),
            count: 0,
            line,
            hours: BTreeMap::new(),
        }
    }
}

/// The JSON schema of [`Summary`], as it is written.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Summary>().to_value()
}

/// The IDs of records that came, the oldest forgotten.
#[derive(Debug, Clone, Default)]
struct Ids {
    recent: HashSet<u64>,
    before: HashSet<u64>,
    hasher: std::hash::RandomState,
}

impl Ids {
    fn is_new(&mut self, id: &str) -> bool {
        use std::hash::BuildHasher as _;
        let id = self.hasher.hash_one(id);
        if self.before.contains(&id) || !self.recent.insert(id) {
            return false;
        }
        if self.recent.len() >= MOST_IDS {
            self.before = std::mem::take(&mut self.recent);
        }
        true
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Healthy => "healthy",
        Outcome::Problem => "problem",
        Outcome::Unexplained => "unexplained",
        Outcome::Incomplete => "incomplete",
    }
}
