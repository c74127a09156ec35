//! `rules list`, `show`, `check` and `docs`, and the schema of rule files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::support::{files, pbiauth};

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");

const OWN: &str = r#"
title = "our own cause"
owner = "user"
[[when]]
confidence = "certain"
all = [{ at = "token.error.codes", has = 50034 }]
[explain]
cause = "c"
fix = [{ by = "user", do = "Ask us." }]
"#;

fn rules(args: &[&str]) -> Output {
    pbiauth().arg("rules").args(args).output().expect("output")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder `rules` with a rule of one's own, and fixtures beside it.
fn own(rule: &str, fixtures: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixtures = fixtures.iter().map(|(name, text)| (format!("fixtures/{name}"), *text));
    for (name, text) in fixtures.chain([("rules/token/own-cause.toml".to_owned(), rule)]) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

fn check(folder: &Path, format: &str) -> Output {
    pbiauth().args(["rules", "check", "--format", format]).arg(folder.join("rules")).output().expect("output")
}

#[test]
fn rules_are_listed_by_area_owner_and_word() {
    let shown = text(&rules(&["list", "secret", "--area", "token", "--owner", "app owner", "--format", "json"]));
    let list: Value = serde_json::from_str(&shown).expect("JSON");
    let causes: Vec<&str> =
        list["rules"].as_array().expect("rules").iter().filter_map(|r| r["cause"].as_str()).collect();
    assert!(causes.contains(&"client-secret-expired"), "{causes:?}");
    assert!(causes.iter().all(|cause| cause.contains("secret")), "{causes:?}");
    assert!(text(&rules(&["list", "--area", "network"])).lines().all(|line| line.starts_with("network ")));
    assert_eq!(rules(&["list", "no such word"]).status.code(), Some(1));
    assert_eq!(rules(&["list", "--area", "tokens"]).status.code(), Some(2));
}

#[test]
fn a_rule_is_told_with_its_fixtures() {
    let output = rules(&["show", "client-secret-expired", "--rules", RULES]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output).contains("- causes/client-secret-expired/"), "{}", text(&output));
    assert!(text(&output).contains("- scenarios/token/secret-expired.toml"), "{}", text(&output));
}

#[test]
fn a_rule_that_is_not_there_is_told_with_its_neighbour() {
    let output = rules(&["show", "client-secret-expird"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("client-secret-expired"), "{}", text(&output));
    assert_eq!(rules(&["show", "AADSTS7000215"]).status.code(), Some(1), "a code is no rule");
}

#[test]
fn the_rules_of_the_tool_have_no_problem() {
    let output = rules(&["check", RULES]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output), String::from_utf8_lossy(&output.stderr));
}

#[test]
fn rules_of_ones_own_are_held_to_their_fixtures() {
    let good = [
        ("causes/own-cause/code.certain.txt", "AADSTS50034: no such user"),
        ("near/own-cause/other.txt", "AADSTS7000222: expired"),
        ("healthy/all-well.txt", "The report was refreshed."),
    ];
    let output = check(own(OWN, &good).path(), "human");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));

    let bad = [
        ("causes/own-cause/code.likely.txt", "AADSTS50034: no such user"),
        ("causes/own-cause/other.certain.txt", "AADSTS7000222: expired"),
        ("near/own-cause/code.txt", "AADSTS50034: no such user"),
        ("healthy/code.txt", "AADSTS50034: no such user"),
    ];
    let output = check(own(OWN, &bad).path(), "json");
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_str(&text(&output)).expect("JSON");
    let findings = result["findings"].as_array().expect("findings").iter();
    let findings: Vec<String> =
        findings.map(|f| format!("{} {} {}", f["verdict"], f["cause"], f["fixture"]).replace('"', "")).collect();
    assert_eq!(
        findings,
        [
            "missing own-cause causes/own-cause/code.likely.txt",
            "missing own-cause causes/own-cause/other.certain.txt",
            "noisy client-secret-expired causes/own-cause/other.certain.txt",
            "noisy own-cause healthy/code.txt",
            "noisy own-cause near/own-cause/code.txt",
        ]
    );
}

