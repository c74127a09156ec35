//! The runbook's pages as resources.

use std::collections::BTreeMap;

use rmcp::model::{Resource, ResourceContents};

use crate::explain::Catalogue;
use crate::runbook;

/// How a page's address begins.
const BASE: &str = "pbiauth://runbook/";
const FORM: &str = "text/markdown";

/// The pages by their path, without the line by which a later run would know its files.
pub(super) fn of(catalogue: &Catalogue<'_>) -> BTreeMap<String, String> {
    let plain =
        |text: String| text.strip_prefix(runbook::MARK).map(|text| text.trim_start().to_owned()).unwrap_or(text);
    runbook::files(catalogue).into_iter().map(|(path, text)| (path, plain(text))).collect()
}

/// The pages as a client lists them.
pub(super) fn list(pages: &BTreeMap<String, String>) -> Vec<Resource> {
    pages
        .iter()
        .map(|(path, text)| {
            let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(path);
            let size = text.len() as u64;
            Resource::new(format!("{BASE}{path}"), path.as_str()).with_title(title).with_mime_type(FORM).with_size(size)
        })
        .collect()
}

/// The page of an address. `None` where there is none.
pub(super) fn read(pages: &BTreeMap<String, String>, address: &str) -> Option<ResourceContents> {
    let text = pages.get(address.strip_prefix(BASE)?)?;
    Some(ResourceContents::text(text.as_str(), address).with_mime_type(FORM))
}
