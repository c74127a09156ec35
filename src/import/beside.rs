//! What a text tells beside any failure: the text itself, who wrote it, who calls and how, tokens, events of a browser.

use serde_json::Value;

use super::{boundary, context, given, loose, token, wire};
use crate::evidence::claims::Claims;
use crate::evidence::embed::{Embed, read_config, read_event};
use crate::evidence::text::{MOST, Text};
use crate::evidence::token::Token;
use crate::evidence::{Evidence, cloud};
use crate::intent::Principal;
use crate::secret::Kind;

/// What is known beside any failure: the text, who wrote it, who calls and how, tokens, events of a browser.
pub(super) fn read(raw: &str, text: &str) -> Evidence {
    let flow = context::flow(text);
    let mut evidence = Evidence {
        text: Some(Text {
            pasted: Some(true),
            excerpt: Some(text[..boundary(text, MOST)].to_owned()),
            library: context::library(text),
            answer_hidden: None,
        }),
        token: flow.map(|flow| Token { flow: Some(flow), ..Token::default() }),
        claims: context::principal(text, flow).map(claims_of),
        credential: given::settings(raw),
        network: wire::network(text),
        embed: embed(raw),
        clouds: cloud::of_text(text),
        ..Evidence::default()
    };
    for path in ["text", "token.flow", "claims", "credential", "network", "embed", "clouds"] {
        evidence.note_source(path, "the text");
    }
    if evidence.network.is_some() {
        evidence.whole.push("network.peers.0".to_owned());
    }
    // What cannot be decoded was cut or hidden by whoever pasted it.
    if let Some(parts) = token::one(raw).filter(|parts| parts.claims.is_some() || parts.form.kind == Kind::EmbedToken) {
        token::read(&parts, None, "the token in the text", &mut evidence);
    } else {
        token::read_shown(raw, &mut evidence);
    }
    evidence
}

/// What is known of a token of which the caller alone is told.
pub(super) fn claims_of(principal: Principal) -> Claims {
    Claims { principal: Some(principal), ..Claims::default() }
}

fn embed(raw: &str) -> Option<Embed> {
    let signs = ["detailedMessage", "technicalDetails", "tokenType", "embedUrl"];
    if !signs.iter().any(|sign| raw.contains(sign)) {
        return None;
    }
    let objects: Vec<Value> = loose::objects(raw).map(|(_, json)| json).collect();
    let within = |json: &Value| json.get("detail").or_else(|| json.get("body")).and_then(read_event);
    let event = objects.iter().find_map(|json| read_event(json).or_else(|| within(json)));
    let config = objects.iter().find_map(read_config);
    (event.is_some() || config.is_some()).then_some(Embed { event, config })
}
