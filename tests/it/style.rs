//! What people read is plain English: none of the constructions of `data/style.tsv` is in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::CommandFactory as _;
use pbiauth::cli::Cli;
use regex::Regex;
use toml::Value;

use super::support::pbiauth;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LIST: &str = include_str!("data/style.tsv");
/// Of `rules/reference`, what isn't prose: names as Microsoft writes them, ids, addresses.
const NO_PROSE: [&str; 9] = ["names", "references", "causes", "see", "checked", "sure", "scopes", "owner", "check"];
/// So much of a text is shown on each side of what was found, in characters.
const AROUND: usize = 40;

/// A construction that we don't use.
struct Banned {
    pattern: Regex,
    instead: &'static str,
    example: &'static str,
    unless: Option<Regex>,
}

impl Banned {
    fn read(row: &'static str) -> Self {
        let mut columns = row.split('\t');
        let mut column = || columns.next();
        let pattern = column().expect("a pattern");
        let pattern = Regex::new(&format!("(?i){pattern}")).unwrap_or_else(|why| panic!("{row}: {why}"));
        let instead = column().filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("{row}: what to write"));
        let example = column().filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("{row}: an example"));
        let unless = column().map(|unless| Regex::new(unless).unwrap_or_else(|why| panic!("{row}: {why}")));
        Self { pattern, instead, example, unless }
    }

    /// Where it is in a text, each with what is around it.
    fn found(&self, text: &str) -> Vec<String> {
        let is_meant = |start: usize| !self.unless.as_ref().is_some_and(|unless| unless.is_match(&text[start..]));
        let places = self.pattern.find_iter(text).filter(|place| is_meant(place.start()));
        places.map(|place| around(text, place.start(), place.end())).collect()
    }
}

fn around(text: &str, start: usize, end: usize) -> String {
    let before = text[..start].char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    let after = text[end..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| end + at);
    text[before..after].to_owned()
}

fn list() -> Vec<Banned> {
    LIST.lines().filter(|row| !row.starts_with('#')).map(Banned::read).collect()
}

/// Every construction of the list in these texts, each with its place and what to write.
fn problems(texts: &[(String, String)]) -> Vec<String> {
    let list = list();
    let mut problems = Vec::new();
    for (place, text) in texts {
        let text = plain(text);
        for banned in &list {
            let found = banned.found(&text).into_iter();
            problems.extend(found.map(|words| format!("{place}: \"{words}\": write {}", banned.instead)));
        }
    }
    problems
}

/// A text as it is read: on one line, without code, and with the words that stand for a fact nobody knows.
fn plain(text: &str) -> String {
    // Compiled once: there are thousands of texts.
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"`[^`]*`").expect("an expression"));
    static FACT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{\{[^|}]*\|?([^}]*)\}\}").expect("an expression"));
    let text = CODE.replace_all(text, "…");
    let text = FACT.replace_all(&text, "$1");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, into);
        } else if path.extension().is_some_and(|found| found == ending) {
            into.push(path);
        }
    }
    into.sort();
}

fn name(file: &Path) -> String {
    file.strip_prefix(ROOT).unwrap_or(file).display().to_string()
}

/// The paragraphs of a page of Markdown, without its blocks of code and the addresses of its links.
fn paragraphs(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).expect("a page");
    let address = Regex::new(r"\]\([^)]*\)").expect("an expression");
    let mut is_code = false;
    let mut pieces = vec![String::new()];
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code {
        } else if line.is_empty() {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push_str(&address.replace_all(line, "]"));
            piece.push('\n');
        }
    }
    pieces.into_iter().map(|piece| (name(file), piece)).collect()
}

/// The sentences of a file of rules, each with its place.
fn sentences(file: &Path) -> Vec<(String, String)> {
    let table: toml::Table = fs::read_to_string(file).expect("a file").parse().expect("TOML");
    let area = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let is_prose = |path: &[&str]| match area {
        "wording" => path.last() == Some(&"means"),
        "codes" => path.iter().any(|key| ["meaning", "seen", "proves"].contains(key)),
        "reference" => !path.iter().any(|key| NO_PROSE.contains(key)),
        _ => path == ["title"] || path.iter().any(|key| ["cause", "confirm", "where", "do"].contains(key)),
    };
    let mut found = Vec::new();
    let mut path = Vec::new();
    for (key, value) in &table {
        collect(key, value, &mut path, &mut |path, text| {
            if is_prose(path) {
                found.push((format!("{}, {}", name(file), path.join(".")), text.to_owned()));
            }
        });
    }
    found
}

fn collect<'t>(key: &'t str, value: &'t Value, path: &mut Vec<&'t str>, see: &mut dyn FnMut(&[&str], &str)) {
    path.push(key);
    match value {
        Value::String(text) => see(path, text),
        Value::Table(table) => table.iter().for_each(|(key, value)| collect(key, value, path, see)),
        Value::Array(items) => items.iter().for_each(|value| collect("[]", value, path, see)),
        _ => {}
    }
    path.pop();
}

