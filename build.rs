//! Puts scenarios and rules into the binary, so that it needs no folder beside it.

#[path = "src/wording/plain.rs"]
mod plain_wording;
#[path = "src/words.rs"]
#[allow(dead_code, unreachable_pub, reason = "the build needs the words alone; to the crate they are public")]
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::{Map, Value, json};

const SCENARIOS: &str = "fixtures/scenarios";
const RULES: &str = "rules";
const WORDING: &str = "rules/wording";
const SENTENCES: &str = "src/report/facts.toml";
const WEIGHTS: &str = "rules/ranker.weights";
/// Programs of any kind say these: they count in a text that names the services, and in no other.
const GENERAL: [&str; 3] = ["browser", "network", "runtime"];
/// The words of a message by which it is looked for: its rarest.
const MOST_ANCHORS: usize = 3;

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]
fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no root"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no output folder"))?);
    writeln!(io::stdout(), "cargo::rustc-env=PBIAUTH_VERSION={}", version(&root))?;
    let mut code = String::new();
    code.push_str(&scenarios(&root)?);
    code.push_str(&rules(&root)?);
    code.push_str(&wording(&root.join(WORDING))?);
    code.push_str(&sentences(&root.join(SENTENCES))?);
    code.push_str(&weights(&root.join(WEIGHTS))?);
    for folder in [SCENARIOS, RULES] {
        writeln!(io::stdout(), "cargo::rerun-if-changed={folder}")?;
    }
    fs::write(out.join("embedded.rs"), code)
}

/// The version, and in a release the commit that it was built from: `0.1.0 (4f2d81c3a411)`. The dev profile leaves the
/// commit out, so that a commit doesn't mean a build.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script the version and the profile by the environment"
)]
fn version(root: &Path) -> String {
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    match is_release.then(|| packaged(root).or_else(|| checked_out(root))).flatten() {
        Some(commit) => format!("{version} ({})", &commit[..commit.len().min(12)]),
        None => version,
    }
}

/// The commit of a package from a registry: cargo writes it into each.
fn packaged(root: &Path) -> Option<String> {
    let json: Value = serde_json::from_str(&fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?).ok()?;
    Some(json["git"]["sha1"].as_str()?.to_owned())
}

