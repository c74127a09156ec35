//! What the Power BI and Fabric APIs answered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::features::{Capacity, Fabric, Features, Inbound};
use super::model::{self, Model};
use super::network::{Replier, replier};
use crate::intent::Role;
use crate::powerbi::route::{Route, names_workspace, route_of};
use crate::record::{Body, Exchange, Method, Record, Reply, Service};

/// The calls of a run, and what they show of the caller's rights.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Api {
    /// The answered calls that had a token. Of repeated attempts, only the last one is included.
    pub calls: Option<Vec<Call>>,
    /// Whether the API accepted the token at least once.
    pub token_accepted: Option<bool>,
    /// Whether Power BI answers every call with the token exactly as it answers a call without one: 403, with no
    /// reason. Absent unless both kinds of call were answered.
    pub as_without_token: Option<bool>,
    /// The workspaces that the caller sees.
    pub workspaces: Option<List>,
    /// The workspace you named.
    pub workspace: Option<Item>,
    /// The reports in that workspace.
    pub reports: Option<List>,
    /// The report you named.
    pub report: Option<Item>,
    /// The report's semantic model.
    pub model: Option<Model>,
    /// The caller's workspace role, if the operation needs one.
    pub role: Option<Role>,
    /// The features that Power BI says the caller can use.
    pub features: Option<Features>,
    /// The workspace's capacity. Shown only to a caller with rights on it.
    pub capacity: Option<Capacity>,
    /// Whether the workspace's network policy allows callers from public networks.
    pub inbound: Option<Inbound>,
    /// How Fabric responds to the same token.
    pub fabric: Option<Fabric>,
    /// The caller's service principal profiles.
    pub profiles: Option<List>,
}

/// One answered call. For a recorded call, every value is known; for a call in a text, only what the text says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Call {
    /// The service that was called.
    pub service: Option<Service>,
    /// The type of route that was called.
    pub route: Option<Route>,
    /// Whether the path names a workspace (`/groups/{id}`). Absent if the route doesn't involve a workspace.
    pub in_workspace: Option<bool>,
    /// GET or POST.
    pub method: Option<Method>,
    /// The path that was called.
    pub path: Option<String>,
    /// Whether the call included a token.
    pub with_token: Option<bool>,
    /// The HTTP status that the service answered with. Absent if something other than the service answered.
    pub status: Option<u16>,
    /// Whether a text says, without a status, that the service refused the call. Absent if there's a status, and for a
    /// recorded call.
    pub refused: Option<bool>,
    /// The error code in the body: Power BI's `error.code`, Fabric's `errorCode`.
    pub code: Option<String>,
    /// The `X-PowerBI-Error-Info` header.
    pub error_info: Option<String>,
    /// The `X-PowerBI-Error-Details` header.
    pub error_details: Option<String>,
    /// The service's message, or the details in `pbi.error`.
    pub message: Option<String>,
    /// The `error` in the `WWW-Authenticate` header.
    pub challenge: Option<String>,
    /// The `RequestId` header, which Microsoft support asks for.
    pub request_id: Option<String>,
    /// The `Date` header, which Microsoft support also asks for.
    pub date: Option<String>,
    /// The format of the body.
    pub body: Option<BodyForm>,
    /// Who answered: the service itself, or something in between.
    pub answered_by: Option<Replier>,
    /// The `Retry-After` header, in seconds.
    pub retry_after_seconds: Option<u64>,
    /// Where it was read from.
    #[serde(skip)]
    pub source: String,
}

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BodyForm {
    /// Empty. This is normal when Power BI refuses a call.
    Empty,
    /// JSON.
    Json,
    /// Something else, such as an HTML page.
    Text,
    /// Too large to be read.
    TooLarge,
}

/// A list that the API returned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct List {
    /// The number of entries.
    pub count: Option<usize>,
}

/// Something you named by ID or name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// The ID or name, as you gave it.
    pub asked: Option<String>,
    /// Whether it's in the caller's list.
    pub listed: Option<bool>,
    /// How many entries in the list have this name.
    pub matches: Option<usize>,
    /// Whether the API returned it when it was requested by its ID.
    pub shown: Option<bool>,
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// For a workspace: whether it's on a dedicated capacity.
    pub on_capacity: Option<bool>,
    /// What you may have meant, each with its ID: entries with this name or a similar one.
    pub candidates: Option<Vec<String>>,
    /// The one that you meant: the entry with a similar name, by its name, or the workspace in which the report was found,
    /// by its ID. Absent if there are several.
    pub meant: Option<String>,
    /// For a report: the other workspaces in which it was found, each with its ID.
    pub found_in: Option<Vec<String>>,
    /// Whether someone who has access can open it with this ID. Only a person can answer this.
    pub exists_for_others: Option<bool>,
}

/// Reads the calls of a run. What needs the lists is added by the observer.
#[must_use]
pub fn read(record: &Record) -> Api {
    let calls: Vec<Call> = record
        .exchanges
        .iter()
        .enumerate()
        .filter(|(_, e)| !e.retried && e.request.bearer.is_some() && e.counts() && !is_miss(record, e))
        .filter(|(_, e)| e.request.method != Method::Embed)
        .filter_map(|(at, e)| Some(read_call(e, e.reply()?, super::from_exchange(at))))
        .collect();
    let answered = calls.iter().any(|c| c.with_token == Some(true) && c.answered_by == Some(Replier::Service));
    let accepted = calls.iter().any(|c| c.with_token == Some(true) && c.status.is_some_and(|s| s < 300));
    Api {
        token_accepted: answered.then_some(accepted),
        as_without_token: as_without_token(record),
        calls: (!calls.is_empty()).then_some(calls),
        ..Api::default()
    }
}

