//! The house keeps its order: who may use whom.

use std::fs;
use std::path::{Path, PathBuf};

/// The core: no I/O, no clock, no environment. It uses none of the shell.
const CORE: [&str; 20] = [
    "cloud.rs",
    "secret",
    "redact",
    "expect",
    "standing.rs",
    "record.rs",
    "record",
    "evidence",
    "check",
    "rule",
    "runbook",
    "diagnose.rs",
    "explain",
    "import",
    "report",
    "entra",
    "powerbi",
    "exit.rs",
    "settings.rs",
    "settings",
];

/// The shell, and what stands above it.
const SHELL: [&str; 7] = ["transport", "drive", "sim", "commands", "cli", "error", "file"];

fn sources(at: &Path, files: &mut Vec<PathBuf>) {
    if at.is_file() {
        files.push(at.to_path_buf());
        return;
    }
    for entry in fs::read_dir(at).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "rs") {
            sources(&path, files);
        }
    }
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

fn text(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Tests that lie in files of their own beside the code.
fn is_test(file: &Path) -> bool {
    file.iter().any(|part| part == "tests" || part == "tests.rs")
}

#[test]
fn the_core_uses_nothing_of_the_shell() {
    for name in CORE {
        let mut files = Vec::new();
        sources(&source(name), &mut files);
        for file in files.iter().filter(|file| !file.ends_with("report/build.rs") && !is_test(file)) {
            let text = text(file);
            for shell in SHELL {
                assert!(!text.contains(&format!("crate::{shell}")), "{} uses {shell}", file.display());
            }
            for io in ["std::fs", "std::net", "tokio::", "reqwest", "println!", "std::env"] {
                assert!(!text.contains(io), "{} uses {io}", file.display());
            }
        }
    }
}

/// What makes a report reads rules; what shows it does not.
fn makes_reports(file: &Path) -> bool {
    file.ends_with("report/build.rs") || file.ends_with("report/text.rs")
}

#[test]
fn renderers_and_checks_read_no_rules() {
    for name in ["check", "report", "explain/human.rs", "explain/markdown.rs", "drive.rs", "transport", "sim"] {
        let mut files = Vec::new();
        sources(&source(name), &mut files);
        for file in files.iter().filter(|file| !makes_reports(file)) {
            assert!(!text(file).contains("RuleSet"), "{} reads rules", file.display());
        }
    }
}

#[test]
fn no_rule_is_named_in_code() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut ids = Vec::new();
    for area in fs::read_dir(rules).expect("rules").flatten().filter(|area| area.path().is_dir()) {
        if !matches!(area.file_name().to_str(), Some("codes" | "reference")) {
            let files = fs::read_dir(area.path()).expect("an area").flatten();
            ids.extend(files.filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned())));
        }
    }
    assert!(!ids.is_empty());
    let mut files = Vec::new();
    sources(&source(""), &mut files);
    for file in files.iter().filter(|file| !is_test(file)) {
        let text = text(file);
        for id in &ids {
            assert!(!text.contains(&format!("\"{id}\"")), "{} names the rule {id}", file.display());
        }
    }
}

#[test]
fn files_stay_small() {
    let mut files = Vec::new();
    sources(&source(""), &mut files);
    for file in files.iter().filter(|file| !is_test(file)) {
        let lines = text(file).lines().count();
        assert!(lines <= 400, "{} has {lines} lines", file.display());
    }
}
