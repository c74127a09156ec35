//! Sentences with facts in them: `application {{ credential.client_id.value | that you named }}`.

use serde::Deserialize;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::evidence::{Bound, Found, View};
use crate::shell;

/// A text with places for facts. `{{ path | path | words }}` is the first fact that is known, else the words. What stands
/// between `[[` and `]]` is said only where its facts are known; its places need no words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The first of several facts that is known, else the words. Without words: nothing can be said in its place.
    Fact {
        paths: Vec<String>,
        otherwise: Option<String>,
    },
    Optional(Vec<Self>),
}

impl Template {
    /// Its words, with a space for each fact.
    #[must_use]
    pub fn own_words(&self) -> String {
        own_words(&self.pieces)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// A sentence, when a place is not closed, has no path, or nothing is said for when its fact is not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[[") {
            let (inside, after) = after.split_once("]]").ok_or("\"[[\" is not closed by \"]]\"")?;
            pieces.extend(parse_places(before, false)?);
            let optional = parse_places(inside, true)?;
            if !optional.iter().any(|piece| matches!(piece, Piece::Fact { .. })) {
                return Err(format!("\"[[{inside}]]\" needs a fact: [[words {{{{ path }}}}]]"));
            }
            pieces.push(Piece::Optional(optional));
            rest = after;
        }
        pieces.extend(parse_places(rest, false)?);
        Ok(Self { pieces })
    }

    /// The paths that it names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        paths_of(&self.pieces).into_iter()
    }

    /// The text with facts in it.
    #[must_use]
    pub fn fill(&self, view: &View, bound: Option<Bound<'_>>) -> String {
        self.fill_with(view, bound, in_sentence)
    }

    /// The same as a command line: facts are quoted where a shell would read more than the text.
    #[must_use]
    pub fn fill_command(&self, view: &View, bound: Option<Bound<'_>>) -> String {
        self.fill_with(view, bound, |_, value| shell::quoted(&in_words(value)))
    }

    fn fill_with(&self, view: &View, bound: Option<Bound<'_>>, words: impl Fn(&str, &Value) -> String) -> String {
        self.pieces.iter().filter_map(|piece| piece.said(view, bound, &words)).collect()
    }
}

impl Piece {
    /// `None` where a fact is not known and no words stand in its place.
    fn said(&self, view: &View, bound: Option<Bound<'_>>, words: &impl Fn(&str, &Value) -> String) -> Option<String> {
        let known = |path: &String| match view.find(path, bound) {
            Found::Value(value) => Some(words(path, value)),
            Found::Absent | Found::Unknown => None,
        };
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Fact { paths, otherwise } => paths.iter().find_map(known).or_else(|| otherwise.clone()),
            Self::Optional(pieces) => pieces.iter().map(|piece| piece.said(view, bound, words)).collect(),
        }
    }
}

/// The places of a text. `optional`: they need no words.
fn parse_places(text: &str, optional: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}").ok_or("\"{{\" is not closed by \"}}\"")?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let mut paths: Vec<String> = inside.split('|').map(|part| part.trim().to_owned()).collect();
        let otherwise = if optional { None } else { paths.pop() };
        if paths.is_empty() {
            return Err(format!(
                "\"{{{{{inside}}}}}\" needs words for when the fact is not known: {{{{ path | words }}}}"
            ));
        }
        if paths.iter().any(String::is_empty) {
            return Err("\"{{ }}\" needs the path of a fact".to_owned());
        }
        pieces.push(Piece::Fact { paths, otherwise });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

fn paths_of(pieces: &[Piece]) -> Vec<&str> {
    let of_piece = |piece| match piece {
        &Piece::Text(_) => Vec::new(),
        Piece::Fact { paths, .. } => paths.iter().map(String::as_str).collect(),
        Piece::Optional(pieces) => paths_of(pieces),
    };
    pieces.iter().flat_map(of_piece).collect()
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

/// A fact as a sentence has it: a cloud goes by its name among people there.
fn in_sentence(path: &str, value: &Value) -> String {
    let cloud = value.as_str().filter(|_| path.starts_with("clouds.")).and_then(Cloud::find);
    cloud.map_or_else(|| in_words(value), |cloud| cloud.title().to_owned())
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

fn own_words(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Fact { .. } => " ".to_owned(),
        Piece::Optional(inner) => own_words(inner),
    });
    words.collect()
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
    fn the_first_fact_that_is_known_is_said() {
        let template = Template::parse("{{ tenant.id | tenant.region | yours }}").expect("a template");
        let mut evidence = Evidence::default();
        assert_eq!(template.fill(&View::of(&evidence), None), "yours");
        evidence.tenant = Some(crate::evidence::tenant::Tenant { region: Some("EU".to_owned()), ..Default::default() });
        assert_eq!(template.fill(&View::of(&evidence), None), "EU");
        assert_eq!(template.paths().collect::<Vec<_>>(), ["tenant.id", "tenant.region"]);
    }

    #[test]
    fn a_cloud_has_its_title_in_a_sentence_and_its_name_in_a_command() {
        let template = Template::parse("--cloud {{ clouds.api | CLOUD }}").expect("a template");
        let clouds = crate::evidence::cloud::Clouds { api: Some(Cloud::GccHigh), ..Default::default() };
        let evidence = Evidence { clouds: Some(clouds), ..Evidence::default() };
        assert_eq!(template.fill(&View::of(&evidence), None), "--cloud GCC High");
        assert_eq!(template.fill_command(&View::of(&evidence), None), "--cloud gcc-high");
    }

    #[test]
    fn a_part_without_its_facts_is_left_out() {
        let template = Template::parse("A tenant[[ in {{ tenant.region }}]].").expect("a template");
        let mut evidence = Evidence::default();
        assert_eq!(template.fill(&View::of(&evidence), None), "A tenant.");
        evidence.tenant = Some(crate::evidence::tenant::Tenant { region: Some("EU".to_owned()), ..Default::default() });
        assert_eq!(template.fill(&View::of(&evidence), None), "A tenant in EU.");
        assert_eq!(template.paths().collect::<Vec<_>>(), ["tenant.region"]);
    }

    #[test]
    fn a_broken_place_is_refused() {
        for text in ["{{ tenant.id", "{{ tenant.id }}", "{{ | words }}", "[[{{ tenant.id }}", "[[words]]", "[[{{ }}]]"]
        {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
