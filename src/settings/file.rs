//! The settings file: `pbiauth.toml`. It holds no secret, and says where each is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::expect::Written;
use crate::rule::suggestion;
use crate::secret::Form;

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Plain,
    /// The path of a file, from the folder of the settings file.
    Path,
    /// Where a secret is.
    Secret,
}

/// A key and the variable that says the same.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) kind: Kind,
    /// Whether it is a credential, or names one: of these a profile takes its own, or those of the whole file.
    pub(super) is_credential: bool,
    /// Whether it counts for the whole process, so that no profile has its own.
    pub(super) is_shared: bool,
}

pub(super) static KEYS: [Key; 21] = [
    plain("tenant", "AZURE_TENANT_ID"),
    plain("client_id", "AZURE_CLIENT_ID"),
    plain("auth", "PBIAUTH_AUTH"),
    plain("cloud", "PBIAUTH_CLOUD"),
    plain("workspace", "PBIAUTH_WORKSPACE"),
    plain("report", "PBIAUTH_REPORT"),
    plain("scope", "PBIAUTH_SCOPE"),
    plain("for", "PBIAUTH_FOR"),
    plain("expect_subject", "PBIAUTH_EXPECT_SUBJECT"),
    plain("authority_host", "AZURE_AUTHORITY_HOST"),
    plain("api_url", "PBIAUTH_API_URL"),
    plain("fabric_url", "PBIAUTH_FABRIC_URL"),
    Key { kind: Kind::Path, is_shared: true, ..plain("ca_file", "PBIAUTH_CA_FILE") },
    Key { kind: Kind::Path, ..credential("certificate", "AZURE_CLIENT_CERTIFICATE_PATH") },
    Key { kind: Kind::Path, ..credential("federated_token_file", "AZURE_FEDERATED_TOKEN_FILE") },
    Key { kind: Kind::Plain, ..credential("username", "AZURE_USERNAME") },
    credential("client_secret", "AZURE_CLIENT_SECRET"),
    credential("certificate_password", "AZURE_CLIENT_CERTIFICATE_PASSWORD"),
    credential("password", "AZURE_PASSWORD"),
    credential("refresh_token", "PBIAUTH_REFRESH_TOKEN"),
    credential("access_token", "PBIAUTH_ACCESS_TOKEN"),
];

/// The table of another reader: what a run is expected to come to.
const EXPECT: &str = "expect";
/// The table of profiles.
const PROFILES: &str = "profiles";

const fn plain(name: &'static str, variable: &'static str) -> Key {
    Key { name, variable, kind: Kind::Plain, is_credential: false, is_shared: false }
}

const fn credential(name: &'static str, variable: &'static str) -> Key {
    Key { name, variable, kind: Kind::Secret, is_credential: true, is_shared: false }
}

/// A settings file.
#[derive(Debug, Default)]
pub struct File {
    /// Its name, as it is told.
    pub name: String,
    /// The settings of the whole file.
    pub(super) base: Table,
    /// What is expected of a run. Absent where nothing is.
    pub(super) expect: Option<Written>,
    /// The profiles, in the order of the file.
    pub(super) profiles: Vec<Profile>,
    /// The line of each setting, by the words for where it is.
    pub(super) lines: BTreeMap<String, usize>,
}

/// A profile.
#[derive(Debug)]
pub(super) struct Profile {
    name: String,
    /// Its settings.
    pub(super) table: Table,
    /// What is expected of its run. Absent where it does not say.
    pub(super) expect: Option<Written>,
}

/// The settings of a table: keys and what they hold.
pub(super) type Table = Vec<(&'static Key, Value)>;

/// What a key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text.
    Plain(String),
    /// Where a secret is.
    Secret(Place),
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a variable of this name.
    Env(String),
    /// In this file.
    File(PathBuf),
    /// What this command line prints.
    Command(Vec<String>),
}

impl File {
    /// Reads a settings file, which is told by this path.
    ///
    /// # Errors
    /// Every problem with the number of its line, and without what stands there: it may be a secret.
    pub fn read(path: &Path, text: &str) -> Result<Self, Vec<String>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.display().to_string();
        let mut reader = Reader { text, folder, name: &name, lines: BTreeMap::new(), problems: Vec::new() };
        for error in &errors {
            reader.problem(&error.span().unwrap_or_default(), error.message());
        }
        let mut file = Self { name: name.clone(), ..Self::default() };
        if errors.is_empty() {
            file.base = reader.table(table.get_ref(), None);
            file.expect = reader.expect(table.get_ref());
            file.profiles = reader.profiles(table.get_ref());
        }
        if reader.problems.is_empty() {
            file.lines = reader.lines;
            return Ok(file);
        }
        reader.problems.sort();
        Err(reader.problems.into_iter().map(|(line, what)| format!("line {line}: {what}")).collect())
    }

    /// The names of the profiles, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|profile| profile.name.as_str())
    }

    /// A profile by its name.
    pub(super) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

