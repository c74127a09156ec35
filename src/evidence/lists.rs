//! The lists of a run, of one page or of many.

use serde_json::Value;

use crate::powerbi::request::{MOST_PAGES, PAGE, entries, page_name};
use crate::record::{Field, Given, Record, Reply};
use crate::secret::Kind;

/// The entries of all pages of a list. `None` while a page is missing or was refused, and for a list that is longer
/// than is read.
pub(crate) fn all_entries<'r>(record: &'r Record, list: &str) -> Option<Vec<&'r Value>> {
    let mut all = Vec::new();
    for page in 0..MOST_PAGES {
        let name = page_name(list, page);
        if page > 0 && record.find(&name).is_none() {
            return Some(all);
        }
        let entries = entries(record.reply(&name)?)?;
        all.extend(entries);
        if entries.len() < PAGE {
            return Some(all);
        }
    }
    None
}

/// The workspace that was asked for, as it was shown or listed.
pub(crate) fn workspace_of(record: &Record) -> Option<&Value> {
    let given = record.inputs.get(Field::Workspace)?;
    let shown = record.reply("workspace").filter(|reply| reply.is_success()).and_then(Reply::json);
    shown.or_else(|| matching(all_entries(record, "workspaces")?, given).first().copied())
}

/// The entries that a user can mean: those of this id, or those of this name.
#[must_use]
pub(crate) fn matching<'a>(list: impl IntoIterator<Item = &'a Value>, given: &Given) -> Vec<&'a Value> {
    let Some(asked) = given.text.as_deref().map(str::trim) else { return Vec::new() };
    let member = if given.form.kind == Kind::Guid { "id" } else { "name" };
    let same = |entry: &&Value| {
        let value = entry.get(member).and_then(Value::as_str);
        value.is_some_and(|v| v == asked || member == "id" && v.eq_ignore_ascii_case(asked))
    };
    list.into_iter().filter(same).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Form;
    use serde_json::json;

    #[test]
    fn ids_compare_without_case_and_names_with_it() {
        let list = [json!({"id": "AAAAAAAA-0000-4000-8000-000000000001", "name": "Sales"})];
        let found = |asked: &str| {
            let form = Form::of(asked);
            let given =
                Given { form, text: Some(asked.to_owned()), from: String::new(), same_as: Vec::new(), line: None };
            matching(&list, &given).len()
        };
        assert_eq!(found(" aaaaaaaa-0000-4000-8000-000000000001"), 1);
        assert_eq!((found("Sales"), found("sales")), (1, 0));
    }
}
