//! A rule file as it is written: the shape that editors and other tools are told by a JSON schema.
//!
//! Rules are read by [`super::parse`], which tells every problem at its characters; these structs describe the same
//! shape, and a test holds the two together.

use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use serde_json::Value;

use super::{Confidence, Prevalence, Severity};

/// A cause of failures around Power BI's authorization, and how it is recognised. The file's name is the cause's id,
/// its folder the area.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pbiauth rule")]
pub struct RuleFile {
    /// The cause in a few words, in lower case: "the client secret has expired".
    pub title: String,
    /// Who acts.
    pub owner: Owner,
    /// How bad it is. Without it: error.
    pub severity: Option<Severity>,
    /// How often it is met: breaks ties. Without it: occasional.
    pub prevalence: Option<Prevalence>,
    /// The causes that it makes superfluous when it is at least as sure.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// Pages that back it.
    #[serde(default)]
    pub references: Vec<String>,
    /// The day, as 2026-11-24, on which it was last held against its references.
    pub checked: Option<String>,
    /// The ways to recognise it: the strongest that holds counts. None where messages alone tell of it: `rules/wording`.
    #[serde(default)]
    pub when: Vec<When>,
    /// What it means and how it is mended.
    pub explain: Explained,
}

/// The people who can act.
#[derive(Debug, Deserialize, JsonSchema)]
pub enum Owner {
    /// Who writes or configures the application.
    #[serde(rename = "developer")]
    Developer,
    /// Who owns the application's registration.
    #[serde(rename = "app owner")]
    AppOwner,
    /// Who administers Entra.
    #[serde(rename = "entra admin")]
    EntraAdmin,
    /// Who administers Fabric and Power BI.
    #[serde(rename = "fabric admin")]
    FabricAdmin,
    /// Who administers the workspace.
    #[serde(rename = "workspace admin")]
    WorkspaceAdmin,
    /// Who administers the capacity.
    #[serde(rename = "capacity admin")]
    CapacityAdmin,
    /// Who administers the gateway.
    #[serde(rename = "gateway admin")]
    GatewayAdmin,
    /// Who runs the network.
    #[serde(rename = "network admin")]
    NetworkAdmin,
    /// Who runs the machine or cluster.
    #[serde(rename = "host admin")]
    HostAdmin,
    /// The user who signs in.
    #[serde(rename = "user")]
    User,
    /// Nobody: it passes, or is no fault.
    #[serde(rename = "nobody")]
    Nobody,
}

/// One way to recognise the cause. It needs a symptom, or something that decides.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// How sure the cause is when all holds.
    pub confidence: Confidence,
    /// How bad it is as this block shows it. Without it: as bad as the rule says.
    pub severity: Option<Severity>,
    /// The cause in a few words, as this block shows it; it may hold facts. Without it: as the rule says.
    pub title: Option<String>,
    /// A list of the evidence, such as `api.calls`: its items are held to the block one by one, as `call.status`.
    pub each: Option<String>,
    /// What must be true for the block to say anything.
    #[serde(default)]
    pub symptom: Vec<Written>,
    /// What decides: all true.
    #[serde(default)]
    pub all: Vec<Written>,
    /// What decides: one true.
    #[serde(default)]
    pub any: Vec<Written>,
    /// What decides: none true.
    #[serde(default)]
    pub not: Vec<Written>,
    /// The causes that share the symptom and that a certain block excludes.
    #[serde(default)]
    pub rivals: Vec<String>,
}

/// A condition on the evidence: a test of a leaf, or other conditions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Written {
    /// All of these.
    All(AllOf),
    /// One of these.
    Any(AnyOf),
    /// Not this.
    Not(NoneOf),
    /// A test of the leaf at a path.
    Leaf(Box<LeafTest>),
}

/// All of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    /// The conditions.
    pub all: Vec<Written>,
}

/// One of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    /// The conditions.
    pub any: Vec<Written>,
}

/// Not this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoneOf {
    /// The condition.
    pub not: Box<Written>,
}

