//! `OpenMetrics` for a textfile collector: gauges alone, so that readers of the older Prometheus text form take it too.

use std::fmt::Write as _;

use super::page::clean;
use super::{Outcome, Report, words};

/// The report as metrics.
pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    family(&mut text, "pbiauth_info", "The tool that made the report.");
    sample(
        &mut text,
        "pbiauth_info",
        &[("version", &report.tool.version), ("origin", &words::word(&report.origin))],
        "1",
    );
    family(&mut text, "pbiauth_healthy", "1 when nothing is wrong, or warnings only; 0 otherwise.");
    sample(&mut text, "pbiauth_healthy", &[], if report.outcome == Outcome::Healthy { "1" } else { "0" });
    family(&mut text, "pbiauth_outcome", "What the run came to: 1 for the outcome that is.");
    for outcome in [Outcome::Healthy, Outcome::Problem, Outcome::Unexplained, Outcome::Incomplete] {
        let value = if outcome == report.outcome { "1" } else { "0" };
        sample(&mut text, "pbiauth_outcome", &[("outcome", &words::word(&outcome))], value);
    }
    family(&mut text, "pbiauth_exit_code", "The exit code of the run.");
    sample(&mut text, "pbiauth_exit_code", &[], &report.exit.to_string());
    if let Some(seconds) = report.started.as_ref().and_then(|at| at.parse::<jiff::Timestamp>().ok()) {
        family(&mut text, "pbiauth_run_timestamp_seconds", "When the run began, in seconds since 1970.");
        sample(&mut text, "pbiauth_run_timestamp_seconds", &[], &seconds.as_second().to_string());
    }
    checks(&mut text, report);
    diagnoses(&mut text, report);
    text.push_str("# EOF\n");
    text
}

fn checks(text: &mut String, report: &Report) {
    if report.checks.is_empty() {
        return;
    }
    family(text, "pbiauth_check_status", "The status of each check: 1 for the status that it has.");
    for check in &report.checks {
        let labels = [
            ("check", check.id.as_str()),
            ("stage", &words::word(&check.stage)),
            ("status", &words::word(&check.status)),
        ];
        sample(text, "pbiauth_check_status", &labels, "1");
    }
    family(text, "pbiauth_check_duration_seconds", "How long the requests of each check took together.");
    for check in report.checks.iter().filter(|check| !check.exchanges.is_empty()) {
        let of_check = check.exchanges.iter().filter_map(|at| report.exchanges.get(*at));
        let ms: u64 = of_check.map(|exchange| exchange.ms).sum();
        let seconds = format!("{}.{:03}", ms / 1000, ms % 1000);
        sample(text, "pbiauth_check_duration_seconds", &[("check", &check.id)], &seconds);
    }
}

fn diagnoses(text: &mut String, report: &Report) {
    if report.diagnoses.is_empty() {
        return;
    }
    family(
        text,
        "pbiauth_diagnosis_rank",
        "The place of each cause among those that may be meant: 1 is the believed one.",
    );
    for (place, diagnosis) in report.diagnoses.iter().enumerate() {
        let labels = [
            ("cause", diagnosis.cause.as_str()),
            ("area", &diagnosis.area),
            ("confidence", &words::word(&diagnosis.confidence)),
            ("severity", &words::word(&diagnosis.severity)),
            ("owner", &diagnosis.owner),
        ];
        sample(text, "pbiauth_diagnosis_rank", &labels, &(place + 1).to_string());
    }
}

fn family(text: &mut String, name: &str, help: &str) {
    let _ = write!(text, "# TYPE {name} gauge\n# HELP {name} {help}\n");
}

fn sample(text: &mut String, name: &str, labels: &[(&str, &str)], value: &str) {
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _ = writeln!(text, "{name}{labels} {value}");
}

fn escaped(value: &str) -> String {
    clean(value).replace('\\', "\\\\").replace('"', "\\\"")
}
