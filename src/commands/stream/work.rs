//! What one core does: finds out what the records of its batches come to.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, SyncSender};

use memchr::memchr_iter;

use super::batch::{Batch, LONGEST, What};
use crate::import::audit::Columns;
use crate::import::text_of_line;
use crate::report::Outcome;
use crate::stream::{Finder, Finding, Knowledge, Seen, Summary};

/// What a batch came to.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The worst exit code.
    pub(super) exit: u8,
    /// The findings, a line each. Empty for a summary.
    pub(super) text: Vec<u8>,
    /// The same, to be counted. Empty where they are written.
    counted: Vec<(u64, Counted)>,
}

#[derive(Debug)]
enum Counted {
    Seen(Seen),
    LeftOut,
    Unread(String),
}

/// Reads batches until there are no more, or nobody wants what they come to. `rendered`: findings are written, and not
/// counted.
pub(super) fn work(knowledge: &Knowledge, rendered: bool, batches: &Receiver<Batch>, done: &SyncSender<Done>) {
    let mut finder = Finder::new(knowledge);
    for batch in batches {
        let mut worker = Worker { finder: &mut finder, rendered, done: Done::default() };
        worker.read(batch);
        let finished = worker.done;
        if done.send(finished).is_err() {
            return;
        }
    }
}

struct Worker<'f, 'k> {
    finder: &'f mut Finder<'k>,
    rendered: bool,
    done: Done,
}

impl Worker<'_, '_> {
    fn read(&mut self, batch: Batch) {
        match batch.what {
            What::Lines(bytes) => self.lines(batch.line, &bytes),
            What::Rows(columns, bytes) => self.rows(batch.line, &columns, &bytes),
            What::TooLong => self.unread(batch.line, too_long()),
            What::Broken(why) => self.unread(batch.line, format!("the input ends here ({why})")),
        }
    }

    fn lines(&mut self, first: u64, bytes: &[u8]) {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let mut start = 0;
        for (line, end) in (first..).zip(memchr_iter(b'\n', bytes).chain([bytes.len()])) {
            self.line(line, &bytes[start..end]);
            start = end + 1;
        }
    }

    fn line(&mut self, line: u64, bytes: &[u8]) {
        if bytes.len() > LONGEST {
            return self.unread(line, too_long());
        }
        let Some(text) = text_of_line(bytes) else { return self.unread(line, NO_TEXT.to_owned()) };
        match self.finder.line(&text) {
            Ok(Some(seen)) => self.seen(line, seen),
            Ok(None) => self.left_out(line),
            Err(why) => self.unread(line, why),
        }
    }

    fn rows(&mut self, first: u64, columns: &Columns, bytes: &[u8]) {
        // Of bytes in memory no row can't be read.
        for row in columns.reader(bytes).into_byte_records().flatten() {
            let line = first + row.position().map_or(0, |place| place.line() - 1);
            let Some(row) = Columns::text_of(row) else {
                self.unread(line, NO_TEXT.to_owned());
                continue;
            };
            if Columns::is_blank(&row) {
                continue;
            }
            match self.finder.row(columns, &row) {
                Ok(Some(seen)) => self.seen(line, vec![seen]),
                Ok(None) => self.left_out(line),
                Err(why) => self.unread(line, why),
            }
        }
    }

    fn seen(&mut self, line: u64, seen: Vec<Seen>) {
        let worst = seen.iter().map(|seen| seen.verdict.exit).max().unwrap_or(0);
        self.done.exit = self.done.exit.max(worst);
        if self.rendered {
            self.write(&Finding::of(line, &seen));
        } else {
            self.done.counted.extend(seen.into_iter().map(|seen| (line, Counted::Seen(seen))));
        }
    }

    fn left_out(&mut self, line: u64) {
        if !self.rendered {
            self.done.counted.push((line, Counted::LeftOut));
        }
    }

    fn unread(&mut self, line: u64, why: String) {
        self.done.exit = self.done.exit.max(Outcome::Incomplete.exit());
        if self.rendered {
            self.write(&Finding::unread(line, why));
        } else {
            self.done.counted.push((line, Counted::Unread(why)));
        }
    }

    fn write(&mut self, finding: &Finding<'_>) {
        // Writing to memory doesn't fail.
        let _ = serde_json::to_writer(&mut self.done.text, finding);
        let _ = self.done.text.write_all(b"\n");
    }
}

impl Done {
    /// Counts the records.
    pub(super) fn count(self, summary: &mut Summary) {
        for (line, counted) in self.counted {
            match counted {
                Counted::Seen(seen) => summary.add(line, &seen),
                Counted::LeftOut => summary.leave_out(),
                Counted::Unread(why) => summary.unread(line, &why),
            }
        }
    }
}

const NO_TEXT: &str = "this isn't text in UTF-8, UTF-16 or Windows-1252";

fn too_long() -> String {
    format!("the record is longer than {} MiB", LONGEST / (1024 * 1024))
}
