//! Operations by their names: in client libraries, in the reference, as cmdlets, as resources of Terraform.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::verb;
use crate::pattern::{Captures, Pattern, pattern};
use crate::powerbi::route::{Route, names_workspace, route_of};
use crate::record::{Method, Service};

/// An operation that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operation {
    /// Where it is named.
    pub(super) at: usize,
    /// Whose it is. Absent where both services have it.
    pub(super) service: Option<Service>,
    /// The class of its route. Absent where the name alone does not tell.
    pub(super) route: Option<Route>,
    /// Whether it is of a workspace.
    pub(super) in_workspace: Option<bool>,
    /// Its method, where it is GET or POST.
    pub(super) method: Option<Method>,
}

/// The operations of the REST API: the class of the client library, the operation's name, its method and path.
const OPERATIONS: &str = include_str!("operations.tsv");

struct Known {
    class: &'static str,
    method: &'static str,
    path: &'static str,
}

/// By the operation's name; where several classes have one of that name, the first is meant when no class is named.
static BY_NAME: LazyLock<HashMap<String, Vec<Known>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Known>> = HashMap::new();
    for line in OPERATIONS.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(id), Some(method), Some(path)) = (columns.next(), columns.next(), columns.next()) else { continue };
        let Some((class, name)) = id.split_once('.') else { continue };
        names.entry(name.to_ascii_lowercase()).or_default().push(Known { class, method, path });
    }
    for known in names.values_mut() {
        known.sort_by_key(|known| usize::from(matches!(known.class, "Apps" | "Gateways")));
    }
    names
});

/// `client.Reports.GetReportsInGroupAsync`, `<GetGroupsWithHttpMessagesAsync>`, `GenerateToken`.
static IN_CODE: Pattern = pattern!(
    r"\b(?:([A-Z][A-Za-z]+?)(?:Operations|OperationsExtensions|Extensions)?[._]<?)?([A-Z][a-z]+[A-Z][A-Za-z0-9]*?)(?:WithHttpMessages)?(?:Async)?\b",
);
/// The titles of the reference: `Get Reports In Group`.
static IN_WORDS: Pattern = pattern!(
    r"\b(?:Get|Post|Generate|Execute|Export|Update|Delete|Refresh|Bind|Take|Clone|Rebind|Add|Assign|Create|Discover|Cancel|Deploy)(?:[ -](?:[A-Z][a-z]+|In|To|As|in|to|as|BI)){1,9}",
);
static CMDLET: Pattern =
    pattern!(r"(?i)\b(Get|New|Set|Add|Remove|Export|Copy|Restore|Invoke|Publish)-(PowerBI[A-Za-z]+)\b");
static TERRAFORM: Pattern = pattern!(
    r"\bwith (?:data\.)?(fabric_[a-z_]+)[.\[]|\b(?:resource|creat\w{1,4}|mak(?:e|es|ing)) (?:an? |the |our )?[\x22'`]?(fabric_[a-z_]+)\b",
);
/// Commands of the Fabric CLI that ask the API, and the head of its errors.
static FAB: Pattern = pattern!(
    r"(?m)\bfab (?:ls|dir|cd|get|set|api|import|export|cp|mv|rm|mkdir|exists|open|acl|job|assign|table)\b|^x (?:ls|dir|cd|get|set|api|import|export|cp|mv|rm|mkdir|exists|open|acl|job|assign|table): \[",
);
static ADMIN_WORDS: Pattern =
    pattern!(r"(?i)\b(?:read[- ]only )?admin(?:istrator)? (?:rest )?apis?\b|\bscanner api\b|\bmetadata scanning\b");
/// Operations whose names are written as their paths are.
static QUERY_WORDS: Pattern = pattern!(r"\bexecuteQueries\b|\bExecuteQueries\b");
static EXPORT_WORDS: Pattern = pattern!(r"\b[eE]xportTo(?:File)?\b");

static CLUSTER_WORDS: Pattern = pattern!(r"\bmetadata/cluster\b");

