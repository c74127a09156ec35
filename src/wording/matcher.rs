//! Finds messages in a text: exactly, word for word with gaps where they differ each time, and else nearly.

use std::ops::Range;

use super::Known;
use crate::embedded::{ANCHORS, MESSAGES, SAID, SAYINGS};
use crate::words::{Word, hash, words};

/// A gap of a message is of at most so many words.
const WIDEST_GAP: usize = 14;
/// The share of a message's words that a text has to have, in their order, to be nearly it.
const NEARLY: f32 = 0.75;
/// A shorter message is found exactly or not at all, in words.
const SHORTEST_NEARLY: usize = 6;
/// In place of a word: anything.
const GAP: u32 = 0;

/// A message in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The message.
    pub known: &'static Known,
    /// Whether it is there word for word.
    pub exact: bool,
    /// Whether other software may well say it in the same words: it counts in a text that names the services, and in no
    /// other.
    pub plain: bool,
    /// Where it is, in bytes.
    pub place: Range<usize>,
}

/// The messages in a text, each once: where it is exact, or else where it is first nearly so.
#[must_use]
pub fn seen(text: &str) -> Vec<Seen> {
    let words = words(text);
    let hashes: Vec<u32> = words.iter().map(|word| hash(&[&word.text])).collect();
    let mut found: Vec<Seen> = Vec::new();
    for (at, word) in hashes.iter().enumerate() {
        for (saying, place) in anchored(*word) {
            let (message, plain, [start, end]) = SAYINGS[saying];
            let (known, says) = (&MESSAGES[message], &SAID[start..end]);
            if found.iter().any(|seen| seen.known.id == known.id && seen.exact) {
                continue;
            }
            if let Some(range) = exactly(says, place, &hashes, at) {
                found.retain(|seen| seen.known.id != known.id);
                found.push(Seen { known, exact: true, plain, place: bytes(&words, &range) });
            } else if !found.iter().any(|seen| seen.known.id == known.id)
                && let Some(range) = nearly(says, place, &hashes, at)
            {
                found.push(Seen { known, exact: false, plain, place: bytes(&words, &range) });
            }
        }
    }
    found.sort_by_key(|seen| (seen.place.start, seen.known.id));
    found
}

/// The wordings that have a word as one of their anchors, each with the word's place in it.
fn anchored(word: u32) -> impl Iterator<Item = (usize, usize)> {
    let first = ANCHORS.partition_point(|(hash, ..)| *hash < word);
    ANCHORS[first..].iter().take_while(move |(hash, ..)| *hash == word).map(|(_, saying, place)| (*saying, *place))
}

fn bytes(words: &[Word<'_>], range: &Range<usize>) -> Range<usize> {
    words[range.start].place.start..words[range.end - 1].place.end
}

/// Where a wording is as a whole, in words, if its word at `place` is the text's at `at`.
fn exactly(says: &[u32], place: usize, text: &[u32], at: usize) -> Option<Range<usize>> {
    let gaps = says[..place].iter().filter(|word| **word == GAP).count();
    let latest = (at + gaps).checked_sub(place)?;
    let earliest = latest.saturating_sub(gaps * (WIDEST_GAP + 1));
    (earliest..=latest).rev().find_map(|start| {
        let end = follow(says, text.get(start..)?, 0)? + start;
        (start..end).contains(&at).then_some(start..end)
    })
}

/// How many words of a text a wording takes, from its start on.
fn follow(says: &[u32], text: &[u32], taken: usize) -> Option<usize> {
    match says.split_first() {
        None | Some((&GAP, [])) => Some(taken),
        Some((&GAP, rest)) => (0..=WIDEST_GAP.min(text.len())).find_map(|gap| follow(rest, &text[gap..], taken + gap)),
        Some((word, rest)) => (text.first() == Some(word)).then(|| follow(rest, &text[1..], taken + 1))?,
    }
}

/// Where a wording is nearly, in words: most of its words in their order, within a stretch not much longer than it.
fn nearly(says: &[u32], place: usize, text: &[u32], at: usize) -> Option<Range<usize>> {
    let said: Vec<u32> = says.iter().copied().filter(|word| *word != GAP).collect();
    if said.len() < SHORTEST_NEARLY {
        return None;
    }
    let slack = said.len() / 3 + (says.len() - said.len()) * WIDEST_GAP / 2;
    let start = at.saturating_sub(place + slack);
    let end = (at + said.len() - place.min(said.len() - 1) + slack).min(text.len());
    #[expect(clippy::cast_precision_loss, reason = "a message has few words")]
    let share = common(&said, &text[start..end]) as f32 / said.len() as f32;
    (share >= NEARLY).then_some(start..end)
}

/// The length of the longest common subsequence.
fn common(one: &[u32], other: &[u32]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (at, theirs) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == theirs { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<u32> {
        text.split(' ').map(|word| if word == "…" { GAP } else { hash(&[word]) }).collect()
    }

    #[test]
    fn a_gap_takes_any_few_words() {
        let says = hashes("the user … is gone");
        assert_eq!(exactly(&says, 1, &hashes("see the user a b c is gone now"), 2), Some(1..8));
        assert_eq!(exactly(&says, 4, &hashes("the user is gone"), 3), Some(0..4));
        assert_eq!(exactly(&says, 1, &hashes("the user a is here"), 1), None);
    }

    #[test]
    fn most_words_in_their_order_are_nearly_it() {
        let says = hashes("interaction is currently in progress please ensure that it has been completed");
        let near = hashes("interaction currently in progress please make sure that it has been completed");
        assert!(nearly(&says, 2, &near, 1).is_some());
        assert!(nearly(&says, 2, &hashes("the refresh is currently in progress and has been for hours"), 3).is_none());
        assert!(nearly(&hashes("one two"), 0, &hashes("one two"), 0).is_none(), "too short to be nearly anything");
    }
}
