//! Answers of Entra in a text: its JSON in any dialect, its codes in any wrapper, its sentences without their code.

use std::ops::Range;

use serde_json::Value;

use super::code::Codes;
use super::{boundary, hidden, lenient_json};
use crate::evidence::token::{TokenError, read_description, read_error};
use crate::pattern::{Pattern, pattern};
use crate::wording;

/// An error of Entra as a text shows it.
#[derive(Debug)]
pub(super) struct Answer {
    /// What it says.
    pub(super) error: TokenError,
    /// Where it stands.
    pub(super) place: Range<usize>,
    /// Whether its own words stand there, and not a code or OAuth's word alone.
    pub(super) quoted: bool,
    /// Whether it is told as a whole: what it does not quote, it does not hold.
    pub(super) whole: bool,
}

/// A place where a code of Entra stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// Where.
    pub(super) at: usize,
    /// The code.
    pub(super) code: u32,
    /// Whether the service's words follow it.
    pub(super) quoted: bool,
}

static HIT: Pattern = pattern!(r"AADSTS([0-9]{4,9})\b(\)?\**:[\s*]*[^\s*])?");
static TAIL: Pattern = pattern!(r"Timestamp:\s*[0-9][0-9T:. -]{9,24}Z?");
static TRACE: Pattern = pattern!(r"(?i)trace id:");
static END: Pattern =
    pattern!(r"\n\s*\n|\n\s*at \S|\s--->|\n---|</|\n\s*File \x22|\n[A-Za-z][\w-]*: |\n\s*\+ |\n[>$#]");
static MEMBER: Pattern =
    pattern!(r#"(?:["']error\\*["']\s*:\s*\\*["']([a-z_]+)\\*["'],\s*)?\\*["']error_description\\*["']\s*:"#);
/// The errors of OAuth 2.0 and its extensions, and those that Entra adds.
static OAUTH: Pattern = pattern!(
    r"\b(invalid_client|invalid_grant|invalid_request|invalid_scope|invalid_resource|invalid_tenant|invalid_instance|unauthorized_client",
    r"|interaction_required|consent_required|login_required|access_denied|authorization_pending|authorization_declined|expired_token",
    r"|bad_verification_code|temporarily_unavailable|unsupported_grant_type|unsupported_response_type|slow_down|invalid_target)\b",
);
/// Codes of MSAL and ADAL for what fails before Entra answers.
static CLIENT: Pattern = pattern!(
    r"\b(unknown_user_type|unknown_user|missing_federation_metadata_url|federated_service_returned_error|parsing_wstrust_response_failed",
    r"|password_required_for_managed_user|user_realm_discovery_failed|endpoints_resolution_error|openid_config_error|user_mismatch",
    r"|multiple_matching_tokens_detected|failed_to_acquire_token_silently|no_tokens_found|authentication_canceled|accessing_ws_metadata_exchange_failed)\b",
);
static WORDS_OF: Pattern = pattern!(
    r"(?i)(?:ErrorCode|error code|error)['\x22]?\s*[:=]\s*['\x22]?[a-z_]+|\([a-z_]+\)|Error:?\s+[a-z_]+|[\x22'`](?:invalid_grant|invalid_client|unauthorized_client|interaction_required|consent_required)[\x22'`]|^(?:invalid_grant|invalid_client|unauthorized_client|interaction_required)\b",
);
static NUMBER: Pattern = pattern!(
    r"(?i)(?:error[ _]?codes?['\x22]?\s*[:=]?\s*\[?\s*|/error\?code=|\b(?:invalid_client|invalid_grant|invalid_request|invalid_scope|unauthorized_client|interaction_required)\W{1,3})([0-9]{5,8})\b",
);
/// Codes so long that hardly anything else looks like them.
static BARE: Pattern = pattern!(r"(?:^|[\s:(])((?:7000|9002|1002)[0-9]{3})\b");
/// A page of Entra names the ids of its answer.
static PAGE_OF_ENTRA: Pattern = pattern!(r"(?i)\bcorrelation id:|/error\?code=");
static DENIED: Pattern = pattern!(
    r"(?i)\b(?:no|without|never|zero|0|no longer (?:see|get|have)|no more|fixed|resolved|gone:?)\s+(?:any |the |more )?$",
);

/// The places of Entra's codes.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    HIT.captures_iter(text)
        .filter_map(|found| {
            let at = found.get(0)?.start();
            let quoted = found.get(2).is_some();
            let denied = !quoted && DENIED.is_match(&text[boundary_before(text, at, 40)..at]);
            (!denied).then_some(Hit { at, code: found[1].parse().ok()?, quoted })
        })
        .collect()
}