#[test]
fn every_problem_of_a_folder_is_told_at_once() {
    let bad = OWN
        .replace("owner = \"user\"", "owner = \"usr\"\nsupersedes = [\"client-secret-wrng\"]")
        .replace("token.error.codes", "token.error.kodes");
    let folder = own(&bad, &[]);
    std::fs::write(folder.path().join("rules/token/second.toml"), "title = 1\n").expect("a file");
    let supersedes = OWN.replace("owner =", "supersedes = [\"client-secret-wrng\"]\nowner =");
    std::fs::write(folder.path().join("rules/token/third.toml"), supersedes).expect("a file");
    let output = check(folder.path(), "json");
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_str(&text(&output)).expect("JSON");
    let problems = result["problems"].as_array().expect("problems").iter();
    let places: Vec<String> = problems
        .map(|p| format!("{}:{}:{} {}", p["file"], p["line"], p["column"], p["what"]).replace(['"', '\\'], ""))
        .collect();
    insta::assert_snapshot!(places.join("\n"));
    let shown = check(folder.path(), "human");
    let shown = String::from_utf8_lossy(&shown.stderr).into_owned();
    assert!(shown.contains("usr") && shown.contains("client-secret-wrng"), "{shown}");
}

/// The files of a folder by their names beneath it.
#[test]
fn many_problems_of_a_file_are_counted_and_the_first_drawn() {
    let wrong = (0..3000).map(|number| format!("fault_{number} = {number}\n")).collect::<Vec<_>>().concat();
    let folder = own(&wrong, &[]);
    let start = std::time::Instant::now();
    let output = check(folder.path(), "human");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let said: Vec<String> = String::from_utf8_lossy(&output.stderr).split_whitespace().map(str::to_owned).collect();
    let said = said.join(" ");
    assert!(said.contains("fault_45") && !said.contains("fault_60 "), "{said}");
    assert!(said.contains("more, which --format json lists"), "{said}");
    let listed: serde_json::Value = serde_json::from_slice(&check(folder.path(), "json").stdout).expect("json");
    let problems = listed["problems"].as_array().expect("problems");
    assert!(problems.len() >= 3000, "{}", problems.len());
    let last = problems.iter().find(|problem| problem["what"].as_str().is_some_and(|what| what.contains("fault_2999")));
    assert_eq!(last.map(|problem| (&problem["line"], &problem["column"])), Some((&3000.into(), &1.into())), "{last:?}");
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let name = |path: &Path| path.strip_prefix(folder).expect("beneath it").to_str().expect("a name").to_owned();
    files(folder).iter().map(|path| (name(path), std::fs::read_to_string(path).expect("a text"))).collect()
}

/// The targets of the links in a page; what stands between backticks is none.
fn links(page: &str) -> Vec<String> {
    let outer: String = page.replace("```", "").split("``").step_by(2).collect();
    let without_code: String = outer.split('`').step_by(2).collect();
    let link = |at: usize| without_code[at + 2..].split(')').next().map(str::to_owned);
    without_code.match_indices("](").filter_map(|(at, _)| link(at)).collect()
}

/// The file that a link leads to, and the place in it.
fn target(from: &str, link: &str) -> (String, Option<String>) {
    let (path, place) = link.split_once('#').map_or((link, None), |(path, place)| (path, Some(place.to_owned())));
    let mut parts: Vec<&str> = from.split('/').collect();
    if !path.is_empty() {
        parts.pop();
        for part in path.split('/') {
            if part == ".." {
                parts.pop().expect("a way up");
            } else {
                parts.push(part);
            }
        }
    }
    (parts.join("/"), place)
}

#[test]
fn every_link_of_the_runbook_leads_somewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("deep/runbook");
    let output = pbiauth().args(["rules", "docs"]).arg(&book).output().expect("output");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let files = read(&book);
    let mut count = 0;
    for (name, page) in &files {
        for link in links(page) {
            count += 1;
            let (file, place) = target(name, &link);
            let there = files.get(&file).unwrap_or_else(|| panic!("{name} links to {link}"));
            let place = place.map(|place| format!("<a id=\"{place}\"></a>"));
            assert!(place.is_none_or(|place| there.contains(&place)), "{name} links to {link}");
        }
    }
    assert!(count > 1000, "{count} links");
    for name in ["index.md", "symptoms.md", "owners.md", "token/client-secret-expired.md", "glossary/claims.md"] {
        assert!(files.contains_key(name), "{name} is missing");
    }
    for (name, page) in files.iter().filter(|(name, _)| !matches!(name.as_str(), "index.md" | "owners.md")) {
        assert!(!page.contains("{{"), "{name} shows a template");
    }
    insta::assert_snapshot!(files["token/client-secret-expired.md"]);
}

