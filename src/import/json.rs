//! JSON as it stands: an answer of Entra's token endpoint, or an error body of Power BI or Fabric.

use serde_json::Value;

use super::{QUOTED, Reading};
use crate::evidence::api::{BodyForm, Problem, read_problem};
use crate::evidence::token::{Token, read_error};

/// Reads a JSON value. Returns whether it is one of those that are known.
pub(super) fn read(json: &Value, reading: &mut Reading) -> bool {
    read_token_answer(json, reading) || read_api_error(json, reading) || read_success(json)
}

fn read_token_answer(json: &Value, reading: &mut Reading) -> bool {
    if json.get("access_token").is_some() && json.get("token_type").is_some() {
        reading.evidence.token = Some(Token { issued: Some(true), ..Token::default() });
        reading.notes.push("Entra issued a token here; `pbiauth doctor` with it in PBIAUTH_ACCESS_TOKEN tells whether Power BI takes it.".to_owned());
        return true;
    }
    // Power BI's errors have an object under `error`, Entra's a word.
    let is_entra = json.get("error").is_some_and(Value::is_string) || json.get("error_description").is_some();
    let Some(error) = is_entra.then(|| read_error(json)).flatten() else { return false };
    reading.failed = true;
    reading.evidence.token = Some(Token { issued: Some(false), error: Some(error), ..Token::default() });
    reading.evidence.whole.push(QUOTED.to_owned());
    reading.evidence.note_source("token", "the token endpoint's answer");
    true
}

fn read_api_error(json: &Value, reading: &mut Reading) -> bool {
    let problem = read_problem(json);
    let is_list = json.get("value").is_some_and(Value::is_array);
    if problem == Problem::default() || is_list {
        return false;
    }
    take_problem(problem, reading);
    reading.call.body = Some(BodyForm::Json);
    true
}

/// Puts what an error body says into the call.
pub(super) fn take_problem(problem: Problem, reading: &mut Reading) {
    reading.failed = true;
    reading.call.code = problem.code;
    reading.call.message = problem.message;
    reading.call.request_id = problem.request_id;
}

/// A list or an item: an answer in which nothing failed.
fn read_success(json: &Value) -> bool {
    json.get("value").is_some_and(Value::is_array) || json.get("@odata.context").is_some()
}
