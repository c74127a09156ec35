//! Tokens in a text: their claims are read, and the token itself goes no further.

use super::{lenient_json, requested_api};
use crate::evidence::{Evidence, claims, jwt};
use crate::pattern::{Pattern, pattern};
use crate::record::{Hosts, Inputs, SignIn, Token, World};
use crate::redact;
use crate::secret::Secret;

/// A token, or the alias that a redacted copy bears in its place.
static TOKEN: Pattern = pattern!(
    r"\b(?:eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){1,4}|H4sI[A-Za-z0-9_+/=-]{36,}(?:\.[A-Za-z0-9_+/=-]+)?",
    r"|(?:token|assertion)-[0-9]+\.[A-Za-z0-9_-]{20,})",
);
/// A token as somebody hands it over: alone, after `Bearer`, in quotes, as the value of its name.
static ALONE: Pattern = pattern!(
    r#"(?i)^\s*(?:authorization\s*[:=]\s*)?(?:(?:access|embed)_?token\s*[:=]\s*)?["']?(?:bearer\s+)?["']?\s*$"#,
);

/// The leaves of the claims that a decoded token answers for without a clock.
const TIMELESS: [&str; 16] = [
    "kind",
    "audience",
    "audience_is",
    "issuer",
    "tenant",
    "client_id",
    "object_id",
    "principal",
    "scopes",
    "roles",
    "not_before",
    "expires",
    "directory_roles",
    "identity_type",
    "version",
    "auth_methods",
];

/// The one token in a text, taken apart. `None` where there is none, or several differ.
pub(super) fn one(text: &str) -> Option<Token> {
    let mut found = TOKEN.find_iter(text).map(|token| token.as_str());
    let first = found.next()?;
    found
        .all(|other| other == first)
        .then(|| redact::token_of(first).unwrap_or_else(|| jwt::take_apart(&Secret::new(first))))
}

/// Whether a text is a token and nothing else.
pub(super) fn is_alone(text: &str) -> bool {
    TOKEN.find(text).is_some_and(|token| {
        let rest = text[token.end()..].trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ','));
        rest.is_empty() && ALONE.is_match(&text[..token.start()])
    })
}

/// Puts what a token says into the evidence. `now`: the time to judge it by, in seconds since 1970, where one is known.
pub(super) fn read(token: &Token, now: Option<i64>, source: &str, evidence: &mut Evidence) {
    let mut read = claims::read(token, &nothing_given(), now.unwrap_or(0));
    if now.is_none() {
        read.life_left_seconds = None;
        read.valid_in_seconds = None;
    }
    // What was said of the caller in words stays where the token does not tell.
    read.principal = read.principal.or_else(|| evidence.claims.as_ref().and_then(|claims| claims.principal));
    if token.claims.is_some() {
        match now {
            Some(_) => evidence.whole.push("claims".to_owned()),
            None => evidence.whole.extend(TIMELESS.iter().map(|leaf| format!("claims.{leaf}"))),
        }
    }
    evidence.claims = Some(read);
    evidence.note_source("claims", source);
}

