//! `pbiauth bundle redact`: a copy of a file without secrets and people.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Seek as _, Write as _};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::blocks::Blocks;
use crate::bundle;
use crate::cli::bundle::Redact;
use crate::cli::explain::Verdicts;
use crate::commands::diagnose::DOCUMENT;
use crate::commands::write::writable;
use crate::commands::{counted, json, print, read_bounded};
use crate::error::Error;
use crate::exit;
use crate::file::{Readers, Writing, place};
use crate::import::{Encoding, decode_as, encoding_of};
use crate::redact::{Entry, Place, Redaction};

/// The name and version of what is told of a copy. Within a version members are only added.
const SCHEMA: &str = "pbiauth.redaction/1";
/// More values than this are counted and not named to a person.
const VALUES: usize = 60;
/// More places of one value than this are not named to a person.
const SHOWN: usize = 4;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the file cannot be read, or the copy cannot be written.
pub(super) fn run(options: &Redact) -> Result<u8, Error> {
    let (input, output) = (&options.file, &options.output);
    writable(output)?;
    if output.is_file() && place(input) == place(output) || same_file(input, output) {
        return Err(Error::OverInput { path: input.clone() });
    }
    let mut copy = Copy { redaction: Redaction::default(), notes: Vec::new() };
    let size = std::fs::metadata(input).ok().filter(std::fs::Metadata::is_file).map(|data| data.len());
    match size.filter(|size| *size > DOCUMENT) {
        Some(_) => copy.in_blocks(input, output)?,
        None => copy.whole(&read_bounded(input, DOCUMENT)?, output)?,
    }
    let told = copy.told(options);
    print(&match options.format {
        Verdicts::Human => human(&told),
        Verdicts::Json => json(&told),
    })?;
    Ok(exit::DONE)
}

/// Whether two paths are two names of one file.
#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| {
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|data| (data.dev(), data.ino()))
    };
    id(one).is_some() && id(one) == id(other)
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

/// What is told of a copy.
#[derive(Debug, Serialize)]
struct Told<'r> {
    schema: &'static str,
    /// The file.
    file: String,
    /// The copy.
    copy: String,
    /// What was taken out.
    removed: Vec<&'r Entry>,
    /// How many places are counted only.
    unlisted: usize,
    notes: Vec<String>,
}

struct Copy {
    redaction: Redaction,
    notes: Vec<String>,
}

impl Copy {
    fn whole(&mut self, bytes: &[u8], output: &Path) -> Result<(), Error> {
        let (encoding, mark) = encoding_of(bytes);
        let (text, lost) = decode_as(encoding, &bytes[mark..]);
        self.note_lost(lost);
        let clean = match serde_json::from_str::<Value>(&text) {
            Ok(document) if document.is_object() || document.is_array() => {
                bundle::refuse_newer(&document)?;
                self.redaction.learn_json(&text);
                self.redaction.json(&text)
            }
            _ => None,
        };
        let clean = clean.unwrap_or_else(|| {
            if text.trim_start().starts_with('{') {
                self.notes.push("The file isn't a complete JSON document, so it was read as text.".to_owned());
            }
            self.redaction.learn(&text);
            self.redaction.text(&text)
        });
        let unwritable = |why| Error::Unwritable { path: output.to_path_buf(), why };
        let mut writing = Writing::begin(output, Readers::Owner).map_err(unwritable)?;
        let written = writing.write_all(&bytes[..mark]).and_then(|()| put(&mut writing, encoding, &clean));
        written.and_then(|()| writing.finish()).map_err(unwritable)
    }

    /// Twice through the file: what its end gives away is taken out of its beginning.
    fn in_blocks(&mut self, input: &Path, output: &Path) -> Result<(), Error> {
        let unreadable = |e: std::io::Error| Error::Unreadable { path: input.to_path_buf(), why: e.to_string() };
        let unwritable = |why| Error::Unwritable { path: output.to_path_buf(), why };
        let mut file = File::open(input).map_err(unreadable)?;
        let mut blocks = Blocks::new(&mut file);
        while let Some(block) = blocks.next().map_err(unreadable)? {
            self.redaction.learn(&block);
        }
        let ((encoding, mark), lost) = (blocks.form(), blocks.lost);
        self.note_lost(lost);
        file.rewind().map_err(unreadable)?;
        let mut writing = Writing::begin(output, Readers::Owner).map_err(unwritable)?;
        let mut head = vec![0; mark];
        file.read_exact(&mut head).map_err(unreadable)?;
        writing.write_all(&head).map_err(unwritable)?;
        file.rewind().map_err(unreadable)?;
        let mut blocks = Blocks::new(&mut file);
        while let Some(block) = blocks.next().map_err(unreadable)? {
            put(&mut writing, encoding, &self.redaction.text(&block)).map_err(unwritable)?;
        }
        writing.finish().map_err(unwritable)
    }

    fn note_lost(&mut self, lost: bool) {
        if lost {
            self.notes.push("Some bytes aren't text in a known encoding and were replaced.".to_owned());
        }
    }

    fn told(&self, options: &Redact) -> Told<'_> {
        let ledger = self.redaction.ledger();
        Told {
            schema: SCHEMA,
            file: options.file.display().to_string(),
            copy: options.output.display().to_string(),
            removed: ledger.entries().collect(),
            unlisted: ledger.unlisted(),
            notes: self.notes.clone(),
        }
    }
}

fn put(writing: &mut Writing, encoding: Encoding, text: &str) -> std::io::Result<()> {
    match encoding {
        Encoding::Utf8 => writing.write_all(text.as_bytes()),
        Encoding::Utf16Le => writing.write_all(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        Encoding::Utf16Be => writing.write_all(&text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()),
    }
}

fn human(told: &Told<'_>) -> String {
    let mut text = String::new();
    let places: usize = told.removed.iter().map(|entry| entry.count).sum::<usize>() + told.unlisted;
    let _ = match told.removed.len() {
        0 => writeln!(text, "Nothing to remove. Copy: {}.", told.copy),
        removed => writeln!(
            text,
            "Removed {} in {}. Copy: {}.\n",
            counted(removed, "value"),
            counted(places, "place"),
            told.copy
        ),
    };
    let widest = told.removed.iter().map(|entry| entry.alias.len()).max().unwrap_or(0);
    for entry in told.removed.iter().take(VALUES) {
        let Entry { alias, length, count, places, .. } = entry;
        let mut shown: Vec<String> = places.iter().take(SHOWN).map(place_words).collect();
        let more = count.saturating_sub(shown.len());
        if more > 0 {
            shown.push(format!("and {more} more"));
        }
        let _ = writeln!(text, "  {alias:<widest$}  {length} characters, {}", shown.join(", "));
    }
    if let Some(more @ 1..) = told.removed.len().checked_sub(VALUES) {
        let _ = writeln!(text, "  and {more} more values, in --format json");
    }
    if told.unlisted > 0 {
        let _ = writeln!(text, "  and {} places of other values", told.unlisted);
    }
    for note in &told.notes {
        let _ = writeln!(text, "\n{note}");
    }
    if !told.removed.is_empty() {
        text.push_str("\nCheck the copy before you share it: no program can recognize every private value.\n");
    }
    text
}

fn place_words(place: &Place) -> String {
    match place {
        Place::Line(line) => format!("line {line}"),
        Place::Pointer(pointer) if pointer.is_empty() => "the document".to_owned(),
        Place::Pointer(pointer) => pointer.clone(),
    }
}
