//! The report of what was pasted or saved: each kind of failure is diagnosed, and its causes are named once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use super::build::{exit_of, explain_codes, has_error, name_causes, skeleton};
use super::{DiagnosisEntry, FailOn, Origin, Outcome, Report, SeenEntry, shows_failure, who};
use crate::diagnose::{Diagnosis, MOST_NAMED, diagnose};
use crate::evidence::text::Text;
use crate::evidence::{Evidence, View};
use crate::facts;
use crate::import::{Failure, Reading, Source};
use crate::ranker::{Opinion, Weights};
use crate::redact::Secrets;
use crate::rule::{Confidence, RuleSet};

/// A cause as one kind of failure names it: its place there, and the kind.
struct Named {
    entry: DiagnosisEntry,
    place: usize,
    count: usize,
    kind: usize,
}

/// What one kind of failure comes to.
struct One {
    report: Report,
    /// Whether a rule or a code names a cause.
    explained: bool,
    /// Whether something failed, by what was recognised or by the words.
    failed: bool,
}

/// The report of an input. `facts`: what the user knows, by path.
#[must_use]
pub fn of_reading(reading: Reading, facts: &BTreeMap<String, Value>, rules: &RuleSet, fail_on: FailOn) -> Report {
    let weights = Weights::embedded();
    let mut report = skeleton(origin(reading.source));
    report.notes = reading.notes;
    if weights.is_none() {
        report.notes.push("This build has no ranker: causes are named and ordered by rules alone.".to_owned());
    }
    let mut named = Vec::new();
    let mut open = Vec::new();
    let mut explained = false;
    for (kind, mut failure) in reading.failures.into_iter().enumerate() {
        facts::apply(facts, &mut failure.evidence);
        if let Some(text) = &mut failure.evidence.text {
            text.find_messages();
        }
        let one = of_failure(&failure, rules, weights.as_ref());
        explained |= one.explained && has_error(&one.report);
        if one.failed && !one.explained {
            open.push(seen(&failure));
            explain_codes(&mut report, &failure.evidence, rules);
            report.notes.extend(recognised(&failure.evidence));
        }
        take(&mut report, &mut named, one.report, &failure, kind);
    }
    doubt_what_follows(&mut named, rules);
    report.diagnoses = merged(named);
    report.ruled_out.retain(|out| !report.diagnoses.iter().any(|diagnosis| diagnosis.cause == out.cause));
    report.outcome = match (explained, open.is_empty()) {
        (true, _) => Outcome::Problem,
        (false, false) => Outcome::Unexplained,
        (false, true) => Outcome::Healthy,
    };
    if report.outcome == Outcome::Problem {
        report.notes.extend(open.iter().map(unexplained));
    }
    report.exit = exit_of(&report, fail_on);
    report
}

const fn origin(source: Source) -> Origin {
    match source {
        Source::Text => Origin::Text,
        Source::Log => Origin::Log,
        Source::Har => Origin::Har,
        Source::Token => Origin::Token,
    }
}

/// The report of one kind of failure.
fn of_failure(failure: &Failure, rules: &RuleSet, weights: Option<&Weights<'_>>) -> One {
    let view = View::of(&failure.evidence);
    let text = failure.evidence.text.as_ref();
    let excerpt = text.and_then(|text| text.excerpt.as_deref());
    let words = excerpt.zip(weights).and_then(|(excerpt, weights)| Opinion::of(excerpt, &view, weights));
    let shows_one = |words: &Opinion<'_>| shows_failure::by_words(words, text);
    let failed = failure.failed || words.as_ref().is_some_and(shows_one);
    let diagnosis = diagnose(&view, &failure.evidence, rules, words.as_ref().filter(|_| failed));
    let silences = |words: &Opinion<'_>| shows_failure::is_denied(words, &diagnosis, text);
    if words.as_ref().is_some_and(silences) {
        let notes = only_named(&failure.evidence).into_iter().collect();
        return One { report: Report { notes, ..skeleton(Origin::Text) }, explained: false, failed: false };
    }
    let explained = diagnosis.explained;
    let mut report = skeleton(Origin::Text);
    name_causes(&mut report, &diagnosis, &view, rules);
    report.principal = who::principal(&failure.evidence);
    report.support = who::support(&failure.evidence);
    One { report: without_secrets(report, &view, &diagnosis, rules), explained, failed }
}

/// That a text names codes without showing a failure, and where to read of them.
fn only_named(evidence: &Evidence) -> Option<String> {
    let is_named = |text: &Text| text.answer_quoted == Some(false);
    evidence.text.as_ref().filter(|text| is_named(text))?;
    let of_entra = evidence.token.iter().filter_map(|token| token.error.as_ref()?.codes.as_ref()).flatten();
    let of_apis =
        evidence.api.iter().filter_map(|api| api.calls.as_ref()).flatten().filter_map(|call| call.code.clone());
    let code = of_entra.map(|code| format!("AADSTS{code}")).chain(of_apis).next()?;
    Some(format!(
        "The text names {code}, but doesn't seem to show a failure. To read what it means, run pbiauth explain {code}."
    ))
}

