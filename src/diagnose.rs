//! From evidence to causes: the core. Pure and total: no clock, no environment, no I/O.

use std::cmp::Reverse;

use serde_json::Value;

mod by_messages;
mod by_words;
mod question;

use crate::evidence::{Evidence, Found, View};
use crate::ranker::Opinion;
use crate::rule::matcher::{Fact, Match, Verdict, contradicted, hold};
use crate::rule::set::Code;
use crate::rule::term::Sure;
use crate::rule::{AREAS, Confidence, Rule, RuleSet, Severity};

/// More causes than this are not named for one failure: a long list is no answer.
pub const MOST_NAMED: usize = 4;

/// What the evidence says.
#[derive(Debug)]
pub struct Diagnosis<'r> {
    /// The possible causes, the most likely one first.
    pub findings: Vec<Finding<'r>>,
    /// Whether a rule, a code or a message names a cause, and not the words of a text alone.
    pub explained: bool,
    /// The causes whose symptom was seen and that a fact excludes.
    pub ruled_out: Vec<RuledOut>,
    /// What the answers prove beside the failure.
    pub proves: Vec<Proof>,
}

/// A possible cause.
#[derive(Debug)]
pub struct Finding<'r> {
    /// Its rule.
    pub rule: &'r Rule,
    /// Why.
    pub found: Match,
    /// Whether the words of the text alone propose it: no rule and no code does.
    pub proposed: bool,
}

/// A cause that the evidence excludes.
#[derive(Debug, Clone, PartialEq)]
pub struct RuledOut {
    /// Its id.
    pub cause: String,
    /// Its title.
    pub title: String,
    /// The fact that excludes the cause.
    pub because: Fact,
}

/// Something that a response proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The statement that is proven.
    pub statement: String,
    /// The code that proves it.
    pub code: String,
    /// The path at which the code stands.
    pub at: String,
}

/// Names the causes of what the evidence shows. `words`: what the ranker makes of the text, where there is one.
#[must_use]
pub fn diagnose<'r>(
    view: &View,
    evidence: &Evidence,
    rules: &'r RuleSet,
    words: Option<&Opinion<'_>>,
) -> Diagnosis<'r> {
    let mut findings = Vec::new();
    let mut ruled_out = Vec::new();
    for rule in &rules.rules {
        match hold(rule, view) {
            Verdict::Silent => {}
            Verdict::Excluded(fact) => ruled_out.push(RuledOut::new(rule, fact)),
            Verdict::Candidate(found) => findings.push(Finding { rule, found, proposed: false }),
        }
    }
    // A code of Entra says more than any message: beside one, they speak where nothing comes of the code.
    let has_codes = by_messages::has_codes(evidence);
    if !has_codes {
        by_messages::add(&mut findings, &mut ruled_out, view, evidence, rules);
    }
    exclude_rivals(&mut findings, &mut ruled_out);
    supersede(&mut findings);
    findings.sort_by_cached_key(|finding| (Reverse(rank(finding)), stage(finding), finding.rule.id.clone()));
    if findings.is_empty() {
        findings = causes_of_codes(view, evidence, rules, &ruled_out);
        if findings.is_empty() && has_codes {
            by_messages::add(&mut findings, &mut ruled_out, view, evidence, rules);
        }
    }
    if let Some(words) = words {
        let possible = known_codes(evidence, rules).into_iter().flat_map(|(_, _, code)| &code.causes).collect();
        by_words::order(&mut findings, &ruled_out, &possible, view, rules, words);
    }
    let explained = findings.iter().any(|finding| !finding.proposed);
    shorten(&mut findings);
    question::ask(view, &mut findings, rules);
    Diagnosis { findings, explained, ruled_out, proves: proofs(view, evidence, rules) }
}

impl Finding<'_> {
    /// How bad it is: as the block that speaks shows it, else as the rule says.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.found.severity.unwrap_or(self.rule.severity)
    }
}

impl RuledOut {
    fn new(rule: &Rule, because: Fact) -> Self {
        Self { cause: rule.id.clone(), title: rule.title.clone(), because }
    }
}

