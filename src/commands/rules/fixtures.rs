//! The fixtures that lie beside a folder of rules.

use std::path::{Path, PathBuf};

use crate::embedded::SCENARIOS;
use crate::error::Error;
use crate::rule::Confidence;

/// A fixture and what it must lead to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fixture {
    /// Its path beneath the folder of fixtures, with slashes.
    pub(super) name: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it must lead to.
    pub(super) expected: Expected,
}

/// What a fixture must lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// This cause comes first, and this sure. Absent: the name tells no confidence.
    First(String, Option<Confidence>),
    /// This cause does not come first.
    NotFirst(String),
    /// Nothing is diagnosed.
    Nothing,
}

/// Every fixture beside a folder of rules, in the order of their names. None where there is no such folder.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn beside(rules: &Path) -> Result<Vec<Fixture>, Error> {
    let unreadable =
        |path: &Path, e: std::io::Error| Error::Unreadable { path: path.to_path_buf(), why: e.to_string() };
    let rules = rules.canonicalize().map_err(|e| unreadable(rules, e))?;
    let Some(root) = rules.parent().map(|parent| parent.join("fixtures")).filter(|root| root.is_dir()) else {
        return Ok(Vec::new());
    };
    let mut fixtures = Vec::new();
    for group in ["causes", "near", "healthy"] {
        let mut open = vec![root.join(group)];
        while let Some(folder) = open.pop().filter(|folder| folder.is_dir()) {
            for entry in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, e))? {
                let path = entry.map_err(|e| unreadable(&folder, e))?.path();
                if path.is_dir() {
                    open.push(path);
                } else if let Some(fixture) = fixture(&root, path) {
                    fixtures.push(fixture);
                }
            }
        }
    }
    fixtures.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(fixtures)
}

/// The names of the fixtures that are about a cause, and of the simulator's worlds in the tool that lead to it.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn of_cause(rules: &Path, cause: &str) -> Result<Vec<String>, Error> {
    let about = |fixture: &Fixture| match &fixture.expected {
        Expected::First(of, _) | Expected::NotFirst(of) => of == cause,
        Expected::Nothing => false,
    };
    let texts = beside(rules)?.into_iter().filter(about).map(|fixture| fixture.name);
    let worlds = SCENARIOS.iter().filter(|(_, text)| leads_to(text).as_deref() == Some(cause));
    Ok(texts.chain(worlds.map(|(name, _)| format!("scenarios/{name}.toml"))).collect())
}

/// The cause that a world of the simulator leads to.
pub(super) fn leads_to(scenario: &str) -> Option<String> {
    let file: toml::Table = scenario.parse().ok()?;
    Some(file.get("expect")?.get("diagnoses")?.get(0)?.as_str()?.to_owned())
}

/// A file as a fixture, by where it lies. Absent for files that lie elsewhere.
fn fixture(root: &Path, path: PathBuf) -> Option<Fixture> {
    let name = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').collect();
    let expected = match parts.as_slice() {
        ["causes", cause, file] => Expected::First((*cause).to_owned(), confidence_in(file)),
        ["near", cause, _] => Expected::NotFirst((*cause).to_owned()),
        ["healthy", ..] => Expected::Nothing,
        _ => return None,
    };
    Some(Fixture { name, path, expected })
}

/// `NAME.CONFIDENCE.ENDING`.
fn confidence_in(file: &str) -> Option<Confidence> {
    let word = file.rsplit('.').nth(1)?;
    serde_json::from_value(word.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_fixture_lies_tells_what_it_must_lead_to() {
        let expected = |name: &str| fixture(Path::new("f"), Path::new("f").join(name)).map(|f| f.expected);
        let first = |sure| Some(Expected::First("c".to_owned(), sure));
        assert_eq!(expected("causes/c/a.likely.json"), first(Some(Confidence::Likely)));
        assert_eq!(expected("causes/c/a.json"), first(None));
        assert_eq!(expected("near/c/a.txt"), Some(Expected::NotFirst("c".to_owned())));
        assert_eq!(expected("healthy/a.txt"), Some(Expected::Nothing));
        assert_eq!(expected("notes.txt"), None);
    }
}
