//! The checks of a run: those that passed in one line, the others in a line each, those that were not made by reason.

use colored::{ColoredString, Colorize as _};

use super::Detail;
use crate::check::{Skip, Status};
use crate::report::page::Page;
use crate::report::{CheckEntry, Report, words};

/// Beneath so many columns a check takes two lines.
const NARROW: usize = 72;

/// How the reason of a check begins that another one blocks.
const DEPENDS: &str = "depends on ";

/// The line of one check, as it is told when the check has judged. Empty for one that passed or was not made: those are
/// told together, at the end.
#[must_use]
pub fn check_line(check: &CheckEntry, detail: Detail) -> String {
    let mut page = Page::new(detail.width);
    if !matches!(check.status, Status::Passed | Status::Skipped) || detail.verbose > 0 {
        page.check(check, widest(crate::check::CHECKS.iter().map(|check| check.id)));
    }
    page.into_text()
}

impl Page {
    pub(super) fn checks(&mut self, report: &Report, detail: Detail) {
        let widest = widest(report.checks.iter().map(|check| check.id.as_str()));
        if detail.verbose > 0 {
            for check in report.checks.iter().filter(|_| !detail.watched) {
                self.check(check, widest);
            }
            return;
        }
        if !detail.watched {
            self.passed(&report.checks);
        }
        let is_told = |check: &&CheckEntry| !matches!(check.status, Status::Skipped | Status::Passed);
        for check in report.checks.iter().filter(|check| !detail.watched && is_told(check)) {
            self.check(check, widest);
        }
        self.skipped(&report.checks);
    }

    /// The checks that passed, in one line: their names where there is room.
    fn passed(&mut self, checks: &[CheckEntry]) {
        let ids: Vec<&str> =
            checks.iter().filter(|c| c.status == Status::Passed).map(|check| check.id.as_str()).collect();
        if ids.is_empty() {
            return;
        }
        let status = beginning(Status::Passed);
        let before = self.text.len();
        self.wrapped(&format!("{status} "), &self.named_or_counted(&ids, ""));
        self.text.replace_range(before..before + status.len(), &paint(Status::Passed, &status).to_string());
    }

    /// The names of checks where they and what is said of them fit in a line, or their number.
    fn named_or_counted(&self, ids: &[&str], said: &str) -> String {
        let named = format!("{}{said}", ids.join(", "));
        let room = self.width().saturating_sub(beginning(Status::Passed).chars().count() + 1);
        match ids {
            [_] => named,
            _ if named.chars().count() <= room => named,
            _ => format!("{} checks{said} (-v lists them)", ids.len()),
        }
    }

    fn check(&mut self, check: &CheckEntry, widest: usize) {
        let status = beginning(check.status);
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
            let depend = if ids.len() == 1 { "depends" } else { "depend" };
            let named = match ids.as_slice() {
                [first, _, _, _, ..] => format!("{first} and {} others", ids.len() - 1),
                few => few.join(", "),
            };
            self.not_made(&match because.strip_prefix(DEPENDS) {
                Some(on) => format!("{named}, which {depend} on {}", on.split(',').next().unwrap_or(on)),
                None => format!("{named}: {because}"),
            });
        }
        if !aside.is_empty() {
            let words = self.named_or_counted(&aside, ": not requested or not needed");
            self.not_made(&words);
        }
    }

    fn not_made(&mut self, words: &str) {
        let before = self.text.len();
        self.wrapped(&format!("{} ", beginning(Status::Skipped)), words);
        let line = self.text.split_off(before);
        for line in line.lines() {
            let line = line.dimmed().to_string();
            self.line(&line);
        }
    }
}

fn widest<'c>(ids: impl Iterator<Item = &'c str>) -> usize {
    ids.map(str::len).max().unwrap_or(0)
}

/// The beginning of a check's line: mark and word.
fn beginning(status: Status) -> String {
    format!("{} {:<8}", words::status_mark(status), words::word(&status))
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