/// The operations that a text names, in its order.
pub(super) fn operations(text: &str) -> Vec<Operation> {
    let mut found: Vec<Operation> = IN_CODE
        .captures_iter(text)
        .filter_map(|found| {
            let name = found.get(2)?;
            let operation = named(found.get(1).map(|class| class.as_str()), name.as_str(), name.start())?;
            // Prose leaves the longer of two names out: only code says by it that no workspace is named.
            let is_code =
                found.get(1).is_some() || found[0].len() > name.as_str().len() || text[name.end()..].starts_with('(');
            Some(Operation { in_workspace: operation.in_workspace.filter(|named| *named || is_code), ..operation })
        })
        .collect();
    found.extend(IN_WORDS.find_iter(text).filter_map(|title| titled(title.as_str(), title.start())));
    let mut cmdlets: HashMap<&str, Option<Operation>> = HashMap::new();
    for cmdlet in CMDLET.captures_iter(text) {
        let Some(name) = cmdlet.get(0) else { continue };
        let known = cmdlets.entry(name.as_str()).or_insert_with(|| of_cmdlet(text, &cmdlet));
        found.extend(known.map(|known| Operation { at: name.start(), ..known }));
    }
    found.extend(TERRAFORM.captures_iter(text).filter_map(|found| {
        let name = found.get(1).or_else(|| found.get(2))?;
        Some(of_resource(name.as_str(), name.start()))
    }));
    found.extend(
        FAB.find_iter(text).map(|command| Operation {
            service: Some(Service::Fabric),
            ..plain(command.start(), Route::FabricWorkspace)
        }),
    );
    found.extend(ADMIN_WORDS.find_iter(text).map(|words| plain(words.start(), Route::Admin)));
    found.extend(QUERY_WORDS.find_iter(text).map(|words| plain(words.start(), Route::ExecuteQueries)));
    found.extend(EXPORT_WORDS.find_iter(text).map(|words| plain(words.start(), Route::Export)));
    found.extend(CLUSTER_WORDS.find_iter(text).map(|words| plain(words.start(), Route::Rendering)));
    let named = found.len();
    for (at, route, method) in verb::told(text) {
        // What bears its name is not told once more by its words.
        if !found[..named].iter().any(|named| named.route == Some(route) && named.at.abs_diff(at) < 40) {
            found.push(Operation { method, ..plain(at, route) });
        }
    }
    found.sort_by_key(|operation| operation.at);
    verb::failing(text, &mut found);
    found
}

/// The class of an operation's route by a name or a path: what `--fact operation=…` takes.
#[must_use]
pub fn route_named(name: &str) -> Option<Route> {
    if name.contains('/') {
        let path = if name.starts_with("/v1") {
            name.to_owned()
        } else {
            format!("/v1.0/myorg/{}", name.trim_start_matches('/'))
        };
        return Some(route_of(&path)).filter(|route| *route != Route::Other);
    }
    let (class, bare) = name.split_once(['.', '_']).map_or((None, name), |(class, name)| (Some(class), name));
    named(class, bare, 0).or_else(|| titled(name, 0)).and_then(|operation| operation.route)
}

fn plain(at: usize, route: Route) -> Operation {
    Operation { at, service: None, route: Some(route), in_workspace: None, method: None }
}

fn named(class: Option<&str>, name: &str, at: usize) -> Option<Operation> {
    let known = BY_NAME.get(&name.to_ascii_lowercase())?;
    let of_class = class.and_then(|class| known.iter().find(|known| known.class.eq_ignore_ascii_case(class)));
    let operation = of_path(of_class.or_else(|| known.first())?, at);
    // The end of a path tells nothing of its beginning.
    Some(Operation { in_workspace: operation.in_workspace.filter(|_| class != Some("Default")), ..operation })
}

/// The longest beginning of these words that is a title.
fn titled(words: &str, at: usize) -> Option<Operation> {
    let parts: Vec<&str> = words.split([' ', '-']).collect();
    (2..=parts.len()).rev().find_map(|count| named(None, &parts[..count].concat(), at))
}

fn of_path(known: &Known, at: usize) -> Operation {
    let path = format!("/v1.0/myorg{}", known.path);
    let method = match known.method {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        _ => None,
    };
    let route = Some(route_of(&path)).filter(|route| *route != Route::Other);
    Operation { at, service: Some(Service::PowerBi), route, in_workspace: names_workspace(&path), method }
}

/// What a cmdlet of `MicrosoftPowerBIMgmt` asks for: it depends on how the text calls it.
fn of_cmdlet(text: &str, found: &Captures<'_>) -> Option<Operation> {
    let (whole, verb, noun) = (found.get(0)?, found[1].to_ascii_lowercase(), found[2].to_ascii_lowercase());
    let call = Call::of(text, whole.as_str());
    let (route, in_workspace) = match (verb.as_str(), noun.trim_start_matches("powerbi")) {
        (_, "serviceaccount" | "restmethod" | "error" | "accesstoken") => return None,
        ("get", "activityevent" | "encryptionkey" | "workspacemigrationstatus") => (Some(Route::Admin), None),
        _ if call.organization => (Some(Route::Admin), None),
        ("get" | "new", "workspace") => (Some(Route::Workspaces), None),
        ("set" | "remove", "workspace") => (Some(Route::Workspace), None),
        (_, "workspaceuser") => (Some(Route::WorkspaceUsers), Some(true)),
        ("new" | "publish", "report") | ("get", "import") => (Some(Route::Imports), call.workspace),
        ("export", "report") => (Some(Route::Export), call.workspace),
        ("get", "datasource") => (Some(Route::Gateways), call.workspace),
        ("get", "capacity") => (Some(Route::Capacities), None),
        (_, "dataflow" | "dataflowdatasource") => (Some(Route::Dataflows), call.workspace),
        ("get", "report") if call.workspace == Some(true) => (Some(Route::WorkspaceReports), Some(true)),
        (_, "report" | "dataset" | "dashboard" | "tile" | "table") => {
            (call.workspace.map(|named| if named { Route::WorkspaceOther } else { Route::MyWorkspace }), call.workspace)
        }
        _ => (None, None),
    };
    Some(Operation { at: whole.start(), service: Some(Service::PowerBi), route, in_workspace, method: None })
}

