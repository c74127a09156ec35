//! The rules, codes and terms as data: names lead somewhere, and every fixture to its causes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pbiauth::diagnose::{diagnose, known_codes};
use pbiauth::evidence::{Evidence, View};
use pbiauth::explain::Catalogue;
use pbiauth::import::{self, Codes, Found};
use pbiauth::report::FailOn;
use pbiauth::report::text::of_reading;
use pbiauth::rule::set::is_number;
use pbiauth::rule::term::Glossary;
use pbiauth::rule::{Condition, OWNERS, RuleSet, Test};
use serde_json::Value;

use super::support::{diagnose as diagnosed, pbiauth, report};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The evidence of the first failure in a text.
fn evidence(text: &str, rules: &RuleSet) -> Evidence {
    match import::read(text, &Codes::with(rules.code_names()), 0) {
        Found::Reading(reading) => {
            reading.failures.into_iter().next().map(|failure| failure.evidence).unwrap_or_default()
        }
        Found::Bundle(_) => panic!("a bundle"),
    }
}

/// The files beneath a folder with their paths from the top of the project, in order.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let name =
        |path: &Path| path.strip_prefix(root()).expect("a file of the project").to_str().expect("a name").to_owned();
    super::support::files(&root().join(folder)).into_iter().map(|path| (name(&path), path)).collect()
}

/// The values that a condition looks for at paths that hold codes.
fn codes_in(condition: &Condition, codes: &mut Vec<String>) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|c| codes_in(c, codes)),
        Condition::Not(inner) => codes_in(inner, codes),
        Condition::Leaf(leaf) => {
            let of_codes = ["token.error.codes", "call.code", "call.error_info"].contains(&leaf.at.as_str());
            let values: Vec<&Value> = match &leaf.test {
                Test::Is(value) | Test::Has(value) => vec![value],
                Test::In(values) | Test::HasAny(values) => values.iter().collect(),
                _ => Vec::new(),
            };
            let shown = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            codes.extend(shown.filter(|_| of_codes));
        }
    }
}

/// The same for codes that speak for a cause.
fn signs_in(condition: &Condition, codes: &mut Vec<String>) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|c| signs_in(c, codes)),
        Condition::Not(_) => {}
        Condition::Leaf(_) => codes_in(condition, codes),
    }
}

#[test]
fn every_code_that_a_rule_looks_for_is_explained() {
    let rules = RuleSet::embedded();
    for rule in &rules.rules {
        let mut codes = Vec::new();
        for block in rule.blocks.iter() {
            let conditions = block.symptom.iter().chain(&block.all).chain(&block.any).chain(&block.not);
            conditions.for_each(|condition| codes_in(condition, &mut codes));
        }
        for code in codes {
            assert!(rules.codes.contains_key(&code), "{} looks for {code}, and no file of codes has it", rule.id);
        }
    }
}

#[test]
fn a_code_names_every_cause_whose_rule_looks_for_it() {
    let rules = RuleSet::embedded();
    for rule in &rules.rules {
        let mut codes = Vec::new();
        for block in rule.blocks.iter() {
            block.symptom.iter().chain(&block.all).chain(&block.any).for_each(|c| signs_in(c, &mut codes));
        }
        for code in codes {
            let causes = rules.codes.get(&code).map(|known| known.causes.as_slice()).unwrap_or_default();
            assert!(causes.contains(&rule.id), "{code} does not name {}", rule.id);
        }
    }
}

#[test]
fn causes_that_are_named_have_a_rule() {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let of_codes = rules.codes.values().flat_map(|code| &code.causes);
    let named: BTreeSet<&String> = of_codes.chain(glossary.terms().flat_map(|(_, _, term)| &term.causes)).collect();
    let without: Vec<&&String> = named.iter().filter(|id| rules.get(id).is_none()).collect();
    assert!(without.is_empty(), "no rule recognises {without:?}");
}

#[test]
fn a_bare_code_leads_to_its_causes() {
    let rules = RuleSet::embedded();
    for (code, known) in rules.codes.iter().filter(|(code, _)| is_number(code)) {
        let evidence = evidence(&format!("AADSTS{code}: it failed"), &rules);
        let named = diagnose(&View::of(&evidence), &evidence, &rules, None).findings;
        let has_rule = known.causes.iter().any(|cause| rules.get(cause).is_some());
        assert_eq!(named.is_empty(), !has_rule, "{code}: {:?}", known.causes);
    }
}

#[test]
fn a_code_without_a_cause_is_explained_in_the_report() {
    let report = diagnosed(b"AADSTS75011: it failed");
    assert_eq!(report["exit"], 3);
    assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("SAML")), "{}", report["notes"]);
}

