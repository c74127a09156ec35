//! What a live run finds around itself: the environment, files of variables and settings, and what they name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::{SMALL, place, read_bounded, read_text};
use crate::cli::access::Who;
use crate::error::Error;
use crate::record::Field;
use crate::secret::Secret;
use crate::settings::{Environment, File, FileFault, FileRead, Layers, Place, Sources, dotenv, others};

/// The name of the settings file that is looked for, from the working folder upwards.
const CONFIG: &str = "pbiauth.toml";
/// Variables that are read beside those of `AZURE_*` and `PBIAUTH_*`: what a host gives to the jobs that it runs.
const OF_HOSTS: [&str; 7] = [
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "SYSTEM_ACCESSTOKEN",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
];
/// The variables that name a file which is read for its content.
const FILES: [&str; 2] = ["AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"];

/// Everything that is read once, for however many runs.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The variables that are read, with those of the file of variables.
    layers: Layers,
    /// The names of other tools' variables that are set in the process.
    others: BTreeSet<String>,
    /// Those of the file of variables, with its name. Absent without one.
    others_in_file: Option<(String, BTreeSet<String>)>,
    /// Every variable of the file of variables.
    variables: Environment,
    file: Option<File>,
    /// Where the settings file was found, when it belongs to another user and nobody named it.
    strangers: Option<PathBuf>,
    secrets: BTreeMap<Field, (String, Secret)>,
    tenant_settings: Option<PathBuf>,
    azure_cli: bool,
}

impl Surroundings {
    /// Reads what options and the environment name.
    ///
    /// # Errors
    /// When a file that was named cannot be used.
    #[expect(clippy::disallowed_methods, reason = "a live run begins here: with this environment")]
    pub(crate) fn read(who: &Who, tenant_settings: Option<&Path>) -> Result<Self, Error> {
        let (variables, lines) = who.env_file.as_deref().map(variables).transpose()?.unwrap_or_default();
        let names = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let process: Environment = names.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect();
        let known = |set: &Environment| set.keys().filter(|name| others::is_known(name)).cloned().collect();
        let others = known(&process);
        let others_in_file = who.env_file.as_ref().map(|path| (path.display().to_string(), known(&variables)));
        let is_read = |(name, _): &(String, String)| is_read(name);
        let mut layers = Layers { environment: process.into_iter().filter(is_read).collect(), ..Layers::default() };
        if let Some(path) = &who.env_file {
            let read = variables.clone().into_iter().filter(is_read).collect();
            layers.add_variables(&path.display().to_string(), &read, &lines);
        }
        let (file, strangers) = settings_file(who, |name| layers.environment.get(name).cloned())?;
        Ok(Self {
            file,
            strangers,
            secrets: secrets(who)?,
            azure_cli: is_on_path("az"),
            tenant_settings: tenant_settings.map(Path::to_path_buf),
            layers,
            others,
            others_in_file,
            variables,
        })
    }

    /// The profiles of the settings file.
    pub(crate) fn profiles(&self) -> Vec<String> {
        self.file.iter().flat_map(File::names).map(str::to_owned).collect()
    }

    /// The name of a profile that is there.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(crate) fn known<'n>(&self, name: &'n str) -> Result<&'n str, Error> {
        let known = self.profiles();
        if known.iter().any(|other| other == name) {
            return Ok(name);
        }
        let near = crate::rule::suggestion(name, &known);
        let known = match &self.file {
            None => format!("no {CONFIG} was found"),
            Some(file) if known.is_empty() => format!("{} has no profiles", file.name),
            Some(file) => format!("{} has {}", file.name, known.join(", ")),
        };
        Err(Error::UnknownProfile { name: name.to_owned(), known, near })
    }

    /// Leaves a variable out of every run. Returns whether it was set.
    pub(crate) fn forget(&mut self, variable: &str) -> bool {
        self.layers.environment.remove(variable).is_some()
    }

    /// What a run of a profile, or of none, starts from.
    ///
    /// # Errors
    /// When a file that is named cannot be used.
    pub(crate) fn sources(&self, profile: Option<&str>, look: Sources) -> Result<Sources, Error> {
        self.sources_with(profile, look, &mut |at| self.secret(at))
    }

    /// The same without reading a secret: whether the settings can be used at all.
    ///
    /// # Errors
    /// When they cannot.
    pub(crate) fn trial(&self, profile: Option<&str>, look: Sources) -> Result<Sources, Error> {
        self.sources_with(profile, look, &mut |_| Ok(String::new()))
    }

    fn sources_with(
        &self,
        profile: Option<&str>,
        look: Sources,
        secret: &mut dyn FnMut(&Place) -> Result<String, String>,
    ) -> Result<Sources, Error> {
        let mut layers = self.layers.clone();
        if let Some(file) = &self.file {
            layers.add_file(file, profile, secret);
        }
        if profile.is_none() {
            layers.notes.extend(others::offered(&self.others, &layers.environment, None));
            if let Some((file, names)) = &self.others_in_file {
                layers.notes.extend(others::offered(names, &layers.environment, Some(file)));
            }
        }
        Ok(Sources {
            secrets: self.secrets.clone(),
            files: files(&layers.environment),
            azure_cli: self.azure_cli,
            tenant_settings: tenant_settings(self.tenant_settings.as_deref(), &layers.environment)?,
            profile: profile.map(str::to_owned),
            layers,
            ..look
        })
    }

    /// Reads a secret where the settings file says that it is.
    #[expect(clippy::disallowed_methods, reason = "the settings file names a variable")]
    fn secret(&self, at: &Place) -> Result<String, String> {
        match at {
            Place::Env(name) => {
                let set = std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
                let set = set.or_else(|| self.variables.get(name).cloned());
                set.ok_or_else(|| format!("{name} isn't set"))
            }
            Place::File(path) => {
                read_secret(path).map(|(_, secret)| secret.expose().to_owned()).map_err(|e| e.to_string())
            }
            Place::Command(_) if self.strangers.is_some() => Err(self.refusal()),
            Place::Command(words) => place::printed(words),
        }
    }
}

