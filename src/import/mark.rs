//! What a text shows of calls, piece by piece: addresses, statuses, codes, headers and bodies, each at its place.

use serde_json::Value;

use super::clause::LONGEST;
use super::code::Codes;
use super::host::{Host, host};
use super::{hidden, lenient_json, message, refusal, status};
use crate::evidence::api::{Problem, read_problem};
use crate::pattern::{Captures, Pattern, pattern};
use crate::record::{Method, Service};

/// A piece of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// Where it begins.
    pub(super) at: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// What it is.
    pub(super) what: What,
}

/// The pieces of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// What was asked for.
    Request {
        /// Who is asked. Absent for a path alone.
        host: Option<Host>,
        /// The method, in capitals. Absent where it is not told.
        method: Option<String>,
        /// The path, without a query.
        path: String,
    },
    /// The status of an answer.
    Status(u16),
    /// A refusal in words: which status it had is not told.
    Refusal,
    /// A code.
    Code(String),
    /// `X-PowerBI-Error-Info`.
    Info(String),
    /// `X-PowerBI-Error-Details`.
    Details(String),
    /// The error of `WWW-Authenticate`.
    Challenge(String),
    /// The id of the answer.
    RequestId(String),
    /// `Retry-After`.
    RetryAfter(u64),
    /// `Date`.
    Date(String),
    /// An error body.
    Body(Problem),
    /// No body: `Content-Length: 0`.
    NoBody,
    /// A sentence of the service that means something by itself, quoted without its JSON.
    Message(&'static str),
}

impl Mark {
    pub(super) fn new(found: &Captures<'_>, what: What) -> Self {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        Self { at: whole.start, end: whole.end, what }
    }
}

