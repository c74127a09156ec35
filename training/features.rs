//! Writes what the model looks at: for each text of standard input, a line `{"id", "text"}`, its features and what the
//! rules say of it. `training/train.py` reads this.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};

use pbiauth::diagnose::diagnose;
use pbiauth::evidence::{Evidence, View};
use pbiauth::import::{self, Codes, Found};
use pbiauth::ranker::{Kind, facts, features};
use pbiauth::rule::RuleSet;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let rules = RuleSet::embedded();
    let codes = Codes::with(rules.code_names());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let text = line["text"].as_str().unwrap_or_default();
        writeln!(out, "{}", seen(&line["id"], text, &codes, &rules))?;
    }
    out.flush()
}

fn seen(id: &Value, text: &str, codes: &Codes, rules: &RuleSet) -> Value {
    let reading = match import::read(text, codes, 1_790_000_000) {
        Found::Reading(reading) => reading,
        Found::Bundle(_) => import::Reading::default(),
    };
    let (evidence, failed) = match reading.failures.into_iter().next() {
        Some(failure) => (failure.evidence, failure.failed),
        None => (Evidence::default(), false),
    };
    let view = View::of(&evidence);
    let said = diagnose(&view, &evidence, rules, None);
    let excerpt = evidence.text.as_ref().and_then(|text| text.excerpt.as_deref()).unwrap_or_default();
    let facts = facts(&view);
    let (_, found) = features(excerpt, &facts);
    let mut kinds: [BTreeMap<String, usize>; 3] = Default::default();
    for feature in found {
        let kind = match feature.kind {
            Kind::Words => 0,
            Kind::Pieces => 1,
            Kind::Fact => 2,
        };
        kinds[kind].insert(feature.hash.to_string(), feature.words.len());
    }
    let [words, pieces, hashed] = kinds;
    let findings: Vec<Value> = said
        .findings
        .iter()
        .map(|f| {
            let confidence = format!("{:?}", f.found.confidence).to_lowercase();
            json!([f.rule.id, confidence, f.found.rests_on_what_was_said()])
        })
        .collect();
    let of_this_field = evidence.text.as_ref().is_some_and(|text| text.of_this_field == Some(true));
    let out: Vec<&str> = said.ruled_out.iter().map(|out| out.cause.as_str()).collect();
    json!({"id": id, "failed": failed, "of_this_field": of_this_field, "excerpt": excerpt.len(), "words": words, "pieces": pieces, "hashed": hashed, "facts": facts, "findings": findings, "ruled_out": out})
}
