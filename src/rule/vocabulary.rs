//! What rules may speak of: the paths of the evidence and the values that stand at them.

use serde_json::Value;

use super::Test;
use super::matcher::item_name;
use super::reader::suggestion;

/// The evidence's vocabulary, from its JSON schema.
#[derive(Debug)]
pub struct Vocabulary {
    schema: Value,
}

impl Vocabulary {
    /// The vocabulary of [`crate::evidence::Evidence`].
    #[must_use]
    pub fn of_evidence() -> Self {
        Self { schema: crate::evidence::schema() }
    }

    /// Whether a path leads to something.
    ///
    /// # Errors
    /// A sentence with the nearest word that would.
    pub fn check_path(&self, path: &str, each: Option<&str>) -> Result<(), String> {
        self.at(path, each).map(|_| ())
    }

    /// Whether a path leads to a list of items with leaves of their own.
    ///
    /// # Errors
    /// A sentence.
    pub fn check_list(&self, path: &str) -> Result<(), String> {
        let schema = self.at(path, None)?;
        if item_of(schema).is_some_and(|item| properties(item).is_some()) {
            Ok(())
        } else {
            Err(format!("\"{path}\" isn't a list of items"))
        }
    }

    /// Whether a test can be made of what stands at a path.
    ///
    /// # Errors
    /// A sentence.
    pub fn check_test(&self, path: &str, each: Option<&str>, test: &Test) -> Result<(), String> {
        let schema = self.at(path, each)?;
        let item = item_of(schema);
        let need = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("\"{path}\" {what}")) };
        match test {
            Test::Exists(_) | Test::SameAs(_) | Test::DiffersFrom(_) => Ok(()),
            Test::Has(value) => {
                need(item.is_some(), "isn't a list: use \"is\"")?;
                item.map_or(Ok(()), |item| check_value(item, value))
            }
            Test::HasAny(values) => {
                need(item.is_some(), "isn't a list: use \"in\"")?;
                values.iter().try_for_each(|value| item.map_or(Ok(()), |item| check_value(item, value)))
            }
            Test::Is(value) => {
                need(item.is_none(), "is a list: use \"has\"")?;
                check_value(schema, value)
            }
            Test::In(values) => {
                need(item.is_none(), "is a list: use \"has-any\"")?;
                values.iter().try_for_each(|value| check_value(schema, value))
            }
            Test::Contains(_) | Test::Matches(_) => need(has_type(schema, "string"), "isn't text"),
            Test::Below(_) | Test::Above(_) => {
                need(has_type(schema, "integer") || has_type(schema, "number"), "isn't a number")
            }
        }
    }

    /// Every leaf with its description, for documentation: path and words.
    #[must_use]
    pub fn leaves(&self) -> Vec<(String, String)> {
        let mut leaves = Vec::new();
        collect(&self.schema, "", &mut leaves);
        leaves
    }

    /// The words that can stand at a path, where they are counted. A list's items need no place.
    #[must_use]
    pub fn words_at(&self, path: &str) -> Vec<&str> {
        self.within(path).map(|schema| words(item_of(schema).unwrap_or(schema))).unwrap_or_default()
    }

    /// What stands at a path, in words; also for a part that holds others. Absent where nothing does.
    #[must_use]
    pub fn describe(&self, path: &str) -> Option<&str> {
        self.within(path)?.get("description")?.as_str()
    }

    fn within(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.schema, |schema, part| {
            let known = properties(schema).or_else(|| properties(item_of(schema)?))?;
            known.get(part)
        })
    }

    fn at(&self, path: &str, each: Option<&str>) -> Result<&Value, String> {
        let mut schema = &self.schema;
        let mut rest = path;
        if let Some(list) = each
            && let Some(below) = path.strip_prefix(item_name(list)).and_then(|rest| rest.strip_prefix('.'))
        {
            schema = item_of(self.at(list, None)?).ok_or_else(|| format!("\"{list}\" isn't a list"))?;
            rest = below;
        }
        for part in rest.split('.') {
            if let Some(item) = item_of(schema).filter(|_| part.parse::<usize>().is_ok()) {
                schema = item;
                continue;
            }
            let known = properties(schema).ok_or_else(|| format!("\"{path}\" has no parts"))?;
            schema = known.get(part).ok_or_else(|| {
                let names: Vec<&String> = known.keys().collect();
                format!("the evidence has no \"{part}\" in \"{path}\"{}", suggestion(part, &names))
            })?;
        }
        Ok(schema)
    }
}

/// Optional parts stand as `anyOf: [part, null]`.
fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    let inner = ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    std::iter::once(schema).chain(inner)
}

fn properties(schema: &Value) -> Option<&serde_json::Map<String, Value>> {
    variants(schema).find_map(|variant| variant.get("properties")?.as_object())
}

fn item_of(schema: &Value) -> Option<&Value> {
    variants(schema).find_map(|variant| variant.get("items"))
}

fn has_type(schema: &Value, wanted: &str) -> bool {
    variants(schema).any(|variant| match variant.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    })
}

/// The words of an enumeration, where the schema is one.
fn words(schema: &Value) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let all = variants(schema)
        .flat_map(|variant| std::iter::once(variant).chain(variants(variant).skip(1)))
        .flat_map(|variant| {
            let listed = variant.get("enum").and_then(Value::as_array).into_iter().flatten();
            listed.chain(variant.get("const"))
        })
        .filter_map(Value::as_str);
    all.for_each(|word| {
        if !words.contains(&word) {
            words.push(word);
        }
    });
    words
}

fn check_value(schema: &Value, value: &Value) -> Result<(), String> {
    let words = words(schema);
    match value {
        Value::String(text) if !words.is_empty() && !words.contains(&text.as_str()) => {
            Err(format!("this fact is never \"{text}\"{}", suggestion(text, &words)))
        }
        Value::String(_) if words.is_empty() && !has_type(schema, "string") => {
            Err("this fact is never a text".to_owned())
        }
        Value::Number(_) if !has_type(schema, "integer") && !has_type(schema, "number") => {
            Err("this fact is never a number".to_owned())
        }
        Value::Bool(_) if !has_type(schema, "boolean") => Err("this fact is never true or false".to_owned()),
        _ => Ok(()),
    }
}

fn collect(schema: &Value, path: &str, leaves: &mut Vec<(String, String)>) {
    let below = item_of(schema).filter(|item| properties(item).is_some()).unwrap_or(schema);
    let Some(known) = properties(below) else {
        let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        leaves.push((path.to_owned(), words.to_owned()));
        return;
    };
    for (name, part) in known {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        collect(part, &path, leaves);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_lead_through_a_place_in_a_list() {
        let vocabulary = Vocabulary::of_evidence();
        assert_eq!(vocabulary.check_path("api.calls.0.error_info", None), Ok(()));
        assert!(vocabulary.check_path("api.calls.0.nothing", None).is_err());
        assert!(vocabulary.check_path("api.0.calls", None).is_err());
    }
}
