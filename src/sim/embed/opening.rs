//! Whether a viewer may open an item, and what it shows (embed.md 5, errors.tsv J01 to J07).

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::bearer::{self, Refusal};
use super::super::keys::Keys;
use super::super::world::{Caller, Workspace, World, guid};
use super::super::{Moment, token as access};
use super::token::Pass;

/// What is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Kind {
    Report,
    Dashboard,
    Paginated,
}

impl Kind {
    /// The kind whose page has this path. `None` for the path of something else.
    pub(super) fn of_page(path: &str) -> Option<Self> {
        match path.to_ascii_lowercase().as_str() {
            "/reportembed" => Some(Self::Report),
            "/dashboardembed" => Some(Self::Dashboard),
            "/rdlembed" => Some(Self::Paginated),
            _ => None,
        }
    }

    /// Whether its page knows what a configuration of this type asks it to load.
    pub(super) fn takes(self, of_type: &str) -> bool {
        (self == Self::Dashboard) == of_type.eq_ignore_ascii_case("dashboard")
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Dashboard => "dashboard",
            Self::Paginated => "paginated",
        }
    }

    pub(super) fn named(name: &str) -> Self {
        [Self::Dashboard, Self::Paginated].into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Report)
    }
}

/// What a page is told to show.
pub(in crate::sim) struct Load {
    pub(super) kind: Kind,
    /// The item's id, as it was given.
    pub(super) id: String,
    /// The workspace, where the configuration or the address names one.
    pub(super) group: Option<String>,
}

/// Who looks.
pub(super) enum Viewer<'w> {
    /// Whoever holds an embed token.
    Holder(Pass),
    /// Somebody with an access token of Entra's, which ends then.
    Caller(Caller<'w>, Timestamp),
}

/// An item that is open.
pub(super) struct Opened<'w> {
    pub(super) name: &'w str,
    /// The custom visuals in it that want an access token of the user, by title.
    pub(super) visuals: &'w [String],
    /// Whether its page has a layout for mobile devices.
    pub(super) mobile_layout: bool,
    workspace: &'w Workspace,
}

/// What a custom visual writes that asked its host for a token of the user: embedded reports have no such service.
pub(super) fn no_sign_in(title: &str) -> String {
    format!("{title}: acquireAADTokenStatus returned NotSupported")
}

/// Why nothing is shown: a status of the services, and the event that the page raises.
pub(super) struct Refused {
    pub(super) status: u16,
    message: &'static str,
    detailed: &'static str,
    /// The event's code. Absent where it has none.
    code: Option<&'static str>,
}

const GET_FAILED: &str = "Get report failed";
const EXPIRED: &str = "Access token has expired, resubmit with a new access token";

impl Refused {
    const fn load(status: u16, code: &'static str) -> Self {
        Self { status, message: "LoadReportFailed", detailed: GET_FAILED, code: Some(code) }
    }

    const fn entity(status: u16, message: &'static str, code: &'static str) -> Self {
        Self { status, message, detailed: GET_FAILED, code: Some(code) }
    }

    /// J02: the token does not tell the cluster.
    const fn no_cluster() -> Self {
        let detailed = "Fail to initialize - Couldn't resolve cluster";
        Self { status: 403, message: "LoadReportFailed", detailed, code: Some("403") }
    }

    const fn expired(detailed: &'static str) -> Self {
        Self { status: 403, message: "TokenExpired", detailed, code: Some("403") }
    }

    /// The same of a visual, where the item was shown already.
    pub(super) fn while_shown(self) -> Self {
        if self.message == "TokenExpired" {
            let detailed =
                "Access token has expired, resubmit with a new access token. Could not render a report visual: Orders";
            return Self::expired(detailed);
        }
        self
    }

    /// The detail of the `error` event.
    pub(super) fn detail(&self, moment: &Moment) -> Value {
        let mut detail = json!({
            "message": self.message,
            "detailedMessage": self.detailed,
            "level": 6,
            "technicalDetails": { "requestId": moment.trace },
        });
        if let Some(code) = self.code {
            detail["errorCode"] = code.into();
        }
        detail
    }
}

