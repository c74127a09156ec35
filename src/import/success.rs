//! What people tell beside a failure: that another call succeeds, and that a list is empty.

use super::clause::{LONGEST, clauses};
use super::context;
use crate::evidence::Evidence;
use crate::evidence::api::List;
use crate::evidence::claims::Claims;
use crate::pattern::{Pattern, pattern};

/// A list of workspaces that holds none.
static NO_WORKSPACE: Pattern = pattern!(
    r"(?i)(?:GetGroups\w*|Get-PowerBI(?:Workspace|Group)|(?:/|\b(?:GET|for|of|list) )groups|v1/workspaces|(?:metadata|\$)#groups|\bFabric workspaces|\bfab ls`?|\blist(?:ing|s|ed)? (?:of )?(?:my |all |the |our )*workspaces)\b(?:[^/\w\n][^\n]{0,120}?)?",
    r"(?:\b(?:odata\.)?count['\x22]?\s*(?:[:=]|is)?\s*0\b|\[\s*\]|\bempty (?:list|array|value|result)|\b(?:is|comes back|came back|stays) empty\b|\b(?:returns?|shows?|lists?|gives?|prints?) (?:me )?nothing\b|\b(?:no|zero|0) workspaces?\b)",
);
/// The same with the list after what it holds: `[] from GET /v1/workspaces`.
static NONE_OF: Pattern = pattern!(
    r"(?i)(?:\[\s*\]|\bempty (?:list|array|value|result)|\bno workspaces?|\bnothing)[\x22'`]? (?:\w+ )?(?:from|for|of|by|on|with|at|when) (?:the |a |\w+ing )?(?:GET )?[\x22'`]?/?(?:v1/workspaces|(?:v1\.0/)?myorg/groups|groups|(?:my |the |all )?workspaces)(?:[^/\w]|$)",
);

/// Calls beside the one that fails, where no operation is named.
static ANOTHER: Pattern = pattern!(
    r"(?i)\b(?:list(?:s|ing)?|read(?:s|ing)?|get(?:s|ting)?|GetGroups|groups|the rest|everything else|(?:all|every|any|the)? ?other \w+|the others|(?:normal|regular|ordinary|usual|standard|non-admin|plain|basic) (?:api |rest |power ?bi )?(?:calls?|routes?|apis?|end ?points?|requests?|operations?)",
    r"|reports|data ?sets|(?:all|most) (?:the )?(?:other )?(?:api |rest )?(?:calls|requests))\b",
);

/// Adds what a text tells beside the failure: what succeeds, and that a list is empty.
pub(super) fn tell(text: &str, failed: bool, evidence: &mut Evidence) {
    if !failed && sees_no_workspace(text) {
        let api = evidence.api.get_or_insert_default();
        (api.token_accepted, api.workspaces) = (Some(true), Some(List { count: Some(0) }));
        if evidence.claims.is_none() {
            evidence.claims = context::only_named(text).map(Claims::of);
        }
    } else if another_works(text) {
        evidence.api.get_or_insert_default().token_accepted = Some(true);
    }
}

/// Whether a text tells that another call of the same caller succeeds: token and tenant setting are good then.
fn another_works(text: &str) -> bool {
    let of_the_caller = |clause: &str| context::names_app(clause) || !OTHERS.is_match(clause);
    let tells = |clause: &str| {
        (context::works(clause) && ANOTHER.is_match(clause) || context::does(clause)) && of_the_caller(clause)
    };
    text.len() <= LONGEST && clauses(text).into_iter().any(|clause| tells(&text[clause]))
}

/// Somebody else, who may have other rights.
static OTHERS: Pattern = pattern!(
    r"(?i)\b(?:me|my|myself|I|users?|colleague|boss|for him|for her|others do|three of|other apps?|portal|browser|locally|machine|before|used to|yesterday)\b",
);

/// Whether a text tells that the caller's list of workspaces holds none.
fn sees_no_workspace(text: &str) -> bool {
    text.len() <= LONGEST && (NO_WORKSPACE.is_match(text) || NONE_OF.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_beside_the_failing_one_is_told() {
        for text in ["Listing the reports is fine, the refresh is 401", "it can read the models. Only the export fails"]
        {
            assert!(another_works(text), "{text}");
        }
        for text in ["listing works with my account, the SP gets 401", "it can't list anything", "all calls are 401"] {
            assert!(!another_works(text), "{text}");
        }
    }

    #[test]
    fn an_empty_list_of_workspaces_is_told() {
        for text in [
            "GetGroups() answers, and its Count = 0",
            "GET /v1.0/myorg/groups gives me an empty list",
            "listing the workspaces returns nothing",
            "my bot is given [] by GET /v1/workspaces",
        ] {
            assert!(sees_no_workspace(text), "{text}");
        }
        for text in ["GET /groups/1/reports: the list of reports is empty", "GetGroups lists 40 workspaces"] {
            assert!(!sees_no_workspace(text), "{text}");
        }
    }
}
