//! Facts of the evidence as sentences.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::FactEntry;
use super::page::{clean, shortened};
use crate::rule::template::in_words;

/// The longest value of a fact that is shown, in characters; the report for programs has all of it.
const LONGEST_VALUE: usize = 240;

/// The key of the sentence for every value that has none of its own.
const ANY: &str = "any";

/// Sentences by path and value.
type Sentences = BTreeMap<String, BTreeMap<String, String>>;

static SENTENCES: LazyLock<Sentences> =
    LazyLock::new(|| toml::from_str(include_str!("facts.toml")).expect("the file in the binary was tested"));

/// A fact as a sentence without its end; by path and value where it has no sentence.
pub(super) fn sentence(fact: &FactEntry) -> String {
    told(fact).unwrap_or_else(|| by_path(fact))
}

/// Where a fact stands in the evidence, and its value.
pub(super) fn by_path(fact: &FactEntry) -> String {
    let value = value(fact);
    let value = if value.contains(' ') && fact.value.is_string() { format!("\"{value}\"") } else { value };
    format!("{} is {value}", fact.at)
}

fn told(fact: &FactEntry) -> Option<String> {
    let of_path = SENTENCES.get(&without_numbers(&fact.at))?;
    let key = match &fact.value {
        Value::Null => "null".to_owned(),
        value => in_words(value),
    };
    let every = of_path.get(ANY).filter(|_| !fact.value.is_null());
    Some(of_path.get(&key).or(every)?.replace("{}", &value(fact)))
}

fn value(fact: &FactEntry) -> String {
    shortened(&clean(&in_words(&fact.value)), LONGEST_VALUE).into_owned()
}

/// `api.calls.3.status` becomes `api.calls.status`.
fn without_numbers(at: &str) -> String {
    let named = at.split('.').filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
    named.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rule::vocabulary::Vocabulary;

    fn said(at: &str, value: Value) -> String {
        sentence(&FactEntry { at: at.to_owned(), value, from: String::new() })
    }

    #[test]
    fn a_fact_is_a_sentence() {
        assert_eq!(said("api.role", json!("viewer")), "the caller is Viewer in the workspace");
        assert_eq!(said("api.calls.12.status", json!(403)), "the API answered 403");
        assert_eq!(said("api.calls.0.error_info", json!(null)), "the answer has no X-PowerBI-Error-Info header");
        assert_eq!(said("text.excerpt", json!("not … load")), "words in the text: \"not … load\"");
    }

    #[test]
    fn a_fact_without_a_sentence_is_path_and_value() {
        assert_eq!(said("no.such.path", json!("a b")), "no.such.path is \"a b\"");
        assert_eq!(said("api.token_accepted", json!("perhaps")), "api.token_accepted is perhaps");
    }

    #[test]
    fn every_sentence_is_of_a_path_that_exists() {
        let vocabulary = Vocabulary::of_evidence();
        for path in SENTENCES.keys() {
            let in_list = [("api.calls.", "api.calls"), ("network.peers.", "network.peers")];
            let of_item = in_list.into_iter().find_map(|(before, list)| Some((path.strip_prefix(before)?, list)));
            let checked = match of_item {
                Some((leaf, list)) => {
                    let item = if list == "api.calls" { "call" } else { "peer" };
                    vocabulary.check_path(&format!("{item}.{leaf}"), Some(list))
                }
                None => vocabulary.check_path(path, None),
            };
            assert_eq!(checked, Ok(()), "{path}");
        }
    }
}
