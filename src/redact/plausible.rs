//! Whether what stands in the place of a secret is one: neither a word that is said of it, nor code, nor a name.

use super::What;
use super::field::{alternations, is_nothing};
use super::names::{Named, named};
use super::terms::{is_path, is_term};
use super::words::{List, Sure, is_in};
use crate::secret::{Form, Kind};

/// How a value is tied to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// By nothing but its place: `password Zebrafish42`.
    Beside,
    /// By a verb, or by a sign with words before it.
    Said,
    /// By a colon within a line.
    Colon,
    /// By a sign that sets it, a field, an option, an argument.
    Set,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// A sentence, or a word that is said of a secret.
    Prose,
    /// Digits and nothing else.
    Digits,
    /// Letters and nothing else.
    Word,
    /// Words that are joined.
    Joined,
    /// Letters with digits or marks.
    Mixed,
}

/// Whether a value can be a secret at all, which takes no time to see: of most names in prose a plain word follows.
pub(super) fn may_be_secret(value: &str, named: Named, tie: Tie) -> bool {
    let word = value.bytes().all(|byte| byte.is_ascii_alphabetic());
    !word || tie == Tie::Set && !value.is_empty() && (named.sure == Sure::Sure || named.what == What::Password)
}

/// Whether a value that is tied to a name in this way is a secret.
pub(super) fn is_secret(value: &str, named: Named, tie: Tie, quoted: bool) -> bool {
    let value = value.trim();
    if !value.contains(char::is_alphanumeric)
        || is_nothing(value)
        || self::named(value).is_some_and(|own| own.sure >= Sure::Likely && is_name(value))
    {
        return false;
    }
    let look = look(value);
    let sure = if named.what == What::Password && tie == Tie::Set { Sure::Sure } else { named.sure };
    let telling = look == Look::Mixed && !is_term(value);
    match (tie, sure) {
        (Tie::Set, Sure::Sure) => match look {
            Look::Prose => false,
            Look::Digits => quoted || value.len() > 3,
            Look::Word => value.len() > 2,
            Look::Joined => quoted || !is_term(value),
            Look::Mixed => quoted || !is_path(value),
        },
        (Tie::Set, Sure::Likely) | (Tie::Colon, Sure::Sure | Sure::Likely) => {
            telling && value.len() > 4 || look == Look::Joined && value.len() > 6 && !is_term(value)
        }
        (Tie::Said, Sure::Sure | Sure::Likely) => {
            is_told(value) && (telling || look == Look::Joined && value.len() > 7)
        }
        (Tie::Beside, Sure::Sure) => {
            is_told(value)
                && !(look == Look::Mixed && is_resource(value))
                && (telling || look == Look::Joined && (quoted && value.len() > 7 || is_lower_pair(value)))
        }
        (Tie::Set | Tie::Colon, Sure::Vague) => telling && is_opaque(value),
        (Tie::Beside, Sure::Likely) | (Tie::Said | Tie::Beside, Sure::Vague) => false,
    }
}

/// Whether a person would take a value in a sentence for a secret.
pub(super) fn is_told(value: &str) -> bool {
    // A question or an exclamation mark ends a sentence.
    let value = if value.trim_end_matches(['?', '!']).chars().all(char::is_alphabetic) { "" } else { value };
    let kind = Form::of(value).kind;
    let id = matches!(kind, Kind::Guid | Kind::BrokenGuid | Kind::Url | Kind::Domain | Kind::Email | Kind::Json);
    value.len() >= 5
        && !id
        && !value.contains(char::is_whitespace)
        && !is_setting(value)
        && matches!(look(value), Look::Mixed | Look::Joined)
        && !is_term(value)
}

/// Whether a value looks like a secret among names and words: it has digits or marks, and is no id and no term.
pub(super) fn is_telling(value: &str) -> bool {
    is_told(value) && look(value) == Look::Mixed
}

