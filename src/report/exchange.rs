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
    /// How they went, step by step. Absent where that was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// Why there was no reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}
