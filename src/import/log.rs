//! Logs of any size: read block by block, and only where something failed or succeeded.
//!
//! A sieve finds the places that may matter; the entry around each is read as a text of its own. Entries that
//! differ only in times and ids are read once and counted. What is kept is the table of kinds.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher as _;
use std::ops::Range;

use memchr::memmem;

use super::group::{Key, Sight, Table};
use super::line::{is_timed, time};
use super::piece::{Happened, Piece};
use super::sieve::{Block, Mesh, Text, lines, places};
use super::{Codes, Reading, Source, boundary, floor};

/// The longest entry that is read, in bytes.
pub(super) const LONGEST_ENTRY: usize = 16 * 1024;
/// More entries of different form than this are not read.
const MOST_FORMS: usize = 4000;

/// Reads a log.
#[derive(Debug)]
pub struct Scanner<'c> {
    codes: &'c Codes,
    table: Table,
    forms: HashMap<u64, Vec<Seen>>,
    /// Lines before the text that is being read.
    lines: usize,
    /// The end of the last block: its last entry may go on.
    tail: String,
    unread: usize,
}

/// What an entry of a form tells of.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// The line within the entry.
    line: usize,
    /// The kind of failure, or a success.
    kind: Option<usize>,
    /// Whether its request is one for a token.
    is_token: bool,
}

/// The time that a line begins with, as it is written. `None` where it has none.
#[must_use]
pub fn time_of(line: &str) -> Option<&str> {
    time(line)
}

impl<'c> Scanner<'c> {
    /// A scanner that knows these codes.
    #[must_use]
    pub fn new(codes: &'c Codes) -> Self {
        Self { codes, table: Table::default(), forms: HashMap::new(), lines: 0, tail: String::new(), unread: 0 }
    }

    /// What has to be looked for from now on.
    #[must_use]
    pub fn mesh(&self) -> Mesh {
        if self.table.waits(true) || self.table.waits(false) { Mesh::Wide } else { Mesh::Narrow }
    }

    /// Reads a text that goes on where the last one ended.
    pub fn push(&mut self, text: &str) {
        if text.len() > LONGEST_ENTRY {
            return self.add(&Block::of(text, Mesh::Wide));
        }
        // An entry may go on through many short texts.
        let joined = std::mem::take(&mut self.tail) + text;
        self.add(&Block::of(&joined, Mesh::Wide));
    }

    /// Reads a block that goes on where the last one ended, and is longer than an entry unless it is the last.
    pub fn add(&mut self, block: &Block<'_>) {
        let (head, tail) = match &block.text {
            Text::Whole(text) => (text.as_ref(), text.as_ref()),
            Text::Ends(head, tail) => (head.as_str(), tail.as_str()),
        };
        let done = self.end_last_entry(head);
        let kept = last_entry(tail);
        if let Text::Whole(text) = &block.text {
            let rest = block.places.iter().copied().filter(|place| *place < kept);
            self.scan(text, rest, done);
        }
        self.lines += block.lines - lines(&tail.as_bytes()[kept..]);
        tail[kept..].clone_into(&mut self.tail);
    }

    /// Reads the entry at the end of the last block, which may go on in this one. Returns where it ends in this one.
    fn end_last_entry(&mut self, head: &str) -> usize {
        let tail = std::mem::take(&mut self.tail);
        if tail.is_empty() {
            return 0;
        }
        let joined = format!("{tail}{}", &head[..boundary(head, LONGEST_ENTRY)]);
        let found = places(joined.as_bytes(), Mesh::Wide).take_while(|place| *place < tail.len());
        let done = self.scan(&joined, found, 0);
        self.lines += lines(tail.as_bytes());
        done.saturating_sub(tail.len())
    }

    /// What was read.
    #[must_use]
    pub fn finish(mut self) -> Reading {
        self.end_last_entry("");
        let (failures, mut notes) = self.table.finish();
        if self.unread > 0 {
            notes.push(format!("{} entries weren't read: the log has more than {MOST_FORMS} formats.", self.unread));
        }
        Reading { source: Source::Log, failures, notes }
    }

    /// Reads the entries at these places of a text, behind what was read of it. Returns up to where it was read.
    fn scan(&mut self, text: &str, places: impl Iterator<Item = usize>, mut done: usize) -> usize {
        let (mut counted, mut line) = (0, self.lines);
        for place in places {
            if place < done {
                continue;
            }
            let entry = entry_around(text, place, done);
            line += lines(&text.as_bytes()[counted..entry.start]);
            counted = entry.start;
            self.read_entry(&text[entry.clone()], line + 1);
            done = entry.end.max(place + 1);
        }
        done
    }

