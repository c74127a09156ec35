//! Finds in a text what is to be taken out.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::What;
use super::alias::{ends_with_alias, is_alias, is_token};
use super::field::{Holds, holds, is_nothing, is_opaque, is_value};
use super::names::named;
use super::place::{OPTION, field, option};
use super::plausible::{Tie, is_secret, is_told};
use super::{layer, scan};
use crate::pattern::{Captures, Pattern, pattern};
use crate::secret::{Form, Kind};

/// A value in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) what: What,
    /// The value without the escapes of its place.
    pub(super) plain: String,
    /// The shape that its alias keeps.
    pub(super) shape: Shape,
}

/// What of a value its alias keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing.
    Bare,
    /// That it is a mail address, with its sign as it is written.
    Mail {
        /// `@` or `%40`.
        at: String,
    },
    /// What a bundle keeps of a token.
    Token,
    /// That it is the beginning of an embed token: how all of them begin.
    CutEmbedToken,
    /// That it is an id, which a secret's place should not hold.
    Id,
    /// How a form spells it, where that alone can be the fault: a bare plus, or escapes that are escaped again.
    Escaped(&'static str),
}

/// What looks like a secret wherever it stands.
static FORM: Pattern = pattern!(
    r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}|H4sI[A-Za-z0-9_+/=-]{36,}(?:\.[A-Za-z0-9_+/=-]+)?",
    r"|\b[01]\.A[A-Za-z0-9_-]{40,}(?:\.[A-Za-z0-9_.-]+)?|\bO?AQAB[A-Za-z0-9_-]{60,}",
    r"|[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{14,}",
);
static PRIVATE_KEY: Pattern =
    pattern!(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----((?s:.*?))(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)");
static BEARER: Pattern = pattern!(
    r"\b(?:[Bb]earer|BEARER|EmbedToken|Basic|Negotiate|NTLM|DPoP)(?:\s|%20|\+)+([!#-&(-+\x2d-:=?-\[\]-~]{5,})",
);
/// The end of a field's name, and the sign between it and its value.
static FIELD: Pattern = pattern!(
    r#"(?i)(?:secret|secret[_-]?text|secret[_-]?value|assword|passwd|passphrase|pwd|pass|token|assertion|verifier|code|key|sig|signature|identity_header"#,
    r#"|user[_ -]?name|principal[_-]?name|account_?name|upn|unique_name|login_?hint|given_?name|family_?name|surname|nickname|e?mail|saml_?response|authorization|cookie)"#,
    r#"\\*["']?\s{0,12}(?:=>|=|:)[ \t]{0,4}\\*["']?"#,
);
/// Credentials of curl, and elements of WS-Trust.
static ARGUMENT: Pattern = pattern!(
    r#"(?im)(?:\s|^)(?:-u|--user|--proxy-user)\s+["']?([^\s"':]+):([^\s"']+)|<(?:\w+:)?(password|username)\b[^>]*>([^<\n]+)</"#,
);
static IN_URL: Pattern = pattern!(r#"://([^\s:/@"'<>]*):([^\s/"'<>]+)@"#);
static MAIL: Pattern = pattern!(
    r"[A-Za-z0-9][A-Za-z0-9._+#-]*(@|%40|\\u0040)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
);
static HOME: Pattern =
    pattern!(r#"(?:\b[A-Za-z]:[\\/]+Users|(?:^|[\s"'=(:\[])/(?:home|Users))[\\/]+([^\\/\s"':;,<>)]+)"#);
/// A device code, behind the sentence that Entra or a library says with it, in the languages of both.
static USER_CODE: Pattern = pattern!(
    r#"(?i)\benter the code:?\s+["'`]?([A-Z0-9-]{8,12})\b"#,
    r#"|\b(?:enter code|user[ _-]?code|den code|le code|el código|o código|il codice|de code)\b:?\s+["'`]?((?-i:[A-Z0-9]{4,6}-?[A-Z0-9]{4,6}))\b"#,
);
/// The key of a storage account, 64 bytes in base64, and a personal access token of Databricks. A hash in a name of its own is
/// neither.
static LONG_KEY: Pattern =
    pattern!(r"(?:^|[^A-Za-z0-9+/=-])([A-Za-z0-9+/]{86}==)|\b(dapi[0-9a-f]{32}(?:-[0-9]{1,2})?)\b");
/// A private key in a form of its own: the exponent of a key in XML, a PFX file in base64.
static PRIVATE: Pattern =
    pattern!(r#"<D>([A-Za-z0-9+/=]{40,})</D>|(?i:pfx|p12|pkcs12)\w*["']?\s*[:=]\s*["']?(MII[A-Za-z0-9+/=]{40,})"#,);
/// As long as a client secret in base64.
static BASE64: Pattern = pattern!(r"(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{50,56}={0,2})(?:$|[^A-Za-z0-9+/=])");
/// A credential as a text of its own behind its scheme: `"Basic " & "…"`, `new AuthenticationHeaderValue("Basic", "…")`.
static APART: Pattern = pattern!(r#"["'](?:Bearer|Basic)\s?["']\s*[,&+.]\s*["']([!#-&(-+\x2d-:=?-\[\]-~]{5,})["']"#);
/// A user with a password as the basic scheme wants them, by what they are called or given to.
static PAIR: Pattern = pattern!(
    r#"(?i)(?:(?:basic[_-]?auth|userpwd|_auth|\bauth|\bpair)["']?\s*[=:,]\s*|(?:\bbtoa|buffer\.from|getbytes|b64encode|base64_encode)\(\s*b?)["']?[A-Za-z0-9_.@\\-]{1,64}:([^\s"'/:,;)\]}][^\s"']{4,})"#,
);

/// What is to be taken out of a text, in order and apart from each other.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = FIELD.find_iter(text).filter_map(|found| field(text, found.range())).flatten().collect();
    scan::spans(text, false, &mut spans);
    layer::spans(text, &mut spans);
    spans.extend(OPTION.captures_iter(text).filter_map(|found| option(text, &found)));
    spans.extend(PRIVATE_KEY.captures_iter(text).filter_map(|found| group(&found, 1, What::Key)));
    spans.extend(ARGUMENT.captures_iter(text).filter_map(|found| argument(&found)));
    spans.extend(IN_URL.captures_iter(text).filter_map(|found| group(&found, 2, What::Password)));
    spans.extend(BEARER.captures_iter(text).filter_map(|found| bearer(&found)));
    spans.extend(FORM.find_iter(text).map(|found| by_form(text, found.range())));
    let long_key = |found: &Captures<'_>| [1, 2].into_iter().find_map(|number| group(found, number, What::Key));
    spans.extend(LONG_KEY.captures_iter(text).filter_map(|found| long_key(&found)));
    spans.extend(PRIVATE.captures_iter(text).filter_map(|found| long_key(&found)));
    let is_encoded =
        |found: &Captures<'_>| found.get(1).is_some_and(|all| Form::of(all.as_str()).kind == Kind::Base64OfSecret);
    let encoded = BASE64.captures_iter(text).filter(is_encoded);
    spans.extend(encoded.filter_map(|found| group(&found, 1, What::Secret)));
    spans.extend(APART.captures_iter(text).filter_map(|found| bearer(&found)));
    let password = |found: &Captures<'_>| is_told(found.get(1)?.as_str()).then(|| group(found, 1, What::Password))?;
    spans.extend(PAIR.captures_iter(text).filter_map(|found| password(&found)));
    let user_code = |found: &Captures<'_>| [1, 2].into_iter().find_map(|number| group(found, number, What::DeviceCode));
    spans.extend(USER_CODE.captures_iter(text).filter_map(|found| user_code(&found)));
    if text.contains('@') || text.contains("%40") || text.contains("\\u0040") {
        spans.extend(MAIL.captures_iter(text).filter_map(|found| mail(text, &found)));
    }
    spans.extend(HOME.captures_iter(text).filter_map(|found| home(&found)));
    apart(spans)
}

/// The spans without those that overlap: of two at one place the longer, and together where neither holds the other.
pub(super) fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.range.is_empty());
    spans.sort_by_key(|span| (span.range.start, Reverse(span.range.end)));
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                // What one place shows of a secret the other must not leave.
                if span.range.end > last.range.end && span.what != What::User {
                    let more = span.plain.get(span.plain.len().saturating_sub(span.range.end - last.range.end)..);
                    last.plain.push_str(more.unwrap_or_default());
                    last.range.end = span.range.end;
                    last.shape = Shape::Bare;
                }
            }
            _ => apart.push(span),
        }
    }
    apart
}

