//! "Add a cause in ten minutes" of CONTRIBUTING.md works as it is written.

use std::fs;
use std::path::Path;
use std::process::Output;

use regex::Regex;
use serde_json::Value;

use super::support::{causes, pbiauth, report};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CAUSE: &str = "tenant-under-maintenance";
const TEXT: &str = "AADSTS90999: The tenant is closed for maintenance.";

const RULE: &str = r#"
title = "the tenant is under maintenance"
owner = "entra admin"
severity = "error"
prevalence = "rare"
references = ["https://contoso.example/maintenance"]
checked = "2026-11-24"

[[when]]
confidence = "likely"
symptom = [{ at = "token.error.codes", has = 90999 }]
not = [{ at = "credential.azure_cli.installed", is = true }]

[explain]
cause = "The tenant {{ credential.tenant.value | in the request }} is closed for maintenance."
confirm = "The maintenance calendar shows it."
fix = [{ by = "entra admin", where = "the maintenance calendar", do = "Wait until the maintenance ends." }]
"#;

const QUESTION: &str = r#"
["credential.azure_cli.installed"]
how = "Run `az version`."
"#;

const MESSAGE: &str = r#"
[contoso-tenant-maintenance]
says = ["The tenant is closed for maintenance"]
means = "The tenant is under maintenance."
by = "Microsoft Entra"
owner = "entra admin"
causes = ["tenant-under-maintenance"]
sure = "high"
"#;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs::copy(&path, &copied).expect("a copy");
        }
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn append(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    let before = fs::read_to_string(&path).expect("a file of the repository");
    fs::write(path, before + text).expect("a file");
}

/// The texts of the corpus: so many as the page asks for, each in one of the voices.
fn corpus() -> String {
    let voices = ["console", "trace", "log", "http", "json", "page", "source", "ticket", "chat"];
    let text = |at: usize| {
        let voice = voices[at % voices.len()];
        format!("[[text]]\nvoice = \"{voice}\"\ntext = \'\'\'\n{TEXT} (example {at})\n\'\'\'\n\n")
    };
    (0..25).map(text).collect()
}

/// The steps of the page, as it is.
fn section() -> String {
    let page = fs::read_to_string(Path::new(ROOT).join("CONTRIBUTING.md")).expect("the page");
    let start = page.find("## Add a cause in ten minutes").expect("the section");
    let end = page[start + 3..].find("\n## ").map_or(page.len(), |end| start + 3 + end);
    page[start..end].to_owned()
}

/// What `rules check` says of the cause: problems of its files, findings of the fixtures.
fn check(folder: &Path) -> Vec<String> {
    let rules = folder.join("rules");
    let output = pbiauth().args(["rules", "check", "--format", "json"]).arg(&rules).output().expect("output");
    let found = report(&output);
    let problems = found["problems"].as_array().expect("problems").iter();
    let ours = problems.filter(|problem| problem["file"].as_str().is_some_and(|file| file.contains(CAUSE)));
    let findings = found["findings"].as_array().expect("findings").iter();
    let notes = found["notes"].as_array().expect("notes").iter().filter(|note| note.to_string().contains(CAUSE));
    ours.chain(findings).chain(notes).map(Value::to_string).collect()
}

fn diagnose(folder: &Path, fixture: &str) -> Output {
    let mut command = pbiauth();
    command.args(["diagnose", "--format", "json", "--rules"]).arg(folder.join("rules"));
    command.arg(folder.join(fixture)).output().expect("output")
}

/// What each step writes: the file as the page names it, and as it is for this cause.
const FILES: [(&str, &str); 7] = [
    ("fixtures/causes/<cause>/<name>.<confidence>.txt", "fixtures/causes/tenant-under-maintenance/answer.likely.txt"),
    ("fixtures/near/<other-cause>/<name>.txt", "fixtures/near/tenant-not-found/maintenance.txt"),
    ("rules/<area>/<cause>.toml", "rules/token/tenant-under-maintenance.toml"),
    ("rules/reference/questions.toml", "rules/reference/questions.toml"),
    ("rules/codes/<service>.toml", "rules/codes/aadsts.toml"),
    ("rules/wording/<source>.toml", "rules/wording/entra.toml"),
    ("fixtures/corpus/causes/<cause>.toml", "fixtures/corpus/causes/tenant-under-maintenance.toml"),
];

const CODE: &str = r#"
[90999]
name = "TenantUnderMaintenance"
meaning = "The tenant is closed for maintenance."
owner = "entra admin"
causes = ["tenant-under-maintenance"]
sure = "low"
"#;

#[test]
fn the_page_names_every_file_that_changes() {
    let section = section();
    let named = Regex::new(r"`((?:rules|fixtures)/[^` ]*\.(?:toml|txt))`").expect("an expression");
    let mut named: Vec<&str> = named.captures_iter(&section).filter_map(|found| Some(found.get(1)?.as_str())).collect();
    named.sort_unstable();
    named.dedup();
    let mut followed = FILES.map(|(template, _)| template);
    followed.sort_unstable();
    assert_eq!(named, followed, "the steps of CONTRIBUTING.md, and those that this test follows");
    for command in ["pbiauth rules check", "just train", "just accept", "25 texts"] {
        assert!(section.contains(command), "{command}");
    }
}

#[test]
fn a_cause_is_added_by_the_steps_of_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(&Path::new(ROOT).join("rules"), &folder.join("rules"));
    let [fixture, near, rule, questions, codes, wording, corpus_file] = FILES.map(|(_, file)| file);

    write(folder, fixture, TEXT);
    write(folder, near, TEXT);
    assert!(!causes(&report(&diagnose(folder, fixture))).contains(&CAUSE.to_owned()), "no rule names it yet");

    write(folder, rule, RULE);
    let found = check(folder);
    assert!(found.len() == 1 && found[0].contains("no question asks for"), "the question is missing: {found:?}");

    append(folder, questions, QUESTION);
    append(folder, codes, CODE);
    append(folder, wording, MESSAGE);
    write(folder, corpus_file, &corpus());
    assert_eq!(check(folder), Vec::<String>::new());

    let report = report(&diagnose(folder, fixture));
    assert_eq!(causes(&report).first().map(String::as_str), Some(CAUSE), "{report}");
    assert_eq!(report["diagnoses"][0]["confidence"], "likely", "{report}");
}

#[test]
fn a_fixture_that_another_cause_wins_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(&Path::new(ROOT).join("rules"), &folder.join("rules"));
    write(folder, "fixtures/causes/tenant-not-found/maintenance.likely.txt", "AADSTS7000222: expired");
    let found = check(folder);
    assert!(found.iter().any(|finding| finding.contains("missing")), "{found:?}");
}
