//! The portal's pages, which are for people and not for frames.

use super::super::{Moment, reply};
use crate::evidence::embed::of_portal;
use crate::wire::WireReply;

/// What they say of frames. The value is a guess; that they refuse is not (embed.md 4).
pub(super) const FRAMES: &str = "deny";

/// The answer to whoever opens one of them. `None` for a page of something else.
pub(super) fn answer(host: &str, path: &str, moment: &Moment) -> Option<WireReply> {
    let is_portal = host.starts_with("app.powerbi.com") && of_portal(path) == Some(true);
    is_portal.then(|| {
        let mut page = reply::empty(200, moment);
        reply::header(&mut page, "content-type", "text/html; charset=utf-8");
        reply::header(&mut page, "x-frame-options", FRAMES);
        page.body = Some(b"<!doctype html><title>Power BI</title>".to_vec());
        page
    })
}
