//! Messages of services and client libraries, as they are known: `rules/wording/*.toml`. A text is searched for all of
//! them at once, by words, so that line breaks, escapes and quotes don't matter.

mod matcher;
#[cfg(test)]
mod plain;

use serde::Deserialize;

pub use matcher::{Seen, seen};

use crate::embedded::{MESSAGES, WORDING};

/// A message, as its file tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// How it is worded; `…` stands for what differs each time.
    pub says: Vec<String>,
    /// What it means, in a sentence.
    pub means: String,
    /// Which service or library says it.
    pub by: String,
    /// Who acts on it.
    pub owner: String,
    /// The causes that it can come from, the likeliest first.
    #[serde(default)]
    pub causes: Vec<String>,
    /// How sure its wording and meaning are: `high`, `medium`, `low`.
    pub sure: String,
    /// Pages and threads that back it.
    #[serde(default)]
    pub references: Vec<String>,
    /// Whether something failed when it comes. Not so of a prompt or a warning.
    #[serde(default = "yes")]
    pub failure: bool,
    /// Whether it excludes every cause but the first.
    #[serde(default)]
    pub decides: bool,
}

/// What is read of a message whenever a text is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: &'static str,
    /// Whether something failed when it comes.
    pub failure: bool,
    /// Whether it excludes every cause but the first.
    pub decides: bool,
    /// Whether programs of any kind say it: it counts in a text that names the services, and in no other.
    pub general: bool,
    /// The number of the one code of Entra that it comes with. Absent where its wording is not sure.
    pub code: Option<u32>,
    /// The causes that it can come from, the likeliest first.
    pub causes: &'static [&'static str],
}

/// A message by its id.
#[must_use]
pub fn known(id: &str) -> Option<&'static Known> {
    place(id).map(|at| &MESSAGES[at])
}

/// Whether a message names this cause.
#[must_use]
pub fn names(cause: &str) -> bool {
    MESSAGES.iter().any(|known| known.causes.contains(&cause))
}

/// Every message with its id, as its file tells it.
///
/// # Panics
/// Never in a released binary: the build script has read every file.
#[must_use]
pub fn all() -> Vec<(String, Message)> {
    MESSAGES.iter().zip(WORDING).map(|(known, json)| (known.id.to_owned(), read(json))).collect()
}

/// A message by its id, as its file tells it.
///
/// # Panics
/// As [`all`].
#[must_use]
pub fn message(id: &str) -> Option<Message> {
    place(id).map(|at| read(WORDING[at]))
}

fn place(id: &str) -> Option<usize> {
    MESSAGES.binary_search_by(|known| known.id.cmp(id)).ok()
}

fn read(json: &str) -> Message {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("embedded wording: {why}"))
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_found_by_its_own_words() {
        for (id, message) in all() {
            for saying in &message.says {
                let text = saying.replace('…', " something ");
                let found = seen(&text);
                assert!(found.iter().any(|seen| seen.known.id == id && seen.exact), "{id}: {saying}");
            }
        }
    }

    #[test]
    fn no_wording_is_told_of_two_messages() {
        let words = |saying: &str| {
            saying
                .split('…')
                .map(|part| {
                    crate::words::words(part).iter().map(|word| crate::words::hash(&[&word.text])).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        let mut told = std::collections::BTreeMap::new();
        for (id, message) in all() {
            for saying in &message.says {
                let other = told.insert(words(saying), id.clone()).filter(|other| *other != id);
                assert_eq!(other, None, "{id}: {saying}");
            }
        }
    }

    #[test]
    fn ids_are_in_order_and_known() {
        assert!(MESSAGES.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert_eq!(all().len(), MESSAGES.len());
        assert!(known("no-such-message").is_none());
    }
}
