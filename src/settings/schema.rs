//! The JSON schema of `pbiauth.toml`, made from the table of its keys.

use serde_json::{Map, Value, json};

use super::expect::Written;
use super::file::{KEYS, Key, Kind};
use crate::cloud::Cloud;
use crate::record::Auth;

/// Where the schema of the newest release is: `#:schema ADDRESS` in the first line names it to an editor.
pub const ADDRESS: &str = "https://github.com/pbiauth/pbiauth/releases/latest/download/config.schema.json";

/// The schema of the settings file.
#[must_use]
pub fn schema() -> Value {
    let expect = schemars::SchemaGenerator::from(schemars::generate::SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    }))
    .into_root_schema_for::<Written>()
    .to_value();
    let profile = json!({
        "type": "object",
        "description": "A caller with its own settings.",
        "additionalProperties": false,
        "properties": properties(|key| !key.is_shared, &expect),
    });
    let mut all = properties(|_| true, &expect);
    all.insert(
        "profiles".to_owned(),
        json!({
            "type": "object",
            "description": "Profiles by name: `pbiauth doctor --profile NAME`.",
            "additionalProperties": profile,
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "pbiauth.toml",
        "description": "Settings of pbiauth. The file contains no secrets, only where to find them.",
        "type": "object",
        "additionalProperties": false,
        "properties": all,
    })
}

fn properties(fits: impl Fn(&Key) -> bool, expect: &Value) -> Map<String, Value> {
    let mut properties: Map<String, Value> =
        KEYS.iter().filter(|key| fits(key)).map(|key| (key.name.to_owned(), property(key))).collect();
    properties.insert("expect".to_owned(), expect.clone());
    properties
}

fn property(key: &Key) -> Value {
    let words = format!("Environment variable {} overrides this key.", key.variable);
    match key.kind {
        Kind::Secret => json!({
            "description": format!("Where to find this secret. {words}"),
            "oneOf": [
                one("env", "The name of an environment variable that contains the secret.", &json!({ "type": "string" })),
                one("file", "The path of a file that contains the secret, relative to this file's folder.", &json!({ "type": "string" })),
                one("command", "A program and its arguments; it prints the secret to standard output.", &json!({ "type": "array", "minItems": 1, "items": { "type": "string" } })),
            ],
        }),
        Kind::Path => {
            json!({ "type": "string", "description": format!("A path, relative to this file's folder. {words}") })
        }
        Kind::Plain => match words_of(key.name) {
            Some(known) => json!({ "type": "string", "description": words, "examples": known }),
            None => json!({ "type": "string", "description": words }),
        },
    }
}

fn one(name: &str, words: &str, value: &Value) -> Value {
    let mut value = value.clone();
    value["description"] = Value::from(words);
    json!({ "type": "object", "additionalProperties": false, "required": [name], "properties": { name: value } })
}

/// The values that an editor offers. pbiauth checks the value itself, because it knows other names for some.
fn words_of(key: &str) -> Option<Value> {
    match key {
        "auth" => Some(Auth::ALL.iter().map(|auth| auth.name()).collect()),
        "cloud" => serde_json::to_value(Cloud::ALL).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::File;
    use super::*;

    fn fits(toml: &str) -> bool {
        let document: toml::Table = toml.parse().expect("TOML");
        jsonschema::is_valid(&schema(), &serde_json::to_value(document).expect("JSON"))
    }

    /// What the tool reads, and what it refuses.
    const CASES: [(&str, bool); 8] = [
        ("for = 'list'\n[profiles.a]\ntenant = 'contoso.example'\nclient_secret = { env = 'A' }", true),
        ("client_secret = { command = ['op', 'read', 'x'] }\nca_file = 'ca.pem'", true),
        ("[expect]\nfor = 'refresh'\nrole = 'member'\nsecret_days_left = 14", true),
        ("client_secret = 'in the file'", false),
        ("client_secret = { env = 'A', file = 'b' }", false),
        ("tenent = 'contoso.example'", false),
        ("[profiles.a]\nca_file = 'ca.pem'", false),
        ("[expect]\nroles = 'member'", false),
    ];

    #[test]
    fn the_schema_takes_what_the_tool_takes() {
        for (toml, good) in CASES {
            assert_eq!(File::read(Path::new("pbiauth.toml"), toml).is_ok(), good, "the tool, of {toml}");
            assert_eq!(fits(toml), good, "the schema, of {toml}");
        }
    }
}
