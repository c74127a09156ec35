//! The report for a person at a terminal: a line a check, then the first diagnosis in full, the others in a line each.

use std::fmt::Write as _;

use colored::{ColoredString, Colorize as _};

use super::page::{Page, capitalised, clean};
use super::{CheckEntry, DiagnosisEntry, FactEntry, Origin, Outcome, PrincipalEntry, Report, SeenEntry, SupportEntry};
use crate::check::Status;
use crate::intent::Principal;
use crate::rule::template::in_words;
use crate::rule::{Confidence, Severity};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// Columns.
    pub width: usize,
    /// 0: the verdict; 1: what was ruled out and proven, the settings and exchanges; 2: headers and bodies too.
    pub verbose: u8,
    /// Only the diagnosis.
    pub quiet: bool,
}

/// The report as text.
#[must_use]
pub fn render(report: &Report, detail: Detail) -> String {
    let mut page = Page::new(detail.width);
    if !detail.quiet {
        page.checks(report);
    }
    if let Some(token) = &report.token {
        page.token(token);
    }
    page.verdict(report);
    if let Some((first, others)) = report.diagnoses.split_first() {
        page.diagnosis(first);
        page.others(others);
    }
    page.people(report);
    page.notes(report);
    if detail.verbose > 0 {
        page.background(report, detail.verbose);
    }
    page.into_text()
}

/// At most so many answers that failed are named; the report for programs has all.
const MOST_SUPPORT: usize = 3;

/// At most so many lines of an input are named.
const MOST_LINES: usize = 5;

impl Page {
    fn checks(&mut self, report: &Report) {
        let widest = report.checks.iter().map(|check| check.id.len()).max().unwrap_or(0);
        for check in &report.checks {
            self.check(check, widest);
        }
    }

    fn check(&mut self, check: &CheckEntry, widest: usize) {
        let (mark, word) = status_words(check.status);
        // Colours are put on after wrapping: their codes have no width.
        let plain = format!("{mark} {word:<8} {:<widest$}  ", check.id);
        let before = self.text.len();
        self.wrapped(&plain, &check.because);
        let coloured = paint(check.status, &format!("{mark} {word:<8}")).to_string();
        self.text.replace_range(before..before + mark.len() + 9, &coloured);
    }

    fn token(&mut self, token: &super::token::TokenEntry) {
        for (name, words) in token.lines() {
            self.wrapped(&format!("{name:<14} "), &words);
        }
    }

    fn verdict(&mut self, report: &Report) {
        self.gap();
        let words = match (report.outcome, report.diagnoses.first()) {
            (Outcome::Healthy, None) if report.token.is_some() => "Nothing is wrong with it that can be seen.".green(),
            (Outcome::Healthy, None)
                if matches!(report.origin, Origin::Text | Origin::Log | Origin::Har | Origin::Token) =>
            {
                "Nothing here: no authorization failure was found.".normal()
            }
            (Outcome::Healthy, None) if warns(report) => "Healthy, with something to look at.".green(),
            (Outcome::Healthy, None) => "Healthy: every check that was made passed.".green(),
            (Outcome::Healthy, Some(_)) => "Healthy, with something to look at.".green(),
            (Outcome::Problem, _) => "A problem was found.".red().bold(),
            (Outcome::Unexplained, _) => "Something failed, and no rule explains it.".red().bold(),
            (Outcome::Incomplete, _) => "The run could not be made.".red().bold(),
        };
        self.line(&words.to_string());
    }

    fn diagnosis(&mut self, diagnosis: &DiagnosisEntry) {
        self.gap();
        let sure = confidence_words(diagnosis.confidence);
        let before = self.text.len();
        let head = format!("{} ({sure})", capitalised(&diagnosis.title));
        self.wrapped("", &head);
        let head = self.text.split_off(before);
        for line in head.lines() {
            self.line(&severity_paint(diagnosis.severity, line).to_string());
        }
        self.wrapped("  ", &diagnosis.explain);
        self.section("Because");
        for fact in &diagnosis.because {
            self.wrapped("    - ", &fact_words(fact));
        }
        if let Some(seen) = diagnosis.seen.as_ref().filter(|seen| seen.count > 1 || seen.first.is_some()) {
            self.section("Seen");
            self.wrapped("    ", &seen_words(seen));
        }
        self.section("What to do");
        for (number, step) in diagnosis.fix.iter().enumerate() {
            let place = if step.place.is_empty() { String::new() } else { format!(", in {}", step.place) };
            self.wrapped(
                &format!("    {}. ", number + 1),
                &format!("{}{place}: {}", capitalised(&step.by), step.action),
            );
            if let Some(run) = &step.run {
                self.line(&format!("       $ {}", clean(run)));
            }
        }
        if !diagnosis.confirm.is_empty() {
            self.section("To confirm");
            self.wrapped("    ", &diagnosis.confirm);
        }
        if !diagnosis.would_decide.is_empty() {
            self.section("What would decide");
            for question in &diagnosis.would_decide {
                self.wrapped("    - ", &question.how);
            }
        }
        let _ = writeln!(self.text, "\n  {} {}", "Cause:".dimmed(), diagnosis.cause);
    }

    fn others(&mut self, others: &[DiagnosisEntry]) {
        if others.is_empty() {
            return;
        }
        self.section("Other causes that the evidence leaves open");
        for other in others {
            let sure = confidence_words(other.confidence);
            self.wrapped("    - ", &format!("{sure}: {} ({})", other.title, other.cause));
        }
    }

