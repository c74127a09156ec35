//! The reports of several profiles as one document.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::human::{self, Detail};
use super::page::{clean, shortened};
use super::{Format, Outcome, Report, Tool, azure, format, github, html, junit, markdown, openmetrics, sarif, words};

/// The name and version of the form of several reports. Within a version members are only added.
pub const SCHEMA_OF_SEVERAL: &str = "pbiauth.reports/1";

/// What the runs of several profiles say.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "pbiauth.reports/1")]
pub struct Reports {
    /// The name and version of this form: `pbiauth.reports/1`.
    #[schemars(extend("const" = SCHEMA_OF_SEVERAL))]
    pub schema: String,
    /// What made the reports.
    pub tool: Tool,
    /// What they come to together.
    pub summary: Summary,
    /// A report for each profile, in the order in which they were named or stand in the file.
    pub reports: Vec<Report>,
}

/// What several reports come to together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many profiles are healthy.
    pub healthy: usize,
    /// How many have a problem that is diagnosed.
    pub problem: usize,
    /// How many have one that no rule explains.
    pub unexplained: usize,
    /// How many could not be run.
    pub incomplete: usize,
    /// Each profile in a line.
    pub profiles: Vec<ProfileEntry>,
    /// The exit code: the worst of them.
    pub exit: u8,
}

/// A profile in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileEntry {
    /// Its name.
    pub profile: String,
    /// What its report comes to.
    pub outcome: Outcome,
    /// The exit code of its report.
    pub exit: u8,
    /// The cause that is believed. Absent where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What it comes to, in a few words: the cause with how sure it is, or the verdict.
    pub says: String,
    /// Who acts. Absent where no cause is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Reports {
    /// Puts reports together.
    #[must_use]
    pub fn of(reports: Vec<Report>) -> Self {
        let count = |outcome| reports.iter().filter(|report| report.outcome == outcome).count();
        let summary = Summary {
            healthy: count(Outcome::Healthy),
            problem: count(Outcome::Problem),
            unexplained: count(Outcome::Unexplained),
            incomplete: count(Outcome::Incomplete),
            profiles: reports.iter().map(entry).collect(),
            exit: reports.iter().map(|report| report.exit).max().unwrap_or(0),
        };
        let tool = Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        Self { schema: SCHEMA_OF_SEVERAL.to_owned(), tool, summary, reports }
    }

    /// How many of each outcome there are, in words.
    #[must_use]
    pub fn counts(&self) -> String {
        let Summary { healthy, problem, unexplained, incomplete, .. } = &self.summary;
        let counts = [
            (*healthy, "healthy"),
            (*problem, "with a problem"),
            (*unexplained, "with a failure that no rule explains"),
            (*incomplete, "that could not be run"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, words)| format!("{count} {words}")).collect();
        match self.reports.len() {
            0 => "No profiles".to_owned(),
            1 => format!("1 profile: {}", counts.join(", ")),
            many => format!("{many} profiles: {}", counts.join(", ")),
        }
    }
}

fn entry(report: &Report) -> ProfileEntry {
    let first = report.diagnoses.first();
    ProfileEntry {
        profile: profile(report).to_owned(),
        outcome: report.outcome,
        exit: report.exit,
        cause: first.map(|diagnosis| diagnosis.cause.clone()),
        says: first.map_or_else(|| report.verdict(), words::headline),
        owner: first.map(|diagnosis| diagnosis.owner.clone()),
    }
}

/// The JSON schema of [`Reports`], as it is written.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Reports>().to_value()
}

/// The name of the profile that a report is about.
pub(super) fn profile(report: &Report) -> &str {
    report.profile.as_deref().unwrap_or("no profile")
}

/// The reports in this form. `detail` matters where they are read by a person as text.
#[must_use]
pub fn render(reports: &Reports, format: Format, detail: Detail) -> String {
    match format {
        Format::Human => human(reports, detail),
        Format::Json => format::json(reports),
        Format::Junit => junit::render(&reports.reports),
        Format::Sarif => sarif::render(&reports.reports),
        Format::Markdown => to_markdown(reports),
        Format::Html => html::render_several(reports),
        Format::Github => human(reports, detail) + &each(reports, github::commands),
        Format::Azure => human(reports, detail) + &each(reports, azure::commands),
        Format::Openmetrics => openmetrics::render(&reports.reports),
        Format::Short => short(reports),
    }
}

fn each(reports: &Reports, commands: fn(&Report) -> String) -> String {
    std::iter::once("\n".to_owned()).chain(reports.reports.iter().map(commands)).collect()
}