/// An embed token that was cut, in the place of an access token.
static CUT_EMBED: Pattern = pattern!(r"(?i)\bbearer\s+(?-i:H4sI)[A-Za-z0-9_+/=-]{4,}");
/// A member of decoded claims that nothing else has.
static CLAIM: Pattern = pattern!(r#"["'](?:aud|idtyp|scp|wids|roles)["']\s*:"#);

/// Puts what is shown of a token without the token into the evidence: its claims, decoded, how it begins,
/// or the API that it's asked for, which is its audience.
pub(super) fn read_shown(text: &str, evidence: &mut Evidence) {
    let said = evidence.claims.as_ref().and_then(|claims| claims.principal);
    if let Some(claims) = decoded(text) {
        let of_token = claims.get("aud").is_some();
        let parts = Token { form: crate::secret::Form::of(""), header: None, claims: Some(claims) };
        let mut read = claims::read(&parts, &nothing_given(), 0);
        (read.life_left_seconds, read.valid_in_seconds) = (None, None);
        read.kind = read.kind.filter(|_| of_token);
        read.principal = read.principal.or(said);
        evidence.claims = Some(read);
    } else if CUT_EMBED.is_match(text) {
        evidence.claims.get_or_insert_default().kind = Some(claims::TokenKind::Embed);
    } else if let Some((resource, audience)) = requested_api::audience(text) {
        let claims = evidence.claims.get_or_insert_default();
        (claims.audience, claims.audience_is) = (Some(resource), Some(audience));
        evidence.note_source("claims", "the token request in the text");
        return;
    } else {
        return;
    }
    evidence.note_source("claims", "the claims in the text");
}

/// The claims that a text shows decoded, as an object or as some of its members.
fn decoded(text: &str) -> Option<serde_json::Value> {
    let has = |json: &serde_json::Value, names: &[&str]| names.iter().any(|name| json.get(name).is_some());
    let first = CLAIM.find(text)?.start();
    let whole = lenient_json::objects(text).map(|(_, json)| json).find(|json| has(json, &["aud"]));
    let claims = whole.or_else(|| Some(lenient_json::object(&text[first..])?.0))?;
    let roles = claims.get("roles").is_none_or(serde_json::Value::is_array);
    // An effective identity has roles as well, and neither audience nor issuer.
    let of_token = has(&claims, &["idtyp", "scp", "wids", "appid", "azp", "tid", "iss"]);
    (roles && of_token && !has(&claims, &["username", "datasets"])).then_some(claims)
}

/// A text tells nothing of the settings with which a token was got.
pub(super) fn nothing_given() -> Inputs {
    let hosts = Hosts { authority: String::new(), api: String::new(), fabric: None };
    Inputs {
        cloud: None,
        profile: None,
        world: World::Live,
        started: jiff::Timestamp::UNIX_EPOCH,
        given: std::collections::BTreeMap::new(),
        variables: std::collections::BTreeMap::new(),
        token: None,
        sign_in: SignIn::default(),
        hosts,
        scopes: Vec::new(),
        intent: None,
        probes: Vec::new(),
        only: Vec::new(),
        facts: std::collections::BTreeMap::new(),
        tenant_settings: None,
        embedding: None,
        expected: Vec::new(),
        notes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;

    fn token() -> String {
        let header = B64.encode(r#"{"typ":"JWT","alg":"RS256"}"#);
        format!(
            "{header}.{}.c2lnbmF0dXJl",
            B64.encode(r#"{"aud":"https://graph.microsoft.com","idtyp":"app","exp":100}"#)
        )
    }

    #[test]
    fn a_token_alone_is_known() {
        for around in ["{}", "Bearer {}", "Authorization: Bearer {}\n", "\"{}\"", "access_token={}"] {
            assert!(is_alone(&around.replace("{}", &token())), "{around}");
        }
        assert!(!is_alone(&format!("403 Forbidden with {}", token())));
    }

    #[test]
    fn what_is_shown_of_a_token_is_read() {
        let read = |text: &str| {
            let mut evidence = Evidence::default();
            read_shown(text, &mut evidence);
            evidence.claims
        };
        let whole = read(r#"{"aud":"https://graph.microsoft.com","iss":"x","idtyp":"app"}"#).expect("claims");
        assert_eq!((whole.kind, whole.audience_is), (Some(claims::TokenKind::Access), Some(claims::Audience::Graph)));
        let some = read(r#"it has "roles": ["Tenant.Read.All"], "idtyp": "app" and no more"#).expect("claims");
        assert_eq!((some.kind, some.roles), (None, Some(vec!["Tenant.Read.All".to_owned()])));
        let cut = read("Authorization: Bearer H4sIAAAAAAAEAB...").expect("claims");
        assert_eq!(cut.kind, Some(claims::TokenKind::Embed));
        for text in ["\"identities\": [{\"username\": \"u\", \"roles\": [\"a\"]}]", "\"aud\": 1", "no claims"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn without_a_clock_no_life_is_told() {
        let parts = one(&format!("x {} y", token())).expect("a token");
        let mut evidence = Evidence::default();
        read(&parts, None, "the text", &mut evidence);
        let claims = evidence.claims.clone().expect("claims");
        assert_eq!((claims.expires, claims.life_left_seconds), (Some(100), None));
        assert!(!evidence.whole.contains(&"claims".to_owned()) && evidence.whole.contains(&"claims.roles".to_owned()));
        read(&parts, Some(40), "the text", &mut evidence);
        assert_eq!(evidence.claims.and_then(|claims| claims.life_left_seconds), Some(60));
    }
}
