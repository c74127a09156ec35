//! The reports of several profiles as one document.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::json_listing;
use super::human::{self, Detail};
use super::kept::Kept;
use super::page::{clean, shortened};
use super::{Format, Outcome, Report, Tool, azure, github, html, junit, markdown, openmetrics, sarif, words};

/// The name and version of the form of several reports. Within a version members are only added.
pub const SCHEMA_OF_SEVERAL: &str = "pbiauth.reports/1";

/// The reports of several profiles.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "pbiauth.reports/1")]
pub struct Reports {
    /// The name and version of this format: `pbiauth.reports/1`.
    #[schemars(extend("const" = SCHEMA_OF_SEVERAL))]
    pub schema: String,
    /// The tool that made the reports.
    pub tool: Tool,
    /// The overall result.
    pub summary: Summary,
    /// A report for each profile, in the order of the options or of the settings file.
    pub reports: Vec<Report>,
}

/// The overall result of several reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many profiles are healthy.
    pub healthy: usize,
    /// How many have a problem that is diagnosed.
    pub problem: usize,
    /// How many have a failure with no known cause.
    pub unexplained: usize,
    /// How many could not be completed.
    pub incomplete: usize,
    /// One line for each profile.
    pub profiles: Vec<ProfileEntry>,
    /// The exit code: the most severe one.
    pub exit: u8,
}

/// The result of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileEntry {
    /// Its name.
    pub profile: String,
    /// The overall result of its report.
    pub outcome: Outcome,
    /// The exit code of its report.
    pub exit: u8,
    /// The most likely cause. Absent if no cause was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The result in a few words: the cause with its confidence, or the verdict.
    pub says: String,
    /// Who acts. Absent if no cause was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl ProfileEntry {
    /// A report in a line.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let first = report.diagnoses.first();
        Self {
            profile: profile(report).to_owned(),
            outcome: report.outcome,
            exit: report.exit,
            cause: first.map(|diagnosis| diagnosis.cause.clone()),
            says: first.map_or_else(|| report.verdict(), words::headline),
            owner: first.map(|diagnosis| diagnosis.owner.clone()),
        }
    }
}

impl Summary {
    fn of<'k>(kept: impl Iterator<Item = &'k Kept>) -> Self {
        let mut summary = Self::default();
        for entry in kept.map(Kept::entry) {
            *match entry.outcome {
                Outcome::Healthy => &mut summary.healthy,
                Outcome::Problem => &mut summary.problem,
                Outcome::Unexplained => &mut summary.unexplained,
                Outcome::Incomplete => &mut summary.incomplete,
            } += 1;
            summary.exit = summary.exit.max(entry.exit);
            summary.profiles.push(entry.clone());
        }
        summary
    }

    /// How many of each outcome there are, in words.
    #[must_use]
    pub fn counts(&self) -> String {
        let Self { healthy, problem, unexplained, incomplete, .. } = self;
        let counts = [
            (*healthy, "healthy"),
            (*problem, "with a problem"),
            (*unexplained, "with a failure with no known cause"),
            (*incomplete, "that couldn't be run"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, words)| format!("{count} {words}")).collect();
        match self.profiles.len() {
            0 => "No profiles".to_owned(),
            1 => format!("1 profile: {}", counts.join(", ")),
            many => format!("{many} profiles: {}", counts.join(", ")),
        }
    }
}

/// The reports of several profiles, of which one at a time is unpacked.
#[derive(Debug)]
pub struct Several {
    summary: Summary,
    kept: Vec<Kept>,
    /// Where the runbook is to which causes are linked. Absent: nowhere.
    runbook: Option<String>,
}

impl Several {
    /// Puts reports together, in their order.
    #[must_use]
    pub fn of(kept: Vec<Kept>, runbook: Option<&str>) -> Self {
        Self { summary: Summary::of(kept.iter()), kept, runbook: runbook.map(str::to_owned) }
    }

    /// The overall result.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Each report, with its links.
    pub fn reports(&self) -> impl Iterator<Item = Report> + '_ {
        let linked = |report: Report| match &self.runbook {
            Some(base) => report.linked(base),
            None => report,
        };
        self.kept.iter().map(Kept::report).map(linked)
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

/// Writes the reports in this form. `detail` matters where they are read by a person as text.
///
/// # Errors
/// When they cannot be written.
pub fn write(reports: &Several, format: Format, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human(reports, detail, out),
        Format::Json => json(reports, out),
        Format::Junit => junit(reports, out),
        Format::Sarif => sarif::write(reports.reports(), out),
        Format::Markdown => markdown(reports, out),
        Format::Html => html::write(reports, out),
        Format::Github => human(reports, detail, out).and_then(|()| each(reports, github::commands, out)),
        Format::Azure => human(reports, detail, out).and_then(|()| each(reports, azure::commands, out)),
        Format::Openmetrics => out.write_all(openmetrics::render(reports.reports()).as_bytes()),
        Format::Short => out.write_all(short(&reports.summary).as_bytes()),
    }
}

