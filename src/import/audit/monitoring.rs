//! Records of the workspace monitoring of Fabric, and of the tables in Log Analytics that have the same columns.
//!
//! What went wrong is a message of a service. Queries and commands are never read, whatever they quote.

use super::fields::Fields;
use super::{SOURCE, What};
use crate::import::{Codes, Failure, piece};

/// Events of the engine whose text is an error message
/// (<https://learn.microsoft.com/power-bi/transform-model/log-analytics/desktop-log-analytics-configure#events-and-schema>).
/// The text of every other one is a query, a command or a step.
const ERRORS: [&str; 2] = ["Error", "ProgressReportError"];
/// Where a message of the engine comes from. Few of them say it themselves.
const MODEL: &str = "Power BI semantic model: ";
/// So much of a message is read, in bytes: what is wrong stands at its beginning.
const LONGEST: usize = 16 * 1024;

/// What a record tells of. `None` where it is none of workspace monitoring.
pub(super) fn what(fields: &Fields<'_>) -> Option<What> {
    if let (Some(event), Some(text)) = (fields.get("engine-event"), fields.get("event-text")) {
        let is_error = ERRORS.iter().any(|error| event.eq_ignore_ascii_case(error));
        return Some(if is_error { What::Message(format!("{MODEL}{}", beginning(text))) } else { What::Succeeded });
    }
    if let (Some(_), Some(status)) = (fields.get("job"), fields.get("job-status")) {
        return Some(if status.eq_ignore_ascii_case("Failed") { What::FailedJob } else { What::Succeeded });
    }
    fields.get("table")?;
    Some(match fields.get("message") {
        Some(message) => What::Message(beginning(message).to_owned()),
        None => What::Succeeded,
    })
}

/// What a message tells of, by its codes and by the wording of services: nothing for a failure of another field. `codes`:
/// those that it is searched for.
#[must_use]
pub fn failures_in(message: &str, codes: &Codes) -> Vec<Failure> {
    let mut found = piece::read(message, codes, 0).failures;
    found.retain_mut(|failure| {
        for (_, source) in &mut failure.evidence.sources {
            SOURCE.clone_into(source);
        }
        let is_worded = failure.evidence.text.as_mut().is_some_and(|text| {
            text.find_messages();
            text.messages.is_some()
        });
        failure.failed || is_worded
    });
    found
}

fn beginning(message: &str) -> &str {
    &message[..crate::import::boundary(message, LONGEST)]
}
