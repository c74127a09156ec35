//! The two forms in which rule files are read: as somebody writes them, and as the build script puts them into the
//! binary.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::vocabulary::Vocabulary;
use super::{Rule, parse};

/// A rule file.
pub(super) trait Source {
    /// The rule in it.
    ///
    /// # Errors
    /// Every problem of the file, each with its place.
    fn rule(&self, id: &str, area: &str) -> Result<Rule, Vec<Problem>>;

    /// The tables in it, by name.
    ///
    /// # Errors
    /// What keeps them from being read.
    fn tables<T: DeserializeOwned>(&self) -> Result<BTreeMap<String, T>, Vec<Problem>>;

    /// Its text.
    fn text(&self) -> &str;
}

/// TOML, as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'t> {
    /// The text.
    pub(super) text: &'t str,
    /// What paths, values and templates are held against. Absent where nothing is to be held against it.
    pub(super) vocabulary: Option<&'t Vocabulary>,
}

/// JSON, as the binary has it: of files that the tests have read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Built(pub(super) &'static str);

impl Source for Written<'_> {
    fn rule(&self, id: &str, area: &str) -> Result<Rule, Vec<Problem>> {
        parse::parse(id, area, self.text, self.vocabulary)
    }

    fn tables<T: DeserializeOwned>(&self) -> Result<BTreeMap<String, T>, Vec<Problem>> {
        toml::from_str(self.text)
            .map_err(|e| vec![Problem { span: e.span().unwrap_or(0..0), what: e.message().to_owned() }])
    }

    fn text(&self) -> &str {
        self.text
    }
}

impl Source for Built {
    fn rule(&self, id: &str, area: &str) -> Result<Rule, Vec<Problem>> {
        let rule: Rule = serde_json::from_str(self.0).map_err(broken)?;
        Ok(Rule { id: id.to_owned(), area: area.to_owned(), ..rule })
    }

    fn tables<T: DeserializeOwned>(&self) -> Result<BTreeMap<String, T>, Vec<Problem>> {
        serde_json::from_str(self.0).map_err(broken)
    }

    fn text(&self) -> &str {
        self.0
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form of map_err")]
fn broken(why: serde_json::Error) -> Vec<Problem> {
    vec![Problem { span: 0..0, what: why.to_string() }]
}
