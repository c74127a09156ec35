//! HAR files: the requests that a browser or proxy recorded, each with its whole answer.
//!
//! Shape: HTTP Archive 1.2, `log.entries[]` with `request`, `response` and `startedDateTime`.

mod page;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::group::{Key, One, Sight, Table};
use super::host::{Host, host};
use super::mark::{method_of, problem};
use super::piece::not_pasted;
use super::{Codes, Reading, Source, entra, token};
use crate::evidence::Evidence;
use crate::evidence::api::{BodyForm, Call};
use crate::evidence::embed::Embed;
use crate::evidence::network::Replier;
use crate::evidence::token::{Token, read_error};
use crate::powerbi::route::{names_workspace, route_of};
use crate::record::Service;
use crate::secret::Redactor;

/// Longer bodies are not read, in bytes.
const LONGEST_BODY: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default, rename = "startedDateTime")]
    started: Option<String>,
    request: Asked,
    response: Answered,
}

#[derive(Debug, Deserialize)]
struct Asked {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default, rename = "postData")]
    body: Option<Content>,
}

#[derive(Debug, Deserialize)]
struct Answered {
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Option<Content>,
    /// Why there is no answer, as Chromium writes it (`net::ERR_BLOCKED_BY_CSP`).
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Content {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default, rename = "mimeType")]
    kind: Option<String>,
}

/// Reads a HAR file. `None` when the JSON is none.
pub(super) fn read(mut json: Value, codes: &Codes) -> Option<Reading> {
    let entries = json.get_mut("log")?.get_mut("entries")?.as_array_mut().map(std::mem::take)?;
    let entries: Vec<Entry> = entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect();
    let accepted = entries.iter().any(|entry| (200..300).contains(&entry.response.status) && entry.is_call());
    let mut table = Table::default();
    let mut known = 0;
    for (index, entry) in entries.iter().enumerate() {
        let sight = Sight { line: index + 1, time: entry.started.as_deref() };
        if let Some(embed) = page::blocked(&entries, index) {
            known += 1;
            table.add(entry.blocked_frame(index, embed), sight);
            continue;
        }
        let Some(service) = entry.service() else { continue };
        known += 1;
        match (service, entry.response.status) {
            (_, 200..400) => table.success(&entry.key(service)),
            // The browser got no answer; it does not tell why.
            (_, ..100) => {}
            (Service::Entra, _) => drop(table.add(entry.refused_token(index), sight)),
            _ => {
                let mut one = entry.failed_call(index, service, accepted, codes);
                if let Some(config) = page::config(&entries, index) {
                    one.evidence.note_source("embed", format!("request {}", index + 1));
                    one.evidence.embed = Some(Embed { config: Some(config), ..Embed::default() });
                }
                table.add(one, sight);
            }
        }
    }
    let (failures, mut notes) = table.finish();
    if known == 0 {
        notes.push("No request of this HAR file went to Entra, Power BI or Fabric.".to_owned());
    }
    Some(Reading { source: Source::Har, failures, notes })
}

impl Entry {
    fn url(&self) -> Option<url::Url> {
        url::Url::parse(&self.request.url).ok()
    }

    fn service(&self) -> Option<Service> {
        match host(self.url()?.host_str()?) {
            Host::Service(service) => Some(service),
            Host::Rendering => Some(Service::PowerBi),
            _ => None,
        }
    }

    fn is_call(&self) -> bool {
        self.service().is_some_and(|service| service != Service::Entra)
    }

    fn path(&self) -> String {
        self.url().map_or_else(String::new, |url| url.path().to_owned())
    }

    fn key(&self, service: Service) -> Key {
        if service == Service::Entra {
            let asked = self.request.body.as_ref().and_then(Content::decoded).unwrap_or_default();
            return Key::token(&format!("{} {asked}", self.request.url));
        }
        Key::call(Some(&self.request.method), &self.path())
    }

    /// Whether it is a page that the browser got.
    fn is_page(&self) -> bool {
        let kind = self.response.content.as_ref().and_then(|content| content.kind.as_deref());
        kind.is_some_and(|kind| kind.starts_with("text/html")) && (200..300).contains(&self.response.status)
    }

    fn blocked_frame(&self, index: usize, embed: Embed) -> One {
        let mut evidence = Evidence { text: Some(not_pasted()), embed: Some(embed), ..Evidence::default() };
        evidence.note_source("embed", format!("request {}", index + 1));
        One { evidence, failed: true, key: Some(Key::call(Some(&self.request.method), &self.path())) }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }

