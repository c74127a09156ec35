//! What a tool returns: a document without secrets, and how to read it.

use std::fmt::Write as _;

use miette::Diagnostic as _;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::redact::Redaction;
use crate::report::{DiagnosisEntry, Outcome, Report};
use crate::rule::Confidence;

/// At most so many questions are named beside the document, which has all of them.
const MOST_QUESTIONS: usize = 5;

/// A document and its reading. `given`: the text that it was made from; what is a secret there is hidden in the answer too.
pub(super) fn of(document: &impl Serialize, reading: &str, given: &str) -> CallToolResult {
    let mut redaction = Redaction::default();
    redaction.learn(given);
    let json = serde_json::to_string(document).unwrap_or_default();
    let json = redaction.json(&json).unwrap_or_default();
    let reading = redaction.text(reading);
    let value: Value = serde_json::from_str(&json).unwrap_or_default();
    let mut result = CallToolResult::structured(value);
    result.content = vec![ContentBlock::text(json), ContentBlock::text(reading)];
    result
}

/// A failure that the model can do something about.
pub(super) fn refusal(words: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(Redaction::default().text(words))])
}

/// An error of the tool itself: what, why, and what to do.
pub(super) fn error(error: &Error) -> CallToolResult {
    let help = error.help().map(|help| format!("\n{help}")).unwrap_or_default();
    refusal(&format!("{error}{help}"))
}

/// How a report is to be read: how sure its causes are, and how to tell for certain (`would_decide`).
pub(super) fn reading(report: &Report) -> String {
    let Some((first, others)) = report.diagnoses.split_first() else { return without_diagnosis(report).to_owned() };
    let mut text = format!("{}\n", told(first));
    if !others.is_empty() {
        let others: Vec<String> =
            others.iter().map(|other| format!("{} ({})", other.title, word(other.confidence))).collect();
        let _ = writeln!(text, "Other causes, which the evidence doesn't exclude: {}.", others.join("; "));
    }
    let mut questions: Vec<&str> = Vec::new();
    for question in report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.would_decide) {
        if !questions.contains(&question.how.as_str()) && questions.len() < MOST_QUESTIONS {
            questions.push(&question.how);
        }
    }
    if !questions.is_empty() {
        let _ = writeln!(text, "How to tell for certain:\n- {}", questions.join("\n- "));
    }
    text
}

fn told(first: &DiagnosisEntry) -> String {
    let how = match first.confidence {
        Confidence::Certain => "certain: the evidence excludes the alternatives",
        Confidence::Likely => "likely: the evidence points to it, but another cause is possible. Don't call it certain",
        Confidence::Possible => "possible: the evidence neither excludes nor proves it. Don't present it as the cause",
    };
    format!("{} ({}). Confidence: {how}. Who acts: {}.", first.title, first.cause, first.owner)
}

const fn without_diagnosis(report: &Report) -> &'static str {
    match report.outcome {
        Outcome::Healthy => "No authorization failure was found here. That doesn't prove that the application works.",
        Outcome::Unexplained => {
            "Something failed, and no known cause matches. Show the user the failure; don't name a cause."
        }
        Outcome::Problem | Outcome::Incomplete => "The run couldn't be completed. See `notes`; don't name a cause.",
    }
}

/// A confidence as reports write it.
pub(super) const fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    }
}
