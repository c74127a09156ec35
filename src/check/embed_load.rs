//! Shows the item in a browser, and waits until it is loaded.

use serde_json::Value;

use super::embed_item::{Found, find, show};
use super::{Check, Stage, Step};
use crate::evidence::embed::{EMBED, Frame, RefusedBy, of_name, read_event, refused};
use crate::record::{Failure, Fault, Outcome, Record};

pub(super) const CHECK: Check = Check {
    id: "embed-load",
    title: "The item loads in a browser",
    stage: Stage::Embed,
    after: &["embed-config", "embed-token"],
    opt_in: Some("it opens a browser"),
    next,
};

fn next(record: &Record) -> Step {
    let Some(embedding) = &record.inputs.embedding else {
        return Step::Skip("only `pbiauth embed` opens a browser".to_owned());
    };
    let Some(exchange) = record.answer(EMBED) else {
        return match find(record) {
            Found::Ask(requests) => Step::Send(requests),
            Found::Unknown(reason) | Found::Missing(reason) => Step::Skip(reason),
            Found::Item(entry) => match entry.url {
                Some(url) => Step::Send(vec![show(record, &entry, embedding, url)]),
                None => Step::Skip("the API returned no embedUrl".to_owned()),
            },
        };
    };
    match &exchange.outcome {
        Outcome::Failure(failure) => unseen(failure),
        Outcome::Reply(reply) => judge(reply.json().unwrap_or(&Value::Null)),
    }
}

/// Nothing was seen: there is no browser, or what was named or found can't be used.
fn unseen(failure: &Failure) -> Step {
    match failure.fault {
        Fault::NotInstalled => Step::Skip(failure.detail.clone()),
        _ => Step::error(failure.detail.clone()),
    }
}

fn judge(happened: &Value) -> Step {
    if let Some(ms) = after(happened, "loaded") {
        return Step::passed(format!("loaded after {ms} ms"));
    }
    ended(happened)
}

/// When an event of this name came, in milliseconds.
pub(super) fn after(happened: &Value, name: &str) -> Option<u64> {
    of_name(happened, name).next().map(|event| event.get("ms").and_then(Value::as_u64).unwrap_or_default())
}

/// Why what was waited for did not come.
pub(super) fn ended(happened: &Value) -> Step {
    let text = |name: &str| happened.get(name).and_then(Value::as_str);
    if let Some(words) = text("thrown") {
        return Step::failed(format!("powerbi-client rejected the configuration: {words}"));
    }
    if let Some(error) = of_name(happened, "error").find_map(|event| read_event(event.get("detail")?)) {
        let parts = [error.message, error.detailed_message, error.error_code.map(|code| format!("code {code}"))];
        let words: Vec<String> = parts.into_iter().flatten().collect();
        return Step::failed(format!("the item raised an error: {}", words.join("; ")));
    }
    if let Some(words) = refused(happened).and_then(|frame| refusal(&frame)) {
        return Step::failed(words);
    }
    if let Some(words) = text("refusal") {
        return Step::failed(format!("the page in the frame rejected the configuration: {words}"));
    }
    match text("ended") {
        Some("closed") => Step::error("the page was closed before the item was shown"),
        Some("browser") => {
            Step::error("the browser stopped before the item was shown; without a display, use --headless")
        }
        _ if happened.get("answered").and_then(Value::as_bool) == Some(true) => {
            Step::failed("the page in the frame answered, but the item wasn't loaded within the run's time limit")
        }
        _ => Step::failed("the page in the frame didn't answer within the run's time limit"),
    }
}

/// Who doesn't let the frame be shown.
fn refusal(frame: &Frame) -> Option<String> {
    let host = frame.refused_host.as_deref().unwrap_or("the page in the frame");
    Some(match frame.refused_by? {
        RefusedBy::PagePolicy => {
            let directive = frame.directive.as_deref().unwrap_or("frame-src");
            format!(
                "the browser blocked the frame: {directive} of the page's Content-Security-Policy doesn't allow {host}"
            )
        }
        RefusedBy::FramePolicy => format!("{host} doesn't allow this page to show it in a frame (frame-ancestors)"),
        RefusedBy::FrameOptions => format!("{host} doesn't allow other sites to show it in a frame (X-Frame-Options)"),
    })
}