    fn bearer(&self) -> Option<&str> {
        let found = self.request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("authorization"));
        found.map(|header| header.value.as_str())
    }

    fn body(&self) -> Option<String> {
        self.response.content.as_ref().and_then(Content::decoded).map(|text| Redactor::default().redact(&text))
    }

    fn refused_token(&self, index: usize) -> One {
        let body = self.body().unwrap_or_default();
        let json: Option<Value> = serde_json::from_str(&body).ok();
        let error = json.as_ref().and_then(|json| entra::innermost(json, 0)).and_then(read_error);
        let source = format!("request {}", index + 1);
        let status = u16::try_from(self.response.status).ok();
        let mut evidence = Evidence {
            text: Some(not_pasted()),
            token: Some(Token { issued: Some(false), status, error, ..Token::default() }),
            ..Evidence::default()
        };
        if json.is_some() {
            evidence.whole.push("token.error".to_owned());
        }
        evidence.note_source("token", source);
        One { evidence, failed: true, key: Some(self.key(Service::Entra)) }
    }

    fn failed_call(&self, index: usize, service: Service, accepted: bool, codes: &Codes) -> One {
        let body = self.body();
        let source = format!("request {}", index + 1);
        let json: Option<Value> = body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let mut evidence = Evidence { text: Some(not_pasted()), ..Evidence::default() };
        let call = self.call(service, json.as_ref(), body.as_deref(), &source, codes);
        if let Some(parts) = self.bearer().and_then(token::one) {
            let date = self
                .header("date")
                .and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
            token::read(&parts, date.map(jiff::Timestamp::as_second), &source, &mut evidence);
        }
        let api = evidence.api.get_or_insert_default();
        api.token_accepted = Some(accepted);
        api.calls = Some(vec![call]);
        evidence.whole.push("api.calls.0".to_owned());
        evidence.note_source("api", source);
        One { evidence, failed: true, key: Some(self.key(service)) }
    }

    fn call(&self, service: Service, json: Option<&Value>, body: Option<&str>, source: &str, codes: &Codes) -> Call {
        let problem = json.and_then(problem).unwrap_or_default();
        let path = self.path();
        let text = |name: &str| self.header(name).map(str::to_owned);
        let in_body = body.and_then(|body| codes.find(body).first().map(|(_, code)| (*code).to_owned()));
        Call {
            service: Some(service),
            route: Some(route_of(&path)),
            in_workspace: names_workspace(&path),
            method: method_of(&self.request.method.to_uppercase()),
            path: Some(path),
            with_token: self.bearer().map(|_| true),
            status: u16::try_from(self.response.status).ok(),
            refused: None,
            code: problem.code.or_else(|| text("x-ms-public-api-error-code")).or(in_body),
            error_info: text("x-powerbi-error-info"),
            error_details: text("x-powerbi-error-details"),
            message: problem.message,
            challenge: self.header("www-authenticate").and_then(crate::evidence::api::challenge_error),
            request_id: text("requestid").or(problem.request_id),
            date: text("date"),
            body: Some(form_of(json, body)),
            answered_by: text("requestid").map(|_| Replier::Service),
            retry_after_seconds: self.header("retry-after").and_then(|seconds| seconds.trim().parse().ok()),
            source: source.to_owned(),
        }
    }
}

fn form_of(json: Option<&Value>, body: Option<&str>) -> BodyForm {
    match (json, body.map(str::trim)) {
        (Some(_), _) => BodyForm::Json,
        (None, None | Some("")) => BodyForm::Empty,
        (None, Some(_)) => BodyForm::Text,
    }
}