/// The value of a field by its name: what is to be taken out of it.
pub(super) fn in_field(name: &str, value: &str) -> Option<Vec<Span>> {
    let named = || named(name).filter(|named| is_secret(value, *named, Tie::Set, true));
    match holds(name) {
        Some(Holds::Value(what)) if is_value(what, value) => Some(vec![span(value, 0..value.len(), what, false)]),
        None | Some(Holds::Value(_)) => named().map(|named| vec![span(value, 0..value.len(), named.what, false)]),
        Some(Holds::Authorization) => credential(value, 0..value.len()).map(|span| vec![span]),
        Some(Holds::Cookies) => Some(cookies(value, 0..value.len())),
    }
}

/// What follows a scheme; a parameter of a challenge is no credential.
fn bearer(found: &Captures<'_>) -> Option<Span> {
    let value = found.get(1)?.as_str();
    let is_token =
        value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(&byte));
    let is_parameter = value.trim_end_matches('=').bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        || value.split_once('=').is_some_and(|(name, value)| {
            !name.is_empty()
                && !value.trim_matches('=').is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        });
    (!is_parameter && (is_token || is_told(value)) && !is_nothing(value))
        .then(|| group(found, 1, What::Token))
        .flatten()
}

fn group(found: &Captures<'_>, number: usize, what: What) -> Option<Span> {
    let (whole, value) = (found.get(0)?, found.get(number)?);
    if value.as_str().is_empty() || is_alias(value.as_str().trim()) {
        return None;
    }
    let mut span = span(whole.as_str(), value.start() - whole.start()..value.end() - whole.start(), what, false);
    span.range = value.range();
    Some(span)
}

