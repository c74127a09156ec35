//! What may be meant where something was not found, or more than once.

use serde_json::Value;

use super::{all_entries, matching};
use crate::powerbi::request::entries;
use crate::record::{Field, Given, Record};
use crate::secret::Kind;

/// At most so many are named.
const MOST: usize = 5;
/// Below this likeness a suggestion only confuses.
const ALIKE: f64 = 0.8;
/// The requests for the reports of other workspaces begin so; the workspace's id follows.
const REPORTS_IN: &str = "reports-in-";

/// The entries of a list that may be meant: several that fit, or where none does those of a like name. `None` where
/// one fits.
#[must_use]
pub fn of(list: &[&Value], given: &Given, found: &[&Value]) -> Option<Vec<String>> {
    let named: Vec<String> = match found {
        [_] => return None,
        [] => alike(list, given).into_iter().map(words).collect(),
        several => several.iter().take(MOST).map(|entry| words(entry)).collect(),
    };
    (!named.is_empty()).then_some(named)
}

/// The name of the one entry that may be meant, where none fits. `None` where there are several.
#[must_use]
pub fn meant(list: &[&Value], given: &Given, found: &[&Value]) -> Option<String> {
    match (found, alike(list, given).as_slice()) {
        ([], [one]) => one.get("name")?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn alike<'v>(list: &[&'v Value], given: &Given) -> Vec<&'v Value> {
    let Some(asked) = given.text.as_deref().filter(|_| given.form.kind != Kind::Guid) else { return Vec::new() };
    let asked = asked.trim().to_lowercase();
    let likeness = |entry: &Value| {
        let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
        strsim::normalized_damerau_levenshtein(&asked, &name.to_lowercase())
    };
    let mut near: Vec<(f64, &'v Value)> = list.iter().map(|entry| (likeness(entry), *entry)).collect();
    near.retain(|(alike, _)| *alike >= ALIKE);
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    near.into_iter().take(MOST).map(|(_, entry)| entry).collect()
}

/// An entry by name and id: `Sales (3a1e…)`.
#[must_use]
pub fn words(entry: &Value) -> String {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or("?");
    format!("{} ({})", text("name"), text("id"))
}

/// The name of the request for the reports of another workspace.
#[must_use]
pub fn reports_in(workspace: &str) -> String {
    format!("{REPORTS_IN}{workspace}")
}

/// The other workspaces in which the report that was asked for was found.
#[must_use]
pub fn elsewhere(record: &Record) -> Vec<&Value> {
    let Some(given) = record.inputs.get(Field::Report) else { return Vec::new() };
    let workspaces = all_entries(record, "workspaces").unwrap_or_default();
    let holds = |exchange: &&crate::record::Exchange| {
        exchange.reply().and_then(entries).is_some_and(|list| !matching(list, given).is_empty())
    };
    let asked = record.exchanges.iter().filter(|exchange| exchange.request.name.starts_with(REPORTS_IN));
    asked
        .filter(holds)
        .filter_map(|exchange| {
            let id = exchange.request.name.strip_prefix(REPORTS_IN)?;
            workspaces.iter().copied().find(|entry| entry.get("id").and_then(Value::as_str) == Some(id))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Form;
    use serde_json::json;

    fn named(asked: &str) -> Option<Vec<String>> {
        let given = Given {
            form: Form::of(asked),
            text: Some(asked.to_owned()),
            from: String::new(),
            same_as: Vec::new(),
            line: None,
        };
        let list = [
            json!({"id": "1", "name": "Sales"}),
            json!({"id": "2", "name": "Sales"}),
            json!({"id": "3", "name": "Finance"}),
        ];
        let entries: Vec<&Value> = list.iter().collect();
        of(&entries, &given, &matching(&list, &given))
    }

    #[test]
    fn what_may_be_meant_is_named() {
        assert_eq!(named("Sales"), Some(vec!["Sales (1)".to_owned(), "Sales (2)".to_owned()]));
        assert_eq!(named("finanec"), Some(vec!["Finance (3)".to_owned()]));
        assert_eq!(named("Finance"), None);
        assert_eq!(named("Marketing"), None);
    }
}
