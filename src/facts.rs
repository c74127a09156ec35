//! Facts that a person knows: `PATH=VALUE`, with short names for the usual ones.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::evidence::Evidence;
use crate::evidence::api::Call;
use crate::import::route_named;
use crate::rule::Test;
use crate::rule::vocabulary::Vocabulary;

/// Short names of paths.
const SHORT: [(&str, &str); 4] = [
    ("caller", "claims.principal"),
    ("operation", "call.route"),
    ("flow", "token.flow"),
    ("cloud", "clouds.authority"),
];
/// The list that a path of the call leads into.
const CALLS: &str = "api.calls";

/// A fact that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FactError {
    /// It is not of the form `PATH=VALUE`.
    #[error("\"{0}\" isn't a fact: write PATH=VALUE, such as settings.service_principals.enabled=false")]
    Malformed(String),
    /// Its path leads nowhere, or its value never stands there.
    #[error("the fact \"{fact}\" can't be used: {why}")]
    Unusable {
        /// The fact.
        fact: String,
        /// Why not.
        why: String,
    },
}

/// Reads facts; values are JSON where they can be read as such, else texts. `call.…` stands for the call that failed.
///
/// # Errors
/// When one has another form, or a path or value that never stands in the evidence.
pub fn read(facts: &[String]) -> Result<BTreeMap<String, Value>, FactError> {
    if facts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let vocabulary = Vocabulary::of_evidence();
    facts.iter().map(|fact| read_one(fact, &vocabulary)).collect()
}

fn read_one(fact: &str, vocabulary: &Vocabulary) -> Result<(String, Value), FactError> {
    let (name, given) = fact.split_once('=').ok_or_else(|| FactError::Malformed(fact.to_owned()))?;
    let (name, given) = (name.trim(), given.trim());
    let path = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, path)| path);
    let each = path.starts_with("call.").then_some(CALLS);
    let wrong = |why: String| FactError::Unusable { fact: fact.to_owned(), why };
    vocabulary.check_path(path, each).map_err(|why| wrong(with_short_names(name, why)))?;
    let plain = serde_json::from_str(given).unwrap_or_else(|_| Value::from(given));
    let value = if path == "call.route" { route(given).unwrap_or(plain) } else { plain };
    // A fact of a list may name one of its items.
    let listed = || vocabulary.check_test(path, each, &Test::Has(value.clone())).is_ok();
    match vocabulary.check_test(path, each, &Test::Is(value.clone())) {
        Ok(()) => Ok((path.to_owned(), value)),
        Err(_) if value.is_array() => Ok((path.to_owned(), value)),
        Err(_) if listed() => Ok((path.to_owned(), Value::from(vec![value]))),
        Err(why) => Err(wrong(why)),
    }
}

/// The class of a route by the name of an operation or its path.
fn route(given: &str) -> Option<Value> {
    route_named(given).and_then(|route| serde_json::to_value(route).ok())
}

fn with_short_names(name: &str, why: String) -> String {
    if name.contains('.') || why.contains("did you mean") {
        return why;
    }
    let near = SHORT.iter().map(|(short, _)| *short).find(|short| strsim::damerau_levenshtein(name, short) <= 2);
    near.map_or(why.clone(), |short| format!("{why}; did you mean \"{short}\"?"))
}

/// Puts facts into evidence. Facts on the call hold for every call that the input shows, and make one where it shows
/// none.
pub fn apply(facts: &BTreeMap<String, Value>, evidence: &mut Evidence) {
    let of_calls = |path: &str| path.strip_prefix("call.").map(str::to_owned);
    if facts.keys().any(|path| of_calls(path).is_some()) {
        let calls = evidence.api.get_or_insert_default().calls.get_or_insert_default();
        if calls.is_empty() {
            calls.push(Call::default());
        }
    }
    let count = evidence.api.as_ref().and_then(|api| api.calls.as_ref()).map_or(0, Vec::len);
    for (path, value) in facts {
        match of_calls(path) {
            Some(leaf) => {
                evidence.facts.extend((0..count).map(|index| (format!("{CALLS}.{index}.{leaf}"), value.clone())));
            }
            None => drop(evidence.facts.insert(path.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(fact: &str) -> Result<(String, Value), String> {
        read(&[fact.to_owned()]).map(|facts| facts.into_iter().next().expect("a fact")).map_err(|e| e.to_string())
    }

    #[test]
    fn facts_are_held_against_the_vocabulary() {
        let good = [
            ("settings.service_principals.enabled=false", "settings.service_principals.enabled", json!(false)),
            ("caller=app", "claims.principal", json!("app")),
            ("flow=password", "token.flow", json!("password")),
            ("operation=GetReportsInGroup", "call.route", json!("workspace-reports")),
            ("operation=generate-token", "call.route", json!("generate-token")),
            ("operation=/admin/groups", "call.route", json!("admin")),
            ("call.status=401", "call.status", json!(401)),
            ("token.error.codes=7000222", "token.error.codes", json!([7_000_222])),
        ];
        for (fact, path, value) in good {
            assert_eq!(one(fact), Ok((path.to_owned(), value)), "{fact}");
        }
        for bad in [
            "settings",
            "settings.service_principal.enabled=false",
            "caller=application",
            "call.state=401",
            "operation=nonsense",
        ] {
            assert!(one(bad).is_err(), "{bad}");
        }
        assert!(one("calller=app").is_err_and(|why| why.contains("did you mean \"caller\"")));
        assert!(one("flow=pasword").is_err_and(|why| why.contains("did you mean \"password\"")));
    }

    #[test]
    fn a_fact_of_the_call_makes_one() {
        let facts = read(&["call.status=401".to_owned(), "caller=user".to_owned()]).expect("facts");
        let mut evidence = Evidence::default();
        apply(&facts, &mut evidence);
        assert_eq!(evidence.facts.get("api.calls.0.status"), Some(&json!(401)));
        assert_eq!(evidence.facts.get("claims.principal"), Some(&json!("user")));
        assert_eq!(evidence.api.and_then(|api| api.calls).map(|calls| calls.len()), Some(1));
    }
}
