//! Operations as people speak of them: no name and no path, and still one class of routes. A class is told by what is
//! done (a verb) to what (a noun); both are known by all the words that people use for them.

use std::ops::Range;
use std::sync::LazyLock;

use super::clause::{LONGEST, clauses};
use super::context;
use super::operation::Operation;
use crate::pattern::{Pattern, pattern};
use crate::powerbi::route::Route;
use crate::record::Method;

/// Looking at something.
const READ: &str = r"list\w{0,4}|get(?:s|ting)?|got|fetch\w{0,4}|pull\w{0,4}|enumerat\w{1,4}|retriev\w{1,4}|read(?:s|ing)?|brows\w{1,4}|load\w{0,4}|quer(?:y|ies|ying)|see(?:s|ing)?|lookup|look(?:s|ing)? up|iterat\w{1,4} (?:over|through)|loop\w{0,4} (?:over|through)";
/// Making something that was not there.
const MAKE: &str = r"creat\w{1,4}|mak(?:e|es|ing)|provision\w{0,4}|spin(?:s|ning)? up|set(?:s|ting)? up";
/// Beginning something that then goes on by itself.
const START: &str = r"trigger\w{0,4}|start\w{0,4}|kick(?:s|ing|ed)?[ -]?off|launch\w{0,4}|queu\w{1,4}|schedul\w{1,4}|run(?:s|ning)?|fir(?:e|es|ing)|invok\w{1,4}|initiat\w{1,4}|request\w{0,4}|enqueu\w{1,4}";
/// Getting a token made.
const MINT: &str = r"generat\w{1,4}|mint\w{0,4}|creat\w{1,4}|issu\w{1,4}|request\w{0,4}|produc\w{1,4}|mak(?:e|es|ing)|ask(?:s|ing|ed)? for|wants?|wanted|needs?|orders?";
/// Turning a report into a file.
const PRINT: &str = r"export\w{0,4}|print\w{0,4}|render\w{0,4}|sav(?:e|es|ing)|download\w{0,4}|convert\w{0,4}";
/// Bringing a file to the service.
const BRING: &str = r"import\w{0,4}|upload\w{0,4}|publish\w{0,4}|deploy\w{0,4}";
/// Changing what is there.
const CHANGE: &str = r"updat\w{1,4}|chang\w{1,4}|set(?:s|ting)?|switch\w{0,4}|edit\w{0,4}|modif\w{1,5}|repoint\w{0,4}|replac\w{1,4}|patch\w{0,4}";
/// Asking a model.
const ASK: &str = r"run(?:s|ning)?|execut\w{1,4}|send(?:s|ing)?|fir(?:e|es|ing)|evaluat\w{1,4}|issu\w{1,4}|submit\w{0,5}|post(?:s|ing)?";
/// Giving a workspace its place.
const ASSIGN: &str = r"assign\w{0,4}|mov(?:e|es|ing)|attach\w{0,4}|put(?:s|ting)?";

/// What stands between a verb and its noun.
const BETWEEN: &str =
    r"(?:(?:of|an?|the|my|our|its|this|that|these|those|all|any|some|one|each|every|new|list of|power ?bi|fabric) )*";

