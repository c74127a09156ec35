//! What changed for a caller between two rounds, in sentences. Nothing that differs in every run is a change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::page::clean;
use super::{DiagnosisEntry, Outcome, Report, words};
use crate::check::Run;
use crate::check::expectation::{SECRET_DAYS, expected_of, judge};
use crate::evidence::{service_time, settings_of, sign_in};
use crate::record::{Expected, Record};
use crate::rule::Confidence;

/// So many days before its end a credential is told.
const SOON: i64 = 30;
/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What a round knows of a caller.
#[derive(Debug)]
pub struct Snapshot {
    /// The causes that are believed, each in a line.
    causes: BTreeMap<String, String>,
    /// What the caller could do.
    could: Expected,
    /// The tenant settings that are known: by their title whether they are on. Empty where none is.
    switches: BTreeMap<String, &'static str>,
    /// The days that a certificate is still good for. Absent without one.
    certificate: Option<i64>,
    /// The end of the secret, in seconds since 1970, and the days from which it was reckoned. Absent where nobody told.
    secret: Option<(i64, i64)>,
    /// The time of the round.
    at: Timestamp,
}

impl Snapshot {
    /// What a round knows, and what changed since the one before it. Without one, everything is new. `None` where no
    /// service answered, or the run was cut short: then nothing is known.
    #[must_use]
    pub fn take(run: &Run, report: &Report, before: Option<&Self>) -> Option<(Self, Vec<String>)> {
        if report.outcome == Outcome::Incomplete || run.record.cut.is_some() {
            return None;
        }
        let record = &run.record;
        let snapshot = Self {
            causes: causes(report),
            could: could(record),
            switches: switches(record),
            certificate: sign_in::certificate(record, service_time(record)).and_then(|read| read.days_left),
            secret: secret_end(record, before),
            at: record.inputs.started,
        };
        let mut changes = snapshot.diagnoses(before);
        changes.extend(before.into_iter().flat_map(|before| lost(record, before)));
        changes.extend(snapshot.switched(before));
        changes.extend(snapshot.ending(before));
        Some((snapshot, changes.into_iter().map(|change| clean(&change)).collect()))
    }

    fn diagnoses(&self, before: Option<&Self>) -> Vec<String> {
        let only = |ours: &BTreeMap<String, String>, theirs: Option<&BTreeMap<String, String>>, word: &str| {
            let only = ours.iter().filter(|(cause, _)| theirs.is_none_or(|theirs| !theirs.contains_key(*cause)));
            only.map(|(cause, line)| format!("{word}: {cause}: {line}")).collect::<Vec<_>>()
        };
        let mut found = only(&self.causes, before.map(|before| &before.causes), "new");
        found.extend(before.into_iter().flat_map(|before| only(&before.causes, Some(&self.causes), "gone")));
        found
    }

    fn switched(&self, before: Option<&Self>) -> Vec<String> {
        let was = |title: &String| before.and_then(|before| before.switches.get(title));
        let changed = self.switches.iter().filter_map(|(title, is)| Some((title, was(title)?, is)));
        let changed = changed.filter(|(_, was, is)| was != is);
        changed
            .map(|(title, was, is)| format!("switched: the tenant setting \"{title}\" was {was} and is {is}"))
            .collect()
    }

    /// The credentials that come near their end, each once.
    fn ending(&self, before: Option<&Self>) -> Vec<String> {
        let both = [
            ("certificate", self.certificate, before.and_then(|before| before.certificate)),
            ("secret", self.secret_days(), before.and_then(Self::secret_days)),
        ];
        let is_soon = |days: i64| (0..=SOON).contains(&days);
        let near = both.into_iter().filter_map(|(what, days, was)| Some((what, days?, was)));
        let near = near.filter(|(_, days, was)| is_soon(*days) && !was.is_some_and(is_soon));
        near.map(|(what, days, _)| format!("expires soon: the {what} is valid for {days} more days")).collect()
    }

    fn secret_days(&self) -> Option<i64> {
        self.secret.map(|(end, _)| (end - self.at.as_second()).div_euclid(DAY))
    }
}

/// The first cause, and those that are not merely what else it may be.
fn causes(report: &Report) -> BTreeMap<String, String> {
    let believed = |(place, found): &(usize, &DiagnosisEntry)| *place == 0 || found.confidence > Confidence::Possible;
    let causes = report.diagnoses.iter().enumerate().filter(believed);
    causes.map(|(_, found)| (found.cause.clone(), words::headline(found))).collect()
}

/// What a caller can no longer do, as a run before a deployment is compared with a known-good one.
fn lost(record: &Record, before: &Snapshot) -> Vec<String> {
    let mut now = record.clone();
    now.inputs.expected = vec![before.could.clone()];
    judge(&now).missing.into_iter().map(|missing| format!("lost: {missing}")).collect()
}

/// What the caller has. Its checks are left out: where one fails, a cause is named.
fn could(record: &Record) -> Expected {
    let Expected { permissions, workspaces, reports, role, .. } = expected_of(record, String::new());
    Expected { permissions, workspaces, reports, role, ..Expected::default() }
}

fn switches(record: &Record) -> BTreeMap<String, &'static str> {
    let settings = settings_of(record).and_then(|(settings, _)| serde_json::to_value(settings).ok());
    let Some(Value::Object(settings)) = settings else { return BTreeMap::new() };
    let read = settings.into_iter().filter_map(|(key, setting)| {
        let title = setting.get("title").and_then(Value::as_str).map_or(key, str::to_owned);
        let is = |name: &str| setting.get(name).and_then(Value::as_bool);
        let state = match (is("enabled")?, is("for_everybody")) {
            (false, _) => "off",
            (true, Some(false)) => "on for some groups",
            (true, _) => "on",
        };
        Some((title, state))
    });
    read.collect()
}

/// A person tells in how many days the secret ends: from the day on which they first said so.
fn secret_end(record: &Record, before: Option<&Snapshot>) -> Option<(i64, i64)> {
    let days = record.inputs.facts.get(SECRET_DAYS).and_then(Value::as_i64)?;
    let known = before.and_then(|before| before.secret).filter(|(_, told)| *told == days);
    let end = || record.inputs.started.as_second().saturating_add(days.saturating_mul(DAY));
    Some(known.unwrap_or_else(|| (end(), days)))
}
