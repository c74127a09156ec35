//! An embed configuration as the source of a page has it: with comments, names of variables and of powerbi-models, and
//! in the spelling of C#.
//!
//! What stands for a value and can't be read from the text is unknown: no member is called missing or wrong for it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::lenient_json::{self, EXPRESSION};
use crate::pattern::{Pattern, pattern};

/// No text has more variables that are looked at.
const MOST: usize = 400;
/// The type of a variable, between its name and its value.
static DECLARED: Pattern = pattern!(r":\s*(?:[a-zA-Z]+\.)?I[A-Za-z]*Embed[A-Za-z]*Configuration\s*=");
/// A variable with a text or a number as its value.
static VARIABLE: Pattern = pattern!(
    r#"(?m)(?:^|[;{(\s])([A-Za-z_$][\w$]*)(?:\s*:\s*\w+)?\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`|([0-9]+))\s*(?:[;,\r\n]|$)"#,
);
/// The members that are read, as powerbi-models spells them.
const MEMBERS: [&str; 11] = [
    "type",
    "id",
    "embedUrl",
    "accessToken",
    "tokenType",
    "groupId",
    "permissions",
    "viewMode",
    "datasetId",
    "webUrl",
    "pageName",
];
/// The values of powerbi-models' enumerations, by type and name.
const NAMED: [(&str, &str, u8); 9] = [
    ("TokenType", "Aad", 0),
    ("TokenType", "Embed", 1),
    ("Permissions", "Read", 0),
    ("Permissions", "ReadWrite", 1),
    ("Permissions", "Copy", 2),
    ("Permissions", "Create", 4),
    ("Permissions", "All", 7),
    ("ViewMode", "View", 0),
    ("ViewMode", "Edit", 1),
];

/// The objects of a text, outermost first, with what their members stand for where the text tells it.
pub(super) fn objects(text: &str) -> Vec<Value> {
    let plain = DECLARED.replace(text, |_| " =".to_owned());
    let variables = variables(&plain);
    lenient_json::source_objects(&plain).map(|(_, json)| resolved(json, &variables)).collect()
}

/// The variables whose value a text tells. `None` for those that it gives several.
fn variables(text: &str) -> BTreeMap<String, Option<Value>> {
    let mut known: BTreeMap<String, Option<Value>> = BTreeMap::new();
    for found in VARIABLE.captures_iter(text).take(MOST) {
        let Some(name) = found.get(1) else { continue };
        let quoted = [2, 3, 4].into_iter().find_map(|group| found.get(group)).map(|value| value.as_str());
        let number = || found.get(5).and_then(|digits| digits.as_str().parse::<u64>().ok());
        let value = quoted.map(Value::from).or_else(|| number().map(Value::from)).filter(|value| !is_filled(value));
        known
            .entry(name.as_str().to_owned())
            .and_modify(|before| *before = before.take().filter(|before| Some(before) == value.as_ref()))
            .or_insert(value);
    }
    known
}

/// Whether a text has places in it that are filled when the page runs.
fn is_filled(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("${"))
}

fn resolved(json: Value, variables: &BTreeMap<String, Option<Value>>) -> Value {
    match json {
        Value::Object(members) => Value::Object(object(members, variables)),
        Value::Array(items) => items.into_iter().map(|item| resolved(item, variables)).collect(),
        text if is_filled(&text) => unknown(""),
        other => other,
    }
}

fn unknown(code: &str) -> Value {
    Value::Object(Map::from_iter([(EXPRESSION.to_owned(), code.into())]))
}

fn object(members: Map<String, Value>, variables: &BTreeMap<String, Option<Value>>) -> Map<String, Value> {
    if let Some(code) = members.get(EXPRESSION).and_then(Value::as_str) {
        return match value_of(code, variables) {
            Some(value) => Map::from_iter([(VALUE.to_owned(), value)]),
            None => members,
        };
    }
    let spread = members.keys().any(|name| name.starts_with("..."));
    let named = members.into_iter().map(|(name, value)| member(name, unwrapped(resolved(value, variables))));
    let mut object: Map<String, Value> = named.collect();
    if spread {
        // Whatever is not here may be in what is put in.
        for name in MEMBERS {
            object.entry(name).or_insert_with(|| unknown("..."));
        }
    }
    object
}

/// Under this name stands the value of an expression until it is put in the place of the expression.
const VALUE: &str = "$value";

fn unwrapped(mut value: Value) -> Value {
    value.as_object_mut().and_then(|members| members.remove(VALUE)).unwrap_or(value)
}

/// C# begins the names of members with a capital, and may write an enumeration's value as a text: what gives it to
/// powerbi-client makes a number of it.
fn member(name: String, value: Value) -> (String, Value) {
    let known = MEMBERS.iter().find(|member| {
        let (first, rest) = member.split_at(1);
        name.strip_prefix(first.to_ascii_uppercase().as_str()) == Some(rest)
    });
    let Some(spelled) = known else { return (name, value) };
    let number = value.as_str().and_then(|text| named(&name, text));
    ((*spelled).to_owned(), number.map_or(value, Value::from))
}

fn named(of_type: &str, name: &str) -> Option<u8> {
    Some(NAMED.iter().find(|known| (known.0, known.1) == (of_type, name))?.2)
}

/// What an expression stands for. `None` where the text doesn't tell.
fn value_of(code: &str, variables: &BTreeMap<String, Option<Value>>) -> Option<Value> {
    let mut path = code.rsplit('.');
    if let (Some(name), Some(of_type)) = (path.next(), path.next()) {
        return named(of_type, name).map(Value::from);
    }
    variables.get(code)?.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn first(text: &str) -> Value {
        objects(text).into_iter().find(|json| json.get("type").is_some()).unwrap_or_default()
    }

    #[test]
    fn a_name_stands_for_what_the_text_gives_it() {
        let text = "const accessToken = \"H4sI\"; let url = 'https://a.example/';\nvar id = `x`\nlet twice = 'a'; twice = 'b';\n\
            const models = window['powerbi-client'].models;\n\
            const config: pbi.IReportEmbedConfiguration = { type: 'report', tokenType: models.TokenType.Embed, accessToken,\n\
            embedUrl: url, id: id, groupId: twice, permissions: models.Permissions.All, viewMode: other.ViewMode, n: `${id}` };";
        let found = first(text);
        let known = ["tokenType", "accessToken", "embedUrl", "id", "permissions"].map(|name| found[name].clone());
        assert_eq!(known, [json!(1), json!("H4sI"), json!("https://a.example/"), json!("x"), json!(7)]);
        for unknown in ["groupId", "viewMode", "n"] {
            assert!(found[unknown].get(EXPRESSION).is_some(), "{unknown}: {found}");
        }
    }

    #[test]
    fn the_spelling_of_another_language_is_read() {
        let wanted = json!({ "type": "report", "tokenType": 0, "embedUrl": "u", "permissions": 7 });
        let written = r#"{ "Type": "report", "TokenType": "Aad", "EmbedUrl": "u", "Permissions": "All" }"#;
        assert_eq!(first(written), wanted);
        let written = r#"new Config { Type = "report", TokenType = TokenType.Aad, EmbedUrl = "u", Permissions = 7 }"#;
        assert_eq!(first(written), wanted);
        assert_eq!(first(r#"{ "type": "report", "tokenType": "Aad" }"#)["tokenType"], "Aad");
    }

    #[test]
    fn what_may_be_put_in_is_unknown() {
        let found = first("powerbi.embed(element, { ...settings, type: 'report' })");
        assert!(found["id"].get(EXPRESSION).is_some() && found["type"] == "report", "{found}");
    }
}
