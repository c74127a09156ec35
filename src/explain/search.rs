//! Finds the terms that words are about, as the search of the runbook's site does: `client secret`, `workspace role`.

use std::collections::BTreeSet;

use super::people::PEOPLE;
use super::{Catalogue, Entry, Kind};
use crate::rule::Prevalence;

/// So many terms are told.
const MOST_FOUND: usize = 8;
/// More words aren't looked at: what is asked may be a page of text.
const MOST_WORDS: usize = 16;

/// What is known of a term, in the words that are compared.
struct Document<'e> {
    entry: &'e Entry,
    /// The words of its names.
    names: BTreeSet<String>,
    /// The words of its line, its kind and what it is a part of.
    line: BTreeSet<String>,
    /// Of a cause: the words that explain it.
    meaning: BTreeSet<String>,
    /// The words of what it is a part of: `workspace role`.
    within: BTreeSet<String>,
    /// What makes it likelier to be meant than another that fits as well.
    favour: usize,
}

/// A word that is looked for.
struct Word {
    root: String,
    /// The words that people use in its place.
    same: Vec<String>,
    /// How rare it is: few terms have a rare word, which tells more.
    weight: usize,
}

/// The terms with all of some words, the best first.
pub(super) fn find(catalogue: &Catalogue<'_>, asked: &str) -> Vec<Entry> {
    Index::of(catalogue).best(asked, 0)
}

/// The terms that may be meant where none has all of the words: each misspelt word counts for the nearest known one, and
/// half of the words are enough.
pub(super) fn near(catalogue: &Catalogue<'_>, asked: &str) -> Vec<Entry> {
    let index = Index::of(catalogue);
    let words: Vec<String> = asked.split_whitespace().map(|word| index.spelt(word)).collect();
    let found = index.best(&words.join(" "), 0);
    if found.is_empty() { index.best(asked, roots(asked).len() / 2) } else { found }
}

struct Index<'e> {
    documents: Vec<Document<'e>>,
}

impl<'e> Index<'e> {
    fn of(catalogue: &'e Catalogue<'_>) -> Self {
        Self { documents: catalogue.terms.iter().map(|entry| document(catalogue, entry)).collect() }
    }

    /// The terms that lack at most so many of the words, the best first.
    fn best(&self, asked: &str, may_lack: usize) -> Vec<Entry> {
        let words: Vec<Word> = roots(asked).into_iter().map(|root| self.word(root)).collect();
        let mut found: Vec<(usize, &Entry)> = self
            .documents
            .iter()
            .filter_map(|document| Some((document.fit(&words, asked, may_lack)?, document.entry)))
            .collect();
        found.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        found.into_iter().take(MOST_FOUND).map(|(_, entry)| entry.clone()).collect()
    }

    fn word(&self, root: String) -> Word {
        let count = self.documents.iter().filter(|document| document.has(&root)).count();
        let weight = (self.documents.len() / count.max(1)).max(1).ilog2() as usize + 1;
        let group = PEOPLE.same.iter().find(|group| group.iter().any(|word| stem(word) == root));
        let same = group.into_iter().flatten().map(|word| stem(word)).filter(|word| *word != root).collect();
        Word { root, same, weight }
    }

    /// A word as it is spelt in the terms, where it is misspelt.
    fn spelt(&self, word: &str) -> String {
        let root = stem(&word.to_lowercase());
        let known = self.documents.iter().flat_map(|document| document.names.iter().chain(&document.line));
        let near = known.map(|known| (strsim::damerau_levenshtein(known, &root), known));
        let nearest = near.min_by_key(|(distance, known)| (*distance, known.len()));
        match nearest {
            Some((1.., known)) if strsim::damerau_levenshtein(known, &root) <= root.chars().count() / 3 => {
                known.clone()
            }
            _ => word.to_owned(),
        }
    }
}

