//! What the readers make of an input together.

use super::*;
use crate::evidence::api::Call;
use crate::evidence::token::TokenError;
use crate::intent::Principal;
use crate::powerbi::route::Route;
use crate::secret::Kind;

fn reading(text: &str) -> Reading {
    let codes = Codes::new(["7000222", "PowerBINotAuthorizedException", "TokenExpired", "GroupNotAccessible"]);
    match read(text, &codes, 1000) {
        Found::Reading(reading) => reading,
        Found::Bundle(_) => panic!("a bundle"),
    }
}

fn errors(reading: &Reading) -> Vec<&TokenError> {
    let tokens = reading.failures.iter().filter_map(|failure| failure.evidence.token.as_ref());
    tokens.filter_map(|token| token.error.as_ref()).collect()
}

fn calls(reading: &Reading) -> Vec<&Call> {
    let apis = reading.failures.iter().filter_map(|failure| failure.evidence.api.as_ref());
    apis.filter_map(|api| api.calls.as_ref()).flatten().collect()
}

fn fails(text: &str) -> bool {
    reading(text).failures.iter().any(|failure| failure.failed)
}

fn hidden(text: &str) -> Option<bool> {
    reading(text).failures.first()?.evidence.text.as_ref()?.answer_hidden
}

#[test]
fn a_status_within_an_answer_of_entra_is_no_call() {
    let text = "HTTP 401 from the token endpoint: {\"error\":\"unauthorized_client\",\"error_description\":\"AADSTS700016: Unauthorized, 403 Forbidden\"}";
    let reading = reading(text);
    assert_eq!((errors(&reading).len(), calls(&reading).len()), (1, 0));
    assert_eq!(reading.failures[0].evidence.token.as_ref().and_then(|token| token.status), Some(401));
}

#[test]
fn two_failures_in_a_paste_stay_apart() {
    let text = "AADSTS50126: Invalid username. Trace ID: 11111111-2222-4333-8444-555555555501 Timestamp: 2026-01-01 00:00:00Z\n\
                GET https://api.powerbi.com/v1.0/myorg/groups -> 401\n";
    let reading = reading(text);
    assert_eq!((reading.failures.len(), errors(&reading).len(), calls(&reading).len()), (2, 1, 1));
}

#[test]
fn entries_of_a_log_are_failures_of_their_own() {
    let entry = |second: u32| {
        format!("2026-10-05 04:00:{second:02} ERROR AADSTS7000222: The provided client secret keys are expired.\n")
    };
    let reading = reading(&(entry(1) + &entry(2) + &entry(3)));
    assert_eq!((reading.source, reading.failures.len(), reading.failures[0].count), (Source::Log, 1, 3));
    assert_eq!(reading.failures[0].lines, [1, 2, 3]);
}

#[test]
fn what_a_calm_entry_mentions_is_no_failure() {
    let log = "2026-10-05 04:00:01 INFO  retries: AADSTS90033, AADSTS50196\n2026-10-05 04:00:02 INFO  ready\n";
    assert!(!fails(log));
}

#[test]
fn a_refused_token_request_without_an_answer_hides_it() {
    let url = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token";
    assert_eq!(
        hidden(&format!("requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {url}")),
        Some(true)
    );
    assert_eq!(hidden("KeyError: 'access_token'"), Some(true));
    assert_eq!(hidden("ErrorCode: invalid_client, StatusCode: 401"), Some(true));
    assert_eq!(hidden("AADSTS50034: no such user"), Some(false));
    assert_eq!(hidden("unknown_user_type: Unknown User Type"), Some(false), "a library's own code is all there is");
}

#[test]
fn a_token_in_a_text_is_decoded_and_not_shown() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    let parts = [r#"{"typ":"JWT","alg":"RS256"}"#, r#"{"aud":"https://graph.microsoft.com","idtyp":"app","exp":900}"#];
    let token = format!("{}.{}.c2lnbmF0dXJlLW9mLXNvbWVib2R5", B64.encode(parts[0]), B64.encode(parts[1]));
    let inside = reading(&format!(
        "> GET /v1.0/myorg/groups HTTP/1.1\n> Host: api.powerbi.com\n> Authorization: Bearer {token}\n< HTTP/1.1 403 Forbidden\n"
    ));
    let claims = inside.failures[0].evidence.claims.as_ref().expect("claims");
    assert_eq!(
        (claims.audience.as_deref(), claims.principal),
        (Some("https://graph.microsoft.com"), Some(Principal::App))
    );
    assert_eq!(claims.life_left_seconds, None, "the text tells no time");
    assert!(!format!("{inside:?}").contains("c2lnbmF0dXJl"), "the token is shown");
    let alone = reading(&token);
    assert_eq!(alone.source, Source::Token);
    assert_eq!(alone.failures[0].evidence.claims.as_ref().and_then(|claims| claims.life_left_seconds), Some(-100));
}