/// How a text calls a cmdlet.
struct Call {
    organization: bool,
    /// Whether it is called with a workspace. Absent where only the error names it.
    workspace: Option<bool>,
}

impl Call {
    fn of(text: &str, cmdlet: &str) -> Self {
        let mut call = Self { organization: false, workspace: None };
        for (at, _) in text.match_indices(cmdlet) {
            let rest = &text[at + cmdlet.len()..];
            let line = rest.split(['\n', '|', ';']).next().unwrap_or_default();
            let lower = line.to_ascii_lowercase();
            call.organization |= lower.contains("-scope organization");
            if lower.contains("parameterset workspace") || lower.contains("-workspace") {
                call.workspace = Some(true);
            } else if call.workspace.is_none() && is_a_call(&text[..at], line) {
                call.workspace = Some(false);
            }
        }
        call
    }
}

/// Whether a cmdlet is called here with no argument, or with arguments that name no workspace.
fn is_a_call(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
    let begins = line.is_empty() || line.ends_with(['>', '=', '|', '(']) || line.ends_with("$(");
    let after = after.trim();
    begins && (after.is_empty() || after.starts_with('-') && !after.starts_with("- "))
}

/// A resource of the Terraform provider for Fabric.
fn of_resource(name: &str, at: usize) -> Operation {
    let route = match name {
        "fabric_workspace" | "fabric_workspaces" => Route::FabricWorkspaces,
        "fabric_workspace_role_assignment" | "fabric_workspace_role_assignments" => Route::FabricRoles,
        "fabric_capacity" | "fabric_capacities" => Route::FabricCapacities,
        _ if name.starts_with("fabric_connection") || name.starts_with("fabric_gateway") => Route::FabricConnections,
        _ if name.starts_with("fabric_domain") || name.starts_with("fabric_tenant") => Route::FabricAdmin,
        _ => Route::FabricWorkspace,
    };
    Operation { at, service: Some(Service::Fabric), route: Some(route), in_workspace: None, method: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(text: &str) -> Vec<(Option<Route>, Option<bool>)> {
        operations(text).into_iter().map(|o| (o.route, o.in_workspace)).collect()
    }

    #[test]
    fn libraries_name_operations() {
        let in_group = [(Some(Route::WorkspaceReports), Some(true))];
        for text in [
            "await client.Reports.GetReportsInGroupAsync(id)",
            "Microsoft.PowerBI.Api.V2.Reports.<GetReportsInGroupWithHttpMessagesAsync>d__17.MoveNext()",
            "the operation Get Reports In Group answers 401",
            "ReportsOperationsExtensions.GetReportsInGroup",
        ] {
            assert_eq!(routes(text), in_group, "{text}");
        }
        assert_eq!(routes("pbi.Reports.GetReports()"), [(Some(Route::MyWorkspace), Some(false))]);
        assert_eq!(routes("GroupsOperations.<GetGroupsWithHttpMessagesAsync>d__7"), [(Some(Route::Workspaces), None)]);
        assert_eq!(routes("EmbedToken.GenerateToken(request)")[0].0, Some(Route::GenerateToken));
        assert_eq!(routes("Get Report failed, and I Get Angry"), [(Some(Route::MyWorkspace), Some(false))]);
        assert_eq!(routes("System.Threading.Tasks.GetResult, ThrowForNonSuccess"), []);
    }

    #[test]
    fn a_cmdlet_depends_on_how_it_is_called() {
        let cases = [
            ("PS C:\\> Get-PowerBIReport\nGet-PowerBIReport : no", Some(Route::MyWorkspace), Some(false)),
            ("Get-PowerBIReport -WorkspaceId $id", Some(Route::WorkspaceReports), Some(true)),
            ("Get-PowerBIDataset : no\n+ Get-PowerBIDataset -Scope Organization", Some(Route::Admin), None),
            ("the command Get-PowerBIReport returns nothing", None, None),
            ("Get-PowerBIActivityEvent gives nothing", Some(Route::Admin), None),
            ("New-PowerBIReport begin processing with ParameterSet Workspace.", Some(Route::Imports), Some(true)),
        ];
        for (text, route, in_workspace) in cases {
            assert_eq!(routes(text)[0], (route, in_workspace), "{text}");
        }
        assert_eq!(routes("Connect-PowerBIServiceAccount -ServicePrincipal"), []);
    }

    #[test]
    fn a_fact_names_an_operation() {
        assert_eq!(route_named("GetReportsInGroup"), Some(Route::WorkspaceReports));
        assert_eq!(route_named("Reports.GenerateTokenInGroup"), Some(Route::GenerateToken));
        assert_eq!(route_named("Execute Queries In Group"), Some(Route::ExecuteQueries));
        assert_eq!(route_named("/groups/x/reports"), Some(Route::WorkspaceReports));
        assert_eq!(route_named("/v1/workspaces"), Some(Route::FabricWorkspaces));
        assert_eq!(route_named("nonsense"), None);
    }
}