/// A path and one test of what stands there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("minProperties" = 2, "maxProperties" = 2))]
pub struct LeafTest {
    /// The path; `pbiauth explain --list evidence` lists them.
    pub at: String,
    /// It is this value; texts compare without case.
    pub is: Option<Scalar>,
    /// It is one of these.
    pub r#in: Option<Vec<Scalar>>,
    /// The list holds this.
    pub has: Option<Scalar>,
    /// The list holds one of these.
    pub has_any: Option<Vec<Scalar>>,
    /// The text contains this, in any case.
    pub contains: Option<String>,
    /// The text matches this regular expression.
    pub matches: Option<String>,
    /// It is there, or it is known not to be.
    pub exists: Option<bool>,
    /// The number is less than this.
    pub below: Option<f64>,
    /// The number is more than this.
    pub above: Option<f64>,
    /// It is the same as what stands at this path.
    pub same_as: Option<String>,
    /// It differs from what stands at this path.
    pub differs_from: Option<String>,
}

/// A value to compare with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// What the cause means and how it is mended. Sentences may hold facts: `{{ path | words where it is not known }}`, with
/// several paths the first that is known. `[[ {{ path }} is said only where it is known. ]]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// What happened and why.
    pub cause: String,
    /// How to see that it is so.
    pub confirm: Option<String>,
    /// Who does what, in order.
    pub fix: Vec<Step>,
}

/// One step of a remedy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who.
    pub by: Owner,
    /// Where: a path of clicks.
    pub r#where: Option<String>,
    /// What.
    pub r#do: String,
    /// A command that does or checks it.
    pub run: Option<String>,
    /// For whom it is: where this is known to be false, the step is left out.
    pub r#if: Option<Written>,
}

/// The JSON schema of a rule file.
#[must_use]
pub fn schema() -> Value {
    schema_for!(RuleFile).to_value()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rule::{OWNERS, parse};

    const WHOLE: &str = r#"
title = "t"
owner = "user"
severity = "note"
prevalence = "rare"
supersedes = []
references = []
checked = "2026-11-24"
[[when]]
confidence = "certain"
title = "w"
each = "api.calls"
symptom = [{ at = "call.status", in = [401, 403] }, { not = { at = "call.code", is = "x" } }]
all = [{ all = [{ at = "call.status", above = 400 }, { at = "call.status", below = 500 }] }]
any = [{ any = [{ at = "call.message", contains = "x" }, { at = "call.message", matches = "x" }] }]
not = [
  { at = "call.code", exists = false },
  { at = "call.code", same-as = "call.message" },
  { at = "call.code", differs-from = "call.message" },
  { at = "token.error.codes", has = 1 },
  { at = "token.error.codes", has-any = [1] },
]
rivals = []
[explain]
cause = "c"
confirm = "c"
fix = [{ by = "user", where = "w", do = "d", run = "r", if = { at = "text.library", is = "adal" } }]
"#;

    fn is_read(text: &str) -> (bool, bool) {
        (parse::parse("x", "api", text, None).is_ok(), toml::from_str::<RuleFile>(text).is_ok())
    }

    #[test]
    fn the_shape_is_the_one_that_is_read() {
        assert_eq!(is_read(WHOLE), (true, true));
        for line in WHOLE.lines().filter(|line| line.contains(" = ")) {
            let key = line.split(" = ").next().unwrap_or_default();
            let misspelt = WHOLE.replace(line, &line.replacen(key, &format!("{key}z"), 1));
            if !key.trim_start().starts_with('{') {
                assert_eq!(is_read(&misspelt), (false, false), "{key}");
            }
        }
        let needed = ["title = \"t\"\n", "owner = \"user\"\n", "confidence = \"certain\"\n", "cause = \"c\"\n"];
        for line in needed {
            assert_eq!(is_read(&WHOLE.replacen(line, "", 1)), (false, false), "{line}");
        }
        for (key, wrong) in [("above", "abov"), ("same-as", "same_as"), ("where = \"w\"", "were = \"w\"")] {
            assert_eq!(is_read(&WHOLE.replace(key, wrong)), (false, false), "{wrong}");
        }
        for owner in OWNERS {
            assert_eq!(is_read(&WHOLE.replace("owner = \"user\"", &format!("owner = \"{owner}\""))), (true, true));
        }
    }

    #[test]
    fn every_rule_in_the_tool_has_the_shape() {
        let files =
            crate::commands::rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).expect("the rules");
        let is_rule = |path: &str| !["codes/", "reference/", "wording/"].iter().any(|area| path.starts_with(area));
        for (path, text) in files.iter().filter(|(path, _)| is_rule(path)) {
            if let Err(wrong) = toml::from_str::<RuleFile>(text) {
                panic!("{path}: {wrong}");
            }
        }
    }
}
