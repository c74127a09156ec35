//! Messages of Power BI and Fabric that mean something by themselves, quoted without their JSON or told in a sentence.

use std::ops::Range;

use super::clause::LONGEST;
use super::hidden;
use crate::pattern::{Pattern, pattern};

/// The sentences, and one expression that finds each of them. None holds a character that means something there.
macro_rules! sentences {
    ($first:literal, $($other:literal),+ $(,)?) => {
        const SENTENCES: &[&str] = &[$first, $($other),+];
        static SENTENCE: Pattern = pattern!("(?i)", $first, $("|", $other),+);
    };
}

sentences! {
    "API is not accessible for application",
    "Access token has expired, resubmit with a new access token",
    "requires effective identity to be provided",
    "requires roles to be included in provided effective identity",
    "shouldn't have effective identity",
    "Failed to get service principal details",
    "The caller is not authenticated to access this resource",
    "You have exceeded the amount of requests allowed in the current time frame",
    "Calling group APIs not permitted for personal workspace",
    "The caller does not have sufficient scopes to perform this operation",
    "Request is denied due to inbound communication policy",
    "A workspace with a capacity assigned is required for the operation",
    "Request is blocked by the upstream service until",
    "This API can only be called on a Model-based dataset",
    "Failed to generate MWC token from AAD token",
    "powerbiToken parameter not specified",
    "Couldn't resolve cluster",
    "Invalid embed URL detected",
    "Embed URL is invalid for this scenario",
    "Authorization Context Requested but not available",
}

/// What people make of them, and the sentence that is meant.
static TOLD: [(&str, Pattern); 8] = [
    (
        "requires roles to be included in provided effective identity",
        pattern!(
            r"(?i)\broles (?:must|should|have to|has to|need to) be included in (?:the )?(?:provided )?effective identity",
        ),
    ),
    (
        "requires effective identity to be provided",
        pattern!(
            r"(?i)\b(?:wants|needs|demands|asks for|requires) an effective identity\b|\beffective identity (?:is|was) (?:required|needed|missing)\b",
        ),
    ),
    ("Failed to get service principal details", pattern!(r"(?i)\bget service principal details\b")),
    ("Request is denied due to inbound communication policy", pattern!(r"(?i)\binbound communication policy\b")),
    (
        "The caller does not have sufficient scopes to perform this operation",
        pattern!(
            r"(?i)\b(?:not|without|no) (?:have |having |has )?(?:sufficient|enough) scopes?\b|\binsufficient scopes?\b",
        ),
    ),
    ("Failed to generate MWC token from AAD token", pattern!(r"(?i)\bgenerate (?:an? |the )?MWC token\b")),
    ("The feature is not available", pattern!(r"(?i)\bfeature (?:is|was) not available\b")),
    ("Couldn't resolve cluster", pattern!(r"(?i)\b(?:could not|can ?not|can't|unable to) resolve (?:the )?cluster\b")),
];

/// The sentences in a text, each with its place and in the service's words.
pub(super) fn messages(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let quoted = SENTENCE.find_iter(text).filter_map(|found| {
        let said = SENTENCES.iter().find(|sentence| sentence.eq_ignore_ascii_case(found.as_str()))?;
        Some((found.range(), *said))
    });
    let mut found: Vec<(Range<usize>, &str)> = quoted.collect();
    if found.is_empty() && text.len() <= LONGEST && hidden::may_speak_of_services(text) {
        let told = TOLD.iter().find_map(|(said, words)| Some((words.find(text)?.range(), *said)));
        found.extend(told);
    }
    found
}

/// Whether a message holds one of the sentences.
pub(super) fn holds_one(message: &str) -> bool {
    SENTENCE.is_match(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_known_quoted_and_told() {
        for (text, said) in [
            ("it says: api is not accessible for application", "API is not accessible for application"),
            (
                "Fabric refuses it due to the inbound communication policy",
                "Request is denied due to inbound communication policy",
            ),
            (
                "embed token: roles must be included in the effective identity",
                "requires roles to be included in provided effective identity",
            ),
            ("Power BI did not get service principal details", "Failed to get service principal details"),
        ] {
            assert_eq!(messages(text).first().map(|(_, said)| *said), Some(said), "{text}");
        }
        assert!(messages("our printer: the feature is not available").is_empty());
    }
}
