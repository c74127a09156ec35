//! What an embedded report, dashboard or paginated report asks of the services, and the pages that stand in for it.
//!
//! A page speaks powerbi-client's frame protocol and decides nothing: what it raises follows from three questions that it
//! asks of the model, as the real one asks its cluster: which cluster the token belongs to, the item, and its data.

mod opening;
mod play;
mod portal;
pub(super) mod token;

use serde_json::{Value, json};

use super::keys::Keys;
use super::request::SimRequest;
use super::world::World;
use super::{Moment, reply};
use crate::record::Service::PowerBi;
use crate::wire::WireReply;
use opening::{Kind, Load, Refused, Viewer};
pub(super) use play::{HostPage, play};

/// The page's code. It stands in the page itself: a frame of another origin must not depend on a second request.
const CODE: &str = include_str!("frame.js");
/// The page around it.
const PAGE: &str = include_str!("frame.html");

/// The answer to a request of the pages and of what they ask. `None` for a request to somebody else.
pub(super) fn answer(world: &World, keys: &Keys, request: &SimRequest, moment: &Moment) -> Option<WireReply> {
    let path = request.path.to_ascii_lowercase();
    if let Some(kind) = Kind::of_page(&path) {
        return Some(if request.method == "GET" { shown(kind, moment) } else { reply::empty(405, moment) });
    }
    if let Some(page) = portal::answer(&request.host, &path, moment) {
        return Some(page);
    }
    let ask = Ask { world, keys, request, moment };
    match path.trim_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["metadata", "cluster"] => Some(ask.cluster()),
        ["explore", "querydata"] => Some(ask.data()),
        ["explore", item, id, "modelsandexploration"] => {
            let kind = match *item {
                "dashboards" => Kind::Dashboard,
                "rdl" => Kind::Paginated,
                _ => Kind::Report,
            };
            Some(ask.item(kind, id))
        }
        _ => None,
    }
}

/// The page of an item. It may stand in any frame.
fn shown(kind: Kind, moment: &Moment) -> WireReply {
    let mut page = reply::empty(200, moment);
    reply::header(&mut page, "content-type", "text/html; charset=utf-8");
    reply::header(&mut page, "cache-control", "no-store");
    page.body = Some(PAGE.replace("{kind}", kind.name()).replace("{code}", CODE).into_bytes());
    page
}

/// A question of a page.
struct Ask<'w> {
    world: &'w World,
    keys: &'w Keys,
    request: &'w SimRequest,
    moment: &'w Moment,
}

impl<'w> Ask<'w> {
    /// Who looks, by the token in the Authorization header: `EmbedToken …` or `Bearer …`.
    fn viewer(&self, moment: &Moment) -> Result<Viewer<'w>, Refused> {
        let header = self.request.header("authorization").unwrap_or_default();
        let (scheme, text) = header.split_once(' ').unwrap_or(("", header));
        Viewer::of(self.world, self.keys, text, scheme.eq_ignore_ascii_case("embedtoken"), moment)
    }

    fn load(&self, kind: Kind, id: &str) -> Load {
        Load { kind, id: id.to_owned(), group: self.request.parameter("groupId").filter(|group| !group.is_empty()) }
    }

    fn cluster(&self) -> WireReply {
        let viewer = match self.viewer(self.moment) {
            Ok(viewer) => viewer,
            Err(refused) => return self.refused(&refused),
        };
        let left = viewer.end().duration_since(self.moment.now).as_secs();
        self.answered(&json!({ "FixedClusterUri": token::CLUSTER, "NewInstance": false, "secondsLeft": left }))
    }

    fn item(&self, kind: Kind, id: &str) -> WireReply {
        let opened = self
            .viewer(self.moment)
            .and_then(|viewer| opening::open(self.world, &viewer, &self.load(kind, id), self.moment));
        match opened {
            Ok(opened) => self.answered(&json!({
                "name": opened.name,
                "pages": [{ "name": "ReportSection", "displayName": "Page 1", "isActive": true }],
                "layouts": { "Master": true, "MobilePortrait": opened.mobile_layout },
            })),
            Err(refused) => self.refused(&refused),
        }
    }

    fn data(&self) -> WireReply {
        let body: Value = serde_json::from_slice(&self.request.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = Kind::named(text("kind"));
        let later = self.moment.after(self.world.browser.sleeps);
        let shown = self.viewer(&later).map_err(Refused::while_shown).and_then(|viewer| {
            let opened = opening::open(self.world, &viewer, &self.load(kind, text("id")), &later)?;
            Ok((opening::rows(self.world, &opened)?, opened.visuals))
        });
        match shown {
            Ok((rows, visuals)) => {
                let words: Vec<String> = visuals.iter().map(|title| opening::no_sign_in(title)).collect();
                self.answered(&json!({ "rows": rows, "visuals": words }))
            }
            Err(refused) => self.refused(&refused),
        }
    }

    fn answered(&self, body: &Value) -> WireReply {
        reply::json(200, PowerBi, self.moment, body)
    }

    fn refused(&self, refused: &Refused) -> WireReply {
        reply::json(refused.status, PowerBi, self.moment, &json!({ "error": refused.detail(self.moment) }))
    }
}