    fn read_entry(&mut self, entry: &str, line: usize) {
        let form = form_of(entry);
        let time = time(entry.lines().next().unwrap_or_default());
        if let Some(seen) = self.forms.get(&form) {
            for seen in seen.clone() {
                self.count(entry, seen, Sight { line: line + seen.line, time });
            }
        } else if self.forms.len() < MOST_FORMS {
            let seen = self.read_new(entry, line, time);
            self.forms.insert(form, seen);
        } else {
            self.unread += 1;
        }
    }

    fn read_new(&mut self, entry: &str, line: usize, time: Option<&str>) -> Vec<Seen> {
        let mut all = Vec::new();
        for event in Piece::of(entry, self.codes, true).events {
            let at = event.line - 1;
            let sight = Sight { line: line + at, time: event.time.as_deref().or(time) };
            match event.what {
                Happened::Failure(one) => {
                    let is_token = one.key.as_ref().is_some_and(|key| key.endpoint == "token");
                    let kind = self.table.add(*one, sight);
                    all.extend(kind.map(|kind| Seen { line: at, kind: Some(kind), is_token }));
                }
                Happened::Success(key) => {
                    self.table.success(&key);
                    all.push(Seen { line: at, kind: None, is_token: key.endpoint == "token" });
                }
            }
        }
        all
    }

    fn count(&mut self, entry: &str, seen: Seen, sight: Sight<'_>) {
        match seen.kind {
            Some(kind) => self.table.again(kind, key_of(entry, seen.is_token), sight),
            None if self.table.waits(seen.is_token) => {
                if let Some(key) = key_of(entry, seen.is_token) {
                    self.table.success(&key);
                }
            }
            None => {}
        }
    }
}

/// The key of an entry whose form is known.
fn key_of(entry: &str, is_token: bool) -> Option<Key> {
    if is_token {
        return Some(Key::token(entry));
    }
    plain_call_key(entry).or_else(|| super::piece::first_call_key(entry))
}

/// The same for the usual form, `GET https://host/v1.0/myorg/…`, without an expression.
fn plain_call_key(entry: &str) -> Option<Key> {
    let ends =
        |byte: &u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\'' | b'"' | b'?' | b'<' | b'>' | b',' | b';' | b')');
    let at = memmem::find(entry.as_bytes(), b"/v1.0/myorg/")?;
    let host = entry[..at].rsplit(' ').next()?;
    let name = host.strip_prefix("https://").filter(|name| !name.contains('/'))?;
    let end = entry.as_bytes()[at..].iter().position(ends).map_or(entry.len(), |length| at + length);
    let path = entry[at..end].trim_end_matches(['.', '\\', '`']);
    let before = entry[..at - host.len()].trim_end().rsplit([' ', '"', '\'']).next().unwrap_or_default();
    let method = matches!(before, "GET" | "POST").then_some(before);
    (!name.is_empty()).then(|| Key::call(method, path))
}

/// Where the last entry of a block begins: what follows may belong to it.
fn last_entry(text: &str) -> usize {
    let from = floor(text, text.len().saturating_sub(LONGEST_ENTRY));
    let mut at = text.len();
    let mut last_line = None;
    while let Some(end) = text[from..at].rfind('\n') {
        at = from + end;
        last_line.get_or_insert(at + 1);
        if is_timed(line_at(text, at + 1)) {
            return at + 1;
        }
    }
    last_line.unwrap_or(from)
}

fn line_at(text: &str, at: usize) -> &str {
    let rest = &text[at..at + boundary(&text[at..], 4096)];
    rest.split('\n').next().unwrap_or_default()
}

/// The entry of a log at a place: from its line with a time up to the next one.
fn entry_around(text: &str, at: usize, done: usize) -> Range<usize> {
    let least = floor(text, at.saturating_sub(LONGEST_ENTRY / 2)).max(done);
    let mut start = text[least..at].rfind('\n').map_or(least, |end| least + end + 1);
    let mut back = start;
    for _ in 0..40 {
        if is_timed(line_at(text, back)) {
            start = back;
            break;
        }
        let Some(before) = back.checked_sub(1).filter(|before| *before > least) else { break };
        let Some(end) = text[least..before].rfind('\n') else { break };
        back = least + end + 1;
    }
    start..end_of_entry(text, at, start, is_timed(line_at(text, start)))
}

fn end_of_entry(text: &str, at: usize, start: usize, timed: bool) -> usize {
    let most = start + boundary(&text[start..], LONGEST_ENTRY);
    let mut end = at.min(most);
    for _ in 0..60 {
        let Some(line) = text[end..most].find('\n').map(|length| end + length + 1) else { return most };
        end = line;
        let next = line_at(text, end);
        let goes_on = if timed { !is_timed(next) } else { continues(next) };
        if !goes_on || end >= most {
            break;
        }
    }
    end
}

/// Whether a line of a log without times belongs to the one before.
fn continues(line: &str) -> bool {
    const WORDS: [&str; 8] = ["Trace ID", "Correlation ID", "Timestamp", "RequestId", "}", "]", "Caused by", "--- End"];
    line.starts_with([' ', '\t']) && !line.trim().is_empty() || WORDS.iter().any(|word| line.starts_with(word))
}

