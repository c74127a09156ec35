//! Sentences with facts in them: `application {{ credential.client_id.value | that you named }}`.

use serde::Deserialize;
use serde_json::Value;

use crate::evidence::{Bound, Found, View};
use crate::shell;

/// A text with places for facts. The words after a bar are used where the fact isn't known. A part in `[[ ]]` is left
/// out where a fact in it isn't known or is empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A fact; without words only in an optional part, which then goes with it.
    Fact {
        path: String,
        otherwise: Option<String>,
    },
    Optional(Vec<Piece>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A sentence, when a place or an optional part isn't closed, a place has no path, or a text doesn't say what to
    /// write where a fact isn't known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[[") {
            facts(before, &mut pieces)?;
            let (inside, after) = after.split_once("]]").ok_or("\"[[\" is not closed by \"]]\"")?;
            let mut optional = Vec::new();
            facts(inside, &mut optional)?;
            if !optional.iter().any(|piece| matches!(piece, Piece::Fact { otherwise: None, .. })) {
                return Err(format!("\"[[{inside}]]\" needs a fact without words, such as {{{{ path }}}}"));
            }
            pieces.push(Piece::Optional(optional));
            rest = after;
        }
        facts(rest, &mut pieces)?;
        let bare = pieces.iter().find_map(|piece| match piece {
            Piece::Fact { path, otherwise: None } => Some(path),
            _ => None,
        });
        match bare {
            Some(path) => Err(format!(
                "\"{{{{ {path} }}}}\" needs words for when the fact is not known: {{{{ path | words }}}}, or [[ ]] around the part to leave out"
            )),
            None => Ok(Self { pieces }),
        }
    }

    /// The paths that it names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let inner = self.pieces.iter().flat_map(|piece| match piece {
            Piece::Optional(inner) => inner.as_slice(),
            piece => std::slice::from_ref(piece),
        });
        inner.filter_map(|piece| match piece {
            Piece::Fact { path, .. } => Some(path.as_str()),
            Piece::Text(_) | Piece::Optional(_) => None,
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
        let fact = |path: &str| match view.find(path, bound) {
            Found::Value(value) => Some(words(value)).filter(|text| !text.is_empty()),
            Found::Absent | Found::Unknown => None,
        };
        let plain = |piece: &Piece| match piece {
            Piece::Text(words) => Some(words.clone()),
            Piece::Fact { path, otherwise } => fact(path).or_else(|| otherwise.clone()),
            Piece::Optional(_) => None,
        };
        let filled = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Optional(inner) => inner.iter().map(plain).collect::<Option<String>>(),
            piece => plain(piece),
        });
        filled.collect()
    }
}

/// Reads a text with places for facts, without optional parts.
fn facts(text: &str, into: &mut Vec<Piece>) -> Result<(), String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}").ok_or("\"{{\" is not closed by \"}}\"")?;
        if !before.is_empty() {
            into.push(Piece::Text(before.to_owned()));
        }
        let (path, otherwise) = inside.split_once('|').map_or((inside, None), |(path, words)| (path, Some(words)));
        if path.trim().is_empty() {
            return Err("\"{{ }}\" needs the path of a fact".to_owned());
        }
        into.push(Piece::Fact {
            path: path.trim().to_owned(),
            otherwise: otherwise.map(|words| words.trim().to_owned()),
        });
        rest = after;
    }
    if !rest.is_empty() {
        into.push(Piece::Text(rest.to_owned()));
    }
    Ok(())
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
    fn a_part_goes_with_its_fact() {
        let template = Template::parse("the tenant[[ ({{ tenant.id }})]] is blocked").expect("a template");
        let mut evidence = Evidence::default();
        assert_eq!(template.fill(&View::of(&evidence), None), "the tenant is blocked");
        evidence.tenant = Some(crate::evidence::tenant::Tenant { id: Some("t-1".to_owned()), ..Default::default() });
        assert_eq!(template.fill(&View::of(&evidence), None), "the tenant (t-1) is blocked");
        assert_eq!(template.paths().collect::<Vec<_>>(), ["tenant.id"]);
    }

    #[test]
    fn a_broken_place_is_refused() {
        let of_parts = ["[[ {{ tenant.id }}", "[[ no fact ]]", "[[ {{ tenant.id | words }} ]]"];
        for text in ["{{ tenant.id", "{{ tenant.id }}", "{{ | words }}"].into_iter().chain(of_parts) {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
