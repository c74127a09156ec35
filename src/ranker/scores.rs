//! What the model says of a text: how probable each class is, and the words that weighed most.

use super::NO_FAILURE;
use super::features::{Feature, Kind, features};
use super::weights::Weights;
use crate::words::Word;

/// Facts weigh as much as this, against texts whose words weigh 1 together.
pub const WEIGHT_OF_A_FACT: f32 = 0.2;
/// More words than these aren't one phrase.
const LONGEST_PHRASE: usize = 8;

/// How probable each class is of a text.
#[derive(Debug)]
pub struct Scores<'t> {
    words: Vec<Word<'t>>,
    known: Vec<Known>,
    /// The classes with their probability, the most probable first. They add up to 1.
    pub ranked: Vec<(&'t str, f32)>,
}

/// A feature that the model knows.
#[derive(Debug)]
struct Known {
    feature: Feature,
    place: usize,
    value: f32,
}

/// Words of the text that speak for a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// Where they are in the text, in bytes.
    pub place: std::ops::Range<usize>,
    /// How much they weigh.
    pub weight: f32,
}

impl<'t> Scores<'t> {
    /// Weighs a text and its facts. `None` where it has nothing that the model knows.
    #[must_use]
    pub fn of(text: &'t str, facts: &[String], weights: &Weights<'t>) -> Option<Self> {
        let (words, found) = features(text, facts);
        let known = known(found, weights);
        if !known.iter().any(|known| known.feature.kind == Kind::Words) {
            return None;
        }
        let mut sums: Vec<f32> = weights.classes().iter().map(|class| class.bias).collect();
        for known in &known {
            for (class, weight) in weights.entries(known.place) {
                sums[class] += weight * known.value;
            }
        }
        let names = weights.classes().iter().map(|class| class.name);
        let mut ranked: Vec<(&str, f32)> = names.zip(softmax(&sums)).collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        Some(Self { words, known, ranked })
    }

    /// How probable it is that the text shows no failure of this field.
    #[must_use]
    pub fn no_failure(&self) -> f32 {
        self.of_class(NO_FAILURE)
    }

    /// How probable a class is. 0 for one that the model doesn't know.
    #[must_use]
    pub fn of_class(&self, name: &str) -> f32 {
        self.ranked.iter().find(|(class, _)| *class == name).map_or(0.0, |(_, probable)| *probable)
    }

    /// The phrases that speak most for a class, the weightiest first.
    #[must_use]
    pub fn phrases(&self, name: &str, most: usize, weights: &Weights<'t>) -> Vec<Phrase> {
        let Some(class) = weights.classes().iter().position(|class| class.name == name) else { return Vec::new() };
        let mut each = vec![0.0; self.words.len()];
        for known in &self.known {
            let Some((_, weight)) = weights.entries(known.place).find(|(of, _)| *of == class) else { continue };
            let places: usize = known.feature.words.iter().map(std::ops::Range::len).sum();
            for at in known.feature.words.iter().cloned().flatten() {
                #[expect(clippy::cast_precision_loss, reason = "a text has few words")]
                let share = weight * known.value / places as f32;
                each[at] += share;
            }
        }
        let mut phrases = self.runs(&each);
        phrases.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        phrases.truncate(most);
        phrases
    }

    /// Words in a row that speak for it, each run as one phrase.
    fn runs(&self, each: &[f32]) -> Vec<Phrase> {
        let least = each.iter().copied().fold(0.0, f32::max) / 5.0;
        let mut phrases: Vec<Phrase> = Vec::new();
        let mut length = 0;
        for (word, weight) in self.words.iter().zip(each) {
            let speaks = *weight > least;
            match phrases.last_mut().filter(|_| speaks && (1..LONGEST_PHRASE).contains(&length)) {
                Some(phrase) => {
                    phrase.place.end = word.place.end;
                    phrase.weight += weight;
                }
                None if speaks => {
                    phrases.push(Phrase { place: word.place.clone(), weight: *weight });
                    length = 0;
                }
                None => {}
            }
            length = if speaks { length + 1 } else { 0 };
        }
        phrases
    }
}

/// The features that the model knows, each kind brought to one length.
fn known(found: Vec<Feature>, weights: &Weights<'_>) -> Vec<Known> {
    let mut known: Vec<Known> = found
        .into_iter()
        .filter_map(|feature| {
            let place = weights.place(feature.hash)?;
            #[expect(clippy::cast_precision_loss, reason = "a text has few words")]
            let often = 1.0 + (feature.words.len() as f32).ln();
            Some(Known { value: often * weights.rarity(place), feature, place })
        })
        .collect();
    for kind in [Kind::Words, Kind::Pieces] {
        let of_kind = || known.iter().filter(|known| known.feature.kind == kind);
        let length = of_kind().map(|known| known.value * known.value).sum::<f32>().sqrt();
        known.iter_mut().filter(|known| known.feature.kind == kind).for_each(|known| known.value /= length);
    }
    known.iter_mut().filter(|known| known.feature.kind == Kind::Fact).for_each(|known| known.value = WEIGHT_OF_A_FACT);
    known
}

fn softmax(sums: &[f32]) -> Vec<f32> {
    let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = sums.iter().map(|sum| (sum - most).exp()).collect();
    let all: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / all).collect()
}
