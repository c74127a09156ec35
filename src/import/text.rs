//! Text: AADSTS codes in any wrapper, an HTTP transcript, error codes and headers of the Power BI and Fabric APIs.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::json::take_problem;
use super::{QUOTED, Reading};
use crate::evidence::api::read_problem;
use crate::evidence::token::{Token, read_description, read_error};
use crate::powerbi::route::{Route, names_workspace, route_of};
use crate::record::Service;

/// Objects longer than this are not looked for in a text, in bytes.
const LONGEST_OBJECT: usize = 64 * 1024;

static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(?:HTTP/[0-9.]+\s+|\bHTTP (?:status |error )?|status(?:[ _-]?code)?['\x22]?\s*[:=]?\s*|\bError:? |^\s*|\()([45][0-9]{2})\b",
        r"|\b([45][0-9]{2})[ :]*\(?(?:Unauthorized|Forbidden|Not ?Found|Too ?Many ?Requests|Bad ?Request|Service ?Unavailable)\b",
    ))
});
static INFO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)x-powerbi-error-info['\x22]?\s*[:=]\s*['\x22]?([A-Za-z]+)"));
static REQUEST_ID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\brequest-?id['\x22]?\s*[:=]\s*['\x22]?([0-9a-f]{8}-[0-9a-f-]{27})"));
static RETRY_AFTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)retry-?after['\x22]?\s*[:=]\s*['\x22]?([0-9]+)"));
static API_URL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)https://(?:api\.(?:powerbi\.com|[a-z.]*powerbigov\.us|powerbi\.cn|fabric\.microsoft\.com))(/[^\s'\x22?<>]*)",
    )
});
static CHALLENGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)www-authenticate['\x22]?\s*:.*?\berror=['\x22\\]*([a-z_]+)"));
static FABRIC_CODE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)x-ms-public-api-error-code['\x22]?\s*[:=]\s*['\x22]?([A-Za-z]+)"));
static API_PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:^|[\s'\x22(])(/v1\.0/myorg/[^\s'\x22?<>]*)"));
static REASONS: [(&str, u16); 6] = [
    ("'unauthorized'", 401),
    ("'forbidden'", 403),
    ("'notfound'", 404),
    ("'toomanyrequests'", 429),
    ("\"toomanyrequests\"", 429),
    ("too many requests", 429),
];

fn pattern(text: &str) -> Regex {
    regex::RegexBuilder::new(text).multi_line(true).build().expect("a constant pattern")
}

/// Reads a text.
pub(super) fn read(text: &str, codes: &[&str], reading: &mut Reading) {
    read_entra(text, reading);
    read_api(text, codes, reading);
}

fn read_entra(text: &str, reading: &mut Reading) {
    let found = objects(text).find_map(|json| {
        let is_entra = json.get("error").is_some_and(Value::is_string) && json.get("error_description").is_some();
        is_entra.then(|| read_error(&json)).flatten()
    });
    let error = found.or_else(|| {
        let start = text.find("AADSTS")?;
        let read = read_description(&text[start..]);
        read.codes.is_some().then_some(read)
    });
    if let Some(error) = error {
        reading.failed = true;
        reading.evidence.token = Some(Token { issued: Some(false), error: Some(error), ..Token::default() });
        reading.evidence.whole.push(QUOTED.to_owned());
        reading.evidence.note_source("token", "the text");
    }
}

