//! Texts about failures: articles, tables of codes, source code. They show none.

use std::collections::BTreeSet;

use super::entra::{Hit, holds_ids};
use super::mark::{Mark, What};
use super::{boundary, floor};
use crate::pattern::{Pattern, pattern};

static LISTED: Pattern = pattern!(r"^\s*(?:[|*#+>•–-]+|[0-9]+[.)]|<tr|<li|<h[1-6]|\x22|'|`)*\s*(?:\*\*|`|\[)*$");
static CODE: Pattern = pattern!(
    r"==|!=|=~|\.(?:includes|contains|Contains|startsWith|StartsWith|indexOf|IndexOf|test|match|find)\(|\bcase\s+[\w'\x22.]+\s*:|\bin (?:str|repr|e|err|ex|error|msg|message)\b",
    r"|^\s*(?://|/\*|\*|#|<!--|--\s)|(?:\bthrow new\b|#define\b|\belif\b)|\b(?:const|let|var)\s+\w+\s*[=:;]|\b(?:static|final)\s+[\w<>\[\]]+\s+\w+\s*[=;{(]|\benum\s+\w+|\b(?:def|func|fn)\s+\w+\s*\(|\braise\s+\w+\(|\bassert\s+\w+[ .(]|\bswitch\s*[({]",
    r"|[\w)]\s*=>\s*[^\s0-9]|\|\||&&|\bif\b.*[:{]\s*$|\breturn\b.*[;,)]|^\s*[\x22']AADSTS[0-9]+[\x22']\s*(?:[:,]|=>)|-match\b|-like\b|-eq\b|\bgrep\b",
);
static ABOUT: Pattern = pattern!(
    r"(?im)this error (?:occurs|happens|means|indicates|appears|is returned)|to (?:fix|resolve) th(?:is|e)|^\W*(?:cause|causes|resolution|symptoms?|solution|see also|prerequisites|next steps|summary)\W*$",
    r"|^\W*(?:cause|mitigation|remedy)\W*:\s|this (?:article|page|section|topic) (?:describes|explains|lists|shows)",
    r"|\brelease notes\b|\bchange ?log\b|\bwhat.s new in\b|\bimproved (?:the )?error messages?\b|in this article|learn how|applies to:|the following table|error codes? reference|troubleshooting guide|\bFAQ\b|might occur|may occur|can occur|means that",
);
/// What a version brings.
static NOTES: Pattern = pattern!(r"(?i)\brelease notes\b|\bchange ?log\b|\bwhat.s new in\b");
static FIRST_PERSON: Pattern = pattern!(r"(?i)\b(?:i|i'm|i've|my|we|our|me)\b");

/// Whether a text is about codes rather than a failure.
pub(super) fn is_document(text: &str, hits: &[Hit], marks: &[Mark]) -> bool {
    if hits.is_empty() && NOTES.is_match(text) && !FIRST_PERSON.is_match(text) && !shows_a_call(marks) {
        return true;
    }
    if holds_ids(text) {
        return false;
    }
    let about = ABOUT.find_iter(text).count();
    let own = FIRST_PERSON.is_match(text);
    if hits.is_empty() {
        return explains_codes(text, marks)
            || enumerates_codes(text, marks)
            || lists_codes(text, marks) && !own
            || about >= 2 && !own && names_a_code(marks) && !shows_a_call(marks);
    }
    // What the service's words follow is code only where a program's words stand before it.
    let around = |hit: &Hit| if hit.quoted { before(text, hit.at) } else { line_of(text, hit.at) };
    if hits.iter().all(|hit| CODE.is_match(around(hit))) {
        return true;
    }
    let distinct = hits.iter().map(|hit| hit.code).collect::<BTreeSet<_>>().len();
    let listed = hits.iter().filter(|hit| LISTED.is_match(before(text, hit.at))).count();
    let told = hits.iter().filter(|hit| hit.quoted).count();
    distinct >= 3 && (told == 0 || listed * 10 >= hits.len() * 6 || about > 0)
        || about >= 2 && !own
        || about >= 1 && told == 0 && !own
}

fn shows_a_call(marks: &[Mark]) -> bool {
    marks.iter().any(|mark| matches!(mark.what, What::Request { .. } | What::RequestId(_)))
}

fn names_a_code(marks: &[Mark]) -> bool {
    marks.iter().any(|mark| matches!(mark.what, What::Code(_)))
}

/// Several codes of the APIs, with what they mean and without any call.
fn explains_codes(text: &str, marks: &[Mark]) -> bool {
    let code = |mark: &Mark| match &mark.what {
        What::Code(code) => Some(code.clone()),
        _ => None,
    };
    let codes: BTreeSet<String> = marks.iter().filter_map(code).collect();
    codes.len() >= 3 && !shows_a_call(marks) && ABOUT.is_match(text)
}