impl Content {
    fn decoded(&self) -> Option<String> {
        let text = self.text.as_ref().filter(|text| text.len() <= LONGEST_BODY)?;
        if self.encoding.as_deref() == Some("base64") {
            return STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        }
        Some(text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::embed::RefusedBy;
    use crate::import::Failure;
    use serde_json::json;

    fn entry(method: &str, url: &str, status: u16, body: &str) -> Value {
        json!({"startedDateTime": "2026-10-05T04:00:12.000Z", "request": {"method": method, "url": url, "headers": []},
            "response": {"status": status, "headers": [{"name": "RequestId", "value": "r"}], "content": {"text": body}}})
    }

    fn failures(entries: &[Value]) -> Vec<Failure> {
        read(json!({"log": {"version": "1.2", "entries": entries}}), &Codes::default()).expect("a HAR file").failures
    }

    #[test]
    fn each_failed_request_is_a_failure() {
        let url = "https://api.powerbi.com/v1.0/myorg/groups/x/reports?$top=1";
        let body = r#"{"error":{"code":"PowerBINotAuthorizedException"}}"#;
        let failures = failures(&[
            entry("GET", "https://cdn.example/logo.svg", 404, ""),
            entry("GET", "https://api.powerbi.com/v1.0/myorg/groups", 200, "{}"),
            entry("GET", url, 401, body),
            entry("GET", url, 401, body),
        ]);
        assert_eq!((failures.len(), failures[0].count), (1, 2));
        let api = failures[0].evidence.api.as_ref().expect("a call");
        assert_eq!(api.token_accepted, Some(true));
        let call = &api.calls.as_ref().expect("calls")[0];
        assert_eq!((call.status, call.code.as_deref()), (Some(401), Some("PowerBINotAuthorizedException")));
    }

    #[test]
    fn what_succeeded_later_is_over() {
        let url = "https://api.powerbi.com/v1.0/myorg/groups";
        assert!(failures(&[entry("GET", url, 503, ""), entry("GET", url, 200, "{}")]).is_empty());
        let token = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token";
        let refused =
            r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired","error_codes":[7000222]}"#;
        assert!(failures(&[entry("POST", token, 401, refused), entry("POST", token, 200, "{}")]).is_empty());
        assert_eq!(failures(&[entry("POST", token, 200, "{}"), entry("POST", token, 401, refused)]).len(), 1);
    }

    const REPORT: &str = "https://app.powerbi.com/reportEmbed?reportId=x";
    const CLUSTER: &str = "https://wabi-north-europe-redirect.analysis.windows.net/metadata/cluster";

    #[test]
    fn the_token_of_an_item_is_compared_with_how_it_is_sent() {
        let embed_token = format!("H4sI{}", "A".repeat(60));
        for (scheme, fits) in [("Bearer", Some(false)), ("EmbedToken", Some(true)), ("Basic", None)] {
            let mut refused = entry("GET", CLUSTER, 403, "");
            let header = json!([{"name": "Authorization", "value": format!("{scheme} {embed_token}")}]);
            refused["request"]["headers"] = header;
            let failures = failures(&[entry("GET", REPORT, 200, ""), refused]);
            let config = failures[0].evidence.embed.as_ref().and_then(|embed| embed.config.as_ref());
            assert_eq!(config.and_then(|config| config.token_type_fits), fits, "{scheme}");
            assert_eq!(config.and_then(|config| config.names_cluster), fits.map(|_| false), "{scheme}");
            assert!(config.is_none_or(|config| config.missing.is_none()));
        }
    }

    #[test]
    fn a_frame_that_the_browser_blocked_is_a_failure() {
        let page = |policy: &str| {
            let mut page = entry("GET", "https://portal.contoso.example/", 200, "<html>");
            page["response"]["content"]["mimeType"] = json!("text/html; charset=utf-8");
            page["response"]["headers"] = json!([{"name": "Content-Security-Policy", "value": policy}]);
            page
        };
        let by = |entries: &[Value]| {
            let failures = failures(entries);
            failures.first().and_then(|failure| failure.evidence.embed.as_ref()?.frame.as_ref()?.refused_by)
        };
        let unanswered = entry("GET", REPORT, 0, "");
        assert_eq!(by(&[page("default-src 'self'"), unanswered.clone()]), Some(RefusedBy::PagePolicy));
        assert_eq!(by(&[page("frame-src *.powerbi.com"), unanswered.clone()]), None);
        assert_eq!(by(&[page("default-src 'self'"), entry("GET", REPORT, 200, "")]), None);
        let mut portal = entry("GET", "https://app.powerbi.com/groups/x/reports/y", 200, "");
        assert_eq!(by(&[page("script-src 'self'"), portal.clone()]), None);
        portal["response"]["_error"] = json!("net::ERR_BLOCKED_BY_RESPONSE");
        assert_eq!(by(&[page("script-src 'self'"), portal]), Some(RefusedBy::FrameOptions));
    }

    #[test]
    fn other_json_is_no_har_file() {
        for json in [json!({"log": "text"}), json!({"log": {"entries": 1}}), json!({})] {
            assert!(read(json, &Codes::default()).is_none());
        }
    }
}