fn json(reports: &Several, out: &mut dyn Write) -> io::Result<()> {
    let tool = Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let summary = reports.summary.clone();
    let document = Reports { schema: SCHEMA_OF_SEVERAL.to_owned(), tool, summary, reports: Vec::new() };
    json_listing(&document, reports.reports(), out)
}

fn junit(reports: &Several, out: &mut dyn Write) -> io::Result<()> {
    let mut totals = junit::Totals::default();
    reports.reports().for_each(|report| totals.add(&report));
    out.write_all(junit::head(&totals).as_bytes())?;
    for report in reports.reports() {
        out.write_all(junit::suite(&report).as_bytes())?;
    }
    out.write_all(junit::TAIL.as_bytes())
}

fn each(reports: &Several, commands: fn(&Report) -> String, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    reports.reports().try_for_each(|report| out.write_all(commands(&report).as_bytes()))
}

/// One report after the other, each under its profile's name; at the end a table.
fn human(reports: &Several, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let profiles = &reports.summary.profiles;
    for report in reports.reports().filter(|report| !detail.quiet || report.exit != 0) {
        write!(out, "── {} ──\n\n{}\n", clean(profile(&report)), human::render(&report, detail))?;
    }
    let widest =
        |of: fn(&ProfileEntry) -> String| profiles.iter().map(|entry| of(entry).chars().count()).max().unwrap_or(0);
    let (names, outcomes) = (widest(|entry| clean(&entry.profile)), widest(|entry| words::word(&entry.outcome)));
    let room = detail.width.saturating_sub(names + outcomes + 4).max(20);
    writeln!(out, "{}", reports.summary.counts())?;
    for entry in profiles {
        let (name, outcome) = (clean(&entry.profile), words::word(&entry.outcome));
        let says = clean(&entry.says);
        let says = shortened(&says, room);
        writeln!(out, "{name:<names$}  {outcome:<outcomes$}  {says}")?;
    }
    Ok(())
}

/// A table, then each report under its profile's name.
///
/// # Errors
/// When it cannot be written.
fn markdown(reports: &Several, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n| profile | outcome | what | who acts |\n|---|---|---|---|", reports.summary.counts())?;
    for entry in &reports.summary.profiles {
        let cells =
            [&entry.profile, &words::word(&entry.outcome), &entry.says, entry.owner.as_ref().unwrap_or(&String::new())]
                .map(|cell| markdown::escaped(cell));
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    for report in reports.reports() {
        write!(out, "\n## {}\n\n", markdown::escaped(profile(&report)))?;
        for line in markdown::render(&report).lines() {
            let deeper = if line.starts_with('#') { "##" } else { "" };
            writeln!(out, "{deeper}{line}")?;
        }
    }
    Ok(())
}

/// One line under 400 characters: how many of each outcome, and who is not healthy.
fn short(summary: &Summary) -> String {
    const LIMIT: usize = 400;
    let unwell = summary.profiles.iter().filter(|entry| entry.outcome != Outcome::Healthy);
    let named: Vec<String> = unwell
        .map(|entry| match &entry.cause {
            Some(cause) => format!("{} ({cause})", entry.profile),
            None => entry.profile.clone(),
        })
        .collect();
    let named = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    format!("{}\n", shortened(&clean(&format!("pbiauth: {}{named}", summary.counts())), LIMIT - 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Origin, build};

    fn reports() -> Several {
        let one = |name: &str, exit: u8, outcome| {
            let mut report = build::of_nothing(Origin::Live, "a note".to_owned());
            (report.profile, report.exit, report.outcome) = (Some(name.to_owned()), exit, outcome);
            Kept::of(&report)
        };
        let all = vec![
            one("contoso", 0, Outcome::Healthy),
            one("a|b <x>\u{1b}[31m", 3, Outcome::Unexplained),
            one("fabrikam", 1, Outcome::Problem),
        ];
        Several::of(all, Some("https://runbook.contoso.example"))
    }

    fn render(reports: &Several, format: Format, detail: Detail) -> String {
        let mut text = Vec::new();
        write(reports, format, detail, &mut text).expect("written");
        String::from_utf8(text).expect("text")
    }

    #[test]
    fn the_worst_counts() {
        let reports = reports();
        assert_eq!(reports.summary.exit, 3);
        assert_eq!(
            reports.summary.counts(),
            "3 profiles: 1 healthy, 1 with a problem, 1 with a failure with no known cause"
        );
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
