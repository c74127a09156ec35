//! A scenario says what differs: the rest is its base's.

use super::{HEALTHY, MAX_BASES, ScenarioError, Table, Value, embedded};

/// The table of a scenario with that of its bases under it.
pub(super) fn whole(name: &str, text: &str) -> Result<Table, ScenarioError> {
    merged(name, text, MAX_BASES)
}

fn merged(name: &str, text: &str, bases_left: usize) -> Result<Table, ScenarioError> {
    let mut own: Table = toml::from_str(text).map_err(|error| syntax(name, text, &error))?;
    let wrong = |message: &str| ScenarioError::Wrong { place: name.to_owned(), message: message.to_owned() };
    let base = match own.remove("based_on") {
        None if name == HEALTHY => return Ok(own),
        None => HEALTHY.to_owned(),
        Some(Value::String(base)) => base,
        Some(_) => return Err(wrong("based_on is the name of a scenario")),
    };
    let removals = match own.remove("remove") {
        None => Vec::new(),
        Some(list) => list.try_into::<Vec<String>>().map_err(|_| wrong("remove is a list of keys"))?,
    };
    let base_text = embedded(&base).ok_or_else(|| ScenarioError::Unknown { name: base.clone() })?;
    let left = bases_left.checked_sub(1).ok_or_else(|| wrong("too many scenarios are based on one another"))?;
    let mut table = merged(&base, base_text, left)?;
    for key in &removals {
        remove(&mut table, key).ok_or_else(|| wrong(&format!("remove: there is no {key} in \"{base}\"")))?;
    }
    lay_over(&mut table, own);
    Ok(table)
}

/// Tables are merged, everything else is replaced.
fn lay_over(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay_over(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn remove(table: &mut Table, key: &str) -> Option<Value> {
    match key.split_once('.') {
        None => table.remove(key),
        Some((first, rest)) => remove(table.get_mut(first)?.as_table_mut()?, rest),
    }
}

fn syntax(name: &str, text: &str, error: &toml::de::Error) -> ScenarioError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    ScenarioError::Wrong { place: format!("{name}:{line}:{column}"), message: error.message().to_owned() }
}