fn document<'e>(catalogue: &Catalogue<'_>, entry: &'e Entry) -> Document<'e> {
    let rule = catalogue.rules.get(&entry.term).filter(|_| entry.kind == Kind::Cause);
    let term = entry.kind.file().and_then(|file| catalogue.glossary.get(file, &entry.term));
    let within = term.and_then(|term| term.within.clone()).unwrap_or_default();
    let of_kind = match entry.kind {
        Kind::Cause => 6,
        Kind::Check => 0,
        _ => 3,
    };
    let often = rule.map_or(0, |rule| match rule.prevalence {
        Prevalence::Common => 6,
        Prevalence::Occasional => 3,
        Prevalence::Rare => 0,
    });
    Document {
        entry,
        names: words_of(&entry.names.join(" ")),
        line: words_of(&format!("{} {} {within}", entry.line, entry.kind.name())),
        meaning: rule.map(|rule| words_of(&rule.explain.cause.own_words())).unwrap_or_default(),
        within: words_of(&within),
        favour: of_kind + often + usize::from(PEOPLE.common.contains(&entry.term)),
    }
}

impl Document<'_> {
    fn has(&self, root: &str) -> bool {
        self.names.contains(root) || self.line.contains(root) || self.meaning.contains(root)
    }

    /// How well it fits, the more the better. `None` where it lacks more of the words, or has none of them itself.
    fn fit(&self, words: &[Word], asked: &str, may_lack: usize) -> Option<usize> {
        let (mut score, mut own, mut lacks) = (self.favour, 0, 0);
        for word in words {
            let one_of = |set: &BTreeSet<String>| set.contains(&word.root);
            let points = match () {
                () if one_of(&self.names) => 4 * word.weight + 4,
                () if one_of(&self.line) => 4 * word.weight,
                () if one_of(&self.meaning) => word.weight,
                () if word.same.iter().any(|same| self.has(same)) => 2,
                () => 0,
            };
            score += points;
            own += usize::from(points > 2 || self.has(&word.root));
            lacks += usize::from(points == 0);
        }
        if lacks > may_lack || own == 0 {
            return None;
        }
        let is_part = self.within.len() == words.len() && words.iter().all(|word| self.within.contains(&word.root));
        let is_named = self.entry.names.iter().any(|name| name.contains(asked));
        Some(score + if is_part { 60 } else { 0 } + if is_named { 20 } else { 0 })
    }
}

/// What is asked, without the words that say nothing.
pub(super) fn telling(asked: &str) -> String {
    let says = |word: &&str| !PEOPLE.ignored.iter().any(|ignored| ignored == word);
    asked.split(' ').filter(says).collect::<Vec<_>>().join(" ")
}

/// The words of what is asked that say something.
fn roots(asked: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in split(asked).into_iter().filter(|word| !PEOPLE.ignored.contains(word)).map(|word| stem(&word)) {
        if !words.contains(&word) && words.len() < MOST_WORDS {
            words.push(word);
        }
    }
    words
}

fn words_of(text: &str) -> BTreeSet<String> {
    split(text).iter().map(|word| stem(word)).collect()
}

/// The words of a text in small letters, without quotes.
fn split(text: &str) -> Vec<String> {
    let plain = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word in its plain form: no plural, no `-ing`, and no `e` at the end, so that `roles` and `role` are the same.
fn stem(word: &str) -> String {
    let bare = |ending: &&str| word.strip_suffix(*ending).filter(|bare| bare.chars().count() > 2);
    let bare = ["ing", "ed", "es", "s"].iter().find_map(bare).unwrap_or(word);
    bare.strip_suffix('e').filter(|bare| bare.chars().count() > 2).unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_in_their_plain_form() {
        assert_eq!(roots("the client secrets, Secret"), ["client", "secret"]);
        assert_eq!(stem("licens\u{e9}es"), "licens\u{e9}");
        assert_eq!(stem("expiring"), stem("expired"));
        assert_eq!(stem("roles"), stem("role"));
        assert_eq!(stem("rls"), "rls", "a short word stays");
        assert!(roots("how do I").is_empty());
    }
}