/// Of causes that are alike, the one that shows earlier comes first: what isn't set keeps everything else from mattering.
fn stage(finding: &Finding<'_>) -> usize {
    AREAS.iter().position(|area| *area == finding.rule.area).unwrap_or(AREAS.len())
}

type Rank = (Confidence, Severity, usize, crate::rule::Prevalence);

fn rank(finding: &Finding<'_>) -> Rank {
    (finding.found.confidence, finding.severity(), finding.found.because.len(), finding.rule.prevalence)
}

/// A certain cause excludes its rivals, unless one is certain itself.
fn exclude_rivals(findings: &mut Vec<Finding<'_>>, ruled_out: &mut Vec<RuledOut>) {
    let excluding: Vec<(Vec<String>, Fact)> = findings
        .iter()
        .filter(|f| !f.found.excludes.is_empty())
        .filter_map(|f| Some((f.found.excludes.clone(), f.found.because.last()?.clone())))
        .collect();
    for (rivals, fact) in excluding {
        findings.retain(|finding| {
            let out = rivals.contains(&finding.rule.id) && finding.found.confidence < Confidence::Certain;
            if out {
                ruled_out.push(RuledOut::new(finding.rule, fact.clone()));
            }
            !out
        });
    }
}

/// A narrower cause that is at least as sure makes the wider one superfluous.
fn supersede(findings: &mut Vec<Finding<'_>>) {
    let superseding: Vec<(String, Confidence)> =
        findings.iter().flat_map(|f| f.rule.supersedes.iter().map(|id| (id.clone(), f.found.confidence))).collect();
    findings.retain(|finding| {
        !superseding.iter().any(|(id, sure)| *id == finding.rule.id && *sure >= finding.found.confidence)
    });
}

fn shorten(findings: &mut Vec<Finding<'_>>) {
    let certain = findings.iter().filter(|f| f.found.confidence == Confidence::Certain).count();
    findings.truncate(certain.max(MOST_NAMED));
}

/// Where no rule speaks, a known code still tells the causes that it can come from, the likeliest first. One that comes
/// from a single cause, as far as is known, makes it likely.
fn causes_of_codes<'r>(
    view: &View,
    evidence: &Evidence,
    rules: &'r RuleSet,
    ruled_out: &[RuledOut],
) -> Vec<Finding<'r>> {
    let mut findings: Vec<Finding<'r>> = Vec::new();
    for (code, at, known) in known_codes(evidence, rules) {
        for rule in known.causes.iter().filter_map(|cause| rules.get(cause)) {
            let excluded = ruled_out.iter().any(|out| out.cause == rule.id);
            if !excluded
                && contradicted(rule, view).is_none()
                && !findings.iter().any(|finding| finding.rule.id == rule.id)
            {
                let because = vec![Fact { at: at.clone(), value: Value::from(code.clone()) }];
                // What a word of several meanings means depends on what was called.
                let call = at.rsplit_once('.').filter(|_| known.causes.len() > 1);
                let route = call.map(|(call, _)| format!("{call}.route"));
                let unknown: Vec<String> = route.filter(|path| is_unknown(view, path)).into_iter().collect();
                let alone = known.causes.len() == 1 && known.sure != Sure::Low;
                let confidence = if alone { Confidence::Likely } else { Confidence::Possible };
                let found = Match { unknown, ..Match::of(confidence, because) };
                findings.push(Finding { rule, found, proposed: false });
            }
        }
    }
    findings.truncate(MOST_NAMED);
    findings
}

/// The codes in the evidence that are known, each with its path. A name that other services use too counts only where
/// Power BI or Fabric said it.
#[must_use]
pub fn known_codes<'r>(evidence: &Evidence, rules: &'r RuleSet) -> Vec<(String, String, &'r Code)> {
    let known = codes(evidence).into_iter().filter_map(|(code, at)| {
        let known = rules.codes.get(&code)?;
        (known.word || is_of_service(evidence, &at)).then_some((code, at, &*known.known))
    });
    known.collect()
}

