//! The report: an owned, versioned, redacted document. Renderers print it; none decides anything.

mod azure;
pub mod build;
pub mod changes;
mod exchange;
mod facts;
mod format;
mod github;
mod html;
pub mod human;
mod junit;
mod kept;
mod markdown;
pub mod merge;
mod openmetrics;
pub(crate) mod page;
mod sarif;
pub mod several;
mod short;
pub mod text;
pub mod token;
mod verdict;
mod who;
pub(crate) mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use exchange::ExchangeEntry;
pub(crate) use format::markup;
pub use format::{Format, render};
pub use kept::Kept;
pub use markdown::render as to_markdown;
pub use several::Several;

use crate::check::{Skip, Stage, Status};
use crate::intent::Principal;
use crate::rule::{Confidence, Severity};

/// The name and version of the report's form. Within a version members are only added.
pub const SCHEMA: &str = "pbiauth.report/1";

/// What a run or a text says, for people and programs.
///
/// Within `pbiauth.report/1` members and values of enumerations are only added: what is described here keeps its name,
/// type and meaning, and what is required stays. Readers pass over members that they do not know, and take an unknown
/// value of an enumeration as "something else". Whatever breaks this becomes `pbiauth.report/2`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "pbiauth.report/1")]
pub struct Report {
    /// The name and version of this form: `pbiauth.report/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// What made the report.
    pub tool: Tool,
    /// The profile of the settings file that it is about. Absent where none was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What it was made from.
    pub origin: Origin,
    /// The time of the machine's clock when the run began, as RFC 3339 has it. Absent for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// What it comes to.
    pub outcome: Outcome,
    /// Who called: the one who needs roles and groups. Absent without a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalEntry>,
    /// The token that was looked at. Absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<token::TokenEntry>,
    /// The answers that failed, with what Microsoft's support asks for.
    #[serde(default)]
    pub support: Vec<SupportEntry>,
    /// Where the values came from; of a secret its form alone.
    pub settings: Vec<Setting>,
    /// Every check of the pipeline. Empty for a text.
    pub checks: Vec<CheckEntry>,
    /// The causes that may be meant, the believed one first.
    pub diagnoses: Vec<DiagnosisEntry>,
    /// The causes that a fact excludes.
    pub ruled_out: Vec<RuledOutEntry>,
    /// What the answers prove.
    pub proves: Vec<ProofEntry>,
    /// What was asked and answered, in order.
    pub exchanges: Vec<ExchangeEntry>,
    /// What was seen and is no failure, and what could not be explained.
    pub notes: Vec<String>,
    /// The exit code.
    pub exit: u8,
    /// The command that made the report, with its options. Absent for a text, and where a report is read again.
    #[serde(skip)]
    pub command: Option<String>,
}

/// Name and version of this tool.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `pbiauth`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a report was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The real services.
    Live,
    /// The simulated tenant.
    Sim,
    /// A recorded run.
    Bundle,
    /// A HAR file.
    Har,
    /// A log.
    Log,
    /// A pasted text: an error, JSON, prose.
    Text,
    /// A token alone.
    Token,
}

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing is wrong, or only warnings.
    Healthy,
    /// Something is wrong, and its cause is named.
    Problem,
    /// Something is wrong, and no rule explains it.
    Unexplained,
    /// The run could not be made: no service answered.
    Incomplete,
}

/// What makes a run end with an exit code other than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Errors and warnings.
    Warning,
    /// Neither errors nor warnings.
    Never,
}

/// Who called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalEntry {
    /// Whether an application called for itself or a user. Absent where the token does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Principal>,
    /// The application (client) id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The object id of the service principal or user: what groups and workspaces hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// The user, under an alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The tenant that issued the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// An answer that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupportEntry {
    /// Who answered, in words.
    pub service: String,
    /// What was asked: a path, or the token request.
    pub asked: String,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's id of the answer: `RequestId`, or Entra's trace id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Entra's correlation id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The service's time, as it wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// One setting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value. Absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its origin: a variable, an option, a file, the default.
    pub from: String,
    /// What it looks like, in words.
    pub form: String,
    /// Its line in the file that its origin begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// One check.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckEntry {
    /// The check's id.
    pub id: String,
    /// The sentence that is true when all is well.
    pub title: String,
    /// Its stage.
    pub stage: Stage,
    /// Its result.
    pub status: Status,
    /// Why.
    pub because: String,
    /// Why it was not made. Absent for a check that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// Indexes into `exchanges` of the report.
    pub exchanges: Vec<usize>,
}

/// One cause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosisEntry {
    /// The cause's id.
    pub cause: String,
    /// Its stage.
    pub area: String,
    /// The cause in a few words.
    pub title: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// How bad it is.
    pub severity: Severity,
    /// Who acts.
    pub owner: String,
    /// The facts that speak for it.
    pub because: Vec<FactEntry>,
    /// What happened and why.
    pub explain: String,
    /// How to see that it is so. Empty when nothing is left to see.
    pub confirm: String,
    /// Who does what.
    pub fix: Vec<FixEntry>,
    /// What is not known and would decide.
    pub would_decide: Vec<QuestionEntry>,
    /// Pages that back it.
    pub references: Vec<String>,
    /// How often, when and where its failure was seen. Absent for a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenEntry>,
}

/// How often, when and where failures were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeenEntry {
    /// How many.
    pub count: usize,
    /// The time of the first, as the input writes it. Absent where it tells none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The time of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The lines of the first of them, from 1; in a HAR file the numbers of requests.
    pub lines: Vec<usize>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactEntry {
    /// Its path in the evidence.
    pub at: String,
    /// Its value; null where its absence counts.
    pub value: Value,
    /// What it was read from: an exchange, a setting, a line.
    pub from: String,
}

/// One step of a remedy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FixEntry {
    /// Who.
    pub by: String,
    /// Where. Empty where the step itself says it.
    #[serde(rename = "where")]
    pub place: String,
    /// What.
    #[serde(rename = "do")]
    pub action: String,
    /// A command that does or checks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// Something that is not known and would decide.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct QuestionEntry {
    /// Its path in the evidence.
    pub at: String,
    /// The check that tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Who looks where, or what tells.
    pub how: String,
}

/// A cause that is excluded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RuledOutEntry {
    /// Its id.
    pub cause: String,
    /// The cause in a few words.
    pub title: String,
    /// The fact that excludes it.
    pub because: FactEntry,
}

/// Something that an answer proves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProofEntry {
    /// What is so.
    pub statement: String,
    /// What proves it.
    pub because: String,
}

impl Outcome {
    /// The exit code that it means by itself.
    #[must_use]
    pub const fn exit(self) -> u8 {
        match self {
            Self::Healthy => 0,
            Self::Problem => 1,
            Self::Unexplained => 3,
            Self::Incomplete => 4,
        }
    }
}

impl Report {
    /// The report with each cause linked to its page of the runbook that is at this address: the first of its references.
    #[must_use]
    pub fn linked(mut self, base: &str) -> Self {
        for diagnosis in &mut self.diagnoses {
            diagnosis.references.insert(0, format!("{base}/{}.html", diagnosis.cause));
        }
        self
    }

    /// The report as one JSON document with a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        format::json(self)
    }
}

/// The JSON schema of [`Report`], as it is written.
#[must_use]
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Report>().to_value()
}
