//! Operations as people speak of them: no name and no path, and still one class of routes.

use std::sync::LazyLock;

use super::context;
use crate::evidence::Evidence;
use crate::evidence::api::List;
use crate::evidence::claims::Claims;
use crate::pattern::Pattern;
use crate::powerbi::route::Route;
use crate::record::Method;

/// Longer texts are no prose of a person: nothing is looked for in them.
const LONGEST: usize = 4096;

/// A class of routes, the method where the words tell it, and the words.
const WORDS: [(Route, Option<Method>, &str); 9] = [
    (
        Route::GenerateToken,
        Some(Method::Post),
        r"\bgenerat(?:e|es|ing) ?tokens?\b|\bembed ?tokens? (?:for|creation|generation)\b|\bcreation of (?:an? |the )?embed ?tokens?\b",
    ),
    (
        Route::Refresh,
        None,
        r"\brefresh(?:ing|es)? (?:of )?(?:an? |the |my |our |its )?(?:data ?set|semantic model|model)s?\b|\b(?:data ?set|semantic model|model) refresh\b|\brefresh schedule\b|\btrigger(?:ing|s|ed)? (?:an? |the |my |our )?(?:\w+ )?refresh",
    ),
    (
        Route::Export,
        None,
        r"\bexport(?:ing|s)? (?:an? |the |our |my |this )?(?:\w+ )?reports?\b|\breport exports?\b|\bexport[- ]to[- ]file\b|\bexport(?:ing|s)? (?:\w+ ){0,3}(?:to|as|in) (?:an? )?(?:PDF|PNG|PPTX|PowerPoint|image)",
    ),
    (
        Route::Imports,
        None,
        r"\b(?:import|upload|publish)(?:ing|s)? (?:an? |the |our |my |this )?(?:\w+ )?(?:\.?pbix|reports?|\.?rdl)\b",
    ),
    (
        Route::ModelOwner,
        None,
        r"\btak(?:e|ing) ?over (?:an? |the |my |our )?(?:data ?set|semantic model|model)|\btakeover\b",
    ),
    (
        Route::Workspaces,
        Some(Method::Post),
        r"\b(?:creat|mak)(?:e|ing) (?:an? |the |new |our )*(?:power ?bi |fabric )?workspaces?\b",
    ),
    (
        Route::Workspaces,
        None,
        r"\b(?:list|get)(?:ting|ing|s)? (?:the |all |our |my |their |list of )*(?:power ?bi )?workspaces\b",
    ),
    (Route::Admin, None, r"\bactivity (?:log|events?)\b|\bactivityevents\b"),
    (Route::Capacities, None, r"\bassign(?:ing|s)? (?:\w+ ){0,4}(?:to )?(?:an? |the |our )?(?:\w+ )?capacity\b"),
];

static PATTERNS: LazyLock<Vec<(Route, Option<Method>, Pattern)>> = LazyLock::new(|| {
    let built = |(route, method, words): &(Route, Option<Method>, &str)| {
        (*route, *method, Pattern::built(format!("(?i){words}")))
    };
    WORDS.iter().map(built).collect()
});

/// A list of workspaces that holds none.
static NO_WORKSPACE: Pattern = Pattern::new(concat!(
    r"(?i)(?:GetGroups\w*|Get-PowerBI(?:Workspace|Group)|(?:/|\bGET )groups|v1/workspaces|\blist(?:ing|s|ed)? (?:of )?(?:my |all |the |our )*workspaces)\b(?:[^/\w\n][^\n]{0,120}?)?",
    r"(?:\bcount['\x22]?\s*(?:[:=]|is)?\s*0\b|\[\s*\]|\bempty (?:list|array|value|result)|\b(?:is|comes back|came back|stays) empty\b|\b(?:returns?|shows?|lists?|gives?|prints?) (?:me )?nothing\b|\b(?:no|zero|0) workspaces?\b)",
));

/// A call that succeeds beside the one that fails.
static ANOTHER_WORKS: Pattern = Pattern::new(concat!(
    r"(?i)\b(?:list(?:s|ing)?|read(?:s|ing)?|get(?:s|ting)?|GetGroups|groups|the rest|everything else|other (?:calls|routes|workspaces|data ?sets|models|reports|operations)|the others|reports and data ?sets)\b[^.;\n]{0,60}\b(?:works?|ok|okay|fine|200|al+ ?right|successful|good|answers?|succeeds?)\b",
    r"|\bcan (?:list|see|read)\b|\b(?:lists|sees) (?:[a-z]+|[0-9]+) (?:other )?workspaces\b",
));

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
    let of_the_caller = |sentence: &str| ANOTHER_WORKS.is_match(sentence) && !OTHERS.is_match(sentence);
    text.len() <= LONGEST && text.split(['.', ';', '\n', '?', '!']).any(of_the_caller)
}

/// Somebody else, who may have other rights.
static OTHERS: Pattern = Pattern::new(
    r"(?i)\b(?:me|my|myself|I|users?|colleague|boss|for him|for her|others do|three of|other apps?|portal|browser|locally|machine|before|used to|yesterday)\b",
);

/// Whether a text tells that the caller's list of workspaces holds none.
fn sees_no_workspace(text: &str) -> bool {
    text.len() <= LONGEST && NO_WORKSPACE.is_match(text)
}

/// The operations that a text speaks of: where, which, and how.
pub(super) fn spoken(text: &str) -> Vec<(usize, Route, Option<Method>)> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let found = |(route, method, words): &(Route, Option<Method>, Pattern)| {
        words.find_iter(text).map(|found| (found.start(), *route, *method)).collect::<Vec<_>>()
    };
    PATTERNS.iter().flat_map(found).collect()
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
        ] {
            assert!(sees_no_workspace(text), "{text}");
        }
        for text in ["GET /groups/1/reports: the list of reports is empty", "GetGroups lists 40 workspaces"] {
            assert!(!sees_no_workspace(text), "{text}");
        }
    }

    #[test]
    fn plain_words_name_a_class_of_routes() {
        for (text, route) in [
            ("since today generate token is refused", Route::GenerateToken),
            ("refreshing the semantic model fails", Route::Refresh),
            ("changing a refresh schedule", Route::Refresh),
            ("we export a paged report", Route::Export),
            ("exporting it as PNG", Route::Export),
            ("uploading the pbix is denied", Route::Imports),
            ("taking over the dataset", Route::ModelOwner),
            ("creating a new workspace", Route::Workspaces),
            ("listing all workspaces", Route::Workspaces),
            ("reading the activity log", Route::Admin),
            ("assigning the workspace to a capacity", Route::Capacities),
        ] {
            assert_eq!(spoken(text).first().map(|found| found.1), Some(route), "{text}");
        }
        assert!(spoken("we refresh our memories and take over a shift").is_empty());
    }
}
