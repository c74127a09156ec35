//! The Power BI REST API.
//!
//! It answers 403 where the token is at fault and 401 where the permission is, mostly without a body: the reason is in
//! a header.

mod embed;

use serde_json::{Value, json};

use super::bearer::{Refusal, caller};
use super::keys::Keys;
use super::request::SimRequest;
use super::world::{Principal, Report, Workspace, World, guid};
use super::{Moment, reply};
use crate::record::Service::PowerBi;
use crate::transport::wire::WireReply;

/// The header that says why.
const REASON: &str = "x-powerbi-error-info";
/// What `$top` may be at most.
const MOST: usize = 5000;

/// The answer to a request.
pub(super) fn answer(world: &World, keys: &Keys, request: &SimRequest, moment: &Moment) -> WireReply {
    match caller(world, keys, request, moment) {
        Ok(principal) => Call { world, principal, request, moment }.answer(),
        Err(refusal) => refused(refusal, moment),
    }
}

fn refused(refusal: Refusal, moment: &Moment) -> WireReply {
    match refusal {
        Refusal::NoToken => reply::of_service(403, PowerBi, moment),
        Refusal::InvalidToken => because(403, "InvalidToken", moment),
        Refusal::TokenExpired => because(403, "TokenExpired", moment),
        Refusal::SwitchedOff => because(401, "ServicePrincipalIsNotAllowedByTenantAdminSwitch", moment),
    }
}

fn because(status: u16, reason: &str, moment: &Moment) -> WireReply {
    let mut reply = reply::of_service(status, PowerBi, moment);
    reply::header(&mut reply, REASON, reason);
    reply
}

/// A call of a service principal that may call.
struct Call<'w> {
    world: &'w World,
    principal: Principal<'w>,
    request: &'w SimRequest,
    moment: &'w Moment,
}

impl Call<'_> {
    fn answer(&self) -> WireReply {
        let path = self.request.path.to_ascii_lowercase();
        let route: Vec<&str> = path.trim_start_matches("/v1.0/myorg").trim_matches('/').split('/').collect();
        match (self.request.method.as_str(), route.as_slice()) {
            ("POST", ["generatetoken"]) => return embed::token(self),
            ("GET", _) => {}
            _ => return self.not_found(),
        }
        match route.as_slice() {
            ["groups"] => self.groups(),
            ["groups", group] => self.group(group),
            ["groups", group, "reports"] => self.in_group(group, |w| self.reports(w)),
            ["groups", group, "reports", id] => self.in_group(group, |w| self.report(w, id)),
            ["groups", group, "datasets"] => self.in_group(group, |w| self.models(w)),
            ["groups", group, "datasets", id] => self.in_group(group, |w| self.model(w, id)),
            ["reports" | "datasets" | "dashboards", ..] => self.my_workspace(),
            ["availablefeatures"] => self.features(),
            ["admin", "groups"] => self.admin_groups(),
            _ => self.not_found(),
        }
    }

    fn json(&self, status: u16, body: &Value) -> WireReply {
        reply::json(status, PowerBi, self.moment, body)
    }

    fn not_found(&self) -> WireReply {
        reply::of_service(404, PowerBi, self.moment)
    }

    /// Whether a wrong id answers 400 or 404 is not known; it has no body.
    fn bad_request(&self) -> WireReply {
        reply::of_service(400, PowerBi, self.moment)
    }

    fn list(&self, kind: &str, items: &[Value]) -> WireReply {
        self.json(
            200,
            &json!({
                "@odata.context": format!("https://{}/v1.0/myorg/$metadata#{kind}", self.request.host),
                "@odata.count": items.len(),
                "value": items,
            }),
        )
    }

    /// Without a user there is no My workspace (errors.tsv B01).
    fn my_workspace(&self) -> WireReply {
        self.json(403, &json!({"Message": "API is not accessible for application"}))
    }

    fn groups(&self) -> WireReply {
        let mut workspaces: Vec<&Workspace> = self.world.workspaces_of(&self.principal).map(|(w, _)| w).collect();
        if let Some(filter) = self.request.parameter("$filter") {
            let Some(wanted) = Filter::parse(&filter) else { return self.bad_request() };
            workspaces.retain(|workspace| wanted.fits(workspace));
        }
        let number = |name, usual| self.request.parameter(name).map_or(Some(usual), |text| text.parse().ok());
        let (Some(skip), Some(top @ 1..=MOST)) = (number("$skip", 0), number("$top", MOST)) else {
            return self.bad_request();
        };
        let page: Vec<Value> = workspaces.into_iter().skip(skip).take(top).map(group).collect();
        self.list("groups", &page)
    }

    /// An unknown workspace and one without a role look the same (errors.tsv C03).
    fn group(&self, id: &str) -> WireReply {
        let Some(id) = guid(id) else { return self.bad_request() };
        self.world.workspace(id, &self.principal).map_or_else(
            || self.json(401, &json!({"error": {"code": "Unauthorized"}})),
            |(workspace, _)| self.json(200, &group(workspace)),
        )
    }

    /// What lies in a workspace, for those with a role there (errors.tsv C01).
    fn in_group(&self, id: &str, then: impl Fn(&Workspace) -> WireReply) -> WireReply {
        let Some(id) = guid(id) else { return self.bad_request() };
        self.world
            .workspace(id, &self.principal)
            .map_or_else(|| because(401, "GroupNotAccessible", self.moment), |(workspace, _)| then(workspace))
    }

    fn reports(&self, workspace: &Workspace) -> WireReply {
        let reports: Vec<Value> = workspace.reports.values().map(|r| report(workspace, r)).collect();
        self.list("reports", &reports)
    }

    fn report(&self, workspace: &Workspace, id: &str) -> WireReply {
        let Some(id) = guid(id) else { return self.bad_request() };
        let found = workspace.reports.values().find(|report| report.id == id);
        found.map_or_else(|| self.no_entity(), |found| self.json(200, &report(workspace, found)))
    }

    fn models(&self, workspace: &Workspace) -> WireReply {
        let models: Vec<Value> = workspace.models.values().map(model).collect();
        self.list("datasets", &models)
    }

    fn model(&self, workspace: &Workspace, id: &str) -> WireReply {
        let Some(id) = guid(id) else { return self.bad_request() };
        let found = workspace.models.values().find(|model| model.id == id);
        found.map_or_else(|| self.no_entity(), |found| self.json(200, &model(found)))
    }

    /// Errors.tsv D01 and D06.
    fn admin_groups(&self) -> WireReply {
        if !self.world.reads_as_admin(&self.principal) {
            return self.not_authorized();
        }
        let top = self.request.parameter("$top").and_then(|text| text.parse().ok());
        let Some(top @ 1..=MOST) = top else { return self.bad_request() };
        let all = self.world.workspaces.values().filter(|w| w.tenant == self.principal.tenant_name);
        self.list("groups", &all.take(top).map(group).collect::<Vec<_>>())
    }

    /// Errors.tsv C06.
    fn no_entity(&self) -> WireReply {
        self.exception(404, "PowerBIEntityNotFound")
    }

    /// Errors.tsv C04: the code alone tells no cause.
    fn not_authorized(&self) -> WireReply {
        self.exception(401, "PowerBINotAuthorizedException")
    }

    fn exception(&self, status: u16, code: &str) -> WireReply {
        let inner = json!({"code": code, "parameters": {}, "details": [], "exceptionCulprit": 1});
        self.json(status, &json!({"error": {"code": code, "pbi.error": inner}}))
    }

    fn features(&self) -> WireReply {
        let trial = json!({
            "name": "embedTrial",
            "state": "Enabled",
            "extendedState": "Enabled",
            "additionalInfo": {"Usage": 0},
        });
        self.json(200, &json!({"features": [trial]}))
    }
}

