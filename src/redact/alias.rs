//! Aliases: the same value, the same alias, without the value being kept.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::find::{Shape, Span};
use crate::evidence::jwt;
use crate::record::Token;
use crate::secret::{Form, Kind, Secret};

/// More values than this are not told apart: their alias bears no number.
const MOST: usize = 1_000_000;
/// The domain of a mail address whose owner is hidden. No such domain can exist (RFC 2606).
const NOWHERE: &str = "redacted.invalid";

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// An access, id or embed token.
    Token,
    /// A refresh token.
    RefreshToken,
    /// An assertion: of a client, of a user, of SAML.
    Assertion,
    /// An authorization code, or what proves who asked for it.
    Code,
    /// A device code, or the code that its user types.
    DeviceCode,
    /// A client secret, or another one.
    Secret,
    /// A password.
    Password,
    /// A private key, or the key of a service.
    Key,
    /// The value of a cookie.
    Cookie,
    /// A person: a name, a user name, a mail address.
    User,
}

impl What {
    /// Its name, as aliases begin.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::RefreshToken => "refresh-token",
            Self::Assertion => "assertion",
            Self::Code => "code",
            Self::DeviceCode => "device-code",
            Self::Secret => "secret",
            Self::Password => "password",
            Self::Key => "key",
            Self::Cookie => "cookie",
            Self::User => "user",
        }
    }

    /// Every kind.
    pub(super) const ALL: [Self; 10] = [
        Self::Token,
        Self::RefreshToken,
        Self::Assertion,
        Self::Code,
        Self::DeviceCode,
        Self::Secret,
        Self::Password,
        Self::Key,
        Self::Cookie,
        Self::User,
    ];
}

/// What stands in a value's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Alias {
    /// What the value was.
    pub(super) what: What,
    /// From 1; 0 where there are more than are told apart.
    pub(super) number: usize,
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => write!(f, "{}-more", self.what.name()),
            number => write!(f, "{}-{number}", self.what.name()),
        }
    }
}

impl Alias {
    /// The alias as it is written in place of a value: in its shape, and with as many line ends.
    pub(super) fn written(self, span: &Span, raw: &str) -> String {
        let mut text = match &span.shape {
            Shape::Bare => self.to_string(),
            Shape::Mail { at } => format!("{self}{at}{NOWHERE}"),
            Shape::CutEmbedToken => format!("{CUT}{self}"),
            Shape::Id => format!("5ec4e700-0000-4000-8000-{:012}", self.number),
            Shape::Escaped(escape) => format!("{self}{escape}"),
            Shape::Token => {
                let parts = jwt::take_apart(&Secret::new(span.plain.as_str()));
                // Spaces keep the encoded text from holding what tokens begin with.
                let parts = serde_json::to_string(&parts).unwrap_or_default().replace("{\"", "{ \"");
                format!("{self}.{}", URL_SAFE_NO_PAD.encode(parts))
            }
        };
        text.extend(raw.chars().filter(|c| matches!(c, '\r' | '\n')));
        text
    }
}

/// What the alias of an embed token that was cut begins with.
const CUT: &str = "H4sI-";

/// Whether a value is an alias already, or several without anything between them: of values that were cut and joined. A
/// quote before it may be left open.
pub(crate) fn is_alias(value: &str) -> bool {
    let mut rest = value.trim_start_matches(['\'', '"']);
    while let Some(behind) = behind_alias(rest) {
        if behind.is_empty() || behind.starts_with(['.', '@', '%', '+']) {
            return true;
        }
        rest = behind;
    }
    false
}

/// What stands behind the alias that a text begins with. `None` where it begins with none.
fn behind_alias(text: &str) -> Option<&str> {
    let text = text.strip_prefix(CUT).unwrap_or(text);
    What::ALL.iter().find_map(|what| {
        let number = text.strip_prefix(what.name())?.strip_prefix('-')?;
        let behind = number.trim_start_matches(|c: char| c.is_ascii_digit());
        if behind.len() < number.len() { Some(behind) } else { number.strip_prefix("more") }
    })
}

/// Whether a text begins with an alias, in quotes or not, and more that belongs to the text around it.
pub(super) fn begins_with_alias(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{201c}', '\u{201e}', '\u{2018}', '\u{ab}']);
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let marks = ['|', '\\', '&', ';', ',', '"', '\'', ')', '}', ']', '<', '>', '\u{201d}', '\u{2019}', '\u{bb}'];
    text[end..].starts_with(marks) && is_alias(&text[..end])
}

/// Whether a text ends with an alias without more.
pub(super) fn ends_with_alias(text: &str) -> bool {
    let kind = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let kind = kind.strip_suffix('-').filter(|_| kind.len() < text.len());
    kind.is_some_and(|kind| What::ALL.iter().any(|what| kind.ends_with(what.name())))
}

/// The parts of the token that an alias stands for. `None` where it is no such alias.
#[must_use]
pub fn token_of(alias: &str) -> Option<Token> {
    let (name, parts) = alias.split_once('.')?;
    let bytes = URL_SAFE_NO_PAD.decode(parts).ok().filter(|_| is_alias(name))?;
    serde_json::from_slice(&bytes).ok()
}

/// The aliases of one file. Of a value a keyed hash is kept, by which nobody can guess it.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    hashes: RandomState,
    numbers: HashMap<u64, Alias>,
    counts: HashMap<What, usize>,
}

impl Aliases {
    /// The alias of a value. What a value is, its first place tells.
    pub(super) fn of(&mut self, what: What, plain: &str) -> Alias {
        let hash = self.hashes.hash_one(canonical(what, plain));
        if let Some(alias) = self.numbers.get(&hash) {
            return *alias;
        }
        if self.numbers.len() >= MOST {
            return Alias { what, number: 0 };
        }
        let count = self.counts.entry(what).or_default();
        *count += 1;
        let alias = Alias { what, number: *count };
        self.numbers.insert(hash, alias);
        alias
    }
}

/// In a form a plus is a space, elsewhere it is itself; of people case does not matter.
fn canonical(what: What, plain: &str) -> String {
    let text = plain.trim().replace(' ', "+");
    if what == What::User { text.to_lowercase() } else { text }
}

/// Whether a value is a token of which a bundle keeps parts.
pub(super) fn is_token(value: &str) -> bool {
    matches!(Form::of(value).kind, Kind::Jwt | Kind::EmbedToken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redaction;

    #[test]
    fn aliases_alone_or_in_a_row_are_none_anew() {
        for alias in
            ["token-1", "refresh-token-2", "secret-more", "user-3@x.example", "H4sI-token-2", "H4sI-token-2token-1"]
        {
            assert!(is_alias(alias), "{alias}");
        }
        for other in ["token", "token-", "token-x", "mysecret-1", "token-1x", "H4sI-", "H4sI-abc", "token-1H4sI-"] {
            assert!(!is_alias(other), "{other}");
        }
    }

    #[test]
    fn a_copy_of_two_values_that_were_joined_is_the_same() {
        let whole = "H4sIAAAAAAAEAB2Wtw7sRhZEAAAAAAAEAB2Wtw7sRhZEAAAAAAAEAB2W";
        let text = format!("  accessToken: '{whole}\n  accessToken: 'H4sIAAAAAAAEAB2Wen: '{whole}\n");
        let copy = |text: &str| {
            let mut redaction = Redaction::default();
            redaction.learn(text);
            redaction.text(text)
        };
        let once = copy(&text);
        assert!(!once.contains("AAAA"), "{once}");
        assert_eq!(copy(&once), once);
    }
}
