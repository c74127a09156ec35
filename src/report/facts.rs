//! Facts of the evidence as sentences.

use std::collections::BTreeMap;

use serde_json::Value;

use super::FactEntry;
use super::page::{clean, shortened};
use crate::embedded::SENTENCES;
use crate::rule::template::in_words;
use crate::span;
use crate::wording;

/// The longest value of a fact that is shown, in characters; the report for programs has all of it.
const LONGEST_VALUE: usize = 240;

/// The key of the sentence for every value that has none of its own.
const ANY: &str = "any";

/// The key of the sentence for a list of more than one value.
const SEVERAL: &str = "several";

/// The key of the sentence for a number below zero.
const NEGATIVE: &str = "negative";

/// The path whose values are ids of messages: a sentence quotes the message.
const MESSAGES: &str = "text.messages";

/// Facts that a reader takes for granted as soon as another one is shown, by path and value (`*`: any value but null).
const BACKGROUND: [(&str, &str); 10] = [
    ("api.calls.method", "*"),
    ("api.calls.path", "*"),
    ("api.calls.refused", "true"),
    ("api.calls.request_id", "*"),
    ("api.calls.service", "*"),
    ("api.calls.with_token", "true"),
    ("intent.name", "*"),
    ("network.any_answer", "true"),
    ("network.peers.answered_by", "service"),
    ("network.peers.failing", "true"),
];

/// The sentences of a path, by value. Absent where there are none.
fn sentences(path: &str) -> Option<BTreeMap<String, String>> {
    let at = SENTENCES.binary_search_by(|(known, _)| known.cmp(&path)).ok()?;
    Some(serde_json::from_str(SENTENCES[at].1).expect("the file in the binary was tested"))
}

/// The facts to show as evidence: without those that go without saying, unless there are no others.
pub(super) fn evidence(facts: &[FactEntry]) -> Vec<&FactEntry> {
    let told: Vec<&FactEntry> = facts.iter().filter(|fact| !is_background(fact)).collect();
    if told.is_empty() { facts.iter().collect() } else { told }
}

fn is_background(fact: &FactEntry) -> bool {
    let (at, value) = (without_numbers(&fact.at), in_words(&fact.value));
    let is_meant = |wanted: &str| if wanted == "*" { !fact.value.is_null() } else { wanted == value };
    BACKGROUND.iter().any(|(path, wanted)| *path == at && is_meant(wanted))
}

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
    let of_path = sentences(&without_numbers(&fact.at))?;
    let key = match &fact.value {
        Value::Null => "null".to_owned(),
        value => in_words(value),
    };
    let of_form = form(&fact.value).and_then(|form| of_path.get(form));
    let every = of_path.get(ANY).filter(|_| !fact.value.is_null());
    let sentence = of_path.get(&key).or(of_form).or(every)?;
    let seconds = fact.value.as_i64().unwrap_or_default().unsigned_abs();
    Some(sentence.replace("{duration}", &span::words(seconds)).replace("{}", &listed(fact)))
}

/// The key of the sentence for values of this form.
fn form(value: &Value) -> Option<&'static str> {
    match value {
        Value::Array(items) if items.len() > 1 => Some(SEVERAL),
        Value::Number(number) if number.as_i64().is_some_and(|number| number < 0) => Some(NEGATIVE),
        _ => None,
    }
}

/// The value as it's written within a sentence: names with "and" before the last one, messages in quotes.
fn listed(fact: &FactEntry) -> String {
    if fact.at == MESSAGES {
        let ids = match &fact.value {
            Value::Array(ids) => ids.as_slice(),
            id => std::slice::from_ref(id),
        };
        return ids.iter().map(quoted).collect::<Vec<_>>().join(", ");
    }
    let Value::Array(items) = &fact.value else { return value(fact) };
    let names: Vec<String> = items.iter().map(in_words).collect();
    match names.as_slice() {
        [firsts @ .., last] if !firsts.is_empty() && !names.iter().any(|name| name.contains(' ')) => {
            shortened(&clean(&format!("{} and {last}", firsts.join(", "))), LONGEST_VALUE).into_owned()
        }
        _ => value(fact),
    }
}

/// A message by its id, in quotes; the id where this version doesn't know it.
fn quoted(id: &Value) -> String {
    let id = in_words(id);
    let usual = wording::message(&id).and_then(|message| message.says.into_iter().next());
    format!("\"{}\"", shortened(&clean(&usual.unwrap_or(id)), LONGEST_VALUE).replace('"', "'"))
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
    fn what_goes_without_saying_isnt_evidence() {
        let fact = |at: &str, value: Value| FactEntry { at: at.to_owned(), value, from: String::new() };
        let facts = [fact("api.calls.0.method", json!("GET")), fact("api.calls.0.status", json!(429))];
        assert_eq!(evidence(&facts).iter().map(|fact| fact.at.as_str()).collect::<Vec<_>>(), ["api.calls.0.status"]);
        assert_eq!(evidence(&facts[..1]).len(), 1, "it's shown where there's nothing else");
        assert_eq!(evidence(&[fact("api.calls.0.request_id", Value::Null), facts[1].clone()]).len(), 2);
    }

    #[test]
    fn what_has_expired_is_in_the_past() {
        assert_eq!(said("claims.life_left_seconds", json!(-95_995_603)), "the token expired 1111 days ago");
        assert_eq!(said("claims.life_left_seconds", json!(3_540)), "the token expires in 59 minutes");
        assert_eq!(said("claims.valid_in_seconds", json!(1)), "the token becomes valid in 1 second");
    }

    #[test]
    fn several_names_are_a_list() {
        assert_eq!(said("credential.missing", json!(["AZURE_CLIENT_ID"])), "AZURE_CLIENT_ID isn't set");
        let both = json!(["AZURE_CLIENT_ID", "AZURE_TENANT_ID"]);
        assert_eq!(said("credential.missing", both), "AZURE_CLIENT_ID and AZURE_TENANT_ID aren't set");
        let all = json!(["Report.Read.All", "Dataset.Read.All", "Workspace.Read.All"]);
        let scopes = "the token has the scopes Report.Read.All, Dataset.Read.All and Workspace.Read.All";
        assert_eq!(said("claims.scopes", all), scopes);
    }

    #[test]
    fn a_message_is_quoted() {
        let quoted = said("text.messages", json!("powerbi-client-access-token-validation"));
        assert_eq!(quoted, "the text contains the message \"accessToken is required\"");
        let unknown = said("text.messages", json!(["no-such-message"]));
        assert_eq!(unknown, "the text contains the message \"no-such-message\"");
    }

    #[test]
    fn a_fact_without_a_sentence_is_path_and_value() {
        assert_eq!(said("no.such.path", json!("a b")), "no.such.path is \"a b\"");
        assert_eq!(said("api.token_accepted", json!("perhaps")), "api.token_accepted is perhaps");
    }

    #[test]
    fn every_sentence_is_of_a_path_that_exists() {
        let vocabulary = Vocabulary::of_evidence();
        for (path, _) in SENTENCES {
            assert!(sentences(path).is_some(), "{path}");
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
