//! Walks a TOML table by hand and goes on after a problem, so that one reading shows them all.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;

/// A table that is being read: known keys are taken, what is left over is unknown.
pub(super) struct Reader<'t, 'i> {
    table: &'t DeTable<'i>,
    span: Range<usize>,
    taken: Vec<&'static str>,
}

/// Something found in a file, with its place.
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

impl<'t, 'i> Reader<'t, 'i> {
    pub(super) const fn new(table: &'t DeTable<'i>, span: Range<usize>) -> Self {
        Self { table, span, taken: Vec::new() }
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.taken.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn text(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<At<String>> {
        let value = self.take(key)?;
        text_of(value, key, problems)
    }

    pub(super) fn needed_text(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<At<String>> {
        if self.take(key).is_none() {
            problems.push(Problem { span: first_character(&self.span), what: format!("\"{key}\" is missing") });
        }
        self.text(key, problems)
    }

    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Vec<At<String>> {
        self.items(key, problems).filter_map(|item| text_of(item, key, &mut Vec::new())).collect()
    }

    pub(super) fn items(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> impl Iterator<Item = &'t Spanned<DeValue<'i>>> + use<'t, 'i> {
        let items = self.take(key).and_then(|value| {
            let array = value.get_ref().as_array();
            if array.is_none() {
                problems.push(wrong(value, &format!("\"{key}\" is a list")));
            }
            array
        });
        items.into_iter().flat_map(|array| array.iter())
    }

    pub(super) fn word<T: serde::de::DeserializeOwned>(
        &mut self,
        key: &'static str,
        words: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        let parsed = serde_json::from_value(Value::from(text.value.clone())).ok();
        if parsed.is_none() {
            let what = format!("\"{}\" isn't a valid {key}{}", text.value, suggestion(&text.value, words));
            problems.push(Problem { span: text.span, what });
        }
        parsed
    }

    /// Reports what was not taken.
    pub(super) fn finish(self, problems: &mut Vec<Problem>) {
        for (name, _) in self.table.iter().filter(|(name, _)| !self.taken.contains(&name.get_ref().as_ref())) {
            let what = format!("unknown key \"{}\"{}", name.get_ref(), suggestion(name.get_ref(), &self.taken));
            problems.push(Problem { span: name.span(), what });
        }
    }
}

pub(super) fn text_of(value: &Spanned<DeValue<'_>>, key: &str, problems: &mut Vec<Problem>) -> Option<At<String>> {
    let Some(text) = value.get_ref().as_str() else {
        problems.push(wrong(value, &format!("\"{key}\" must be a text in quotes")));
        return None;
    };
    Some(At { value: text.to_owned(), span: value.span() })
}

pub(super) fn wrong(value: &Spanned<DeValue<'_>>, what: &str) -> Problem {
    Problem { span: value.span(), what: format!("{what}, and this is {}", article(value.get_ref().type_str())) }
}

fn article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

/// `; did you mean "…"?`, where a word is near enough.
pub(crate) fn suggestion<S: AsRef<str>>(given: &str, words: &[S]) -> String {
    words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(given, word.as_ref()), word.as_ref()))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4)
        .min()
        .map_or_else(String::new, |(_, word)| format!("; did you mean \"{word}\"?"))
}

/// A scalar as JSON: texts, whole and broken numbers, true and false.
pub(super) fn scalar(value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Option<Value> {
    let scalar = match value.get_ref() {
        DeValue::String(text) => Some(Value::from(text.as_ref())),
        DeValue::Boolean(yes) => Some(Value::from(*yes)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::from),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok().map(Value::from),
        _ => None,
    };
    if scalar.is_none() {
        problems.push(wrong(value, "a value to compare with must be a text, a number, true or false"));
    }
    scalar
}

/// Where something is missing from a table, its first character is shown.
pub(super) fn first_character(span: &Range<usize>) -> Range<usize> {
    span.start..(span.start + 1).min(span.end.max(span.start))
}
