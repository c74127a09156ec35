//! What a run shows as a whole. A text is no run: what it doesn't tell may be so all the same.

use schemars::JsonSchema;
use serde::Serialize;

use super::api::Api;

/// What all the answers of a run show together. Always false for a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Run {
    /// Whether the API never accepted the token.
    pub nothing_accepted: bool,
    /// Whether the API returned the workspace you named.
    pub shows_workspace: bool,
    /// Whether the workspace you named is missing from the caller's list.
    pub misses_workspace: bool,
}

impl Run {
    /// What the answers of the API come to.
    #[must_use]
    pub fn of(api: &Api) -> Self {
        let workspace = api.workspace.as_ref();
        Self {
            nothing_accepted: api.token_accepted == Some(false),
            shows_workspace: workspace.and_then(|workspace| workspace.shown) == Some(true),
            misses_workspace: workspace.and_then(|workspace| workspace.listed) == Some(false),
        }
    }
}
