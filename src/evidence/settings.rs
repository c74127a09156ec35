//! The tenant's settings, from an administrator's export of Fabric's `GET /v1/admin/tenantsettings`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The settings that gate the Power BI API. A setting that is missing from an export is unknown, never off: a
/// restricted caller is given a shorter list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settings {
    /// How many settings the export holds.
    pub count: Option<usize>,
    /// "Service principals can call Fabric public APIs", under any of its names.
    pub service_principals: Option<Setting>,
    /// "Service principals can access read-only admin APIs".
    pub admin_read: Option<Setting>,
}

/// One setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name in the API.
    pub name: Option<String>,
    /// Its title in the portal.
    pub title: Option<String>,
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// Whether it is on for everybody, not for named groups only.
    pub for_everybody: Option<bool>,
    /// The groups that it is on for. Absent: everybody.
    pub groups: Option<Vec<String>>,
    /// The groups that it is off for all the same.
    pub excluded_groups: Option<Vec<String>>,
}

/// The names that the switch for service principals bears and bore, newest first.
/// The name of the switch for service principals and the admin APIs that read.
const ADMIN_READ: [&str; 1] = ["AllowServicePrincipalsUseReadAdminAPIs"];

const SERVICE_PRINCIPALS: [&str; 2] = ["ServicePrincipalAccessPermissionAPIs", "ServicePrincipalAccess"];

/// Reads an export: the reply's body, with the settings under `tenantSettings` or `value`, or the list alone.
#[must_use]
pub fn read(export: &Value) -> Option<Settings> {
    let list = ["tenantSettings", "value"].iter().find_map(|key| export.get(key)).unwrap_or(export).as_array()?;
    let find = |names: &[&str]| {
        names.iter().find_map(|name| list.iter().find(|s| s.get("settingName").and_then(Value::as_str) == Some(name)))
    };
    Some(Settings {
        count: Some(list.len()),
        service_principals: find(&SERVICE_PRINCIPALS).map(read_setting),
        admin_read: find(&ADMIN_READ).map(read_setting),
    })
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