#[test]
fn an_event_of_a_browser_is_a_call() {
    let text = "report error: {\"message\":\"TokenExpired\",\"detailedMessage\":\"Access token has expired, resubmit with a new access token\",\"errorCode\":\"403\",\"level\":6,\"technicalDetails\":{\"requestId\":\"r\"}}";
    let reading = reading(text);
    let found = calls(&reading);
    assert_eq!((found.len(), found[0].status, found[0].code.as_deref()), (1, Some(403), Some("TokenExpired")));
    assert_eq!(found[0].route, Some(Route::Rendering));
}

#[test]
fn a_configuration_is_read_without_its_token() {
    let token = format!("H4sIAAAAAAAEAC{}", "x".repeat(60));
    let text = format!(
        "powerbi.embed(div, {{ type: 'report', tokenType: models.TokenType.Aad, accessToken: '{token}', embedUrl: 'https://app.powerbi.com/reportEmbed?reportId=a', id: 'a' }})"
    );
    let reading = reading(&text);
    let config =
        reading.failures[0].evidence.embed.as_ref().and_then(|embed| embed.config.clone()).expect("a configuration");
    assert_eq!((config.token_kind, config.token_type_fits), (Some(Kind::EmbedToken), Some(false)));
    assert!(!format!("{reading:?}").contains("xxxxxxxxxx"));
}

#[test]
fn other_services_refuse_people_too() {
    for text in [
        "fatal: unable to access 'https://github.com/a/b.git/': The requested URL returned error: 403",
        "An error occurred (403) when calling the HeadObject operation: Forbidden\naws s3 cp x y",
        "GET https://graph.microsoft.com/v1.0/me -> 401",
        "GET https://registry.example/v2/ 401 (Unauthorized)",
        "Login failed for user 'reporting'. Error Number:18456",
        "10.0.0.1 - - \"GET /admin/login HTTP/1.1\" 401 172",
        "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"The client does not have authorization\"}}",
        "404 Not Found",
        "{\"level\":\"error\",\"message\":\"the printer is on fire\"}",
    ] {
        assert!(!fails(text), "{text}: {:?}", reading(text).failures);
    }
    for text in
        ["401 Unauthorized", "Power BI answers 404 Not Found", "The remote server returned an error: (403) Forbidden."]
    {
        assert!(fails(text), "{text}");
    }
}

#[test]
fn failures_of_another_kind_are_none() {
    assert!(!fails(
        r#"{"error":{"code":"DatasetExecuteQueriesError","pbi.error":{"code":"DatasetExecuteQueriesError"}}}"#
    ));
}

#[test]
fn a_document_is_told_from_lines_of_json() {
    for document in ["{", "{\n  \"log\": {", "\u{feff} {\"schema\"", "{\"a\": {\"b\""] {
        assert!(super::may_be_document(document.as_bytes()), "{document}");
    }
    for log in ["{\"level\":\"info\"}\n{\"level\":\"error\"}", "2026-11-24 {", ""] {
        assert!(!super::may_be_document(log.as_bytes()), "{log}");
    }
}

#[test]
fn hostile_texts_end() {
    let texts = [
        "{".repeat(PROSE),
        "{\"error\":".repeat(100_000),
        "\"error_description\":\"".repeat(40_000),
        "AADSTS50034: ".repeat(70_000),
        "GET https://api.powerbi.com/v1.0/myorg/groups 401 ".repeat(18_000),
        "GET https://api.powerbi.com/v1.0/myorg/groups 401\n".repeat(2_000),
        "Get-PowerBIReport\n".repeat(50_000),
        "Get Reports In Group ".repeat(45_000),
        "\0".repeat(PROSE),
        "'".repeat(PROSE),
        "(".repeat(PROSE),
    ];
    for text in texts {
        let failures = reading(&text).failures;
        let most =
            failures.iter().filter_map(|failure| failure.evidence.api.as_ref()?.calls.as_ref()).map(Vec::len).max();
        assert!(failures.len() <= 1000 && most.unwrap_or(0) <= 200, "{}: {} {most:?}", &text[..20], failures.len());
    }
}
