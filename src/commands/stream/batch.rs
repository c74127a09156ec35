//! Cuts a stream into batches of whole records.

use std::io::{ErrorKind, Read as _};
use std::mem;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::source::Source;
use crate::import::audit::{Columns, Whole};

/// The longest record that is read, in bytes.
pub(super) const LONGEST: usize = 1024 * 1024;
/// So much is read at once, in bytes. What a slow writer sends goes on at once.
const BLOCK: usize = 256 * 1024;
/// In a file of more tables, one after the other, header lines aren't looked for: each costs a copy of what was read.
const MOST_TABLES: u32 = 1000;

/// Records that one core reads.
#[derive(Debug)]
pub(super) struct Batch {
    /// The line of its first record, from 1.
    pub(super) line: u64,
    /// What is in it.
    pub(super) what: What,
}

/// What is in a batch.
#[derive(Debug)]
pub(super) enum What {
    /// Whole lines.
    Lines(Vec<u8>),
    /// Whole rows of a table.
    Rows(Arc<Columns>, Vec<u8>),
    /// A record that is longer than is read. It was skipped.
    TooLong,
    /// The stream broke off, for this reason.
    Broken(String),
}

/// The batches of a stream.
pub(super) struct Batches {
    source: Source,
    /// What was read of a record whose end wasn't.
    open: Vec<u8>,
    /// The line on which that record begins.
    line: u64,
    columns: Option<Arc<Columns>>,
    /// How many header lines came.
    tables: u32,
    begun: bool,
    /// The rest of a record is skipped that is too long.
    skipping: bool,
    ended: bool,
    /// Why the stream broke off, until it's said.
    broken: Option<String>,
}

impl Batches {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            open: Vec::new(),
            line: 1,
            columns: None,
            tables: 0,
            begun: false,
            skipping: false,
            ended: false,
            broken: None,
        }
    }

    /// Reads more.
    fn more(&mut self) {
        let start = self.open.len();
        self.open.resize(start + BLOCK, 0);
        let read = loop {
            match self.source.read(&mut self.open[start..]) {
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.open.truncate(start + read.as_ref().map_or(0, |read| *read));
        match read {
            Ok(read) => self.ended = read == 0,
            Err(why) => {
                self.ended = true;
                self.broken = Some(why.to_string());
            }
        }
    }

    /// Looks for a header line of a known table, once the first line is there.
    fn begin(&mut self) {
        let whole = memchr(b'\n', &self.open).is_some() || self.ended || self.open.len() >= LONGEST;
        if !self.begun && whole {
            self.begun = true;
            self.take_header();
        }
    }

    /// Takes the first line, if it's the header line of a known table.
    fn take_header(&mut self) {
        let end = memchr(b'\n', &self.open).unwrap_or(self.open.len());
        let header = std::str::from_utf8(&self.open[..end]).ok();
        if let Some(columns) = header.and_then(Columns::of_header) {
            self.columns = Some(Arc::new(columns));
            self.tables += 1;
            self.open.drain(..(end + 1).min(self.open.len()));
            self.line += 1;
        }
    }

    /// Takes the whole records that were read.
    fn take(&mut self) -> Option<Batch> {
        if !self.begun || self.open.is_empty() {
            return None;
        }
        let mut whole = self.whole_records();
        while whole.header && whole.end == 0 && !self.skipping {
            self.take_header();
            whole = self.whole_records();
        }
        if self.open.is_empty() {
            return None;
        }
        let end = if self.ended && !whole.header { self.open.len() } else { whole.end };
        if self.skipping {
            // To the end of the line, in a table as well: a quote that is never closed ends there.
            let end = memchr(b'\n', &self.open).map_or(self.open.len(), |end| end + 1);
            self.skipping = !self.open[..end].ends_with(b"\n");
            self.line += lines(&self.open[..end]);
            self.open.drain(..end);
            return self.take();
        }
        if end == 0 {
            if self.open.len() <= LONGEST {
                return None;
            }
            let line = self.line;
            self.line += lines(&self.open);
            self.skipping = true;
            self.open.clear();
            return Some(Batch { line, what: What::TooLong });
        }
        let rest = self.open.split_off(end);
        let records = mem::replace(&mut self.open, rest);
        let line = self.line;
        self.line += lines(&records);
        let what = match &self.columns {
            Some(columns) => What::Rows(Arc::clone(columns), records),
            None => What::Lines(records),
        };
        Some(Batch { line, what })
    }

    /// Where the last whole record ends, or the last one of this table.
    fn whole_records(&self) -> Whole {
        match &self.columns {
            Some(columns) => columns.whole_rows(&self.open, self.tables < MOST_TABLES),
            None => Whole { end: memrchr(b'\n', &self.open).map_or(0, |end| end + 1), header: false },
        }
    }
}

impl Iterator for Batches {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        loop {
            if let Some(batch) = self.take() {
                return Some(batch);
            }
            if self.ended {
                let why = self.broken.take()?;
                return Some(Batch { line: self.line, what: What::Broken(why) });
            }
            self.more();
            self.begin();
        }
    }
}