/// A value of a known kind. `encoded`: its place is a form or an address, where escapes are its own.
pub(super) fn span(text: &str, range: Range<usize>, what: What, encoded: bool) -> Span {
    let raw = &text[range.clone()];
    let plain = if encoded { decoded(raw).into_owned() } else { raw.to_owned() };
    let joined: String = plain.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let shape = match what {
        What::Token | What::Assertion if is_token(&joined) => Shape::Token,
        What::Token if joined.starts_with("H4sI") => Shape::CutEmbedToken,
        What::Secret if Form::of(&joined).kind == Kind::Guid => Shape::Id,
        What::User => mail_shape(raw),
        What::Secret | What::Password if encoded => escapes(raw),
        _ => Shape::Bare,
    };
    Span { range, what, plain: if what == What::Key { plain } else { joined }, shape }
}

fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['%', '+']) {
        return raw.into();
    }
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map_or(raw.into(), |text| text.into_owned().into())
}

pub(super) fn mail_shape(raw: &str) -> Shape {
    let whole = MAIL.captures(raw).filter(|found| found.get(0).is_some_and(|all| all.as_str() == raw));
    whole.map_or(Shape::Bare, |found| Shape::Mail { at: found[1].to_owned() })
}

fn escapes(raw: &str) -> Shape {
    let twice = |(at, _): (usize, &str)| raw[at + 3..].bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if raw.match_indices("%25").any(twice) {
        Shape::Escaped("%2500")
    } else if raw.contains('+') {
        Shape::Escaped("+")
    } else {
        Shape::Bare
    }
}

fn by_form(text: &str, range: Range<usize>) -> Span {
    let value = &text[range.clone()];
    let what = if value.starts_with("eyJ") || value.starts_with("H4sI") {
        What::Token
    } else if value.get(4..6) == Some("Q~") {
        What::Secret
    } else {
        What::RefreshToken
    };
    let end = if what == What::Token { end_of_wrapped(text, range.end) } else { range.end };
    // What is glued to a client secret may be of it.
    let glued = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '~' | '.' | '-');
    let start = if what == What::Secret { text[..range.start].trim_end_matches(glued).len() } else { range.start };
    span(text, start..end, what, false)
}

/// Where a token ends that a terminal broke: lines of nothing but its letters belong to it.
fn end_of_wrapped(text: &str, end: usize) -> usize {
    let mut end = end;
    loop {
        let rest = &text[end..];
        let Some(next) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { return end };
        let line = next.split(['\r', '\n']).next().unwrap_or_default();
        let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/' | '=');
        if line.len() < 20 || !line.chars().all(of_token) {
            return end;
        }
        end = text.len() - next.len() + line.len();
    }
}

fn mail(text: &str, found: &Captures<'_>) -> Option<Span> {
    let whole = found.get(0)?;
    let (mut start, end) = (whole.start(), whole.end());
    let raw = whole.as_str();
    // Two digits after a percent sign belong to it.
    if text[..start].ends_with('%') && raw.len() > 2 && raw.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit) {
        start += 2;
    }
    let domain = raw.split_once(&found[1]).map_or("", |(_, domain)| domain);
    let local = raw.split_once(&found[1]).map_or("", |(local, _)| local);
    if ends_with_alias(local) {
        return None;
    }
    if domain.starts_with("odata.") || domain == "redacted.invalid" || text[start..end].starts_with(&found[1]) {
        return None;
    }
    let plain = text[start..end].replace("%40", "@").replace("\\u0040", "@");
    Some(Span { range: start..end, what: What::User, plain, shape: Shape::Mail { at: found[1].to_owned() } })
}

/// A folder of a person's own; those of build servers are nobody's.
fn home(found: &Captures<'_>) -> Option<Span> {
    const NOBODY: [&str; 13] = [
        "runner",
        "runneradmin",
        "vsts",
        "root",
        "app",
        "public",
        "default",
        "user",
        "site",
        "node",
        "vscode",
        "containeradministrator",
        "vssadministrator",
    ];
    let name = found.get(1)?.as_str().to_lowercase();
    (!NOBODY.contains(&name.as_str()) && name.len() > 1).then(|| group(found, 1, What::User)).flatten()
}

