//! The words that every form of a report uses.

use std::fmt::Write as _;

use serde::Serialize;

use super::page::{capitalised, clean, shortened};
use super::{
    CheckEntry, DiagnosisEntry, ExchangeEntry, FactEntry, FixEntry, PrincipalEntry, Report, Setting, SupportEntry,
    facts,
};
use crate::check::Status;
use crate::intent::Principal;
use crate::rule::{Confidence, NOBODY, Severity};

/// The longest reason of a check that is shown, in characters.
const LONGEST_REASON: usize = 300;
/// At most so many lines of a log are named.
const MOST_LINES: usize = 5;
/// The longest path of an address that is shown beside a fact, in characters: its end tells what was asked.
const LONGEST_PATH: usize = 40;
/// Sources that name all that there was to read.
const GOES_WITHOUT_SAYING: [&str; 3] = ["the text", "the exchanges of the run", "the settings of the run"];

/// The word that stands for a value of an enumeration: the one of the JSON report.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A diagnosis in a line: its title, and how sure it is.
pub(super) fn headline(diagnosis: &DiagnosisEntry) -> String {
    format!("{} ({})", capitalised(&diagnosis.title), word(&diagnosis.confidence))
}

/// A fact as a sentence, and what it was read from.
pub(super) fn fact(report: &Report, fact: &FactEntry) -> String {
    let sentence = facts::sentence(fact);
    if fact.at.starts_with("api.calls.") && fact.at.ends_with(".status") {
        // The status is part of what an exchange is called.
        let asked = exchange_of(report, &fact.from).map(asked);
        if let Some((request, _)) = asked.as_deref().and_then(|asked| asked.rsplit_once(", ")) {
            return format!("{sentence} to {request}");
        }
    }
    source(report, &fact.from).map_or_else(|| sentence.clone(), |source| format!("{sentence} ({source})"))
}

/// The facts to show as evidence; `all` includes those that go without saying.
pub(super) fn evidence(because: &[FactEntry], all: bool) -> Vec<&FactEntry> {
    if all { because.iter().collect() } else { facts::evidence(because) }
}

/// A fact as a sentence, with its path in the evidence and the number of its exchange.
pub(super) fn fact_in_full(report: &Report, fact: &FactEntry) -> String {
    let (sentence, by_path) = (facts::sentence(fact), facts::by_path(fact));
    let from = source(report, &fact.from).filter(|_| exchange_of(report, &fact.from).is_some());
    let from = from.map_or_else(|| fact.from.clone(), |asked| format!("{}: {asked}", fact.from));
    if sentence == by_path { format!("{by_path} ({from})") } else { format!("{sentence} ({by_path}; {from})") }
}

/// A fact by its path in the evidence, and what it was read from.
pub(super) fn fact_by_path(fact: &FactEntry) -> String {
    format!("{} ({})", facts::by_path(fact), fact.from)
}

/// What a fact was read from; of an exchange what was asked and answered. `None` where it goes without saying.
fn source(report: &Report, from: &str) -> Option<String> {
    if GOES_WITHOUT_SAYING.contains(&from) {
        return None;
    }
    Some(exchange_of(report, from).map_or_else(|| from.to_owned(), asked))
}

fn exchange_of<'r>(report: &'r Report, from: &str) -> Option<&'r ExchangeEntry> {
    let number = from.strip_prefix("exchange ")?.parse::<usize>().ok()?;
    report.exchanges.get(number.checked_sub(1)?)
}

/// An exchange in a few words.
fn asked(exchange: &ExchangeEntry) -> String {
    let path = exchange.url.split_once("://").map_or(exchange.url.as_str(), |(_, rest)| rest);
    let path = path.find('/').map_or("/", |at| &path[at..]);
    let path = path.split('?').next().unwrap_or(path);
    let cut = path.chars().count().saturating_sub(LONGEST_PATH);
    let path: String = if cut == 0 {
        path.to_owned()
    } else {
        let end: String = path.chars().skip(cut).collect();
        // From a whole segment on.
        format!("…{}", end.find('/').map_or(end.as_str(), |at| &end[at..]))
    };
    let answer = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    format!("{} {path}, {answer}", exchange.method)
}

/// A step of a remedy: who, where, what.
pub(crate) fn step(step: &FixEntry) -> String {
    let (by, action) = actor(&step.by, &step.action);
    match (step.by.as_str(), step.place.as_str()) {
        (NOBODY, "") => format!("{by} {action}"),
        (NOBODY, place) => format!("{by} {action} See {place}."),
        (_, "") => format!("{by}: {action}"),
        (_, place) => format!("{by}, in {place}: {action}"),
    }
}

