//! Which workspace and which report are meant: given by id or by name, listed or not.

use crate::evidence::{all_entries, candidates, matching};
use crate::powerbi::request::{self, MOST_PAGES, PAGE, entries, page_name};
use crate::record::{Field, Given, Record, Request};
use crate::secret::Kind;

/// Where a workspace is found.
pub(super) enum Place {
    /// It has this id.
    Id(String),
    /// My workspace: the routes without an id.
    Mine,
    /// These answers are needed first.
    Ask(Vec<Request>),
    /// There is none, for this reason.
    Nowhere(String),
}

/// The requests for the pages of workspaces that are still to be asked for.
pub(super) fn workspace_pages(record: &Record) -> Vec<Request> {
    let mut page = 0;
    loop {
        let name = page_name("workspaces", page);
        match record.reply(&name) {
            Some(reply) if entries(reply).is_some_and(|list| list.len() >= PAGE) => page += 1,
            _ if page == MOST_PAGES || record.answer(&name).is_some() => return Vec::new(),
            _ => return vec![request::workspaces(&record.inputs.hosts, page)],
        }
    }
}

/// The workspace whose reports are looked at: the one that was named, else My workspace for a report that was named
/// alone, as the API has it, else the first of the list.
pub(super) fn workspace(record: &Record) -> Place {
    let Some(given) = record.inputs.get(Field::Workspace) else { return unnamed(record) };
    if is_blank(given) {
        return Place::Nowhere(format!("{} is empty", given.from));
    }
    if is_mine(given) {
        return Place::Mine;
    }
    match given.text.as_deref().map(str::trim) {
        Some(id) if given.form.kind == Kind::Guid => Place::Id(id.to_owned()),
        _ => by_name(record, given),
    }
}

/// Whether a name was given and is empty.
pub(super) fn is_blank(given: &Given) -> bool {
    given.form.kind == Kind::Empty
}

/// Whether My workspace is meant: the portal's addresses call it `me`.
pub(super) fn is_mine(given: &Given) -> bool {
    given.text.as_deref().is_some_and(|text| text.trim().eq_ignore_ascii_case("me"))
}

fn unnamed(record: &Record) -> Place {
    if record.inputs.get(Field::Report).is_some() {
        return Place::Mine;
    }
    let pages = workspace_pages(record);
    if !pages.is_empty() {
        return Place::Ask(pages);
    }
    match all_entries(record, "workspaces") {
        None => Place::Nowhere("the workspaces couldn't be listed".to_owned()),
        Some(list) => list.first().and_then(|first| first.get("id")?.as_str()).map_or_else(
            || Place::Nowhere("the caller doesn't see any workspace".to_owned()),
            |id| Place::Id(id.to_owned()),
        ),
    }
}

fn by_name(record: &Record, given: &Given) -> Place {
    let pages = workspace_pages(record);
    if !pages.is_empty() {
        return Place::Ask(pages);
    }
    let Some(list) = all_entries(record, "workspaces") else {
        return Place::Nowhere("the workspaces couldn't be listed, so the name couldn't be looked up".to_owned());
    };
    let found = matching(list.iter().copied(), given);
    let candidates = candidates::of(&list, given, &found).unwrap_or_default().join(", ");
    match found.as_slice() {
        [] if candidates.is_empty() => Place::Nowhere("no workspace in the list has this name".to_owned()),
        [] => Place::Nowhere(format!("no workspace in the list has this name; similar: {candidates}")),
        [one] => match one.get("id").and_then(|id| id.as_str()) {
            Some(id) => Place::Id(id.to_owned()),
            None => Place::Nowhere("the list has no ID for the workspace with this name".to_owned()),
        },
        several => Place::Nowhere(format!("{} workspaces have this name: {candidates}", several.len())),
    }
}
