//! What is asked for decides: the answer changes the ranking.

use std::path::Path;

use pbiauth::diagnose::diagnose;
use pbiauth::evidence::{Evidence, View};
use pbiauth::import::{self, Codes, Found};
use pbiauth::rule::{Condition, Leaf, RuleSet, Test};
use serde_json::{Value, json};

use super::support::files;

/// Every text fixture.
fn texts() -> Vec<(String, String)> {
    let text = |path: &Path| import::decode(&std::fs::read(path).expect("a fixture")).0.into_owned();
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/causes"));
    files.into_iter().map(|path| (path.display().to_string(), text(&path))).collect()
}

fn evidence(text: &str, rules: &RuleSet) -> Option<Evidence> {
    match import::read(text, &Codes::with(rules.code_names()), 0) {
        Found::Reading(reading) => reading.failures.into_iter().next().map(|failure| failure.evidence),
        Found::Bundle(_) => None,
    }
}

fn ranking(evidence: &Evidence, rules: &RuleSet) -> Vec<String> {
    let found = diagnose(&View::of(evidence), evidence, rules, None);
    found.findings.iter().map(|f| format!("{} {:?}", f.rule.id, f.found.confidence)).collect()
}

fn leaves<'r>(condition: &'r Condition, all: &mut Vec<&'r Leaf>) {
    match condition {
        Condition::Leaf(leaf) => all.push(leaf),
        Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|c| leaves(c, all)),
        Condition::Not(inner) => leaves(inner, all),
    }
}

/// The values that rules tell apart at a path, and one that none of them knows.
fn answers(path: &str, rules: &RuleSet) -> Vec<Value> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for block in rules.rules.iter().flat_map(|rule| rule.blocks.iter()) {
        for condition in block.symptom.iter().chain(&block.all).chain(&block.any).chain(&block.not) {
            leaves(condition, &mut all);
        }
    }
    let mut values = vec![json!("something else"), json!(true), json!(false), json!(["something else"])];
    for leaf in all.into_iter().filter(|leaf| last(&leaf.at) == last(path)) {
        match &leaf.test {
            Test::Is(value) => values.push(value.clone()),
            Test::In(several) => values.extend(several.clone()),
            Test::Has(value) => values.push(json!([value])),
            Test::HasAny(several) => values.push(json!(several)),
            Test::Matches(_) if last(path) == "path" => {
                values.push(json!("/v1.0/myorg/groups/a/datasets/b/Default.TakeOver"));
            }
            Test::Contains(text) => values.push(json!(text)),
            Test::Below(bound) => values.push(json!(bound - 1.0)),
            Test::Above(bound) => values.push(json!(bound + 1.0)),
            _ => {}
        }
    }
    values
}

#[test]
fn an_answer_changes_the_ranking() {
    let rules = RuleSet::embedded();
    let mut asked = 0;
    let mut idle = Vec::new();
    for (name, text) in texts() {
        let Some(evidence) = evidence(&text, &rules) else { continue };
        let before = ranking(&evidence, &rules);
        let found = diagnose(&View::of(&evidence), &evidence, &rules, None);
        for path in found.findings.iter().flat_map(|finding| &finding.found.unknown) {
            asked += 1;
            let changes = answers(path, &rules).into_iter().any(|answer| {
                let mut told = evidence.clone();
                told.facts.insert(path.clone(), answer);
                ranking(&told, &rules) != before
            });
            if !changes {
                idle.push(format!("{name}: no answer to {path} changes anything"));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
    assert!(asked > 0, "no fixture leaves a question open");
}

#[test]
fn every_question_says_what_to_type() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/reference/questions.toml");
    let questions: toml::Table = std::fs::read_to_string(file).expect("a file").parse().expect("TOML");
    assert!(questions.len() > 100, "{} questions", questions.len());
    for (path, question) in &questions {
        let how = question["how"].as_str().expect("a text");
        let says = how.contains("`--fact ") || how.contains("`pbiauth ");
        assert!(says, "{path} needs `--fact {path}=VALUE` or a command: {how}");
    }
}