impl Surroundings {
    /// Why no command of the settings file runs, and what allows it.
    fn refusal(&self) -> String {
        let path = self.strangers.as_deref().unwrap_or(Path::new(CONFIG)).display();
        format!(
            "its command did not run, because {path} belongs to another user: name the file with --config {path} if you trust it, or change its owner"
        )
    }
}

fn is_read(name: &str) -> bool {
    name.starts_with("AZURE_") || name.starts_with("PBIAUTH_") || OF_HOSTS.contains(&name)
}

fn secrets(who: &Who) -> Result<BTreeMap<Field, (String, Secret)>, Error> {
    let named = [
        (Field::AccessToken, &who.access_token_file),
        (Field::RefreshToken, &who.refresh_token_file),
        (Field::Password, &who.password_file),
    ];
    let mut secrets = BTreeMap::new();
    for (field, path) in named {
        if let Some(path) = path {
            secrets.insert(field, read_secret(path)?);
        }
    }
    Ok(secrets)
}

/// A file or pipe ends with a line end that is not the secret's.
pub(crate) fn read_secret(path: &Path) -> Result<(String, Secret), Error> {
    let text = read_text(path)?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    let from = if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() };
    Ok((from, Secret::new(secret)))
}

/// The files that variables name. One that cannot be read is a finding, not an error.
fn files(environment: &Environment) -> BTreeMap<String, FileRead> {
    let named = FILES.iter().filter_map(|variable| environment.get(*variable)).filter(|path| !path.is_empty());
    named.map(|path| (path.clone(), read_file(Path::new(path)))).collect()
}

fn read_file(path: &Path) -> FileRead {
    if path.as_os_str() == "-" {
        return Err(FileFault::Unreadable("standard input isn't a file".to_owned()));
    }
    if !path.exists() {
        return Err(FileFault::NotFound);
    }
    read_bounded(path, SMALL).map_err(|error| match error {
        Error::Unreadable { why, .. } => FileFault::Unreadable(why),
        other => FileFault::Unreadable(other.to_string()),
    })
}

#[expect(clippy::disallowed_methods, reason = "a program is looked for where the system looks for it")]
fn is_on_path(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = [name.to_owned(), format!("{name}.cmd")];
    std::env::split_paths(&folders).any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}

fn tenant_settings(path: Option<&Path>, environment: &Environment) -> Result<Option<(String, Value)>, Error> {
    let variable = environment.get("PBIAUTH_TENANT_SETTINGS").filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(path) = path.map(Path::to_path_buf).or(variable) else { return Ok(None) };
    let json: Option<Value> = serde_json::from_slice(&read_bounded(&path, SMALL)?).ok();
    let json = json.filter(|json| crate::evidence::settings::read(json).is_some());
    let json = json.ok_or_else(|| Error::NoTenantSettings { path: path.clone() })?;
    Ok(Some((path.display().to_string(), json)))
}

/// The settings file. And its path, where it was found and is somebody else's.
fn settings_file(
    who: &Who,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(Option<File>, Option<PathBuf>), Error> {
    let named = || variable("PBIAUTH_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    let named = who.config.clone().or_else(named);
    let was_found = named.is_none();
    let Some(path) = named.or_else(nearest_config) else { return Ok((None, None)) };
    let strangers = (was_found && is_strangers(&path)).then(|| path.clone());
    let text = read_text(&path)?;
    let file = File::read(&path, &text).map_err(|problems| Error::SettingsFile { path, why: problems.join("\n") })?;
    Ok((Some(file), strangers))
}

/// Whether a file belongs to another user. Who can put a file above the working folder could otherwise run commands
/// as whoever calls the tool there, as Git's `safe.directory` prevents.
#[cfg(unix)]
fn is_strangers(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).is_ok_and(|data| data.uid() != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_strangers(_: &Path) -> bool {
    false
}

/// A file of variables, with their lines.
fn variables(path: &Path) -> Result<(Environment, BTreeMap<String, usize>), Error> {
    dotenv::read_with_lines(&read_text(path)?).map_err(|lines| {
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        Error::EnvFile { path: path.to_path_buf(), lines: lines.join(", ") }
    })
}

#[expect(clippy::disallowed_methods, reason = "the settings file is looked for from the working folder")]
pub(super) fn nearest_config() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    folder.ancestors().map(|folder| folder.join(CONFIG)).find(|path| path.is_file())
}
