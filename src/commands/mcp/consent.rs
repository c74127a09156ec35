//! Asks the user, through the client, before anything is sent.

use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
    InputRequest, InputRequests, InputRequiredResult, ProtocolVersion,
};
use rmcp::service::{RequestContext, RoleServer};

/// The field of the form, and the name of the question.
const SEND: &str = "send";

/// What the user says.
#[derive(Debug)]
pub(super) enum Consent {
    /// It may be sent.
    Given,
    /// It may not.
    Refused,
    /// The client has no way to ask.
    CannotBeAsked,
    /// The client is to ask, and then to call again (protocol 2026-07-28 and later).
    Ask(Box<InputRequiredResult>),
}

/// Asks for consent to what `question` describes.
pub(super) async fn ask(
    question: &str,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Consent {
    if !can_ask(context) {
        return Consent::CannotBeAsked;
    }
    let Ok(form) = form(question) else { return Consent::CannotBeAsked };
    if asks_and_calls_again(context) {
        return answered(question, request)
            .map_or_else(|| Consent::Ask(Box::new(round(question, form))), |answer| said(&answer));
    }
    match context.peer.create_elicitation(form).await {
        Ok(answer) => said(&answer),
        Err(_) => Consent::Refused,
    }
}

fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let can = context.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    // A client that names no mode shows forms.
    can.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

fn asks_and_calls_again(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

fn form(question: &str) -> Result<ElicitRequestParams, &'static str> {
    let schema = ElicitationSchema::builder().required_bool(SEND).build()?;
    Ok(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: question.to_owned(),
        requested_schema: schema,
    })
}

fn round(question: &str, form: ElicitRequestParams) -> InputRequiredResult {
    let asked = InputRequests::from([(SEND.to_owned(), InputRequest::Elicitation(ElicitRequest::new(form)))]);
    InputRequiredResult::new(Some(asked), Some(question.to_owned()))
}

/// What the user answered to this very question: settings may have changed since it was asked.
fn answered(question: &str, request: &CallToolRequestParams) -> Option<ElicitResult> {
    let answer = request.input_responses.as_ref()?.get(SEND)?;
    if request.request_state.as_deref() != Some(question) {
        return None;
    }
    serde_json::from_value(answer.clone()).ok()
}

fn said(answer: &ElicitResult) -> Consent {
    let sends = answer.content.as_ref().and_then(|content| content.get(SEND)).and_then(serde_json::Value::as_bool);
    if answer.action == ElicitationAction::Accept && sends == Some(true) { Consent::Given } else { Consent::Refused }
}

#[cfg(test)]
mod tests {
    use rmcp::model::object;
    use serde_json::json;

    use super::*;

    fn call(state: &str, answer: serde_json::Value) -> CallToolRequestParams {
        let mut request = CallToolRequestParams::new("doctor");
        request.request_state = Some(state.to_owned());
        request.input_responses = Some([(SEND.to_owned(), answer)].into());
        request
    }

    #[test]
    fn only_a_yes_to_this_question_counts() {
        let yes = json!({ "action": "accept", "content": { "send": true } });
        assert!(answered("q", &call("q", yes.clone())).is_some_and(|answer| matches!(said(&answer), Consent::Given)));
        assert!(answered("another", &call("q", yes)).is_none(), "an answer to another question");
        for no in [
            json!({ "action": "accept", "content": { "send": false } }),
            json!({ "action": "accept" }),
            json!({ "action": "decline" }),
        ] {
            let answer = answered("q", &call("q", no)).expect("an answer");
            assert!(matches!(said(&answer), Consent::Refused), "{answer:?}");
        }
        assert!(answered("q", &CallToolRequestParams::new("doctor").with_arguments(object(json!({})))).is_none());
    }
}