#[test]
fn a_name_that_other_services_use_counts_where_power_bi_said_it() {
    let rules = RuleSet::embedded();
    let known = |text: &str| known_codes(&evidence(text, &rules), &rules).len();
    let body = r#"{"error":{"code":"ItemNotFound","message":"no"}}"#;
    assert_eq!(known(body), 0, "nobody knows whose it is");
    assert_eq!(known(&format!("GET https://api.fabric.microsoft.com/v1/x\nHTTP/1.1 404 Not Found\n\n{body}")), 1);
    assert_eq!(
        known("HTTP/1.1 403 Forbidden\nX-PowerBI-Error-Info: InvalidToken\n"),
        1,
        "the header is Power BI's own"
    );
    assert_eq!(known("an item was ItemNotFound in our own store"), 0);
}

#[test]
fn an_id_is_used_once() {
    let mut ids = BTreeSet::new();
    let is_rule = |path: &Path| path.extension().is_some_and(|ending| ending == "toml");
    let of_messages = |name: &str| name.starts_with("rules/wording/");
    for (name, path) in files("rules").into_iter().filter(|(name, path)| is_rule(path) && !of_messages(name)) {
        let id = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        assert!(ids.insert(id.clone()), "{name}: {id} is used already");
        if name.starts_with("rules/codes/") {
            let codes: toml::Table = std::fs::read_to_string(&path).expect("a text").parse().expect("TOML");
            for code in codes.keys() {
                assert!(ids.insert(format!("code {code}")), "{name}: {code} stands in another file already");
            }
        }
    }
}

#[test]
fn terms_name_people_and_terms_that_there_are() {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let catalogue = Catalogue::new(&rules, &glossary);
    let owners = rules.codes.iter().map(|(code, known)| (code.as_str(), known.owner.as_str()));
    let of_terms = glossary.terms().filter_map(|(_, name, term)| Some((name, term.owner.as_deref()?)));
    for (name, owner) in owners.chain(of_terms) {
        assert!(OWNERS.contains(&owner), "{name}: nobody is called {owner}");
    }
    for (_, name, term) in glossary.terms() {
        for other in &term.see {
            let there = catalogue.entries().any(|entry| entry.term == *other);
            assert!(there, "{name} points to {other}");
        }
    }
    for (code, known) in &rules.codes {
        for error in &known.errors {
            let is_oauth = glossary.terms().any(|(file, name, term)| {
                file == "oauth" && (name == error || term.names.iter().any(|(_, other)| other == error))
            });
            assert!(is_oauth, "{code}: {error} is no OAuth error that is known");
        }
    }
}

#[test]
fn references_are_addresses_and_days_are_days() {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let days = rules.codes.values().filter_map(|code| code.checked.as_ref());
    let days = days.chain(rules.rules.iter().filter_map(|rule| rule.checked.as_ref()));
    for day in days.chain(glossary.terms().filter_map(|(_, _, term)| term.checked.as_ref())) {
        assert!(day.parse::<jiff::civil::Date>().is_ok(), "{day} is no day");
    }
    let urls = rules.codes.values().flat_map(|code| &code.references);
    let urls = urls.chain(rules.rules.iter().flat_map(|rule| &rule.references));
    for url in urls.chain(glossary.terms().flat_map(|(_, _, term)| &term.references)) {
        let parsed = url::Url::parse(url);
        assert!(parsed.is_ok_and(|parsed| parsed.scheme() == "https"), "{url} is no address");
    }
}

/// The causes of a report with how sure each is, in a line.
fn ranked(report: &Value) -> String {
    let named = report["diagnoses"].as_array().expect("diagnoses").iter();
    let lines: Vec<String> = named
        .map(|d| format!("{} {}", d["cause"].as_str().expect("a cause"), d["confidence"].as_str().expect("confidence")))
        .collect();
    if lines.is_empty() { report["outcome"].as_str().expect("an outcome").to_owned() } else { lines.join(", ") }
}

/// What every fixture leads to: a change of a rule shows here with all that it does.
#[test]
fn the_matrix() {
    let rules = RuleSet::embedded();
    let mut matrix = String::new();
    for folder in ["fixtures/causes", "fixtures/near", "fixtures/healthy"] {
        for (name, path) in files(folder) {
            let name = name.trim_start_matches("fixtures/");
            let bytes = std::fs::read(path).expect("a fixture");
            let (text, _) = import::decode(&bytes);
            let Found::Reading(reading) = import::read(&text, &Codes::with(rules.code_names()), 0) else { continue };
            let found = of_reading(reading, &BTreeMap::new(), &rules, FailOn::Error);
            let found = serde_json::to_value(found).expect("a report");
            let _ = writeln!(matrix, "{name}: {}", ranked(&found));
        }
    }
    for (name, path) in files("fixtures/scenarios") {
        let output = pbiauth().args(["doctor", "--format", "json", "--sim"]).arg(path).output().expect("output");
        let _ = writeln!(matrix, "{}: {}", name.trim_start_matches("fixtures/"), ranked(&report(&output)));
    }
    insta::assert_snapshot!(matrix);
}
