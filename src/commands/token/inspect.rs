//! `pbiauth token inspect`: explains a token. Nothing is sent, unless its signature is to be checked.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::access::{plain_options, read_secret};
use super::super::{SMALL, read_bounded, ready, rules, show};
use crate::cli::access::Who;
use crate::cli::token::Inspect;
use crate::entra;
use crate::error::Error;
use crate::evidence::claims::TokenKind;
use crate::evidence::observe;
use crate::evidence::signature::{Signature, check};
use crate::import::{Failure, Reading, Source};
use crate::record::{Exchange, Field, Record, Token, World};
use crate::report::build;
use crate::report::text::of_reading;
use crate::report::token::explain;
use crate::secret::Secret;
use crate::settings::{Environment, Settings, Sources, resolve};
use crate::transport::http::{Http, Options, ProxyFrom};

/// The members of a JSON answer in which a token stands.
const MEMBERS: [&str; 5] = ["access_token", "accessToken", "token", "id_token", "value"];
/// The words before a token in a header: of the API, and of the hosts that show reports.
const WORDS: [&str; 3] = ["Authorization:", "Bearer", "EmbedToken"];
/// The variables that tell where keys are asked for. Nothing else of the environment has to do with a token.
const VARIABLES: [&str; 4] = ["AZURE_AUTHORITY_HOST", "PBIAUTH_CLOUD", "PBIAUTH_CA_FILE", "PBIAUTH_FOR"];

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the input cannot be read or the report cannot be written.
pub fn inspect(options: &Inspect) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.rules)?;
    let (from, text) = read_secret(&options.file)?;
    let (token, mut notes) = unwrapped(text);
    let sources = Sources {
        auth: Some("access-token".to_owned()),
        secrets: [(Field::AccessToken, (from, token.clone()))].into(),
        options: plain_options(&Who::default(), &options.network),
        layers: crate::settings::Layers { environment: environment(), ..Default::default() },
        intent: options.intent.clone(),
        intents: rules.intents.clone(),
        ..Sources::default()
    };
    let Settings { inputs, .. } = resolve(sources, World::Live, super::now())?;
    let parts = inputs.token.clone();
    let record = Record::new(inputs);
    let mut evidence = observe(&record);
    // An embed token is right where it belongs, in a page: that it opens no API is no fault of it.
    if evidence.claims.as_ref().is_some_and(|claims| claims.kind == Some(TokenKind::Embed)) {
        evidence.credential = None;
    }
    let mut entry = parts.as_ref().map(|parts| explain(parts, &evidence, record.inputs.intent.as_ref()));
    let mut exchange = None;
    if options.verify {
        let (verdict, asked) = verify(options, &record, parts.as_ref(), &token)?;
        exchange = asked;
        if let Some(entry) = &mut entry {
            entry.signature = Some(verdict);
        }
        notes.push("The signature check is only a hint: the API decides whether it accepts the token.".to_owned());
    }
    let seen = Failure { evidence, failed: false, count: 1, first: None, last: None, lines: Vec::new() };
    let reading = Reading { source: Source::Token, failures: vec![seen], notes };
    let mut report = of_reading(reading, &BTreeMap::new(), &rules, options.output.fail_on);
    report.exchanges = exchange.iter().map(build::exchange_entry).collect();
    report.token = entry;
    show(&report, &options.output, false)
}

#[expect(clippy::disallowed_methods, reason = "where keys are asked for may be set in the environment")]
fn environment() -> Environment {
    VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))).collect()
}

/// The token in what was given: in a JSON answer, after the word of a header, or as it stands.
fn unwrapped(text: Secret) -> (Secret, Vec<String>) {
    let trimmed = text.expose().trim();
    if let Ok(Value::Object(members)) = serde_json::from_str::<Value>(trimmed) {
        let found = MEMBERS.iter().find_map(|name| Some((name, members.get(*name)?.as_str()?)));
        if let Some((name, token)) = found {
            let note = format!("The input is JSON; this is the token in its member {name}.");
            return (Secret::new(token), vec![note]);
        }
    }
    let mut notes = Vec::new();
    let mut token = trimmed;
    // Each may stand around the other: a header in quotes, a token in quotes behind the word of a header.
    for _ in 0..3 {
        let bare = token.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';'));
        if bare.len() < token.trim().len() {
            notes.push("The token is in quotes or followed by a comma; this is the token inside.".to_owned());
        }
        token = bare;
        let word = WORDS.iter().find(|word| {
            let start = token.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
                && token[word.len()..].starts_with(char::is_whitespace)
        });
        let Some(word) = word else { break };
        notes.push(format!("The input starts with {word}; this is the token after it."));
        token = token[word.len()..].trim_start();
    }
    notes.dedup();
    if notes.is_empty() { (text, notes) } else { (Secret::new(token), notes) }
}

/// Asks the token's tenant for its keys, and checks the signature.
fn verify(
    options: &Inspect,
    record: &Record,
    parts: Option<&Token>,
    token: &Secret,
) -> Result<(Signature, Option<Exchange>), Error> {
    let claims = parts.and_then(|parts| parts.claims.as_ref());
    let Some(tenant) = claims.and_then(|claims| claims.get("tid")?.as_str()) else {
        return Ok((Signature::NotChecked, None));
    };
    let ca_file = record.inputs.text(Field::CaFile).map(|path| read_bounded(path.as_ref(), SMALL)).transpose()?;
    let how = Options { ca_file, timeout: options.network.timeout, proxy: ProxyFrom::Environment };
    let http = Http::new(crate::secret::Vault::default(), &how)?;
    let request = entra::keys(&record.inputs.hosts, "keys", tenant);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoRoom)?;
    let exchange = runtime.block_on(http.attempt(&request, 1));
    runtime.shutdown_background();
    let verdict =
        exchange.reply().and_then(|reply| reply.json()).map_or(Signature::NotChecked, |keys| check(token, keys));
    Ok((verdict, Some(exchange)))
}