/// How many lines end in these bytes.
fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};

    use super::*;

    fn batches(source: impl io::Read + Send + 'static) -> Vec<(u64, String)> {
        let told = |batch: Batch| {
            let what = match batch.what {
                What::Lines(bytes) | What::Rows(_, bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                What::TooLong => "too long".to_owned(),
                What::Broken(why) => format!("broken: {why}"),
            };
            (batch.line, what)
        };
        Batches::new(Box::new(source)).map(told).collect()
    }

    /// Gives a byte at a time, and an error at the end.
    struct Slow(Cursor<Vec<u8>>);

    impl io::Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match self.0.read(&mut into[..1])? {
                0 => Err(io::Error::other("cut")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn lines_go_on_as_they_come_and_what_was_read_stays() {
        let slow = Slow(Cursor::new(
            b"one

two
thr"
            .to_vec(),
        ));
        let told: Vec<_> = batches(slow);
        let want = [(1, "one\n"), (2, "\n"), (3, "two\n"), (4, "thr"), (4, "broken: cut")];
        assert_eq!(told, want.map(|(line, text)| (line, text.to_owned())));
        assert!(batches(Cursor::new(Vec::new())).is_empty());
    }

    #[test]
    fn a_record_that_is_too_long_is_skipped_and_the_next_is_read() {
        let text = format!("one\n{}\nthree\n", "x".repeat(3 * LONGEST));
        let told = batches(Cursor::new(text.into_bytes()));
        assert!(told.contains(&(2, "too long".to_owned())), "{:?}", told.iter().map(|t| t.0).collect::<Vec<_>>());
        assert_eq!(told.last(), Some(&(3, "three\n".to_owned())));
    }

    #[test]
    fn a_row_goes_on_over_line_ends_in_quotes() {
        let header = "Date (UTC),Request ID,Application ID ,Sign-in error code,Failure reason\n";
        let rows = "t,a,b,7000222,\"two\nlines\"\nt,c,d,0,\"";
        let told = batches(Slow(Cursor::new([header, rows].concat().into_bytes())));
        assert_eq!(told[0], (2, "t,a,b,7000222,\"two\nlines\"\n".to_owned()));
        assert_eq!(told[1], (4, "t,c,d,0,\"".to_owned()));
        let open = format!("{header}\"{}\nt,e,f,0,\n", "x".repeat(3 * LONGEST));
        let told = batches(Cursor::new(open.into_bytes()));
        assert_eq!(told.first(), Some(&(2, "too long".to_owned())));
        assert_eq!(told.last(), Some(&(3, "t,e,f,0,\n".to_owned())), "a quote that is never closed ends with its line");
    }

    #[test]
    fn each_table_has_its_own_header() {
        let header = "Date (UTC),Request ID,Application ID ,Sign-in error code\n";
        let text = format!("{header}t,a,b,0\n{header}{header}t,c,d,0\nt,e,f,0\n{header}");
        for told in [batches(Cursor::new(text.clone().into_bytes())), batches(Slow(Cursor::new(text.into_bytes())))] {
            let rows: Vec<_> = told.iter().flat_map(|(line, text)| text.lines().map(move |row| (*line, row))).collect();
            assert!(rows.contains(&(2, "t,a,b,0")) && rows.contains(&(5, "t,c,d,0")), "{rows:?}");
            assert!(rows.iter().all(|(_, row)| !row.starts_with("Date")), "{rows:?}");
        }
    }

    #[test]
    fn a_file_of_header_lines_alone_ends() {
        let header = "Date (UTC),Request ID,Application ID ,Sign-in error code\n";
        let told = batches(Cursor::new(header.repeat(20_000).into_bytes()));
        assert!(told.len() < 100, "{}", told.len());
    }
}
