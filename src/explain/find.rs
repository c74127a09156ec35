//! Finds the terms that a word means, or those that are near to it.

use super::{AADSTS, Answer, Catalogue, Entry, Kind, Page, SCHEMA, build, search};
use crate::rule::set::is_number;
use crate::wording;

/// So many near terms are told.
const MOST_NEAR: usize = 5;
/// A message is looked for in what was asked from so many characters on.
const SHORTEST_MESSAGE: usize = 12;
/// The OAuth errors that tell the kind of a failure whose number is not known.
const COARSE: [&str; 7] = [
    "invalid_client",
    "invalid_grant",
    "interaction_required",
    "invalid_request",
    "unauthorized_client",
    "invalid_scope",
    "invalid_resource",
];

impl Catalogue<'_> {
    /// What there is to say of a word: of a term by any of its names, in any case.
    #[must_use]
    pub fn find(&self, asked: &str) -> Answer {
        let shown: String = asked.trim().chars().take(200).collect();
        let word = folded(&shown);
        let mut pages = self.pages_of(&word);
        if pages.is_empty() {
            pages = self.pages_of(&search::telling(&word));
        }
        let mut answer = Answer {
            schema: SCHEMA.to_owned(),
            known: !pages.is_empty(),
            asked: shown,
            pages,
            found: Vec::new(),
            note: String::new(),
            near: Vec::new(),
            hints: Vec::new(),
        };
        if answer.known {
            return answer;
        }
        if let Some(number) = number_in(&word) {
            answer.note = crate::entra::unknown_code(number);
            answer.near = self.neighbours(number);
            answer.hints = self.coarse(&answer.near);
            return answer;
        }
        answer.found = search::find(self, &word);
        answer.known = !answer.found.is_empty();
        // One alone is what was meant.
        if let [one] = answer.found.as_slice() {
            answer.pages.extend(build::page(self, one));
            answer.found.clear();
        }
        if !answer.known {
            answer.note = format!("pbiauth doesn't know \"{}\".", answer.asked);
            answer.near = self.meant(&word);
        }
        answer
    }

    /// The terms that may be meant: by their letters, and where several words were asked for, first by those.
    fn meant(&self, word: &str) -> Vec<Entry> {
        let (by_words, by_letters) = (|| search::near(self, word), || self.near(word));
        let first = if word.contains(' ') { by_words() } else { by_letters() };
        if !first.is_empty() {
            return first;
        }
        if word.contains(' ') { by_letters() } else { by_words() }
    }

    fn pages_of(&self, word: &str) -> Vec<Page> {
        let code = number_in(word).map(|number| format!("{AADSTS}{number}").to_lowercase());
        let word = code.as_deref().unwrap_or(word);
        let is_named = |entry: &&Entry| entry.names.iter().any(|name| name == word);
        let mut found: Vec<&Entry> = self.terms.iter().filter(is_named).collect();
        if found.is_empty() {
            found = self.facts().entries.iter().filter(is_named).collect();
        }
        if found.is_empty() {
            found = self.terms.iter().filter(|entry| entry.kind == Kind::Message && is_quoted(entry, word)).collect();
        }
        let pages: Vec<Page> = found.into_iter().filter_map(|entry| build::page(self, entry)).collect();
        if !pages.is_empty() {
            return pages;
        }
        let path: Vec<Page> = build::of_path(self, word).into_iter().collect();
        if path.is_empty() { self.pages_of_messages(word) } else { path }
    }

    /// The messages of services and libraries in what was asked, or the one of this id.
    fn pages_of_messages(&self, asked: &str) -> Vec<Page> {
        let by_id = wording::known(asked).map(|known| known.id);
        let quoted = wording::seen(asked).into_iter().filter(|seen| seen.exact).map(|seen| seen.known.id);
        let page = |id: &str| Some(build::of_message(self, id, &wording::message(id)?));
        by_id.into_iter().chain(quoted).filter_map(page).collect()
    }

    /// The terms whose names are a few letters away, then those that hold the word.
    fn near(&self, word: &str) -> Vec<Entry> {
        let mut ranked: Vec<(usize, &Entry)> =
            self.entries().filter_map(|entry| Some((distance_to(entry, word)?, entry))).collect();
        ranked.sort();
        ranked.into_iter().take(MOST_NEAR).map(|(_, entry)| entry.clone()).collect()
    }

    /// The numbers that differ in a digit or begin alike.
    fn neighbours(&self, number: &str) -> Vec<Entry> {
        let rank = |entry: &Entry| {
            let other = entry.term.strip_prefix(AADSTS)?;
            let alike = other.bytes().zip(number.bytes()).take_while(|(one, other)| one == other).count();
            let distance = strsim::damerau_levenshtein(other, number);
            (distance <= 1 || alike >= 3).then_some((distance.min(2), usize::MAX - alike, other.len()))
        };
        let mut ranked: Vec<_> = self.terms.iter().filter_map(|entry| Some((rank(entry)?, entry))).collect();
        ranked.sort();
        ranked.into_iter().take(MOST_NEAR).map(|(_, entry)| entry.clone()).collect()
    }

    /// The coarse errors, those of the neighbours first.
    fn coarse(&self, neighbours: &[Entry]) -> Vec<Entry> {
        let of = |entry: &Entry| Some(&self.rules.codes.get(entry.term.strip_prefix(AADSTS)?)?.errors);
        let theirs: Vec<&String> = neighbours.iter().filter_map(of).flatten().collect();
        let mut errors = COARSE;
        errors.sort_by_key(|error| !theirs.iter().any(|their| their == error));
        let entry = |error: &&str| self.terms.iter().find(|e| e.kind == Kind::OauthError && e.term == **error);
        errors.iter().filter_map(entry).cloned().collect()
    }
}

