//! What the model looks at: words, pairs of words, pieces of words, and facts. Each by a hash of its name.

use std::collections::HashMap;
use std::ops::Range;

use super::MOST;
use crate::words::{Word, hash, words};

/// Something that a text has, with how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The hash of its name.
    pub hash: u32,
    /// Which kind it is of: each kind is brought to one length of its own.
    pub kind: Kind,
    /// The words that it comes from, by their places among the words. Empty for a fact.
    pub words: Vec<Range<usize>>,
}

/// The kinds of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A word, or two in a row.
    Words,
    /// Three to five characters of a word.
    Pieces,
    /// A fact of the evidence.
    Fact,
}

/// The shortest and longest pieces, in characters.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;

/// The features of a text and of facts. Their order is that of their first place.
#[must_use]
pub fn features<'t>(text: &'t str, facts: &[String]) -> (Vec<Word<'t>>, Vec<Feature>) {
    let end = (0..=text.len().min(MOST)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let words = words(&text[..end]);
    let mut found = Collector::default();
    for (at, word) in words.iter().enumerate() {
        found.add(Kind::Words, hash(&["w", &word.text]), at..at + 1);
        if let Some(next) = words.get(at + 1) {
            found.add(Kind::Words, hash(&["w", &word.text, " ", &next.text]), at..at + 2);
        }
        if !word.masked {
            found.pieces(&word.text, at);
        }
    }
    for fact in facts {
        found.add(Kind::Fact, hash(&["f", fact]), 0..0);
    }
    (words, found.features)
}

#[derive(Default)]
struct Collector {
    features: Vec<Feature>,
    places: HashMap<u32, usize>,
}

impl Collector {
    fn add(&mut self, kind: Kind, hash: u32, words: Range<usize>) {
        let at = *self.places.entry(hash).or_insert_with(|| {
            self.features.push(Feature { hash, kind, words: Vec::new() });
            self.features.len() - 1
        });
        self.features[at].words.push(words);
    }

    /// The pieces of a word, with a space at each of its ends.
    fn pieces(&mut self, word: &str, at: usize) {
        let padded = format!(" {word} ");
        let mut starts: Vec<usize> = padded.char_indices().map(|(start, _)| start).collect();
        starts.push(padded.len());
        for length in PIECES {
            for ends in starts.windows(length + 1) {
                self.add(Kind::Pieces, hash(&["c", &padded[ends[0]..ends[length]]]), at..at + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_pairs_pieces_and_facts_are_features() {
        let (words, found) = features("not found not", &["call.status=404".to_owned()]);
        assert_eq!(words.len(), 3);
        let count = |kind| found.iter().filter(|feature| feature.kind == kind).count();
        assert_eq!((count(Kind::Words), count(Kind::Fact)), (4, 1), "not, found, not found, found not");
        assert_eq!(found[0].words, [0..1, 2..3], "a word that comes twice is one feature");
        assert!(count(Kind::Pieces) > 8);
    }
}
