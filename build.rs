//! Puts scenarios and rules into the binary, so that it needs no folder beside it.

#[path = "src/pattern/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use regex_syntax::ParserBuilder;
use toml::Value;

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]
fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no root"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no output folder"))?);
    let mut code = String::new();
    let tables = [
        ("SCENARIOS", "fixtures/scenarios", "The scenarios: path under `fixtures/scenarios` without ending, and text."),
        ("RULES", "rules", "The rules: path under `rules` without ending, and text."),
    ];
    for (name, folder, doc) in tables {
        code.push_str(&table(&root, name, folder, doc)?);
        writeln!(io::stdout(), "cargo::rerun-if-changed={folder}")?;
    }
    code.push_str(&words_of_rules(&root.join("rules"))?);
    fs::write(out.join("embedded.rs"), code)
}

/// One constant with the regular expressions of the rules, in order, and the words without which they fit nothing.
fn words_of_rules(folder: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let mut patterns = BTreeMap::new();
    for file in files {
        // A rule that cannot be read is told by the tests, at its place.
        if let Ok(rule) = fs::read_to_string(&file)?.parse::<toml::Table>() {
            note_patterns(&Value::Table(rule), &mut patterns);
        }
    }
    let mut code =
        "/// The regular expressions of the rules, in order, and words of which every text that fits holds one.\n\
         pub(crate) const WORDS: &[(&str, &[&str])] = &[\n"
            .to_owned();
    for (pattern, words) in patterns.into_iter().filter(|(_, words)| !words.is_empty()) {
        writeln!(code, "    ({pattern:?}, &{words:?}),").map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    Ok(code)
}

fn words_of(pattern: &str) -> Vec<String> {
    let parsed = ParserBuilder::new().utf8(false).unicode(false).build().parse(pattern);
    parsed.map(|hir| words::of(&hir)).unwrap_or_default()
}

fn note_patterns(value: &Value, patterns: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Table(table) => {
            if let Some(pattern) = table.get("matches").and_then(Value::as_str) {
                patterns.insert(pattern.to_owned(), words_of(pattern));
            }
            table.values().for_each(|value| note_patterns(value, patterns));
        }
        Value::Array(items) => items.iter().for_each(|value| note_patterns(value, patterns)),
        _ => {}
    }
}

/// One constant with every TOML file below a folder, in the order of their names.
fn table(root: &Path, name: &str, folder: &str, doc: &str) -> io::Result<String> {
    let base = root.join(folder);
    let mut files = Vec::new();
    collect(&base, &mut files)?;
    let mut rows: Vec<String> = files.iter().filter_map(|file| relative(&base, file)).collect();
    rows.sort();
    let mut code = format!("/// {doc}\npub(crate) const {name}: &[(&str, &str)] = &[\n");
    for row in rows {
        let path = format!("/{folder}/{row}.toml");
        writeln!(code, "    ({row:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")
            .map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    Ok(code)
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