impl Key {
    /// Where it stands, in words: `pbiauth.toml, tenant`, `pbiauth.toml, profiles.contoso.tenant`.
    pub(super) fn place(&self, file: &File, profile: Option<&str>) -> String {
        self.place_in(&file.name, profile)
    }

    fn place_in(&self, file: &str, profile: Option<&str>) -> String {
        let table = profile.map_or_else(String::new, |profile| format!("{PROFILES}.{profile}."));
        format!("{file}, {table}{}", self.name)
    }
}

struct Reader<'t> {
    text: &'t str,
    folder: &'t Path,
    /// The name of the file.
    name: &'t str,
    lines: BTreeMap<String, usize>,
    problems: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn problem(&mut self, span: &Range<usize>, what: impl Into<String>) {
        let line = self.line(span);
        self.problems.push((line, what.into()));
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn profiles(&mut self, table: &DeTable<'_>) -> Vec<Profile> {
        let Some((_, value)) = table.iter().find(|(name, _)| name.get_ref() == PROFILES) else { return Vec::new() };
        let Some(tables) = value.get_ref().as_table() else {
            self.problem(&value.span(), "profiles must be a table of tables: [profiles.NAME]");
            return Vec::new();
        };
        let mut profiles: Vec<(usize, Profile)> = Vec::new();
        for (name, value) in tables {
            let Some(inner) = value.get_ref().as_table() else {
                self.problem(&value.span(), "a profile must be a table: [profiles.NAME]");
                continue;
            };
            let (table, expect) = (self.table(inner, Some(name.get_ref())), self.expect(inner));
            profiles.push((name.span().start, Profile { name: name.get_ref().to_string(), table, expect }));
        }
        profiles.sort_by_key(|(at, _)| *at);
        profiles.into_iter().map(|(_, profile)| profile).collect()
    }

    /// The table of what is expected. What is wrong with it is told without its values.
    fn expect(&mut self, table: &DeTable<'_>) -> Option<Written> {
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == EXPECT)?;
        let span = value.span();
        match Written::deserialize(toml::de::ValueDeserializer::from(value.clone())) {
            Ok(written) => Some(written),
            Err(error) => {
                let at = error.span().unwrap_or(span);
                let known = error.message().starts_with("unknown field");
                let what = if known { error.message() } else { "the value has the wrong type for this key" };
                self.problem(&at, format!("[expect]: {what}"));
                None
            }
        }
    }

    /// The settings of a profile, or of the whole file.
    fn table(&mut self, table: &DeTable<'_>, profile: Option<&str>) -> Table {
        let is_base = profile.is_none();
        let mut settings = Table::new();
        for (name, value) in table {
            let known = name.get_ref().as_ref();
            if known == EXPECT || is_base && known == PROFILES {
                continue;
            }
            match KEYS.iter().find(|key| key.name == known) {
                None => self.problem(&name.span(), unknown(known)),
                Some(key) if key.is_shared && !is_base => {
                    self.problem(
                        &name.span(),
                        format!("{known} belongs at the top of the file: all profiles share it"),
                    );
                }
                Some(key) => {
                    let line = self.line(&name.span());
                    self.lines.insert(key.place_in(self.name, profile), line);
                    settings.extend(self.value(key, value).map(|value| (key, value)));
                }
            }
        }
        settings
    }

    fn value(&mut self, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let name = key.name;
        match (key.kind, value.get_ref()) {
            (Kind::Secret, DeValue::Table(table)) => self.place(key, value, table).map(Value::Secret),
            (Kind::Secret, _) => {
                let what = format!("{name} can't be written in this file, because it's a secret; {}", spelling(name));
                self.problem(&value.span(), what);
                None
            }
            (_, DeValue::String(text)) if Form::of(text).is_secret() => {
                self.problem(
                    &value.span(),
                    format!("the value of {name} looks like a secret, and this file can't contain secrets"),
                );
                None
            }
            (Kind::Path, DeValue::String(text)) => {
                Some(Value::Plain(self.folder.join(text.as_ref()).to_string_lossy().into_owned()))
            }
            (_, DeValue::String(text)) => Some(Value::Plain(text.to_string())),
            _ => {
                self.problem(&value.span(), format!("{name} must be a text in quotes"));
                None
            }
        }
    }

    fn place(&mut self, key: &Key, value: &Spanned<DeValue<'_>>, table: &DeTable<'_>) -> Option<Place> {
        let mut parts = table.iter();
        let place = match (parts.next(), parts.next()) {
            (Some((kind, at)), None) => match (kind.get_ref().as_ref(), at.get_ref()) {
                ("env", DeValue::String(name)) if is_variable(name) => Some(Place::Env(name.to_string())),
                ("file", DeValue::String(path)) if !Form::of(path).is_secret() => {
                    Some(Place::File(self.folder.join(path.as_ref())))
                }
                ("command", DeValue::Array(words)) => command(words).map(Place::Command),
                _ => None,
            },
            _ => None,
        };
        if place.is_none() {
            self.problem(&value.span(), spelling(key.name));
        }
        place
    }
}

