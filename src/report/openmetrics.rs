//! `OpenMetrics` for a textfile collector: gauges alone, so that readers of the older Prometheus text form take it too.

use std::borrow::Borrow;
use std::fmt::Write as _;

use super::page::clean;
use super::{Outcome, Report, words};

/// Every family: its name and what it is.
const FAMILIES: [(&str, &str); 8] = [
    ("pbiauth_info", "The tool that made the report."),
    ("pbiauth_healthy", "1 if the run found no problem, or only warnings; 0 otherwise."),
    ("pbiauth_outcome", "The outcome of the run: 1 for the actual outcome, 0 for the others."),
    ("pbiauth_exit_code", "The exit code of the run."),
    ("pbiauth_run_timestamp_seconds", "When the run started, in seconds since 1970."),
    ("pbiauth_check_status", "The status of each check: 1 for the actual status, 0 for the others."),
    ("pbiauth_check_duration_seconds", "The total duration of each check's requests."),
    ("pbiauth_diagnosis_rank", "The rank of each possible cause: 1 is the most likely."),
];

/// The reports as metrics. Those of profiles bear the profile's name; a family holds the samples of all.
pub(super) fn render<R: Borrow<Report>>(reports: impl Iterator<Item = R>) -> String {
    let mut samples = Samples::default();
    for report in reports {
        samples.of(report.borrow());
    }
    let mut text = String::new();
    for ((name, help), samples) in FAMILIES.iter().zip(samples.0).filter(|(_, samples)| !samples.is_empty()) {
        let _ = write!(text, "# TYPE {name} gauge\n# HELP {name} {help}\n{samples}");
    }
    text.push_str("# EOF\n");
    text
}

/// The samples of each family, in the order of [`FAMILIES`].
#[derive(Default)]
struct Samples([String; FAMILIES.len()]);

impl Samples {
    fn of(&mut self, report: &Report) {
        let labels = [("version", report.tool.version.as_str()), ("origin", &words::word(&report.origin))];
        self.add("pbiauth_info", report, &labels, "1");
        self.add("pbiauth_healthy", report, &[], truth(report.outcome == Outcome::Healthy));
        for outcome in [Outcome::Healthy, Outcome::Problem, Outcome::Unexplained, Outcome::Incomplete] {
            let labels = [("outcome", words::word(&outcome))];
            let labels = labels.each_ref().map(|(name, value)| (*name, value.as_str()));
            self.add("pbiauth_outcome", report, &labels, truth(outcome == report.outcome));
        }
        self.add("pbiauth_exit_code", report, &[], &report.exit.to_string());
        if let Some(at) = report.started.as_ref().and_then(|at| at.parse::<jiff::Timestamp>().ok()) {
            self.add("pbiauth_run_timestamp_seconds", report, &[], &at.as_second().to_string());
        }
        self.checks(report);
        self.diagnoses(report);
    }

    fn checks(&mut self, report: &Report) {
        for check in &report.checks {
            let labels = [
                ("check", check.id.as_str()),
                ("stage", &words::word(&check.stage)),
                ("status", &words::word(&check.status)),
            ];
            self.add("pbiauth_check_status", report, &labels, "1");
            if !check.exchanges.is_empty() {
                let of_check = check.exchanges.iter().filter_map(|at| report.exchanges.get(*at));
                let ms: u64 = of_check.map(|exchange| exchange.ms).sum();
                let seconds = format!("{}.{:03}", ms / 1000, ms % 1000);
                self.add("pbiauth_check_duration_seconds", report, &[("check", &check.id)], &seconds);
            }
        }
    }

    fn diagnoses(&mut self, report: &Report) {
        for (place, diagnosis) in report.diagnoses.iter().enumerate() {
            let labels = [
                ("cause", diagnosis.cause.as_str()),
                ("area", &diagnosis.area),
                ("confidence", &words::word(&diagnosis.confidence)),
                ("severity", &words::word(&diagnosis.severity)),
                ("owner", &diagnosis.owner),
            ];
            self.add("pbiauth_diagnosis_rank", report, &labels, &(place + 1).to_string());
        }
    }

    fn add(&mut self, family: &str, report: &Report, labels: &[(&str, &str)], value: &str) {
        let Some(place) = FAMILIES.iter().position(|(name, _)| *name == family) else { return };
        let profile = report.profile.as_deref().map(|profile| ("profile", profile));
        let labels = profile.iter().chain(labels);
        let labels: Vec<String> = labels.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0[place], "{family}{labels} {value}");
    }
}

const fn truth(is: bool) -> &'static str {
    if is { "1" } else { "0" }
}

fn escaped(value: &str) -> String {
    clean(value).replace('\\', "\\\\").replace('"', "\\\"")
}
