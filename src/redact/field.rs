//! What a field holds, told by its name; and which values are none of it.

use super::What;
use super::alias::{begins_with_alias, is_alias};
use super::names::named;
use super::plausible::{is_plain, is_telling, is_told};
use super::terms::is_term;
use super::words::{List, Sure, is_in};
use crate::secret::{Form, Kind};

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A value to take out as a whole.
    Value(What),
    /// A scheme and a credential.
    Authorization,
    /// Cookies: names with values.
    Cookies,
}

/// Ends of names, in small letters and without hyphens and underscores.
const ENDS: &[(&str, What)] = &[
    ("refreshtoken", What::RefreshToken),
    ("token", What::Token),
    ("assertion", What::Assertion),
    ("secret", What::Secret),
    ("secretvalue", What::Secret),
    ("secrettext", What::Secret),
    ("password", What::Password),
    ("passwd", What::Password),
    ("passphrase", What::Password),
    ("pwd", What::Password),
    ("apikey", What::Key),
    ("accountkey", What::Key),
    ("accesskey", What::Key),
    ("subscriptionkey", What::Key),
    ("functionskey", What::Key),
    ("privatekey", What::Key),
    ("sharedkey", What::Key),
    ("accesssignature", What::Key),
    ("identityheader", What::Key),
    ("codeverifier", What::Code),
    ("devicecode", What::DeviceCode),
    ("usercode", What::DeviceCode),
    ("authorizationcode", What::Code),
    ("authcode", What::Code),
    ("username", What::User),
    ("userprincipalname", What::User),
    ("accountname", What::User),
];

/// Whole names.
const NAMES: &[(&str, What)] = &[
    ("pass", What::Password),
    ("passcode", What::Password),
    ("sig", What::Key),
    ("code", What::Code),
    ("samlresponse", What::Assertion),
    ("upn", What::User),
    ("uniquename", What::User),
    ("preferredusername", What::User),
    ("loginhint", What::User),
    ("email", What::User),
    ("emailaddress", What::User),
    ("mail", What::User),
    ("givenname", What::User),
    ("familyname", What::User),
    ("surname", What::User),
    ("nickname", What::User),
    ("createdby", What::User),
    ("modifiedby", What::User),
    ("configuredby", What::User),
];

/// What a field of this name holds. `None` where it is nothing that is taken out.
pub(super) fn holds(name: &str) -> Option<Holds> {
    if name.len() > 80 {
        return None;
    }
    let bare: String =
        name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.' | ':')).flat_map(char::to_lowercase).collect();
    match bare.as_str() {
        "authorization" | "proxyauthorization" => return Some(Holds::Authorization),
        "cookie" | "setcookie" => return Some(Holds::Cookies),
        // The token of a public key names it, as assemblies of .NET have one.
        "publickeytoken" => return None,
        _ => {}
    }
    let whole = NAMES.iter().find(|(known, _)| bare == *known);
    let end = || ENDS.iter().find(|(end, _)| bare.ends_with(end));
    whole.or_else(end).map(|(_, what)| Holds::Value(*what)).or_else(|| {
        let named = named(name).filter(|named| named.sure == Sure::Sure || named.what == What::Key)?;
        (named.sure >= Sure::Likely).then_some(Holds::Value(named.what))
    })
}

/// Whether a person's name may stand beside it: a field that only people have.
pub(super) fn is_of_person(name: &str) -> bool {
    const FIELDS: [&str; 8] = [
        "upn",
        "userprincipalname",
        "uniquename",
        "preferredusername",
        "email",
        "emailaddress",
        "givenname",
        "familyname",
    ];
    let bare: String = name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect();
    FIELDS.contains(&bare.as_str())
}

