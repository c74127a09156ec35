//! What a tool is called with.

use rmcp::model::JsonObject;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Of `diagnose`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Diagnose {
    pub(super) text: String,
    #[serde(default)]
    pub(super) facts: Option<Facts>,
}

/// Facts as an object of paths and values, or as `PATH=VALUE`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Facts {
    Object(JsonObject),
    List(Vec<String>),
}

/// Of `explain`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Explain {
    pub(super) term: String,
}

/// Of `causes`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Causes {
    #[serde(default)]
    pub(super) query: Option<String>,
}

/// Of `doctor`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Doctor {
    #[serde(default)]
    pub(super) profile: Option<String>,
    #[serde(default, rename = "for")]
    pub(super) intent: Option<String>,
}

/// Reads the arguments of a tool.
///
/// # Errors
/// A sentence for the model, which names what is wrong and none of the values.
pub(super) fn read<T: DeserializeOwned>(tool: &str, given: Option<JsonObject>) -> Result<T, String> {
    serde_json::from_value(Value::Object(given.unwrap_or_default())).map_err(|why| {
        let why = why.to_string();
        // A value of a wrong type is quoted in the message, and may be a secret.
        let why = if why.starts_with("invalid type") || why.starts_with("invalid value") {
            "an argument has the wrong type".to_owned()
        } else {
            why
        };
        format!("The arguments of {tool} can't be used: {why}. See the tool's input schema.")
    })
}

impl Facts {
    /// As the command line takes them.
    pub(super) fn into_list(self) -> Vec<String> {
        match self {
            Self::List(list) => list,
            Self::Object(object) => object
                .into_iter()
                .map(|(path, value)| match value {
                    Value::String(text) => format!("{path}={text}"),
                    other => format!("{path}={other}"),
                })
                .collect(),
        }
    }
}