/// The commit of a checkout of this project. `None` where the folder lies in another one's.
fn checked_out(root: &Path) -> Option<String> {
    if !root.join(".git").exists() {
        return None;
    }
    let git = |words: &[&str]| {
        let output =
            Command::new("git").current_dir(root).args(words).output().ok().filter(|out| out.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    // A commit changes this file; an edit changes none that is watched.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    let _ = writeln!(io::stdout(), "cargo::rerun-if-changed={}", root.join(log).display());
    git(&["rev-parse", "HEAD"])
}

/// One constant with the scenarios as they are written.
fn scenarios(root: &Path) -> io::Result<String> {
    let mut code = "/// The scenarios: path under `fixtures/scenarios` without ending, and text.\n\
                    pub(crate) const SCENARIOS: &[(&str, &str)] = &[\n"
        .to_owned();
    for row in files(&root.join(SCENARIOS))? {
        let path = format!("/{SCENARIOS}/{row}.toml");
        writeln!(code, "    ({row:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")
            .map_err(io::Error::other)?;
    }
    Ok(code + "];\n")
}

/// The rules in the form that is read in the least time: each part in JSON, tests beneath their path, expressions by
/// number; and the expressions.
fn rules(root: &Path) -> io::Result<String> {
    let base = root.join(RULES);
    let (mut patterns, mut parts) = (Vec::new(), Parts::default());
    for row in files(&base)? {
        let read = || table(&base.join(format!("{row}.toml")));
        match row.split_once('/').unwrap_or(("", &row)) {
            ("wording", _) => {}
            ("codes", service) => parts.codes(service, read()?)?,
            ("reference", "questions") => parts.questions(read()?)?,
            ("reference", name) => parts.reference(name, read()?)?,
            (area, id) => parts.rule(area, id, compiled(toml::Value::Table(read()?), &mut patterns))?,
        }
    }
    let count = patterns.len();
    let patterns: Vec<String> =
        patterns.iter().map(|source| format!("crate::pattern::pattern!({source:?}),\n")).collect();
    let patterns = patterns.concat();
    Ok(format!(
        "/// The rules.\npub(crate) const RULES: &[crate::rule::embedded::EmbeddedRule] = &[\n{}];\n\
         /// The error codes.\npub(crate) const CODES: &[crate::rule::embedded::EmbeddedCode] = &[\n{}];\n\
         /// The questions: path and JSON.\npub(crate) const QUESTIONS: &[(&str, &str)] = &[\n{}];\n\
         /// The files of terms: name and JSON.\npub(crate) const REFERENCE: &[(&str, &str)] = &[\n{}];\n\
         /// The expressions of the rules.\n\
         pub(crate) static PATTERNS: [crate::pattern::Pattern; {count}] = [\n{patterns}];\n",
        parts.rules, parts.codes, parts.questions, parts.reference
    ))
}

/// The code of the tables of rules.
#[derive(Default)]
struct Parts {
    rules: String,
    codes: String,
    questions: String,
    reference: String,
}

impl Parts {
    fn rule(&mut self, area: &str, id: &str, mut rule: Value) -> io::Result<()> {
        let mut part = |name: &str| rule.as_object_mut().and_then(|rule| rule.remove(name));
        let when = part("when").unwrap_or_else(|| json!([])).to_string();
        let explain = part("explain").unwrap_or_default().to_string();
        let head = rule.to_string();
        writeln!(
            self.rules,
            "crate::rule::embedded::EmbeddedRule {{ area: {area:?}, id: {id:?}, head: {head:?}, when: {when:?}, explain: {explain:?} }},"
        )
        .map_err(io::Error::other)
    }

    fn codes(&mut self, service: &str, codes: toml::Table) -> io::Result<()> {
        for (name, code) in codes {
            let code = plain(code);
            let (word, known) = (code.get("word").is_none_or(|word| word == true), code.to_string());
            writeln!(
                self.codes,
                "crate::rule::embedded::EmbeddedCode {{ service: {service:?}, name: {name:?}, word: {word}, known: {known:?} }},"
            )
            .map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn questions(&mut self, questions: toml::Table) -> io::Result<()> {
        self.questions.push_str(&pairs(questions)?);
        Ok(())
    }

    fn reference(&mut self, name: &str, terms: toml::Table) -> io::Result<()> {
        let json = plain(toml::Value::Table(terms)).to_string();
        writeln!(self.reference, "({name:?}, {json:?}),").map_err(io::Error::other)
    }
}

/// Names, each with its table in JSON.
fn pairs(tables: toml::Table) -> io::Result<String> {
    let mut code = String::new();
    for (name, value) in tables {
        writeln!(code, "({name:?}, {:?}),", plain(value).to_string()).map_err(io::Error::other)?;
    }
    Ok(code)
}

/// The sentences for facts, by path.
fn sentences(file: &Path) -> io::Result<String> {
    writeln!(io::stdout(), "cargo::rerun-if-changed={SENTENCES}")?;
    Ok(format!(
        "/// The sentences for facts: path and JSON, in the order of the paths.\n\
         pub(crate) const SENTENCES: &[(&str, &str)] = &[\n{}];\n",
        pairs(table(file)?)?
    ))
}

fn table(file: &Path) -> io::Result<toml::Table> {
    let unreadable = |why: toml::de::Error| io::Error::other(format!("{}: {why}", file.display()));
    fs::read_to_string(file)?.parse().map_err(unreadable)
}

/// The messages in three tables that are searched without being read first, and as JSON for who wants to know more.
fn wording(folder: &Path) -> io::Result<String> {
    let mut messages = BTreeMap::new();
    for row in files(folder)? {
        for (id, mut message) in table(&folder.join(format!("{row}.toml")))? {
            if let Some(fields) = message.as_table_mut() {
                fields.insert("general".to_owned(), GENERAL.contains(&row.as_str()).into());
            }
            if messages.insert(id.clone(), message).is_some() {
                return Err(io::Error::other(format!("{}: the message {id} is there twice", folder.display())));
            }
        }
    }
    let sayings = sayings(&messages);
    let mut code = String::new();
    code.push_str(&known_messages(&messages).map_err(io::Error::other)?);
    code.push_str(&search_tables(&sayings).map_err(io::Error::other)?);
    Ok(code)
}

/// A wording of a message.
struct Saying {
    /// The number of its message.
    message: usize,
    /// Whether other software may well say it in the same words.
    plain: bool,
    /// Its words by hash; 0 where anything may be.
    words: Vec<u32>,
}

/// The wordings of all messages.
fn sayings(messages: &BTreeMap<String, toml::Value>) -> Vec<Saying> {
    let says = |message: &toml::Value| message.get("says").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let hashed = |saying: &str| {
        let parts: Vec<Vec<u32>> = saying
            .split('…')
            .map(|part| words::words(part).iter().map(|word| words::hash(&[&word.text])).collect())
            .collect();
        parts.join(&0)
    };
    messages
        .values()
        .enumerate()
        .flat_map(|(at, message)| says(message).into_iter().map(move |saying| (at, saying)))
        .filter_map(|(message, saying)| {
            let saying = saying.as_str()?;
            Some(Saying { message, plain: plain_wording::is_plain(saying), words: hashed(saying) })
        })
        .collect()
}

fn known_messages(messages: &BTreeMap<String, toml::Value>) -> Result<String, std::fmt::Error> {
    let mut code = "/// The messages, by id.\n\
                    pub(crate) const MESSAGES: &[crate::wording::Known] = &[\n"
        .to_owned();
    for (id, message) in messages {
        let says = |name: &str, usual: bool| message.get(name).and_then(toml::Value::as_bool).unwrap_or(usual);
        let (failure, decides, general) = (says("failure", true), says("decides", false), says("general", false));
        let entra_code = code_of(message);
        let causes = message.get("causes").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let causes: Vec<&str> = causes.iter().filter_map(toml::Value::as_str).collect();
        writeln!(
            code,
            "    crate::wording::Known {{ id: {id:?}, failure: {failure}, decides: {decides}, general: {general}, code: {entra_code:?}, causes: &{causes:?} }},"
        )?;
    }
    code.push_str("];\n/// The messages in JSON, in the same order.\npub(crate) const WORDING: &[&str] = &[\n");
    for message in messages.values() {
        let mut json = plain(message.clone());
        json.as_object_mut().map(|fields| fields.remove("general"));
        writeln!(code, "    {:?},", json.to_string())?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// The one code of Entra that a message comes with, where its wording is sure.
fn code_of(message: &toml::Value) -> Option<u32> {
    let text = |name: &str| message.get(name).and_then(toml::Value::as_str).unwrap_or_default();
    let mut codes = text("by").split("AADSTS").skip(1).map(|rest| rest.trim_end_matches(|c: char| !c.is_ascii_digit()));
    let code = codes.next()?.parse().ok()?;
    (codes.next().is_none() && text("sure") == "high").then_some(code)
}

fn search_tables(sayings: &[Saying]) -> Result<String, std::fmt::Error> {
    let mut often: BTreeMap<u32, usize> = BTreeMap::new();
    for Saying { words, .. } in sayings {
        for word in words {
            *often.entry(*word).or_default() += 1;
        }
    }
    let mut code = "/// The wordings: the number of the message, whether it's plain, where its words begin and end.\n\
                    pub(crate) const SAYINGS: &[(usize, bool, [usize; 2])] = &[\n"
        .to_owned();
    let (mut anchors, mut said): (Vec<_>, Vec<u32>) = (Vec::new(), Vec::new());
    for (at, Saying { message, plain, words }) in sayings.iter().enumerate() {
        writeln!(code, "    ({message}, {plain}, [{}, {}]),", said.len(), said.len() + words.len())?;
        said.extend(words);
        let mut places: Vec<usize> = (0..words.len()).filter(|place| words[*place] != 0).collect();
        places.sort_by_key(|place| (often[&words[*place]], *place));
        anchors.extend(places.into_iter().take(MOST_ANCHORS).map(|place| (words[place], at, place)));
    }
    anchors.sort_unstable();
    code.push_str("];\n/// The words of the wordings by hash; 0 where anything may be.\n");
    writeln!(code, "pub(crate) const SAID: &[u32] = &{said:?};")?;
    code.push_str("/// The rarest words of each wording: the hash, the number of the wording, the place in it.\n");
    writeln!(code, "pub(crate) const ANCHORS: &[(u32, usize, usize)] = &{anchors:?};")?;
    Ok(code)
}

/// The weights of the ranker as they are, if they are there: without them the rules alone speak.
fn weights(file: &Path) -> io::Result<String> {
    let head = "/// The weights of the ranker. Empty where there were none when this was built.\n\
                pub(crate) const WEIGHTS: &[u8] = ";
    writeln!(io::stdout(), "cargo::rerun-if-changed={WEIGHTS}")?;
    if !file.exists() {
        writeln!(
            io::stdout(),
            "cargo::warning={WEIGHTS} is missing: this build ranks by rules alone. `just train` makes it."
        )?;
        return Ok(format!("{head}&[];\n"));
    }
    let bytes = fs::read(file)?;
    let number = |at: usize| bytes.get(at..at + 4).map_or(0, |n| u32::from_le_bytes([n[0], n[1], n[2], n[3]]));
    let sum = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let whole = bytes.starts_with(b"pbirank1")
        && number(8) as usize == bytes.len()
        && bytes[16..].iter().fold(0x811c_9dc5, sum) == number(12);
    if !whole {
        return Err(io::Error::other(format!(
            "{WEIGHTS} is cut, altered or of another version: make it anew with `just train`"
        )));
    }
    Ok(format!("{head}include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{WEIGHTS}\"));\n"))
}

/// A part of a rule: each test of a leaf, `{ at = PATH, TEST = VALUE }`, becomes a leaf with its test by name.
fn compiled(value: toml::Value, patterns: &mut Vec<String>) -> Value {
    match value {
        toml::Value::Table(mut table) => match table.remove("at") {
            Some(at) => {
                let test: Map<String, Value> =
                    table.into_iter().map(|(name, value)| test(name, value, patterns)).collect();
                json!({ "leaf": { "at": plain(at), "test": test } })
            }
            None => Value::Object(table.into_iter().map(|(key, value)| (key, compiled(value, patterns))).collect()),
        },
        toml::Value::Array(items) => items.into_iter().map(|item| compiled(item, patterns)).collect(),
        scalar => plain(scalar),
    }
}

fn test(name: String, value: toml::Value, patterns: &mut Vec<String>) -> (String, Value) {
    let value = match value {
        toml::Value::String(source) if name == "matches" => {
            patterns.push(source);
            Value::from(patterns.len() - 1)
        }
        value => plain(value),
    };
    (name, value)
}

fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(yes) => Value::from(yes),
        toml::Value::Datetime(day) => Value::from(day.to_string()),
        toml::Value::Array(items) => items.into_iter().map(plain).collect(),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, plain(value))).collect()),
    }
}

/// Every TOML file below a folder: its path there without ending, in the order of their names.
fn files(base: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    collect(base, &mut files)?;
    let mut rows: Vec<String> = files.iter().filter_map(|file| relative(base, file)).collect();
    rows.sort();
    Ok(rows)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The path below the folder, with slashes and without ending.
fn relative(base: &Path, file: &Path) -> Option<String> {
    let path = file.strip_prefix(base).ok()?.with_extension("");
    Some(path.to_str()?.replace('\\', "/"))
}