fn boundary_before(text: &str, at: usize, most: usize) -> usize {
    (at.saturating_sub(most)..=at).find(|at| text.is_char_boundary(*at)).unwrap_or(at)
}

/// Whether the ids of an answer stand in a text: then it is one that was received.
pub(super) fn holds_ids(text: &str) -> bool {
    TRACE.is_match(text)
}

/// The answers in a text, in its order. `apart`: whether two places belong to different entries of a log.
pub(super) fn answers(text: &str, hits: &[Hit], codes: &Codes, apart: &dyn Fn(usize, usize) -> bool) -> Vec<Answer> {
    let mut answers = Vec::new();
    for answer in of_objects(text) {
        add(answer, &mut answers, apart);
    }
    let members: Vec<Answer> = MEMBER
        .find_iter(text)
        .filter(|found| !is_covered(found.start(), &answers))
        .filter_map(|found| of_members(text, found.start()))
        .collect();
    for answer in members {
        add(answer, &mut answers, apart);
    }
    let rest: Vec<Hit> = hits.iter().filter(|hit| !is_covered(hit.at, &answers)).copied().collect();
    of_hits(text, &rest, &mut answers, apart);
    answers.sort_by_key(|answer| answer.place.start);
    if answers.is_empty() {
        answers.extend(of_words(text, codes));
    }
    answers
}

fn is_covered(at: usize, answers: &[Answer]) -> bool {
    answers.iter().any(|answer| answer.place.contains(&at))
}

fn of_objects(text: &str) -> Vec<Answer> {
    lenient_json::objects(text)
        .filter_map(|(at, json)| {
            let json = innermost(&json, 0)?;
            let length = lenient_json::object(&text[at..]).map_or(1, |(_, length)| length);
            Some(Answer { error: read_error(json)?, place: at..at + length, quoted: true, whole: true })
        })
        .collect()
}

/// The answer of Entra in a JSON value, or in one of its members.
pub(super) fn innermost(json: &Value, depth: usize) -> Option<&Value> {
    if is_answer(json) {
        return Some(json);
    }
    if depth > 8 {
        return None;
    }
    match json {
        Value::Object(map) => map.values().find_map(|value| innermost(value, depth + 1)),
        Value::Array(items) => items.iter().take(100).find_map(|value| innermost(value, depth + 1)),
        _ => None,
    }
}

fn is_answer(json: &Value) -> bool {
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let described = text("error_description").is_some();
    let word = text("error").is_some_and(|error| OAUTH.find(error).is_some_and(|found| found.as_str() == error));
    let numbered = json.get("error_codes").is_some() || json.get("trace_id").is_some();
    described
        && (word || text("error_description").is_some_and(|words| words.contains("AADSTS")) || text("error").is_none())
        || word
        || numbered && text("error").is_some()
}

fn of_members(text: &str, at: usize) -> Option<Answer> {
    let start = text[at..].find(['"', '\'']).map_or(at, |quote| at + quote);
    let start = if text[..start].ends_with('\\') { start - 1 } else { start };
    let (json, length) = lenient_json::object(&text[start..])?;
    Some(Answer { error: read_error(&json)?, place: at..start + length.max(1), quoted: true, whole: true })
}

fn of_hits(text: &str, hits: &[Hit], answers: &mut Vec<Answer>, apart: &dyn Fn(usize, usize) -> bool) {
    let mut from = 0;
    while let Some(first) = hits.get(from) {
        let mut last = from;
        while let Some(next) = hits.get(last + 1) {
            let between = &text[hits[last].at..next.at];
            if between.len() > 600
                || apart(hits[last].at, next.at)
                || TRACE.is_match(between)
                || between.contains("\n\n")
            {
                break;
            }
            last += 1;
        }
        let end = end_of_answer(text, hits[last].at, hits.get(last + 1).map_or(text.len(), |next| next.at));
        let mut error = read_description(&text[first.at..end]);
        error.error = word_before(text, first.at);
        let quoted = hits[from..=last].iter().any(|hit| hit.quoted);
        add(Answer { error, place: first.at..end, quoted, whole: quoted }, answers, apart);
        from = last + 1;
    }
}