/// Whether a code comes from Power BI or Fabric for sure: by its header, or by the address that was called.
fn is_of_service(evidence: &Evidence, at: &str) -> bool {
    let index = at.split('.').nth(2).and_then(|index| index.parse::<usize>().ok());
    let calls = evidence.api.as_ref().and_then(|api| api.calls.as_ref());
    let call = calls.zip(index).and_then(|(calls, index)| calls.get(index));
    at.ends_with(".error_info") || call.is_some_and(|call| call.service.is_some())
}

/// What the codes in the evidence prove.
fn proofs(view: &View, evidence: &Evidence, rules: &RuleSet) -> Vec<Proof> {
    let mut proofs: Vec<Proof> = Vec::new();
    for (code, at, known) in known_codes(evidence, rules) {
        for template in known.proofs() {
            let statement = template.fill(view, None);
            if !proofs.iter().any(|proof| proof.statement == statement) {
                proofs.push(Proof { statement, code: code.clone(), at: at.clone() });
            }
        }
    }
    proofs
}

fn is_unknown(view: &View, path: &str) -> bool {
    path.starts_with("api.calls.") && matches!(view.find(path, None), Found::Unknown)
}

/// The error codes in the evidence, each with its path.
#[must_use]
pub fn codes(evidence: &Evidence) -> Vec<(String, String)> {
    let token = evidence.token.as_ref().and_then(|token| token.error.as_ref()?.codes.as_ref());
    let mut codes: Vec<(String, String)> =
        token.into_iter().flatten().map(|code| (code.to_string(), "token.error.codes".to_owned())).collect();
    let calls = evidence.api.as_ref().and_then(|api| api.calls.as_ref());
    for (index, call) in calls.into_iter().flatten().enumerate() {
        let said = [("code", &call.code), ("error_info", &call.error_info)];
        for (leaf, code) in said.into_iter().filter_map(|(leaf, code)| Some((leaf, code.as_ref()?))) {
            codes.push((code.clone(), format!("api.calls.{index}.{leaf}")));
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::token::read_description;

    fn rule(confidence: &str, head: &str, block: &str) -> String {
        format!(
            "title = \"t\"\nowner = \"user\"\n{head}\n[[when]]\nconfidence = \"{confidence}\"\n\
             all = [{{ at = \"token.error.codes\", has = 50034 }}]\n{block}\n\
             [explain]\ncause = \"c\"\nfix = [{{ by = \"user\", do = \"d\" }}]\n"
        )
    }

    fn outcome(one: &str, other: &str) -> (Vec<String>, Vec<String>) {
        let files = [("token/one", one), ("token/other", other)];
        let rules = RuleSet::read(files, None).unwrap_or_else(|bad| panic!("{bad}"));
        let error = read_description("AADSTS50034: The user account does not exist");
        let token = crate::evidence::token::Token { error: Some(error), ..Default::default() };
        let evidence = Evidence { token: Some(token), ..Evidence::default() };
        let found = diagnose(&View::of(&evidence), &evidence, &rules, None);
        let named = found.findings.iter().map(|finding| finding.rule.id.clone()).collect();
        (named, found.ruled_out.into_iter().map(|out| out.cause).collect())
    }

    #[test]
    fn a_certain_cause_excludes_its_rivals_alone() {
        let one = rule("certain", "", "rivals = [\"other\"]");
        assert_eq!(outcome(&one, &rule("likely", "", "")), (vec!["one".to_owned()], vec!["other".to_owned()]));
        assert_eq!(outcome(&one, &rule("certain", "", "")).0, ["one", "other"], "a rival that is certain itself stays");
        let unsure = rule("likely", "", "rivals = [\"other\"]");
        assert_eq!(outcome(&unsure, &rule("possible", "", "")).0, ["one", "other"]);
    }

    #[test]
    fn a_cause_supersedes_what_is_no_surer() {
        let narrow = "supersedes = [\"other\"]";
        assert_eq!(outcome(&rule("likely", narrow, ""), &rule("likely", "", "")).0, ["one"]);
        assert_eq!(outcome(&rule("likely", narrow, ""), &rule("certain", "", "")).0, ["other", "one"]);
    }
}