fn unknown(name: &str) -> String {
    if Form::of(name).is_secret() {
        return "a key looks like a secret, and this file can't contain secrets".to_owned();
    }
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).chain([PROFILES, EXPECT]).collect();
    let folded = folded(name);
    let same = names.iter().find(|known| known.replace('_', "") == folded);
    let near = same.map_or_else(|| suggestion(name, &names), |known| format!("; did you mean \"{known}\"?"));
    format!("unknown key \"{name}\"{near}")
}

/// `clientSecret`, `client-secret` and `AZURE_CLIENT_SECRET` mean `client_secret`.
fn folded(name: &str) -> String {
    let lower = name.to_lowercase().replace(['-', '_'], "");
    let bare = lower.strip_prefix("azure").unwrap_or(&lower);
    match bare {
        "tenantid" => "tenant".to_owned(),
        "secret" => "clientsecret".to_owned(),
        "workspaceid" => "workspace".to_owned(),
        "reportid" => "report".to_owned(),
        _ => bare.to_owned(),
    }
}

fn spelling(name: &str) -> String {
    format!(
        "write where to find it: {name} = {{ env = \"NAME\" }}, {{ file = \"PATH\" }} or {{ command = [\"PROGRAM\", \"ARGUMENT\"] }}"
    )
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !Form::of(name).is_secret()
}

fn command(words: &[Spanned<DeValue<'_>>]) -> Option<Vec<String>> {
    let words: Option<Vec<String>> = words
        .iter()
        .map(|word| word.get_ref().as_str().filter(|word| !Form::of(word).is_secret()).map(str::to_owned))
        .collect();
    words.filter(|words| words.first().is_some_and(|program| !program.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "abc8Q~0123456789012345678901234567890123";

    fn problems(text: &str) -> Vec<String> {
        File::read(Path::new("pbiauth.toml"), text).expect_err(text)
    }

    #[test]
    fn profiles_stand_in_the_order_of_the_file() {
        let text = "tenant = 'a.example'\n[profiles.zeta]\nclient_secret = { env = 'ZETA' }\n[profiles.alpha]\n\
                    client_secret = { command = ['get', 'it'] }\ncertificate = 'c.pem'\n[expect]\nreports = ['Orders']\n[profiles.alpha.expect]\nworkspace = 'Sales'\n";
        let file = File::read(Path::new("/x/pbiauth.toml"), text).expect("a file");
        assert_eq!(file.names().collect::<Vec<_>>(), ["zeta", "alpha"]);
        let zeta = file.profile("zeta").expect("a profile");
        assert_eq!(zeta.table[0].1, Value::Secret(Place::Env("ZETA".to_owned())));
        let alpha = file.profile("alpha").expect("a profile");
        assert!(alpha.table.iter().any(|(_, value)| *value == Value::Plain("/x/c.pem".to_owned())));
    }

    #[test]
    fn a_secret_is_refused_wherever_it_stands() {
        for text in [
            format!("client_secret = '{SECRET}'"),
            format!("client_id = '{SECRET}'"),
            format!("workspace = '{SECRET}'"),
            format!("client_secret = {{ env = '{SECRET}' }}"),
            format!("client_secret = {{ value = '{SECRET}' }}"),
            format!("client_secret = {{ command = ['echo', '{SECRET}'] }}"),
            format!("clientSecret = '{SECRET}'"),
            format!("'{SECRET}' = 'x'"),
            format!("tenant = {SECRET}"),
            "[profiles.a]\npassword = 'short'".to_owned(),
        ] {
            let said = problems(&text).join("\n");
            assert!(said.contains("line ") && !said.contains("8Q~") && !said.contains("short'"), "{said}");
        }
    }

    #[test]
    fn unknown_keys_are_told_with_what_may_be_meant() {
        let said = problems("tennant = 'x'\n\n[profiles.a]\nclientId = 'y'\nca_file = 'z'\n[profiles]\nb = 1");
        assert!(said.iter().any(|line| line.starts_with("line 1") && line.contains("\"tenant\"")), "{said:?}");
        let said = problems("[profiles.a]\nclientId = 'y'\nca_file = 'z'");
        assert!(said[0].starts_with("line 2") && said[0].contains("\"client_id\""), "{said:?}");
        assert!(said[1].starts_with("line 3") && said[1].contains("at the top"), "{said:?}");
        let said = problems("[expect]\nreprots = ['x']");
        assert!(said[0].starts_with("line 2: [expect]: unknown field `reprots`"), "{said:?}");
        assert!(
            problems("[expect]\nrole = 'hunter2'")[0].starts_with("line 2: [expect]: the value has the wrong type")
        );
        assert!(problems("profiles = 3")[0].contains("[profiles.NAME]"));
    }
}