/// The report without the secrets that stand in the text: what a fact quotes of it may be one.
fn without_secrets(report: Report, view: &View, diagnosis: &Diagnosis<'_>, rules: &RuleSet) -> Report {
    let mut secrets = Secrets::default();
    secrets.learn(view.tree());
    if !secrets.any() {
        return report;
    }
    for finding in &diagnosis.findings {
        finding.rule.explain.templates().for_each(|template| secrets.spare(&template.own_words()));
        let asked = finding.found.unknown.iter().filter_map(|path| rules.question(path));
        asked.for_each(|question| secrets.spare(&question.how.own_words()));
    }
    let mut json = serde_json::to_value(report).expect("a report is JSON");
    secrets.hide(&mut json);
    serde_json::from_value(json).expect("hiding a string keeps the shape")
}

fn take(report: &mut Report, named: &mut Vec<Named>, one: Report, failure: &Failure, kind: usize) {
    report.principal = report.principal.take().or(one.principal);
    report.support.extend(one.support);
    report.notes.extend(one.notes);
    for out in one.ruled_out {
        if !report.ruled_out.iter().any(|known| known.cause == out.cause) {
            report.ruled_out.push(out);
        }
    }
    for proof in one.proves {
        if !report.proves.iter().any(|known| known.statement == proof.statement) {
            report.proves.push(proof);
        }
    }
    for (place, mut entry) in one.diagnoses.into_iter().enumerate() {
        entry.seen = Some(seen(failure));
        named.push(Named { entry, place, count: failure.count, kind });
    }
}

fn seen(failure: &Failure) -> SeenEntry {
    SeenEntry {
        count: failure.count,
        first: failure.first.clone(),
        last: failure.last.clone(),
        lines: failure.lines.clone(),
    }
}

/// What comes of another failure in the text isn't its certain cause: repeated wrong passwords lock an account.
fn doubt_what_follows(named: &mut [Named], rules: &RuleSet) {
    let shown: Vec<(usize, String)> = named.iter().map(|named| (named.kind, named.entry.cause.clone())).collect();
    for Named { entry, kind, .. } in named.iter_mut().filter(|named| named.entry.confidence == Confidence::Certain) {
        let Some(rule) = rules.get(&entry.cause) else { continue };
        if shown.iter().any(|(other, cause)| other != kind && rule.follows.contains(cause)) {
            entry.confidence = Confidence::Likely;
        }
    }
}

/// The causes of all kinds of failure, each once: the surest first, of equally sure ones the believed cause of each kind,
/// then what was seen most often, then the earliest.
fn merged(mut named: Vec<Named>) -> Vec<DiagnosisEntry> {
    named.sort_by_key(|n| (Reverse(n.entry.confidence), n.place, Reverse(n.count), Reverse(n.entry.severity), n.kind));
    let mut entries: Vec<DiagnosisEntry> = Vec::new();
    let mut firsts = 0;
    for next in named {
        if let Some(known) = entries.iter_mut().find(|entry| entry.cause == next.entry.cause) {
            join(known, next.entry);
            continue;
        }
        firsts += usize::from(next.place == 0);
        entries.push(next.entry);
    }
    entries.truncate(firsts.max(MOST_NAMED));
    entries
}

fn join(known: &mut DiagnosisEntry, other: DiagnosisEntry) {
    let (Some(seen), Some(more)) = (&mut known.seen, other.seen) else { return };
    seen.count += more.count;
    seen.lines.extend(more.lines);
    seen.lines.sort_unstable();
    seen.lines.dedup();
    seen.first = earlier(seen.first.take(), more.first);
    seen.last = later(seen.last.take(), more.last);
}

/// Times of one log have one form, in which an earlier one sorts before a later one.
fn earlier(one: Option<String>, other: Option<String>) -> Option<String> {
    one.into_iter().chain(other).min()
}

fn later(one: Option<String>, other: Option<String>) -> Option<String> {
    one.into_iter().chain(other).max()
}

/// What was recognised of a failure that nothing explains: who answered what, and where to read on.
fn recognised(evidence: &Evidence) -> Option<String> {
    let calls = evidence.api.as_ref().and_then(|api| api.calls.as_ref());
    let call = calls.into_iter().flatten().find(|call| call.status.is_some_and(|status| status >= 400));
    let status = call.and_then(|call| call.status).or_else(|| evidence.token.as_ref()?.status)?;
    let service = call.and_then(|call| call.service).map_or("A service", crate::record::Service::name);
    Some(format!("{service} answered {status}. `pbiauth explain {status}` lists what that can mean."))
}

