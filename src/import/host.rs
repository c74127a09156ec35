//! Whose address it is: a service's that this tool knows, a page of documentation, or somebody else's.

use crate::cloud;
use crate::record::Service;

/// Who answers at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// A service of the field, in any cloud.
    Service(Service),
    /// The cluster that shows an embedded report.
    Rendering,
    /// The endpoint of managed identities.
    ManagedIdentity,
    /// A portal, documentation, or a place where people talk: no call goes there.
    Page,
    /// Another service.
    Foreign,
}

/// Hosts of Entra beside its login hosts.
const ENTRA: [&str; 2] = ["autologon.microsoftazuread-sso.com", "device.login.microsoftonline.com"];
const PAGES: [&str; 16] = [
    "learn.microsoft.com",
    "docs.microsoft.com",
    "aka.ms",
    "go.microsoft.com",
    "developer.microsoft.com",
    "portal.azure.com",
    "portal.azure.us",
    "portal.azure.cn",
    "entra.microsoft.com",
    "app.powerbi.com",
    "app.fabric.microsoft.com",
    "community.fabric.microsoft.com",
    "stackoverflow.com",
    "support.microsoft.com",
    "microsoft.com",
    "stackexchange.com",
];

/// Whose host it is.
pub(super) fn host(host: &str) -> Host {
    let lower = host.to_ascii_lowercase();
    let name = lower.split(':').next().unwrap_or_default();
    let within =
        |ending: &str| name == ending || name.ends_with(ending) && name[..name.len() - ending.len()].ends_with('.');
    if ENTRA.contains(&name) || cloud::is_login_host(name) {
        Host::Service(Service::Entra)
    } else if PAGES.contains(&name) || name.starts_with("app.powerbi") || is_audience(name) {
        Host::Page
    } else if name.starts_with("wabi-") || within("pbidedicated.windows.net") {
        Host::Rendering
    } else if name.starts_with("api.powerbi.") || within("powerbigov.us") {
        Host::Service(Service::PowerBi)
    } else if within("api.fabric.microsoft.com") || within("fabric.microsoft.us") {
        Host::Service(Service::Fabric)
    } else if matches!(name, "169.254.169.254" | "169.254.130.1") {
        Host::ManagedIdentity
    } else {
        Host::Foreign
    }
}

/// The names by which tokens for Power BI are asked for look like hosts; nobody calls them.
fn is_audience(name: &str) -> bool {
    name == "analysis.windows.net" || name.starts_with("analysis.") || name.contains(".analysis.usgov")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart() {
        let cases = [
            ("login.microsoftonline.com:443", Host::Service(Service::Entra)),
            ("api.high.powerbigov.us", Host::Service(Service::PowerBi)),
            ("API.PowerBI.com", Host::Service(Service::PowerBi)),
            ("api.fabric.microsoft.com", Host::Service(Service::Fabric)),
            ("wabi-us-east2-redirect.analysis.windows.net", Host::Rendering),
            ("app.powerbi.com", Host::Page),
            ("api.github.com", Host::Foreign),
            ("notapi.powerbi.com.evil.example", Host::Foreign),
            ("graph.microsoft.com", Host::Foreign),
        ];
        for (name, wanted) in cases {
            assert_eq!(host(name), wanted, "{name}");
        }
    }
}
