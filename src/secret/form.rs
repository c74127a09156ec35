//! The form of a value: what can be said of it without showing a character of it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a value looks like. One kind a value: the first that fits, in the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing, or only white space.
    Empty,
    /// A word of a programming language for "no value": `undefined`, `null`, `None`, `nil`, `NaN`.
    NullWord,
    /// A variable or template that wasn't expanded: `${NAME}`, `$(NAME)`, `%NAME%`, `{{name}}`.
    Unexpanded,
    /// An App Service reference to Key Vault that wasn't resolved.
    KeyVaultReference,
    /// A sample's placeholder: `<your-client-id>`, `Enter_the_Application_Id_here`, `tenant_id`.
    Placeholder,
    /// A hidden value: asterisks, or an ID made of `x`.
    Masked,
    /// A GUID of zeros.
    ZeroGuid,
    /// A GUID, 8-4-4-4-12.
    Guid,
    /// Almost a GUID: groups of hexadecimal digits, at least one of them too short or too long.
    BrokenGuid,
    /// `common`, `organizations` or `consumers`: names that don't identify a specific tenant.
    TenantAlias,
    /// A signed JSON Web Token: an access token, an ID token or an assertion.
    Jwt,
    /// A Power BI embed token (`H4sI…`).
    EmbedToken,
    /// A token with `Bearer` in front.
    BearerHeader,
    /// A client secret in the format that Entra has used since about 2021 (40 characters with `Q~`), or part of one.
    ClientSecret,
    /// A Base64-encoded client secret in that format, as in a Kubernetes manifest.
    Base64OfSecret,
    /// The content of a PEM file: a key or a certificate.
    Pem,
    /// An HTML page.
    Page,
    /// JSON text.
    Json,
    /// A URL.
    Url,
    /// An email address or user principal name.
    Email,
    /// A domain name.
    Domain,
    /// None of these.
    Other,
}

/// A way in which a value was changed on its way, seen in the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mangling {
    /// Spaces or tabs at the beginning or the end.
    SpaceAround,
    /// A line break at the end.
    LineEndAtEnd,
    /// White space inside.
    SpaceInside,
    /// Quotes around it.
    Quoted,
    /// Braces, brackets or angle brackets around it.
    Bracketed,
    /// Typographic quotes.
    SmartQuotes,
    /// An invisible character: zero width, no-break space, byte order mark, control character.
    Invisible,
    /// Percent escapes, as in a URL.
    PercentEncoded,
    /// The right value, Base64-encoded.
    Base64,
    /// The format of an Entra secret, but too short.
    Cut,
}

/// What can be told of a value without showing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    /// What it looks like, after white space and quotes around it are left out.
    pub kind: Kind,
    /// Characters.
    pub length: usize,
    /// What was done to it on its way. Empty for a clean value.
    #[serde(default)]
    pub mangling: Vec<Mangling>,
}

impl Form {
    /// Looks at a value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let core = core_of(value);
        let kind = kind_of(core);
        Self { kind, length: value.chars().count(), mangling: manglings(value, core, kind) }
    }

    /// The form in words, for people: `40 characters, format of a client secret`.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = format!("{} characters", self.length);
        if self.kind != Kind::Other {
            let _ = write!(words, ", {}", self.kind.words());
        }
        for mangling in &self.mangling {
            words.push_str(", ");
            words.push_str(mangling.words());
        }
        words
    }

    /// Whether the value is one that must not be shown, whatever field it stands in.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        matches!(
            self.kind,
            Kind::ClientSecret | Kind::Base64OfSecret | Kind::Jwt | Kind::EmbedToken | Kind::BearerHeader | Kind::Pem
        )
    }
}

impl Kind {
    /// The kind in words that follow "a value with".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NullWord => "a word for \"no value\"",
            Self::Unexpanded => "an unexpanded variable",
            Self::KeyVaultReference => "an unresolved Key Vault reference",
            Self::Placeholder => "a placeholder",
            Self::Masked => "masked by asterisks",
            Self::ZeroGuid => "the zero GUID",
            Self::Guid => "format of a GUID",
            Self::BrokenGuid => "nearly a GUID",
            Self::TenantAlias => "an alias such as common, which doesn't identify a tenant",
            Self::Jwt => "format of a JSON Web Token",
            Self::EmbedToken => "format of an embed token",
            Self::BearerHeader => "format of an Authorization header",
            Self::ClientSecret => "format of a client secret",
            Self::Base64OfSecret => "base64 of a client secret",
            Self::Pem => "format of a PEM file (a key or certificate)",
            Self::Page => "format of an HTML page",
            Self::Json => "JSON text",
            Self::Url => "format of a URL",
            Self::Email => "format of a user name",
            Self::Domain => "format of a domain name",
            Self::Other => "unknown format",
        }
    }
}

