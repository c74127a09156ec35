//! One HTML page that needs nothing beside it: no font, no picture, and a script only to copy commands.

use std::fmt::Write as _;
use std::io;

use super::format::markup;
use super::page::capitalised;
use super::several::{Several, Summary, profile};
use super::{DiagnosisEntry, FactEntry, Origin, Outcome, Report, words};
use crate::check::Status;
use crate::rule::Severity;

const STYLE: &str = include_str!("html/style.css");

/// What copies commands with a click. It has no `<` and no `&`, so that it stands in a page as it is.
pub(crate) const COPY: &str = include_str!("html/copy.js");

/// The hash by which the page's policy admits that script and no other (CSP3, section 2.3.1).
const COPY_HASH: &str = "sha256-ZJW7JR0hnyCVxIwsQbVWaa1mkJxhjbUVi0ZWLsHDVhQ=";

/// The report as a page.
pub(super) fn render(report: &Report) -> String {
    let title = report.diagnoses.first().map_or_else(|| report.verdict(), words::headline);
    let mut page = Html::titled(&title);
    page.report(report);
    page.foot(report);
    page.ended()
}

/// The reports of several profiles as a page: a table, then each, shut where it is healthy.
pub(super) fn write(reports: &Several, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Html::titled(&reports.summary().counts());
    page.summary(reports.summary());
    out.write_all(page.0.as_bytes())?;
    for report in reports.reports() {
        let mut part = Html(String::new());
        let open = if report.outcome == Outcome::Healthy { "" } else { " open=\"open\"" };
        let name = markup(profile(&report));
        let _ = writeln!(part.0, "<details class=\"profile\"{open}>\n<summary>{name}</summary>");
        part.report(&report);
        part.foot(&report);
        part.0.push_str("</details>\n");
        out.write_all(part.0.as_bytes())?;
    }
    out.write_all(Html(String::new()).ended().as_bytes())
}

struct Html(String);