/// An answer that is told again, as an exception tells that of its cause, is one.
/// The same answer is told again near by, if it is: at most so many answers later.
const AGAIN: usize = 32;

fn add(answer: Answer, answers: &mut Vec<Answer>, apart: &dyn Fn(usize, usize) -> bool) {
    let same = |other: &Answer| {
        let same_codes = other.error.codes == answer.error.codes;
        let ids = (other.error.trace_id.as_ref(), answer.error.trace_id.as_ref());
        let untold = (ids.0.is_none() || ids.1.is_none()) && !apart(other.place.start, answer.place.start);
        matches!(ids, (Some(one), Some(two)) if one == two) || same_codes && untold
    };
    let near = answers.len().saturating_sub(AGAIN);
    match answers[near..].iter().position(same).map(|known| near + known) {
        Some(known) => fill(&mut answers[known].error, answer.error),
        None => answers.push(answer),
    }
}

/// What one telling of an answer leaves out, another may hold.
fn fill(known: &mut TokenError, other: TokenError) {
    known.error = known.error.take().or(other.error);
    known.suberror = known.suberror.take().or(other.suberror);
    known.trace_id = known.trace_id.take().or(other.trace_id);
    known.correlation_id = known.correlation_id.take().or(other.correlation_id);
    known.timestamp = known.timestamp.take().or(other.timestamp);
    known.quoted = known.quoted.take().or(other.quoted);
}

fn end_of_answer(text: &str, at: usize, most: usize) -> usize {
    let rest = &text[at..most];
    if let Some(tail) = TAIL.find(&rest[..boundary(rest, 2500)]) {
        return at + tail.end();
    }
    let longest = boundary(rest, 1600);
    at + END.find(&rest[..longest]).map_or(longest, |end| end.start())
}

fn word_before(text: &str, at: usize) -> Option<String> {
    let before = &text[boundary_before(text, at, 200)..at];
    OAUTH.find_iter(before).last().map(|word| word.as_str().to_owned())
}

/// The code whose message a text quotes without it, and where the sentence begins. Messages of several codes tell none.
fn quoted_code(text: &str) -> Option<(usize, u32)> {
    let exact = wording::seen(text).into_iter().filter(|seen| seen.exact);
    let mut quoted = exact.filter_map(|seen| Some((seen.place.start, seen.known.code?)));
    let (at, code) = quoted.next()?;
    quoted.all(|(_, other)| other == code).then(|| (start_of_sentence(text, at), code))
}

fn start_of_sentence(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[line..at];
    let colon = before.rfind(": ").map_or(0, |colon| colon + 2);
    line + before.rfind(['"', '(', '>']).map_or(colon, |quote| colon.max(quote + 1))
}

