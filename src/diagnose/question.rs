//! What to ask where nothing is certain and no candidate waits for a fact: the question whose answers change most.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, MOST_NAMED};
use crate::evidence::{Found, View};
use crate::rule::matcher::{Verdict, awaits, contradicted, hold, open_paths};
use crate::rule::set::without_places;
use crate::rule::{Block, Confidence, Rule, RuleSet};

/// What is asked of any failure: which call, whose, and whether anything else works.
const GENERAL: [&str; 3] = ["api.calls.0.route", "claims.principal", "api.token_accepted"];
/// A cause that is named counts as much as this many that an answer would bring in.
const NAMED: usize = 2;

/// Of a text: gives the first finding the question that tells most, or the general ones where words alone propose it.
pub(super) fn ask(view: &View, findings: &mut [Finding<'_>], rules: &RuleSet) {
    let pasted = matches!(view.find("text.pasted", None), Found::Value(Value::Bool(true)));
    let open = |f: &Finding<'_>| f.found.confidence < Confidence::Certain && f.found.unknown.is_empty();
    if !pasted || findings.is_empty() || !findings.iter().all(open) {
        return;
    }
    let mut asked = if findings[0].proposed { general(view, rules) } else { Vec::new() };
    if asked.is_empty() {
        asked.extend(most_telling(view, findings, rules));
    }
    findings[0].found.unknown = asked;
}

/// The path whose answers change most; of equals the first one.
fn most_telling(view: &View, findings: &[Finding<'_>], rules: &RuleSet) -> Option<String> {
    let told = paths(view, findings, rules).into_iter().map(|path| (effect(&path, view, findings, rules), path));
    let most = told.filter(|(effect, _)| *effect > 0).reduce(|one, other| if other.0 > one.0 { other } else { one });
    most.map(|(_, path)| path)
}

/// The general questions that are open. Of calls, where there is one.
fn general(view: &View, rules: &RuleSet) -> Vec<String> {
    let there = |path: &str| !path.starts_with("api.calls.") || view.count("api.calls") > 0;
    let open = GENERAL.iter().filter(|path| there(path) && is_open(path, view, rules));
    open.map(|path| (*path).to_owned()).collect()
}

fn is_open(path: &str, view: &View, rules: &RuleSet) -> bool {
    rules.question(path).is_some() && matches!(view.find(path, None), Found::Unknown)
}

/// What somebody can be asked: in general, for a cause that is named, and for one that waits for a single fact.
fn paths(view: &View, findings: &[Finding<'_>], rules: &RuleSet) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let named = findings.iter().flat_map(|finding| open_paths(finding.rule, view));
    let awaited = rules.rules.iter().flat_map(|rule| awaits(rule, view));
    let mut paths = general(view, rules);
    paths.extend(named.chain(awaited).filter(|path| is_open(path, view, rules)));
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

/// How many causes some answer brings in, makes surer or excludes.
fn effect(path: &str, view: &View, findings: &[Finding<'_>], rules: &RuleSet) -> usize {
    let views: Vec<View> = rules.answers(path).into_iter().map(|answer| view.with(path, answer)).collect();
    let changed = rules.rules.iter().map(|rule| {
        let named = findings.iter().find(|finding| finding.rule.id == rule.id);
        let least = named.map(|finding| finding.found.confidence).or_else(|| weakest(findings));
        let counts = if named.is_some() { NAMED } else { 1 };
        let changes = |told: &View| (named.is_some() && contradicted(rule, told).is_some()) || rises(rule, told, least);
        if mentions(rule, path) && views.iter().any(changes) { counts } else { 0 }
    });
    changed.sum()
}

/// What a cause has to be surer than to be named beside the others.
fn weakest(findings: &[Finding<'_>]) -> Option<Confidence> {
    findings.last().filter(|_| findings.len() >= MOST_NAMED).map(|finding| finding.found.confidence)
}

fn rises(rule: &Rule, told: &View, least: Option<Confidence>) -> bool {
    let Verdict::Candidate(found) = hold(rule, told) else { return false };
    least.is_none_or(|least| found.confidence > least)
}

fn mentions(rule: &Rule, path: &str) -> bool {
    let path = without_places(path);
    rule.blocks.iter().flat_map(Block::paths).any(|at| at == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::evidence::text::Text;
    use crate::rule::matcher::Match;

    const QUESTIONS: &str = "[\"claims.principal\"]\nhow = \"Who?\"\n[\"claims.kind\"]\nhow = \"Which?\"\n";

    fn rule(block: &str) -> String {
        format!(
            "title = \"t\"\nowner = \"user\"\n[[when]]\n{block}\n[explain]\ncause = \"c\"\nfix = [{{ by = \"user\", do = \"d\" }}]\n"
        )
    }

    /// What is asked where so many causes are named, all of them this sure. Another one waits for what kind of token it is,
    /// and would be likely. `excluded_by`: what would exclude those that are named.
    fn asked(confidence: Confidence, count: usize, excluded_by: &str) -> Vec<String> {
        let named = rule(&format!(
            "confidence = \"possible\"\nsymptom = [{{ at = \"token.status\", is = 500 }}]\n{excluded_by}"
        ));
        let waits = rule(
            "confidence = \"likely\"\nsymptom = [{ at = \"text.document\", is = false }, { at = \"claims.kind\", is = \"access\" }]",
        );
        let files = [("api/named", named.as_str()), ("api/waits", &waits), ("reference/questions", QUESTIONS)];
        let rules = RuleSet::read(files, None).unwrap_or_else(|bad| panic!("{bad}"));
        let text = Text { document: Some(false), pasted: Some(true), ..Text::default() };
        let view = View::of(&Evidence { text: Some(text), ..Evidence::default() });
        let rule = rules.get("named").expect("it");
        let finding = || Finding { rule, found: Match::of(confidence, Vec::new()), proposed: false };
        let mut findings: Vec<Finding<'_>> = (0..count).map(|_| finding()).collect();
        ask(&view, &mut findings, &rules);
        findings.swap_remove(0).found.unknown
    }

    const BY_A_USER: &str = "not = [{ at = \"claims.principal\", is = \"user\" }]";

    #[test]
    fn what_excludes_a_named_cause_tells_most() {
        assert_eq!(asked(Confidence::Possible, 1, BY_A_USER), ["claims.principal"]);
    }

    #[test]
    fn what_would_bring_another_cause_in_is_asked() {
        assert_eq!(asked(Confidence::Possible, 1, ""), ["claims.kind"]);
        assert_eq!(asked(Confidence::Possible, MOST_NAMED, ""), ["claims.kind"], "it would go before them");
        assert!(
            asked(Confidence::Likely, MOST_NAMED, "").is_empty(),
            "it would be named behind them, and so not at all"
        );
    }

    #[test]
    fn what_is_certain_is_not_asked_about() {
        assert!(asked(Confidence::Certain, 1, BY_A_USER).is_empty());
    }
}
