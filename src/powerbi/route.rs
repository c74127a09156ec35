//! The classes of routes: what an address asks for, whoever answers.

use schemars::JsonSchema;
use serde::Serialize;

/// A class of routes of the Power BI and Fabric APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// `/availableFeatures`.
    AvailableFeatures,
    /// `/groups`: the caller's workspaces.
    Workspaces,
    /// `/groups/{id}`.
    Workspace,
    /// `/groups/{id}/reports`.
    WorkspaceReports,
    /// `/groups/{id}/reports/{id}`.
    WorkspaceReport,
    /// `/groups/{id}/users`: who has a role in a workspace.
    WorkspaceUsers,
    /// `/groups/{id}/…`: anything else in a workspace.
    WorkspaceOther,
    /// Routes without a workspace, as `/reports`: they mean My workspace.
    MyWorkspace,
    /// `…/executeQueries`, `…/executeDaxQueries`.
    ExecuteQueries,
    /// `…/refreshes`, `…/refreshSchedule`.
    Refresh,
    /// `…/ExportTo`, `…/Export`, `…/exports/…`.
    Export,
    /// `…/imports`: publishing a file.
    Imports,
    /// What only a semantic model's owner may set: `…/Default.TakeOver`, `…/Default.UpdateDatasources`, and the like.
    ModelOwner,
    /// `…/gateways`, `…/datasources`, `…/Default.BindToGateway`.
    Gateways,
    /// `/capacities`, `…/AssignToCapacity`.
    Capacities,
    /// `/pipelines`: deployment pipelines.
    Pipelines,
    /// `/apps`.
    Apps,
    /// `/profiles`: profiles of a service principal.
    Profiles,
    /// `…/dataflows`.
    Dataflows,
    /// `/admin/…`.
    Admin,
    /// `/GenerateToken`, with or without a workspace.
    GenerateToken,
    /// Fabric's `/v1/workspaces`.
    FabricWorkspaces,
    /// Fabric's `/v1/workspaces/{id}/…`.
    FabricWorkspace,
    /// Fabric's `/v1/workspaces/{id}/roleAssignments`.
    FabricRoles,
    /// Fabric's `/v1/connections` and `/v1/gateways`.
    FabricConnections,
    /// Fabric's `/v1/capacities`.
    FabricCapacities,
    /// Fabric's `/v1/admin/…`.
    FabricAdmin,
    /// What the embedded report itself asks of its cluster: `/metadata/cluster`, `/explore/…`.
    Rendering,
    /// None of these.
    Other,
}

/// The class of a path. Compared without case, as the services do.
#[must_use]
pub fn route_of(path: &str) -> Route {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.clone().next()) {
        (Some("v1.0"), Some(_tenant)) => power_bi(&parts.skip(1).collect::<Vec<_>>()),
        (Some("v1"), Some("workspaces")) if parts.clone().count() == 1 => Route::FabricWorkspaces,
        (Some("v1"), Some("workspaces")) if parts.any(|part| part == "roleassignments") => Route::FabricRoles,
        (Some("v1"), Some("workspaces")) if of_capacity(&lower) => Route::FabricCapacities,
        (Some("v1"), Some("workspaces")) => Route::FabricWorkspace,
        (Some("v1"), Some("connections" | "gateways")) => Route::FabricConnections,
        (Some("v1"), Some("capacities")) => Route::FabricCapacities,
        (Some("v1"), Some("admin")) => Route::FabricAdmin,
        (Some("metadata" | "explore"), _) => Route::Rendering,
        _ => Route::Other,
    }
}

/// Whether a path gives a workspace to a capacity, or takes it from there.
fn of_capacity(path: &str) -> bool {
    path.ends_with("/assigntocapacity") || path.ends_with("/unassignfromcapacity")
}

/// Whether a path of the Power BI API names a workspace. `None` for other paths, and for those to which no workspace
/// belongs.
#[must_use]
pub fn names_workspace(path: &str) -> Option<bool> {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/').filter(|part| !part.is_empty()).skip_while(|part| *part != "v1.0").skip(2);
    match (parts.next()?, parts.next()) {
        ("groups", id) => id.map(|_| true),
        (first, _) if MINE.contains(&first) => Some(false),
        _ => None,
    }
}

/// The first words of the routes that mean My workspace.
const MINE: [&str; 5] = ["reports", "datasets", "dashboards", "imports", "dataflows"];