/// The texts in a file of the program: its string literals, without its tests, its regular expressions, and what only
/// its programmers read.
fn literals(file: &Path) -> Vec<(String, String)> {
    static TESTS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?ms)^#\[cfg\(test\)\]\n(?:#\[[^\n]*\n)*mod \w+ \{.*?^\}").expect("an expression")
    });
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
        let comment = r"//[^\n]*";
        let inner = r#"(?:expect\(|reason = )"(?:[^"\\]|\\.)*""#;
        let quote = r#"'(?:"|\\")'"#;
        let raw = r##"r#".*?"#|r"[^"]*""##;
        let plain = r#""(?<text>(?:[^"\\]|\\.)*)""#;
        Regex::new(&format!("(?s){quote}|{inner}|{raw}|{plain}|{comment}")).expect("an expression")
    });
    static BREAK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\\\n\s*").expect("an expression"));
    let source = fs::read_to_string(file).expect("a file");
    let source = TESTS.replace_all(&source, "");
    let texts = LITERAL.captures_iter(&source).filter_map(|found| found.name("text"));
    let prose = texts.map(|text| BREAK.replace_all(text.as_str(), "").replace("\\n", "\n").replace("\\\"", "\""));
    let prose = prose.filter(|text| text.split_whitespace().count() > 2 && !text.contains(r"\\b"));
    prose.map(|text| (name(file), text)).collect()
}

/// The descriptions in a JSON schema, each with its place.
fn descriptions(schema: &serde_json::Value, place: &str, into: &mut Vec<(String, String)>) {
    match schema {
        serde_json::Value::Object(members) => {
            let text = members.get("description").and_then(serde_json::Value::as_str);
            into.extend(text.map(|text| (place.to_owned(), text.to_owned())));
            members.iter().for_each(|(key, value)| descriptions(value, &format!("{place}/{key}"), into));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| descriptions(item, place, into)),
        _ => {}
    }
}

/// The help of a command and of those below it, without the lists of values: those are names, such as `nobody`.
fn help(command: &mut clap::Command, into: &mut Vec<(String, String)>) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let values = Regex::new(r"(?s)\[possible values: [^\]]*\]").expect("an expression");
    let shown = command.render_long_help().to_string();
    into.push((format!("{name} --help"), values.replace_all(&shown, "").into_owned()));
    command.get_subcommands_mut().for_each(|command| help(command, into));
}

fn assert_plain(texts: &[(String, String)]) {
    assert!(!texts.is_empty(), "nothing was read");
    let problems = problems(texts);
    assert!(problems.is_empty(), "{} of tests/it/data/style.tsv:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn the_list_finds_its_examples() {
    for banned in list() {
        assert!(!banned.found(banned.example).is_empty(), "{} isn't found by {}", banned.example, banned.pattern);
        assert!(banned.found(banned.instead).is_empty(), "{} bans what it proposes", banned.pattern);
    }
}

#[test]
fn code_isnt_prose_and_lines_are_joined() {
    let found = |text: &str| problems(&[("page".to_owned(), text.to_owned())]).len();
    assert_eq!(found("Options go\nbefore variables."), 1);
    assert_eq!(found("Use `at once`."), 0);
    assert_eq!(found("The {{ a.b | nobody }}."), 1);
    assert_eq!(found("This tells you who acts, and tells one cause from another."), 0);
}

#[test]
fn pages_are_plain_english() {
    let mut pages = vec![Path::new(ROOT).join("README.md"), Path::new(ROOT).join("CONTRIBUTING.md")];
    files(&Path::new(ROOT).join("docs/src"), "md", &mut pages);
    assert_plain(&pages.iter().flat_map(|page| paragraphs(page)).collect::<Vec<_>>());
}

#[test]
fn rules_are_plain_english() {
    let mut rules = Vec::new();
    files(&Path::new(ROOT).join("rules"), "toml", &mut rules);
    assert_plain(&rules.iter().flat_map(|file| sentences(file)).collect::<Vec<_>>());
}

#[test]
fn the_program_writes_plain_english() {
    let mut sources = Vec::new();
    files(&Path::new(ROOT).join("src"), "rs", &mut sources);
    // The simulated services use Microsoft's words.
    let is_ours = |file: &&PathBuf| {
        let name = name(file);
        !name.starts_with("src/sim/") && !name.contains("tests")
    };
    let texts: Vec<_> = sources.iter().filter(is_ours).flat_map(|file| literals(file)).collect();
    assert!(texts.len() > 800, "{} texts were read", texts.len());
    assert_plain(&texts);
}

#[test]
fn only_texts_for_people_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.rs");
    let source = "// is no \"token at all\"\nfn f() { g(\"it is \\\n    no token\"); h.expect(\"the value is no token\"); }\n\
                  #[cfg(test)]\nmod tests {\n    const A: &str = \"it is no token\";\n}\n";
    fs::write(&file, source).expect("written");
    let texts: Vec<String> = literals(&file).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["it is no token"]);
}

#[test]
fn schemas_are_plain_english() {
    let mut texts = Vec::new();
    for of in ["report", "reports", "rule", "config", "finding", "summary"] {
        let output = pbiauth().args(["schema", of]).output().expect("output");
        let schema = serde_json::from_slice(&output.stdout).expect("JSON");
        descriptions(&schema, of, &mut texts);
    }
    assert!(texts.len() > 200, "{} descriptions were read", texts.len());
    assert_plain(&texts);
}

#[test]
fn help_is_plain_english() {
    let mut cli = Cli::command();
    cli.build();
    let mut texts = Vec::new();
    help(&mut cli, &mut texts);
    assert!(texts.len() > 15, "the commands below are read too");
    assert_plain(&texts);
}
