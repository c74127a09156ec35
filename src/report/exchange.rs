//! Exchanges as a report tells them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::Times;

/// One attempt of a request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeEntry {
    /// GET or POST.
    pub method: String,
    /// The address.
    pub url: String,
    /// The HTTP status. Absent if there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The response headers that pbiauth keeps.
    pub headers: BTreeMap<String, String>,
    /// The response body, shortened. Absent if it's empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The duration in milliseconds.
    pub ms: u64,
    /// The duration of each step. Absent if it wasn't measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// Why there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}
