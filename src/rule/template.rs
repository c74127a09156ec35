//! Sentences with facts in them: `application {{ credential.client_id.value | that you named }}`.

use serde::Deserialize;
use serde_json::Value;

use crate::evidence::{Bound, Found, View};
use crate::shell;

/// A text with places for facts. What stands behind a bar is said where the fact is not known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Fact { path: String, otherwise: String },
}

impl Template {
    /// The words that are always there, with a space for each fact.
    #[must_use]
    pub fn own_words(&self) -> String {
        let words = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Fact { .. } => " ",
        });
        words.collect()
    }

    /// Reads a template.
    ///
    /// # Errors
    /// A sentence, when a place is not closed, has no path, or nothing is said for when its fact is not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inside, after) = after.split_once("}}").ok_or("\"{{\" is not closed by \"}}\"")?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (path, otherwise) = inside.split_once('|').ok_or_else(|| {
                format!("\"{{{{{inside}}}}}\" needs words for when the fact is not known: {{{{ path | words }}}}")
            })?;
            if path.trim().is_empty() {
                return Err("\"{{ }}\" needs the path of a fact".to_owned());
            }
            pieces.push(Piece::Fact { path: path.trim().to_owned(), otherwise: otherwise.trim().to_owned() });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { pieces })
    }

    /// The paths that it names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Fact { path, .. } => Some(path.as_str()),
        })
    }

    /// The text with facts in it.
    #[must_use]
    pub fn fill(&self, view: &View, bound: Option<Bound<'_>>) -> String {
        self.fill_with(view, bound, in_words)
    }

    /// The same as a command line: facts are quoted where a shell would read more than the text.
    #[must_use]
    pub fn fill_command(&self, view: &View, bound: Option<Bound<'_>>) -> String {
        self.fill_with(view, bound, |value| shell::quoted(&in_words(value)))
    }

    fn fill_with(&self, view: &View, bound: Option<Bound<'_>>, words: impl Fn(&Value) -> String) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Fact { path, otherwise } => match view.find(path, bound) {
                    Found::Value(value) => text.push_str(&words(value)),
                    Found::Absent | Found::Unknown => text.push_str(otherwise),
                },
            }
        }
        text
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

/// A value as a sentence has it: texts without quotes, lists with commas.
#[must_use]
pub fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    #[test]
    fn what_is_not_known_is_said_in_words() {
        let template = Template::parse("tenant {{ tenant.id | that you named }}.").expect("a template");
        let mut evidence = Evidence::default();
        assert_eq!(template.fill(&View::of(&evidence), None), "tenant that you named.");
        evidence.tenant = Some(crate::evidence::tenant::Tenant { id: Some("t-1".to_owned()), ..Default::default() });
        assert_eq!(template.fill(&View::of(&evidence), None), "tenant t-1.");
    }

    #[test]
    fn a_broken_place_is_refused() {
        for text in ["{{ tenant.id", "{{ tenant.id }}", "{{ | words }}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
