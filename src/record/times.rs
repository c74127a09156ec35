//! How long each step of an attempt took.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The duration of each step of an attempt, in milliseconds. The last step counts up to its end or the failure. Steps
/// that weren't reached and steps that an open connection doesn't need are absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// Looking up the name of the host, or of the proxy if there is one. Absent for an IP address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<u64>,
    /// Opening the connection (TCP). Absent behind a proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// Connecting to the proxy and through it to the host. Absent without a proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<u64>,
    /// The TLS handshake with the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<u64>,
    /// Sending the request and waiting for the response headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<u64>,
    /// Reading the response body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<u64>,
}

impl Times {
    /// The steps that were reached, in their order, each with its name.
    pub fn reached(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let steps = [
            ("DNS", self.dns),
            ("connection", self.connection),
            ("proxy", self.proxy),
            ("TLS", self.tls),
            ("reply", self.reply),
            ("body", self.body),
        ];
        steps.into_iter().filter_map(|(name, ms)| Some((name, ms?)))
    }

    /// The steps in words, as `DNS 3, connection 12, TLS 4823 of 4838 ms`. `None` where none was reached.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let mut steps: Vec<String> = self.reached().map(|(name, ms)| format!("{name} {ms}")).collect();
        let whole: u64 = self.reached().map(|(_, ms)| ms).fold(0, u64::saturating_add);
        match steps.len() {
            0 => None,
            1 => steps.pop().map(|only| format!("{only} ms")),
            _ => Some(format!("{} of {whole} ms", steps.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reached_is_told_in_its_order() {
        let times = Times { tls: Some(4823), dns: Some(3), connection: Some(0), ..Times::default() };
        assert_eq!(times.words().as_deref(), Some("DNS 3, connection 0, TLS 4823 of 4826 ms"));
        assert_eq!(Times { reply: Some(7), ..Times::default() }.words().as_deref(), Some("reply 7 ms"));
        assert_eq!(Times::default().words(), None);
    }
}
