//! Error codes of Power BI and Fabric in a text: distinctive ones anywhere, ordinary words only where a code stands.

use std::collections::HashSet;
use std::ops::Range;

use super::clause::LONGEST;
use super::hidden;
use crate::pattern::{Match, Pattern, pattern};

/// The codes that are known: what the importers look for.
#[derive(Debug, Default)]
pub struct Codes {
    /// The numbers of Entra.
    numbers: Vec<u32>,
    /// The words of Power BI and Fabric.
    words: Vec<String>,
    /// Those among them that are codes wherever they stand.
    distinctive: HashSet<String>,
}

/// What may be a code wherever it stands.
static WORD: Pattern = pattern!(r"\b[A-Za-z]\w{5,}\b");
/// `errorCode: X`, `"code":"X"`, `Error Code: X`, `Invoke-API : X`, `401 X`.
static PLACE: Pattern = pattern!(
    r#"(?m)(?:\b(?:[Ee]rror[ _-]?[Cc]ode|errorCode|ErrorCode|(?:["'])code["']|\bcode)["']?\s*[:=]\s*["']?"#,
    r"|^x [a-z]+: \[|\bfab [a-z]+[^\n]* -> \[|^[A-Z][a-z]+-[A-Za-z]+ : |\b[45][0-9]{2}(?: \w+)?? ?[-:]? ?|\bExtendedErrorCode: )([A-Z][A-Za-z0-9_]{4,80})\b",
);
/// What stands before a code that somebody tells of: `it says TokenExpired`, `fails (PrincipalNotFound)`.
static TOLD_BEFORE: Pattern = pattern!(
    r#"(?i)(?:\b(?:says?|said|tells?|is|was|has|gives?|gave|gets?|got|getting|returns?|returned|with|answers?|answered|errors?|message|reason|state|extendedstate|reports?|shows|and|or|as|throws?|sees?|the|an?)["']?[:=]?|[(:,=.!?\x2d>`]|\n)\s*["'`]?$"#,
);
/// What stands after one that begins the sentence.
static TOLD_AFTER: Pattern = pattern!(
    r#"(?i)^["'`)]*(?:[.,;:!?]|\s*$|\s+(?:\(?[45][0-9]{2}\b|for|from|on|when|if|at|in the|in my|after|since|with|error|exception|as soon|although|is what|while)\b)"#,
);
/// Questions about a code, not about a failure.
static ASKED: Pattern = pattern!(
    r"(?i)\b(?:what (?:does|do|would|can)\b[^?]*\b(?:mean|stand for)|(?:how|where|when) (?:should|do|can|could|would|to|is|are)\b[^?]*\b(?:handle|catch|treat|log|document|retry|documented|handled|raised))\b[^?]*\?",
);
static ITEM: Pattern = pattern!(r"^(?:Alm_|DMTS_|PowerBI|DM_|ASConnection)");

/// Reasons of HTTP and other words that stand where a code might, and are none.
const REASONS: [&str; 16] = [
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "Found",
    "Client",
    "Error",
    "Status",
    "Request",
    "Requests",
    "Bad",
    "Http",
    "Invalid",
    "Response",
    "Server",
    "Service",
    "BadRequest",
];

