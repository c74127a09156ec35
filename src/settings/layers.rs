//! Lays the settings file and a profile of it over and under the environment.

use std::collections::BTreeMap;

use super::Environment;
use super::expect::Written;
use super::file::{File, Key, Place, Table, Value};
use crate::record::Expected;

/// Variables that belong to one caller. A profile stands for a caller of its own, and takes none of them.
const OF_ONE_CALLER: [&str; 14] = [
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
    "PBIAUTH_ACCESS_TOKEN",
    "PBIAUTH_REFRESH_TOKEN",
    "PBIAUTH_AUTH",
    "PBIAUTH_WORKSPACE",
    "PBIAUTH_REPORT",
    "PBIAUTH_FACTS",
    "PBIAUTH_TENANT_SETTINGS",
];
/// Variables that count as absent when they are empty.
const NEVER_EMPTY: [&str; 3] = ["PBIAUTH_AUTH", "PBIAUTH_CLOUD", "PBIAUTH_CA_FILE"];

/// The variable that names the workspace.
const WORKSPACE: &str = "PBIAUTH_WORKSPACE";

/// The environment of a run, with what the files add to it.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Every variable.
    pub environment: Environment,
    /// Where variables come from that the process does not have: words by name.
    pub origins: BTreeMap<String, String>,
    /// The variables of the user's own that the settings file names, set or not, by the variable that they stand for.
    pub variables: BTreeMap<String, String>,
    /// The lines of what files say, by the words for where it is.
    pub lines: BTreeMap<String, usize>,
    /// What is to be said of them.
    pub notes: Vec<String>,
    /// What the settings file expects.
    pub expected: Vec<Expected>,
}

impl Layers {
    /// Lays a file of variables under those of the process.
    pub fn add_variables(&mut self, name: &str, variables: &Environment, lines: &BTreeMap<String, usize>) {
        for (variable, value) in variables {
            if !self.environment.contains_key(variable) {
                let place = format!("{name}, {variable}");
                self.lines.extend(lines.get(variable).map(|line| (place.clone(), *line)));
                self.set(variable, value.clone(), place);
            }
        }
    }

    /// Lays a settings file under the variables, and one of its profiles over them. `secret` reads a secret where it
    /// is, or says why it cannot.
    pub fn add_file(
        &mut self,
        file: &File,
        profile: Option<&str>,
        secret: &mut dyn FnMut(&Place) -> Result<String, String>,
    ) {
        let own = profile.and_then(|name| file.profile(name));
        let left = if own.is_some() { self.leave_the_callers_own() } else { Vec::new() };
        let has_credential = own.is_some_and(|profile| profile.table.iter().any(|(key, _)| key.is_credential));
        for (key, value) in own.iter().flat_map(|profile| &profile.table) {
            self.lay(key, value, file, key.place(file, profile), secret);
        }
        for (key, value) in base_of(file, has_credential) {
            let is_there = |value: &String| !value.is_empty() || !NEVER_EMPTY.contains(&key.variable);
            if !self.environment.get(key.variable).is_some_and(is_there) {
                self.lay(key, value, file, key.place(file, None), secret);
            }
        }
        if let Some(expect) = own.and_then(|profile| profile.expect.as_ref()).or(file.expect.as_ref()) {
            self.expect(expect, &file.name);
        }
        self.tell_what_was_left(&left);
        if profile.is_none() && file.names().next().is_some() {
            let names: Vec<&str> = file.names().collect();
            self.notes.push(format!(
                "{} has profiles that this run doesn't use: {}. Use --profile NAME for one, --all-profiles for all.",
                file.name,
                names.join(", ")
            ));
        }
    }

    /// Takes what is expected, and looks at the workspace that is, where none is named.
    fn expect(&mut self, expect: &Written, file: &str) {
        let expected = expect.expected(file);
        if let Some(workspace) = expect.workspace.as_ref().filter(|_| !self.environment.contains_key(WORKSPACE)) {
            self.set(WORKSPACE, workspace.clone(), expected.from.clone());
        }
        self.expected.push(expected);
    }

    fn leave_the_callers_own(&mut self) -> Vec<&'static str> {
        OF_ONE_CALLER
            .into_iter()
            .filter(|name| {
                self.origins.remove(*name);
                self.environment.remove(*name).is_some()
            })
            .collect()
    }

    /// What the file does not say either may be missed.
    fn tell_what_was_left(&mut self, left: &[&str]) {
        let left: Vec<&str> = left.iter().copied().filter(|name| !self.environment.contains_key(*name)).collect();
        if !left.is_empty() {
            let names = left.join(", ");
            self.notes.push(format!("A profile ignores the environment's credentials: {names}."));
        }
    }

    fn lay(
        &mut self,
        key: &Key,
        value: &Value,
        file: &File,
        place: String,
        secret: &mut dyn FnMut(&Place) -> Result<String, String>,
    ) {
        if let Value::Secret(Place::Env(own)) = value {
            self.variables.insert(key.variable.to_owned(), own.clone());
        }
        let read = match value {
            Value::Plain(text) => Ok(text.clone()),
            Value::Secret(at) => secret(at),
        };
        self.lines.extend(file.lines.get(&place).map(|line| (place.clone(), *line)));
        match read {
            Ok(text) => self.set(key.variable, text, place),
            Err(why) => {
                self.notes.push(format!("{place} has no value: {why}."));
                // Nothing else may step in for a credential that was named.
                if let Some(way) = way(key.variable) {
                    self.environment.entry("PBIAUTH_AUTH".to_owned()).or_insert_with(|| way.to_owned());
                }
            }
        }
    }

    fn set(&mut self, variable: &str, value: String, place: String) {
        self.environment.insert(variable.to_owned(), value);
        self.origins.insert(variable.to_owned(), place);
    }
}