fn unexplained(seen: &SeenEntry) -> String {
    let lines: Vec<String> = seen.lines.iter().map(usize::to_string).collect();
    let times = if seen.count == 1 { "once".to_owned() } else { format!("{} times", seen.count) };
    format!("Another failure, seen {times} (lines {}), has no known cause.", lines.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Codes, Found, read};

    fn report(text: &str) -> Report {
        let rules = RuleSet::embedded();
        let Found::Reading(reading) = read(text, &Codes::with(rules.code_names()), 0) else { panic!("a bundle") };
        of_reading(reading, &BTreeMap::new(), &rules, FailOn::Error)
    }

    #[test]
    fn a_code_that_is_not_known_has_a_page_of_its_own() {
        let notes = report("AADSTS9999123: Something new. Trace ID: 1c9f3e2a-5b77-4c0e-9a41-77d0c1b2a300").notes;
        assert!(
            notes.iter().any(|note| note.ends_with("https://login.microsoftonline.com/error?code=9999123")),
            "{notes:?}"
        );
        assert!(!report(LOG).notes.iter().any(|note| note.contains("error?code=")));
    }

    const LOG: &str = "2026-10-05 04:00:01 ERROR AADSTS7000222: The provided client secret keys are expired.\n\
                       2026-10-05 04:00:02 INFO nothing\n\
                       2026-10-05 04:00:03 ERROR GET https://api.powerbi.com/v1.0/myorg/groups -> 429\n\
                       2026-10-05 04:00:04 ERROR AADSTS7000222: The provided client secret keys are expired.\n";

    #[test]
    fn each_kind_of_failure_has_its_cause() {
        let report = report(LOG);
        assert_eq!(report.origin, Origin::Log);
        let told: Vec<_> = report.diagnoses.iter().map(|d| (d.cause.as_str(), d.seen.clone().expect("seen"))).collect();
        assert_eq!((told[0].0, told[0].1.count), ("rate-limited", 1), "what is certain comes first");
        assert_eq!(told[1].0, "client-secret-expired");
        assert_eq!((told[1].1.count, told[1].1.lines.as_slice()), (2, [1, 4].as_slice()));
        assert_eq!(told[1].1.last.as_deref(), Some("2026-10-05 04:00:04"));
    }

    #[test]
    fn a_code_that_is_only_named_names_no_cause_where_the_words_tell_of_no_failure() {
        let closed = "Verified and closed. Conditional Access had blocked the build agents (AADSTS53003). Their address \
                      range was added to the named location, five builds in a row are green.";
        let quiet = report(closed);
        assert_eq!((quiet.outcome, quiet.diagnoses.len()), (Outcome::Healthy, 0));
        assert!(quiet.notes.iter().any(|note| note.ends_with("pbiauth explain AADSTS53003.")), "{:?}", quiet.notes);
        let open = "Since Monday our build agents can't sign in any more. The log of each of them says AADSTS53003 and \
                    nothing else. Which policy is it?";
        assert_eq!(report(open).diagnoses[0].cause, "conditional-access-block");
        assert_eq!(report("AADSTS53003").diagnoses[0].cause, "conditional-access-block");
    }

    #[test]
    fn a_status_line_with_headers_is_asked_about() {
        for text in ["HTTP/1.1 401 Unauthorized", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nServer: Kestrel\r\n"]
        {
            assert_eq!(report(text).outcome, Outcome::Unexplained, "{text}");
        }
    }

    #[test]
    fn a_code_of_one_cause_makes_it_likely() {
        let first = |text: &str| {
            let report = report(text);
            report.diagnoses.first().map(|first| (first.cause.clone(), first.confidence))
        };
        let alone = first(
            "AADSTS240002: Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
        );
        assert_eq!(alone, Some(("id-token-used".to_owned(), Confidence::Likely)));
        let beside = first(
            "Using OIDC authentication...\nError: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable\n\
             Error: AADSTS50027: JWT token is invalid or malformed.",
        );
        assert_eq!(
            beside,
            Some(("no-credential-available".to_owned(), Confidence::Likely)),
            "the code excludes its own"
        );
    }

    #[test]
    fn what_is_over_is_a_note() {
        let log = "2026-10-05 04:00:01 WARN GET https://api.powerbi.com/v1.0/myorg/groups -> 429\n\
                   2026-10-05 04:00:31 INFO GET https://api.powerbi.com/v1.0/myorg/groups -> 200\n";
        let report = report(log);
        assert_eq!((report.outcome, report.exit, report.diagnoses.len()), (Outcome::Healthy, 0, 0));
        assert!(report.notes[0].contains("over"), "{:?}", report.notes);
    }
}