/// A name without case, quotes, doubled blanks, and what stands round an address.
pub(super) fn folded(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let name = name.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | '.' | ':' | ',' | ' '));
    let name = name.strip_prefix("https://").unwrap_or(name);
    let name = name.strip_suffix("/.default").unwrap_or(name);
    name.trim_end_matches('/').to_owned()
}

/// The number of an AADSTS code: with the word before it, also within a text; or alone, from five digits on.
fn number_in(word: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((_, rest)) = word.split_once("aadsts") {
        let rest = rest.trim_start_matches([' ', ':', '-']);
        return rest.get(..digits(rest)).filter(|number| !number.is_empty());
    }
    (is_number(word) && word.len() >= 5).then_some(word)
}

/// Whether one of a message's wordings stands in a text.
fn is_quoted(entry: &Entry, text: &str) -> bool {
    entry.names.iter().any(|name| name.len() >= SHORTEST_MESSAGE && text.contains(name))
}

/// How far a term is from a word: by letters; behind those, by what the word is a part of.
fn distance_to(entry: &Entry, word: &str) -> Option<usize> {
    let names = entry.names.iter();
    names
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(name, word);
            let close = distance <= 1 + word.chars().count().min(name.chars().count()) / 4;
            let holds = word.len() >= 3 && name.contains(word);
            if close { Some(distance) } else { holds.then_some(100 + name.len()) }
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_with_its_word_or_alone() {
        assert_eq!(number_in("aadsts7000215"), Some("7000215"));
        assert_eq!(number_in("error: aadsts50034: the user"), Some("50034"));
        assert_eq!(number_in("7000215"), Some("7000215"));
        assert_eq!(number_in("403"), None, "a status is no code of Entra");
        assert_eq!(number_in("0x7000215"), None);
        assert_eq!(number_in("aadsts"), None);
    }

    #[test]
    fn a_name_is_the_same_in_any_dress() {
        assert_eq!(folded(" \"Embed  content in apps\". "), "embed content in apps");
        assert_eq!(folded("https://analysis.windows.net/powerbi/api/.default"), "analysis.windows.net/powerbi/api");
    }
}
