//! Fleets: parts of the profiles, reports that are merged, runs that go on where they were ended, tenants that ask for
//! patience.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Served, pbiauth, report};

/// A tenant whose answers come late, so that a run can be ended in its middle.
const LATE: &str =
    "title = 'a healthy tenant, far away'\nbased_on = 'healthy'\n[latency]\nms = 150\n[expect]\noutcome = 'healthy'\n";

/// A folder with a settings file for so many profiles of a served tenant.
struct Fleet {
    folder: tempfile::TempDir,
    tenant: Served,
}

impl Fleet {
    fn new(scenario: &str, profiles: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let tenant = if scenario.contains('\n') {
            let path = folder.path().join("scenario.toml");
            std::fs::write(&path, scenario).expect("a file");
            Served::start(path.to_str().expect("a path"))
        } else {
            Served::start(scenario)
        };
        let fleet = Self { folder, tenant };
        fleet.settings(&"p".repeat(profiles), "");
        fleet
    }

    /// Writes the settings file: a profile for each letter, `p` of the tenant, `o` of another one.
    fn settings(&self, profiles: &str, more: &str) {
        let mut text = self.tenant.settings() + more;
        for (number, kind) in profiles.chars().enumerate() {
            let tenant = if kind == 'p' { "contoso.example" } else { "fabrikam.example" };
            write!(text, "\n[profiles.p{number}]\ntenant = '{tenant}'\nclient_secret = {{ env = 'RIGHT' }}\n")
                .expect("a text");
        }
        std::fs::write(self.path("pbiauth.toml"), text).expect("a file");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn doctor(&self, args: &[&str]) -> Command {
        let mut command = pbiauth();
        command.args(["doctor", "--all-profiles"]).args(args).current_dir(self.folder.path());
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1");
        command.env("RIGHT", &self.tenant.environment["AZURE_CLIENT_SECRET"]);
        command
    }

    fn reports(&self, args: &[&str]) -> Value {
        report(&self.doctor(args).args(["--format", "json"]).output().expect("output"))
    }

    /// The reports that a folder has: name and time of each.
    fn saved(&self, folder: &str) -> BTreeSet<(String, String)> {
        let Ok(entries) = std::fs::read_dir(self.path(folder)) else { return BTreeSet::new() };
        let files = entries.flatten().map(|entry| entry.path());
        let whole = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        whole.map(|path| entry_of(&json(&path))).collect()
    }
}

fn json(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn entry_of(report: &Value) -> (String, String) {
    let text = |name: &str| report[name].as_str().expect("a text").to_owned();
    (text("profile"), text("started"))
}

fn names(reports: &Value) -> Vec<&str> {
    let profiles = reports["summary"]["profiles"].as_array().expect("profiles");
    profiles.iter().map(|entry| entry["profile"].as_str().expect("a name")).collect()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).replace("\n  │", "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn merge(folder: &Path, args: &[&str]) -> Output {
    pbiauth().args(["reports", "merge"]).args(args).current_dir(folder).output().expect("output")
}

#[test]
fn parts_are_the_whole_and_merge_into_one_report() {
    let fleet = Fleet::new("healthy", 5);
    let mut all = Vec::new();
    for index in 0..2 {
        let (part, file) = (format!("{index}/2"), format!("part-{index}.json"));
        let output = fleet.doctor(&["--partition", &part, "--format", "json", "--output", &file]).output();
        assert_eq!(output.expect("output").status.code(), Some(0));
        all.extend(names(&json(&fleet.path(&file))).iter().map(|name| (*name).to_owned()));
    }
    assert_eq!(all, ["p0", "p2", "p4", "p1", "p3"]);
    let merged = report(&merge(fleet.folder.path(), &["part-0.json", "part-1.json", "--format", "json"]));
    assert_eq!(
        (merged["schema"].as_str(), names(&merged)),
        (Some("pbiauth.reports/1"), vec!["p0", "p2", "p4", "p1", "p3"])
    );
    let part = json(&fleet.path("part-0.json"));
    assert_eq!(merged["reports"][1], part["reports"][1], "a report stays as it was");

    let mut args = vec!["part-0.json", "part-1.json"];
    let formats = ["human", "junit", "sarif", "markdown", "html", "openmetrics", "short"];
    args.extend(formats.iter().flat_map(|format| ["--format", *format, "--output", *format]));
    assert_eq!(merge(fleet.folder.path(), &args).status.code(), Some(0));
    for format in formats {
        let text = std::fs::read_to_string(fleet.path(format)).expect("a form");
        assert!(text.contains("p3") || format == "short" && text.contains("5 profiles: 5 healthy"), "{format}: {text}");
    }
    let metrics = std::fs::read_to_string(fleet.path("openmetrics")).expect("metrics");
    assert_eq!(metrics.matches("# TYPE pbiauth_healthy gauge").count(), 1);
    assert_eq!(metrics.matches("\npbiauth_healthy{profile=").count(), 5);
}

#[test]
fn the_number_of_a_pod_is_the_number_of_a_part() {
    let fleet = Fleet::new("healthy", 3);
    let part = |index: Option<&str>, args: &[&str]| {
        let mut command = fleet.doctor(args);
        command.args(["--format", "json"]);
        if let Some(index) = index {
            command.env("JOB_COMPLETION_INDEX", index);
        }
        command.output().expect("output")
    };
    assert_eq!(names(&report(&part(Some("1"), &["--partition", "/2"]))), ["p1"]);
    assert_eq!(names(&report(&part(Some("1"), &["--partition", "0/2"]))), ["p0", "p2"], "what is typed counts");
    for (index, args, words) in [
        (None, ["--partition", "/2"], "JOB_COMPLETION_INDEX doesn't say which part this is: it isn't set"),
        (Some("two"), ["--partition", "/2"], "it isn't a number"),
        (Some("2"), ["--partition", "/2"], "there is no part 2 of 2"),
        (None, ["--partition", "2/2"], "from 0 to 1"),
        (None, ["--partition", "0/0"], "at least 1 part"),
    ] {
        let output = part(index, &args);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        assert!(said(&output).contains(words), "{args:?}: {}", said(&output));
    }
}

#[test]
fn a_part_without_profiles_says_so_and_is_a_document() {
    let fleet = Fleet::new("healthy", 2);
    let output = fleet.doctor(&["--partition", "2/3", "--format", "json"]).output().expect("output");
    let reports = report(&output);
    assert_eq!((output.status.code(), names(&reports).len()), (Some(0), 0));
    assert!(said(&output).contains("no profiles"), "{}", said(&output));
    std::fs::write(fleet.path("empty.json"), &output.stdout).expect("a file");
    for format in ["human", "json", "junit", "sarif", "markdown", "html", "openmetrics", "short"] {
        assert_eq!(merge(fleet.folder.path(), &["empty.json", "--format", format]).status.code(), Some(0), "{format}");
    }
}

#[test]
fn what_is_merged_is_a_report_and_each_profile_once() {
    let fleet = Fleet::new("healthy", 2);
    let folder = fleet.folder.path();
    let run = |file: &str| fleet.doctor(&["--format", "json", "--output", file]).output().expect("output");
    run("early.json");
    run("late.json");
    // A report of no profile is called as its file is.
    let alone =
        pbiauth().args(["doctor", "--sim", "token/secret-expired", "--format", "json"]).output().expect("output");
    std::fs::write(fleet.path("alone.json"), &alone.stdout).expect("a file");
    let output = merge(folder, &["late.json", "early.json", "alone.json", "--format", "json"]);
    let merged = report(&output);
    assert_eq!((names(&merged), output.status.code()), (vec!["p0", "p1", "alone"], Some(1)));
    assert_eq!(merged["reports"][0]["started"], json(&fleet.path("late.json"))["reports"][0]["started"]);
    assert!(said(&output).contains("p0: There are two reports of this profile"), "{}", said(&output));
    let never = merge(folder, &["alone.json", "--fail-on", "never", "--format", "short"]);
    assert_eq!(never.status.code(), Some(0), "the exit code is decided again");

    let whole = std::fs::read_to_string(fleet.path("late.json")).expect("a file");
    std::fs::write(fleet.path("newer.json"), whole.replace("pbiauth.reports/1", "pbiauth.reports/2")).expect("a file");
    std::fs::write(fleet.path("cut.json"), &whole[..whole.len() / 2]).expect("a file");
    std::fs::write(fleet.path("other.json"), "{\"client_secret\": \"abc8Q~made-up\"}").expect("a file");
    for (file, words) in [
        ("newer.json", "newer.json is not a report: it has the form pbiauth.reports/2"),
        ("cut.json", "cut.json is not a report: it is cut off"),
        ("other.json", "other.json is not a report: it's JSON, but not a report"),
        ("absent.json", "absent.json can't be read"),
    ] {
        let output = merge(folder, &["late.json", file]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0), "{file}");
        assert!(said(&output).contains(words) && !said(&output).contains("8Q~"), "{}", said(&output));
    }
}

#[test]
fn a_folder_is_every_report_in_it() {
    let fleet = Fleet::new("healthy", 3);
    fleet.reports(&["--resume", "done"]);
    std::fs::write(fleet.path("done/notes.txt"), "no report").expect("a file");
    assert_eq!(names(&report(&merge(fleet.folder.path(), &["done", "--format", "json"]))), ["p0", "p1", "p2"]);
}

#[test]
fn a_killed_run_loses_nothing_that_was_finished() {
    let fleet = Fleet::new(LATE, 40);
    let mut run = fleet.doctor(&["--resume", "done"]);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let begun = Instant::now();
    while fleet.saved("done").len() < 5 {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is saved");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().expect("killed");
    run.wait().expect("ended");
    let before = fleet.saved("done");
    assert!(before.len() < 40, "it was killed in its middle");
    let reports = fleet.reports(&["--resume", "done"]);
    assert_eq!((reports["summary"]["healthy"].as_u64(), names(&reports).len()), (Some(40), 40));
    let after: BTreeSet<(String, String)> =
        reports["reports"].as_array().expect("reports").iter().map(entry_of).collect();
    assert!(after.is_superset(&before), "what was finished was asked again");
    assert_eq!(fleet.saved("done"), after);
}

#[test]
fn a_finished_profile_is_asked_again_only_with_other_settings() {
    let mut fleet = Fleet::new("healthy", 2);
    let first = fleet.reports(&["--resume", "done"]);
    // Nobody answers any more.
    fleet.tenant.stop();
    let again = fleet.reports(&["--resume", "done"]);
    assert_eq!(again["reports"], first["reports"]);
    let other = fleet.reports(&["--resume", "done", "--for", "list"]);
    assert_eq!(other["summary"]["incomplete"], 2, "it was asked for something else");
    let again = fleet.reports(&["--resume", "done", "--for", "list"]);
    assert_eq!(again["summary"]["incomplete"], 2, "what no service answered is not finished");
    assert_eq!(fleet.saved("done").len(), 2);
}

#[test]
fn a_folder_that_cannot_be_used_is_said() {
    let fleet = Fleet::new("healthy", 2);
    fleet.reports(&["--resume", "done"]);
    let files: Vec<PathBuf> =
        std::fs::read_dir(fleet.path("done")).expect("a folder").flatten().map(|entry| entry.path()).collect();
    // One report is cut off, and in the place of the other nothing can be written.
    let text = std::fs::read(&files[0]).expect("a report");
    std::fs::write(&files[0], &text[..100]).expect("a file");
    std::fs::remove_file(&files[1]).expect("removed");
    std::fs::create_dir(&files[1]).expect("a folder");
    let output = fleet.doctor(&["--resume", "done", "--format", "json"]).output().expect("output");
    assert_eq!(report(&output)["summary"]["healthy"], 2, "the reports are shown all the same");
    assert_eq!(output.status.code(), Some(4));
    for words in ["cut off after 100 bytes", "so the profile runs again", "can't be written"] {
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
    json(&files[0]);
    std::fs::write(fleet.path("file"), "").expect("a file");
    let output = fleet.doctor(&["--resume", "file"]).output().expect("output");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0));
    assert!(said(&output).contains("file can't be written: not a directory"), "{}", said(&output));
}

/// When requests to a service were sent and answered, in milliseconds since 1970, and with what status.
fn exchanges(bundle: &Value, service: &str) -> Vec<(i64, i64, u64)> {
    let exchanges =
        bundle["record"]["exchanges"].as_array().or_else(|| bundle["exchanges"].as_array()).expect("exchanges");
    let of_service = exchanges.iter().filter(|exchange| exchange["request"]["service"] == service);
    of_service
        .map(|exchange| {
            let sent: jiff::Timestamp = exchange["sent"].as_str().expect("a time").parse().expect("a time");
            let ended = sent.as_millisecond() + exchange["ms"].as_i64().expect("a number");
            (sent.as_millisecond(), ended, exchange["outcome"]["reply"]["status"].as_u64().unwrap_or(0))
        })
        .collect()
}

#[test]
fn a_wait_that_one_profile_is_asked_for_is_kept_by_all_of_its_tenant() {
    let throttled = format!("{LATE}[[faults]]\non = 'power-bi'\nkind = 'throttle'\ntimes = 1\nretry_after = 2\n");
    let fleet = Fleet::new(&throttled, 6);
    fleet.reports(&["--bundle", "run.json"]);
    let all: Vec<(i64, i64, u64)> =
        (0..6).flat_map(|number| exchanges(&json(&fleet.path(&format!("run.p{number}.json"))), "power-bi")).collect();
    let refused = all.iter().find(|(_, _, status)| *status == 429).expect("one was refused").1;
    let early: Vec<i64> =
        all.iter().map(|(sent, ..)| sent - refused).filter(|sent| (50..1900).contains(sent)).collect();
    assert!(early.is_empty(), "sent so many milliseconds after the refusal: {early:?}");
    assert!(all.iter().any(|(sent, ..)| sent - refused >= 1900), "they are sent later");
}

#[test]
fn other_tenants_go_first_where_one_is_asked_for_a_long_wait() {
    let throttled = format!("{LATE}[[faults]]\non = 'power-bi'\nkind = 'throttle'\ntimes = 1\nretry_after = 30\n");
    let fleet = Fleet::new(&throttled, 0);
    // More than are under way at once, and one of another tenant at the end.
    fleet.settings(&format!("{}o", "p".repeat(20)), "");
    let reports = fleet.reports(&["--deadline", "3s"]);
    let started: Vec<i64> = reports["reports"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| entry_of(report).1.parse::<jiff::Timestamp>().expect("a time").as_millisecond())
        .collect();
    let (held, other) = (started[19] - started[0], started[20] - started[0]);
    assert!(held >= 3000, "it is held back as long as a run may take: {held} ms");
    assert!(other < held, "another tenant's goes first: {other} ms");
}

/// A file of the packages.
fn package(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn alerts_and_dashboard_use_metrics_that_there_are() {
    let metrics = pbiauth().args(["doctor", "--sim", "token/secret-expired", "--format", "openmetrics"]).output();
    let metrics = String::from_utf8(metrics.expect("output").stdout).expect("text");
    let families: BTreeSet<&str> =
        metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let name = regex::Regex::new(r"\bpbiauth_[a-z_]+\b").expect("an expression");
    for file in ["monitoring/alerts.yml", "monitoring/alerts-test.yml", "monitoring/dashboard.json"] {
        let text = package(file);
        let used: BTreeSet<&str> = name.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(!used.is_empty() && used.is_subset(&families), "{file}: {used:?}");
    }
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/fleets.md")).expect("the page");
    let described: BTreeSet<&str> = name.find_iter(&page).map(|found| found.as_str()).collect();
    assert_eq!(described, families, "the page describes each");
}

#[test]
fn the_manifests_start_runs_that_there_are() {
    use clap::Parser as _;
    let argument = regex::Regex::new(r"(?m)^            - (\S+)$").expect("an expression");
    for file in ["kubernetes/indexed-job.yaml", "kubernetes/watch.yaml"] {
        let text = package(file);
        let (_, rest) = text.split_once("          args:\n").expect("arguments");
        let (args, _) = rest
            .split_once("\n          env:")
            .or_else(|| rest.split_once("\n          resources:"))
            .expect("their end");
        let args: Vec<&str> =
            argument.captures_iter(args).map(|found| found.get(1).expect("a word").as_str()).collect();
        assert!(args.len() > 4, "{file}: {args:?}");
        let parsed = pbiauth::cli::Cli::try_parse_from(std::iter::once("pbiauth").chain(args));
        assert!(parsed.is_ok(), "{file}: {}", parsed.expect_err("a problem"));
    }
    let job = package("kubernetes/indexed-job.yaml");
    let completions = job.lines().find_map(|line| line.trim().strip_prefix("completions: ")).expect("completions");
    let parts = completions.split(' ').next().expect("a number");
    assert!(job.contains(&format!("--partition=/{parts}\n")), "as many pods as parts");
}