/// What each byte is to a form: no part of a word, a letter or mark of one, or a digit.
static KINDS: [u8; 256] = kinds();
const DIGIT: u8 = 2;

const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        if byte.is_ascii_digit() {
            kinds[byte as usize] = DIGIT;
        } else if byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_') {
            kinds[byte as usize] = 1;
        }
        byte += 1;
    }
    kinds
}

/// What an entry looks like without its times and ids: numbers of four digits and more but for codes, GUIDs, and long
/// runs of letters and digits, as tokens have.
pub(super) fn form_of(entry: &str) -> u64 {
    let bytes = entry.as_bytes();
    let mut hasher = DefaultHasher::new();
    let (mut at, mut kept) = (0, 0);
    while at < bytes.len() {
        let start = at;
        let mut digits = 0;
        while let Some(kind) = bytes.get(at).map(|byte| KINDS[usize::from(*byte)]).filter(|kind| *kind != 0) {
            digits += usize::from(kind == DIGIT);
            at += 1;
        }
        let word = &bytes[start..at];
        let is_id = word.len() == 36 || word.len() > 60 || digits * 2 > word.len() && word.len() != 3;
        if is_id && !word.starts_with(b"AADSTS") {
            hasher.write(&bytes[kept..start]);
            hasher.write_u8(0);
            kept = at;
        }
        at += usize::from(word.is_empty());
    }
    hasher.write(&bytes[kept..]);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn read(text: &str, block: usize) -> Reading {
        let codes = Codes::new(["7000222", "PowerBINotAuthorizedException"]);
        let mut scanner = Scanner::new(&codes);
        let mut rest = text;
        while !rest.is_empty() {
            let (first, more) = rest.split_at(boundary(rest, block).max(1));
            scanner.push(first);
            rest = more;
        }
        scanner.finish()
    }

    fn log() -> String {
        let mut text = String::new();
        for n in 0..3000 {
            let time = format!("2026-10-05T04:{:02}:{:02}.{:03}Z", n / 60 % 60, n % 60, n % 1000);
            let id = format!("{n:08x}-2222-4333-8444-555555555555");
            if n % 100 == 7 {
                let _ = writeln!(
                    text,
                    "{time} ERROR AADSTS7000222: The provided client secret keys for app 'a9900001-4c1d-4e52-9b07-2f6d81c3a411' are expired.\n  Trace ID: {id}\n  Timestamp: 2026-10-05 04:00:12Z"
                );
            } else if n % 100 == 8 {
                let _ = writeln!(
                    text,
                    "{time} WARN GET https://api.powerbi.com/v1.0/myorg/groups/{id}/reports -> 401 PowerBINotAuthorizedException"
                );
            } else {
                let _ = writeln!(text, "{time} INFO worker {n} is alive, {n} rows");
            }
        }
        text
    }

    #[test]
    fn failures_are_counted_wherever_blocks_end() {
        let text = log();
        for block in [100, 1000, 4097, usize::MAX] {
            let reading = read(&text, block);
            let told: Vec<_> =
                reading.failures.iter().map(|f| (f.count, f.lines[..2].to_vec(), f.first.clone())).collect();
            assert_eq!(
                told,
                [
                    (30, vec![8, 110], Some("2026-10-05T04:00:07.007Z".to_owned())),
                    (30, vec![11, 113], Some("2026-10-05T04:00:08.008Z".to_owned())),
                ],
                "blocks of {block}"
            );
        }
    }

    #[test]
    fn a_success_of_the_same_request_ends_them() {
        let mut text = log();
        text.push_str("2026-10-05T05:00:00.000Z INFO token acquired for a9900001-4c1d-4e52-9b07-2f6d81c3a411\n");
        let reading = read(&text, usize::MAX);
        assert_eq!(reading.failures.len(), 1);
        assert!(reading.notes[0].contains("AADSTS7000222"), "{:?}", reading.notes);
    }

    #[test]
    fn the_usual_form_of_a_call_has_the_key_that_the_readers_give_it() {
        for entry in [
            "GET https://api.powerbi.com/v1.0/myorg/groups/x/reports?$top=1 -> 200",
            "asked https://api.powerbi.com/v1.0/myorg/groups.",
            "\"POST https://api.powerbi.com/v1.0/myorg/GenerateToken\" 200",
        ] {
            assert_eq!(plain_call_key(entry), super::super::piece::first_call_key(entry), "{entry}");
            assert!(plain_call_key(entry).is_some(), "{entry}");
        }
    }

    #[test]
    fn one_line_of_ten_million_bytes_ends() {
        let mut text = "x ".repeat(5_000_000);
        text.push_str("AADSTS7000222: The provided client secret keys are expired.");
        assert_eq!(read(&text, 1 << 20).failures.len(), 1);
    }
}
