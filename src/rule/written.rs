//! A rule file as it is written: the shape that editors and other tools are told by a JSON schema.
//!
//! Rules are read by [`super::parse`], which tells every problem at its characters; these structs describe the same
//! shape, and a test holds the two together.

use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use serde_json::Value;

use super::{Confidence, Prevalence, Severity};

/// A cause of authorization failures in Power BI, and how to recognize it. The file's name is the cause's ID; its
/// folder is the area.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pbiauth rule")]
pub struct RuleFile {
    /// The cause in a few words, in lowercase: "the client secret has expired".
    pub title: String,
    /// Who acts.
    pub owner: Owner,
    /// The severity of the cause. Default: error.
    pub severity: Option<Severity>,
    /// How often the cause occurs. Breaks ties between causes. Default: occasional.
    pub prevalence: Option<Prevalence>,
    /// The causes that aren't named if this one is at least as sure.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// The causes that can lead to this one: if the same text shows one of them, this one is at most likely.
    #[serde(default)]
    pub follows: Vec<String>,
    /// Pages that describe the cause.
    #[serde(default)]
    pub references: Vec<String>,
    /// The day when the rule was last compared with its references, for example 2026-11-24.
    pub checked: Option<String>,
    /// The ways to recognize the cause; the strongest one that's true counts. Optional if messages in `rules/wording`
    /// name the cause.
    #[serde(default)]
    pub when: Vec<When>,
    /// What the cause means and how to fix it.
    pub explain: Explained,
}

/// The people who can act.
#[derive(Debug, Deserialize, JsonSchema)]
pub enum Owner {
    /// The developer who writes or configures the application.
    #[serde(rename = "developer")]
    Developer,
    /// The owner of the app registration.
    #[serde(rename = "app owner")]
    AppOwner,
    /// The Entra administrator.
    #[serde(rename = "entra admin")]
    EntraAdmin,
    /// The Fabric administrator.
    #[serde(rename = "fabric admin")]
    FabricAdmin,
    /// An administrator of the workspace.
    #[serde(rename = "workspace admin")]
    WorkspaceAdmin,
    /// An administrator of the capacity.
    #[serde(rename = "capacity admin")]
    CapacityAdmin,
    /// An administrator of the data gateway.
    #[serde(rename = "gateway admin")]
    GatewayAdmin,
    /// The network administrator.
    #[serde(rename = "network admin")]
    NetworkAdmin,
    /// The administrator of the machine or cluster.
    #[serde(rename = "host admin")]
    HostAdmin,
    /// The user who signs in.
    #[serde(rename = "user")]
    User,
    /// No one: the failure goes away by itself, or isn't an error.
    #[serde(rename = "nobody")]
    Nobody,
}

/// One way to recognize the cause. It needs `symptom`, `all` or `any`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The confidence if all conditions are met.
    pub confidence: Confidence,
    /// The severity if this block is true. Default: the rule's severity.
    pub severity: Option<Severity>,
    /// The title of the cause if this block is true; it can contain facts. Default: the rule's title.
    pub title: Option<String>,
    /// A list in the evidence, such as `api.calls`: the block is tested on each item, for example as `call.status`.
    pub each: Option<String>,
    /// Conditions that must be true; otherwise the block is ignored.
    #[serde(default)]
    pub symptom: Vec<Written>,
    /// Conditions that must all be true.
    #[serde(default)]
    pub all: Vec<Written>,
    /// Conditions of which at least one must be true.
    #[serde(default)]
    pub any: Vec<Written>,
    /// Conditions that must all be false.
    #[serde(default)]
    pub not: Vec<Written>,
    /// The causes with the same symptom that this block excludes, if its confidence is `certain`.
    #[serde(default)]
    pub rivals: Vec<String>,
}

/// A condition on the evidence: a test of one fact, or a combination of conditions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Written {
    /// All conditions must be true.
    All(AllOf),
    /// At least one condition must be true.
    Any(AnyOf),
    /// The condition must be false.
    Not(NoneOf),
    /// A test of one fact.
    Leaf(Box<LeafTest>),
}

/// All conditions must be true.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllOf {
    /// The conditions.
    pub all: Vec<Written>,
}

/// At least one condition must be true.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    /// The conditions.
    pub any: Vec<Written>,
}

/// The condition must be false.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoneOf {
    /// The condition.
    pub not: Box<Written>,
}

/// The path of a fact and one test of its value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("minProperties" = 2, "maxProperties" = 2))]
pub struct LeafTest {
    /// The path of the fact; `pbiauth explain --list evidence` lists all paths.
    pub at: String,
    /// The value equals this one, ignoring case.
    pub is: Option<Scalar>,
    /// The value is in this list.
    pub r#in: Option<Vec<Scalar>>,
    /// The list contains this value.
    pub has: Option<Scalar>,
    /// The list contains at least one of these values.
    pub has_any: Option<Vec<Scalar>>,
    /// The text contains this text, ignoring case.
    pub contains: Option<String>,
    /// The text matches this regular expression.
    pub matches: Option<String>,
    /// The fact exists (true), or is known to be absent (false).
    pub exists: Option<bool>,
    /// The number is less than this.
    pub below: Option<f64>,
    /// The number is greater than this.
    pub above: Option<f64>,
    /// The value equals the fact at this path.
    pub same_as: Option<String>,
    /// The value differs from the fact at this path.
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

/// What the cause means and how to fix it. Sentences can contain facts: `{{ path | words if the fact is unknown }}`; of
/// several paths, the first known one. Text in `[[ … ]]` is left out if a fact in it is unknown.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// What happened and why.
    pub cause: String,
    /// How to verify the cause.
    pub confirm: Option<String>,
    /// Who does what, in order.
    pub fix: Vec<Step>,
}

/// One step of the fix.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who does this step.
    pub by: Owner,
    /// Where to do it: a menu path.
    pub r#where: Option<String>,
    /// What to do.
    pub r#do: String,
    /// A command that does or verifies the step.
    pub run: Option<String>,
    /// The case that this step is for. The step is left out if the condition is known to be false.
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
follows = []
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
