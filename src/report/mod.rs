//! The report: an owned, versioned, redacted document. Renderers print it; none decides anything.

pub mod build;
pub mod human;
pub(crate) mod page;
pub mod text;
pub mod token;
mod who;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check::{Stage, Status};
use crate::intent::Principal;
use crate::rule::{Confidence, Severity};

/// The name and version of the report's form. Within a version members are only added.
pub const SCHEMA: &str = "pbiauth.report/1";

/// What a run or a text says, for people and programs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made the report.
    pub tool: Tool,
    /// What it was made from.
    pub origin: Origin,
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
}

/// Name and version of this tool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tool {
    /// `pbiauth`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a report was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Nothing that the report says.
    Never,
}

/// Who called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
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
}

/// One check.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// Indexes into [`Report::exchanges`].
    pub exchanges: Vec<usize>,
}

/// One cause.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactEntry {
    /// Its path in the evidence.
    pub at: String,
    /// Its value; null where its absence counts.
    pub value: Value,
    /// What it was read from: an exchange, a setting, a line.
    pub from: String,
}

/// One step of a remedy.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuledOutEntry {
    /// Its id.
    pub cause: String,
    /// The cause in a few words.
    pub title: String,
    /// The fact that excludes it.
    pub because: FactEntry,
}

/// Something that an answer proves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProofEntry {
    /// What is so.
    pub statement: String,
    /// What proves it.
    pub because: String,
}

/// One attempt of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExchangeEntry {
    /// GET or POST.
    pub method: String,
    /// The address.
    pub url: String,
    /// HTTP status. Absent when there was no reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The headers kept.
    pub headers: BTreeMap<String, String>,
    /// The body, reduced. Absent where it is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Milliseconds.
    pub ms: u64,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// Why there was no reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
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
    /// The report as one JSON document with a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
