//! The scenarios of the simulated tenant: their list, and what may be meant by a name that is none.

use super::print;
use crate::error::Error;
use crate::exit;
use crate::sim::scenario::{Scenario, ScenarioError, known};

/// Below this likeness a suggestion only confuses.
const ALIKE: f64 = 0.85;
/// At most so many names are suggested.
const MOST: usize = 6;

/// Loads a scenario.
///
/// # Errors
/// When it cannot be used; where there is none of that name, the names that may be meant are told.
pub(super) fn load(name: &str) -> Result<Scenario, Error> {
    Scenario::load(name).map_err(|error| match error {
        ScenarioError::Unknown { name } => Error::UnknownScenario { help: suggestion(&name), name },
        other => other.into(),
    })
}

/// Lists every scenario with its title.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn list() -> Result<u8, Error> {
    let widest = known().iter().map(|name| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for name in known() {
        let title = Scenario::load(name)?.title;
        text.extend([format!("{name:<widest$}  {title}\n")]);
    }
    print(&text)?;
    Ok(exit::DONE)
}

fn suggestion(name: &str) -> String {
    let near = near(name);
    let named = if near.is_empty() { String::new() } else { format!("did you mean {}? ", near.join(", ")) };
    format!("{named}`pbiauth sim --list` lists all {} scenarios", known().len())
}

/// The names nearest to a word: those that hold it, then those that are spelled alike.
fn near(name: &str) -> Vec<&'static str> {
    let stem = |path: &'static str| path.rsplit_once('/').map_or(path, |(_, stem)| stem);
    let asked = name.rsplit_once('/').map_or(name, |(_, stem)| stem).to_lowercase();
    let likeness = |known: &'static str| match stem(known) {
        stem if asked.len() > 2 && stem.contains(&asked) => 1.0 + strsim::jaro(&asked, stem),
        stem => strsim::jaro_winkler(name, known).max(strsim::jaro_winkler(&asked, stem)),
    };
    let mut found: Vec<(f64, &'static str)> = known().into_iter().map(|known| (likeness(known), known)).collect();
    found.retain(|(alike, _)| *alike > ALIKE);
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(MOST).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(near("token/secret-expierd").first(), Some(&"token/secret-expired"));
        assert!(near("viewer").len() > 2, "{:?}", near("viewer"));
        assert!(near("xqz").is_empty(), "{:?}", near("xqz"));
    }
}