/// One report after the other, each under its profile's name; at the end a table.
fn human(reports: &Reports, detail: Detail) -> String {
    let mut text = String::new();
    for report in reports.reports.iter().filter(|report| !detail.quiet || report.exit != 0) {
        let _ = write!(text, "── {} ──\n\n{}\n", clean(profile(report)), human::render(report, detail));
    }
    let widest = |of: fn(&ProfileEntry) -> String| {
        reports.summary.profiles.iter().map(|entry| of(entry).chars().count()).max().unwrap_or(0)
    };
    let (names, outcomes) = (widest(|entry| clean(&entry.profile)), widest(|entry| words::word(&entry.outcome)));
    let room = detail.width.saturating_sub(names + outcomes + 4).max(20);
    let _ = writeln!(text, "{}", reports.counts());
    for entry in &reports.summary.profiles {
        let (name, outcome) = (clean(&entry.profile), words::word(&entry.outcome));
        let says = clean(&entry.says);
        let says = shortened(&says, room);
        let _ = writeln!(text, "{name:<names$}  {outcome:<outcomes$}  {says}");
    }
    text
}

/// A table, then each report under its profile's name.
#[must_use]
pub fn to_markdown(reports: &Reports) -> String {
    let mut text = format!("# {}\n\n| profile | outcome | what | who acts |\n|---|---|---|---|\n", reports.counts());
    for entry in &reports.summary.profiles {
        let cells =
            [&entry.profile, &words::word(&entry.outcome), &entry.says, entry.owner.as_ref().unwrap_or(&String::new())]
                .map(|cell| markdown::escaped(cell));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    for report in &reports.reports {
        let _ = write!(text, "\n## {}\n\n", markdown::escaped(profile(report)));
        for line in markdown::render(report).lines() {
            let deeper = if line.starts_with('#') { "##" } else { "" };
            let _ = writeln!(text, "{deeper}{line}");
        }
    }
    text
}

/// One line under 400 characters: how many of each outcome, and who is not healthy.
fn short(reports: &Reports) -> String {
    const LIMIT: usize = 400;
    let unwell = reports.summary.profiles.iter().filter(|entry| entry.outcome != Outcome::Healthy);
    let named: Vec<String> = unwell
        .map(|entry| match &entry.cause {
            Some(cause) => format!("{} ({cause})", entry.profile),
            None => entry.profile.clone(),
        })
        .collect();
    let named = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    format!("{}\n", shortened(&clean(&format!("pbiauth: {}{named}", reports.counts())), LIMIT - 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Origin, build};

    fn reports() -> Reports {
        let one = |name: &str, exit: u8, outcome| {
            let mut report = build::of_nothing(Origin::Live, "a note".to_owned());
            (report.profile, report.exit, report.outcome) = (Some(name.to_owned()), exit, outcome);
            report
        };
        Reports::of(vec![
            one("contoso", 0, Outcome::Healthy),
            one("a|b <x>\u{1b}[31m", 3, Outcome::Unexplained),
            one("fabrikam", 1, Outcome::Problem),
        ])
    }

    #[test]
    fn the_worst_counts() {
        let reports = reports();
        assert_eq!(reports.summary.exit, 3);
        assert_eq!(reports.counts(), "3 profiles: 1 healthy, 1 with a problem, 1 with a failure that no rule explains");
    }

    #[test]
    fn every_form_names_each_profile_and_shows_nothing_raw() {
        use Format::{Azure, Github, Html, Human, Json, Junit, Markdown, Openmetrics, Sarif, Short};
        for format in [Azure, Github, Html, Human, Json, Junit, Markdown, Openmetrics, Sarif, Short] {
            let text = render(&reports(), format, Detail::default());
            assert!(text.contains("fabrikam"), "{format:?}: {text}");
            assert!(!text.contains('\u{1b}') || format == Human || format == Github || format == Azure, "{format:?}");
            assert!(!text.contains("\u{1b}[31m"), "{format:?}");
        }
        assert_eq!(render(&reports(), Junit, Detail::default()).matches("<testsuite ").count(), 3);
        assert_eq!(render(&reports(), Openmetrics, Detail::default()).matches("# TYPE pbiauth_healthy").count(), 1);
        let sarif: serde_json::Value =
            serde_json::from_str(&render(&reports(), Sarif, Detail::default())).expect("json");
        assert_eq!(sarif["runs"].as_array().map(Vec::len), Some(3));
        assert_eq!(sarif["runs"][2]["automationDetails"]["id"], "pbiauth/fabrikam/");
    }
}
