//! Which API a text asks a token for: in source code, a command or the form of a request.

use percent_encoding::percent_decode_str;

use super::boundary;
use crate::cloud::Cloud;
use crate::evidence::claims::{Audience, audience_of};
use crate::pattern::{Pattern, pattern};

/// What a resource or scopes are given by: `resource: `, `scopes=`, `&scope=`, `--resource `, `-ResourceUrl `.
static NAMED: Pattern = pattern!(
    r#"(?i)(?:\b(?:resource(?:[_-]?(?:ur[il]|id))?|scopes?)["'`]?\s*(?:=>|[:=])\s*|(?:^|\s)-{1,2}(?:resource(?:-?ur[il])?|scopes?)[ =])"#,
);
/// The first argument of what gets a token: `AcquireToken("…"`, `get_token('…'`.
static ARGUMENT: Pattern = pattern!(
    r"(?i)\b(?:acquire|get|fetch|request)_?(?:access_?)?token\w*\s*\(\s*(?:new\s+\w+\s*\(\s*)?",
    r#"(?:new\s*(?:\w+\s*)?\[\]\s*\{\s*|\[\s*)?["'`](https?://[^"'`\s]+)"#,
);
/// No list of scopes is longer, in bytes.
const LONGEST: usize = 1024;
/// Permissions of Microsoft Graph that everybody asks for. A scope that names no API is one of Graph's.
const OF_GRAPH: [&str; 4] = ["user.read", "user.readbasic.all", "user.read.all", "directory.read.all"];
const GRAPH: &str = "https://graph.microsoft.com";
/// Scopes of `OpenID` Connect, which are for no API.
const OF_SIGN_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// An API, as its resource.
type Api = (String, Audience);

/// The one API that a text asks a token for. `None` where it asks for several, for one that isn't known, or by a variable
/// that it doesn't show.
pub(super) fn audience(text: &str) -> Option<Api> {
    let mut asked = Vec::new();
    for named in NAMED.find_iter(text) {
        let rest = &text[named.end()..];
        asked.extend(named_by(&rest[..boundary(rest, LONGEST)], text)?);
    }
    for argument in ARGUMENT.captures_iter(text) {
        match api_of(&argument[1]) {
            Some(api) => asked.push(api),
            None if argument[1].ends_with("/.default") => return None,
            None => {}
        }
    }
    let first = asked.pop()?;
    asked.iter().all(|other| other.1 == first.1).then_some(first)
}