/// Whether a call only looked for something where it turned out not to be: that is no refusal.
fn is_miss(record: &Record, exchange: &Exchange) -> bool {
    let refused = !exchange.reply().is_some_and(Reply::is_success);
    refused && (model::is_search(&exchange.request.name) || model::is_elsewhere(record, &exchange.request.name))
}

/// Whether the calls with a token are answered as if there were none.
fn as_without_token(record: &Record) -> Option<bool> {
    let of_power_bi = |with_token: bool| {
        let asked = record.exchanges.iter().filter(move |e| {
            e.request.service == Service::PowerBi && e.request.bearer.is_some() == with_token && !e.retried
        });
        asked.filter_map(Exchange::reply)
    };
    let is_bare = |reply: &Reply| {
        reply.status == 403 && !reply.says_why() && replier(Service::PowerBi, reply) == Replier::Service
    };
    let without = of_power_bi(false).next()?;
    of_power_bi(true).next()?;
    Some(is_bare(without) && of_power_bi(true).all(is_bare))
}

fn read_call(exchange: &Exchange, reply: &Reply, source: String) -> Call {
    let request = &exchange.request;
    let path = url::Url::parse(&request.url).map_or_else(|_| request.url.clone(), |url| url.path().to_owned());
    let problem = reply.json().map(read_problem).unwrap_or_default();
    let by = replier(request.service, reply);
    Call {
        service: Some(request.service),
        route: Some(route_of(&path)),
        in_workspace: names_workspace(&path),
        method: Some(request.method),
        path: Some(path),
        with_token: Some(request.bearer.is_some()),
        status: (by == Replier::Service).then_some(reply.status),
        refused: None,
        code: problem.code.or_else(|| reply.header("x-ms-public-api-error-code").map(str::to_owned)),
        error_info: reply.header("x-powerbi-error-info").map(str::to_owned),
        error_details: reply.header("x-powerbi-error-details").map(str::to_owned),
        message: problem.message,
        challenge: reply.header("www-authenticate").and_then(challenge_error),
        request_id: reply.header("requestid").map(str::to_owned).or(problem.request_id),
        date: reply.header("date").map(str::to_owned),
        body: Some(body_form(&reply.body)),
        answered_by: Some(by),
        retry_after_seconds: reply.header("retry-after").and_then(|text| text.trim().parse().ok()),
        source,
    }
}

/// What an error body of Power BI or Fabric says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// The code.
    pub code: Option<String>,
    /// The words.
    pub message: Option<String>,
    /// Fabric repeats the request's id in the body.
    pub request_id: Option<String>,
}

/// Reads the bodies of both services: `{error: {code, message, pbi.error}}`, `{Message}`, `{message}`, and Fabric's
/// `{errorCode, message, requestId}`.
#[must_use]
pub fn read_problem(json: &Value) -> Problem {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let error = json.get("error").filter(|error| error.is_object());
    let inner = error.and_then(|error| error.get("pbi.error"));
    let detail =
        inner.and_then(|inner| inner.get("details")?.as_array()?.iter().find_map(|d| text(d.get("detail")?, "value")));
    Problem {
        code: error
            .and_then(|error| text(error, "code"))
            .or_else(|| inner.and_then(|inner| text(inner, "code")))
            .or_else(|| text(json, "errorCode")),
        message: error
            .and_then(|error| text(error, "message"))
            .or(detail)
            .or_else(|| text(json, "message"))
            .or_else(|| text(json, "Message")),
        request_id: text(json, "requestId"),
    }
}

fn body_form(body: &Body) -> BodyForm {
    match body {
        Body::Empty => BodyForm::Empty,
        Body::Json(_) => BodyForm::Json,
        Body::Text(_) => BodyForm::Text,
        Body::TooLarge => BodyForm::TooLarge,
    }
}

/// The `error` of a `WWW-Authenticate` header.
pub(crate) fn challenge_error(header: &str) -> Option<String> {
    let (_, rest) = header.split_once("error=\"")?;
    rest.split_once('"').map(|(error, _)| error.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(json: &Value) -> (Option<String>, Option<String>) {
        let problem = read_problem(json);
        (problem.code, problem.message)
    }

    #[test]
    fn both_services_bodies_are_read() {
        let text = |text: &str| Some(text.to_owned());
        let inner = json!({"error": {"code": "PowerBIEntityNotFound", "pbi.error": {"code": "PowerBIEntityNotFound",
            "details": [{"code": "Reason", "detail": {"type": 1, "value": "not in this workspace"}}]}}});
        assert_eq!(read(&inner), (text("PowerBIEntityNotFound"), text("not in this workspace")));
        assert_eq!(read(&json!({"Message": "no"})), (None, text("no")));
        assert_eq!(read(&json!({"message": "no"})), (None, text("no")));
        let fabric = json!({"errorCode": "Unauthorized", "message": "no", "requestId": "r"});
        assert_eq!(read(&fabric), (text("Unauthorized"), text("no")));
        assert_eq!(read(&json!({"value": []})), (None, None));
    }

    #[test]
    fn a_challenge_tells_its_error() {
        let header =
            "Bearer authorization_uri=\"https://login.example\", error=\"insufficient_claims\", claims=\"e30=\"";
        assert_eq!(challenge_error(header).as_deref(), Some("insufficient_claims"));
        assert_eq!(challenge_error("Bearer"), None);
    }
}