fn argument(found: &Captures<'_>) -> Option<Span> {
    let number = [2, 4].into_iter().find(|number| found.get(*number).is_some())?;
    let is_user = found.get(3).is_some_and(|name| name.as_str().eq_ignore_ascii_case("username"));
    let what = if is_user { What::User } else { What::Password };
    is_value(what, found.get(number)?.as_str()).then(|| group(found, number, what)).flatten()
}

/// The credential after the scheme of an Authorization header.
pub(super) fn credential(text: &str, range: Range<usize>) -> Option<Span> {
    let value = &text[range.clone()];
    let (scheme, rest) = value.trim_end().split_once(' ').unwrap_or(("", value.trim_end()));
    let start = range.start + value.find(rest)?;
    let is_scheme = scheme.is_empty() || scheme.len() <= 12 && scheme.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = rest.len() >= 8 && !rest.contains(' ') && is_opaque(rest) || is_token(rest);
    let what = if is_scheme && (scheme.is_empty() || !scheme.eq_ignore_ascii_case("basic")) {
        What::Token
    } else {
        What::Password
    };
    (is_scheme && fits && !is_alias(rest) && !is_nothing(rest))
        .then(|| span(text, start..start + rest.len(), what, false))
}

/// The values of cookies, but for the attributes that the server sets.
pub(super) fn cookies(text: &str, range: Range<usize>) -> Vec<Span> {
    const ATTRIBUTES: [&str; 8] =
        ["path", "domain", "expires", "max-age", "samesite", "secure", "httponly", "priority"];
    let mut at = range.start;
    let mut spans = Vec::new();
    for pair in text[range].split(';') {
        if let Some((name, value)) = pair.split_once('=') {
            let value = value.trim_end();
            let start = at + name.len() + 1;
            let known = ATTRIBUTES.contains(&name.trim().to_lowercase().as_str());
            if !known && value.len() > 1 && !is_alias(value) {
                spans.push(span(text, start..start + value.len(), What::Cookie, false));
            }
        }
        at += pair.len() + 1;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken out of a text, by kind.
    fn found(text: &str) -> Vec<(What, &str)> {
        spans(text).into_iter().map(|span| (span.what, &text[span.range])).collect()
    }

    #[test]
    fn each_place_tells_what_stands_there() {
        let cases = [
            ("client_secret=abc%2Bd1&x=1", vec![(What::Secret, "abc%2Bd1")]),
            ("\"refresh_token\": \"0.abcdefghijklmnop\"", vec![(What::RefreshToken, "0.abcdefghijklmnop")]),
            ("GET /cb?code=0.AXk1bcdefghijklmnopqrstu&state=1", vec![(What::Code, "0.AXk1bcdefghijklmnopqrstu")]),
            ("Cookie: a=one1; b=two2", vec![(What::Cookie, "one1"), (What::Cookie, "two2")]),
            ("Set-Cookie: a=one1; path=/; secure", vec![(What::Cookie, "one1")]),
            ("enter the code B7XQ2ABCD to sign in", vec![(What::DeviceCode, "B7XQ2ABCD")]),
            ("login_hint=dev%40contoso.example", vec![(What::User, "dev%40contoso.example")]),
            ("at C:\\Users\\dana\\app.py", vec![(What::User, "dana")]),
            ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", vec![(What::Key, "\nMIIE\n")]),
            (
                "x eyJhbGciOiJub25lIn0.eyJh\nbcdefghijklmnopqrstuvwxyz\nnext line",
                vec![(What::Token, "eyJhbGciOiJub25lIn0.eyJh\nbcdefghijklmnopqrstuvwxyz")],
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(found(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_value_stays() {
        for text in [
            "Error validating credentials due to invalid username or password: AADSTS50126",
            "client_secret: ${AZURE_CLIENT_SECRET}, password = os.environ[\"P\"], secret=<your-secret>, pwd=***",
            "\"code\": \"PowerBINotAuthorizedException\", error_code=7000215, status code: 401",
            "WWW-Authenticate: Bearer authorization_uri=\"https://login.microsoftonline.com/common\"",
            "Authorization: Bearer token is missing",
            "PublicKeyToken=0a613f4dd989e8ae, token_type=Bearer, tokenType: Aad, hasPassword=true",
            "\"@odata.context\": 1, members@odata.bind, /home/runner/work, the client secret: it has expired",
            "client_secret=secret-1&access_token=token-2.abc, user-1@redacted.invalid, Cookie: a=cookie-1",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
