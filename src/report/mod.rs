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
mod shows_failure;
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
pub(crate) use html::COPY;
pub use kept::Kept;
pub use markdown::render as to_markdown;
pub use several::Several;

use crate::check::{Skip, Stage, Status};
use crate::intent::Principal;
use crate::rule::{Confidence, Severity};

/// The name and version of the report's form. Within a version members are only added.
pub const SCHEMA: &str = "pbiauth.report/1";

/// The report of a run or of a pasted text, for people and programs.
///
/// Within `pbiauth.report/1`, members and enumeration values are only added: everything described here keeps its name,
/// type and meaning, and required members stay required. Ignore members that you don't know, and treat an unknown
/// enumeration value as "something else". A change that breaks this becomes `pbiauth.report/2`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "pbiauth.report/1")]
pub struct Report {
    /// The name and version of this format: `pbiauth.report/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// The tool that made the report.
    pub tool: Tool,
    /// The profile of the settings file. Absent if no profile was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The input of the report.
    pub origin: Origin,
    /// The machine's time when the run started (RFC 3339). Absent for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// The overall result.
    pub outcome: Outcome,
    /// The caller, who needs roles and group memberships. Absent without a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalEntry>,
    /// The token that was inspected. Absent without a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<token::TokenEntry>,
    /// The failed responses, with the IDs that Microsoft support asks for.
    #[serde(default)]
    pub support: Vec<SupportEntry>,
    /// The settings and where each comes from. For a secret, only its format.
    pub settings: Vec<Setting>,
    /// All checks, in order. Empty for a text.
    pub checks: Vec<CheckEntry>,
    /// The possible causes, the most likely one first.
    pub diagnoses: Vec<DiagnosisEntry>,
    /// The causes that the evidence excludes.
    pub ruled_out: Vec<RuledOutEntry>,
    /// What the responses prove.
    pub proves: Vec<ProofEntry>,
    /// Requests and responses, in order.
    pub exchanges: Vec<ExchangeEntry>,
    /// Observations that aren't failures, and failures with no known cause.
    pub notes: Vec<String>,
    /// The exit code.
    pub exit: u8,
    /// The command that made the report, with its options. Absent for a text, and where a report is read again.
    #[serde(skip)]
    pub command: Option<String>,
}

/// The name and version of the tool.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `pbiauth`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The input of a report.
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
    /// A pasted text: an error, JSON, a description.
    Text,
    /// Only a token.
    Token,
}

/// The overall result of a run or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// No problem was found, or only warnings.
    Healthy,
    /// A problem was found, and its cause is known.
    Problem,
    /// A problem was found, and no known cause matches.
    Unexplained,
    /// The run couldn't be completed: no service answered.
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

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalEntry {
    /// Whether the caller is an application or a user. Absent if the token doesn't show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Principal>,
    /// The application (client) ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The object ID of the service principal or user. Groups and workspaces use this ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// The user, under an alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The tenant that issued the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// A failed response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupportEntry {
    /// The service that answered, in words.
    pub service: String,
    /// The request: a path, or the token request.
    pub asked: String,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's request ID: `RequestId`, or Entra's trace ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Entra's correlation ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The time of the response, in the service's format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// One setting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// The setting's value. Absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where the value comes from: a variable, an option, a file, the default.
    pub from: String,
    /// The variable that the settings file names for it. Absent if it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The format of the value, in words.
    pub form: String,
    /// The line in the file that `from` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// One check.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckEntry {
    /// The check's ID.
    pub id: String,
    /// What is true if the check passes.
    pub title: String,
    /// The check's stage.
    pub stage: Stage,
    /// The check's result.
    pub status: Status,
    /// The reason for the result.
    pub because: String,
    /// Why the check was skipped. Absent for a check that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// Indexes into `exchanges` of the report.
    pub exchanges: Vec<usize>,
}

/// One cause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosisEntry {
    /// The cause's ID.
    pub cause: String,
    /// The check's stage.
    pub area: String,
    /// The cause in a few words.
    pub title: String,
    /// The confidence in this cause.
    pub confidence: Confidence,
    /// The severity of the cause.
    pub severity: Severity,
    /// Who acts.
    pub owner: String,
    /// The facts that point to this cause.
    pub because: Vec<FactEntry>,
    /// What happened and why.
    pub explain: String,
    /// How to verify the cause. Empty if there is nothing left to verify.
    pub confirm: String,
    /// Who does what.
    pub fix: Vec<FixEntry>,
    /// The unknown facts that would confirm or exclude the cause.
    pub would_decide: Vec<QuestionEntry>,
    /// Pages that describe the cause.
    pub references: Vec<String>,
    /// How often, when and where the failure was seen. Absent for a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenEntry>,
}

/// How often, when and where a failure was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeenEntry {
    /// How many.
    pub count: usize,
    /// The time of the first failure, in the input's format. Absent if the input has no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The time of the last failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The line numbers of the first failures, from 1. In a HAR file: the numbers of the requests.
    pub lines: Vec<usize>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactEntry {
    /// Its path in the evidence.
    pub at: String,
    /// The fact's value. null means that the fact is known to be absent.
    pub value: Value,
    /// The source of the fact: an exchange, a setting, a line.
    pub from: String,
}

/// One step of the fix.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FixEntry {
    /// Who does this step.
    pub by: String,
    /// Where to do it. Empty if the step itself says so.
    #[serde(rename = "where")]
    pub place: String,
    /// What to do.
    #[serde(rename = "do")]
    pub action: String,
    /// A command that does or verifies the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// An unknown fact that would confirm or exclude the cause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct QuestionEntry {
    /// Its path in the evidence.
    pub at: String,
    /// The check that finds out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// How to find out: who looks where, or what to run.
    pub how: String,
}

/// A cause that the evidence excludes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RuledOutEntry {
    /// Its id.
    pub cause: String,
    /// The cause in a few words.
    pub title: String,
    /// The fact that excludes the cause.
    pub because: FactEntry,
}

/// Something that a response proves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProofEntry {
    /// The statement that is proven.
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
