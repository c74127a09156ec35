//! The facts of the evidence as the model knows them: those with few values, each with its value.

use serde_json::Value;

use crate::evidence::View;
use crate::words::words;

/// Values that name something of the user's own, or are the text itself, say nothing of the cause.
const OWN: [&str; 17] = [
    "excerpt",
    "path",
    "request_id",
    "date",
    "message",
    "description",
    "quoted",
    "trace_id",
    "correlation_id",
    "timestamp",
    "id",
    "name",
    "asked",
    "candidates",
    "found_in",
    "meant",
    "home",
];
/// A longer value isn't one of a few.
const LONGEST: usize = 48;
/// More facts of one failure aren't read.
const MOST: usize = 200;

/// The facts of the evidence and those that the user knows, as `path=value`, items of lists without their place.
#[must_use]
pub fn facts(view: &View) -> Vec<String> {
    let mut found = Vec::new();
    collect(view.tree(), "", &mut found);
    view.known().iter().for_each(|(path, value)| collect(value, path, &mut found));
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(value, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::String(text) if text.len() <= LONGEST && !text.contains(' ') && !is_masked(text) => {
            found.push(format!("{path}={text}"));
        }
        Value::Bool(yes) => found.push(format!("{path}={yes}")),
        Value::Number(number) if number.is_u64() => found.push(format!("{path}={number}")),
        _ => {}
    }
}

/// Whether it's an ID, a time or another word that differs in every text.
fn is_masked(text: &str) -> bool {
    matches!(words(text).as_slice(), [word] if word.masked && word.place == (0..text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_have_paths_and_values() {
        let tree = json!({"api": {"calls": [{"status": 401, "path": "/v1.0/myorg/groups", "route": "workspaces"}]},
            "embed": {"config": {"report": "5f0c9a2e-7d41-4d0c-9b57-1c2ab1e4f6d3"}}, "text": {"pasted": true, "excerpt": "401"}, "claims": null});
        let mut found = Vec::new();
        collect(&tree, "", &mut found);
        assert_eq!(found, ["api.calls.route=workspaces", "api.calls.status=401", "text.pasted=true"]);
    }
}
