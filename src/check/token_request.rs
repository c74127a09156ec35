//! Asks for a token, in the way that was chosen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::entra_reachable::asked_tenant;
use super::words::{Answer, answer, looks_like, patience};
use super::{Check, Stage, Step};
use crate::entra::grant::Grant;
use crate::entra::{azure_cli, identity, issuer};
use crate::evidence::credential::{Auth, is_unset, needed};
use crate::evidence::sign_in::federated_token;
use crate::evidence::token::{self, AUTHORIZE, DEVICE_CODE, FEDERATED_TOKEN, TOKEN, TOKEN_RS256};
use crate::import::program;
use crate::record::{Exchange, Field, Given, Poll, Record, Reply, Request, Signature};
use crate::secret::Kind;
use crate::span;

pub(super) const CHECK: Check =
    Check { id: "token-request", title: "Entra issues a token", stage: Stage::Token, after: &[], opt_in: None, next };

fn next(record: &Record) -> Step {
    let inputs = &record.inputs;
    if inputs.sign_in.none_found {
        return Step::Skip("no credential was found".to_owned());
    }
    match inputs.auth() {
        Auth::AccessToken => {
            let from = inputs.get(Field::AccessToken).map_or("nowhere", |token| token.from.as_str());
            Step::NotNeeded(format!("an access token is set ({from})"))
        }
        Auth::ManagedIdentity => managed_identity(record),
        Auth::AzureCli => {
            let tenant = asked_tenant(inputs).filter(|tenant| !tenant.contains(char::is_whitespace));
            ask(record, azure_cli::token(TOKEN, tenant, &inputs.scopes))
        }
        auth => of_entra(record, auth),
    }
}

fn managed_identity(record: &Record) -> Step {
    match identity::token(&record.inputs, TOKEN) {
        Some(request) => ask(record, request),
        None => Step::Skip("IDENTITY_ENDPOINT is not a usable address".to_owned()),
    }
}

/// The ways that end at Entra's token endpoint, in a tenant and for an application.
fn of_entra(record: &Record, auth: Auth) -> Step {
    let inputs = &record.inputs;
    let Some(tenant) = asked_tenant(inputs) else { return unsendable(record, Field::Tenant) };
    let Some(client_id) = inputs.text(Field::ClientId).filter(|id| !id.trim().is_empty()) else {
        return unsendable(record, Field::ClientId);
    };
    if let Some(field) = needed(record).into_iter().find(|field| inputs.get(*field).is_none_or(is_nothing)) {
        return unsendable(record, field);
    }
    let grant = Grant::new(inputs, tenant, client_id);
    match auth {
        Auth::Certificate => certificate(record, &grant),
        Auth::Federated => federated(record, &grant),
        Auth::DeviceCode => device_code(record, &grant),
        Auth::AuthorizationCode => authorization_code(record, &grant),
        Auth::Password => ask(record, grant.password(TOKEN)),
        Auth::RefreshToken => ask(record, grant.refresh_token(TOKEN)),
        _ => ask(record, grant.client_secret(TOKEN)),
    }
}

/// Ids are sent as they are, whatever they look like; a secret that did not arrive is not.
fn is_nothing(given: &Given) -> bool {
    given.text.is_none() && is_unset(given.form.kind)
}

fn unsendable(record: &Record, field: Field) -> Step {
    let (what, name) = (name_of(field), record.inputs.name_of(field));
    let reason = match (name, record.inputs.get(field).map(|given| given.form.kind)) {
        (None, _) => format!("no {what} is set"),
        (Some(name), None) => format!("{name} isn't set"),
        (Some(name), Some(Kind::Empty)) => format!("{name} is empty"),
        (Some(name), Some(kind)) => format!("{name} is not a {what}{}", looks_like(kind)),
    };
    Step::Skip(format!("{reason}, so no token was requested"))
}

const fn name_of(field: Field) -> &'static str {
    match field {
        Field::Tenant => "tenant",
        Field::ClientId => "client ID",
        Field::CertificatePath => "certificate",
        Field::FederatedTokenFile => "federated token",
        Field::Username => "user name",
        Field::Password => "password",
        Field::RefreshToken => "refresh token",
        _ => "client secret",
    }
}

fn certificate(record: &Record, grant: &Grant<'_>) -> Step {
    let certificate = record.inputs.sign_in.certificate.clone().unwrap_or_default();
    if let Some(fault) = certificate.faults.iter().find(|fault| fault.is_fatal()) {
        return Step::Skip(format!("no token was requested, because the certificate file {}", fault.words()));
    }
    let thumbprint = |hash: &Option<String>| base64url(hash.as_deref().unwrap_or_default());
    if refuses_signature(record) {
        let again = grant.certificate(TOKEN_RS256, Signature::Rs256, thumbprint(&certificate.thumbprint));
        match record.answer(TOKEN_RS256) {
            None => return Step::Send(vec![again]),
            Some(exchange) if exchange.reply().is_some_and(Reply::is_success) => {
                return Step::warned("Entra rejected a PS256 signature and accepted an RS256 one");
            }
            Some(_) => {}
        }
    }
    ask(record, grant.certificate(TOKEN, Signature::Ps256, thumbprint(&certificate.thumbprint_sha256)))
}

/// Whether Entra refused the assertion's signature or the name of its key: older authorities know the older ones.
fn refuses_signature(record: &Record) -> bool {
    let error = record.reply(TOKEN).and_then(Reply::json).and_then(token::read_error);
    let codes = error.and_then(|error| error.codes).unwrap_or_default();
    codes.iter().any(|code| matches!(code, 700_027 | 50_012 | 50_027))
}

