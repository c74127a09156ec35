//! Exported logs as tables: a header line of known columns, then a record a row.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord, Terminator};

use super::Entry;
use super::fields::{Field, Fields, field_of};

/// What separates cells: by the list separator of whoever exported it.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// A table with a result is an export where it has so many known columns.
const FEWEST: usize = 4;
/// Columns that only an export has.
const OF_EXPORTS: [&[&str]; 4] = [
    &["AuditData"],
    &["WorkspaceMonitoringTableName"],
    &["OperationName", "EventText"],
    &["JobInstanceId", "JobStatus"],
];

/// A longer line is no header, in bytes.
const LONGEST_HEADER: usize = 16 * 1024;

/// The columns of a table, from its header line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    separator: u8,
    fields: Vec<Option<Field>>,
}

impl Columns {
    /// Reads a header line. `None` where it isn't one of an exported log.
    #[must_use]
    pub fn of_header(line: &str) -> Option<Self> {
        if line.len() > LONGEST_HEADER {
            return None;
        }
        SEPARATORS.into_iter().find_map(|separator| {
            let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(line.as_bytes());
            let header = reader.records().next()?.ok()?;
            Self::named(separator, header.iter())
        })
    }

    /// Columns of these names. `None` where they aren't those of an export.
    pub(super) fn named<'n>(separator: u8, names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let fields: Vec<Option<Field>> = names.map(|name| field_of(name, false)).collect();
        let has = |name: &&str| fields.contains(&field_of(name, false));
        let has_result = ["ResultType", "IsSuccess"].iter().any(has) && fields.iter().flatten().count() >= FEWEST;
        let is_export = has_result || OF_EXPORTS.iter().any(|names| names.iter().all(has));
        is_export.then_some(Self { separator, fields })
    }

    /// A reader of rows of this table. It ends lines at a line feed alone, as it counts them wrongly otherwise; the
    /// carriage return before one is a blank at the end of the last cell.
    #[must_use]
    pub fn reader<'t>(&self, rows: &'t [u8]) -> Reader<&'t [u8]> {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(self.separator).terminator(Terminator::Any(b'\n')).has_headers(false).flexible(true);
        reader.from_reader(rows)
    }

    /// Whether a row is an empty line.
    #[must_use]
    pub fn is_blank(row: &StringRecord) -> bool {
        row.len() == 1 && row[0].trim().is_empty()
    }

    /// The record of a row.
    ///
    /// # Errors
    /// A sentence, where the row has more or fewer cells than the header.
    pub fn entry(&self, row: &StringRecord) -> Result<Entry, String> {
        if row.len() != self.fields.len() {
            return Err(format!("it has {} cells, but the header has {}", row.len(), self.fields.len()));
        }
        Ok(self.entry_of(row.iter().map(Cow::Borrowed)))
    }

    /// The record of these cells.
    pub(super) fn entry_of<'t>(&self, cells: impl Iterator<Item = Cow<'t, str>>) -> Entry {
        let mut fields = Fields::default();
        for (field, cell) in self.fields.iter().zip(cells) {
            if let Some(field) = field {
                fields.set(*field, cell);
            }
        }
        Entry::of(&fields)
    }
}
