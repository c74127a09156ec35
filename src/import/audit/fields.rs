//! What an exported record says, by the names that exports give it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The names, from `fields.tsv`.
const TABLE: &str = include_str!("fields.tsv");
/// A longer name is none of ours, in bytes.
const LONGEST_NAME: usize = 48;
/// More policies of one record aren't read.
const MOST_POLICIES: usize = 200;

/// What a column or member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// A text, at its place among [`TEXTS`].
    Text(usize),
    /// The Conditional Access policies that were evaluated.
    Policies,
    /// An object whose members count as those of the record itself.
    Within,
    /// The object of the result.
    Status,
}

/// The facts that are texts.
const TEXTS: [&str; 30] = [
    "id",
    "time",
    "code",
    "reason",
    "application",
    "user",
    "user-name",
    "resource",
    "resource-name",
    "category",
    "event",
    "service-principal",
    "credential",
    "protocol",
    "transfer",
    "token",
    "key",
    "thumbprint",
    "federated",
    "correlation",
    "operation",
    "workload",
    "success",
    "request",
    "table",
    "engine-event",
    "event-text",
    "message",
    "job",
    "job-status",
];

static NAMES: LazyLock<HashMap<&'static str, Field>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| {
        let (name, fact) = row.split_once('\t')?;
        Some((name, field(fact.split('\t').next().unwrap_or_default())?))
    })
    .collect()
});

fn field(fact: &str) -> Option<Field> {
    match fact {
        "policies" => Some(Field::Policies),
        "within" => Some(Field::Within),
        "status" => Some(Field::Status),
        text => TEXTS.iter().position(|known| *known == text).map(Field::Text),
    }
}

/// What the column or member of this name says. `in_status`: it's one of the object `status`. The case of letters, blanks
/// around the name and a time zone behind it (`TimeGenerated [UTC]`) don't matter.
pub(super) fn field_of(name: &str, in_status: bool) -> Option<Field> {
    let name = name.split(" [").next().unwrap_or(name).trim();
    let prefix = if in_status { "status." } else { "" };
    let mut small = [0_u8; LONGEST_NAME];
    let small = small.get_mut(..prefix.len() + name.len())?;
    small[..prefix.len()].copy_from_slice(prefix.as_bytes());
    small[prefix.len()..].copy_from_slice(name.as_bytes());
    small.make_ascii_lowercase();
    NAMES.get(std::str::from_utf8(small).ok()?).copied()
}

/// Whether the name of a column says that its times are those of another zone than UTC: `TimeGenerated [Local Time]`.
pub(super) fn is_local(name: &str) -> bool {
    name.split_once(" [").is_some_and(|(_, zone)| !zone.trim_end().trim_end_matches(']').eq_ignore_ascii_case("UTC"))
}

/// A Conditional Access policy as a record lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Policy {
    /// Its name. Absent where the exporting account may not see it.
    #[serde(default, rename = "displayName")]
    pub(super) name: Option<String>,
    /// `success`, `failure`, `notApplied`, `reportOnlyFailure` …
    #[serde(default)]
    pub(super) result: Option<String>,
}

/// What one record says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields<'t> {
    texts: [Option<Cow<'t, str>>; TEXTS.len()],
    /// The policies, if it lists any.
    pub(super) policies: Vec<Policy>,
}

impl<'t> Fields<'t> {
    /// Takes the value of a field. The first that isn't empty counts.
    pub(super) fn set(&mut self, field: Field, value: Cow<'t, str>) {
        match field {
            Field::Text(at) => {
                if self.texts[at].is_none() && !value.trim().is_empty() {
                    self.texts[at] = Some(value);
                }
            }
            Field::Policies => {
                if let Ok(policies) = serde_json::from_str::<Vec<Policy>>(&value) {
                    self.take_policies(policies);
                }
            }
            // As a text, it's the column of a table: `Success`, or the object in a cell.
            Field::Within | Field::Status if value.starts_with('{') => super::json::read_into(&value, field, self),
            Field::Within | Field::Status => {}
        }
    }

    /// Takes the policies.
    pub(super) fn take_policies(&mut self, mut policies: Vec<Policy>) {
        if self.policies.is_empty() {
            policies.truncate(MOST_POLICIES);
            self.policies = policies;
        }
    }

    /// Takes what another part of the record says, where this one says nothing.
    pub(super) fn fill(&mut self, other: Fields<'_>) {
        for (own, other) in self.texts.iter_mut().zip(other.texts) {
            if own.is_none() {
                *own = other.map(|text| Cow::Owned(text.into_owned()));
            }
        }
        self.take_policies(other.policies);
    }

    /// A fact, without blanks around it. `None` where the record doesn't tell.
    pub(super) fn get(&self, fact: &str) -> Option<&str> {
        let at = TEXTS.iter().position(|known| *known == fact)?;
        self.texts[at].as_deref().map(str::trim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_names_a_fact() {
        let rows: Vec<&str> = TABLE.lines().filter(|row| !row.starts_with('#')).collect();
        for row in &rows {
            let columns: Vec<&str> = row.split('\t').collect();
            assert_eq!(columns.len(), 3, "{row}");
            assert!(columns[0].len() <= LONGEST_NAME && columns[0] == columns[0].to_lowercase(), "{row}");
            assert!(field(columns[1]).is_some(), "{row}");
            let named = |page: &str| TABLE.lines().any(|line| line.starts_with(&format!("#   {page} ")));
            assert!(columns[2].split(' ').all(named), "{row}");
        }
        assert_eq!(NAMES.len(), rows.len(), "no name stands twice");
    }

    #[test]
    fn names_are_known_in_the_spelling_of_every_export() {
        for name in ["appId", "AppId", "Application ID ", "APPID"] {
            assert_eq!(field_of(name, false), field("application"), "{name}");
        }
        assert_eq!(field_of("TimeGenerated [UTC]", false), field("time"));
        assert_eq!(field_of("errorCode", true), field("code"));
        assert_eq!(field_of("errorCode", false), None, "an API's body has one too");
        assert_eq!(field_of(&"x".repeat(1000), false), None);
    }
}
