//! Six reports in every form, and what each form promises to its readers.
//!
//! The reports are documents of `golden/`, not runs: what is tested here is how a report is shown, whatever the rules
//! say today. They are also reports of earlier versions, which have to stay readable.

use std::path::Path;

use clap::ValueEnum as _;
use pbiauth::report::human::Detail;
use pbiauth::report::{Format, Outcome, Report, render, schema};
use serde_json::Value;

const RUNS: [&str; 6] = ["healthy", "certain", "undecided", "unexplained", "incomplete", "text"];

fn text(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn golden(run: &str) -> Report {
    serde_json::from_str(&text(&format!("golden/{run}.json"))).expect("a report")
}

pub(crate) fn word(format: Format) -> String {
    format.to_possible_value().expect("a value").get_name().to_owned()
}

fn plain(report: &Report, format: Format) -> String {
    render(report, format, Detail::default())
}

/// Whether a document is what a schema says.
pub(crate) fn assert_valid(schema: &Value, document: &Value, what: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

pub(crate) fn assert_sarif(log: &str, what: &str) {
    // The pattern of two members that are not written here is no regular expression.
    let schema = text("data/sarif-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema = serde_json::from_str(&schema).expect("a schema");
    assert_valid(&schema, &serde_json::from_str(log).expect("JSON"), what);
}

#[test]
fn every_run_in_every_form() {
    for run in RUNS {
        let report = golden(run);
        for format in Format::value_variants() {
            insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{run}.{}", word(*format)), plain(&report, *format));
            });
        }
    }
}

#[test]
fn a_report_of_an_earlier_version_is_read_and_written_unchanged() {
    for run in RUNS {
        let before: Value = serde_json::from_str(&text(&format!("golden/{run}.json"))).expect("JSON");
        let after: Value = serde_json::from_str(&golden(run).to_json()).expect("JSON");
        assert_eq!(before, after, "{run}");
        assert_valid(&schema(), &after, run);
    }
}

/// Members may be added here; one that is taken away or changed breaks the readers of version 1.
#[test]
fn the_schema_of_reports() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&schema()).expect("JSON"));
}

