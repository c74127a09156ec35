//! What the caller's own page says: the configuration that it gives to powerbi-client, and its Content-Security-Policy.

use std::path::Path;

use serde_json::{Map, Value};

use crate::cli::embed::Embed;
use crate::commands::{SMALL, read_bounded};
use crate::error::Error;
use crate::import::configuration;
use crate::record::HostPage;
use crate::secret::Form;
use crate::sim::caller::Embeds;

/// The page that the options describe, or the scenario's caller has. `None` where neither says anything.
///
/// # Errors
/// When the file of the configuration can't be read or holds none.
pub(super) fn page(options: &Embed, of_scenario: &Embeds) -> Result<Option<HostPage>, Error> {
    let config = match &options.page_config {
        Some(file) => read(file)?,
        None => kept(&of_scenario.page_config),
    };
    let policy = options.page_policy.clone().or_else(|| of_scenario.page_policy.clone());
    let page = HostPage { config, policy };
    Ok(Some(page).filter(|page| *page != HostPage::default()))
}

fn read(file: &Path) -> Result<Map<String, Value>, Error> {
    let wrong = |why: &str| Error::PageConfig { path: file.to_path_buf(), why: why.to_owned() };
    let bytes = read_bounded(file, SMALL)?;
    let text = String::from_utf8_lossy(&bytes);
    let found = configuration(&text).ok_or_else(|| wrong("it has no embed configuration"))?;
    let config = kept(&found);
    let secret = config.iter().find(|(_, value)| value.as_str().is_some_and(|text| Form::of(text).is_secret()));
    match secret {
        Some((name, _)) => Err(wrong(&format!("{name} looks like a token or another secret"))),
        None if config.is_empty() => Err(wrong("its embed configuration has none of the members that pbiauth uses")),
        None => Ok(config),
    }
}

/// The members that count, with a value of the kinds that they have. The token of a page is never among them.
fn kept(config: &Map<String, Value>) -> Map<String, Value> {
    let of_kind = |value: &Value| value.is_string() || value.is_u64();
    let members = HostPage::MEMBERS.into_iter().filter_map(|name| Some((name, config.get(name)?)));
    members.filter(|(_, value)| of_kind(value)).map(|(name, value)| (name.to_owned(), value.clone())).collect()
}