/// Who does a step, as a beginning of its line, and what stands after it. A step for nobody may begin with what no one
/// can do.
pub(crate) fn actor<'s>(by: &str, action: &'s str) -> (String, &'s str) {
    if by != NOBODY {
        return (capitalised(by), action);
    }
    match action.split_once(". ").filter(|(first, _)| first.starts_with("No one ")) {
        Some((first, rest)) => (format!("{first}."), rest),
        None => ("No one needs to act.".to_owned(), action),
    }
}

/// Who acts, in a sentence.
pub(crate) fn owner_acts(owner: &str) -> String {
    if owner == NOBODY { "No one can change the cause itself.".to_owned() } else { format!("Who acts: {owner}.") }
}

/// A diagnosis in plain lines: what, who does what, what would decide.
pub(super) fn plain(diagnosis: &DiagnosisEntry) -> Vec<String> {
    let mut lines = vec![format!("{}.", headline(diagnosis)), diagnosis.explain.clone()];
    lines.extend(seen(diagnosis).map(|seen| format!("{seen}.")));
    for (number, fix) in diagnosis.fix.iter().enumerate() {
        let run = fix.run.as_ref().map_or_else(String::new, |run| format!(" Run: {run}"));
        lines.push(format!("{}. {}{run}", number + 1, step(fix)));
    }
    lines.extend(diagnosis.would_decide.iter().map(|question| format!("How to tell for certain: {}", question.how)));
    lines.iter().map(|line| clean(line)).collect()
}

/// The diagnoses that each stand for a cause of their own: the believed one, what is certain beside it, what is seen
/// elsewhere in a log, and what is no error. The others are alternatives to the believed one.
pub(super) fn leading(report: &Report) -> Vec<&DiagnosisEntry> {
    apart(report).0
}

/// The alternatives to the believed cause, a line each.
pub(super) fn alternatives(report: &Report) -> Vec<String> {
    apart(report).1.into_iter().map(|other| format!("Other possible cause: {}.", headline(other))).collect()
}

fn apart(report: &Report) -> (Vec<&DiagnosisEntry>, Vec<&DiagnosisEntry>) {
    let own = |place: usize, diagnosis: &DiagnosisEntry| {
        let sure = diagnosis.confidence != Confidence::Possible;
        let stands_alone = diagnosis.seen.is_some() || diagnosis.severity < Severity::Error;
        place == 0 || diagnosis.confidence == Confidence::Certain || sure && stands_alone
    };
    let (leading, others): (Vec<_>, Vec<_>) =
        report.diagnoses.iter().enumerate().partition(|(place, diagnosis)| own(*place, diagnosis));
    let plain = |list: Vec<(usize, _)>| list.into_iter().map(|(_, diagnosis)| diagnosis).collect();
    (plain(leading), plain(others))
}

/// How often, when and where a failure was seen. `None` where that says nothing: once, at no time.
pub(super) fn seen(diagnosis: &DiagnosisEntry) -> Option<String> {
    let seen = diagnosis.seen.as_ref().filter(|seen| seen.count > 1 || seen.first.is_some())?;
    let times = if seen.count == 1 { "once".to_owned() } else { format!("{} times", seen.count) };
    let when = match (&seen.first, &seen.last) {
        (Some(first), Some(last)) if first != last => format!(", from {first} to {last}"),
        (Some(first), _) => format!(", at {first}"),
        (None, _) => String::new(),
    };
    let lines: Vec<String> = seen.lines.iter().take(MOST_LINES).map(usize::to_string).collect();
    let place = match lines.as_slice() {
        [] => String::new(),
        [line] => format!(", line {line}"),
        lines => format!(", lines {}", lines.join(", ")),
    };
    let more = if seen.count > lines.len() && !lines.is_empty() { " …" } else { "" };
    Some(format!("Seen {times}{when}{place}{more}"))
}

