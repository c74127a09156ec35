//! One document of many records: an array, the pages of an API, the result of a query, a table, a record a line.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::time::instant;
use super::{Columns, Entry, What, failures_in, page};
use crate::import::group::{Key, One, Sight, Table};
use crate::import::{Codes, Failure, Reading, Source, log};

/// More messages of different form than this aren't read.
const MOST_MESSAGES: usize = 4000;

/// A record and where it is: its line, or its place among the records.
type Placed = (usize, Entry);
/// The records of a document, and sentences about those that weren't read.
type Read = (Vec<Placed>, Vec<String>);

/// Reads a document of an exported log. `codes`: those that messages are searched for. `only_power_bi`: records about
/// other resources are left out. `None` where it is none.
#[must_use]
pub fn read(text: &str, codes: &Codes, only_power_bi: bool) -> Option<Reading> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (placed, mut notes) = match text.as_bytes().first()? {
        b'[' => of_page(text)?,
        b'{' => of_page(text).or_else(|| of_one(text)).or_else(|| of_lines(text))?,
        _ => of_table(text)?,
    };
    if placed.iter().all(|(_, entry)| entry.what == What::Other) {
        return None;
    }
    let mut reading = grouped(placed, codes, only_power_bi);
    notes.append(&mut reading.notes);
    Some(Reading { notes, ..reading })
}

/// Whether an exported log begins with this line.
pub(in crate::import) fn begins(line: &str) -> bool {
    let is_record = || Entry::of_json(line).is_ok_and(|entry| entry.what != What::Other);
    match line.strip_prefix('[') {
        Some(rest) => matches!(rest.trim_start().chars().next(), Some('{') | None),
        None => is_record() || Columns::of_header(line).is_some(),
    }
}

/// The records that a line holds: those of a page, or itself.
///
/// # Errors
/// When it is no JSON object.
pub fn of_line(line: &str) -> Result<Vec<Entry>, serde_json::Error> {
    let line = line.trim_start_matches('\u{feff}');
    let one = Entry::of_json(line)?;
    if one.what == What::Other
        && let Some((placed, _)) = of_page(line)
    {
        return Ok(placed.into_iter().map(|(_, entry)| entry).collect());
    }
    Ok(vec![one])
}

fn of_page(text: &str) -> Option<Read> {
    let page = page::read(text)?;
    let entries = page.items.into_iter().enumerate().filter_map(|(at, item)| Some((at + 1, item.0?)));
    let mut found: Vec<Placed> = entries.collect();
    for table in page.tables {
        let names = table.columns.iter().map(|column| column.name.as_str());
        let Some(columns) = Columns::named(b',', names) else { continue };
        let cell = |value: Value| match value {
            Value::String(text) => Cow::Owned(text),
            Value::Null => Cow::Borrowed(""),
            other => Cow::Owned(other.to_string()),
        };
        for row in table.rows {
            found.push((found.len() + 1, columns.entry_of(row.into_iter().map(cell))));
        }
    }
    let cut = page.cut.map(|line| format!("The JSON is cut off in line {line}: the records before it were read."));
    (!found.is_empty()).then_some((found, cut.into_iter().collect()))
}

fn of_one(text: &str) -> Option<Read> {
    Some((vec![(1, Entry::of_json(text).ok()?)], Vec::new()))
}

/// A record a line, as diagnostic settings write them to a storage account.
fn of_lines(text: &str) -> Option<Read> {
    let mut placed = Vec::new();
    let mut broken = 0;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match of_line(line) {
            Ok(entries) if placed.is_empty() && entries.iter().all(|entry| entry.what == What::Other) => return None,
            Ok(entries) => placed.extend(entries.into_iter().map(|entry| (at + 1, entry))),
            Err(_) if placed.is_empty() => return None,
            Err(_) => broken += 1,
        }
    }
    let note = format!("Lines that aren't whole JSON records and weren't read: {broken}.");
    Some((placed, (broken > 0).then_some(note).into_iter().collect()))
}

/// A table, and others that were appended to it with their header lines.
fn of_table(text: &str) -> Option<Read> {
    let mut columns = Columns::of_header(text.lines().next()?)?;
    let (mut placed, mut broken) = (Vec::new(), 0);
    let (mut line, mut rest) = (1, after_line(text));
    loop {
        let whole = columns.whole_rows(rest.as_bytes(), true);
        let (rows, more) = if whole.header { rest.split_at(whole.end) } else { (rest, "") };
        for row in columns.reader(rows.as_bytes()).records() {
            let place = row.as_ref().ok().and_then(|row| row.position()).map_or(0, csv::Position::line);
            match row.map_err(|why| why.to_string()) {
                Ok(row) if Columns::is_blank(&row) => {}
                Ok(row) => match columns.entry(&row) {
                    Ok(entry) => placed.push((line + usize::try_from(place).unwrap_or(usize::MAX), entry)),
                    Err(_) => broken += 1,
                },
                Err(_) => broken += 1,
            }
        }
        let Some(next) = more.lines().next().and_then(Columns::of_header) else { break };
        line += rows.matches('\n').count() + 1;
        (columns, rest) = (next, after_line(more));
    }
    let note = format!("Rows that don't fit the header line and weren't read: {broken}.");
    Some((placed, (broken > 0).then_some(note).into_iter().collect()))
}

fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

/// The failures of the records, each kind with its count, and whether they are over. Exports are in any order, often the
/// newest first: they are read in the order of their times.
fn grouped(mut placed: Vec<Placed>, codes: &Codes, only_power_bi: bool) -> Reading {
    let read = placed.len();
    if only_power_bi {
        placed.retain(|(_, entry)| entry.identity.resource.as_ref().is_none_or(|resource| resource.is_power_bi));
    }
    let left_out = read - placed.len();
    let mut seen = HashSet::new();
    placed.retain(|(_, entry)| entry.identity.id.as_ref().is_none_or(|id| seen.insert(id.clone())));
    let repeated = read - left_out - placed.len();
    placed.sort_by_cached_key(|(_, entry)| entry.identity.time.as_deref().and_then(instant));
    // Without their times, no record is known to be later than another.
    let mut events = placed.iter().filter(|(_, entry)| entry.what != What::Other);
    let ordered = events.all(|(_, entry)| entry.identity.time.as_deref().and_then(instant).is_some());
    let mut table = Table::default();
    let mut messages = Messages { codes, known: HashMap::new(), unread: 0 };
    for (line, entry) in &placed {
        let sight = Sight { line: *line, time: entry.identity.time.as_deref() };
        let mut add = |evidence, failed, key| {
            table.add(One { evidence, failed, key }, sight);
        };
        match &entry.what {
            What::Message(message) => {
                messages.failures(message).into_iter().for_each(|found| add(found.evidence, found.failed, None));
            }
            What::Succeeded if ordered => drop(key(entry).map(|key| table.success(&key))),
            _ => drop(entry.evidence().map(|evidence| add(evidence, true, key(entry)))),
        }
    }
    let (failures, mut notes) = table.finish();
    notes.splice(0..0, told(&placed, read, left_out, repeated));
    notes.extend(messages.note());
    Reading { source: Source::Log, failures, notes }
}

/// What messages tell of, by their form: logs repeat them.
struct Messages<'c> {
    codes: &'c Codes,
    known: HashMap<u64, Vec<Failure>>,
    unread: usize,
}

impl Messages<'_> {
    fn failures(&mut self, message: &str) -> Vec<Failure> {
        let form = log::form_of(message);
        if let Some(known) = self.known.get(&form) {
            return known.clone();
        }
        if self.known.len() >= MOST_MESSAGES {
            self.unread += 1;
            return Vec::new();
        }
        let found = failures_in(message, self.codes);
        self.known.insert(form, found.clone());
        found
    }

    /// A sentence about those that weren't read.
    fn note(&self) -> Option<String> {
        let unread = self.unread;
        (unread > 0).then(|| format!("{unread} messages weren't read: there are more than {MOST_MESSAGES} formats."))
    }
}

/// What makes two sign-ins those of the same caller to the same resource.
fn key(entry: &Entry) -> Option<Key> {
    let identity = &entry.identity;
    let resource = identity.resource.as_ref().map(|resource| resource.name.clone());
    let ids: Vec<String> =
        [identity.application.clone(), identity.user.clone(), resource].into_iter().flatten().collect();
    (identity.application.is_some() && ids.len() > 1).then_some(Key { endpoint: "token".to_owned(), ids })
}

fn told(placed: &[Placed], read: usize, left_out: usize, repeated: usize) -> Vec<String> {
    let mut note = format!("Records read from an exported log: {read}.");
    if left_out > 0 {
        let _ = write!(note, " Left out because they concern other resources: {left_out}.");
    }
    if repeated > 0 {
        let _ = write!(note, " Ignored because they repeat another record: {repeated}.");
    }
    let jobs = placed.iter().filter(|(_, entry)| entry.what == What::FailedJob).count();
    let of_jobs = format!(
        "Jobs that failed: {jobs}. The log doesn't show why; the Monitor hub in Fabric shows the error of each run."
    );
    std::iter::once(note).chain((jobs > 0).then_some(of_jobs)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_messages_only_those_of_a_known_form_are_read() {
        let codes = Codes::default();
        let forms = 1..MOST_MESSAGES as u64;
        let mut messages = Messages { codes: &codes, known: forms.map(|form| (form, Vec::new())).collect(), unread: 0 };
        let expired = "AADSTS7000222: The provided client secret keys are expired.";
        assert_eq!(messages.failures(expired).len(), 1);
        assert!(messages.failures("AADSTS700016: another one").is_empty());
        assert_eq!(messages.failures(expired).len(), 1);
        let note = messages.note().expect("a note");
        assert!(note.starts_with("1 messages weren't read"), "{note}");
    }
}
