//! The model's word on one failure.

use super::{Scores, Weights, facts};
use crate::evidence::View;

/// So many phrases are shown for a cause.
const MOST_PHRASES: usize = 3;

/// A phrase without a word of so many letters tells a reader nothing.
const SHORTEST_TOLD: usize = 4;

/// What the words of a text and its facts say.
#[derive(Debug)]
pub struct Opinion<'t> {
    text: &'t str,
    weights: &'t Weights<'t>,
    /// How probable each cause is.
    pub scores: Scores<'t>,
}

impl<'t> Opinion<'t> {
    /// Weighs a text and the facts that were read from it. `None` where nothing in it is known to the model.
    #[must_use]
    pub fn of(text: &'t str, view: &View, weights: &'t Weights<'t>) -> Option<Self> {
        let scores = Scores::of(text, &facts(view), weights)?;
        Some(Self { text, weights, scores })
    }

    /// The phrases that speak most for a cause, as they are in the text. `None` where they are articles and numbers alone,
    /// which no reader takes for a reason.
    #[must_use]
    pub fn phrases(&self, cause: &str) -> Option<String> {
        let mut phrases = self.scores.phrases(cause, MOST_PHRASES, self.weights);
        phrases.sort_by_key(|phrase| phrase.place.start);
        let shown: Vec<String> = phrases
            .into_iter()
            .map(|phrase| self.text[phrase.place].split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|phrase| {
                phrase.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= SHORTEST_TOLD)
            })
            .collect();
        (!shown.is_empty()).then(|| shown.join(" … "))
    }
}