/// Whether a value is one that nobody would give to a thing, or write in a sentence: words with a number that names no
/// resource, or letters among signs.
pub(super) fn stands_out(value: &str) -> bool {
    if value.len() < 10 || !value.is_ascii() || value.contains(['/', '\\', '(', '{', '[', '<', ',', ';', ':', '=', '"'])
    {
        return false;
    }
    let marks = value.bytes().filter(|byte| b"!@#$%^&*~+?".contains(byte)).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let parts = value.split(['-', '_', '.']).filter(|part| !part.is_empty()).count();
    let is_jumbled = alternations(value) > 3 && value.bytes().any(|byte| byte.is_ascii_uppercase());
    (marks > 1 && letters > 3 || parts > 2 && digits > 1 && letters > 7 || is_jumbled && letters > 5)
        && !value.starts_with(['$', '%', '-', '@', '#', '&'])
        && !value.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !is_resource(value)
        && !is_nothing(value)
        && is_telling(value)
}

/// Whether a value is joined of words that people give to resources: `sp-pbi-prod-01`.
pub(super) fn is_resource(value: &str) -> bool {
    let mut words = value.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.any(|word| is_in(List::Resources, word.to_ascii_lowercase().as_str()))
}

/// Whether a value has letters, digits and a length that no word has.
fn is_opaque(value: &str) -> bool {
    let kind = Form::of(value).kind;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let marks = value.chars().filter(|c| "!@#$%^&*~+=?".contains(*c)).count();
    let parts = value.split(['-', '_', '.']).filter(|part| !part.is_empty()).count();
    value.len() >= 6
        && !matches!(kind, Kind::Guid | Kind::BrokenGuid | Kind::Url | Kind::Domain | Kind::Email | Kind::Json)
        && !value.contains([' ', '/', '\\', '(', ':', ','])
        && !is_setting(value)
        && (digits > 1 && parts == 1
            || marks > 1
            || parts == 2 && digits == 0 && is_lower_pair(value)
            || kind == Kind::ClientSecret)
}

fn is_lower_pair(value: &str) -> bool {
    value.len() >= 10
        && value.contains('-')
        && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && value.split('-').all(|part| part.len() > 3)
}

/// The name of a variable: `AZURE_CLIENT_SECRET`.
fn is_setting(value: &str) -> bool {
    value.contains('_')
        && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_*".contains(&byte))
}

/// Whether a value has the letters of a name and nothing else.
fn is_name(value: &str) -> bool {
    value.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | '-' | '.' | ' ' | ':' | '/' | '@' | '$'))
}

/// Whether a value is a word that is said of a secret.
pub(super) fn is_plain(value: &str) -> bool {
    is_in(List::Plain, value.to_lowercase().trim_end_matches(['.', '!', '?', ',', ';', ':']))
}

fn look(value: &str) -> Look {
    let lower = value.to_lowercase();
    if is_plain(value) || is_prose(&lower) {
        return Look::Prose;
    }
    let digits = value.chars().any(|c| c.is_ascii_digit());
    let letters = value.chars().any(char::is_alphabetic);
    let marks = value
        .chars()
        .any(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.' | ' ' | '\'' | ',' | ':' | '/' | '(' | ')'));
    if digits && !letters && !marks {
        return if value.chars().all(|c| c.is_ascii_digit()) { Look::Digits } else { Look::Joined };
    }
    if digits || marks {
        return Look::Mixed;
    }
    if value.chars().all(char::is_alphabetic) { Look::Word } else { Look::Joined }
}

/// A sentence, or a term of joined words.
fn is_prose(lower: &str) -> bool {
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if lower.contains(' ') {
        return lower
            .split(' ')
            .filter(|word| !word.is_empty())
            .any(|word| is_in(List::Plain, word.trim_matches(['.', ',', ':', '\'', '"', '(', ')'])));
    }
    lower.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '.' | '\'' | '/'))
        && lower.contains(['-', '_', '.', '/'])
        && words.any(|word| is_in(List::Glue, word))
}

/// What stands beside a secret and is none.
pub(super) fn is_id(value: &str) -> bool {
    let value = value.trim();
    let kind = Form::of(value).kind;
    matches!(
        kind,
        Kind::Guid
            | Kind::BrokenGuid
            | Kind::ZeroGuid
            | Kind::Url
            | Kind::Email
            | Kind::TenantAlias
            | Kind::Unexpanded
            | Kind::Placeholder
    ) || kind == Kind::Domain && value.split('.').all(|label| !label.bytes().any(|byte| byte.is_ascii_digit()))
        || value.starts_with(['/', '.', '~']) && value[1..].contains('/')
}