fn group(workspace: &Workspace) -> Value {
    let mut group = json!({
        "id": workspace.id,
        "isReadOnly": false,
        "isOnDedicatedCapacity": workspace.capacity.is_some(),
        "type": "Workspace",
        "name": workspace.name,
    });
    if let Some(capacity) = workspace.capacity {
        // Power BI writes this id in capitals, Fabric does not.
        group["capacityId"] = capacity.to_string().to_ascii_uppercase().into();
    }
    group
}

fn report(workspace: &Workspace, report: &Report) -> Value {
    let (group, id) = (workspace.id, report.id);
    json!({
        "id": id,
        "reportType": "PowerBIReport",
        "name": report.name,
        "webUrl": format!("https://app.powerbi.com/groups/{group}/reports/{id}"),
        "embedUrl": format!("https://app.powerbi.com/reportEmbed?reportId={id}&groupId={group}&w=2"),
        "datasetId": workspace.models.get(&report.model).map(|model| model.id),
        "datasetWorkspaceId": group,
    })
}

fn model(model: &super::world::Model) -> Value {
    json!({
        "id": model.id,
        "name": model.name,
        "isRefreshable": true,
        "isEffectiveIdentityRequired": model.row_level_security,
        "isEffectiveIdentityRolesRequired": model.row_level_security,
        "isOnPremGatewayRequired": false,
    })
}

/// The `OData` filters that are understood: one `eq` on name or id, or `contains` on the name.
enum Filter {
    Name(String),
    Id(String),
    Contains(String),
}

impl Filter {
    fn parse(text: &str) -> Option<Self> {
        let quoted = |text: &str| Some(text.trim().strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"));
        if let Some(inside) = text.trim().strip_prefix("contains(name,") {
            return quoted(inside.strip_suffix(')')?).map(Self::Contains);
        }
        let (member, value) = text.split_once(" eq ")?;
        match member.trim() {
            "name" => quoted(value).map(Self::Name),
            "id" => quoted(value).or_else(|| Some(value.trim().to_owned())).map(Self::Id),
            _ => None,
        }
    }

    fn fits(&self, workspace: &Workspace) -> bool {
        match self {
            Self::Name(name) => workspace.name.eq_ignore_ascii_case(name),
            Self::Id(id) => guid(id) == Some(workspace.id),
            Self::Contains(part) => workspace.name.to_lowercase().contains(&part.to_lowercase()),
        }
    }
}
