//! `OpenMetrics` for a textfile collector: gauges alone, so that readers of the older Prometheus text form take it too.

use std::fmt::Write as _;

use super::page::clean;
use super::{Outcome, Report, words};

/// The reports as metrics. Those of profiles bear the profile's name; a family holds the samples of all.
pub(super) fn render(reports: &[Report]) -> String {
    let mut text = String::new();
    family(&mut text, "pbiauth_info", "The tool that made the report.");
    for report in reports {
        let labels = [("version", report.tool.version.as_str()), ("origin", &words::word(&report.origin))];
        sample(&mut text, "pbiauth_info", report, &labels, "1");
    }
    family(&mut text, "pbiauth_healthy", "1 when nothing is wrong, or warnings only; 0 otherwise.");
    for report in reports {
        let healthy = if report.outcome == Outcome::Healthy { "1" } else { "0" };
        sample(&mut text, "pbiauth_healthy", report, &[], healthy);
    }
    outcomes(&mut text, reports);
    family(&mut text, "pbiauth_exit_code", "The exit code of the run.");
    for report in reports {
        sample(&mut text, "pbiauth_exit_code", report, &[], &report.exit.to_string());
    }
    started(&mut text, reports);
    checks(&mut text, reports);
    diagnoses(&mut text, reports);
    text.push_str("# EOF\n");
    text
}

fn outcomes(text: &mut String, reports: &[Report]) {
    family(text, "pbiauth_outcome", "What the run came to: 1 for the outcome that is.");
    for report in reports {
        for outcome in [Outcome::Healthy, Outcome::Problem, Outcome::Unexplained, Outcome::Incomplete] {
            let value = if outcome == report.outcome { "1" } else { "0" };
            sample(text, "pbiauth_outcome", report, &[("outcome", &words::word(&outcome))], value);
        }
    }
}

fn started(text: &mut String, reports: &[Report]) {
    let time = |report: &Report| report.started.as_ref()?.parse::<jiff::Timestamp>().ok();
    if reports.iter().any(|report| time(report).is_some()) {
        family(text, "pbiauth_run_timestamp_seconds", "When the run began, in seconds since 1970.");
    }
    for (report, at) in reports.iter().filter_map(|report| Some((report, time(report)?))) {
        sample(text, "pbiauth_run_timestamp_seconds", report, &[], &at.as_second().to_string());
    }
}

fn checks(text: &mut String, reports: &[Report]) {
    let all = || reports.iter().flat_map(|report| report.checks.iter().map(move |check| (report, check)));
    if all().next().is_none() {
        return;
    }
    family(text, "pbiauth_check_status", "The status of each check: 1 for the status that it has.");
    for (report, check) in all() {
        let labels = [
            ("check", check.id.as_str()),
            ("stage", &words::word(&check.stage)),
            ("status", &words::word(&check.status)),
        ];
        sample(text, "pbiauth_check_status", report, &labels, "1");
    }
    family(text, "pbiauth_check_duration_seconds", "How long the requests of each check took together.");
    for (report, check) in all().filter(|(_, check)| !check.exchanges.is_empty()) {
        let of_check = check.exchanges.iter().filter_map(|at| report.exchanges.get(*at));
        let ms: u64 = of_check.map(|exchange| exchange.ms).sum();
        let seconds = format!("{}.{:03}", ms / 1000, ms % 1000);
        sample(text, "pbiauth_check_duration_seconds", report, &[("check", &check.id)], &seconds);
    }
}

fn diagnoses(text: &mut String, reports: &[Report]) {
    if reports.iter().all(|report| report.diagnoses.is_empty()) {
        return;
    }
    family(
        text,
        "pbiauth_diagnosis_rank",
        "The place of each cause among those that may be meant: 1 is the believed one.",
    );
    for report in reports {
        for (place, diagnosis) in report.diagnoses.iter().enumerate() {
            let labels = [
                ("cause", diagnosis.cause.as_str()),
                ("area", &diagnosis.area),
                ("confidence", &words::word(&diagnosis.confidence)),
                ("severity", &words::word(&diagnosis.severity)),
                ("owner", &diagnosis.owner),
            ];
            sample(text, "pbiauth_diagnosis_rank", report, &labels, &(place + 1).to_string());
        }
    }
}

fn family(text: &mut String, name: &str, help: &str) {
    let _ = write!(text, "# TYPE {name} gauge\n# HELP {name} {help}\n");
}

fn sample(text: &mut String, name: &str, report: &Report, labels: &[(&str, &str)], value: &str) {
    let profile = report.profile.as_deref().map(|profile| ("profile", profile));
    let labels = profile.iter().chain(labels);
    let labels: Vec<String> = labels.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _ = writeln!(text, "{name}{labels} {value}");
}

fn escaped(value: &str) -> String {
    clean(value).replace('\\', "\\\\").replace('"', "\\\"")
}
