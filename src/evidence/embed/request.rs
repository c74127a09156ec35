//! The request for an embed token: what the body of `GenerateToken` says of the item, the model and the effective
//! identity (Power BI REST API, `GenerateTokenRequest` and `GenerateTokenRequestV2`).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Longer lists aren't read. The service accepts 50 reports and 50 models.
const MOST: usize = 200;

/// What the body shows, compared with the embed configuration and the semantic model that stand beside it. What is a
/// variable in the body is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenRequest {
    /// Whether the body names the semantic model that is shown beside it. Absent if none is shown, or it names none.
    pub names_model: Option<bool>,
    /// Whether the body lists the report that the embed configuration names.
    pub lists_report: Option<bool>,
    /// Whether the embed token may be used to edit the report: `allowEdit` or `accessLevel`.
    pub edits: Option<bool>,
    /// Whether each effective identity names a role. Absent if there's no identity.
    pub names_roles: Option<bool>,
    /// Whether an effective identity is for a semantic model that the body doesn't list.
    pub identity_for_unlisted_model: Option<bool>,
}

/// The body of a request for an embed token.
#[derive(Debug, Clone, Copy)]
pub struct Body<'j>(&'j Value);

impl<'j> Body<'j> {
    /// Reads a body. `None` for an object of another kind. `told`: the text names the operation, so that a list of reports
    /// or models is enough.
    #[must_use]
    pub fn of(json: &'j Value, told: bool) -> Option<Self> {
        let level = json.get("accessLevel").and_then(Value::as_str);
        let is_first = level.is_some_and(|level| ["view", "edit", "create"].contains(&&*level.to_ascii_lowercase()));
        let listed = || ["reports", "datasets"].into_iter().filter_map(|name| items(json.get(name)?)).flatten();
        let is_listed = listed().next().is_some() && listed().all(|item| item.get("id").is_some());
        let is_own = ["identities", "lifetimeInMinutes", "targetWorkspaces", "datasourceIdentities"];
        let is_second = is_listed
            && (told
                || is_own.iter().any(|name| json.get(name).is_some())
                || listed().any(|item| item.get("allowEdit").is_some()));
        (is_first || is_second).then_some(Self(json))
    }

    /// The ids of the models that it names: those that it lists, and those of its identities.
    #[must_use]
    pub fn models(self) -> Vec<&'j str> {
        let own = self.ids("datasets").unwrap_or_default();
        let of_identities = self.identities().unwrap_or_default().into_iter();
        let named = of_identities.filter_map(|identity| texts(identity.get("datasets")?)).flatten();
        own.into_iter().chain(named).collect()
    }

    /// Whether it has an effective identity, for this model where one is given. `None` where it doesn't tell.
    #[must_use]
    pub fn has_identity(self, model: Option<&str>) -> Option<bool> {
        let identities = self.identities()?;
        let Some(model) = model else { return Some(!identities.is_empty()) };
        let is_only = self.ids("datasets").is_some_and(|listed| listed.len() == 1 && holds(&listed, model));
        let is_for = |identity: &'j Value| match identity.get("datasets") {
            None | Some(Value::Null) => is_only.then_some(true),
            Some(datasets) => texts(datasets).map(|named| holds(&named, model)),
        };
        let found: Vec<Option<bool>> = identities.into_iter().map(is_for).collect();
        if found.contains(&Some(true)) { Some(true) } else { (!found.contains(&None)).then_some(false) }
    }

    /// Compares it with what stands beside it: the report of an embed configuration, and a semantic model.
    #[must_use]
    pub fn compared(self, report: Option<&str>, model: Option<&str>) -> TokenRequest {
        let reports = self.ids("reports").filter(|listed| !listed.is_empty());
        let models = self.ids("datasets").filter(|listed| !listed.is_empty());
        let identities = self.identities().filter(|identities| !identities.is_empty());
        let strangers = |listed: &Vec<&str>| {
            let named = identities.iter().flatten().filter_map(|identity| texts(identity.get("datasets")?)).flatten();
            named.into_iter().any(|model| !holds(listed, model))
        };
        TokenRequest {
            names_model: model
                .map(|model| (self.models(), model))
                .filter(|(named, _)| !named.is_empty())
                .map(|(named, model)| holds(&named, model)),
            lists_report: report.zip(reports).map(|(report, listed)| holds(&listed, report)),
            edits: self.edits(report),
            names_roles: identities.as_ref().and_then(|all| {
                all.iter().map(|identity| names_roles(identity)).try_fold(true, |every, one| Some(every && one?))
            }),
            identity_for_unlisted_model: identities.as_ref().and(models.as_ref().map(strangers)),
        }
    }

    fn edits(self, report: Option<&str>) -> Option<bool> {
        if let Some(level) = self.0.get("accessLevel").and_then(Value::as_str) {
            return match level.to_ascii_lowercase().as_str() {
                "view" => Some(false),
                "edit" => Some(true),
                _ => None,
            };
        }
        let reports = self.0.get("reports")?.as_array()?;
        let is_meant = |item: &&Value| match (report, item.get("id").and_then(Value::as_str)) {
            (Some(report), Some(id)) => id.eq_ignore_ascii_case(report),
            _ => reports.len() == 1,
        };
        reports.iter().find(is_meant)?.get("allowEdit")?.as_bool()
    }

    /// The effective identities. `None` where they are a variable.
    fn identities(self) -> Option<Vec<&'j Value>> {
        match self.0.get("identities") {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(list) => Some(items(list)?.iter().collect()),
        }
    }

    /// The ids in a list. `None` where there is no list, or one of them is a variable.
    fn ids(self, name: &str) -> Option<Vec<&'j str>> {
        items(self.0.get(name)?)?.iter().map(|item| item.get("id")?.as_str()).collect()
    }
}

