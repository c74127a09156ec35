//! The forms of a report.

use serde::Serialize;

use super::human::{self, Detail};
use super::{Report, azure, github, html, junit, markdown, openmetrics, sarif, short};

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Human,
    /// For programs: one document of the form pbiauth.report/1 (`pbiauth schema report`).
    Json,
    /// JUnit XML: a test case a check.
    Junit,
    /// SARIF 2.1.0: a result a cause, for code scanning.
    Sarif,
    /// Markdown, ready for a ticket.
    Markdown,
    /// One HTML page that needs nothing beside it.
    Html,
    /// Annotations for GitHub Actions, and the step's summary.
    Github,
    /// Logging commands for Azure DevOps.
    Azure,
    /// OpenMetrics, for a textfile collector.
    Openmetrics,
    /// One line under 400 characters, for a chat.
    Short,
}

/// The report in this form. `detail` matters where it is read by a person as text.
#[must_use]
pub fn render(report: &Report, format: Format, detail: Detail) -> String {
    match format {
        Format::Human => human::render(report, detail),
        Format::Json => json(report),
        Format::Junit => junit::render(report),
        Format::Sarif => sarif::render(report),
        Format::Markdown => markdown::render(report),
        Format::Html => html::render(report),
        Format::Github => github::render(report, detail),
        Format::Azure => azure::render(report, detail),
        Format::Openmetrics => openmetrics::render(report),
        Format::Short => short::render(report),
    }
}

/// A document as indented JSON with a line end. On a log it is no order to a build server: what begins one stands
/// escaped, which means the same to a reader of JSON.
pub(super) fn json(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default().replace("##", "#\\u0023");
    text.push('\n');
    text
}

/// Text for an element or attribute of XML or HTML.
pub(super) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in super::page::clean(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_and_is_no_order() {
        let text = json(&"a ##vso[task.complete] ### \\##");
        assert!(!text.contains("##"), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("json"), "a ##vso[task.complete] ### \\##");
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(markup("<a href='x'>\"&]]>\0"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;]]&gt; ");
    }
}
