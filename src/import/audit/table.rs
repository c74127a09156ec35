//! Exported logs as tables: a header line of known columns, then a record a row.

use std::borrow::Cow;

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, Terminator};
use memchr::memchr2;

use super::Entry;
use super::fields::{Field, Fields, field_of, is_local};
use crate::import::text_of_line;

/// What separates cells: by the list separator of whoever exported it.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
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
    /// Whether its times are of a zone that isn't known.
    is_local: bool,
    /// The first cell of the header line, as it is written.
    first: String,
}

/// Whole rows at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Where they end.
    pub end: usize,
    /// Whether a header line comes next: of another table, which was appended to this one.
    pub header: bool,
}

impl Columns {
    /// Reads a header line. `None` where it isn't one of an exported log.
    #[must_use]
    pub fn of_header(line: &str) -> Option<Self> {
        if line.len() > LONGEST_HEADER {
            return None;
        }
        let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        SEPARATORS.into_iter().find_map(|separator| {
            let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(line.as_bytes());
            let header = reader.records().next()?.ok()?;
            let columns = Self::named(separator, header.iter())?;
            let first = line.split(char::from(separator)).next().unwrap_or_default();
            Some(Self { first: first.to_owned(), ..columns })
        })
    }

    /// Columns of these names. `None` where they aren't those of an export.
    pub(super) fn named<'n>(separator: u8, names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let names: Vec<&str> = names.collect();
        let fields: Vec<Option<Field>> = names.iter().map(|name| field_of(name, false)).collect();
        let is_local = names.iter().any(|name| field_of(name, false) == field_of("time", false) && is_local(name));
        let has = |name: &&str| fields.contains(&field_of(name, false));
        let has_result = ["ResultType", "IsSuccess"].iter().any(has) && fields.iter().flatten().count() >= FEWEST;
        let is_export = has_result || OF_EXPORTS.iter().any(|names| names.iter().all(has));
        is_export.then_some(Self { separator, fields, is_local, first: String::new() })
    }

    /// A reader of rows of this table. It ends lines at a line feed alone, as it counts them wrongly otherwise; the
    /// carriage return before one is a blank at the end of the last cell.
    #[must_use]
    pub fn reader<'t>(&self, rows: &'t [u8]) -> Reader<&'t [u8]> {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(self.separator).terminator(Terminator::Any(b'\n')).has_headers(false).flexible(true);
        reader.from_reader(rows)
    }

    /// The whole rows at the beginning of these bytes. A row goes on over line ends in quotes. `to_header`: they end
    /// before a header line.
    #[must_use]
    pub fn whole_rows(&self, bytes: &[u8], to_header: bool) -> Whole {
        let (mut at, mut end, mut quoted) = (0, 0, false);
        while let Some(found) = memchr2(b'"', b'\n', &bytes[at..]) {
            at += found + 1;
            if bytes[at - 1] == b'"' {
                quoted = !quoted;
            } else if !quoted {
                if to_header && self.is_header(&bytes[end..at]) {
                    return Whole { end, header: true };
                }
                end = at;
            }
        }
        Whole { end, header: false }
    }

    /// Whether a row is a header line: of the same export, or of one whose first column is known.
    fn is_header(&self, row: &[u8]) -> bool {
        let first_end = row.iter().take(LONGEST_HEADER).position(|byte| SEPARATORS.contains(byte));
        let first = first_end.and_then(|end| std::str::from_utf8(&row[..end]).ok());
        let first = first.map(|first| first.trim_start_matches('\u{feff}'));
        let known =
            first.is_some_and(|first| first == self.first || field_of(first.trim_matches('"'), false).is_some());
        known && std::str::from_utf8(row).is_ok_and(|row| Self::of_header(row).is_some())
    }

    /// The text of a row: UTF-8, or else Windows-1252 where that can be told. `None` for what is neither.
    #[must_use]
    pub fn text_of(row: ByteRecord) -> Option<StringRecord> {
        let row = match StringRecord::from_byte_record(row) {
            Ok(row) => return Some(row),
            Err(why) => why.into_byte_record(),
        };
        let cells: Option<Vec<Cow<'_, str>>> = row.iter().map(text_of_line).collect();
        let mut text = StringRecord::from_iter(cells?);
        text.set_position(row.position().cloned());
        Some(text)
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
        let mut entry = Entry::of(&fields);
        entry.identity.is_local = self.is_local;
        entry
    }
}
