//! The commands that tell what the tool knows: `explain`, `rules`, `schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Color;

/// `pbiauth explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth explain AADSTS7000215
  pbiauth explain Service principals can use Fabric APIs
  pbiauth explain workspace role               the terms that these words are about
  pbiauth explain --list secret

Exit codes: 0 the term is known, 1 it is not (similar terms are shown).")]
pub struct Explain {
    /// A code, cause, claim, scope, role, tenant setting, host, check, exit code or evidence path; or words.
    #[arg(value_name = "TERM", required_unless_present = "list")]
    pub term: Vec<String>,
    /// List the terms; with words, only those that contain them.
    #[arg(long)]
    pub list: bool,
    /// How it is shown.
    #[command(flatten)]
    pub show: Show,
}

/// `pbiauth rules`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// List the causes that are recognized.
    List(List),
    /// Explain a rule: how its cause is recognized, what it means, and who needs to do what.
    Show(ShowRule),
    /// Check a folder of rules: report every problem, and run its fixtures.
    Check(Check),
    /// Write the runbook: a page for each cause, indexes, a glossary.
    Docs(Docs),
}

/// `pbiauth rules list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only those with these words in the ID or title.
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
    /// Only those of this area.
    #[arg(long, value_name = "AREA", value_parser = crate::rule::AREAS)]
    pub area: Option<String>,
    /// Only those that this person fixes.
    #[arg(long, value_name = "OWNER", value_parser = crate::rule::OWNERS)]
    pub owner: Option<String>,
    /// How it is shown.
    #[command(flatten)]
    pub show: Show,
}

/// `pbiauth rules show`.
#[derive(Debug, Args)]
pub struct ShowRule {
    /// The cause's ID.
    #[arg(value_name = "ID")]
    pub id: String,
    /// How it is shown.
    #[command(flatten)]
    pub show: Show,
}

/// `pbiauth rules check`.
#[derive(Debug, Args)]
#[command(after_help = "Fixtures are in the folder `fixtures` next to DIR:
  causes/CAUSE/NAME.CONFIDENCE.json   the cause comes first, with this confidence
  near/CAUSE/NAME.txt                 the cause does not come first
  healthy/NAME.txt                    nothing is diagnosed

Exit codes: 0 no problems, 1 a rule has a problem, doesn't recognize its fixture, or recognizes one that it shouldn't.")]
pub struct Check {
    /// The folder: AREA/CAUSE.toml, codes/*.toml, reference/*.toml.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The format: lines for people, or one document for programs.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Verdicts,
}

/// `pbiauth rules docs`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pbiauth rules docs runbook                  pages of Markdown, for a repository or wiki
  pbiauth rules docs --format html site       a site: open site/index.html, or serve the folder")]
pub struct Docs {
    /// The folder to write. If it contains files that aren't from a runbook, nothing is written.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The format of the pages.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: DocsForm,
    /// A folder of your own rules, included as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}

/// `pbiauth schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// What the schema describes.
    #[arg(value_enum)]
    pub of: SchemaOf,
}

/// What has a JSON schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The report of `--format json`.
    Report,
    /// The reports of several profiles, as `--format json` writes them.
    Reports,
    /// A rule file.
    Rule,
    /// The settings file, `pbiauth.toml`.
    Config,
    /// A line of `diagnose --stream`.
    Finding,
    /// What `diagnose --stream --summary` prints.
    Summary,
}

/// How an explanation is shown.
#[derive(Debug, Args)]
pub struct Show {
    /// The output format.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub format: Form,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// A folder of your own rules, used as well as the built-in ones. Repeatable.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub rules: Vec<PathBuf>,
    /// When to use colors.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Output")]
    pub color: Color,
}

/// The forms of what a check of rules found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Verdicts {
    /// For a person at a terminal.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// The forms of the runbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DocsForm {
    /// Pages of Markdown.
    #[default]
    Markdown,
    /// A searchable site, which a browser can also open from a folder.
    Html,
}

/// The forms of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// For a person at a terminal.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For a ticket or a page.
    Markdown,
}
