//! Sentences and clauses of prose.

use std::ops::Range;

use crate::pattern::{Pattern, pattern};

/// Longer texts are no prose of a person: nothing is looked for in them.
pub(super) const LONGEST: usize = 4096;

static SENTENCE_END: Pattern = pattern!(r"[;\n?!]|\.(?:\s|$)");
/// Where a clause ends: a mark, or a word that sets one thing against another.
static END: Pattern =
    pattern!(r"(?i)[;\n?!]|[.,](?:\s|$)|\b(?:but|while|whereas|however|though|although|yet|and then|only)\b");

/// The clauses of a text, each with its range: what stands between marks, and between words that turn.
pub(super) fn clauses(text: &str) -> Vec<Range<usize>> {
    let ends = END.find_iter(text).map(|end| end.range());
    parts(text, ends).into_iter().map(|(part, _)| part).collect()
}

/// The sentences of a text, each with its range and its mark.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let ends = SENTENCE_END.find_iter(text).map(|end| end.range());
    parts(text, ends).into_iter().map(|(part, end)| part.start..end).collect()
}

/// What stands between the ends, each with where its end is over.
fn parts(text: &str, ends: impl Iterator<Item = Range<usize>>) -> Vec<(Range<usize>, usize)> {
    let mut from = 0;
    let ends = ends.chain(std::iter::once(text.len()..text.len()));
    ends.map(|end| (std::mem::replace(&mut from, end.end)..end.start, end.end)).collect()
}

/// A question about what may happen: `what if it cannot be resolved?`.
static ASKED: Pattern = pattern!(
    r"(?i)^\W*(?:what (?:if|happens|would|should)|how (?:would|should|does|do)|if|would|could|should)\b[^?]*\?",
);

/// Whether the sentence at a place asks what may happen.
pub(super) fn is_asked(text: &str, at: usize) -> bool {
    sentences(text).into_iter().any(|place| place.contains(&at) && ASKED.is_match(&text[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_ends_where_it_turns() {
        let text = "Listing is fine, but the refresh fails. Why";
        let clauses: Vec<&str> = clauses(text).into_iter().map(|clause| text[clause].trim()).collect();
        assert_eq!(clauses, ["Listing is fine", "", "the refresh fails", "Why"]);
    }

    #[test]
    fn a_sentence_keeps_its_mark() {
        let text = "It fails. What if it does? Then";
        let found: Vec<&str> = sentences(text).into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["It fails. ", "What if it does?", " Then"]);
        assert!(is_asked(text, 15) && !is_asked(text, 3));
    }
}
