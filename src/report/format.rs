//! The forms of a report.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::human::{self, Detail};
use super::page::{clean, is_hidden};
use super::{Report, azure, github, html, junit, markdown, openmetrics, sarif, short};

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Human,
    /// For programs: one document of the form pbiauth.report/1 (`pbiauth schema report`).
    Json,
    /// `JUnit` XML: one test case per check.
    #[value(help = "JUnit XML: one test case per check")]
    Junit,
    /// SARIF 2.1.0: one result per cause, for code scanning.
    Sarif,
    /// Markdown, ready for a ticket.
    Markdown,
    /// One HTML page that needs no other file.
    Html,
    /// Annotations for GitHub Actions, and the step's summary.
    Github,
    /// Logging commands for Azure DevOps.
    Azure,
    /// `OpenMetrics`, for a textfile collector.
    #[value(help = "OpenMetrics, for a textfile collector")]
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
        Format::Openmetrics => openmetrics::render(std::iter::once(report)),
        Format::Short => short::render(report),
    }
}

/// A document as indented JSON with a line end. On a terminal or a log it does nothing: what would move a cursor, turn
/// text or be an order to a build server stands escaped, which means the same to a reader of JSON.
pub(super) fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    let mut harmless = String::with_capacity(text.len() + 1);
    let mut before = '\n';
    for c in text.chars() {
        if is_hidden(c) && c != '\n' || c == '#' && before == '#' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(harmless, "\\u{unit:04x}");
            }
        } else {
            harmless.push(c);
        }
        before = c;
    }
    harmless.push('\n');
    harmless
}

/// A document whose last member is a list that is written entry by entry. `document`: the same with an empty list.
///
/// # Errors
/// When it cannot be written.
pub(super) fn json_listing<T: Serialize>(
    document: &impl Serialize,
    entries: impl Iterator<Item = T>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let whole = json(document);
    let (head, tail) = whole.rsplit_once("[]").unwrap_or((&whole, ""));
    out.write_all(head.as_bytes())?;
    let mut mark = "[";
    for entry in entries {
        write!(out, "{mark}\n    {}", json(&entry).trim_end().replace('\n', "\n    "))?;
        mark = ",";
    }
    write!(out, "{}{tail}", if mark == "[" { "[]" } else { "\n  ]" })
}

/// Text for an element or attribute of XML or HTML.
pub(crate) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in clean(text).chars() {
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
    use serde_json::json;

    use super::*;

    #[test]
    fn json_means_the_same_and_is_no_order() {
        let said = "a ##vso[task.complete] ### \\## \u{9b}31m \u{202e} \u{e0041}\n";
        let text = json(&said);
        assert!(!text.contains("##") && !text.trim_end().contains(is_hidden), "{text:?}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("json"), said);
    }

    #[test]
    fn a_list_entry_by_entry_is_the_same_document() {
        for list in [vec![], vec![json!({"a": [1, {"b": "c\nd"}], "e": []})], vec![json!([]), json!(2)]] {
            let document = |list: &[serde_json::Value]| json!({"before": [], "list": list});
            let mut written = Vec::new();
            json_listing(&document(&[]), list.iter(), &mut written).expect("written");
            assert_eq!(String::from_utf8(written).expect("text"), json(&document(&list)));
        }
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(markup("<a href='x'>\"&]]>\0"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;]]&gt; ");
    }
}
