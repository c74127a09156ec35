//! The tools as a client lists them.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

/// How a model is to use what it gets.
pub(super) const INSTRUCTIONS: &str = "\
pbiauth finds out why an application can't get a token for Power BI, call its REST API or embed a report, and who has to fix what.

Start with `diagnose` and the whole text of the failure. `explain` gives the meaning of a code, claim, scope, role or tenant setting; `causes` lists what pbiauth recognizes. `doctor` runs checks against the user's tenant, with credentials that the server already has: never ask the user for a secret, and never put one in an argument.

Each diagnosis has a confidence. `certain`: the evidence excludes the alternatives. `likely`: the evidence points to it; say \"likely\". `possible`: the evidence doesn't exclude it; don't present it as the cause. Where a diagnosis isn't certain, pass on what `would_decide`. Where there is no diagnosis, don't make one up. Each fix step names who does it (`by`): the user may not be that person.";

/// Every tool.
pub(super) fn all() -> Vec<Tool> {
    vec![diagnose(), explain(), causes(), doctor()]
}

fn diagnose() -> Tool {
    let schema = object(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["text"],
        "properties": {
            "text": {
                "type": "string",
                "description": "The failure as it was seen: an error message, JSON, a log, a HAR file, a stack trace, an access token, or a bundle saved by `pbiauth doctor --bundle`. Paste it whole, up to 10 MiB; secrets in it are redacted from the answer."
            },
            "facts": {
                "description": "What the user knows as well: evidence paths and values, such as {\"settings.service_principals.enabled\": true}. Take paths from `would_decide[].at`. Don't guess values.",
                "anyOf": [
                    { "type": "object" },
                    { "type": "array", "items": { "type": "string", "pattern": "^[^=]+=" } }
                ]
            }
        }
    }));
    let words = "Find the cause of a Power BI or Entra authorization failure in a text. Offline: nothing is sent. Returns the report (pbiauth.report/1) with ranked diagnoses, their confidence, the facts behind them, who fixes what, and how to tell for certain (`would_decide`).";
    local(Tool::new("diagnose", words, schema).with_title("Diagnose a failure"))
}

fn explain() -> Tool {
    let schema = object(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["term"],
        "properties": { "term": {
            "type": "string",
            "description": "A code (AADSTS7000215, PowerBINotAuthorizedException), cause, claim, scope, role, tenant setting, host, check or evidence path."
        } }
    }));
    let words = "Explain a term of Entra, Power BI or pbiauth. Offline. A code alone rarely decides among its causes; the answer says what tells them apart.";
    local(Tool::new("explain", words, schema).with_title("Explain a term"))
}

fn causes() -> Tool {
    let schema = object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": { "query": {
            "type": "string",
            "description": "Words that must all be in a cause's id, title, area or owner, such as \"secret\" or \"entra admin\". Without it, every cause is listed."
        } }
    }));
    let words = "List the causes that pbiauth recognizes: who acts, how often each is seen, how sure a diagnosis can be, and how to tell it apart from others. A list of possibilities, not a diagnosis.";
    local(Tool::new("causes", words, schema).with_title("List known causes"))
}

fn doctor() -> Tool {
    let schema = object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "profile": { "type": "string", "description": "A profile of the server's pbiauth.toml. Without it, the server's environment is used." },
            "for": { "type": "string", "description": "The operation that the caller must be able to do, such as list, embed-customers, query, refresh or admin-read: permissions are checked for it." }
        }
    }));
    let words = "Run the checks against the live tenant with the credentials that the server already has, and diagnose what fails. Read-only: one sign-in and GET requests; takes up to 30 seconds. The user is asked before anything is sent. Returns the report (pbiauth.report/1).";
    let notes = ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(true);
    Tool::new("doctor", words, schema).with_title("Check the tenant").with_annotations(notes)
}

/// A tool that sends nothing.
fn local(tool: Tool) -> Tool {
    tool.with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}
