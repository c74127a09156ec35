//! The report for a person at a terminal: a line a check, then the first diagnosis in full, the others in a line each.

use std::fmt::Write as _;

use colored::{ColoredString, Colorize as _};

use super::page::{Page, clean};
use super::{CheckEntry, DiagnosisEntry, Outcome, Report, words};
use crate::check::{Skip, Status};
use crate::rule::{Confidence, Severity};

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// Columns.
    pub width: usize,
    /// 0: the verdict; 1: what was ruled out and proven, the settings and exchanges; 2: headers and bodies too.
    pub verbose: u8,
    /// Only the diagnosis.
    pub quiet: bool,
    /// Whether addresses are links that the terminal follows.
    pub links: bool,
    /// Whether the checks that were made stand on the screen already, as [`check_line`] tells them.
    pub watched: bool,
}

/// Where nobody knows better: wide enough for a table, narrow enough for a log.
pub const WIDTH: usize = 100;

/// Beneath so many columns a check takes two lines.
const NARROW: usize = 72;

/// At most so many answers that failed are named; the report for programs has all.
const MOST_SUPPORT: usize = 3;

impl Default for Detail {
    fn default() -> Self {
        Self { width: WIDTH, verbose: 0, quiet: false, links: false, watched: false }
    }
}

/// The report as text.
#[must_use]
pub fn render(report: &Report, detail: Detail) -> String {
    let mut page = Page::new(detail.width);
    if !detail.quiet {
        page.checks(report, detail);
    }
    if let Some(token) = &report.token {
        page.token(token);
    }
    page.gap_after(detail.watched && !detail.quiet);
    page.verdict(report);
    if let Some((first, others)) = report.diagnoses.split_first() {
        page.diagnosis(report, first, detail.links);
        page.others(others);
    }
    page.people(report);
    page.notes(report);
    if detail.verbose > 0 {
        page.background(report, detail.verbose);
    }
    page.into_text()
}

/// The line of one check, as it is told when the check has judged. Empty for one that was not made: those are told
/// together, at the end.
#[must_use]
pub fn check_line(check: &CheckEntry, detail: Detail) -> String {
    let mut page = Page::new(detail.width);
    if check.status != Status::Skipped || detail.verbose > 0 {
        page.check(check, widest(crate::check::CHECKS.iter().map(|check| check.id)));
    }
    page.into_text()
}

impl Page {
    fn checks(&mut self, report: &Report, detail: Detail) {
        let every = detail.verbose > 0;
        let widest = widest(report.checks.iter().map(|check| check.id.as_str()));
        if !detail.watched {
            for check in report.checks.iter().filter(|check| every || check.status != Status::Skipped) {
                self.check(check, widest);
            }
        }
        if !every {
            self.skipped(&report.checks);
        }
    }

    fn check(&mut self, check: &CheckEntry, widest: usize) {
        let (mark, word) = status_words(check.status);
        let status = format!("{mark} {word:<8}");
        // Colours are put on after wrapping: their codes have no width.
        let before = self.text.len();
        if self.width() < NARROW {
            self.wrapped(&format!("{status} "), &check.id);
            self.wrapped("    ", &words::because(check));
        } else {
            self.wrapped(&format!("{status} {:<widest$}  ", check.id), &words::because(check));
        }
        let coloured = paint(check.status, &status).to_string();
        self.text.replace_range(before..before + status.len(), &coloured);
    }

    /// The checks that were not made: those with one reason in one line, those that nobody misses in the last.
    fn skipped(&mut self, checks: &[CheckEntry]) {
        let mut blocked: Vec<(String, Vec<&str>)> = Vec::new();
        let mut aside: Vec<&str> = Vec::new();
        for check in checks.iter().filter(|check| check.status == Status::Skipped) {
            if matches!(check.skip, Some(Skip::NotAsked | Skip::NotNeeded)) {
                aside.push(&check.id);
                continue;
            }
            let because = words::because(check);
            match blocked.iter_mut().find(|(known, _)| *known == because) {
                Some((_, ids)) => ids.push(&check.id),
                None => blocked.push((because, vec![&check.id])),
            }
        }
        for (because, ids) in blocked {
            let named = match ids.as_slice() {
                [first, _, _, _, ..] => format!("{first} and {} more", ids.len() - 1),
                few => few.join(", "),
            };
            self.not_made(&format!("{named}: {because}"));
        }
        if !aside.is_empty() {
            self.not_made(&format!("{}: not asked for or not needed here (-v tells more)", aside.join(", ")));
        }
    }