impl Mangling {
    /// What is wrong with the value, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SpaceAround => "white space around it",
            Self::LineEndAtEnd => "a line break at the end",
            Self::SpaceInside => "white space inside",
            Self::Quoted => "quotes around it",
            Self::Bracketed => "brackets around it",
            Self::SmartQuotes => "typographic quotes in it",
            Self::Invisible => "an invisible character in it",
            Self::PercentEncoded => "percent escapes in it",
            Self::Base64 => "Base64 encoding",
            Self::Cut => "too few characters for an Entra secret",
        }
    }
}

fn core_of(value: &str) -> &str {
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    for quote in ['"', '\'', '`'] {
        if trimmed.len() >= 2 && trimmed.starts_with(quote) && trimmed.ends_with(quote) {
            return trimmed[1..trimmed.len() - 1].trim();
        }
    }
    trimmed.trim_matches(['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'])
}

fn kind_of(core: &str) -> Kind {
    let lower = core.to_lowercase();
    match lower.as_str() {
        "" => return Kind::Empty,
        "undefined" | "null" | "none" | "nil" | "nan" | "(null)" | "$null" => return Kind::NullWord,
        "common" | "organizations" | "consumers" => return Kind::TenantAlias,
        _ => {}
    }
    if lower.starts_with("@microsoft.keyvault(") {
        return Kind::KeyVaultReference;
    }
    if core.starts_with("-----BEGIN ") {
        return Kind::Pem;
    }
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Kind::Page;
    }
    if is_unexpanded(core) {
        return Kind::Unexpanded;
    }
    if is_masked(&lower) {
        return Kind::Masked;
    }
    if let Some(kind) = guid_kind(core) {
        return kind;
    }
    if lower.starts_with("bearer ") {
        return Kind::BearerHeader;
    }
    token_kind(core)
        .or_else(|| is_placeholder(&lower).then_some(Kind::Placeholder))
        .unwrap_or_else(|| plain_kind(core, &lower))
}

fn token_kind(core: &str) -> Option<Kind> {
    if core.starts_with("eyJ") && core.split('.').count() >= 2 {
        return Some(Kind::Jwt);
    }
    if core.starts_with("H4sI") && core.len() > 40 {
        return Some(Kind::EmbedToken);
    }
    if is_client_secret(core) {
        return Some(Kind::ClientSecret);
    }
    let decoded = STANDARD.decode(core).ok().and_then(|bytes| String::from_utf8(bytes).ok())?;
    is_client_secret(decoded.trim()).then_some(Kind::Base64OfSecret)
}

fn plain_kind(core: &str, lower: &str) -> Kind {
    if core.starts_with(['{', '[']) && core.contains('"') {
        Kind::Json
    } else if lower.starts_with("https://") || lower.starts_with("http://") {
        Kind::Url
    } else if core.contains('@') && core.contains('.') && !core.contains(char::is_whitespace) {
        Kind::Email
    } else if is_domain(core) {
        Kind::Domain
    } else {
        Kind::Other
    }
}

/// `xxx8Q~` and 34 more of a small alphabet: the form that secret scanners know. One that lost or gained characters
/// is as secret as a whole one.
fn is_client_secret(value: &str) -> bool {
    let bytes = value.as_bytes();
    (20..=64).contains(&bytes.len())
        && bytes[3].is_ascii_digit()
        && &bytes[4..6] == b"Q~"
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_~.-".contains(b))
}

fn guid_kind(core: &str) -> Option<Kind> {
    let bare = core.strip_prefix('{').and_then(|c| c.strip_suffix('}')).unwrap_or(core);
    let groups: Vec<&str> = bare.split('-').collect();
    if groups.len() != 5 || groups.iter().any(|g| g.is_empty() || !g.chars().all(|c| c.is_ascii_hexdigit())) {
        return None;
    }
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    Some(if lengths != [8, 4, 4, 4, 12] {
        Kind::BrokenGuid
    } else if bare.chars().all(|c| matches!(c, '0' | '-')) {
        Kind::ZeroGuid
    } else {
        Kind::Guid
    })
}

fn is_unexpanded(core: &str) -> bool {
    let name_like =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-. :".contains(c));
    let between = |open: &str, close: &str| {
        core.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(name_like)
    };
    between("${", "}")
        || between("$(", ")")
        || between("{{", "}}")
        || between("${{", "}}")
        || between("%", "%")
        || between("#{", "}#")
        || core.strip_prefix('$').is_some_and(|name| {
            name.len() > 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
        })
}

/// Stars and dots, or an id whose digits were replaced by `x`, as logs and careful people show one.
fn is_masked(lower: &str) -> bool {
    lower.chars().all(|c| matches!(c, '*' | '\u{2022}' | '.'))
        || lower.chars().all(|c| matches!(c, 'x' | '-')) && lower.len() >= 4
}

fn is_placeholder(lower: &str) -> bool {
    const WORDS: [&str; 14] = [
        "tenant_id",
        "tenantid",
        "tenant-id",
        "client_id",
        "clientid",
        "client-id",
        "client_secret",
        "clientsecret",
        "client-secret",
        "secret",
        "changeme",
        "change-me",
        "todo",
        "replace_me",
    ];
    const STARTS: [&str; 7] = ["your-", "your_", "your ", "enter_the", "enter the", "insert_", "<"];
    WORDS.contains(&lower)
        || STARTS.iter().any(|start| lower.starts_with(start))
        || lower.starts_with('[') && lower.ends_with(']') && lower.contains(' ')
}