/// Whether a value in a field that holds this is one: no placeholder, no word for nothing, no alias, no code.
pub(super) fn is_value(what: What, value: &str) -> bool {
    let value = value.trim();
    if is_nothing(value) || holds(value).is_some() {
        return false;
    }
    match what {
        What::Token | What::RefreshToken | What::Assertion => value.len() >= 16 && !value.contains(' '),
        // A service's own code is a name: letters and underscores.
        What::Code => {
            value.len() >= 20
                && is_opaque(value)
                && !value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
                || value.len() >= 10 && is_telling(value) && !value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        What::DeviceCode => value.len() >= 6 && is_opaque(value),
        What::User => !matches!(Form::of(value).kind, Kind::Guid | Kind::Url),
        _ => {
            !is_plain(value) && !is_term(value) && (value.len() > 3 || !value.bytes().all(|byte| byte.is_ascii_digit()))
        }
    }
}

/// What an expression begins with, or a name that something is put in the place of.
const EXPRESSIONS: [&str; 9] = ["${", "$(", "{{", "#{", "<%", "%(", "$[", "@{", "[["];

/// Whether a value stands for one: a placeholder, a word for nothing, an alias, a code, source code.
pub(super) fn is_nothing(value: &str) -> bool {
    let nothing = [
        Kind::Empty,
        Kind::NullWord,
        Kind::Unexpanded,
        Kind::KeyVaultReference,
        Kind::Placeholder,
        Kind::Masked,
        Kind::ZeroGuid,
    ];
    let kind = Form::of(value).kind;
    let is_loose = kind == Kind::Unexpanded || kind == Kind::Placeholder && !value.ends_with('>');
    // Nobody names a variable, a function or a placeholder so; a generator makes secrets like that.
    let is_jumbled = alternations(value) > 3;
    !value.contains(char::is_alphanumeric)
        || is_hole(value)
        || !is_jumbled && value.strip_prefix('$').is_some_and(is_word)
        || value.starts_with('[') && value.contains("]{")
        || value.strip_prefix('!').is_some_and(|tag| tag.bytes().all(|byte| byte.is_ascii_lowercase()))
        || begins_with_alias(value)
        || EXPRESSIONS.iter().any(|start| value.starts_with(start))
        || !is_jumbled && value.contains("${") && value.contains('}')
        || value.starts_with("{\"")
        || value.starts_with("{'")
        || value.starts_with("eyJ") && (value.ends_with("...") || value.ends_with('…'))
        || !is_jumbled && value.starts_with('[') && !value.contains(']')
        || value
            .strip_prefix('{')
            .and_then(|rest| rest.split_once(['=', ':']))
            .is_some_and(|(name, _)| !name.is_empty() && is_word(name))
        || value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(is_word)
        || value.contains("AADSTS")
        || is_alias(value)
        || !is_jumbled && is_code(value)
        || is_hidden(value)
        || nothing.contains(&kind)
            && !(is_jumbled && is_loose)
            && !value
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'))
                .is_some_and(|inner| is_told(inner) && !is_code(inner))
}

/// Whether a value is the place in which a format puts one: `%s`, `{0}`, `{len(secret)}`.
fn is_hole(value: &str) -> bool {
    let inner = value.strip_prefix('{').map(|rest| rest.trim_end_matches('}'));
    let of_percent = value.strip_prefix('%').unwrap_or_default();
    of_percent.len() == 1 && of_percent.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'@')
        || inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_digit()) || is_code(inner))
}

/// How often letters and digits take turns.
pub(super) fn alternations(value: &str) -> usize {
    let kinds: Vec<bool> = value.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
}

/// Whether a value is nothing that somebody would write as a word.
pub(super) fn is_opaque(value: &str) -> bool {
    !value.contains(char::is_whitespace)
        && value.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation() && !b".,:;!?".contains(&byte))
        && !value.contains("AADSTS")
}

/// Source code in place of a value: `os.environ[`, `config.secret`, `get_secret(`.
fn is_code(value: &str) -> bool {
    let value = value.strip_suffix('>').unwrap_or(value);
    let name = value.split(['(', '[', '<']).next().unwrap_or_default();
    let is_name = !name.is_empty()
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
    let member = name.rsplit_once('.').is_some_and(|(_, member)| holds(member).is_some());
    is_name && (name.len() < value.len() || member)
}

fn is_hidden(value: &str) -> bool {
    let label = value.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or_default();
    What::ALL.iter().any(|what| what.name() == label)
        || is_in(List::Plain, label.to_ascii_lowercase().as_str())
        || value.starts_with("[redacted")
        || value.starts_with("{EUII")
        || value.starts_with("[client secret")
        || value.starts_with("[access token")
        || value.starts_with("[secret")
}