/// Several codes of the APIs in a row, with commas between them and without any call: those that an operation may have.
fn enumerates_codes(text: &str, marks: &[Mark]) -> bool {
    let codes: Vec<&Mark> = marks.iter().filter(|mark| matches!(mark.what, What::Code(_))).collect();
    let is_item = |item: &str| item.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let commas = |pair: &[&Mark]| {
        let between = text.get(pair[0].end..pair[1].at).filter(|between| between.split(',').all(is_item))?;
        Some(between.matches(',').count())
    };
    !shows_a_call(marks) && codes.windows(2).filter_map(commas).sum::<usize>() >= 2
}

/// Codes or statuses of the APIs, one below the other, with explanations and without any call.
fn lists_codes(text: &str, marks: &[Mark]) -> bool {
    if shows_a_call(marks) {
        return false;
    }
    let mut names = BTreeSet::new();
    let mut listed = 0;
    let mut all_code = true;
    for mark in marks {
        let name = match &mark.what {
            What::Code(code) | What::Info(code) => code.clone(),
            What::Status(status) => status.to_string(),
            _ => continue,
        };
        let line = line_of(text, mark.at);
        all_code &= CODE.is_match(line);
        // A number and its reason are one entry of a list.
        let head = before(text, mark.at);
        listed += usize::from(LISTED.is_match(head) || head.trim_start_matches(['|', '-', '*', ' ', '#']).len() <= 5);
        names.insert(name);
    }
    names.len() >= 3 && listed >= 3 || all_code && !names.is_empty()
}

/// No more of a line than this is looked at, in bytes: what tells stands near.
const NEAR: usize = 400;

/// What stands before a place in its line.
fn before(text: &str, at: usize) -> &str {
    let near = floor(text, at.saturating_sub(NEAR));
    &text[text[near..at].rfind('\n').map_or(near, |end| near + end + 1)..at]
}

/// The line around a place.
fn line_of(text: &str, at: usize) -> &str {
    let start = at - before(text, at).len();
    let near = &text[at..at + boundary(&text[at..], NEAR)];
    &text[start..at + near.find('\n').unwrap_or(near.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::code::Codes;
    use crate::import::entra::hits;
    use crate::import::mark::marks;

    fn about(text: &str) -> bool {
        let codes = Codes::new([
            "PowerBINotAuthorizedException",
            "PowerBIEntityNotFound",
            "PowerBIFolderNotFound",
            "WorkspaceNotFound",
            "RequestBlocked",
            "CapacityNotActive",
        ]);
        is_document(text, &hits(text), &marks(text, &codes))
    }

    #[test]
    fn articles_tables_and_code_show_no_failure() {
        for text in [
            "| AADSTS50011 | wrong address |\n| AADSTS50034 | no user |\n| AADSTS65001 | no consent |",
            "- AADSTS50011: the address differs\n- AADSTS50034: there is no user\n- AADSTS65001: consent",
            "Common ones are AADSTS50076 (MFA), AADSTS50126 (password) and AADSTS700016 (application).",
            "if \"AADSTS50076\" in str(e):\n    ask()",
            "  case 'AADSTS65001': return consent();",
            "errors = {\n  \"AADSTS50011\": \"address\",\n  \"AADSTS65001\": \"consent\",\n}",
            "$texts = [\n  'AADSTS50011' => 'address',\n  'AADSTS65001' => 'consent',\n];",
            "## AADSTS50020\nThis error occurs when a guest signs in.\n## Resolution\nInvite the guest.",
            "PowerBINotAuthorizedException - no role\nPowerBIEntityNotFound - no item\nPowerBIFolderNotFound - no workspace",
            "Add an assignment\nCommon error codes: WorkspaceNotFound, RequestBlocked, CapacityNotActive",
            "Error codes (Fabric REST)\nWorkspaceNotFound: no such id\nCapacityNotActive: it is paused\nRequestBlocked: try later",
            "My notes: `PowerBIEntityNotFound` means that the id is wrong, `PowerBIFolderNotFound` a wrong workspace, `PowerBINotAuthorizedException` no role.",
            "if (e.code === 'PowerBINotAuthorizedException') { retry(); }",
            "A paused capacity answers\n  \"errorCode\": \"CapacityNotActive\"\nCause: somebody paused it.\nMitigation: resume it.",
            "401 Unauthorized - the token is missing\n403 Forbidden - the token is for another API\n404 Not Found - no item",
        ] {
            assert!(about(text), "{text}");
        }
    }

    #[test]
    fn failures_are_no_articles() {
        for text in [
            "AADSTS50034: The user account does not exist",
            "I get AADSTS50076 now, before it was AADSTS50079, how do I fix this?",
            "AADSTS70002: Error validating credentials. AADSTS50126: Invalid username or password",
            "401 Unauthorized\nPowerBINotAuthorizedException",
            "fatal: [web]: FAILED! => {\"msg\": \"(invalid_client) AADSTS7000215: Invalid client secret is provided.\"}",
            "{\"error\"=>\"invalid_client\", \"error_description\"=>\"AADSTS7000215: Invalid client secret provided.\"}",
            "throw in Main\nMsalServiceException: AADSTS65001: The user or administrator has not consented",
        ] {
            assert!(!about(text), "{text}");
        }
    }
}
