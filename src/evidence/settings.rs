//! The tenant's settings, from an administrator's export of Fabric's `GET /v1/admin/tenantsettings`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The tenant settings that control the APIs and embedding. A setting that's missing from an export is unknown, not
/// off: a restricted caller gets a shorter list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settings {
    /// How many settings the export contains.
    pub count: Option<usize>,
    /// "Service principals can call Fabric public APIs", under any of its names.
    pub service_principals: Option<Setting>,
    /// "Service principals can create workspaces, connections, and deployment pipelines".
    pub create: Option<Setting>,
    /// "Create workspaces", for users.
    pub create_workspaces: Option<Setting>,
    /// "Service principals can access read-only admin APIs".
    pub admin_read: Option<Setting>,
    /// "Service principals can access admin APIs used for updates".
    pub admin_write: Option<Setting>,
    /// "Embed content in apps".
    pub embed: Option<Setting>,
    /// "Semantic Model Execute Queries REST API".
    pub execute_queries: Option<Setting>,
    /// The setting for exporting reports as presentations or PDF documents.
    pub export_files: Option<Setting>,
    /// "Export reports as image files".
    pub export_images: Option<Setting>,
    /// "Allow service principals to create and use profiles".
    pub profiles: Option<Setting>,
    /// "Block Public Internet Access".
    pub public_access_blocked: Option<Setting>,
}

/// One setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name in the API.
    pub name: Option<String>,
    /// Its title in the portal.
    pub title: Option<String>,
    /// Whether the setting is on.
    pub enabled: Option<bool>,
    /// Whether the setting is on for the whole organization, not just for specific groups.
    pub for_everybody: Option<bool>,
    /// The groups that the setting is on for. Absent if it applies to the whole organization.
    pub groups: Option<Vec<String>>,
    /// The groups that are excluded from the setting.
    pub excluded_groups: Option<Vec<String>>,
}

/// Reads an export: the reply's body, with the settings under `tenantSettings` or `value`, or the list alone.
#[must_use]
pub fn read(export: &Value) -> Option<Settings> {
    let list = ["tenantSettings", "value"].iter().find_map(|key| export.get(key)).unwrap_or(export).as_array()?;
    let named = |name: &str| list.iter().find(|s| s.get("settingName").and_then(Value::as_str) == Some(name));
    let find = |name: &str| named(name).map(read_setting);
    Some(Settings {
        count: Some(list.len()),
        // The newer name first: the switch was split in two in 2025.
        service_principals: find("ServicePrincipalAccessPermissionAPIs").or_else(|| find("ServicePrincipalAccess")),
        create: find("ServicePrincipalAccessGlobalAPIs"),
        create_workspaces: find("CreateAppWorkspaces"),
        admin_read: find("AllowServicePrincipalsUseReadAdminAPIs"),
        admin_write: find("AllowServicePrincipalsUseWriteAdminAPIs"),
        embed: find("Embedding"),
        execute_queries: find("DatasetExecuteQueries"),
        export_files: find("ExportToPowerPoint"),
        export_images: find("ExportToImage"),
        profiles: find("AllowServicePrincipalsCreateAndUseProfiles"),
        public_access_blocked: find("BlockAccessFromPublicNetworks"),
    })
}

impl Settings {
    /// A setting by the name that it has here: `embed`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Setting> {
        match name {
            "service_principals" => self.service_principals.as_ref(),
            "create" => self.create.as_ref(),
            "create_workspaces" => self.create_workspaces.as_ref(),
            "admin_read" => self.admin_read.as_ref(),
            "admin_write" => self.admin_write.as_ref(),
            "embed" => self.embed.as_ref(),
            "execute_queries" => self.execute_queries.as_ref(),
            "export_files" => self.export_files.as_ref(),
            "export_images" => self.export_images.as_ref(),
            _ => None,
        }
    }
}

/// The title that the portal shows for a setting, by the name that it has here.
#[must_use]
pub fn title_of(name: &str) -> &str {
    match name {
        "service_principals" => "\"Service principals can call Fabric public APIs\"",
        "create" => "\"Service principals can create workspaces, connections, and deployment pipelines\"",
        "create_workspaces" => "\"Create workspaces\"",
        "admin_read" => "\"Service principals can access read-only admin APIs\"",
        "admin_write" => "\"Service principals can access admin APIs used for updates\"",
        "embed" => "\"Embed content in apps\"",
        "execute_queries" => "\"Semantic Model Execute Queries REST API\"",
        other => other,
    }
}

fn read_setting(setting: &Value) -> Setting {
    let text = |name: &str| setting.get(name).and_then(Value::as_str).map(str::to_owned);
    let groups = |name: &str| {
        let names: Vec<String> = setting
            .get(name)?
            .as_array()?
            .iter()
            .filter_map(|g| g.get("name").or_else(|| g.get("graphId"))?.as_str().map(str::to_owned))
            .collect();
        (!names.is_empty()).then_some(names)
    };
    let enabled = setting.get("enabled").and_then(Value::as_bool);
    let allowed = groups("enabledSecurityGroups");
    let excluded = groups("excludedSecurityGroups");
    Setting {
        name: text("settingName"),
        title: text("title"),
        for_everybody: enabled.map(|on| on && allowed.is_none() && excluded.is_none()),
        enabled,
        groups: allowed,
        excluded_groups: excluded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_absent_setting_is_unknown() {
        let read = read(&json!({"value": [{"settingName": "Embedding", "enabled": true}]})).expect("an export");
        assert_eq!(read.service_principals, None);
        assert_eq!(read.count, Some(1));
    }

    #[test]
    fn groups_narrow_the_switch() {
        let export = json!([{"settingName": "ServicePrincipalAccess", "enabled": true,
            "enabledSecurityGroups": [{"graphId": "g", "name": "pbi callers"}]}]);
        let setting = read(&export).and_then(|s| s.service_principals).expect("the switch");
        assert_eq!(setting.for_everybody, Some(false));
        assert_eq!(setting.groups.as_deref(), Some(["pbi callers".to_owned()].as_slice()));
    }
}