/// The way to get a token that a secret belongs to.
fn way(variable: &str) -> Option<&'static str> {
    match variable {
        "AZURE_CLIENT_SECRET" => Some("client-secret"),
        "AZURE_PASSWORD" => Some("password"),
        "PBIAUTH_REFRESH_TOKEN" => Some("refresh-token"),
        "PBIAUTH_ACCESS_TOKEN" => Some("access-token"),
        _ => None,
    }
}

fn base_of(file: &File, has_credential: bool) -> impl Iterator<Item = &(&'static Key, Value)> {
    let table: &Table = &file.base;
    table.iter().filter(move |(key, _)| !(has_credential && key.is_credential))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const FILE: &str = "tenant = 'base.example'\nfor = 'list'\nclient_secret = { env = 'SHARED' }\n\
        [profiles.a]\ntenant = 'a.example'\n[profiles.b]\ncertificate = '/b.pem'\n";

    fn layers(profile: Option<&str>, set: &[(&str, &str)]) -> Layers {
        let file = File::read(Path::new("pbiauth.toml"), FILE).expect("a file");
        let environment = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut layers = Layers { environment, ..Layers::default() };
        layers.add_file(&file, profile, &mut |place| match place {
            Place::Env(name) if name == "SHARED" => Ok("shared".to_owned()),
            _ => Err("not there".to_owned()),
        });
        layers
    }

    #[test]
    fn variables_go_before_the_file_and_a_profile_before_them() {
        let set = [("AZURE_TENANT_ID", "env.example"), ("PBIAUTH_API_URL", "https://127.0.0.1")];
        let plain = layers(None, &set);
        assert_eq!(plain.environment["AZURE_TENANT_ID"], "env.example");
        assert_eq!(plain.environment["AZURE_CLIENT_SECRET"], "shared");
        assert_eq!(plain.origins["AZURE_CLIENT_SECRET"], "pbiauth.toml, client_secret");
        assert!(plain.notes.iter().any(|note| note.contains("--profile")));
        let a = layers(Some("a"), &set);
        assert_eq!(a.environment["AZURE_TENANT_ID"], "a.example");
        assert_eq!(a.origins["AZURE_TENANT_ID"], "pbiauth.toml, profiles.a.tenant");
        assert_eq!((a.environment["PBIAUTH_FOR"].as_str(), a.environment["PBIAUTH_API_URL"].len()), ("list", 17));
    }

    #[test]
    fn a_profile_takes_no_credential_of_another_caller() {
        let a = layers(Some("a"), &[("AZURE_CLIENT_SECRET", "of another"), ("AZURE_CLIENT_ID", "of another")]);
        assert_eq!(a.environment["AZURE_CLIENT_SECRET"], "shared");
        assert!(!a.environment.contains_key("AZURE_CLIENT_ID"));
        assert!(a.notes[0].contains("ignores the environment's credentials: AZURE_CLIENT_ID"), "{:?}", a.notes);
        let b = layers(Some("b"), &[]);
        assert!(!b.environment.contains_key("AZURE_CLIENT_SECRET"), "its own credential excludes the file's");
        assert_eq!(b.environment["AZURE_TENANT_ID"], "base.example");
    }

    #[test]
    fn nothing_steps_in_for_a_secret_that_is_not_where_it_should_be() {
        let file = File::read(Path::new("p.toml"), "client_secret = { env = 'X' }").expect("a file");
        let mut layers = Layers::default();
        layers.add_file(&file, None, &mut |_| Err("X isn't set".to_owned()));
        assert_eq!(layers.environment["PBIAUTH_AUTH"], "client-secret");
        assert_eq!(layers.notes, ["p.toml, client_secret has no value: X isn't set."]);
    }

    #[test]
    fn a_file_of_variables_lies_under_those_of_the_process() {
        let mut layers = layers(None, &[("AZURE_CLIENT_ID", "")]);
        let file = [("AZURE_CLIENT_ID", "x"), ("AZURE_USERNAME", "y")];
        let lines = [("AZURE_USERNAME".to_owned(), 2)].into();
        layers.add_variables(".env", &file.map(|(n, v)| (n.to_owned(), v.to_owned())).into(), &lines);
        assert_eq!(layers.lines[".env, AZURE_USERNAME"], 2);
        assert_eq!(layers.environment["AZURE_CLIENT_ID"], "", "set and empty is set");
        assert_eq!(layers.origins["AZURE_USERNAME"], ".env, AZURE_USERNAME");
    }
}