    /// Who called, and what support asks for; only where something is wrong.
    fn people(&mut self, report: &Report) {
        if matches!(report.outcome, Outcome::Healthy) {
            return;
        }
        if let Some(principal) = &report.principal {
            self.section("Who called");
            self.wrapped("    ", &principal_words(principal));
        }
        if !report.support.is_empty() {
            self.section("For Microsoft's support");
            for entry in report.support.iter().take(MOST_SUPPORT) {
                self.wrapped("    - ", &support_words(entry));
            }
            if let Some(more @ 1..) = report.support.len().checked_sub(MOST_SUPPORT) {
                self.line(&format!("    - and {more} more, in --format json"));
            }
        }
    }

    fn notes(&mut self, report: &Report) {
        if report.notes.is_empty() {
            return;
        }
        self.gap();
        for note in &report.notes {
            self.wrapped("Note: ", note);
        }
    }

    fn background(&mut self, report: &Report, verbose: u8) {
        if !report.ruled_out.is_empty() {
            self.section("Ruled out");
            for out in &report.ruled_out {
                self.wrapped("    - ", &format!("{} ({}): {}", out.title, out.cause, fact_words(&out.because)));
            }
        }
        if !report.proves.is_empty() {
            self.section("Proven");
            for proof in &report.proves {
                self.wrapped("    - ", &format!("{}, by {}", proof.statement, proof.because));
            }
        }
        if !report.settings.is_empty() {
            self.section("Settings");
            for setting in &report.settings {
                let value = setting.value.as_deref().map_or_else(String::new, |value| format!(" = {value}"));
                self.wrapped("    - ", &format!("{}{value}, from {} ({})", setting.name, setting.from, setting.form));
            }
        }
        if !report.exchanges.is_empty() {
            self.section("Exchanges");
            for (at, exchange) in report.exchanges.iter().enumerate() {
                self.exchange(at, exchange, verbose);
            }
        }
    }

    fn exchange(&mut self, at: usize, exchange: &super::ExchangeEntry, verbose: u8) {
        let came =
            exchange.status.map_or_else(|| exchange.failure.clone().unwrap_or_default(), |status| status.to_string());
        let again = if exchange.attempt > 1 { format!(", attempt {}", exchange.attempt) } else { String::new() };
        let line = format!("{} {} -> {came}, {} ms{again}", exchange.method, exchange.url, exchange.ms);
        self.wrapped(&format!("    {}. ", at + 1), &line);
        if verbose > 1 {
            for (name, value) in &exchange.headers {
                self.line(&format!("       {name}: {}", clean(value)));
            }
            if let Some(body) = &exchange.body {
                self.line(&format!("       {}", clean(&body.to_string())));
            }
        } else if let Some(id) = exchange.headers.get("requestid").or_else(|| exchange.headers.get("x-ms-request-id")) {
            self.line(&format!("       request id {}", clean(id)));
        }
    }
}

fn warns(report: &Report) -> bool {
    report.checks.iter().any(|check| check.status == Status::Warned)
}

const fn status_words(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Passed => ("✔", "passed"),
        Status::Warned => ("⚠", "warned"),
        Status::Failed => ("✘", "failed"),
        Status::Skipped => ("–", "skipped"),
        Status::Error => ("✘", "error"),
        Status::Manual => ("?", "manual"),
    }
}

fn paint(status: Status, text: &str) -> ColoredString {
    match status {
        Status::Passed => text.green(),
        Status::Warned => text.yellow(),
        Status::Failed | Status::Error => text.red(),
        Status::Manual => text.cyan(),
        Status::Skipped => text.dimmed(),
    }
}

fn severity_paint(severity: Severity, text: &str) -> ColoredString {
    match severity {
        Severity::Error => text.red().bold(),
        Severity::Warning => text.yellow().bold(),
        Severity::Note => text.bold(),
    }
}

const fn confidence_words(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

fn principal_words(principal: &PrincipalEntry) -> String {
    let object = principal.object_id.as_deref().unwrap_or("not told");
    let application = principal.client_id.as_deref().unwrap_or("not told");
    let tenant = principal.tenant.as_deref().unwrap_or("not told");
    match principal.kind {
        Some(Principal::User) => format!(
            "User {} (object ID {object}), through application {application}, tenant {tenant}",
            principal.user.as_deref().unwrap_or("without a name")
        ),
        _ => format!(
            "Service principal {object} (its Object ID under Enterprise applications: groups and workspaces need this one) of application {application}, tenant {tenant}"
        ),
    }
}

fn support_words(entry: &SupportEntry) -> String {
    let mut words = format!("{}, {}", entry.service, entry.asked);
    let parts = [
        ("status", entry.status.map(|status| status.to_string())),
        ("request id", entry.request_id.clone()),
        ("correlation id", entry.correlation_id.clone()),
        ("time", entry.time.clone()),
    ];
    for (name, value) in parts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = write!(words, ", {name} {value}");
    }
    words
}

fn seen_words(seen: &SeenEntry) -> String {
    let times = if seen.count == 1 { "Once".to_owned() } else { format!("{} times", seen.count) };
    let span = match (&seen.first, &seen.last) {
        (Some(first), Some(last)) if first != last => format!(", from {first} to {last}"),
        (Some(first), _) => format!(", at {first}"),
        _ => String::new(),
    };
    let lines: Vec<String> = seen.lines.iter().take(MOST_LINES).map(usize::to_string).collect();
    let more = if seen.count > lines.len() { " and more" } else { "" };
    format!("{times}{span}, in line{} {}{more}", if lines.len() == 1 { "" } else { "s" }, lines.join(", "))
}

fn fact_words(fact: &FactEntry) -> String {
    format!("{} is {} ({})", fact.at, in_words(&fact.value), fact.from)
}