/// The caller.
pub(crate) fn principal(principal: &PrincipalEntry) -> String {
    let object = principal.object_id.as_deref().unwrap_or("unknown");
    let application = principal.client_id.as_deref().unwrap_or("unknown");
    let tenant = principal.tenant.as_deref().unwrap_or("unknown");
    match principal.kind {
        Some(Principal::User) => format!(
            "User {} (object ID {object}), through application {application}, tenant {tenant}",
            principal.user.as_deref().unwrap_or("(name unknown)")
        ),
        _ => format!(
            "Service principal {object} of application {application}, tenant {tenant}. For groups and workspace roles, use this object ID (Entra admin center > Entra ID > Enterprise apps)."
        ),
    }
}

/// An answer that failed, with what support asks for.
pub(super) fn support(entry: &SupportEntry) -> String {
    let mut words = format!("{}, {}", entry.service, entry.asked);
    let parts = [
        ("status", entry.status.map(|status| status.to_string())),
        ("request ID", entry.request_id.clone()),
        ("correlation ID", entry.correlation_id.clone()),
        ("time", entry.time.clone()),
    ];
    for (name, value) in parts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = write!(words, ", {name} {value}");
    }
    words
}

/// Why a run without a diagnosis came to what it did: the checks that did not pass, and the notes.
pub(super) fn reasons(report: &Report) -> Vec<String> {
    let bad = report.checks.iter().filter(|check| is_bad(check.status));
    let bad = bad.map(|check| format!("{} {}: {}", check.id, word(&check.status), because(check)));
    bad.chain(report.notes.iter().cloned()).collect()
}

/// The mark of a check's status, which tells it without a colour.
pub(super) const fn status_mark(status: Status) -> &'static str {
    match status {
        Status::Passed => "✔",
        Status::Warned => "⚠",
        Status::Failed => "✘",
        Status::Skipped => "–",
        Status::Error => "!",
        Status::Manual => "?",
    }
}

/// Whether a check says that something does not work, or could not be measured.
pub(super) const fn is_bad(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Error)
}

/// Why a check has the status that it has.
pub(crate) fn because(check: &CheckEntry) -> String {
    shortened(&clean(&check.because), LONGEST_REASON).into_owned()
}

/// A setting in a line.
pub(crate) fn setting(setting: &Setting) -> String {
    let value = setting.value.as_deref().map_or_else(String::new, |value| format!(" = {value}"));
    let variable = setting.variable.as_ref().map_or_else(String::new, |name| format!(", variable {name}"));
    let from =
        if setting.from == "default" { "default".to_owned() } else { format!("from {}{variable}", setting.from) };
    format!("{}{value}, {from} ({})", setting.name, setting.form)
}

/// An exchange in a line.
pub(crate) fn exchange(exchange: &ExchangeEntry) -> String {
    let came =
        exchange.status.map_or_else(|| exchange.failure.clone().unwrap_or_default(), |status| status.to_string());
    let again = if exchange.attempt > 1 { format!(", attempt {}", exchange.attempt) } else { String::new() };
    let times = exchange.times.and_then(|times| times.words());
    let times = times.map_or_else(String::new, |words| format!(" ({words})"));
    format!("{} {} -> {came}, {} ms{times}{again}", exchange.method, exchange.url, exchange.ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_for_nobody_says_what_no_one_can_do() {
        let step = |by: &str, action: &str| {
            let (by, action) = (by.to_owned(), action.to_owned());
            super::step(&FixEntry { by, place: String::new(), action, run: None })
        };
        assert_eq!(step("nobody", "Wait two minutes."), "No one needs to act. Wait two minutes.");
        assert_eq!(step("nobody", "No one can allow it. Use another."), "No one can allow it. Use another.");
        assert_eq!(
            step("developer", "No one can allow it. Use another."),
            "Developer: No one can allow it. Use another."
        );
    }

    fn exchange(url: &str) -> ExchangeEntry {
        ExchangeEntry {
            method: "GET".to_owned(),
            url: url.to_owned(),
            status: Some(401),
            headers: std::collections::BTreeMap::default(),
            body: None,
            ms: 1,
            times: None,
            attempt: 1,
            failure: None,
        }
    }

    #[test]
    fn an_exchange_is_told_by_the_end_of_its_path() {
        assert_eq!(asked(&exchange("https://api.powerbi.com/v1.0/myorg/groups?$top=1")), "GET /v1.0/myorg/groups, 401");
        let long = "https://api.powerbi.com/v1.0/myorg/groups/3a1e5000-7777-4077-8077-000000000011/reports";
        assert_eq!(asked(&exchange(long)), "GET …/reports, 401");
        assert_eq!(asked(&exchange("https://api.powerbi.com")), "GET /, 401");
    }
}