/// An answer without a code: a message that belongs to one, the number alone, or OAuth's word for it.
fn of_words(text: &str, codes: &Codes) -> Option<Answer> {
    if let Some((at, code)) = quoted_code(text) {
        let end = end_of_answer(text, at, text.len());
        let described = read_description(&text[at..end]);
        let error = TokenError { codes: Some(vec![code]), error: word_before(text, at), ..described };
        return Some(Answer { error, place: at..end, quoted: true, whole: true });
    }
    let page = PAGE_OF_ENTRA.is_match(text);
    // Numbers of orders or invoices can be codes by chance.
    let bare = hidden::may_speak_of_services(text).then(|| BARE.captures_iter(text));
    let number = NUMBER.captures_iter(text).chain(bare.into_iter().flatten()).find_map(|found| {
        let unsure = text[found.get(0)?.end()..].starts_with('?');
        let code = found[1].parse().ok().filter(|code| !unsure && (page || codes.knows(*code)))?;
        Some((found.get(0)?.range(), code))
    });
    if let Some((place, code)) = number {
        let error = TokenError { codes: Some(vec![code]), ..TokenError::default() };
        return Some(Answer { error, place, quoted: false, whole: false });
    }
    let of_oauth = || {
        let place = WORDS_OF.find_iter(text).find(|place| OAUTH.is_match(place.as_str()))?;
        OAUTH.find_at(text, place.start())
    };
    // A library's own code is all that there is; OAuth's word came with a description that is not told.
    let (word, quoted) = CLIENT.find(text).map(|word| (word, true)).or_else(|| Some((of_oauth()?, false)))?;
    let error = TokenError { error: Some(word.as_str().to_owned()), ..TokenError::default() };
    Some(Answer { error, place: word.range(), quoted, whole: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Answer> {
        answers(text, &hits(text), &Codes::new(["530033", "7000222"]), &|_, _| false)
    }

    fn codes(text: &str) -> Vec<Vec<u32>> {
        read(text).into_iter().map(|answer| answer.error.codes.unwrap_or_default()).collect()
    }

    #[test]
    fn a_message_without_its_code_is_known() {
        let text = "InvalidScope: ****: The provided value for scope openid is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier";
        let (at, code) = quoted_code(text).expect("a code");
        assert_eq!(code, 1_002_012);
        assert!(text[at..].trim_start().starts_with("The provided value"));
        assert_eq!(quoted_code("that your organization uses Power BI"), None);
        let two = "Invalid client secret provided. Retried: The provided client secret keys are expired";
        assert_eq!(quoted_code(two), None, "which of them is it?");
        assert_eq!(quoted_code("nothing of the kind"), None);
    }

    #[test]
    fn an_error_is_read_from_any_wrapper() {
        let wrappers = [
            "MsalServiceException: AADSTS50034: The user account does not exist",
            r#"body: {"error":"invalid_grant","error_description":"AADSTS50034: no","error_codes":[50034]} end"#,
            r#"log="{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50034: no\",\"error_codes\":[50034]}""#,
            r#"{'error': 'invalid_grant', 'error_description': "AADSTS50034: no", 'error_codes': [50034]}"#,
            r#""error":"invalid_grant","error_description":"AADSTS50034: no","error_codes":[50034],"timest"#,
            r#""error_description":"AADSTS50034: no"#,
            "<psf:text>AADSTS50034: no</psf:text>",
            "it is turned down with AADSTS50034.",
            r#"{"a":{"b":[{"error":"invalid_grant","error_description":"AADSTS50034: no"}]}}"#,
        ];
        for text in wrappers {
            assert_eq!(codes(text), [[50_034]], "{text}");
        }
        assert_eq!(read(wrappers[3])[0].error.error.as_deref(), Some("invalid_grant"));
        assert_eq!(read("OPError: invalid_scope (AADSTS1002012: no)")[0].error.error.as_deref(), Some("invalid_scope"));
    }

    #[test]
    fn one_answer_told_twice_is_one() {
        assert_eq!(
            codes("AADSTS70002: Error. AADSTS50126: Invalid ---> AADSTS70002: Error. AADSTS50126: Invalid"),
            [[70_002, 50_126]]
        );
        let twice = "AADSTS50034: no. Trace ID: 11111111-2222-4333-8444-555555555501 Timestamp: 2026-01-01 00:00:00Z\n\
                     AADSTS50034: no. Trace ID: 11111111-2222-4333-8444-555555555502 Timestamp: 2026-01-01 00:00:05Z";
        assert_eq!(read(twice).len(), 2);
    }

    #[test]
    fn what_only_words_say_is_read() {
        assert_eq!(codes("Error Code: 530033\nRequest Id: x"), [[530_033]]);
        assert_eq!(codes("error code 12345: no"), Vec::<Vec<u32>>::new());
        assert_eq!(read("ErrorCode: invalid_client")[0].error.error.as_deref(), Some("invalid_client"));
        assert_eq!(
            read("One or more errors: unknown_user_type: Unknown User Type")[0].error.error.as_deref(),
            Some("unknown_user_type")
        );
    }

    #[test]
    fn what_is_denied_is_no_answer() {
        for text in
            ["no AADSTS50034 in the log", "we no longer see AADSTS50034", "fixed AADSTS50034", "no AADSTS errors found"]
        {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
