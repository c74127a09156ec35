//! The classes of routes: what an address asks for, whoever answers.

use schemars::JsonSchema;
use serde::Serialize;

/// A class of routes of the Power BI and Fabric APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// `/groups/{id}/…`: anything else in a workspace.
    WorkspaceOther,
    /// Routes without a workspace, as `/reports`: they mean My workspace.
    MyWorkspace,
    /// `/admin/…`.
    Admin,
    /// `/GenerateToken`, with or without a workspace.
    GenerateToken,
    /// Fabric's `/v1/workspaces`.
    FabricWorkspaces,
    /// Fabric's `/v1/workspaces/{id}/…`.
    FabricWorkspace,
    /// Fabric's `/v1/admin/…`.
    FabricAdmin,
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
        (Some("v1"), Some("workspaces")) => Route::FabricWorkspace,
        (Some("v1"), Some("admin")) => Route::FabricAdmin,
        _ => Route::Other,
    }
}

fn power_bi(parts: &[&str]) -> Route {
    if parts.last() == Some(&"generatetoken") {
        return Route::GenerateToken;
    }
    match parts {
        ["groups"] => Route::Workspaces,
        ["groups", _] => Route::Workspace,
        ["groups", _, "reports"] => Route::WorkspaceReports,
        ["groups", _, "reports", _] => Route::WorkspaceReport,
        ["groups", ..] => Route::WorkspaceOther,
        ["admin", ..] => Route::Admin,
        [first, ..] if first.starts_with("availablefeatures") => Route::AvailableFeatures,
        ["reports" | "datasets" | "dashboards" | "imports" | "dataflows", ..] => Route::MyWorkspace,
        _ => Route::Other,
    }
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
}
