//! Whether a text shows a failure at all, by its words: where nothing was recognised, and against what was.
//!
//! The bounds are measured on texts that the model was trained without.

use crate::diagnose::Diagnosis;
use crate::evidence::text::Text;
use crate::ranker::Opinion;
use crate::rule::Confidence;
use crate::rule::matcher::Match;

/// A text in which nothing was recognised shows a failure all the same where this is at most the probability that it
/// shows none.
const SHOWS_NONE: f32 = 0.35;

/// The same, of a text that names neither the services nor what they have.
const SHOWS_NONE_UNNAMED: f32 = 0.1;

/// Of such a text, fewer words say too little.
const FEWEST_WORDS: usize = 12;

/// Of a code that is all there is to a text, more bytes say what it is about.
const LONGEST_ASKED: usize = 100;

/// A status, or words that sound like a failure, are none where this is at least the probability that the text shows none.
const SURELY_NONE: f32 = 0.7;

/// The same, where no rule names a cause, the text names no service, or of an answer it names the code alone: people name
/// the codes of failures that are over, tests and notes those that they are about.
const MORE_PROBABLY_NONE: f32 = 0.5;

/// The same, where a code that was told or a message names a cause: it may be quoted.
const SURELY_QUOTED: f32 = 0.9;

/// Whether a text in which nothing was recognised shows a failure.
pub(super) fn by_words(words: &Opinion<'_>, text: Option<&Text>) -> bool {
    text.is_some_and(|text| words.scores.no_failure() <= none_at_most(text))
}

/// Whether the words of a text deny the failure of a diagnosis.
pub(super) fn is_denied(words: &Opinion<'_>, diagnosis: &Diagnosis<'_>, text: Option<&Text>) -> bool {
    none_at_least(diagnosis, text).is_some_and(|least| words.scores.no_failure() >= least)
}

/// How probable it may be that a text shows no failure, if it is to show one by its words alone. An address in a text that
/// doesn't name the services is another service's.
fn none_at_most(text: &Text) -> f32 {
    let excerpt = text.excerpt.as_deref().unwrap_or_default();
    match text.of_this_field {
        Some(true) => SHOWS_NONE,
        _ if excerpt.contains("://") || is_short(excerpt) => 0.0,
        _ => SHOWS_NONE_UNNAMED,
    }
}

/// How probable it has to be that a text shows no failure for its diagnosis to be none. `None` where something is certain,
/// or the text is so short that it asks what a code means.
fn none_at_least(diagnosis: &Diagnosis<'_>, text: Option<&Text>) -> Option<f32> {
    let excerpt = text.and_then(|text| text.excerpt.as_deref()).unwrap_or_default();
    let found = || diagnosis.findings.iter().map(|finding| &finding.found);
    if text.is_some_and(|text| text.answer_quoted == Some(false)) {
        let is_asked = is_short(excerpt) && excerpt.len() <= LONGEST_ASKED;
        return (!is_asked).then_some(MORE_PROBABLY_NONE);
    }
    if found().any(|found| found.confidence == Confidence::Certain) || is_bare_response(excerpt) {
        return None;
    }
    let names_no_service = text.is_some_and(|text| text.of_this_field == Some(false));
    let is_told = found().any(Match::rests_on_what_was_said);
    Some(if !diagnosis.explained || names_no_service && !found().any(Match::rests_on_a_code) {
        MORE_PROBABLY_NONE
    } else if is_told {
        SURELY_QUOTED
    } else {
        SURELY_NONE
    })
}

fn is_short(text: &str) -> bool {
    text.split_whitespace().nth(FEWEST_WORDS - 1).is_none()
}

/// Whether a text is the status line and the headers of a response, and nothing else: no words tell whose it is, and
/// somebody asks about it.
fn is_bare_response(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_header = |line: &str| line.split_once(": ").is_some_and(|(name, _)| !name.contains(' '));
    lines.next().is_some_and(|first| first.starts_with("HTTP/")) && lines.all(is_header)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::diagnose::Finding;
    use crate::rule::RuleSet;
    use crate::rule::matcher::Fact;

    #[test]
    fn less_is_needed_for_none_where_words_alone_name_a_cause() {
        let rules = RuleSet::embedded();
        let least = |at: &str, confidence, explained: bool, of_this_field| {
            let because = vec![Fact { at: at.to_owned(), value: Value::Null }];
            let rule = rules.get("token-expired").expect("a rule");
            let findings = vec![Finding { rule, found: Match::of(confidence, because), proposed: !explained }];
            let diagnosis = Diagnosis { findings, explained, ruled_out: Vec::new(), proves: Vec::new() };
            none_at_least(&diagnosis, Some(&Text { of_this_field: Some(of_this_field), ..Text::default() }))
        };
        let (status, message) = ("api.calls.0.status", "text.messages");
        assert_eq!(least("text.excerpt", Confidence::Possible, false, true), Some(MORE_PROBABLY_NONE));
        assert_eq!(least(message, Confidence::Likely, true, false), Some(MORE_PROBABLY_NONE));
        assert_eq!(least(status, Confidence::Likely, true, true), Some(SURELY_NONE));
        assert_eq!(least(message, Confidence::Likely, true, true), Some(SURELY_QUOTED));
        assert_eq!(least("token.error.codes", Confidence::Possible, true, false), Some(SURELY_QUOTED));
        assert_eq!(least(status, Confidence::Certain, true, false), None);
    }

    #[test]
    fn a_bare_response_has_no_words() {
        assert!(!is_bare_response("HTTP/1.1 401 Unauthorized\nServer: x\n\n<h1>the printer wants a password</h1>"));
        assert!(!is_bare_response("Server: x\nHTTP/1.1 401 Unauthorized"));
    }
}
