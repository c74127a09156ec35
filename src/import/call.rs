//! Calls: the pieces of a text put together, each answer with what was asked.

use super::host::Host;
use super::mark::{Mark, What, method_of};
use super::operation::Operation;
use crate::evidence::api::{BodyForm, Call};
use crate::pattern::{Pattern, pattern};
use crate::powerbi::route::{Route, names_workspace, route_of};
use crate::record::Service;

/// A token in a header, as a clean text has it: hidden as a whole, or cut by whoever pasted it.
static BEARER: Pattern = pattern!(r"(?i)\bbearer\s+(?:\[secret\]|(?-i:eyJ|H4sI|token-[0-9]))");

/// A call as a text shows it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// What is known of it.
    pub(super) call: Call,
    /// Who is asked. Absent where no address is told.
    pub(super) host: Option<Host>,
    /// The path, with a query where there is one. Absent where it is not told.
    path: Option<String>,
    /// Where it begins in the text.
    pub(super) at: usize,
    /// Where its answer stands.
    pub(super) answer: usize,
}

impl Draft {
    /// Whether an answer is told that says what went wrong, or that it went well.
    pub(super) fn is_answered(&self) -> bool {
        self.call.status.is_some() || self.call.refused.is_some() || self.names_problem()
    }

    /// Whether the service's own words for the problem are told.
    pub(super) fn names_problem(&self) -> bool {
        let call = &self.call;
        call.code.is_some() || call.error_info.is_some() || call.challenge.is_some() || call.message.is_some()
    }

    /// Whether the call failed.
    pub(super) fn failed(&self) -> bool {
        let told = || self.names_problem() || self.call.refused == Some(true);
        self.call.status.map_or_else(told, |status| status >= 400)
    }

    fn takes(&mut self, mark: &Mark) -> bool {
        let call = &mut self.call;
        let fresh = match &mark.what {
            What::Request { .. } => return false,
            What::Status(status) => put(&mut call.status, status),
            What::Code(code) => put(&mut call.code, code),
            What::Info(info) => put(&mut call.error_info, info),
            What::Details(details) => put(&mut call.error_details, details),
            What::Challenge(challenge) => put(&mut call.challenge, challenge),
            What::RequestId(id) => put(&mut call.request_id, id),
            What::RetryAfter(seconds) => put(&mut call.retry_after_seconds, seconds),
            What::Date(date) => put(&mut call.date, date),
            What::Refusal => put(&mut call.refused, &true),
            What::NoBody => put(&mut call.body, &BodyForm::Empty),
            What::Message(said) => put(&mut call.message, &(*said).to_owned()),
            What::Body(problem) => {
                let code = problem.code.as_ref().is_none_or(|code| put(&mut call.code, code));
                if code {
                    call.message = call.message.take().or_else(|| problem.message.clone());
                    call.request_id = call.request_id.take().or_else(|| problem.request_id.clone());
                    call.body = call.body.or(Some(BodyForm::Json));
                }
                code
            }
        };
        if fresh && is_answer(&mark.what) {
            self.answer = self.answer.max(mark.at);
        }
        fresh
    }

    fn ask(&mut self, mark: &Mark) {
        if let What::Request { host, method, path } = &mark.what {
            self.host = *host;
            self.path = Some(path.clone());
            self.call.method = method.as_deref().and_then(method_of);
            self.at = self.at.min(mark.at);
        }
    }

    /// Whether it is an address of Entra alone, as settings hold one, that stands some lines before an answer.
    fn is_setting_before(&self, text: &str, mark: &Mark) -> bool {
        let entra = self.host == Some(Host::Service(Service::Entra));
        entra
            && self.call.method.is_none()
            && !self.is_answered()
            && text[self.at.min(mark.at)..mark.at].matches('\n').count() > 2
    }

    fn asks_for(&self, mark: &Mark) -> bool {
        matches!(&mark.what, What::Request { path, .. } if self.path.as_ref() == Some(path))
    }
}

/// Fills a gap. Returns whether it was one, or held the same.
fn put<T: Clone + PartialEq>(place: &mut Option<T>, value: &T) -> bool {
    let fresh = place.as_ref().is_none_or(|held| held == value);
    if fresh {
        *place = Some(value.clone());
    }
    fresh
}

/// Puts the pieces together.
pub(super) fn calls(text: &str, marks: &[Mark], operations: &[Operation]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        match mark.what {
            What::Request { .. } => take_request(text, mark, &mut drafts),
            _ => take_answer(text, mark, marks.get(index + 1), &mut drafts),
        }
    }
    join_lone(&mut drafts);
    for draft in &mut drafts {
        describe(draft, text, operations);
    }
    note_tokens(text, &mut drafts);
    drafts
}