/// A class of routes, the method where the words tell it, what is done, and to what.
type Done = (Route, Option<Method>, &'static str, Pattern);

static DONE: [Done; 21] = [
    (
        Route::GenerateToken,
        Some(Method::Post),
        MINT,
        pattern!(r"(?:report )?embed(?:ding|ded)?[ -]?tokens?|tokens? (?:for|to) embed\w*"),
    ),
    (Route::Refresh, None, START, pattern!(r"(?:[\w-]+ ){0,2}refresh(?:es)?")),
    (
        Route::Refresh,
        None,
        r"refresh(?:ing|es|ed)?|reprocess\w{0,4}",
        pattern!(r"(?:[\w-]+ )?(?:data ?sets?|semantic models?|data models?|models?)"),
    ),
    (Route::Export, None, PRINT, pattern!(r"(?:[\w-]+ )?(?:paginated |paged |rdl )?reports?")),
    (
        Route::Export,
        None,
        PRINT,
        pattern!(r"(?:[\w-]+ ){0,3}(?:to|as|in|into) (?:an? )?(?:PDF|PNG|PPTX|PowerPoint|images?)"),
    ),
    (
        Route::Export,
        None,
        r"mak(?:e|es|ing)|creat\w{1,4}|produc\w{1,4}|generat\w{1,4}|get(?:s|ting)?",
        pattern!(r"(?:PDF|PNG|PPTX|PowerPoint)s?(?: files?| versions?)? (?:of|from|out of)"),
    ),
    (Route::Imports, None, BRING, pattern!(r"(?:[\w-]+ )?(?:\.?pbix|\.?rdl|reports?|semantic models?|data ?sets?)")),
    (
        Route::ModelOwner,
        None,
        r"tak(?:e|es|ing) ?over",
        pattern!(r"(?:[\w-]+ )?(?:data ?sets?|semantic models?|models?|ownership)"),
    ),
    (Route::ModelOwner, None, CHANGE, pattern!(r"(?:[\w-]+ )?(?:data ?sources?|parameters?|connection ?strings?)")),
    (Route::Apps, Some(Method::Get), READ, pattern!(r"(?:power ?bi |installed |published )*apps")),
    (Route::Gateways, None, READ, pattern!(r"(?:[\w-]+ )?(?:gateways?|data ?sources?)")),
    (
        Route::Gateways,
        Some(Method::Post),
        MAKE,
        pattern!(r"(?:[\w-]+ )?data ?sources? (?:on|in|at|for) (?:the |our |an? )?(?:\w+ )?gateway"),
    ),
    (
        Route::WorkspaceUsers,
        Some(Method::Post),
        r"add\w{0,4}|invit\w{1,4}|assign\w{0,4}|giv\w{1,4}|grant\w{0,4}",
        pattern!(r"(?:[\w-]+ ){1,4}(?:to|in|on) (?:the|an?|our|my|its|this|that|another|one) (?:\w+ )?workspace"),
    ),
    (Route::Workspaces, Some(Method::Post), MAKE, pattern!(r"(?:empty |second |test |premium )*workspaces?")),
    (Route::Workspaces, Some(Method::Get), READ, pattern!(r"workspaces")),
    (Route::WorkspaceReports, Some(Method::Get), READ, pattern!(r"(?:[\w-]+ )?reports")),
    (
        Route::WorkspaceOther,
        Some(Method::Get),
        READ,
        pattern!(r"(?:[\w-]+ )?(?:data ?sets|semantic models|models|dashboards)"),
    ),
    (Route::ExecuteQueries, Some(Method::Post), ASK, pattern!(r"(?:[\w-]+ )?(?:DAX )?quer(?:y|ies)")),
    (
        Route::Capacities,
        Some(Method::Post),
        ASSIGN,
        pattern!(
            r"(?:\w+ ){0,4}(?:to |on |onto |in |into )?(?:an? |the |our |another )?(?:(?:\w+ )?capacity|F\d{1,4}|P[1-5]|A[1-8]|EM[1-3])"
        ),
    ),
    (Route::Capacities, Some(Method::Get), READ, pattern!(r"capacities")),
    (
        Route::Dataflows,
        None,
        r"list\w{0,4}|get(?:s|ting)?|read(?:s|ing)?|creat\w{1,4}|manag\w{1,4}|updat\w{1,4}|delet\w{1,4}|refresh(?:ing|es)?",
        pattern!(r"(?:[\w-]+ )?data ?flows?"),
    ),
];

/// The same as a name: the thing before what is done to it, or a word that stands for the whole.
static NAMED: [(Route, Option<Method>, Pattern); 9] = [
    (
        Route::GenerateToken,
        Some(Method::Post),
        pattern!(
            r"(?i)\bgenerat\w{1,4} ?tokens?\b|\b(?:only|just) (?:an? |the |its |our )?embed ?tokens? (?:is|are|was|fails?|gets?)\b|\bembed ?tokens? (?:is|are|was|gets?|got|being) (?:still |always |now )?(?:refused|denied|rejected|forbidden|blocked|not (?:made|created|generated|issued|given))\b|\bembed ?tokens? (?:for|creation|generation|requests?|end ?point|call|api)\b|\b(?:creation|generation|minting) of (?:an? |the )?embed ?tokens?\b"
        ),
    ),
    (
        Route::Refresh,
        None,
        pattern!(
            r"(?i)\b(?:data ?set|semantic model|model|enhanced|on[- ]demand) refresh(?:es)?\b|\brefresh (?:schedule|api|end ?point|call|request)s?\b"
        ),
    ),
    (
        Route::Export,
        None,
        pattern!(
            r"(?i)\breport exports?\b|\b(?:PDF|PPTX|PNG|PowerPoint|image)[ -]exports?\b|\bexport[- ]to[- ](?:file|PDF|PPTX|PNG)\b|\bexport (?:api|end ?point|call|job|request)s?\b"
        ),
    ),
    (Route::ModelOwner, None, pattern!(r"(?i)\btakeover\b|\btake-over\b")),
    (
        Route::Workspaces,
        Some(Method::Post),
        pattern!(
            r"(?i)\bworkspace creation\b|\bcreation of (?:an? |the |new )*workspaces?\b|\bworkspaces?\b[^.\n]{0,60}\b(?:creat\w{1,4}|mak(?:e|ing)) (?:an? )?new one\b"
        ),
    ),
    (
        Route::Workspaces,
        Some(Method::Get),
        pattern!(r"(?i)\bworkspaces? (?:list|listing|enumeration)\b|\blist of (?:the |all |my |our )*workspaces\b"),
    ),
    (
        Route::WorkspaceReports,
        Some(Method::Get),
        pattern!(r"(?i)\breport list(?:ing)?\b|\blist of (?:the |all |my |our )*reports\b"),
    ),
    (
        Route::Admin,
        None,
        pattern!(
            r"(?i)\bactivity (?:log|events?)\b|\bactivityevents\b|\bget ?info\b|(?:below|under|within|beneath|on|of|for|at|anything|everything) /?admin(?:/\*?)?[ ,.;:]|\bscan(?:ner|result|status)\b|\badmin (?:rest |read )?(?:end ?points?|routes?|calls?|requests?|operations?)\b|\btenant[- ]wide (?:scan|inventory|list|metadata)|\bartifactaccess\b|\bunused artifacts\b|\bmodified workspaces\b"
        ),
    ),
    (
        Route::ExecuteQueries,
        Some(Method::Post),
        pattern!(r"(?i)\bDAX quer(?:y|ies)\b|\bexecute ?(?:dax ?)?quer(?:y|ies)\b"),
    ),
];

/// A verb and its noun.
static PHRASES: LazyLock<Vec<(Route, Option<Method>, Pattern)>> = LazyLock::new(|| {
    let phrase = |verbs: &str, nouns: &Pattern| {
        Pattern::around(nouns, format!(r"(?i)\b(?:{verbs}) {BETWEEN}(?:{})\b", nouns.source()))
    };
    DONE.iter().map(|(route, method, verbs, nouns)| (*route, *method, phrase(verbs, nouns))).collect()
});

/// The names of settings, which tell what somebody may do and not what is done.
static SETTING: Pattern = pattern!(
    r"(?i)\bservice principals can [\w, ]{0,60}?(?:deployment pipelines|APIs?(?: used for updates)?|profiles)\b|\bcreate workspaces, connections,? and deployment pipelines\b",
);

/// The operations that a text speaks of: where, which, and how.
pub(super) fn told(text: &str) -> Vec<(usize, Route, Option<Method>)> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let found = |(route, method, words): &(Route, Option<Method>, Pattern)| {
        words.find_iter(text).map(|found| (found.end() - 1, *route, *method)).collect::<Vec<_>>()
    };
    let settings: Vec<Range<usize>> = SETTING.find_iter(text).map(|found| found.range()).collect();
    let is_done = |(at, ..): &(usize, Route, Option<Method>)| !settings.iter().any(|name| name.contains(at));
    PHRASES.iter().chain(&NAMED).flat_map(found).filter(is_done).collect()
}

