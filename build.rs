//! Lists the rules and scenarios, so that they are in the binary.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    embed("rules", "RULES", "embedded_rules.rs");
    embed("fixtures/scenarios", "SCENARIOS", "embedded_scenarios.rs");
}

fn embed(folder: &str, constant: &str, file: &str) {
    println!("cargo::rerun-if-changed={folder}");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the folder"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names the folder"));
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files.sort();
    let mut code = format!("const {constant}: &[(&str, &str)] = &[\n");
    for path in files {
        let name = path.strip_prefix(root.join(folder)).expect("a file beneath its folder").with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string()).expect("writing to a text");
    }
    code.push_str("];\n");
    fs::write(out.join(file), code).expect("the folder for generated code can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
}