fn is_domain(core: &str) -> bool {
    core.contains('.')
        && core.len() <= 253
        && core.split('.').all(|label| {
            !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && core.rsplit('.').next().is_some_and(|last| last.chars().any(char::is_alphabetic))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{a0}') || c.is_control() && !c.is_whitespace()
}

fn manglings(value: &str, core: &str, kind: Kind) -> Vec<Mangling> {
    let trimmed = value.trim();
    let bracketed =
        matches!((trimmed.chars().next(), trimmed.chars().last()), (Some('{'), Some('}')) | (Some('('), Some(')')));
    let secret_like = core.as_bytes().get(4..6) == Some(b"Q~");
    let found = [
        (value.ends_with(['\n', '\r']), Mangling::LineEndAtEnd),
        (value.trim_end_matches(['\n', '\r']) != trimmed && kind != Kind::Empty, Mangling::SpaceAround),
        (core.contains(char::is_whitespace) && !holds_words(kind), Mangling::SpaceInside),
        (trimmed != core && trimmed.starts_with(['"', '\'', '`']), Mangling::Quoted),
        (bracketed && matches!(kind, Kind::Guid | Kind::ClientSecret), Mangling::Bracketed),
        (value.contains(['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']), Mangling::SmartQuotes),
        (value.chars().any(is_invisible), Mangling::Invisible),
        (has_percent_escape(core), Mangling::PercentEncoded),
        (kind == Kind::Base64OfSecret, Mangling::Base64),
        (secret_like && (20..40).contains(&core.len()), Mangling::Cut),
    ];
    found.into_iter().filter_map(|(yes, mangling)| yes.then_some(mangling)).collect()
}

const fn holds_words(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Placeholder
            | Kind::Json
            | Kind::Pem
            | Kind::Page
            | Kind::Unexpanded
            | Kind::BearerHeader
            | Kind::KeyVaultReference
    )
}

fn has_percent_escape(core: &str) -> bool {
    core.as_bytes().windows(3).any(|w| w[0] == b'%' && w[1].is_ascii_hexdigit() && w[2].is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "abc8Q~0123456789012345678901234567890123";

    #[test]
    fn kinds_are_told_apart() {
        let cases = [
            ("", Kind::Empty),
            ("  ", Kind::Empty),
            ("undefined", Kind::NullWord),
            ("${CLIENT_ID}", Kind::Unexpanded),
            ("$(clientId)", Kind::Unexpanded),
            ("{{tenantid}}", Kind::Unexpanded),
            ("%AZURE_TENANT_ID%", Kind::Unexpanded),
            ("@Microsoft.KeyVault(SecretUri=https://v.example/s)", Kind::KeyVaultReference),
            ("<your-client-secret>", Kind::Placeholder),
            ("Enter_the_Application_Id_here", Kind::Placeholder),
            ("***", Kind::Masked),
            ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", Kind::Masked),
            ("00000000-0000-0000-0000-000000000000", Kind::ZeroGuid),
            ("11111111-2222-4333-8444-555555555555", Kind::Guid),
            ("1111111-2222-4333-8444-555555555555", Kind::BrokenGuid),
            ("common", Kind::TenantAlias),
            ("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x", Kind::Jwt),
            ("Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x", Kind::BearerHeader),
            (SECRET, Kind::ClientSecret),
            ("{\"access_token\":\"x\"}", Kind::Json),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", Kind::Pem),
            ("<!DOCTYPE html><p>x", Kind::Page),
            ("https://login.microsoftonline.com/contoso", Kind::Url),
            ("dev@contoso.example", Kind::Email),
            ("contoso.onmicrosoft.com", Kind::Domain),
            ("some words", Kind::Other),
        ];
        for (value, kind) in cases {
            assert_eq!(Form::of(value).kind, kind, "{value}");
        }
        assert_eq!(Form::of(&STANDARD.encode(SECRET)).kind, Kind::Base64OfSecret);
    }

    #[test]
    fn manglings_are_seen() {
        let cases = [
            (format!("{SECRET}\n"), Mangling::LineEndAtEnd),
            (format!(" {SECRET}"), Mangling::SpaceAround),
            (format!("\"{SECRET}\""), Mangling::Quoted),
            (format!("{SECRET}\u{200b}"), Mangling::Invisible),
            (SECRET.replace('~', "%7E"), Mangling::PercentEncoded),
            (SECRET[..38].to_owned(), Mangling::Cut),
            (STANDARD.encode(SECRET), Mangling::Base64),
        ];
        for (value, mangling) in cases {
            assert_eq!(Form::of(&value).mangling, [mangling], "{value}");
        }
        assert!(Form::of(SECRET).mangling.is_empty());
    }
}