#[test]
fn a_runbook_takes_the_place_of_the_last_and_of_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("runbook");
    let write = || pbiauth().args(["rules", "docs"]).arg(&book).output().expect("output").status.code();
    assert_eq!(write(), Some(0));
    let first = read(&book);
    let stale = format!("{}\n", first["index.md"].lines().next().expect("a line"));
    std::fs::write(book.join("token/was-once.md"), stale).expect("a file");
    assert_eq!(write(), Some(0), "its own pages are replaced");
    assert_eq!(read(&book), first);
    std::fs::write(book.join("token/notes.md"), "my own words").expect("a file");
    assert_ne!(write(), Some(0));
    assert_eq!(std::fs::read_to_string(book.join("token/notes.md")).expect("a text"), "my own words");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
}

#[test]
fn the_copy_of_the_schema_is_current() {
    let output = pbiauth().args(["schema", "rule"]).output().expect("output");
    let copy = Path::new(RULES).join("schema.json");
    let kept = std::fs::read_to_string(copy).unwrap_or_default();
    assert!(text(&output) == kept, "run `cargo run -- schema rule > rules/schema.json`");
}

/// What stands between two marks in a text, wherever it does.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

#[test]
fn every_link_of_the_site_leads_somewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    let output = pbiauth().args(["rules", "docs", "--format", "html"]).arg(&site).output().expect("output");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let files = read(&site);
    let leads = |from: &str, link: &str| {
        let (file, place) = target(from, link);
        let there = files.get(&file).unwrap_or_else(|| panic!("{from} links to {link}"));
        assert!(place.is_none_or(|place| there.contains(&format!("id=\"{place}\""))), "{from} links to {link}");
    };
    let mut count = 0;
    for (name, page) in files.iter().filter(|(_, page)| page.starts_with("<!DOCTYPE html>")) {
        let links = between(page, "href=\"", "\"").into_iter().chain(between(page, "src=\"", "\""));
        for link in links.filter(|link| !link.starts_with("https://")) {
            count += 1;
            leads(name, link);
        }
        assert!(page.contains("name=\"viewport\"") && page.contains("<form role=\"search\" hidden>"), "{name}");
        assert!(!page.contains("{{ "), "{name} shows a template");
        let mut ids = between(page, " id=\"", "\"");
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name} has two places of one name");
    }
    assert!(count > 1000, "{count} links");
    let script = &files["search.js"];
    let terms = script.lines().find_map(|line| line.strip_prefix("const TERMS = ")?.strip_suffix(';'));
    let terms: Value = serde_json::from_str(terms.expect("the terms")).expect("JSON");
    for term in terms.as_array().expect("a list") {
        leads("search.js", term[3].as_str().expect("an address"));
    }
    let listed = text(&rules(&["list", "--format", "json"]));
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    for rule in listed["rules"].as_array().expect("rules") {
        let page = format!("{}.html", rule["cause"].as_str().expect("a cause"));
        assert!(files.contains_key(&page), "{page} is missing");
    }
    insta::assert_snapshot!(files["client-secret-expired.html"]);
}

#[test]
fn a_site_takes_the_place_of_the_last_runbook_and_of_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    let write = |form: &str| {
        let output = pbiauth().args(["rules", "docs", "--format", form]).arg(&site).output().expect("output");
        output.status.code()
    };
    for form in ["markdown", "html", "html", "markdown", "html"] {
        assert_eq!(write(form), Some(0), "{form}");
    }
    assert!(!site.join("index.md").exists(), "a folder holds one form");
    std::fs::write(site.join("own.css"), "body {}").expect("a file");
    assert_eq!(write("html"), Some(4));
    assert!(site.join("own.css").exists());
}

#[test]
fn a_report_leads_to_the_page_of_its_cause() {
    let run = |base: &str, format: &str| {
        let args = ["doctor", "--sim", "token/secret-expired", "--runbook", base, "--format", format];
        pbiauth().args(args).output().expect("output")
    };
    for format in ["human", "json", "markdown", "html", "sarif"] {
        let shown = text(&run("https://runbook.contoso.example/pbi/", format));
        assert!(shown.contains("https://runbook.contoso.example/pbi/client-secret-expired.html"), "{format}: {shown}");
    }
    for wrong in ["runbook", "javascript:alert(1)", "https://x.example/?q=1"] {
        assert_eq!(run(wrong, "human").status.code(), Some(2), "{wrong}");
    }
}
