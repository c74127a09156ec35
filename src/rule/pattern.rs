//! Regular expressions of rules.

use std::sync::OnceLock;

use regex_automata::meta::Regex;

use crate::embedded::WORDS;
use crate::pattern::{compile, may_fit};

/// A regular expression, compiled when it is first needed: hundreds of them would cost a start more than a run.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    /// In small letters: every text that fits holds one. Empty where no word is known.
    words: &'static [&'static str],
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// An expression by its source.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        let source = source.into();
        let known = WORDS.binary_search_by_key(&source.as_str(), |(pattern, _)| pattern);
        Self { words: known.map_or(&[], |at| WORDS[at].1), source, compiled: OnceLock::new() }
    }

    /// The expression as it is written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a text holds a piece that fits.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        may_fit(self.words, text) && self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The first piece of a text that fits.
    #[must_use]
    pub fn piece(&self, text: &str) -> Option<String> {
        let found = self.regex()?.find(text)?;
        Some(text[found.range()].to_owned())
    }

    /// Whether it is one.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.regex().is_some()
    }

    /// Compiles it; what does not compile matches nothing. `rules check` and a test compile all.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn texts(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                texts(&path, found);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push(text);
            }
        }
    }

    #[test]
    fn no_text_that_fits_lacks_the_words() {
        let mut all = Vec::new();
        texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut all);
        let mut fitting = 0;
        for (source, words) in WORDS {
            let pattern = Pattern::new(*source);
            for text in all.iter().filter(|text| pattern.regex().is_some_and(|regex| regex.is_match(text))) {
                assert!(pattern.is_in(text), "{source} needs one of {words:?}, and fits\n{text}");
                fitting += 1;
            }
        }
        assert!(WORDS.len() > 100 && fitting > WORDS.len(), "{} patterns, {fitting} texts", WORDS.len());
    }
}