#[test]
fn sarif_is_what_the_standard_says() {
    for run in RUNS {
        let log = plain(&golden(run), Format::Sarif);
        assert_sarif(&log, run);
        let log: Value = serde_json::from_str(&log).expect("JSON");
        let run = &log["runs"][0];
        for result in run["results"].as_array().expect("results") {
            let place = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("an index");
            assert_eq!(run["tool"]["driver"]["rules"][place]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn junit_keeps_failed_error_and_skipped_apart() {
    for run in RUNS {
        let report = golden(run);
        let xml = plain(&report, Format::Junit);
        let tree = roxmltree::Document::parse(&xml).expect("XML");
        let suite = tree.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
        for (count, element) in
            [("failures", "failure"), ("errors", "error"), ("skipped", "skipped"), ("tests", "testcase")]
        {
            let found = suite.descendants().filter(|node| node.has_tag_name(element)).count();
            assert_eq!(suite.attribute(count), Some(found.to_string().as_str()), "{run}: {count}");
        }
        let bad = ["failures", "errors"].iter().any(|count| suite.attribute(*count) != Some("0"));
        assert_eq!(bad, report.outcome != Outcome::Healthy, "{run}: a build server sees what the exit code says");
        if !report.checks.is_empty() {
            assert_eq!(suite.attribute("tests"), Some(report.checks.len().to_string().as_str()), "{run}");
        }
    }
}

/// What copies a command with a click.
const COPY: &str = include_str!("../../src/report/html/copy.js");

#[test]
fn a_page_needs_nothing_beside_it() {
    for run in RUNS {
        let html = plain(&golden(run), Format::Html);
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let tree = roxmltree::Document::parse_with_options(&html, options).expect("well-formed");
        for node in tree.descendants().filter(roxmltree::Node::is_element) {
            assert!(!["link", "img", "iframe"].contains(&node.tag_name().name()), "{run}");
            // The policy admits this one by its hash.
            assert!(node.tag_name().name() != "script" || node.text() == Some(COPY), "{run}");
            assert!(node.attribute("src").is_none(), "{run}");
        }
        for needed in ["name=\"viewport\"", "prefers-color-scheme: dark", "@media print"] {
            assert!(html.contains(needed), "{run}: {needed}");
        }
    }
}

#[test]
fn a_line_for_a_chat_is_short() {
    for run in RUNS {
        let line = plain(&golden(run), Format::Short);
        assert!(line.ends_with('\n') && line.lines().count() == 1 && line.chars().count() < 400, "{run}: {line}");
    }
}

#[test]
fn metrics_are_read_by_collectors_old_and_new() {
    let sample =
        regex::Regex::new(r#"^[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? [0-9.]+$"#).expect("a pattern");
    for run in RUNS {
        let metrics = plain(&golden(run), Format::Openmetrics);
        let (body, end) = metrics.split_at(metrics.len() - "# EOF\n".len());
        assert_eq!(end, "# EOF\n", "{run}");
        let mut family = "";
        for line in body.lines() {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                family = head.split(' ').next().expect("a name");
            } else if !line.starts_with("# HELP ") {
                assert!(sample.is_match(line), "{run}: {line}");
                assert_eq!(line.split(['{', ' ']).next(), Some(family), "{run}: samples stand beneath their family");
            }
        }
    }
}

#[test]
fn a_terminal_of_any_width() {
    let report = golden("undecided");
    for width in [60, 80, 120] {
        let shown = render(&report, Format::Human, Detail { width, ..Detail::default() });
        // An address, a path or a command is not broken: it could not be copied.
        let whole = |line: &&str| {
            line.contains('$') || line.split_whitespace().any(|word| word.contains("//") || word.contains("/v1.0/"))
        };
        for line in shown.lines().filter(|line| !whole(line)) {
            assert!(textwrap::core::display_width(line) <= width, "{width} columns: {line}");
        }
        insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("undecided.{width}-columns"), shown);
        });
    }
}

#[test]
fn a_check_is_told_once() {
    let report = golden("certain");
    let watched = render(&report, Format::Human, Detail { watched: true, ..Detail::default() });
    assert!(!watched.contains("credential-form") && watched.contains("token-claims"), "{watched}");
    let listed = render(&report, Format::Human, Detail { verbose: 1, ..Detail::default() });
    let is_check = |line: &&str| line.starts_with(['✔', '⚠', '✘', '–', '!', '?']) && !line.contains(" Problem: ");
    let marked = listed.lines().filter(is_check);
    let told: Vec<&str> = marked.filter_map(|line| line.split_whitespace().nth(2)).collect();
    let checks: Vec<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(told, checks);
}

/// A run that leaves several causes open, with one setting in a file.
fn undecided_with_file() -> Report {
    let mut report = golden("undecided");
    let from = report.diagnoses[0].because[0].from.clone();
    "deploy/my.env, AZURE_CLIENT_ID".clone_into(&mut report.diagnoses[0].because[0].from);
    assert!(!from.is_empty() && report.diagnoses.len() > 1);
    let mut setting = report.settings[0].clone();
    (setting.from, setting.line) = ("deploy/my.env, AZURE_CLIENT_ID".to_owned(), Some(7));
    report.settings.insert(0, setting);
    report
}

#[test]
fn one_cause_is_one_annotation_and_the_alternatives_are_in_it() {
    let report = undecided_with_file();
    let others = &report.diagnoses[1..];
    for (format, mark) in [(Format::Github, "::error "), (Format::Azure, "##vso[task.logissue type=error")] {
        let text = plain(&report, format);
        let commands: Vec<&str> = text.lines().filter(|line| line.starts_with(mark)).collect();
        assert_eq!(commands.len(), 1, "{text}");
        for other in others {
            assert!(commands[0].to_lowercase().contains(&other.title.to_lowercase()), "{}", commands[0]);
        }
    }
}

#[test]
fn sarif_has_a_result_for_a_cause_and_its_line() {
    let log = plain(&undecided_with_file(), Format::Sarif);
    assert_sarif(&log, "undecided");
    let log: Value = serde_json::from_str(&log).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 1);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "deploy/my.env");
    assert_eq!(place["region"]["startLine"], 7);
}