/// The texts of a list. `None` where one of them is a variable.
fn texts(list: &Value) -> Option<Vec<&str>> {
    items(list)?.iter().map(Value::as_str).collect()
}

/// The items of a list. `None` for what is no list, or is too long.
fn items(list: &Value) -> Option<&[Value]> {
    list.as_array().map(Vec::as_slice).filter(|items| items.len() <= MOST)
}

fn holds(ids: &[&str], id: &str) -> bool {
    ids.iter().any(|other| other.eq_ignore_ascii_case(id))
}

/// Whether an identity names a role. A blob in its place isn't read.
fn names_roles(identity: &Value) -> Option<bool> {
    if identity.get("identityBlob").is_some() {
        return None;
    }
    match identity.get("roles") {
        None | Some(Value::Null) => Some(false),
        Some(roles) => Some(!roles.as_array()?.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_told_from_other_lists() {
        let bodies = [
            json!({ "accessLevel": "View" }),
            json!({ "reports": [{ "id": "r", "allowEdit": true }] }),
            json!({ "datasets": [{ "id": "m" }], "identities": [] }),
        ];
        assert!(bodies.iter().all(|json| Body::of(json, false).is_some()));
        let list = json!({ "reports": [{ "id": "r" }] });
        assert!(Body::of(&list, false).is_none() && Body::of(&list, true).is_some());
        for other in [
            json!({ "accessLevel": "Admin" }),
            json!({ "identities": [] }),
            json!({ "reports": [], "identities": [] }),
            json!({ "reports": ["r"], "identities": [] }),
            json!({ "reports": vec![json!({ "id": "r" }); MOST + 1] }),
        ] {
            assert!(Body::of(&other, true).is_none(), "{other}");
        }
    }

    #[test]
    fn an_identity_is_for_the_models_that_it_names() {
        let has = |json: &Value, model| Body::of(json, true).expect("a body").has_identity(model);
        let of = |datasets: &Value| json!({ "datasets": [{ "id": "m" }, { "id": "n" }], "identities": [{ "username": "u", "datasets": datasets }] });
        assert_eq!(has(&of(&json!(["M"])), Some("m")), Some(true));
        assert_eq!(has(&of(&json!(["n"])), Some("m")), Some(false));
        assert_eq!(has(&of(&json!([{ "$expression": "model" }])), Some("m")), None);
        assert_eq!(has(&of(&json!(null)), Some("m")), None, "which of the two isn't told");
        let only = json!({ "datasets": [{ "id": "m" }], "identities": [{ "username": "u" }] });
        assert_eq!(has(&only, Some("m")), Some(true));
        assert_eq!(has(&json!({ "datasets": [{ "id": "m" }] }), Some("m")), Some(false));
        let variable = json!({ "datasets": [{ "id": "m" }], "identities": { "$expression": "all" } });
        assert_eq!(has(&variable, Some("m")), None);
    }

    #[test]
    fn a_body_is_compared_with_the_configuration_and_the_model() {
        let json = json!({
            "datasets": [{ "id": "m" }], "reports": [{ "id": "r", "allowEdit": false }, { "id": "s", "allowEdit": true }],
            "identities": [{ "username": "u", "roles": [], "datasets": ["o"] }],
        });
        let compared = |report, model| Body::of(&json, false).expect("a body").compared(report, model);
        let first = compared(Some("R"), Some("m"));
        assert_eq!((first.lists_report, first.edits, first.names_model), (Some(true), Some(false), Some(true)));
        assert_eq!((first.names_roles, first.identity_for_unlisted_model), (Some(false), Some(true)));
        assert_eq!((compared(Some("s"), None).edits, compared(None, None).edits), (Some(true), None));
        assert_eq!(compared(Some("t"), Some("x")).lists_report, Some(false));
        assert_eq!(compared(None, Some("x")).names_model, Some(false));
        let view = json!({ "accessLevel": "View" });
        let view = Body::of(&view, false).expect("a body").compared(Some("r"), Some("m"));
        assert_eq!((view.edits, view.lists_report, view.names_model), (Some(false), None, None));
    }
}
