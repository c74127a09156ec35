//! The report for a person at a terminal: the checks, the first diagnosis in full, the others in a line each; and as
//! the last thing on the screen the verdict, with the first step and the command to try again.

mod checks;

use std::fmt::Write as _;

use colored::{ColoredString, Colorize as _};

pub use checks::check_line;

use super::page::{Page, capitalised, clean};
use super::{DiagnosisEntry, Outcome, Report, words};
use crate::rule::{Confidence, Severity};

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// Columns.
    pub width: usize,
    /// 0: the verdict; 1: every check, the paths of facts, what was ruled out and proven, settings and exchanges;
    /// 2: headers and bodies too.
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

/// At most so many answers that failed are named; the report for programs has all.
const MOST_SUPPORT: usize = 3;

/// A verdict of more lines than this has no room for another cause: it's read in seconds.
const ROOM: usize = 6;

/// At most so many questions are asked about a failure that nothing explains.
const MOST_QUESTIONS: usize = 5;

impl Default for Detail {
    fn default() -> Self {
        Self { width: WIDTH, verbose: 0, quiet: false, links: false, watched: false }
    }
}

/// The report as text.
#[must_use]
pub fn render(report: &Report, detail: Detail) -> String {
    let mut page = Page::new(detail.width);
    let tells_causes = !report.diagnoses.is_empty();
    if tells_causes && !detail.watched && !detail.quiet {
        page.headline(report, "");
        if !report.checks.is_empty() {
            page.gap();
        }
    }
    if !detail.quiet {
        page.checks(report, detail);
    }
    if let Some(token) = &report.token {
        page.token(token);
    }
    if report.outcome == Outcome::Unexplained && detail.verbose == 0 {
        page.open_causes(report);
    } else if let Some((first, others)) = report.diagnoses.split_first() {
        page.diagnosis(report, first, detail);
        page.others(others);
    }
    if !detail.quiet {
        page.people(report);
        page.notes(report);
    }
    if detail.verbose > 0 {
        page.background(report, detail.verbose);
    }
    page.gap_after(detail.watched && !detail.quiet);
    page.verdict(report);
    page.into_text()
}

impl Page {
    fn token(&mut self, token: &super::token::TokenEntry) {
        for (name, words) in token.lines() {
            self.wrapped(&format!("{name:<14} "), &words);
        }
    }

    /// What it comes to, in a sentence.
    fn headline(&mut self, report: &Report, beginning: &str) {
        let before = self.text.len();
        self.wrapped(beginning, &report.verdict());
        for line in self.text.split_off(before).lines() {
            self.line(&paint_verdict(report, line).to_string());
        }
    }

    /// What it comes to, the first step, and the command to try again.
    fn verdict(&mut self, report: &Report) {
        let mark = match report.outcome {
            Outcome::Healthy if report.warnings().is_empty() => "✔",
            Outcome::Healthy => "⚠",
            Outcome::Problem | Outcome::Incomplete => "✘",
            Outcome::Unexplained => "?",
        };
        let mark = if report.checks.is_empty() && report.diagnoses.is_empty() { "" } else { mark };
        let beginning = if mark.is_empty() { String::new() } else { format!("{mark} ") };
        let above = self.text.lines().count();
        self.headline(report, &beginning);
        if let Some(step) = report.first_step() {
            self.wrapped("  ", &step);
        }
        if let Some(other) = report.as_likely()
            && self.text.lines().count() - above < ROOM
        {
            self.wrapped("  ", &format!("Just as likely: {}.", other.title));
        }
        if let Some(run) = report.retry() {
            self.line(&format!("  Retry: {}", clean(&run).bold()));
        }
    }

    fn diagnosis(&mut self, report: &Report, diagnosis: &DiagnosisEntry, detail: Detail) {
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
        for fact in words::evidence(&diagnosis.because, detail.verbose > 0) {
            let fact = if detail.verbose > 0 { words::fact_in_full(report, fact) } else { words::fact(report, fact) };
            self.wrapped("    - ", &fact);
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
        let questions: Vec<&str> = diagnosis.would_decide.iter().map(|question| question.how.as_str()).collect();
        self.questions(&questions);
        self.sources(diagnosis, detail.links);
    }

    fn questions(&mut self, questions: &[&str]) {
        if !questions.is_empty() {
            self.section("How to tell for certain");
        }
        for question in questions {
            self.wrapped("    - ", question);
        }
    }

    /// What to find out about a failure that nothing explains, and the causes that it may have.
    fn open_causes(&mut self, report: &Report) {
        self.questions(&report.questions()[..report.questions().len().min(MOST_QUESTIONS)]);
        if !report.diagnoses.is_empty() {
            self.section("Possible causes");
        }
        for cause in &report.diagnoses {
            self.wrapped("    - ", &format!("{} ({}). {}", cause.title, cause.cause, words::owner_acts(&cause.owner)));
            for fact in words::evidence(&cause.because, false) {
                self.wrapped("      ", &capitalised(&format!("{}.", words::fact(report, fact))));
            }
        }
        if !report.diagnoses.is_empty() {
            self.line("\n  Run `pbiauth explain CAUSE` for the steps, or add -v.");
        }
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
        for (title, others) in [("Also found", certain), ("Other possible causes", open)] {
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
            self.section("Caller");
            self.wrapped("    ", &words::principal(principal));
        }
        if !report.support.is_empty() {
            self.section("For Microsoft support");
            for entry in report.support.iter().take(MOST_SUPPORT) {
                self.wrapped("    - ", &words::support(entry));
            }
            if let Some(more @ 1..) = report.support.len().checked_sub(MOST_SUPPORT) {
                self.line(&format!("    - {more} more in --format json"));
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
                let because = words::fact_in_full(report, &out.because);
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
            self.section("Requests and responses");
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
            self.line(&format!("       request ID {}", clean(id)));
        }
    }
}

fn paint_verdict(report: &Report, text: &str) -> ColoredString {
    match report.outcome {
        Outcome::Healthy if report.checks.is_empty() && report.diagnoses.is_empty() => text.normal(),
        Outcome::Healthy if !report.warnings().is_empty() => text.yellow().bold(),
        Outcome::Healthy => text.green(),
        Outcome::Problem | Outcome::Unexplained | Outcome::Incomplete => text.red().bold(),
    }
}

fn severity_paint(severity: Severity, text: &str) -> ColoredString {
    match severity {
        Severity::Error => text.red().bold(),
        Severity::Warning => text.yellow().bold(),
        Severity::Note => text.bold(),
    }
}
