//! A request for an embed token in a text, beside the embed configuration and the semantic model that it is for.

use serde_json::Value;

use super::{event, page_source};
use crate::evidence::Evidence;
use crate::evidence::embed::{TokenRequestBody, read_config};
use crate::evidence::model::{Model, flag_in};
use crate::pattern::{Pattern, pattern};

/// A text without one of these has neither such a body nor a model.
static SIGN: Pattern = pattern!(r"(?i)accessLevel|allowEdit|\bidentities\b|GenerateToken|isEffectiveIdentityRequired");
/// The operation.
static OPERATION: Pattern = pattern!(r"(?i)\bGenerateToken");

/// Puts what the text says of its one request for an embed token into the evidence, and its semantic model.
pub(super) fn put(raw: &str, evidence: &mut Evidence) {
    if !SIGN.is_match(raw) {
        return;
    }
    let objects = page_source::objects(raw);
    let mut all = Vec::new();
    for json in &objects {
        event::collect(json, 0, &mut all);
    }
    let told = OPERATION.is_match(raw);
    let body = only(all.iter().filter_map(|json| TokenRequestBody::of(json, told)));
    let model = shown_model(&all, body);
    if let Some(model) = &model {
        evidence.api.get_or_insert_default().model = Some(model.clone());
        evidence.note_source("api.model", "the text");
    }
    let Some(body) = body else { return };
    let config = only(all.iter().filter_map(|json| read_config(json)));
    let is_report = |kind: Option<&str>| kind.is_none_or(|kind| kind.eq_ignore_ascii_case("report"));
    let report = config.filter(|config| is_report(config.kind.as_deref())).and_then(|config| config.id);
    let model = model.and_then(|model| model.id);
    let embed = evidence.embed.get_or_insert_default();
    embed.identity = body.has_identity(model.as_deref());
    embed.request = Some(body.compared(report.as_deref(), model.as_deref()));
    evidence.note_source("embed", "the text");
}

/// The semantic model that the text shows: the one that the body names, of several, or else the only one.
fn shown_model(all: &[&Value], body: Option<TokenRequestBody<'_>>) -> Option<Model> {
    let models: Vec<Model> = all.iter().filter_map(|json| read_model(json)).collect();
    let named = body.map(TokenRequestBody::models).unwrap_or_default();
    let is_named =
        |model: &&Model| model.id.as_deref().is_some_and(|id| named.iter().any(|named| named.eq_ignore_ascii_case(id)));
    only(models.iter().filter(is_named)).or_else(|| only(models.iter())).cloned()
}

/// The model of an object that the API answers with: `Dataset`. `None` for another object.
fn read_model(json: &Value) -> Option<Model> {
    let members = json.as_object()?;
    let flag = |name: &str| flag_in(members, name);
    let identity_required = Some(flag("isEffectiveIdentityRequired")?);
    let id = Some(json.get("id")?.as_str()?.to_owned());
    let identity_roles_required = flag("isEffectiveIdentityRolesRequired");
    Some(Model { id, identity_required, identity_roles_required, ..Model::default() })
}

/// The only one. `None` where there are several.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"{"id":"m","name":"Orders","isEffectiveIdentityRequired":true}"#;
    const BODY: &str = r#"{"datasets":[{"id":"m"}],"reports":[{"id":"r"}]}"#;

    fn of(text: &str) -> Evidence {
        let mut evidence = Evidence::default();
        put(text, &mut evidence);
        evidence
    }

    #[test]
    fn a_body_is_read_beside_its_model() {
        let evidence = of(&format!("GET /datasets/m\n{MODEL}\nPOST /GenerateToken\n{BODY}"));
        let embed = evidence.embed.expect("a request");
        let model = evidence.api.and_then(|api| api.model).expect("a model");
        assert_eq!((embed.identity, model.identity_required), (Some(false), Some(true)));
        assert_eq!(embed.request.and_then(|request| request.names_model), Some(true));
    }

    #[test]
    fn two_bodies_tell_nothing_and_of_two_models_the_named_one_counts() {
        assert_eq!(of(&format!("GenerateToken {BODY} {BODY}")).embed, None);
        let other = MODEL.replace("\"m\"", "\"n\"").replace("true", "false");
        let model = |text: &str| of(text).api.and_then(|api| api.model).and_then(|model| model.id);
        assert_eq!(model(&format!("{{\"value\":[{other},{MODEL}]}} GenerateToken {BODY}")).as_deref(), Some("m"));
        assert_eq!(model(&format!("{{\"value\":[{other},{MODEL}]}}")), None);
    }
}
