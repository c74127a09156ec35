//! The semantic model of the report that was asked for.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{all_entries, matching, workspace_of};
use crate::record::{Field, Record, Reply};

/// The request for the model.
pub const MODEL: &str = "model";
/// The requests for the model in other workspaces begin so; the workspace's id follows.
const MODEL_IN: &str = "model-in-";

/// The name of the request for the model in another workspace.
#[must_use]
pub fn model_in(workspace: &str) -> String {
    format!("{MODEL_IN}{workspace}")
}

/// Whether a request looks for the model in another workspace than the report's.
pub(super) fn is_search(request: &str) -> bool {
    request.starts_with(MODEL_IN)
}

/// Whether a request asked for the model where it is not, as it was found elsewhere.
pub(super) fn is_elsewhere(record: &Record, request: &str) -> bool {
    request == MODEL && found_elsewhere(record).is_some()
}

/// The other workspace in which the caller is shown the model, with the answer.
#[must_use]
pub fn found_elsewhere(record: &Record) -> Option<(String, &Reply)> {
    record.exchanges.iter().find_map(|exchange| {
        let workspace = exchange.request.name.strip_prefix(MODEL_IN)?;
        Some((workspace.to_owned(), exchange.reply().filter(|reply| reply.is_success())?))
    })
}

/// The model, as the report's workspace shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Model {
    /// Its id.
    pub id: Option<String>,
    /// The workspace that contains it, according to the report.
    pub workspace: Option<String>,
    /// Whether that's a different workspace from the report's.
    pub elsewhere: Option<bool>,
    /// Whether the caller can open it, in the workspace that contains it.
    pub shown: Option<bool>,
    /// The user or application that configured it (its owner).
    pub owner: Option<String>,
    /// Whether a service principal's embed token must include an effective identity.
    pub identity_required: Option<bool>,
    /// Whether that identity must include roles.
    pub identity_roles_required: Option<bool>,
}

/// Reads the model. `None` when it was not asked for.
#[must_use]
pub fn read(record: &Record) -> Option<Model> {
    let asked = record.reply(MODEL)?;
    let found = found_elsewhere(record).filter(|_| !asked.is_success());
    let reply = found.as_ref().map_or(asked, |(_, reply)| reply);
    let flag = |name: &str| flag_of(reply, name);
    let known = model_of_report(record);
    let own = workspace_of(record).and_then(|own| own.get("id")?.as_str().map(str::to_owned));
    let named = known.as_ref().and_then(|known| known.workspace.clone());
    let holder = named.or_else(|| found.as_ref().map(|(workspace, _)| workspace.clone()));
    Some(Model {
        elsewhere: own.zip(holder.as_ref()).map(|(own, holder)| !own.eq_ignore_ascii_case(holder)),
        workspace: holder,
        owner: text_of(reply, "configuredBy"),
        id: known.map(|known| known.id),
        shown: Some(reply.is_success()),
        identity_required: flag("isEffectiveIdentityRequired"),
        identity_roles_required: flag("isEffectiveIdentityRolesRequired"),
    })
}

/// A flag of the model, by its name in any case: the API's description writes `IsEffectiveIdentityRequired`.
#[must_use]
pub fn flag_of(reply: &Reply, name: &str) -> Option<bool> {
    flag_in(reply.json().filter(|_| reply.is_success())?.as_object()?, name)
}

/// The same of the model itself.
#[must_use]
pub fn flag_in(members: &Map<String, Value>, name: &str) -> Option<bool> {
    members.iter().find(|(member, _)| member.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_bool())
}

fn text_of(reply: &Reply, name: &str) -> Option<String> {
    reply.json().filter(|_| reply.is_success())?.get(name)?.as_str().map(str::to_owned)
}

/// What a report says of its model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfReport {
    /// The model's id.
    pub id: String,
    /// The workspace that holds it. Absent where the report does not say.
    pub workspace: Option<String>,
}

/// The model that the report shows. A paginated report has none.
#[must_use]
pub fn model_of_report(record: &Record) -> Option<OfReport> {
    let given = record.inputs.get(Field::Report)?;
    let shown = record.reply("report").filter(|reply| reply.is_success()).and_then(Reply::json);
    let report = shown.or_else(|| matching(all_entries(record, "reports")?, given).first().copied())?;
    let text = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(OfReport { id: text("datasetId")?, workspace: text("datasetWorkspaceId") })
}
