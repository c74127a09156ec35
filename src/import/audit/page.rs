//! A JSON document of many records: an array, the pages of an API, the result of a query.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::json::Item;

/// What a document holds.
#[derive(Default)]
pub(super) struct Page {
    /// Its records, in order.
    pub(super) items: Vec<Item>,
    /// The tables of a query's result.
    pub(super) tables: Vec<Rows>,
    /// The line where it's cut off. Absent for a whole one.
    pub(super) cut: Option<usize>,
}

/// A table of a query's result.
#[derive(Deserialize)]
pub(super) struct Rows {
    #[serde(alias = "Columns")]
    pub(super) columns: Vec<Column>,
    #[serde(alias = "Rows")]
    pub(super) rows: Vec<Vec<Value>>,
}

/// A column of such a table.
#[derive(Deserialize)]
pub(super) struct Column {
    #[serde(alias = "ColumnName")]
    pub(super) name: String,
}

/// Reads a document, or several arrays one after the other. One that is cut off has the records before the cut. `None`
/// where it is none, or broken in another way.
pub(super) fn read(text: &str) -> Option<Page> {
    let mut page = Page::default();
    let mut json = serde_json::Deserializer::from_str(text);
    loop {
        match Document(&mut page).deserialize(&mut json) {
            Ok(()) if json.end().is_ok() => return Some(page),
            Ok(()) if text.starts_with('[') => {}
            Err(why) if why.is_eof() && !page.items.is_empty() => {
                page.cut = Some(why.line());
                return Some(page);
            }
            _ => return None,
        }
    }
}

/// Reads a document into what was read before.
struct Document<'p>(&'p mut Page);

impl<'t> DeserializeSeed<'t> for Document<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'t>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            self.0.items.push(item);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                // Of Microsoft Graph; of Azure Event Hubs and storage accounts; of Power BI's `GET /admin/activityevents`.
                "value" | "records" | "activityEventEntities" => map.next_value_seed(List(&mut *self.0))?,
                // Of a query in Log Analytics (<https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format>),
                // and of one in an Eventhouse (<https://learn.microsoft.com/kusto/api/rest/response>).
                "tables" | "Tables" => self.0.tables.extend(map.next_value::<Vec<Rows>>()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads a list of records. Another value of that name is an error.
struct List<'p>(&'p mut Page);

impl<'t> DeserializeSeed<'t> for List<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'t>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(Document(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Option<(usize, Option<usize>)> {
        read(text).map(|page| (page.items.len(), page.cut))
    }

    #[test]
    fn a_document_that_is_cut_off_has_the_records_before_the_cut() {
        assert_eq!(items(r#"[{"id":"a"},{"id":"b"}]"#), Some((2, None)));
        assert_eq!(items("[{\"id\":\"a\"},\n{\"id\":\"b"), Some((1, Some(2))));
        assert_eq!(items(r#"{"value":[{"id":"a"},{"id":"b"},"#), Some((2, Some(1))));
        assert_eq!(items(r#"{"records":[{"id":"a"}],"next":"#), Some((1, Some(1))));
    }

    #[test]
    fn arrays_one_after_the_other_are_one_document() {
        assert_eq!(items("[{\"id\":\"a\"}]\n[{\"id\":\"b\"}] [{\"id\":\"c\"}"), Some((3, Some(2))));
        assert_eq!(items("{\"value\":[{\"id\":\"a\"}]}\n{\"value\":[]}"), None, "a page a line is read line by line");
    }

    #[test]
    fn what_is_broken_is_none() {
        for text in ["", "[", "{", "7", "[INFO] a", r#"[{"id":"a"}, …]"#, r#"{"value":7}"#, r#"{"value":[{]}"#] {
            assert_eq!(items(text), None, "{text}");
        }
        let deep = format!("[{}", "[".repeat(100_000));
        assert_eq!(items(&deep), None);
    }
}