static URL: Pattern = pattern!(
    r#"(?i)(?:\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b[:\s]+["'<]?)?(https?)://([a-z0-9.-]+(?::[0-9]+)?)(/[^\s'"?<>,;)\]]*)?"#,
);
/// urllib3 writes host and request apart: `https://host:443 "GET /path HTTP/1.1" 403`.
static SPLIT_URL: Pattern =
    pattern!(r#"(?i)https?://([a-z0-9.-]+)(?::[0-9]+)? "(GET|POST|PUT|PATCH|DELETE) (/[^\s"?]*)"#);
/// A request as servers and transcripts write it, of any path.
static REQUEST_LINE: Pattern = pattern!(r#"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (/[^\s"]*) HTTP/[0-9.]+"#);
static HOST_POOL: Pattern = pattern!(r"host='([A-Za-z0-9.-]+)'[^\n]*?with url: (/[^\s'\x22?<>]*)");
static PATH: Pattern = pattern!(
    r#"(?m)(?:\b(GET|POST|PUT|PATCH|DELETE)\s+["']?)?(?:^|[\s'"`(>=.…]|\.{3}|\b(?:powerbi|microsoft)\.com)((?:/v1\.0)?/myorg/[^\s'"?<>,;)]+"#,
    r#"|/v1/(?:workspaces|admin|capacities|connections|gateways|domains)\b[^\s'"?<>,;)]*"#,
    r#"|/(?:groups|admin|datasets|reports|dashboards|gateways|capacities|pipelines|imports|apps|profiles)(?:/[^\s'"?<>,;)]+)+|/groups\b)"#,
);
static PAGE: Pattern = pattern!(r"(?i)\.(?:html?|php|aspx?|jsx?|css|png|svg|ico)$");
/// A path without its beginning, after a method: `POST groups/x/datasets/y/executeQueries`.
static BARE_PATH: Pattern = pattern!(
    r#"\b(GET|POST|PUT|PATCH|DELETE)\s+/?((?:groups|admin|datasets|reports|gateways|capacities|pipelines|imports|apps|profiles|v1/workspaces)(?:/[^\s'"?<>,;)]+)+|v1/workspaces\b|groups\b|gateways\b|capacities\b|profiles\b)"#,
);
/// The same as people name an operation by it: `groups/{id}/reports`, `admin/groups`, `v1/workspaces`.
static SPOKEN_PATH: Pattern = pattern!(
    r#"(?:^|[\s"'`(])(v1/workspaces(?:/[^\s'"`?,;)]+)*|admin/(?:groups|workspaces|datasets|reports|dashboards|dataflows|apps|capacities|users|imports|activityevents|pipelines|profiles)\b(?:/[^\s'"`?,;)]+)*"#,
    r#"|(?:myorg/)?(?:groups|datasets|reports)/(?:\{[^}\s]*\}|<[^>\s]*>|:?id\b|x\b|[0-9a-f]{8}-[0-9a-f-]{27})(?:/[^\s'"`?,;)]+)*)"#,
);
/// The host of a transcript's request stands in a header of its own.
static HOST_HEADER: Pattern = pattern!(r"(?im)^[>\s]*host:\s*([a-z0-9.-]+)");
static RELATIVE: Pattern = pattern!(r#"(?i)Invoke-PowerBIRestMethod\b[^\n]*?-Url\s+['"]?([A-Za-z][^\s'"?]*)"#);
static HEADERS: Pattern = pattern!(
    r#"(?i)\b(x-powerbi-error-info|x-powerbi-error-details|x-ms-public-api-error-code|request[ -]?id|retry-?after|content-length|date)["']?\s*[:=]\s*["']?"#,
    r#"([^\s"',;}][^\n"'}]*)"#,
);
/// The same header in a sentence: `x-powerbi-error-info says InvalidToken`.
static INFO_WORDS: Pattern = pattern!(
    r#"(?i)\bx-powerbi-error-info["'`)]*\s+(?:header )?(?:is |was |says |said |with |of |value )?["'`]?(?-i:([A-Z][a-z]+[A-Z]\w+))"#,
);
static CHALLENGE: Pattern = pattern!(r#"(?i)www-authenticate["']?\s*[:=][^\n]*?\berror=["'\\]*([a-z_]+)"#);
/// The same in a sentence, where no header is shown.
static CHALLENGE_WORDS: Pattern = pattern!(r"\b(insufficient_claims)\b");
/// Finds the pieces, in the order of the text.
pub(super) fn marks(text: &str, codes: &Codes) -> Vec<Mark> {
    let mut marks = requests(text);
    status::statuses(text, &mut marks);
    marks.extend(HEADERS.captures_iter(text).filter_map(|found| header(&found)));
    marks.extend(INFO_WORDS.captures_iter(text).map(|found| Mark::new(&found, What::Info(found[1].to_owned()))));
    let challenge = CHALLENGE.captures(text).or_else(|| CHALLENGE_WORDS.captures(text));
    marks.extend(challenge.map(|found| Mark::new(&found, What::Challenge(found[1].to_owned()))));
    let mut bodies: Vec<(usize, usize)> = Vec::new();
    for (at, json) in lenient_json::objects(text) {
        if let Some(problem) = problem(&json) {
            let end = (at + 1 + json.to_string().len()).min(text.len());
            bodies.push((at, end));
            marks.push(Mark { at, end, what: What::Body(problem) });
        }
    }
    let in_body = |at: usize| bodies.iter().any(|(start, end)| (*start..*end).contains(&at));
    for (at, code) in codes.find(text).into_iter().filter(|(at, _)| !in_body(*at)) {
        marks.push(Mark { at, end: at + code.len(), what: What::Code(code.to_owned()) });
    }
    let messages = message::messages(text).into_iter().filter(|(place, _)| !in_body(place.start));
    marks.extend(messages.map(|(place, said)| Mark { at: place.start, end: place.end, what: What::Message(said) }));
    let told = |mark: &Mark| !matches!(mark.what, What::Request { .. } | What::RequestId(_) | What::Date(_));
    if !marks.iter().any(told) {
        refusal::refusals(text, &mut marks);
    }
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// An error body of Power BI or Fabric. A token endpoint's is none, nor is an entry of a log, nor an event in a browser.
pub(super) fn problem(json: &Value) -> Option<Problem> {
    let has = |names: &[&str]| names.iter().any(|name| json.get(name).is_some());
    let is_entra = has(&["error_description"]) || json.get("error").is_some_and(Value::is_string);
    let is_list = json.get("value").is_some_and(Value::is_array);
    let is_other =
        has(&["level", "severity", "timestamp", "time", "detailedMessage", "technicalDetails", "access_token"]);
    let problem = read_problem(json);
    let message = problem.message.as_deref().unwrap_or_default();
    let said =
        problem.code.is_some() || message::holds_one(message) || json.as_object().is_some_and(|map| map.len() == 1);
    let forwards_entra = message.contains("AADSTS");
    (!is_entra && !is_list && !is_other && !forwards_entra && said && problem != Problem::default()).then_some(problem)
}

/// The requests in a text.
pub(super) fn requests(text: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let header_host = HOST_HEADER.captures(text).map(|found| host(&found[1]));
    for found in SPLIT_URL.captures_iter(text) {
        let what = What::Request {
            host: Some(host(&found[1])),
            method: Some(found[2].to_uppercase()),
            path: found[3].to_owned(),
        };
        marks.push(Mark::new(&found, what));
    }
    for found in HOST_POOL.captures_iter(text) {
        marks.push(Mark::new(
            &found,
            What::Request { host: Some(host(&found[1])), method: None, path: found[2].to_owned() },
        ));
    }
    for found in URL.captures_iter(text) {
        let whose = host(&found[3]);
        let method = found.get(1).map(|method| method.as_str().to_uppercase());
        let path = found.get(4).map_or("", |path| path.as_str()).trim_end_matches(['.', '\\', '`']);
        let path = if path.contains('{') { path } else { path.trim_end_matches('}') }.to_owned();
        // What a page loads beside its content keeps its status, so that no call is taken to have it.
        let passed_over = whose == Host::Page && !is_asset(&path);
        if passed_over || whose == Host::Foreign && method.is_none() && !is_asked(text, &found) {
            continue;
        }
        marks.push(Mark::new(&found, What::Request { host: Some(whose), method, path }));
    }
    let ours = hidden::may_speak_of_services(text);
    for found in PATH.captures_iter(text) {
        let told = text[..found.get(2).map_or(0, |path| path.start())].ends_with("...");
        // A server's code names its parameters so, and pages have such endings.
        let is_of_others = found[2].contains("/:") || PAGE.is_match(&found[2]);
        if is_of_others || !ours && !told && !found[2].contains("/myorg/") {
            continue;
        }
        let path = found[2].trim_end_matches(['.', '`', ':']);
        let path = if path.starts_with("/v1") {
            path.to_owned()
        } else {
            format!("/v1.0/myorg{}", path.trim_start_matches("/myorg"))
        };
        let method = found.get(1).map(|method| method.as_str().to_uppercase());
        marks.push(Mark::new(&found, What::Request { host: header_host, method, path }));
    }
    for found in BARE_PATH.captures_iter(text).filter(|_| ours) {
        let bare = found[2].trim_end_matches(['.', '`', ':']);
        let path = if bare.starts_with("v1/") { format!("/{bare}") } else { format!("/v1.0/myorg/{bare}") };
        marks.push(Mark::new(&found, What::Request { host: header_host, method: Some(found[1].to_owned()), path }));
    }
    for found in SPOKEN_PATH.captures_iter(text).filter(|_| ours && text.len() <= LONGEST) {
        let bare = found[1].trim_end_matches(['.', '`', ':']).trim_start_matches("myorg/");
        let path = if bare.starts_with("v1/") { format!("/{bare}") } else { format!("/v1.0/myorg/{bare}") };
        marks.push(Mark::new(&found, What::Request { host: header_host, method: None, path }));
    }
    for found in REQUEST_LINE.captures_iter(text) {
        let path = found[2].split('?').next().unwrap_or_default().to_owned();
        let host = header_host.or_else(|| host_of_path(&path));
        marks.push(Mark::new(&found, What::Request { host, method: Some(found[1].to_owned()), path }));
    }
    for found in RELATIVE.captures_iter(text) {
        let path = format!("/v1.0/myorg/{}", found[1].trim_start_matches("v1.0/myorg/"));
        marks.push(Mark::new(&found, What::Request { host: None, method: None, path }));
    }
    marks.sort_by_key(|mark| (mark.at, std::cmp::Reverse(mark.end)));
    // A path within an address that was read already is the same request.
    let mut end = 0;
    marks.retain(|mark| {
        let fresh = mark.at >= end;
        end = end.max(mark.end);
        fresh
    });
    marks
}

/// Whose a path is where no host is told. `None`: one of the APIs'.
fn host_of_path(path: &str) -> Option<Host> {
    let of_apis = path.contains("/myorg/") || path.starts_with("/v1/");
    if of_apis {
        None
    } else if path.contains("/oauth2/") {
        Some(Host::Service(Service::Entra))
    } else if path.starts_with("/metadata/cluster") || path.starts_with("/explore/") {
        Some(Host::Rendering)
    } else {
        Some(Host::Foreign)
    }
}

/// Whether a text says that the address was called, not only that it exists.
fn is_asked(text: &str, found: &Captures<'_>) -> bool {
    let whole = found.get(0).map_or(0..0, |whole| whole.range());
    let near = super::floor(text, whole.start.saturating_sub(200));
    let line = text[near..whole.start].rsplit('\n').next().unwrap_or_default().to_ascii_lowercase();
    let after = &text[whole.end..];
    let after = after[..super::boundary(after, 80)].split('\n').next().unwrap_or_default();
    let before = ["for url", "request url", "requesturi", "with url", "calling ", "request to ", "fetch ", "call to "];
    before.iter().any(|words| line.trim_end_matches([':', ' ', '"', '\'']).ends_with(words.trim_end()))
        || status::is_told(after)
        || status::is_told(&line)
}

fn header(found: &Captures<'_>) -> Option<Mark> {
    let value = found[2][..super::boundary(&found[2], 200)].trim().trim_end_matches(['\\', ',']).to_owned();
    let word = || value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    let what = match found[1].to_ascii_lowercase().as_str() {
        "x-powerbi-error-info" => What::Info(word()),
        "x-powerbi-error-details" => What::Details(value),
        "x-ms-public-api-error-code" => What::Code(word()),
        "retry-after" | "retryafter" => What::RetryAfter(word().parse().ok()?),
        "content-length" => (word() == "0").then_some(What::NoBody)?,
        "date" => value.contains("GMT").then_some(What::Date(value))?,
        _ => What::RequestId(value.get(..36).filter(|id| id.split('-').count() == 5)?.to_owned()),
    };
    (!matches!(&what, What::Info(word) | What::Code(word) if word.is_empty())).then(|| Mark::new(found, what))
}

/// The method as evidence knows it.
pub(super) fn method_of(word: &str) -> Option<Method> {
    match word {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        _ => None,
    }
}
/// Whether a path is that of a picture, a script or the like.
fn is_asset(path: &str) -> bool {
    const ENDINGS: [&str; 9] = ["ico", "png", "svg", "css", "js", "map", "woff", "woff2", "wasm"];
    let file = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches(':');
    file.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}
