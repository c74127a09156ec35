//! Whether a name is that of a secret: by its words, in whichever way they are joined.

use super::What;
use super::words::{self, List, Sure, is_in};

/// Longer names are none, in bytes.
const LONGEST: usize = 100;

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    /// The kind of what it holds.
    pub(super) what: What,
    /// How sure that is.
    pub(super) sure: Sure,
}

impl Named {
    /// What is a password by its place.
    pub(super) const PASSWORD: Self = Self { what: What::Password, sure: Sure::Sure };
    /// What is a cookie by its place.
    pub(super) const COOKIE: Self = Self { what: What::Cookie, sure: Sure::Likely };
    /// What is a secret by its place.
    pub(super) const SECRET: Self = Self { what: What::Secret, sure: Sure::Sure };
}

/// What a name names. `None` where it is no secret.
pub(super) fn named(name: &str) -> Option<Named> {
    if name.len() > LONGEST || name.contains(['=', '"', '{', '}', '<', '>', ',', ';']) {
        return None;
    }
    let words = words_of(name);
    let (at, head) = words.iter().enumerate().rev().find_map(|(at, _)| Some((at, head(&words, at)?)))?;
    let before = &words[..at];
    if before.first().is_some_and(|word| is_in(List::Said, word.as_str())) {
        return None;
    }
    let mut sure = head.sure;
    for word in &words[at + 1..] {
        if is_in(List::About, word.as_str()) {
            return None;
        }
        if !is_in(List::Still, word.as_str()) {
            sure = lower(sure);
        }
    }
    Some(Named { what: head.what, sure })
}

/// Whether a name is that of a field that holds the value of a named thing.
pub(super) fn is_value_field(name: &str) -> bool {
    let bare: String = words_of(name).concat();
    is_in(List::Values, bare.as_str())
}

/// Whether a name is that of several secrets, each with a name of its own: `secrets`, `passwords`.
pub(super) fn is_of_several(name: &str) -> bool {
    name.ends_with(['s', 'S'])
        && words_of(name).last().is_some_and(|word| word.ends_with('s'))
        && named(name).is_some_and(|named| named.sure == Sure::Sure)
}

const fn lower(sure: Sure) -> Sure {
    match sure {
        Sure::Sure => Sure::Likely,
        Sure::Likely | Sure::Vague => Sure::Vague,
    }
}

/// What the word at a place names.
fn head(words: &[String], at: usize) -> Option<Named> {
    let word = words[at].as_str();
    let before = at.checked_sub(1).and_then(|before| words.get(before)).map(String::as_str);
    if word == "key" || word == "keys" {
        return key(before);
    }
    if let Some((what, sure)) = words::head(word) {
        return Some(Named { what, sure });
    }
    if is_in(List::Otherwise, word) {
        return None;
    }
    let (what, sure) = words::end(word).filter(|_| word.len() > 4)?;
    Some(Named { what, sure })
}

/// A key is one by what it belongs to.
fn key(before: Option<&str>) -> Option<Named> {
    let before = before?;
    if is_in(List::KeysOfNothing, before) {
        return None;
    }
    let sure = match before {
        "secret" => Sure::Sure,
        _ if is_in(List::KeysOf, before) => Sure::Likely,
        _ => Sure::Vague,
    };
    Some(Named { what: What::Key, sure })
}

/// The words of a name in small letters, without digits: `DB_PASS2`, `clientSecret`, `PBISecret`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let starts = c.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase()));
        if (starts || !c.is_alphabetic() && !is_mark(c)) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphabetic() || is_mark(c) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Marks that are letters of their word: of a long vowel in Japanese, of a tone in Thai, of no vowel in Hindi.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, 'ー' | '\u{300}'..='\u{36f}' | '\u{e47}'..='\u{e4e}' | '\u{94d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_joined() {
        for name in [
            "client_secret",
            "clientSecretValue",
            "CLIENT-SECRET",
            "AzureAd__ClientSecret",
            "appPwd",
            "dbpassword",
            "PBISecret",
            "spring.datasource.password",
            "客户端密码",
            "パスワード",
            "Пароль",
            "secretKey",
            "client_secret_prod",
            "Clé secrète",
            "mot de passe",
        ] {
            assert_eq!(named(name).map(|named| named.sure), Some(Sure::Sure), "{name}");
        }
        for name in ["APP_KEY", "storage_key", "apikey", "access_token", "DB_PASS", "sas", "credential"] {
            assert_eq!(named(name).map(|named| named.sure), Some(Sure::Likely), "{name}");
        }
    }

    #[test]
    fn what_is_said_of_a_secret_is_none() {
        for name in [
            "secret_id",
            "secretName",
            "passwordExpired",
            "token_type",
            "key",
            "partitionKey",
            "PublicKeyToken",
            "bypass",
            "hasPassword",
            "client_id",
            "keyId",
            "client_secret_expires_on",
            "KeyVaultName",
            "password_file",
            "monkey",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