/// Notes which calls show a token in their header: it stands between the answer before and their own.
fn note_tokens(text: &str, drafts: &mut [Draft]) {
    let alone = drafts.len() == 1;
    let mut from = 0;
    for draft in drafts {
        let end = text[draft.answer..].find('\n').map_or(text.len(), |length| draft.answer + length);
        let own = if alone { text } else { &text[from.min(draft.answer)..end] };
        if BEARER.is_match(own) {
            draft.call.with_token = Some(true);
        }
        from = end;
    }
}

fn new_draft(at: usize) -> Draft {
    Draft { at, answer: at, ..Draft::default() }
}

/// An address belongs to the answer before it where that has none and says "for url"; else a new call begins.
fn take_request(text: &str, mark: &Mark, drafts: &mut Vec<Draft>) {
    if let Some(last) = drafts.last_mut() {
        if last.asks_for(mark) && !(last.is_answered() && text[last.answer..mark.at].contains('\n')) {
            return;
        }
        let between = &text[last.answer.min(mark.at)..mark.at];
        let lower = between.to_ascii_lowercase();
        let tied = !between.contains('\n')
            || ["for url", "request url", "requesturi", "url:"].iter().any(|words| lower.contains(words));
        if last.path.is_none() && last.is_answered() && between.len() < 400 && tied {
            last.ask(mark);
            return;
        }
    }
    let mut draft = new_draft(mark.at);
    draft.ask(mark);
    drafts.push(draft);
}

fn take_answer(text: &str, mark: &Mark, next: Option<&Mark>, drafts: &mut Vec<Draft>) {
    let begins = is_answer(&mark.what);
    let names_next = next.is_some_and(|next| {
        matches!(next.what, What::Request { .. })
            && text[mark.end.min(next.at)..next.at].to_ascii_lowercase().contains("for url")
    });
    // `401 Client Error: Unauthorized` tells one status twice.
    if drafts.last().is_some_and(|last| told_already(text, mark, last)) {
        return;
    }
    if let Some(last) =
        drafts.last_mut().filter(|last| !(last.is_setting_before(text, mark) || names_next && last.is_answered()))
    {
        let far = mark.at.saturating_sub(last.answer.max(last.at)) > 4000;
        if !far && last.takes(mark) || !begins {
            return;
        }
        // A second status of the same request, as in a list of what was tried, says nothing new.
        let fails_now = matches!(mark.what, What::Status(status) if status >= 400 && !last.failed());
        if matches!(mark.what, What::Status(_)) && !names_next && !far && !fails_now {
            return;
        }
    }
    if begins {
        let mut draft = new_draft(mark.at);
        draft.takes(mark);
        drafts.push(draft);
    }
}

/// Whether a piece is an answer's own, not one that stands beside others.
const fn is_answer(what: &What) -> bool {
    matches!(what, What::Status(_) | What::Refusal | What::Code(_) | What::Info(_) | What::Body(_) | What::Message(_))
}

fn told_already(text: &str, mark: &Mark, last: &Draft) -> bool {
    let between = &text[last.answer.min(mark.at)..mark.at];
    matches!(mark.what, What::Status(status) if last.call.status == Some(status))
        && last.path.is_none()
        && !between.contains('\n')
}

/// One answer without an address and one address without an answer belong together.
fn join_lone(drafts: &mut Vec<Draft>) {
    let answers = drafts.iter().filter(|draft| draft.is_answered() && draft.path.is_none()).count();
    let asked = drafts.iter().filter(|draft| !draft.is_answered() && is_called(draft)).count();
    if answers == 1 && asked == 1 && drafts.iter().filter(|draft| draft.is_answered()).count() == 1 {
        let request = drafts.iter().position(|draft| !draft.is_answered() && is_called(draft));
        let asked = request.map(|at| drafts.remove(at));
        let answer = drafts.iter_mut().find(|draft| draft.is_answered());
        if let (Some(asked), Some(answer)) = (asked, answer) {
            answer.host = asked.host;
            answer.path = asked.path;
            answer.call.method = asked.call.method;
            answer.at = answer.at.min(asked.at);
        }
    }
    drafts.retain(Draft::is_answered);
}

fn is_called(draft: &Draft) -> bool {
    let path = draft.path.as_deref().unwrap_or_default();
    match draft.host {
        None | Some(Host::Service(Service::PowerBi | Service::Fabric) | Host::Rendering) => draft.path.is_some(),
        Some(Host::Service(Service::Entra)) => path.ends_with("/token"),
        _ => false,
    }
}