impl<'w> Viewer<'w> {
    /// Whoever a token speaks for, read as the kind of token that the configuration says it is.
    pub(super) fn of(world: &'w World, keys: &Keys, text: &str, embed: bool, moment: &Moment) -> Result<Self, Refused> {
        if text.is_empty() {
            let (message, detailed) = ("Invalid parameters", "powerbiToken parameter not specified");
            return Err(Refused { status: 403, message, detailed, code: None });
        }
        let viewer = if embed {
            Self::Holder(Pass::read(keys, text).ok_or(Refused::no_cluster())?)
        } else {
            let end = keys.verified(text).and_then(|claims| access::end(&claims));
            match bearer::holder(world, keys, text, moment) {
                Ok(caller) => Self::Caller(caller, end.ok_or(Refused::no_cluster())?),
                Err(Refusal::TokenExpired) if end.is_some() => return Err(Refused::expired(EXPIRED)),
                Err(_) => return Err(Refused::no_cluster()),
            }
        };
        if viewer.end() <= moment.now { Err(Refused::expired(EXPIRED)) } else { Ok(viewer) }
    }

    /// When the token ends.
    pub(super) fn end(&self) -> Timestamp {
        match self {
            Self::Holder(pass) => pass.end(),
            Self::Caller(_, end) => *end,
        }
    }
}

/// Opens an item for a viewer.
pub(super) fn open<'w>(
    world: &'w World,
    viewer: &Viewer<'w>,
    load: &Load,
    moment: &Moment,
) -> Result<Opened<'w>, Refused> {
    let id = guid(&load.id).ok_or(Refused::load(500, "500"))?;
    let found = find(world, load.kind, id);
    match viewer {
        Viewer::Holder(pass) => {
            let named = if load.kind == Kind::Dashboard { &pass.dashboards } else { &pass.reports };
            match found {
                Some(opened) if named.contains(&id) => Ok(opened),
                Some(_) => Err(Refused::load(403, "403")),
                None => Err(Refused::load(404, "404")),
            }
        }
        Viewer::Caller(caller, _) => {
            let sees = |workspace: &Workspace| {
                let own = workspace.personal_of.as_ref() == Some(&caller.name);
                own || world.role(workspace, caller, moment.now).is_some()
            };
            let group = load.group.as_deref().map(guid);
            let workspace = group.and_then(|group| world.workspaces.values().find(|w| Some(w.id) == group));
            if group.is_some() && !workspace.is_some_and(sees) {
                return Err(Refused::entity(401, "PowerBINotAuthorizedException", "401"));
            }
            found
                .filter(|opened| sees(opened.workspace) && workspace.is_none_or(|w| w.id == opened.workspace.id))
                .ok_or(Refused::entity(404, "PowerBIEntityNotFound", "404"))
        }
    }
}

fn find(world: &World, kind: Kind, id: Uuid) -> Option<Opened<'_>> {
    world.workspaces.values().find_map(|workspace| {
        if kind == Kind::Dashboard {
            let dashboard = workspace.dashboards.values().find(|dashboard| dashboard.id == id)?;
            return Some(Opened { name: &dashboard.name, visuals: &[], mobile_layout: false, workspace });
        }
        let report = workspace.reports.values().find(|report| report.id == id)?;
        let mobile_layout = report.mobile_layout;
        Some(Opened { name: &report.name, visuals: &report.visuals_signing_in, mobile_layout, workspace })
    })
}

/// The data of an item: a number of rows. A capacity that is paused gives none.
pub(super) fn rows(world: &World, opened: &Opened<'_>) -> Result<u8, Refused> {
    if world.capacity_of(opened.workspace).is_some_and(|capacity| capacity.paused) {
        let (message, detailed) = ("OpenConnectionError", "Can't display the visual");
        return Err(Refused { status: 400, message, detailed, code: None });
    }
    Ok(3)
}
