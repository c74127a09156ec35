//! What a text shows apart from its failures: the text itself, who wrote it, who calls and how, tokens, events of a
//! browser.

use super::{boundary, context, embed_token_request, event, hidden, settings_in_text, token, wire};
use crate::evidence::claims::Claims;
use crate::evidence::text::{MOST, Text};
use crate::evidence::token::Token;
use crate::evidence::user::User;
use crate::evidence::{Evidence, cloud};
use crate::secret::Kind;

/// The text itself.
pub(super) fn pasted(text: &str) -> Text {
    let excerpt = &text[..boundary(text, MOST)];
    Text {
        pasted: Some(true),
        excerpt: Some(excerpt.to_owned()),
        of_this_field: Some(hidden::may_speak_of_services(excerpt)),
        ..Text::default()
    }
}

/// What is known apart from any failure: the text, who wrote it, who calls and how, tokens, events of a browser.
pub(super) fn read(raw: &str, text: &str) -> Evidence {
    let flow = context::flow(text);
    let mut evidence = Evidence {
        text: Some(Text { library: context::library(text), ..pasted(text) }),
        token: flow.map(|flow| Token { flow: Some(flow), ..Token::default() }),
        claims: context::principal(text, flow).map(Claims::of),
        user: context::names_wrong_account(text).then(|| User { is_the_one_meant: Some(false), ..User::default() }),
        credential: settings_in_text::read(raw),
        network: wire::network(text),
        embed: event::embed(raw),
        clouds: cloud::of_text(text),
        ..Evidence::default()
    };
    for path in ["text", "token.flow", "claims", "user", "credential", "network", "embed", "clouds"] {
        evidence.note_source(path, "the text");
    }
    embed_token_request::put(raw, &mut evidence);
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
