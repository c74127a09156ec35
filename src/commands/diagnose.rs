//! `pbiauth diagnose`: the same diagnosis from what somebody pasted or saved.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::progress::Progress;
use super::terminal::Terminal;
use super::{ask, log, ready, rules, show, stream, tell};
use crate::bundle;
use crate::check::Run;
use crate::cli::Diagnose;
use crate::drive::drive;
use crate::error::Error;
use crate::facts;
use crate::import::log::Scanner;
use crate::import::{self, Codes, Encoding, Found, Reading};
use crate::record::{BUNDLE_FAMILY, Record};
use crate::report::{FailOn, Origin, Outcome, Report, build, text};
use crate::rule::RuleSet;
use crate::settings::SettingsError;
use crate::transport::Transport;
use crate::transport::replay::Replay;

/// The size of a block of a log, in bytes. What is smaller is read as a whole.
pub(super) const BLOCK: u64 = 4 * 1024 * 1024;
/// A larger document is none that is known, in bytes: it is read as a log.
pub(super) const DOCUMENT: u64 = 64 * 1024 * 1024;

/// What is said where a text shows nothing that is known.
const NOTHING: &str = "pbiauth recognizes the errors of Entra ID, Power BI, Fabric and their client libraries. If something failed, paste the whole response: method, URL, status, headers and body.";

/// By so many bytes at its beginning a file is seen to be no text.
const BEGINNING: usize = 4096;

/// So many characters of a text that was taken for a file are shown: a code, and no secret that may follow it.
const MOST_OF_TEXT: usize = 20;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the input or a rule cannot be read, or the report cannot be written.
pub fn run(options: &Diagnose) -> Result<u8, Error> {
    ready(&options.output)?;
    let mut facts = facts::read(&options.fact).map_err(SettingsError::from)?;
    if options.stream {
        return stream::run(options, facts);
    }
    if options.file.as_os_str() == "-" && std::io::stdin().is_terminal() {
        tell("Paste the text, and press Ctrl+D (on Windows Ctrl+Z, Enter).");
    }
    let progress = Progress::start(&format!("reading {}", options.file.display()), Terminal::here().progress());
    let rules = rules(&options.rules)?;
    let (found, lost) = read(&options.file, &Codes::with(rules.code_names()), options.resource.is_some())?;
    drop(progress);
    if let (true, Found::Reading(reading)) = (options.ask, &found) {
        ask::ask(reading, &mut facts, &rules)?;
    }
    let report = of_found(found, lost, &facts, &rules, options.output.fail_on)?;
    show(&report, &options.output, false)
}

/// The report of an input: of a text, or of a recorded run. `facts`: what the user knows beside it.
///
/// # Errors
/// When the input cannot be read, or is a bundle that cannot.
pub(crate) fn report_of(
    input: &Path,
    facts: &BTreeMap<String, Value>,
    rules: &RuleSet,
    fail_on: FailOn,
) -> Result<Report, Error> {
    let (found, lost) = read(input, &Codes::with(rules.code_names()), false)?;
    of_found(found, lost, facts, rules, fail_on)
}

/// The report of what was read. `lost`: some of its bytes were no text.
///
/// # Errors
/// When it is a bundle that cannot be read.
pub(super) fn of_found(
    found: Found,
    lost: bool,
    facts: &BTreeMap<String, Value>,
    rules: &RuleSet,
    fail_on: FailOn,
) -> Result<Report, Error> {
    let mut report = match found {
        Found::Bundle(json) => {
            let mut record = bundle::from_json(json)?;
            record.inputs.facts.extend(facts.clone());
            build::of_run(&replay(record)?, rules, true, fail_on)
        }
        Found::Reading(reading) => text::of_reading(reading, facts, rules, fail_on),
    };
    if report.outcome == Outcome::Healthy && report.origin == Origin::Text && report.diagnoses.is_empty() {
        report.notes.push(NOTHING.to_owned());
    }
    if lost {
        report.notes.push("Some bytes of the input aren't text in a known encoding and were ignored.".to_owned());
    }
    Ok(report)
}

/// Reads an input: as a whole, or block by block where it is large. `only_power_bi`: of an exported log, records about
/// other resources are left out.
fn read(path: &Path, codes: &Codes, only_power_bi: bool) -> Result<(Found, bool), Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable { path: path.to_path_buf(), why: e.to_string() };
    let mut source = open(path)?;
    let mut bytes = Vec::new();
    for most in [BLOCK, DOCUMENT] {
        source.by_ref().take(most - bytes.len() as u64).read_to_end(&mut bytes).map_err(unreadable)?;
        refuse_binary(path, &bytes)?;
        if (bytes.len() as u64) < most {
            refuse_broken_bundle(path, &bytes)?;
            return Ok(read_whole(&bytes, codes, only_power_bi));
        }
        if !import::may_be_document(&bytes) {
            break;
        }
    }
    if let (Some(length), (Encoding::Utf8, mark)) = (length_of_file(path), import::encoding_of(&bytes)) {
        drop(bytes);
        let (reading, lost) = log::read(path, length, mark, codes).map_err(unreadable)?;
        return Ok((Found::Reading(reading), lost));
    }
    let (reading, lost) = read_blocks(bytes, &mut source, codes).map_err(unreadable)?;
    Ok((Found::Reading(reading), lost))
}

/// What begins as a bundle and is no JSON was cut: as a text it would seem to hold no failure.
fn refuse_broken_bundle(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let begins = |name: &str| memchr::memmem::find(&bytes[..bytes.len().min(200)], name.as_bytes()).is_some();
    if !(begins("\"schema\"") && begins(BUNDLE_FAMILY)) {
        return Ok(());
    }
    let json: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(bytes);
    json.map(drop).map_err(|why| super::bundle::broken(path, &why))
}