fn read_api(text: &str, codes: &[&str], reading: &mut Reading) {
    if reading.evidence.token.is_some() {
        return;
    }
    let problem = objects(text)
        .map(|json| read_problem(&json))
        .find(|problem| problem.code.is_some() || problem.message.is_some());
    if let Some(problem) = problem {
        take_problem(problem, reading);
    }
    let call = &mut reading.call;
    let first = |regex: &Regex| {
        let found = regex.captures(text)?;
        found.iter().skip(1).flatten().next().map(|group| group.as_str().to_owned())
    };
    call.service = service_named(text);
    call.error_info = first(&INFO);
    call.request_id = call.request_id.take().or_else(|| first(&REQUEST_ID));
    call.challenge = first(&CHALLENGE);
    call.retry_after_seconds = first(&RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    if let Some(path) = first(&API_URL).or_else(|| first(&API_PATH)) {
        let route = route_of(&path);
        call.route = (route != Route::Other).then_some(route);
        call.in_workspace = names_workspace(&path);
        call.path = Some(path);
    }
    call.code = call.code.take().or_else(|| first(&FABRIC_CODE));
    if call.code.is_none() {
        call.code = codes.iter().find(|code| holds_word(text, code)).map(|code| (*code).to_owned());
    }
    let lower = text.to_lowercase();
    let status = first(&STATUS).and_then(|status| status.parse().ok());
    call.status = status.or_else(|| REASONS.iter().find(|(words, _)| lower.contains(words)).map(|(_, status)| *status));
    if call.message.is_none() {
        call.message = known_message(text);
    }
    reading.failed |=
        call.status.is_some() || call.code.is_some() || call.error_info.is_some() || call.message.is_some();
}

/// The service that a text speaks of: by its address, or by the name of a library that calls nothing else.
fn service_named(text: &str) -> Option<Service> {
    const POWER_BI: [&str; 5] =
        ["api.powerbi.com", "Microsoft.PowerBI.Api", "MicrosoftPowerBIMgmt", "Invoke-PowerBIRestMethod", "Get-PowerBI"];
    const FABRIC: [&str; 2] = ["api.fabric.microsoft.com", "FabricHTTPException"];
    let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (names(&POWER_BI), names(&FABRIC)) {
        (true, false) => Some(Service::PowerBi),
        (false, true) => Some(Service::Fabric),
        _ => None,
    }
}

/// The services' sentences that mean something by themselves, quoted without their JSON.
fn known_message(text: &str) -> Option<String> {
    const SENTENCES: [&str; 8] = [
        "API is not accessible for application",
        "Access token has expired, resubmit with a new access token",
        "requires effective identity to be provided",
        "requires roles to be included in provided effective identity",
        "shouldn't have effective identity",
        "Failed to get service principal details",
        "The caller is not authenticated to access this resource",
        "You have exceeded the amount of requests allowed in the current time frame",
    ];
    let lower = text.to_lowercase();
    SENTENCES.iter().find(|sentence| lower.contains(&sentence.to_lowercase())).map(|sentence| (*sentence).to_owned())
}

/// Whether a text holds a word: not a part of a longer one.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(letter) && !text[at + word.len()..].starts_with(letter)
    })
}

/// The JSON objects that stand in a text, outermost first, also those with escaped quotes.
fn objects(text: &str) -> impl Iterator<Item = Value> {
    text.match_indices('{').take(200).filter_map(move |(at, _)| {
        let end = at + text[at..].len().min(LONGEST_OBJECT);
        let end = (at..=end).rev().find(|end| text.is_char_boundary(*end))?;
        parse_prefix(&text[at..end])
    })
}

fn parse_prefix(text: &str) -> Option<Value> {
    let parse = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok();
    parse(text).filter(|json: &Value| json.as_object().is_some_and(|map| !map.is_empty())).or_else(|| {
        text.starts_with("{\\\"").then(|| parse(&text.replace("\\\"", "\"").replace("\\\\", "\\"))).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    fn reading(text: &str) -> Reading {
        let mut reading = Reading::default();
        read(text, &["PowerBINotAuthorizedException", "Unauthorized"], &mut reading);
        reading
    }

    fn codes(evidence: &Evidence) -> Option<Vec<u32>> {
        evidence.token.as_ref()?.error.as_ref()?.codes.clone()
    }

    #[test]
    fn an_error_is_read_from_any_wrapper() {
        let wrappers = [
            "MsalServiceException: AADSTS50034: The user account does not exist",
            r#"body: {"error":"invalid_grant","error_description":"AADSTS50034: no","error_codes":[50034]} end"#,
            r#"log="{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50034: no\",\"error_codes\":[50034]}""#,
        ];
        for text in wrappers {
            let reading = reading(text);
            assert!(reading.failed, "{text}");
            assert_eq!(codes(&reading.evidence), Some(vec![50_034]), "{text}");
        }
    }

    #[test]
    fn a_transcript_is_read() {
        let reading = reading(
            "GET https://api.powerbi.com/v1.0/myorg/groups/x/reports HTTP/1.1\n\nHTTP/1.1 401 Unauthorized\nX-PowerBI-Error-Info: GroupNotAccessible\nRequestId: 61111111-2222-4333-8444-555555555555\n",
        );
        let call = reading.call;
        assert_eq!((call.status, call.route), (Some(401), Some(Route::WorkspaceReports)));
        assert_eq!(call.error_info.as_deref(), Some("GroupNotAccessible"));
        assert_eq!(call.request_id.as_deref(), Some("61111111-2222-4333-8444-555555555555"));
    }

    #[test]
    fn a_code_is_a_whole_word() {
        assert_eq!(
            reading("got PowerBINotAuthorizedException:").call.code.as_deref(),
            Some("PowerBINotAuthorizedException")
        );
        assert_eq!(reading("class MyPowerBINotAuthorizedExceptionHandler").call.code, None);
    }

    #[test]
    fn ordinary_text_shows_no_failure() {
        for text in [
            "",
            "The workspace has 400 reports.",
            "Listening on port 4010",
            "2026-04-01 12:40:03 started",
            "item 404 of 500 done",
        ] {
            assert!(!reading(text).failed, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_status_is_a_status() {
        let text = "Operation returned an invalid status code 'Forbidden'";
        assert_eq!(reading(text).call.status, Some(403));
    }
}
