//! Refusals that are told in words alone: no status, no code.

use super::clause::{LONGEST, sentences};
use super::mark::{Mark, What};
use super::{hidden, text_layout};
use crate::pattern::{Pattern, pattern};

/// HTTP's own words for the two refusals, wherever they stand in a sentence.
static WORD: Pattern = pattern!(r"(?i)\b(?:(unauthori[sz]ed|not authori[sz]ed)|(forbidden))\b");
/// What may follow HTTP's word where it is the answer; before any other word it says of what kind something is.
static GOES_ON: Pattern = pattern!(
    r"(?i)^(?:\W*$|[^ \w]|\W* ?\W*(?:for|from|on|when|if|in|at|to|by|with|as|and|but|or|while|since|after|although|though|error|errors|response|status|exception|here|there|now|again|every|each|always|only|so|today|yesterday|lately|tonight|before|because|despite|even|until|everywhere|any ?more|what|why|any|is|was|too|then|instead|401|403)\b)",
);
/// What people say when somebody is not let in.
static REFUSED: Pattern = pattern!(
    r"(?i)\b(?:(?:is|are|was|were|gets?|got|being|been|keeps? being|always|still|simply|just|also|then|now|alone|only) (?:\w+ )?(?:refused|rejected|denied|blocked|turned down|declined)|(?:refuses|rejects|denies|declines|forbids|prohibits|refused|rejected|denied|forbade) (?:me|us|it|him|her|them|the|our|my|every\w*|each|all|any|access|this|that)",
    r"|(?:access|permission|request|call) (?:is |was |has been )?(?:denied|refused|rejected)|(?:is|are|was) not (?:allowed|permitted|let) |won.t let (?:me|us|it)|(?:have|has|had) no (?:access|permissions?|rights?)|(?:lacks?|missing|insufficient) (?:access|permissions?|privileges|rights)|permissions? errors?|authori[sz]ation (?:errors?|failures?|failed)|does ?n.t have (?:access|permissions?|rights?))\b",
);
/// What makes a refusal one that might be, just before it.
static MIGHT: Pattern = pattern!(
    r"(?i)\b(?:would|will|might|may|should|could|can|must|if|whether|until|in case|so that|avoid|prevent\w*)\b[^,:]{0,40}$",
);
/// What was mended, and what only bears the word, as a column does.
static UNREAL: Pattern = pattern!(
    r"(?i)\?\s*$|\b(?:no longer|not any ?more|solved|fixed|resolved|gone|column|rows?|records?|field|sheet|value)\b",
);

/// Adds the refusals that a short text about the services tells in words. Texts that tell a status or a code have no
/// need of it.
pub(super) fn refusals(text: &str, marks: &mut Vec<Mark>) {
    if text.len() > LONGEST || !hidden::may_speak_of_services(text) || text_layout::is_of_others(text) {
        return;
    }
    for place in sentences(text) {
        let sentence = &text[place.clone()];
        if UNREAL.is_match(sentence) {
            continue;
        }
        let word = WORD.captures(sentence).and_then(|found| {
            let what = What::Status(if found.get(1).is_some() { 401 } else { 403 });
            let at = found.get(0)?.range();
            GOES_ON.is_match(&sentence[at.end..]).then_some((at, what))
        });
        let Some((at, what)) = word.or_else(|| Some((REFUSED.find(sentence)?.range(), What::Refusal))) else {
            continue;
        };
        if MIGHT.is_match(&sentence[..at.start]) {
            continue;
        }
        marks.push(Mark { at: place.start + at.start, end: place.start + at.end, what });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<What> {
        let mut marks = Vec::new();
        refusals(text, &mut marks);
        marks.into_iter().map(|mark| mark.what).collect()
    }

    #[test]
    fn words_alone_tell_a_refusal() {
        assert_eq!(told("Power BI: the scan comes back unauthorised"), [What::Status(401)]);
        assert_eq!(told("embedding in Power BI, it simply says forbidden"), [What::Status(403)]);
        for text in
            ["the SPN is refused by Power BI", "Power BI denies our service principal", "Power BI: access denied"]
        {
            assert_eq!(told(&text.replace("denies our", "denies the")), [What::Refusal], "{text}");
        }
    }

    #[test]
    fn what_might_be_or_is_over_is_no_refusal() {
        for text in [
            "Power BI: would the SPN be refused here?",
            "the column Unauthorized of the Power BI table",
            "Power BI no longer says unauthorized, solved",
            "the shop refused the parcel",
            "the Power BI report is called \"Unauthorized invoices\"",
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
    }
}
