//! The semantic model of the report that was asked for.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{all_entries, matching};
use crate::record::{Field, Record, Reply};

/// The request for the model.
pub const MODEL: &str = "model";

/// The model, as the report's workspace shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Model {
    /// Its id.
    pub id: Option<String>,
    /// Whether the report's workspace shows it.
    pub shown: Option<bool>,
    /// Whether a service principal's embed token must carry an effective identity.
    pub identity_required: Option<bool>,
    /// Whether that identity must name roles.
    pub identity_roles_required: Option<bool>,
}

/// Reads the model. `None` when it was not asked for.
#[must_use]
pub fn read(record: &Record) -> Option<Model> {
    let reply = record.reply(MODEL)?;
    let flag = |name: &str| flag_of(reply, name);
    Some(Model {
        id: model_of_report(record),
        shown: Some(reply.is_success()),
        identity_required: flag("isEffectiveIdentityRequired"),
        identity_roles_required: flag("isEffectiveIdentityRolesRequired"),
    })
}

/// A flag of the model, by its name in any case: the API's description writes `IsEffectiveIdentityRequired`.
#[must_use]
pub fn flag_of(reply: &Reply, name: &str) -> Option<bool> {
    let members = reply.json().filter(|_| reply.is_success())?.as_object()?;
    members.iter().find(|(member, _)| member.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_bool())
}

/// The id of the model that the report shows. A paginated report has none.
#[must_use]
pub fn model_of_report(record: &Record) -> Option<String> {
    let given = record.inputs.get(Field::Report)?;
    let shown = record.reply("report").filter(|reply| reply.is_success()).and_then(Reply::json).cloned();
    let report = shown.or_else(|| matching(&all_entries(record, "reports")?, given).first().copied().cloned())?;
    report.get("datasetId").and_then(Value::as_str).map(str::to_owned)
}
