//! Which API a text asks a token for: in source code, a command or the form of a request.

use percent_encoding::percent_decode_str;

use crate::cloud::Cloud;
use crate::evidence::claims::{Audience, audience_of};
use crate::pattern::Pattern;

/// A resource or scopes by their name: `resource: "…"`, `scopes=["…"]`, `&scope=…`, `--resource …`, `-ResourceUrl …`.
static NAMED: Pattern = Pattern::new(concat!(
    r#"(?i)(?:\b(?:resource(?:[_-]?(?:ur[il]|id))?|scopes?)["'`]?\s*(?:=>|[:=])\s*|(?:^|\s)-{1,2}(?:resource(?:-?ur[il])?|scopes?)[ =])"#,
    r#"(?:new\s*(?:\w+\s*)?\[\]\s*\{\s*|[\[({]\s*)?["'`]?([^"'`\s,;&)\]}]+)"#,
));
/// The first argument of what gets a token: `AcquireToken("…"`, `get_token('…'`.
static ARGUMENT: Pattern = Pattern::new(concat!(
    r"(?i)\b(?:acquire|get|fetch|request)_?(?:access_?)?token\w*\s*\(\s*(?:new\s+\w+\s*\(\s*)?",
    r#"(?:new\s*(?:\w+\s*)?\[\]\s*\{\s*|\[\s*)?["'`](https?://[^"'`\s]+)"#,
));
/// Permissions of Microsoft Graph that everybody asks for. A scope that names no API is one of Graph's.
const OF_GRAPH: [&str; 4] = ["user.read", "user.readbasic.all", "user.read.all", "directory.read.all"];
const GRAPH: &str = "https://graph.microsoft.com";

/// The one API that a text asks a token for, as its resource. `None` where it asks for several, or for one that isn't known.
pub(super) fn audience(text: &str) -> Option<(String, Audience)> {
    let values = NAMED.captures_iter(text).chain(ARGUMENT.captures_iter(text));
    let mut found = values.filter_map(|value| resource(&percent_decode_str(&value[1]).decode_utf8_lossy()));
    let first = found.next()?;
    found.all(|other| other.1 == first.1).then_some(first)
}

/// The resource in a resource or a scope, and which API it is.
fn resource(value: &str) -> Option<(String, Audience)> {
    if OF_GRAPH.contains(&value.to_ascii_lowercase().as_str()) {
        return Some((GRAPH.to_owned(), Audience::Graph));
    }
    let without_scope = value.rsplit_once('/').map(|(resource, _)| resource);
    [Some(value), without_scope].into_iter().flatten().find_map(|resource| {
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
        ] {
            assert_eq!(of(text), Some(api), "{text}");
        }
    }

    #[test]
    fn two_apis_and_what_asks_for_none_tell_nothing() {
        for text in [
            "get_token('https://graph.microsoft.com/.default'); get_token('https://analysis.windows.net/powerbi/api/.default')",
            "scope=openid profile",
            "scopes: ['api://0f8fad5b-d9cb-469f-a165-70867728950e/access_as_user']",
            "The resource https://graph.microsoft.com was not asked for.",
            "resource: Microsoft Graph",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