impl Html {
    fn titled(title: &str) -> Self {
        Self(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"color-scheme\" content=\"light dark\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src '{COPY_HASH}'\"/>\n\
             <title>{} – pbiauth</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
            markup(title)
        ))
    }

    fn ended(mut self) -> String {
        let _ = write!(self.0, "</main>\n<script>{COPY}</script>\n</body>\n</html>\n");
        self.0
    }

    fn report(&mut self, report: &Report) {
        self.head(report);
        if report.outcome == Outcome::Unexplained {
            self.open_causes(report);
        } else if let Some((first, others)) = report.diagnoses.split_first() {
            self.diagnosis(report, first);
            self.list("Other possible causes", others.iter().map(other));
        }
        self.people(report);
        self.list("Notes", report.notes.iter().map(|note| prose(note)));
        self.checks(report);
        self.background(report);
    }

    /// Of a failure that nothing explains: what to find out, and the causes that it may have, each shut.
    fn open_causes(&mut self, report: &Report) {
        self.list("How to tell for certain", report.questions().into_iter().map(prose));
        if !report.diagnoses.is_empty() {
            self.0.push_str("<h2>Possible causes</h2>\n");
        }
        for cause in &report.diagnoses {
            let title = markup(&capitalised(&cause.title));
            let _ = writeln!(self.0, "<details>\n<summary>{title} ({})</summary>", code(&cause.cause));
            self.diagnosis(report, cause);
            self.0.push_str("</details>\n");
        }
    }

    fn summary(&mut self, summary: &Summary) {
        let _ = writeln!(self.0, "<h1>{}</h1>\n<ul class=\"checks\">", markup(&summary.counts()));
        for entry in &summary.profiles {
            let outcome = words::word(&entry.outcome);
            let status = if entry.outcome == Outcome::Healthy { "passed" } else { "failed" };
            let (name, says) = (markup(&entry.profile), markup(&entry.says));
            let _ = writeln!(
                self.0,
                "<li class=\"{status}\"><b>{outcome}</b> <code>{name}</code> <span>{says}</span></li>"
            );
        }
        self.0.push_str("</ul>\n");
    }

    /// What is read in ten seconds: the verdict, the first step, the command; and what the report is about.
    fn head(&mut self, report: &Report) {
        let outcome = words::word(&report.outcome);
        let (mark, class) = match report.outcome {
            Outcome::Healthy if report.warnings().is_empty() => ("✔", outcome.as_str()),
            Outcome::Healthy => ("⚠", "warned"),
            Outcome::Unexplained => ("?", outcome.as_str()),
            Outcome::Problem | Outcome::Incomplete => ("✘", outcome.as_str()),
        };
        let _ = write!(
            self.0,
            "<header class=\"{class}\">\n<p class=\"small\">pbiauth report on Power BI authorization</p>\n\
             <p class=\"verdict\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n",
            markup(&report.verdict())
        );
        if let Some(step) = report.first_step() {
            let _ = writeln!(self.0, "<p>{}</p>", prose(&step));
        }
        if let Some(run) = report.retry() {
            let _ = writeln!(self.0, "<p>Retry:</p>\n{}", command(&run));
        }
        self.0.push_str("</header>\n<dl class=\"about\">\n");
        for (name, value) in about(report) {
            let _ = writeln!(self.0, "<div><dt>{name}</dt><dd>{}</dd></div>", markup(&value));
        }
        self.0.push_str("</dl>\n");
    }

    fn diagnosis(&mut self, report: &Report, diagnosis: &DiagnosisEntry) {
        let sure = words::word(&diagnosis.confidence);
        let severity = words::word(&diagnosis.severity);
        let _ = writeln!(
            self.0,
            "<section class=\"diagnosis {severity}\">\n<h1>{}</h1>\n<p class=\"tags\"><span class=\"{severity}\">{} \
             Severity: {severity}</span> <span class=\"{sure}\">Confidence: {sure}</span> <span>{}</span></p>\n<p>{}</p>",
            markup(&capitalised(&diagnosis.title)),
            severity_mark(diagnosis.severity),
            markup(words::owner_acts(&diagnosis.owner).trim_end_matches('.')),
            prose(&diagnosis.explain)
        );
        if let Some(seen) = words::seen(diagnosis) {
            let _ = writeln!(self.0, "<p>{}.</p>", markup(&seen));
        }
        self.0.push_str("<h2>What to do</h2>\n<ol>\n");
        for step in &diagnosis.fix {
            let place =
                if step.place.is_empty() { String::new() } else { format!("<br/><em>{}</em>", markup(&step.place)) };
            let (by, action) = words::actor(&step.by, &step.action);
            let by = markup(&by);
            let colon = if by.ends_with('.') { "" } else { ":" };
            let _ = write!(self.0, "<li><strong>{by}</strong>{colon} {}{place}", prose(action));
            if let Some(run) = &step.run {
                self.0.push_str(&command(run));
            }
            self.0.push_str("</li>\n");
        }
        self.0.push_str("</ol>\n");
        self.list("Because", words::evidence(&diagnosis.because, false).into_iter().map(|it| fact(report, it)));
        if !diagnosis.confirm.is_empty() {
            let _ = writeln!(self.0, "<h2>To confirm</h2>\n<p>{}</p>", prose(&diagnosis.confirm));
        }
        self.list("How to tell for certain", diagnosis.would_decide.iter().map(|question| prose(&question.how)));
        let _ = write!(self.0, "<p class=\"small\">Cause: {}", code(&diagnosis.cause));
        for url in diagnosis.references.iter().filter(|url| url.starts_with("https://")) {
            let url = markup(url);
            let _ = write!(self.0, "<br/><a href=\"{url}\" rel=\"noreferrer\">{url}</a>");
        }
        self.0.push_str("</p>\n</section>\n");
    }

    fn people(&mut self, report: &Report) {
        if report.outcome == Outcome::Healthy {
            return;
        }
        if let Some(principal) = &report.principal {
            let _ = writeln!(self.0, "<h2>Caller</h2>\n<p>{}</p>", markup(&words::principal(principal)));
        }
        self.list("For Microsoft support", report.support.iter().map(|entry| markup(&words::support(entry))));
    }

    fn checks(&mut self, report: &Report) {
        if report.checks.is_empty() {
            return;
        }
        self.0.push_str("<h2>Checks</h2>\n<ul class=\"checks\">\n");
        let mut made: Vec<_> = report.checks.iter().filter(|check| check.status != Status::Skipped).collect();
        // What failed is read first; within a status the order of the pipeline stays.
        made.sort_by_key(|check| urgency(check.status));
        for check in made {
            let status = words::word(&check.status);
            let _ = writeln!(
                self.0,
                "<li class=\"{status}\"><b>{} {status}</b> <code>{}</code> <span>{}</span></li>",
                words::status_mark(check.status),
                markup(&check.id),
                markup(&words::because(check))
            );
        }
        self.0.push_str("</ul>\n");
        let skipped = report.checks.iter().filter(|check| check.status == Status::Skipped);
        self.folded(
            "Skipped checks",
            skipped.map(|check| format!("{} {}", code(&check.id), markup(&words::because(check)))),
        );
    }

    fn background(&mut self, report: &Report) {
        self.folded(
            "Ruled out",
            report
                .ruled_out
                .iter()
                .map(|out| format!("{} ({}): {}", markup(&out.title), code(&out.cause), fact(report, &out.because))),
        );
        self.folded(
            "Proven",
            report.proves.iter().map(|proof| format!("{}, by {}", markup(&proof.statement), code(&proof.because))),
        );
        self.folded("Settings", report.settings.iter().map(|setting| markup(&words::setting(setting))));
        self.folded("Requests and responses", report.exchanges.iter().map(|exchange| code(&words::exchange(exchange))));
    }

    fn foot(&mut self, report: &Report) {
        let started = report.started.as_ref().map_or_else(String::new, |at| format!(", {}", markup(at)));
        let _ = writeln!(
            self.0,
            "<footer>{} {}{started}, {}, exit code {}. No secret is in this report.</footer>",
            markup(&report.tool.name),
            markup(&report.tool.version),
            words::word(&report.origin),
            report.exit
        );
    }

    /// A titled list, left out when it is empty.
    fn list(&mut self, title: &str, items: impl Iterator<Item = String>) {
        if let Some(items) = listed(items) {
            let _ = write!(self.0, "<h2>{title}</h2>\n<ul>\n{items}</ul>\n");
        }
    }

    /// The same, shut until it is opened.
    fn folded(&mut self, title: &str, items: impl Iterator<Item = String>) {
        if let Some(items) = listed(items) {
            let _ = write!(self.0, "<details>\n<summary>{title}</summary>\n<ul>\n{items}</ul>\n</details>\n");
        }
    }
}