/// A thumbprint in hexadecimal as the header of an assertion writes it.
fn base64url(hexadecimal: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..hexadecimal.len()).step_by(2).filter_map(byte).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

fn federated(record: &Record, grant: &Grant<'_>) -> Step {
    let Some(federated) = &record.inputs.sign_in.federated else {
        return Step::Skip("no token was requested, because there is no federated token".to_owned());
    };
    let is_empty = federated.token.as_ref().is_some_and(|token| token.form.kind == Kind::Empty);
    if let Some(why) = federated.unreadable.as_deref().or(is_empty.then_some("its file is empty")) {
        return Step::Skip(format!("no token was requested, because there is no federated token: {why}"));
    }
    if let Some(request) = issuer::token(federated, FEDERATED_TOKEN) {
        match record.answer(FEDERATED_TOKEN) {
            None => return Step::Send(vec![request]),
            Some(_) if federated_token(record).is_none() => {
                return Step::Skip(format!(
                    "{} returned no federated token, so no token was requested",
                    federated.source.words()
                ));
            }
            Some(_) => {}
        }
    }
    // A whole key, page or secret may stand there: Entra is not told what is no token.
    let form = federated_token(record).filter(|token| token.claims.is_none()).map(|token| token.form.kind);
    if let Some(kind) = form.filter(|kind| !matches!(kind, Kind::Jwt | Kind::BearerHeader)) {
        let source = federated.source.words();
        return Step::Skip(format!("{source} contains no token{}, so it was not sent", looks_like(kind)));
    }
    ask(record, grant.federated(TOKEN))
}

fn device_code(record: &Record, grant: &Grant<'_>) -> Step {
    let Some(exchange) = record.answer(DEVICE_CODE) else { return Step::Send(vec![grant.device_code(DEVICE_CODE)]) };
    let reply = match answer(exchange) {
        Answer::Service(reply) if reply.is_success() => reply,
        answered => return judge(record, answered),
    };
    let number = |name: &str| reply.json().and_then(|json| json.get(name)?.as_u64());
    let seconds = number("interval").unwrap_or(5).clamp(1, 60);
    let life = number("expires_in").unwrap_or(900).min(3600);
    let most = u32::try_from(life / seconds).unwrap_or(1).max(1);
    let address = reply.json().and_then(|json| json.get("verification_uri")?.as_str()).unwrap_or("Entra's device page");
    ask(record, grant.device_token(TOKEN, address, Poll { seconds, most }))
}

fn authorization_code(record: &Record, grant: &Grant<'_>) -> Step {
    let Some(redirect_uri) = record.inputs.sign_in.redirect_uri.as_deref() else {
        return Step::Skip("no local port is free for the browser to return to".to_owned());
    };
    let Some(exchange) = record.answer(AUTHORIZE) else {
        return Step::Send(vec![grant.authorize(AUTHORIZE, redirect_uri)]);
    };
    match answer(exchange) {
        Answer::Service(reply) if !has_error(reply) => ask(record, grant.authorization_code(TOKEN, redirect_uri)),
        Answer::Nobody(_) => Step::error(
            "the browser didn't return to pbiauth. Its page is still waiting for you, or shows an error, such as an unknown \
             application or redirect URI. Copy that text, from AADSTS to the timestamp, run `pbiauth diagnose -`, paste \
             it, and press Ctrl+D (on Windows Ctrl+Z, Enter)",
        ),
        answered => judge(record, answered),
    }
}

fn has_error(reply: &Reply) -> bool {
    reply.json().is_none_or(|json| json.get("error").is_some())
}

/// Asks for the token, and judges the answer.
fn ask(record: &Record, request: Request) -> Step {
    record.answer(TOKEN).map_or_else(|| Step::Send(vec![request]), |exchange| judge(record, answer(exchange)))
}

fn judge(record: &Record, answered: Answer<'_>) -> Step {
    let reply = match answered {
        Answer::NotAsked(reason) => return Step::Skip(reason),
        Answer::Nobody(words) => return Step::error(words),
        Answer::Service(reply) => reply,
    };
    let by =
        token::answered(record).map_or("Entra", |(_, exchange): (usize, &Exchange)| exchange.request.service.name());
    let Some(token) = program::token(record) else { return Step::failed(format!("{by} returned {}", reply.status)) };
    if token.issued == Some(true) {
        let life = token.expires_in.map_or_else(String::new, |s| format!(", valid for {}", span::words(s)));
        return Step::passed(format!("{by} issued a token{life}"));
    }
    let error = token.error.unwrap_or_default();
    if error.error.as_deref() == Some("authorization_pending") {
        return Step::manual("Entra is still waiting for someone to enter the code and sign in");
    }
    let codes: Vec<String> = error.codes.iter().flatten().map(|code| format!("AADSTS{code}")).collect();
    let named = if codes.is_empty() { error.error.or(error.description) } else { Some(codes.join(", ")) };
    let named = named.unwrap_or_else(|| said(reply));
    Step::failed(format!("{by} returned {}: {named}{}", reply.status, patience(reply)))
}

/// The first line of a text, or that there is nothing known.
fn said(reply: &Reply) -> String {
    match &reply.body {
        crate::record::Body::Text(text) => {
            text.lines().find(|line| !line.trim().is_empty()).unwrap_or("an empty text").to_owned()
        }
        _ => "the response contains no error code or message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_written_as_in_a_header() {
        assert_eq!(base64url("00FF10"), "AP8Q");
        assert_eq!(base64url(""), "");
    }
}
