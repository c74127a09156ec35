//! Puts scenarios and rules into the binary, so that it needs no folder beside it.

#[path = "src/pattern/words.rs"]
mod words;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::{Map, Value, json};

const SCENARIOS: &str = "fixtures/scenarios";
const RULES: &str = "rules";

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]
fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no root"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no output folder"))?);
    let mut code = String::new();
    code.push_str(&scenarios(&root)?);
    code.push_str(&rules(&root)?);
    for folder in [SCENARIOS, RULES] {
        writeln!(io::stdout(), "cargo::rerun-if-changed={folder}")?;
    }
    fs::write(out.join("embedded.rs"), code)
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

/// One constant with the rules in the form that is read in the least time: JSON, tests beneath their path, expressions
/// with their words.
fn rules(root: &Path) -> io::Result<String> {
    let mut code = "/// The rules: path under `rules` without ending, and what stands there as JSON.\n\
                    pub(crate) const RULES: &[(&str, &str)] = &[\n"
        .to_owned();
    let base = root.join(RULES);
    for row in files(&base)? {
        let file = base.join(format!("{row}.toml"));
        let unreadable = |why: toml::de::Error| io::Error::other(format!("{}: {why}", file.display()));
        let written: toml::Table = fs::read_to_string(&file)?.parse().map_err(unreadable)?;
        let is_rule = !row.starts_with("codes/") && !row.starts_with("reference/");
        let json = if is_rule { compiled(toml::Value::Table(written)) } else { plain(toml::Value::Table(written)) };
        writeln!(code, "    ({row:?}, {:?}),", json.to_string()).map_err(io::Error::other)?;
    }
    Ok(code + "];\n")
}

/// A part of a rule: each test of a leaf, `{ at = PATH, TEST = VALUE }`, becomes a leaf with its test by name.
fn compiled(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(mut table) => match table.remove("at") {
            Some(at) => {
                let test: Map<String, Value> = table.into_iter().map(|(name, value)| test(name, value)).collect();
                json!({ "leaf": { "at": plain(at), "test": test } })
            }
            None => Value::Object(table.into_iter().map(|(key, value)| (key, compiled(value))).collect()),
        },
        toml::Value::Array(items) => items.into_iter().map(compiled).collect(),
        scalar => plain(scalar),
    }
}

fn test(name: String, value: toml::Value) -> (String, Value) {
    let value = match value {
        toml::Value::String(source) if name == "matches" => json!([source, words_of(&source)]),
        value => plain(value),
    };
    (name, value)
}

fn words_of(source: &str) -> Vec<String> {
    words::parse(source).map(|expression| words::of(&expression)).unwrap_or_default()
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
