//! What was taken out, and where: never the value.

use std::collections::BTreeMap;

use serde::Serialize;

use super::What;
use super::alias::Alias;

/// More aliases than this are counted and not listed.
const MOST_ENTRIES: usize = 10_000;
/// More places of one alias than this are counted and not named.
const MOST_PLACES: usize = 20;

/// Where something stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A line, from 1.
    Line(usize),
    /// A place in a JSON document (RFC 6901).
    Pointer(String),
}

/// One value that was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it was.
    pub what: What,
    /// What stands in its place.
    pub alias: String,
    /// Its length in characters, as it was written first.
    pub length: usize,
    /// How often it stood there.
    pub count: usize,
    /// Its first places.
    pub places: Vec<Place>,
}

/// What was taken out of a file.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: BTreeMap<Alias, Entry>,
    unlisted: usize,
}

impl Ledger {
    /// What was taken out, by its kind and number.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many places are counted only, as their aliases are too many.
    #[must_use]
    pub const fn unlisted(&self) -> usize {
        self.unlisted
    }

    pub(super) fn add(&mut self, alias: &Alias, length: usize, place: &Place) {
        if !self.entries.contains_key(alias) && self.entries.len() >= MOST_ENTRIES {
            self.unlisted += 1;
            return;
        }
        let entry = self.entries.entry(*alias).or_insert_with(|| Entry {
            what: alias.what,
            alias: alias.to_string(),
            length,
            count: 0,
            places: Vec::new(),
        });
        entry.count += 1;
        if entry.places.len() < MOST_PLACES && !entry.places.contains(place) {
            entry.places.push(place.clone());
        }
    }
}