/// Says what the address and the operations nearby tell of a call.
fn describe(draft: &mut Draft, text: &str, operations: &[Operation]) {
    let call = &mut draft.call;
    // The word says the status: Power BI gives it with 401 alone.
    if call.status.is_none() && call.code.as_deref() == Some("PowerBINotAuthorizedException") {
        call.status = Some(401);
    }
    call.refused = call.refused.filter(|_| call.status.is_none());
    call.service = match draft.host {
        Some(Host::Service(service)) => Some(service),
        Some(Host::Rendering) => Some(Service::PowerBi),
        _ => None,
    };
    if let Some(path) = draft.path.as_ref().filter(|_| draft.host.is_none_or(|host| host != Host::Foreign)) {
        let route = route_of(path);
        call.route = (route != Route::Other).then_some(route);
        call.in_workspace = names_workspace(path);
        call.path = Some(path.clone());
        if call.service.is_none() && path.starts_with("/v1.0/myorg") {
            call.service = Some(Service::PowerBi);
        }
    } else if let Some(operation) = operation_of(draft.answer, text, operations) {
        call.service = call.service.or(operation.service);
        call.route = operation.route;
        call.in_workspace = operation.in_workspace;
        call.method = call.method.or(operation.method);
    }
}

/// The operation that an answer belongs to: the one that the text names nearest before it, else after it. Where
/// operations of several routes stand equally far, none.
fn operation_of<'o>(at: usize, text: &str, operations: &'o [Operation]) -> Option<&'o Operation> {
    let routed = || operations.iter().filter(|operation| operation.route.is_some());
    if routed().next().is_none() {
        return operations.first();
    }
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = routed().rfind(|operation| operation.at < at);
    if before.is_some_and(|operation| operation.at >= line) {
        return before;
    }
    let first = routed().next()?;
    if routed().all(|operation| operation.route == first.route) {
        return routed().find(|operation| operation.in_workspace.is_some()).or(Some(first));
    }
    let after = routed().find(|operation| operation.at >= at);
    match (before, after) {
        (Some(before), _) if at - before.at < 600 => Some(before),
        (_, Some(after)) if after.at - at < 600 => Some(after),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::code::Codes;
    use crate::import::mark::marks;
    use crate::import::operation::operations;

    type Told = (Option<u16>, Option<String>, Option<Route>);

    fn read(text: &str) -> Vec<Told> {
        let codes = Codes::new(["PowerBINotAuthorizedException", "TokenExpired", "Unauthorized"]);
        let drafts = calls(text, &marks(text, &codes), &operations(text));
        drafts.into_iter().map(|draft| (draft.call.status, draft.call.code, draft.call.route)).collect()
    }

    #[test]
    fn an_answer_finds_its_request() {
        let url = "https://api.powerbi.com/v1.0/myorg/groups/x/reports";
        for text in [
            format!("GET {url} HTTP/1.1\n\nHTTP/1.1 401 Unauthorized"),
            format!("401 Client Error: Unauthorized for url: {url}"),
            format!("RequestUri : {url}\nResponse : Unauthorized (401)"),
            format!("GET {url} -> 401"),
            format!("Rest call failed, status code 401 Unauthorized.\nRequest URL: {url}."),
            "GET /v1.0/myorg/groups/x/reports\nreturns 401".to_owned(),
            "/myorg/groups/x/reports\n401 Unauthorized".to_owned(),
            "https://api.powerbi.com:443 \"GET /v1.0/myorg/groups/x/reports HTTP/1.1\" 401 0".to_owned(),
            "> GET /v1.0/myorg/groups/x/reports HTTP/1.1\n> Host: api.powerbi.com\n>\n< HTTP/1.1 401 Unauthorized"
                .to_owned(),
            "client.Reports.GetReportsInGroupAsync: Operation returned an invalid status code 'Unauthorized'"
                .to_owned(),
        ] {
            assert_eq!(read(&text), [(Some(401), None, Some(Route::WorkspaceReports))], "{text}");
        }
    }

    #[test]
    fn several_calls_stay_apart() {
        let text = "POST /v1.0/myorg/groups/a/datasets/b/executeQueries -> 401\nGET /v1.0/myorg/groups -> 200\n";
        assert_eq!(
            read(text),
            [(Some(401), None, Some(Route::ExecuteQueries)), (Some(200), None, Some(Route::Workspaces))]
        );
    }

    #[test]
    fn a_body_and_a_header_belong_to_their_call() {
        let text = "HTTP/1.1 403 Forbidden\nRequestId: 61111111-2222-4333-8444-555555555555\n\n{\"error\":{\"code\":\"TokenExpired\",\"message\":\"no\"}}";
        assert_eq!(read(text), [(Some(403), Some("TokenExpired".to_owned()), None)]);
    }

    #[test]
    fn numbers_that_count_are_no_statuses() {
        for text in [
            "The workspace has 400 reports.",
            "Listening on port 4010",
            "2026-04-01 12:40:03 started",
            "item 404 of 500 done",
            "refreshed 429 rows in 401 ms",
            "version 4.400.1, 500 users",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn prose_tells_a_status() {
        for text in [
            "GenerateToken returns 403",
            "the generate token API: Generate Token gives a 403 error",
            "EmbedToken.GenerateToken ends in a Forbidden error",
        ] {
            assert_eq!(read(text), [(Some(403), None, Some(Route::GenerateToken))], "{text}");
        }
    }
}