/// The APIs of a value. `None` where one of them isn't known.
fn named_by(value: &str, text: &str) -> Option<Vec<Api>> {
    let value = opened(value);
    let scopes = if value.starts_with(QUOTES) {
        quoted(value)?.join(" ")
    } else {
        let end = value.find(|c: char| c.is_whitespace() || ",;&)]}".contains(c) || QUOTES.contains(&c));
        let bare = &value[..end.unwrap_or(value.len())];
        if is_variable(bare) {
            return is_set_in(bare, text).then(Vec::new);
        }
        percent_decode_str(&bare.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let of_apis = scopes.split_whitespace().filter(|scope| !OF_SIGN_IN.contains(scope));
    of_apis.map(api_of).collect()
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// A value without what opens a list of it: `[`, `new string[] {`.
fn opened(value: &str) -> &str {
    let mut rest = value.trim_start();
    loop {
        let list = rest.strip_prefix("new").and_then(|list| list.split_once(['{', '(']));
        let Some((_, inner)) = list.or_else(|| rest.starts_with(['[', '{', '(']).then(|| rest.split_at(1))) else {
            return rest;
        };
        rest = inner.trim_start();
    }
}

/// The texts of a list. `None` where something is put together.
fn quoted(list: &str) -> Option<Vec<&str>> {
    let mut texts = Vec::new();
    let mut rest = list;
    while let Some(quote) = rest.chars().next().filter(|c| QUOTES.contains(c)) {
        let (text, after) = rest[1..].split_once(quote)?;
        texts.push(text);
        rest = after.trim_start();
        let Some(next) = rest.strip_prefix(',') else { break };
        rest = next.trim_start();
    }
    (!rest.starts_with(['+', '.', '%'])).then_some(texts)
}

/// Whether a value is the name of a variable: `$scope`, `loginRequest.scopes`.
fn is_variable(value: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
    value.chars().all(is_of_name)
        && !OF_GRAPH.contains(&value.to_ascii_lowercase().as_str())
        && !OF_SIGN_IN.contains(&value)
}

/// Whether a text shows what it sets a variable to.
fn is_set_in(variable: &str, text: &str) -> bool {
    let name = variable.trim_start_matches('$').split('.').next().unwrap_or_default();
    let is_set = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].trim_start();
        let value = after.strip_prefix('=').map(str::trim_start).unwrap_or_default();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.')
            && (value.starts_with(['[', '{', '(', '"', '\'', '`']) || value.starts_with("new"))
    };
    !name.is_empty() && text.match_indices(name).any(|(at, _)| is_set(at))
}

/// The API of a resource or a scope, where it is known.
fn api_of(scope: &str) -> Option<Api> {
    if OF_GRAPH.contains(&scope.to_ascii_lowercase().as_str()) {
        return Some((GRAPH.to_owned(), Audience::Graph));
    }
    let without_permission = scope.rsplit_once('/').map(|(resource, _)| resource);
    [Some(scope), without_permission].into_iter().flatten().find_map(|resource| {
        let audience = audience_of(resource, None, Cloud::Public);
        let is_known = !matches!(audience, Audience::Other | Audience::PowerBiOtherCloud);
        is_known.then(|| (resource.to_owned(), audience))
    })
}

#[cfg(test)]
mod tests {
    use super::audience;
    use crate::evidence::claims::Audience;

    fn of(text: &str) -> Option<Audience> {
        audience(text).map(|(_, audience)| audience)
    }

    #[test]
    fn the_api_is_found_in_code_commands_and_forms() {
        for (text, api) in [
            (r#"ctx.AcquireToken(resource: "https://management.core.windows.net/", cred)"#, Audience::AzureManagement),
            (r"instance.acquireTokenSilent({ scopes: ['User.Read'], account })", Audience::Graph),
            (
                "/authorize?response_type=code&scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read&state=1",
                Audience::Graph,
            ),
            ("var scopes = new string[] { \"https://graph.microsoft.com/.default\" };", Audience::Graph),
            ("credential.get_token('https://management.azure.com/.default')", Audience::AzureManagement),
            ("Get-AzAccessToken -ResourceUrl https://storage.azure.com/", Audience::Storage),
            ("az account get-access-token --resource https://analysis.windows.net/powerbi/api", Audience::PowerBi),
            (r#"ac.acquireToken("https://analysis.windows.net/powerbi/api", id, name)"#, Audience::PowerBi),
            ("scope => 'https://analysis.windows.net/powerbi/api/Report.Read.All'", Audience::PowerBi),
            ("scope=openid+profile+https%3A%2F%2Fgraph.microsoft.com%2F.default", Audience::Graph),
            (
                "SCOPE = ['https://graph.microsoft.com/.default']\nacquire_token_for_client(scopes=SCOPE)",
                Audience::Graph,
            ),
            ("loginRequest = { scopes: [\"User.Read\"] };\nacquire({ scopes: loginRequest.scopes })", Audience::Graph),
        ] {
            assert_eq!(of(text), Some(api), "{text}");
        }
    }

    #[test]
    fn two_apis_and_what_asks_for_none_tell_nothing() {
        for text in [
            "get_token('https://graph.microsoft.com/.default'); get_token('https://analysis.windows.net/powerbi/api/.default')",
            "scopes: ['User.Read', 'https://analysis.windows.net/powerbi/api/Report.Read.All']",
            "scope=User.Read+https%3A%2F%2Fanalysis.windows.net%2Fpowerbi%2Fapi%2FReport.Read.All",
            "login({ scopes: ['User.Read'] }); acquire({ scopes: powerBiRequest.scopes })",
            "login({ scopes: ['User.Read'] }); acquire({ scopes: scopes })",
            "login({ scopes: ['User.Read'] }); acquire({ scopes: ['api://reports/access'] })",
            "resource: 'https://graph.microsoft' + suffix",
            "scope=openid profile",
            "scopes: ['api://0f8fad5b-d9cb-469f-a165-70867728950e/access_as_user']",
            "The resource https://graph.microsoft.com was not asked for.",
            "resource: Microsoft Graph",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