/// What a report is about: product, tenant, application, profile, time.
fn about(report: &Report) -> Vec<(&'static str, String)> {
    let setting = |name: &str| {
        let found = report.settings.iter().find(|setting| setting.name == name);
        found.and_then(|setting| setting.value.clone())
    };
    let principal = report.principal.as_ref();
    let tenant = principal.and_then(|principal| principal.tenant.clone()).or_else(|| setting("tenant"));
    let application = principal.and_then(|principal| principal.client_id.clone()).or_else(|| setting("client-id"));
    let unknown = || Some("unknown".to_owned()).filter(|_| !report.checks.is_empty());
    let lines = [
        ("Product", Some(format!("Power BI ({} {})", report.tool.name, report.tool.version))),
        ("Tenant", tenant.or_else(unknown)),
        ("Application", application.or_else(unknown)),
        ("Profile", report.profile.clone()),
        ("Workspace", setting("workspace")),
        ("Time", report.started.clone()),
        ("Source", Some(source(report.origin).to_owned())),
    ];
    lines.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What a report was made from, in words.
const fn source(origin: Origin) -> &'static str {
    match origin {
        Origin::Live => "the real services",
        Origin::Sim => "the simulated tenant",
        Origin::Bundle => "a recorded run",
        Origin::Har => "a HAR file",
        Origin::Log => "a log",
        Origin::Text => "a pasted text",
        Origin::Token => "a token",
    }
}

/// The order in which checks are read.
const fn urgency(status: Status) -> u8 {
    match status {
        Status::Failed => 0,
        Status::Error => 1,
        Status::Warned => 2,
        Status::Manual => 3,
        Status::Passed => 4,
        Status::Skipped => 5,
    }
}

const fn severity_mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✘",
        Severity::Warning => "⚠",
        Severity::Note => "ℹ",
    }
}

/// A command; a click selects all of it, so that it can be copied without a script too.
fn command(run: &str) -> String {
    format!("<pre title=\"Click to select, then copy\">{}</pre>", markup(run))
}

/// A fact as a sentence, and small beneath it where it stands in the evidence.
fn fact(report: &Report, fact: &FactEntry) -> String {
    let sentence = capitalised(&words::fact(report, fact));
    format!("{}<br/><small>{}</small>", markup(&sentence), code(&words::fact_by_path(fact)))
}

fn listed(items: impl Iterator<Item = String>) -> Option<String> {
    let mut list = String::new();
    for item in items {
        let _ = writeln!(list, "<li>{item}</li>");
    }
    (!list.is_empty()).then_some(list)
}

fn other(diagnosis: &DiagnosisEntry) -> String {
    format!("{}: {} ({})", words::word(&diagnosis.confidence), markup(&diagnosis.title), code(&diagnosis.cause))
}

/// A sentence: what stands between backticks is code.
fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return markup(text);
    }
    let pieces = pieces.iter().enumerate();
    pieces.map(|(at, piece)| if at % 2 == 1 { code(piece) } else { markup(piece) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", markup(text))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_policy_admits_the_script_that_is_there() {
        let hash = format!("sha256-{}", STANDARD.encode(digest(&SHA256, COPY.as_bytes())));
        assert_eq!(COPY_HASH, hash);
        assert!(!COPY.contains(['<', '&', '\r']), "it stands in a page as it is");
    }
}
