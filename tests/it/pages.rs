//! The pages of the documentation hang together: links lead somewhere, and the book has every page.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::support::{causes, pbiauth, report};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// `docs/build` writes the runbook there.
const RUNBOOK: &str = "runbook/";

fn pages() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    let book = fs::read_dir(root.join("docs/src")).expect("the book").flatten().map(|entry| entry.path());
    let mut pages: Vec<PathBuf> = book.chain([root.join("README.md"), root.join("CONTRIBUTING.md")]).collect();
    pages.sort();
    pages
}

fn text(page: &Path) -> String {
    let text = fs::read_to_string(page).expect("a page");
    let code = Regex::new(r"(?ms)^```.*?^```").expect("an expression");
    code.replace_all(&text, "").into_owned()
}

/// The part of an address that leads to a heading, as mdBook makes it.
fn anchor(heading: &str) -> String {
    let lower = heading.trim_start_matches('#').trim().to_lowercase();
    lower
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// What is wrong with a link. `None` where it leads somewhere.
fn problem(page: &Path, link: &str) -> Option<String> {
    if link.starts_with("https://") || link.starts_with(RUNBOOK) {
        return None;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() { page.to_path_buf() } else { page.parent()?.join(file) };
    if !target.is_file() {
        return Some(format!("{}: {link}: there is no such page", page.display()));
    }
    let has_heading = text(&target).lines().any(|line| line.starts_with('#') && anchor(line) == heading);
    (!heading.is_empty() && !has_heading).then(|| format!("{}: {link}: there is no such heading", page.display()))
}

#[test]
fn links_lead_to_pages_and_headings() {
    let link = Regex::new(r"\]\(([^)]+)\)").expect("an expression");
    let mut problems = Vec::new();
    let mut links = 0;
    for page in pages() {
        for found in link.captures_iter(&text(&page)) {
            links += 1;
            problems.extend(problem(&page, &found[1]));
        }
    }
    assert!(links > 30, "the pages have links");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_book_has_every_page() {
    let summary = fs::read_to_string(Path::new(ROOT).join("docs/src/SUMMARY.md")).expect("the summary");
    for page in pages().iter().filter(|page| page.parent().is_some_and(|folder| folder.ends_with("docs/src"))) {
        let name = page.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name} is missing in SUMMARY.md");
    }
}

/// `.ci/run` takes them from there.
#[test]
fn the_readme_begins_with_its_two_commands_and_fits_on_a_page() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("the README");
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    assert_eq!(block, "cargo run --release -- doctor --sim\ncargo test\n");
    assert!(readme.lines().count() <= 120, "the rest belongs to docs/src");
}

/// The first block of TOML of a page that begins so.
fn example(page: &str, start: &str) -> String {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/src").join(page)).expect("a page");
    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .filter(|block| block.starts_with(start))
        .map(str::to_owned)
        .next()
        .unwrap_or_else(|| panic!("{page}: {start}"))
}

#[test]
fn the_rule_on_the_page_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = folder.path().join("rules");
    fs::create_dir_all(rules.join("token")).expect("a folder");
    fs::write(rules.join("token/our-secret-expired.toml"), example("rules.md", "title")).expect("a rule");
    let output = pbiauth().args(["rules", "check"]).arg(&rules).output().expect("output");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_scenario_on_the_page_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("scenario.toml");
    fs::write(&scenario, example("simulator.md", "title")).expect("a scenario");
    let output = pbiauth().args(["doctor", "--format", "json", "--sim"]).arg(&scenario).output().expect("output");
    assert_eq!(causes(&report(&output)).first().map(String::as_str), Some("client-secret-expired"));
}

#[test]
fn the_settings_files_on_the_pages_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = example("settings-file.md", "tenant") + &example("pipelines.md", "[expect]");
    for (text, profile) in [(one, None), (example("many-tenants.md", "for"), Some("contoso"))] {
        let file = folder.path().join("pbiauth.toml");
        fs::write(&file, text).expect("a settings file");
        let mut command = pbiauth();
        command.args(["doctor", "--only", "credential-form", "--format", "json", "--config"]).arg(&file);
        command.args(profile.map(|name| format!("--profile={name}")));
        let output =
            command.env("CONTOSO_SECRET", "abc8Q~0123456789012345678901234567890123").output().expect("output");
        assert_eq!(report(&output)["checks"][0]["status"], "passed", "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_run_in_the_readme_is_a_real_one() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("the README");
    let block = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a run");
    let (command, shown) = block.split_once('\n').expect("a command");
    let words = command.strip_prefix("$ pbiauth ").expect("a command").split(' ');
    let output = pbiauth().args(words).output().expect("output");
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.starts_with(shown), "paste it again: {command}\n{output}");
}
