//! Wrappers that throw the service's answer away: what is left shows that something failed, and not what.

use crate::pattern::{Pattern, pattern};
use crate::record::Service;

/// What only code that asked for a token writes.
static TOKEN: Pattern = pattern!(
    r#"KeyError: ['"](?:access_token|accessToken)['"]|(?:Cannot read propert(?:y|ies)|undefined is not an object)[ -~]{0,60}['"(.](?:accessToken|access_token)\b"#,
    r#"|has no (?:key|attribute|member)[ -~]{0,20}access_?token|['"]?access_token['"]?\s*(?:is |:|=)?\s*(?:null|undefined|None|missing)\b"#,
    r"|(?i:access_?token\b[^\n]{0,40}\b(?:is|was|were|came back) (?:null|none|undefined|nil)\b)",
    r"|(?i:(?:(?:failed|not able|unable) to|could not|couldn't|cannot|can't) (?:acquire|get|fetch|obtain|retrieve) (?:an? |the )?(?:access |aad |adal |bearer )?token|could not obtain (?:initial )?token)",
    r"|(?i:error (?:acquiring|getting|fetching|obtaining) (?:an? |the )?(?:access )?token|token (?:acquisition|request) failed)",
);
/// What any program writes; it counts only where the text speaks of the services.
static ANY: Pattern = pattern!(
    r"One or more errors occurred|Object reference not set|JSONDecodeError|'NoneType' object (?:is not subscriptable|has no attribute)",
    r"|Expecting value: line 1 column 1|Unexpected end of JSON input|Unexpected token .{1,10} in JSON|returned non-zero exit status|exit code 1\b",
    r"|(?i:authentication failed|authorization error|couldn't authenticate|could not authenticate)",
);
static CONTEXT: Pattern = pattern!(
    r"(?i)power ?bi|(?-i:\bPBI\b)|\bfabric (?:public |rest |admin )?apis?\b|\bfabric (?:admin|workspace|item|cli|notebook)\b|analysis\.windows\.net|\bmsal\b|\badal\b|microsoft\.identity|login\.microsoftonline|login\.windows\.net|\bentra\b|azure ad\b|\baad\b",
    r"|\bexecuteQueries\b|\bGenerateToken\b|\bExportTo\b|x-powerbi-|\bEmbedSample\b|\bapp[ -]?owns[ -]?data\b|\buser[ -]?owns[ -]?data\b|\bsemantic model\b|fabric\.microsoft|acquire_?token|azure[./]identity|\bconnect-azuread\b|\bconnect-azaccount\b|/opt/az/|azure_cli|azure-cli|\bmyorg\b|embed token|embedtoken|connect-powerbi|\baz login\b|\bazure/login@|az account get-access-token",
);

static POWER_BI: Pattern = pattern!(r"(?i)\bpower[ -]?bi\b|(?-i:\bPBI\b)");
static FABRIC: Pattern = pattern!(r"(?i)\bfabric\b");
/// Fabric in the names of what both have: people, settings and capacities.
static FABRIC_BY_NAME: Pattern = pattern!(
    r"(?i)\bfabric (?:admin(?:istrator)?s?|public apis?|capacit(?:y|ies)|tenants?|trial|licen[cs]es?)\b|\bcall fabric\b",
);

/// The API that prose means which speaks of one of the two alone.
pub(super) fn meant(text: &str) -> Option<Service> {
    let said = FABRIC_BY_NAME.without(text);
    match (POWER_BI.is_match(text), FABRIC.is_match(&said)) {
        (true, false) => Some(Service::PowerBi),
        (false, true) => Some(Service::Fabric),
        _ => None,
    }
}

/// Whether a text shows a failure of a token request or a call and hides what the service said.
pub(super) fn hides_answer(text: &str) -> bool {
    TOKEN.is_match(text) || ANY.is_match(text) && speaks_of_services(text)
}

/// Words that Power BI's and Fabric's callers use, and others as well.
static NEAR: Pattern = pattern!(
    r"(?i)(?-i:\bFabric\b)|\bworkspaces?\b|\bservice principals?\b|\btenant settings?\b|\bembed(?:ded|ding)?\b|\bexecute ?queries\b|\bXMLA\b|\bTabular Editor\b|\bactivityevents\b",
    r"|\badmin/(?:groups|users|datasets|reports|workspaces|apps|capacities|dashboards|dataflows)\b|/groups/|\b(?:P[1-5]|F[0-9]{1,4}|premium|fabric) capacity\b|\bpbix\b|\bDefaultAzureCredential\b|\bapp registrations?\b|\bapp identity\b|\bsemantic models?\b|\bdata ?sets?\b|\bmodel refresh(?:es)?\b|\bexport (?:to file )?api\b|\bdata ?flows?\b|\bazure(?:rm|ad)\b|\bpaginated reports?\b|\b(?:groups|reports|datasets)/[0-9a-f]{8}-|\bLoadReportFailed\b|\bvisuals\b|\bavailableFeatures\b|\bFAB_TOKEN\b|\b(?:access|bearer|the|same) token\b",
);

/// Too short to be a word by which a text could be known to speak of them.
static SP: Pattern = pattern!(r"\bSPN?\b");

/// Whether a text may speak of the services: it names them, or what they have.
pub(super) fn may_speak_of_services(text: &str) -> bool {
    speaks_of_services(text) || NEAR.is_match(text) || SP.is_match(text)
}

/// Whether a text speaks of Power BI, Fabric or Entra at all.
pub(super) fn speaks_of_services(text: &str) -> bool {
    CONTEXT.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_answer_is_a_failure() {
        for text in [
            "KeyError: 'access_token'",
            "TypeError: Cannot read properties of undefined (reading 'accessToken')",
            "Connect-PowerBIServiceAccount : One or more errors occurred.",
            "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\nr = requests.get('https://api.powerbi.com/v1.0/myorg/groups')",
            "Error acquiring token",
        ] {
            assert!(hides_answer(text), "{text}");
        }
        for text in
            ["KeyError: 'name'", "One or more errors occurred.", "JSONDecodeError in the price list", "token acquired"]
        {
            assert!(!hides_answer(text), "{text}");
        }
    }
}