/// A program or a picture holds words by chance. A text has few zeros, if any.
fn refuse_binary(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    let is_text = memchr::memchr_iter(0, beginning).count() * 50 <= beginning.len();
    if beginning.len() < BEGINNING || is_text || import::encoding_of(bytes).0 != Encoding::Utf8 {
        return Ok(());
    }
    Err(Error::Unreadable { path: path.to_path_buf(), why: "it isn't text".to_owned() })
}

#[expect(clippy::disallowed_methods, reason = "a token alone is judged by this machine's clock")]
fn read_whole(bytes: &[u8], codes: &Codes, only_power_bi: bool) -> (Found, bool) {
    let (text, lost) = import::decode(bytes);
    if let Some(reading) = only_power_bi.then(|| import::audit::read(&text, codes, true)).flatten() {
        return (Found::Reading(reading), lost);
    }
    (import::read(&text, codes, Timestamp::now().as_second()), lost)
}

fn open(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let unreadable = |why: String| Error::Unreadable { path: path.to_path_buf(), why };
    let file = std::fs::File::open(path)
        .map_err(|e| text_for_file(path, e.kind()).unwrap_or_else(|| unreadable(e.to_string())))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(unreadable("it's a folder".to_owned()));
    }
    Ok(Box::new(file))
}

/// The first whole words of a text, on one line.
fn beginning(text: &str) -> String {
    let mut start = String::new();
    for word in text.split_whitespace() {
        if !start.is_empty() && start.chars().count() + word.chars().count() >= MOST_OF_TEXT {
            return start + " …";
        }
        start.push_str(if start.is_empty() { "" } else { " " });
        start.extend(word.chars().take(MOST_OF_TEXT));
    }
    start
}

/// The error that says what to type, where a text stands in place of a file.
fn text_for_file(path: &Path, kind: std::io::ErrorKind) -> Option<Error> {
    let text = path.to_str()?;
    let code = text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        let number = word.strip_prefix("AADSTS");
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    });
    let is_text = code.is_some() || text.split_whitespace().count() > 2 || text.contains(['{', '\n', '"']);
    let is_missing = !matches!(kind, std::io::ErrorKind::PermissionDenied);
    (is_text && is_missing).then(|| Error::TextForFile {
        start: beginning(text),
        help: match code {
            Some(code) => format!(
                "for the code alone, type `pbiauth explain {code}`; for the whole error, type `pbiauth diagnose -`, paste \
                 it, and press Ctrl+D (on Windows Ctrl+Z, Enter)"
            ),
            None => "type `pbiauth diagnose -`, paste the text, and press Ctrl+D (on Windows Ctrl+Z, Enter)".to_owned(),
        },
    })
}

/// The length of a file, in bytes. `None` for what can be read only once, as a pipe.
fn length_of_file(path: &Path) -> Option<u64> {
    let there = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    (path.as_os_str() != "-").then_some(there.len())
}

/// Reads a log of any size; what is kept of it does not grow with it.
fn read_blocks(first: Vec<u8>, source: &mut dyn Read, codes: &Codes) -> std::io::Result<(Reading, bool)> {
    let (encoding, mark) = import::encoding_of(&first);
    let mut scanner = Scanner::new(codes);
    let mut block = first;
    let mut lost = false;
    let mut start = mark;
    loop {
        let whole = block.len() - partial(encoding, &block[start..]);
        let (text, missed) = import::decode_as(encoding, &block[start..whole]);
        lost |= missed;
        scanner.push(&text);
        let mut next = block[whole..].to_vec();
        let before = next.len();
        source.take(BLOCK).read_to_end(&mut next)?;
        if next.len() == before {
            let (rest, missed) = import::decode_as(encoding, &next);
            scanner.push(&rest);
            return Ok((scanner.finish(), lost || missed));
        }
        (block, start) = (next, 0);
    }
}

/// How many bytes at the end of a block belong to a character that goes on in the next.
pub(super) fn partial(encoding: Encoding, block: &[u8]) -> usize {
    if encoding != Encoding::Utf8 {
        return block.len() % 2;
    }
    let last = block.iter().rev().take(4).position(|byte| *byte >= 0xc0 || *byte < 0x80);
    match last {
        Some(back) if block[block.len() - 1 - back] >= 0xc0 => {
            let needed = block[block.len() - 1 - back].leading_ones() as usize;
            if back + 1 < needed { back + 1 } else { 0 }
        }
        _ => 0,
    }
}

/// Runs the checks over a recorded run.
///
/// # Errors
/// When the system has no room for the run.
pub fn replay(record: Record) -> Result<Run, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Error::NoRoom)?;
    let inputs = record.inputs.clone();
    let cut = record.cut;
    let transport = Transport::Replay(Box::new(Replay::new(record)));
    let mut run = runtime.block_on(drive(inputs, &transport, Duration::from_mins(1), std::future::pending()));
    run.record.cut = run.record.cut.or(cut);
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_not_cut_between_blocks() {
        assert_eq!(partial(Encoding::Utf8, "für".as_bytes()), 0);
        assert_eq!(partial(Encoding::Utf8, &"fü".as_bytes()[..2]), 1);
        assert_eq!(partial(Encoding::Utf8, &"€".as_bytes()[..2]), 2);
        assert_eq!(partial(Encoding::Utf8, b"abc"), 0);
        assert_eq!(partial(Encoding::Utf16Le, b"abc"), 1);
    }
}
