//! The house keeps its order: who may use whom.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate, from the bottom up: each uses only modules of the rows before its own.
const LAYERS: [&[&str]; 15] = [
    &["exit", "file", "intent", "pattern", "secret", "shell", "span", "words"],
    &["embedded"],
    &["wording"],
    &["cloud", "crash"],
    &["record"],
    &["entra", "powerbi"],
    &["evidence"],
    &["ranker", "redact", "rule", "caller_snapshot", "wire"],
    &["diagnose", "import", "sim"],
    &["check", "facts", "transport"],
    &["drive", "report", "settings"],
    &["bundle", "cli", "explain", "stream"],
    &["error", "runbook"],
    &["commands"],
    &["lib", "main"],
];

/// The shell, and what stands above it. The rest is the core: no I/O, no clock, no environment, and nothing of these.
const SHELL: [&str; 12] =
    ["bundle", "cli", "commands", "crash", "drive", "error", "file", "lib", "main", "sim", "transport", "wire"];

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

/// The code of the crate, file by file, each with the module that it belongs to.
fn modules() -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    sources(&source(""), &mut files);
    files.retain(|file| !is_test(file));
    let module = |file: &Path| {
        let top = file.strip_prefix(source("")).expect("a file of the crate").iter().next().expect("its name");
        Path::new(top).file_stem().expect("a name").to_string_lossy().into_owned()
    };
    files.into_iter().map(|file| (module(&file), file)).collect()
}

/// The modules that a file names by `crate::`, outside its comments.
fn used(file: &Path) -> Vec<String> {
    let text = text(file);
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    code.split("crate::").skip(1).map(name).collect()
}

#[test]
fn a_module_uses_only_what_lies_below_it() {
    let layer = |module: &str| LAYERS.iter().position(|row| row.contains(&module));
    let mut wrong = Vec::new();
    for (module, file) in modules() {
        let Some(own) = layer(&module) else {
            wrong.push(format!("{module} is in no layer"));
            continue;
        };
        for used in used(&file).iter().filter(|used| **used != module) {
            if layer(used).is_none_or(|of_used| of_used >= own) {
                wrong.push(format!("{} uses {used:?}, which does not lie below {module}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_uses_nothing_of_the_shell() {
    for (module, file) in modules().iter().filter(|(module, _)| !SHELL.contains(&module.as_str())) {
        for used in used(file) {
            assert!(!SHELL.contains(&used.as_str()), "{} uses {used}, and {module} is core", file.display());
        }
        let text = text(file);
        for io in ["std::fs", "std::net", "tokio::", "reqwest", "println!", "std::env"] {
            assert!(!text.contains(io), "{} uses {io}", file.display());
        }
    }
}

/// What makes a report reads rules; what shows it does not.
fn makes_reports(file: &Path) -> bool {
    file.ends_with("report/build.rs") || file.ends_with("report/text.rs")
}

#[test]
fn renderers_and_checks_read_no_rules() {
    for name in ["check", "report", "explain/human.rs", "explain/markdown.rs", "drive.rs", "transport", "wire", "sim"] {
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
        if !matches!(area.file_name().to_str(), Some("codes" | "reference" | "wording")) {
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
