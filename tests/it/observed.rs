//! The replies that were observed in the field, where they are at hand.

use std::path::Path;

use serde_json::Value;

use super::support::diagnose;
use pbiauth::evidence::token::read_error;
use pbiauth::rule::RuleSet;

/// The observed replies lie beside the repository; a checkout alone has none.
fn replies() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/knowledge/entra/responses.jsonl");
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn errors() -> impl Iterator<Item = Value> {
    replies().into_iter().filter(|reply| reply["kind"] == "observed").map(|reply| reply["body"].clone())
}

#[test]
fn codes_ids_and_times_are_read_exactly() {
    for body in errors() {
        let Some(read) = read_error(&body) else { panic!("not read: {body}") };
        let codes = read.codes.unwrap_or_default();
        for code in body["error_codes"].as_array().into_iter().flatten() {
            assert!(codes.iter().any(|found| Some(u64::from(*found)) == code.as_u64()), "{body}");
        }
        let description = body["error_description"].as_str().unwrap_or_default();
        for (name, found) in
            [("trace_id", read.trace_id), ("correlation_id", read.correlation_id), ("timestamp", read.timestamp)]
        {
            if let Some(wanted) = body[name].as_str() {
                assert_eq!(found.as_deref(), Some(wanted), "{body}");
            }
        }
        for word in description.split("AADSTS").skip(1) {
            let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(code) = digits.parse::<u32>() {
                assert!(codes.contains(&code), "{body}");
            }
        }
    }
}

#[test]
fn ids_and_times_are_read_from_the_description_alone() {
    for body in errors() {
        let (Some(description), Some(trace)) = (body["error_description"].as_str(), body["trace_id"].as_str()) else {
            continue;
        };
        let read = pbiauth::evidence::token::read_description(description);
        if description.contains(trace) {
            assert_eq!(read.trace_id.as_deref(), Some(trace), "{description}");
        }
    }
}

#[test]
fn known_codes_give_a_cause() {
    let rules = RuleSet::embedded();
    for body in errors() {
        let report = diagnose(body.to_string().as_bytes());
        let read = read_error(&body).expect("an error");
        let known = read.codes.iter().flatten().any(|code| {
            rules
                .codes
                .get(&code.to_string())
                .is_some_and(|code| code.causes.iter().any(|cause| rules.get(cause).is_some()))
        });
        if read.error.as_deref() == Some("authorization_pending") {
            assert_eq!(report["exit"], 0, "to wait is no failure: {body}");
        } else if known {
            assert!(report["diagnoses"].as_array().is_some_and(|d| !d.is_empty()), "{body}");
        } else {
            assert!(report["exit"] == 1 || report["exit"] == 3, "{body}");
        }
    }
}