/// Leaves out the operations that a clause tells as done, and where others remain, those whose clause says that they work.
pub(super) fn failing(text: &str, operations: &mut Vec<Operation>) {
    if text.len() > LONGEST || operations.is_empty() {
        return;
    }
    let done: Vec<Range<usize>> =
        clauses(text).into_iter().filter(|clause| context::does(&text[clause.clone()])).collect();
    operations.retain(|operation| !done.iter().any(|clause| clause.contains(&operation.at)));
    let well: Vec<Range<usize>> =
        clauses(text).into_iter().filter(|clause| context::works(&text[clause.clone()])).collect();
    let fails = |operation: &Operation| !well.iter().any(|clause| clause.contains(&operation.at));
    if operations.iter().any(fails) {
        operations.retain(fails);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_name_a_class_of_routes() {
        for (text, route) in [
            ("since today generate token is refused", Route::GenerateToken),
            ("minting an embed token", Route::GenerateToken),
            ("refreshing the semantic model fails", Route::Refresh),
            ("kick-off of a nightly model refresh", Route::Refresh),
            ("changing a refresh schedule", Route::Refresh),
            ("we export a paged report", Route::Export),
            ("exporting it as PNG", Route::Export),
            ("uploading the pbix is denied", Route::Imports),
            ("taking over the dataset", Route::ModelOwner),
            ("switching the data source", Route::ModelOwner),
            ("creating a new workspace", Route::Workspaces),
            ("listing all workspaces", Route::Workspaces),
            ("it enumerates the reports", Route::WorkspaceReports),
            ("firing a DAX query", Route::ExecuteQueries),
            ("reading the activity log", Route::Admin),
            ("getInfo of the scan", Route::Admin),
            ("assigning the workspace to a capacity", Route::Capacities),
        ] {
            assert_eq!(told(text).first().map(|found| found.1), Some(route), "{text}");
        }
        assert!(told("we refresh our memories and take over a shift").is_empty());
    }
}