fn power_bi(parts: &[&str]) -> Route {
    if let Some(action) = parts.iter().filter(|_| parts.first() != Some(&"admin")).find_map(|part| action(part)) {
        return action;
    }
    match parts {
        ["groups"] => Route::Workspaces,
        ["groups", _] => Route::Workspace,
        ["groups", _, "users", ..] => Route::WorkspaceUsers,
        ["groups", _, "reports"] => Route::WorkspaceReports,
        ["groups", _, "reports", _] => Route::WorkspaceReport,
        ["groups", ..] => Route::WorkspaceOther,
        ["admin", ..] => Route::Admin,
        [first, ..] if first.starts_with("availablefeatures") => Route::AvailableFeatures,
        ["pipelines", ..] => Route::Pipelines,
        ["apps", ..] => Route::Apps,
        ["profiles", ..] => Route::Profiles,
        [first, ..] if MINE.contains(first) => Route::MyWorkspace,
        _ => Route::Other,
    }
}

/// What is done with an item, wherever in a path it is named.
fn action(part: &str) -> Option<Route> {
    Some(match part.strip_prefix("default.").unwrap_or(part) {
        "generatetoken" => Route::GenerateToken,
        "executequeries" | "executedaxqueries" => Route::ExecuteQueries,
        "refreshes" | "refreshschedule" | "directqueryrefreshschedule" => Route::Refresh,
        "exportto" | "export" | "exports" => Route::Export,
        "imports" => Route::Imports,
        "takeover" | "updatedatasources" | "updateparameters" | "setallconnections" => Route::ModelOwner,
        "gateways" | "datasources" | "bindtogateway" | "discovergateways" => Route::Gateways,
        "capacities" | "assigntocapacity" | "capacityassignmentstatus" => Route::Capacities,
        "dataflows" => Route::Dataflows,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_a_class() {
        let cases = [
            ("/v1.0/myorg/groups", Route::Workspaces),
            ("/v1.0/myorg/Groups/11111111-2222-4333-8444-555555555555", Route::Workspace),
            ("/v1.0/myorg/groups/x/reports", Route::WorkspaceReports),
            ("/v1.0/myorg/groups/x/reports/y", Route::WorkspaceReport),
            ("/v1.0/myorg/groups/x/datasets/y", Route::WorkspaceOther),
            ("/v1.0/myorg/groups/x/users", Route::WorkspaceUsers),
            ("/v1.0/myorg/groups/x/datasets/y/executeQueries", Route::ExecuteQueries),
            ("/v1.0/myorg/datasets/y/refreshes", Route::Refresh),
            ("/v1.0/myorg/groups/x/datasets/y/Default.TakeOver", Route::ModelOwner),
            ("/v1.0/myorg/admin/capacities/x/refreshables", Route::Admin),
            ("/v1.0/myorg/gateways/x", Route::Gateways),
            ("/v1.0/myorg/groups/x/AssignToCapacity", Route::Capacities),
            ("/v1/workspaces/x/roleAssignments", Route::FabricRoles),
            ("/metadata/cluster", Route::Rendering),
            ("/v1.0/myorg/groups/x/reports/y/GenerateToken", Route::GenerateToken),
            ("/v1.0/myorg/reports/y", Route::MyWorkspace),
            ("/v1.0/myorg/admin/groups", Route::Admin),
            ("/v1.0/myorg/availableFeatures", Route::AvailableFeatures),
            ("/v1/workspaces", Route::FabricWorkspaces),
            ("/v1/workspaces/x/items", Route::FabricWorkspace),
            ("/elsewhere", Route::Other),
            ("", Route::Other),
        ];
        for (path, class) in cases {
            assert_eq!(route_of(path), class, "{path}");
        }
    }

    #[test]
    fn a_path_names_a_workspace_or_means_ones_own() {
        assert_eq!(names_workspace("/v1.0/myorg/groups/x/datasets/y/executeQueries"), Some(true));
        assert_eq!(names_workspace("/v1.0/myorg/datasets/y/executeQueries"), Some(false));
        for path in ["/v1.0/myorg/groups", "/v1.0/myorg/admin/groups/x", "/v1/workspaces/x", ""] {
            assert_eq!(names_workspace(path), None, "{path}");
        }
    }
}
