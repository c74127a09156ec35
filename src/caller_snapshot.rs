//! What a run shows of its caller, without what differs in every run: the claims that tell who it is and what it may,
//! the workspaces and reports that it sees.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::evidence::{all_entries, claims, token_of};
use crate::record::Record;

/// The facts about a token that every token has anew.
const OF_ONE_TOKEN: [&str; 4] = ["not_before", "expires", "life_left_seconds", "valid_in_seconds"];

/// The claims of a run's token, each as its values in order. Empty where the run had no token.
#[must_use]
pub fn claims_of(record: &Record) -> BTreeMap<String, Vec<String>> {
    let Some((token, _)) = token_of(record) else { return BTreeMap::new() };
    let read = serde_json::to_value(claims::read(&token, &record.inputs, 0)).unwrap_or_default();
    let Value::Object(read) = read else { return BTreeMap::new() };
    let of_caller = |(name, value): &(String, Value)| !value.is_null() && !OF_ONE_TOKEN.contains(&name.as_str());
    read.into_iter().filter(of_caller).map(|(name, value)| (name, words(&value))).collect()
}

/// The entries of a list that the run was shown, `workspaces` or `reports`: their names by their ids in small letters.
/// `None` where the list is not known as a whole.
#[must_use]
pub fn seen(record: &Record, list: &str) -> Option<BTreeMap<String, String>> {
    let entries = all_entries(record, list)?;
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let named = entries.into_iter().filter_map(|entry| {
        Some((text(entry, "id")?.to_lowercase(), text(entry, "name").unwrap_or_else(|| "without a name".to_owned())))
    });
    Some(named.collect())
}

fn words(value: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut words: Vec<String> = match value {
        Value::Array(items) => items.iter().map(word).collect(),
        other => vec![word(other)],
    };
    words.sort();
    words
}
