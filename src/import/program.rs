//! What a program wrote in place of a token: the Azure CLI's words, read as if somebody had pasted them.

use super::{Codes, Found};
use crate::evidence::text::{Library, Text};
use crate::evidence::token::{self, Token};
use crate::evidence::{Evidence, from_exchange};
use crate::record::{Body, Exchange, Method, Record};

/// Adds what a program wrote to the facts of a run.
pub fn observe(record: &Record, evidence: &mut Evidence) {
    let Some((at, exchange)) = token::answered(record) else { return };
    let Some(said) = said(exchange) else { return };
    let read = read(said, exchange).unwrap_or_default();
    add_error(evidence.token.as_mut(), read.token);
    evidence.text = Some(Text {
        pasted: Some(false),
        excerpt: Some(said.to_owned()),
        library: Some(Library::AzureCli),
        ..read.text.unwrap_or_default()
    });
    evidence.note_source("text", from_exchange(at));
}

/// The answer to the token request of a run, whoever gave it. `None` when nobody did, and while it is under way.
#[must_use]
pub fn token(record: &Record) -> Option<Token> {
    let mut token = token::read(record);
    if let Some((_, exchange)) = token::answered(record)
        && let Some(said) = said(exchange)
    {
        add_error(token.as_mut(), read(said, exchange).and_then(|evidence| evidence.token));
    }
    token
}

fn add_error(token: Option<&mut Token>, said: Option<Token>) {
    if let Some(token) = token {
        token.error = token.error.take().or_else(|| said?.error);
    }
}

/// The text that a program wrote. `None` for JSON, and for a reply of a service.
fn said(exchange: &Exchange) -> Option<&str> {
    let reply = exchange.reply().filter(|_| exchange.request.method == Method::Run)?;
    match &reply.body {
        Body::Text(said) => Some(said),
        _ => None,
    }
}

fn read(said: &str, exchange: &Exchange) -> Option<Evidence> {
    match super::read(said, &Codes::default(), exchange.ended().as_second()) {
        Found::Reading(reading) => reading.failures.into_iter().next().map(|failure| failure.evidence),
        Found::Bundle(_) => None,
    }
}