    fn not_made(&mut self, words: &str) {
        let before = self.text.len();
        let (mark, word) = status_words(Status::Skipped);
        self.wrapped(&format!("{mark} {word:<8} "), words);
        let line = self.text.split_off(before);
        for line in line.lines() {
            let line = line.dimmed().to_string();
            self.line(&line);
        }
    }

    fn token(&mut self, token: &super::token::TokenEntry) {
        for (name, words) in token.lines() {
            self.wrapped(&format!("{name:<14} "), &words);
        }
    }

    fn verdict(&mut self, report: &Report) {
        let words = report.verdict();
        let words = match report.outcome {
            Outcome::Healthy if report.checks.is_empty() && report.diagnoses.is_empty() => words.normal(),
            Outcome::Healthy => words.green(),
            Outcome::Problem | Outcome::Unexplained | Outcome::Incomplete => words.red().bold(),
        };
        self.line(&words.to_string());
    }

    fn diagnosis(&mut self, report: &Report, diagnosis: &DiagnosisEntry, links: bool) {
        self.gap();
        let before = self.text.len();
        self.wrapped("", &words::headline(diagnosis));
        let head = self.text.split_off(before);
        for line in head.lines() {
            self.line(&severity_paint(diagnosis.severity, line).to_string());
        }
        self.wrapped("  ", &diagnosis.explain);
        if let Some(seen) = words::seen(diagnosis) {
            self.wrapped("  ", &format!("{seen}."));
        }
        self.section("Because");
        for fact in &diagnosis.because {
            self.wrapped("    - ", &words::fact(report, fact));
        }
        self.section("What to do");
        for (number, step) in diagnosis.fix.iter().enumerate() {
            self.wrapped(&format!("    {}. ", number + 1), &words::step(step));
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
        self.sources(diagnosis, links);
    }

    fn sources(&mut self, diagnosis: &DiagnosisEntry, links: bool) {
        let _ = writeln!(self.text, "\n  {} {}", "Cause:".dimmed(), clean(&diagnosis.cause));
        for url in &diagnosis.references {
            let url = clean(url);
            let shown = if links { format!("\u{1b}]8;;{url}\u{1b}\\{url}\u{1b}]8;;\u{1b}\\") } else { url };
            let _ = writeln!(self.text, "  {}  {shown}", "Read:".dimmed());
        }
    }

    fn others(&mut self, others: &[DiagnosisEntry]) {
        let (certain, open): (Vec<_>, Vec<_>) = others.iter().partition(|o| o.confidence == Confidence::Certain);
        for (title, others) in [("Also found", certain), ("Other causes that the evidence leaves open", open)] {
            if !others.is_empty() {
                self.section(title);
            }
            for other in others {
                let sure = words::word(&other.confidence);
                let seen = words::seen(other).map_or_else(String::new, |seen| format!(". {seen}"));
                self.wrapped("    - ", &format!("{sure}: {} ({}){seen}", other.title, other.cause));
            }
        }
    }

    /// Who called, and what support asks for; only where something is wrong.
    fn people(&mut self, report: &Report) {
        if matches!(report.outcome, Outcome::Healthy) {
            return;
        }
        if let Some(principal) = &report.principal {
            self.section("Who called");
            self.wrapped("    ", &words::principal(principal));
        }
        if !report.support.is_empty() {
            self.section("For Microsoft's support");
            for entry in report.support.iter().take(MOST_SUPPORT) {
                self.wrapped("    - ", &words::support(entry));
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
                let because = words::fact(report, &out.because);
                self.wrapped("    - ", &format!("{} ({}): {because}", out.title, out.cause));
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
                self.wrapped("    - ", &words::setting(setting));
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
        self.wrapped(&format!("    {}. ", at + 1), &words::exchange(exchange));
        if verbose > 1 {
            for (name, value) in &exchange.headers {
                self.line(&format!("       {}: {}", clean(name), clean(value)));
            }
            if let Some(body) = &exchange.body {
                self.line(&format!("       {}", clean(&body.to_string())));
            }
        } else if let Some(id) = exchange.headers.get("requestid").or_else(|| exchange.headers.get("x-ms-request-id")) {
            self.line(&format!("       request id {}", clean(id)));
        }
    }
}

fn widest<'c>(ids: impl Iterator<Item = &'c str>) -> usize {
    ids.map(str::len).max().unwrap_or(0)
}

const fn status_words(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Passed => ("✔", "passed"),
        Status::Warned => ("⚠", "warned"),
        Status::Failed => ("✘", "failed"),
        Status::Skipped => ("–", "skipped"),
        Status::Error => ("!", "error"),
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
