//! Scenarios: a world, what the network does to it, the caller's side and the diagnosis that it must lead to.

mod check;
mod merge;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};
use uuid::Uuid;

use super::caller::Caller;
use super::clock::Clock;
use super::faults::PlannedFault;
use super::world::{Application, Browser, Capacity, Certificate, Group, Host, Tenant, User, Workspace, World};
use crate::embedded::SCENARIOS;

/// The scenario that the others differ from.
pub const HEALTHY: &str = "healthy";
/// A scenario file is at most this large, in bytes.
const MAX_FILE: u64 = 256 * 1024;
/// A scenario is based on another at most this often.
const MAX_BASES: usize = 8;

/// One scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its path under `fixtures/scenarios` without ending, or the path of a file of one's own.
    pub name: String,
    /// What is wrong in it, in words.
    pub title: String,
    /// Who and what there is.
    pub world: World,
    /// Two clocks.
    pub clock: Clock,
    /// What every reply takes longer.
    pub latency: Duration,
    /// What the network does.
    pub faults: Vec<PlannedFault>,
    /// What the caller was given.
    pub caller: Caller,
    /// What the diagnosis must be.
    pub expect: Expect,
}

/// The report that a scenario must lead to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The report's outcome.
    pub outcome: String,
    /// The causes, ranked. Empty for a healthy world.
    #[serde(default)]
    pub diagnoses: Vec<String>,
    /// The confidence of the first cause. Absent where there is none.
    #[serde(default)]
    pub confidence: Option<String>,
}

/// A scenario that cannot be used.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// No such scenario, and no such file.
    #[error("there is no scenario \"{name}\"{}\nknown scenarios: {}", did_you_mean(name), known().join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is larger than a scenario is.
    #[error("{path}: larger than {MAX_FILE} bytes")]
    TooLarge {
        /// The file.
        path: String,
    },
    /// The file is no TOML, or says what no scenario says.
    #[error("{place}: {message}")]
    Wrong {
        /// The file, with line and column or the key where they are known.
        place: String,
        /// What is wrong there.
        message: String,
    },
}

/// A scenario as it is written, its base merged in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    #[serde(default)]
    tenants: BTreeMap<String, Tenant>,
    #[serde(default)]
    applications: BTreeMap<String, Application>,
    #[serde(default)]
    users: BTreeMap<String, User>,
    #[serde(default)]
    groups: BTreeMap<String, Group>,
    #[serde(default)]
    capacities: BTreeMap<String, Capacity>,
    #[serde(default)]
    workspaces: BTreeMap<String, Workspace>,
    #[serde(default)]
    certificates: BTreeMap<String, Certificate>,
    #[serde(default)]
    unreachable_issuers: Vec<String>,
    #[serde(default)]
    host: Option<Host>,
    #[serde(default)]
    browser: Browser,
    #[serde(default)]
    crowd: Option<Crowd>,
    #[serde(default)]
    clock: Clock,
    #[serde(default)]
    latency: Latency,
    #[serde(default)]
    faults: Vec<PlannedFault>,
    #[serde(default)]
    caller: Caller,
    expect: Expect,
}

/// Many workspaces that are alike, as large tenants have them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Crowd {
    /// How many.
    workspaces: u16,
    /// Their tenant.
    tenant: String,
    /// Who is a Viewer in each.
    viewer: String,
}

impl Crowd {
    fn workspace(&self, number: u16) -> (String, Workspace) {
        let id = Uuid::from_u128(CROWD + u128::from(number));
        let workspace = Workspace::of_a_crowd(&self.tenant, id, format!("Team {number:05}"), &self.viewer);
        (format!("crowd-{number:05}"), workspace)
    }
}

/// The ids of a crowd's workspaces count from here.
const CROWD: u128 = 0xc2_0d00_0000_0040_0080_0000_0000_0000_u128 << 8;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Latency {
    /// At most a minute, by its type: a scenario is no way to wait for ever.
    ms: u16,
}

impl Scenario {
    /// The scenario of that name; failing that, the scenario in that file.
    ///
    /// # Errors
    /// An unknown name, an unreadable or too large file, and everything in it that no scenario says.
    pub fn load(name_or_path: &str) -> Result<Self, ScenarioError> {
        if let Some(text) = embedded(name_or_path) {
            return Self::read(name_or_path, text);
        }
        let path = Path::new(name_or_path);
        if !path.is_file() && path.extension().is_none() {
            return Err(ScenarioError::Unknown { name: name_or_path.to_owned() });
        }
        Self::read(name_or_path, &file_text(name_or_path)?)
    }

    /// Reads the text of a scenario.
    fn read(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let table = merge::whole(name, text)?;
        let wrong = |message: String| ScenarioError::Wrong { place: name.to_owned(), message };
        let written = Written::deserialize(Value::Table(table)).map_err(|e| wrong(e.to_string().trim().to_owned()))?;
        let crowd = written.crowd.iter().flat_map(|crowd| (0..crowd.workspaces).map(|n| crowd.workspace(n)));
        let workspaces = written.workspaces.into_iter().chain(crowd).collect();
        let mut scenario = Self {
            name: name.to_owned(),
            title: written.title,
            world: World {
                tenants: written.tenants,
                applications: written.applications,
                users: written.users,
                groups: written.groups,
                capacities: written.capacities,
                workspaces,
                certificates: written.certificates,
                unreachable_issuers: written.unreachable_issuers,
                host: written.host,
                browser: written.browser,
            },
            clock: written.clock,
            latency: Duration::from_millis(written.latency.ms.into()),
            faults: written.faults,
            caller: written.caller,
            expect: written.expect,
        };
        check::references(&scenario).map_err(wrong)?;
        scenario.issue_certificates(scenario.clock.now).map_err(wrong)?;
        Ok(scenario)
    }
}

/// The names of the scenarios that the binary carries.
#[must_use]
pub fn known() -> Vec<&'static str> {
    SCENARIOS.iter().map(|(name, _)| *name).collect()
}

fn embedded(name: &str) -> Option<&'static str> {
    SCENARIOS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn did_you_mean(name: &str) -> String {
    /// Below this likeness a suggestion only confuses.
    const ALIKE: f64 = 0.7;
    let stem = |path: &'static str| path.rsplit_once('/').map_or(path, |(_, stem)| stem);
    let likeness = |known: &'static str| strsim::jaro(name, known).max(strsim::jaro(name, stem(known)));
    let best = known().into_iter().map(|known| (likeness(known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(alike, _)| *alike > ALIKE)
        .map_or_else(String::new, |(_, known)| format!(": did you mean \"{known}\"?"))
}

fn file_text(path: &str) -> Result<String, ScenarioError> {
    let unreadable = |source| ScenarioError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
    if read as u64 > MAX_FILE {
        return Err(ScenarioError::TooLarge { path: path.to_owned() });
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
