//! Reads the known members of a record that is JSON, in one pass, without keeping the rest.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer as _, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Entry;
use super::fields::{Field, Fields, Policy, field_of};

/// Reads a record. `None` where the text is no JSON object.
pub(super) fn read(text: &str) -> Result<Fields<'_>, serde_json::Error> {
    let mut fields = Fields::default();
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(Members { fields: &mut fields, in_status: false })?;
    json.end()?;
    Ok(fields)
}

/// Reads an object that stands as text in a cell. What is no JSON says nothing.
pub(super) fn read_into(text: &str, field: Field, fields: &mut Fields<'_>) {
    let mut inner = Fields::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let members = Members { fields: &mut inner, in_status: field == Field::Status };
    if json.deserialize_map(members).is_ok() {
        fields.fill(inner);
    }
}

/// An item of a list of records. `None` for what is no object.
pub(super) struct Item(pub(super) Option<Entry>);

impl<'t> Deserialize<'t> for Item {
    fn deserialize<D: serde::Deserializer<'t>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AnyItem)
    }
}

struct AnyItem;

impl<'t> Visitor<'t> for AnyItem {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'t>>(self, map: A) -> Result<Item, A::Error> {
        let mut fields = Fields::default();
        Members { fields: &mut fields, in_status: false }.visit_map(map)?;
        Ok(Item(Some(Entry::of(&fields))))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<Item, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Item(None))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Item, E> {
        Ok(Item(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Item, E> {
        Ok(Item(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Item, E> {
        Ok(Item(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Item, E> {
        Ok(Item(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Item, E> {
        Ok(Item(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Item, E> {
        Ok(Item(None))
    }
}

/// The members of an object.
struct Members<'f, 't> {
    fields: &'f mut Fields<'t>,
    in_status: bool,
}

impl<'t> Visitor<'t> for Members<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            match field_of(&name, self.in_status) {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(field) => map.next_value_seed(Member { fields: self.fields, field })?,
            }
        }
        Ok(())
    }
}

/// A member's name, borrowed where it has no escapes.
struct Name;

impl<'t> DeserializeSeed<'t> for Name {
    type Value = Cow<'t, str>;

    fn deserialize<D: serde::Deserializer<'t>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Name {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'t str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// The value of a known member.
struct Member<'f, 't> {
    fields: &'f mut Fields<'t>,
    field: Field,
}

impl<'t> DeserializeSeed<'t> for Member<'_, 't> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'t>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Member<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'t str) -> Result<(), E> {
        self.fields.set(self.field, Cow::Borrowed(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.fields.set(self.field, Cow::Owned(value.to_owned()));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.fields.set(self.field, Cow::Owned(value.to_string()));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.fields.set(self.field, Cow::Owned(value.to_string()));
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.fields.set(self.field, Cow::Borrowed(if value { "true" } else { "false" }));
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        if matches!(self.field, Field::Within | Field::Status) {
            return Members { fields: self.fields, in_status: self.field == Field::Status }.visit_map(map);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        let mut policies = Vec::new();
        loop {
            match self.field {
                Field::Policies => match items.next_element::<Listed>()? {
                    Some(Listed::Policy(policy)) => policies.push(policy),
                    Some(Listed::Other(_)) => {}
                    None => break,
                },
                // Of a list of words the first says it: `signInEventTypes` has one.
                Field::Text(_) => {
                    if items.next_element_seed(Member { fields: self.fields, field: self.field })?.is_none() {
                        break;
                    }
                }
                _ => {
                    if items.next_element::<IgnoredAny>()?.is_none() {
                        break;
                    }
                }
            }
        }
        self.fields.take_policies(policies);
        Ok(())
    }
}

/// An item of the list of policies.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Listed {
    Policy(Policy),
    Other(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_where_each_export_has_them() {
        let graph = r#"{"id":"a","appId":"b","status":{"errorCode":53003,"failureReason":"no","additionalDetails":null},
            "signInEventTypes":["servicePrincipal"],"appliedConditionalAccessPolicies":[{"displayName":"P","result":"failure"},7]}"#;
        let read_graph = read(graph).expect("a record");
        assert_eq!(read_graph.get("code"), Some("53003"));
        assert_eq!(read_graph.get("event"), Some("servicePrincipal"));
        assert_eq!(read_graph.policies.len(), 1);
        let settings = r#"{"time":"t","resultType":"53003","properties":{"appId":"b","status":{"errorCode":1}}}"#;
        let read_settings = read(settings).expect("a record");
        assert_eq!((read_settings.get("code"), read_settings.get("application")), (Some("53003"), Some("b")));
        let query = r#"{"ResultType":0,"Status":"{\"errorCode\":9,\"failureReason\":\"why\"}","ConditionalAccessPolicies":"[{\"displayName\":\"P\",\"result\":\"failure\"}]"}"#;
        let read_query = read(query).expect("a record");
        assert_eq!((read_query.get("code"), read_query.get("reason")), (Some("0"), Some("why")));
        assert_eq!(read_query.policies[0].name.as_deref(), Some("P"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["[]", "7", "{", "{\"a\":1} {\"b\":2}", "{\"a\":}", "null", ""] {
            assert!(read(text).is_err(), "{text}");
        }
        let deep = |name: &str| format!("{{\"{name}\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(
            read(&deep("appId")).is_err() && read(&deep("conditionalAccessPolicies")).is_err(),
            "nesting is bounded"
        );
        assert!(read(&deep("other")).is_ok(), "what isn't kept isn't entered");
    }
}