impl Codes {
    /// The codes of these names; a name of digits is one of Entra's numbers.
    #[must_use]
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::with(names.into_iter().map(|name| (name, true)))
    }

    /// The same, each with whether it is a word by itself. One that is none means something only where a code stands.
    #[must_use]
    pub fn with<'n>(names: impl IntoIterator<Item = (&'n str, bool)>) -> Self {
        let mut codes = Self::default();
        for (name, is_word) in names {
            if let Ok(number) = name.parse() {
                codes.numbers.push(number);
                continue;
            }
            codes.words.push(name.to_owned());
            if is_word && is_distinctive(name) {
                codes.distinctive.insert(name.to_owned());
            }
        }
        codes.numbers.sort_unstable();
        codes
    }

    /// Whether this number is a known code of Entra.
    pub(super) fn knows(&self, number: u32) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// Whether this word is a known code of Power BI or Fabric.
    pub(super) fn holds(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    fn is_distinctive(&self, word: &str) -> bool {
        ["DMTS_", "Alm_", "DM_"].iter().any(|start| word.starts_with(start)) || self.distinctive.contains(word)
    }

    /// Whether somebody tells of this word as of a code, in a sentence.
    fn is_told(&self, text: &str, word: &Match<'_>) -> bool {
        let before = &text[super::floor(text, word.start().saturating_sub(24))..word.start()];
        humps(word.as_str()) >= 2
            && !before.to_ascii_lowercase().contains("error-info")
            && !REASONS.contains(&word.as_str())
            && self.holds(word.as_str())
            && (word.start() == 0 || TOLD_BEFORE.is_match(before))
            && TOLD_AFTER.is_match(&text[word.end()..])
    }

    /// The codes in a text, each with its place.
    pub(super) fn find<'t>(&self, text: &'t str) -> Vec<(usize, &'t str)> {
        let is_prose = text.len() <= LONGEST && hidden::may_speak_of_services(text);
        let mut found: Vec<(usize, &str)> = WORD
            .find_iter(text)
            .filter(|word| self.is_distinctive(word.as_str()) || is_prose && self.is_told(text, word))
            .map(|word| (word.start(), word.as_str()))
            .collect();
        if is_prose {
            let asked: Vec<Range<usize>> = ASKED.find_iter(text).map(|found| found.range()).collect();
            found.retain(|(at, _)| !asked.iter().any(|question| question.contains(at)));
        }
        for place in PLACE.captures_iter(text) {
            let Some(word) = place.get(1) else { continue };
            let known = self.holds(word.as_str());
            let of_cli = place[0].starts_with("x ") || place[0].starts_with("fab ");
            let named = of_cli || place[0].to_ascii_lowercase().contains("code");
            let of_status = text[..place.get(0).map_or(0, |whole| whole.start())].trim_end().ends_with(['S', 's'])
                && text[..word.start()].to_ascii_lowercase().trim_end_matches([' ', ':']).ends_with("status code");
            let text_before = place[0].to_ascii_lowercase();
            let of_error = text_before.starts_with("error") || text_before.starts_with("extended");
            let of_cmdlet = text_before.contains(" : ") && !named && !word.as_str().ends_with("Exception");
            let ordinary = REASONS.contains(&word.as_str());
            let is_code = known && (named || !ordinary)
                || of_error
                || named && (humps(word.as_str()) >= 2 || ITEM.is_match(word.as_str()))
                || !ordinary && (of_cmdlet && humps(word.as_str()) >= 2 || humps(word.as_str()) >= 3);
            if is_code && !of_status && !found.iter().any(|(at, _)| *at == word.start()) {
                found.push((word.start(), word.as_str()));
            }
        }
        found.sort_unstable();
        found
    }
}

/// Whether a word means nothing but the code.
fn is_distinctive(word: &str) -> bool {
    humps(word) >= 3 || word.contains('_') || word.starts_with("PowerBI")
}

fn humps(word: &str) -> usize {
    let bytes = word.as_bytes();
    let begins = |at: usize| bytes[at].is_ascii_uppercase() && (at == 0 || !bytes[at - 1].is_ascii_uppercase());
    (0..bytes.len()).filter(|at| begins(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let codes = Codes::new([
            "PowerBINotAuthorizedException",
            "GroupNotAccessible",
            "Unauthorized",
            "InvalidToken",
            "TokenExpired",
            "7000222",
        ]);
        assert!(codes.knows(7_000_222) && !codes.knows(7));
        codes.find(text).into_iter().map(|(_, code)| code.to_owned()).collect()
    }

    #[test]
    fn a_distinctive_code_is_found_as_a_whole_word() {
        assert_eq!(found("got PowerBINotAuthorizedException: no"), ["PowerBINotAuthorizedException"]);
        assert!(found("class MyPowerBINotAuthorizedExceptionHandler").is_empty());
        assert_eq!(found("GroupNotAccessible"), ["GroupNotAccessible"]);
    }

    #[test]
    fn an_ordinary_word_is_a_code_where_one_stands() {
        assert_eq!(found("│ Error Code: Unauthorized"), ["Unauthorized"]);
        assert_eq!(found(r#"{"errorCode": "InvalidToken"}"#), ["InvalidToken"]);
        assert_eq!(found("403 TokenExpired"), ["TokenExpired"]);
        for text in [
            "the call is Unauthorized",
            "401 Unauthorized",
            "Status code: Unauthorized",
            "InvalidToken handling was added",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
