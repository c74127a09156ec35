//! `pbiauth diagnose`: the same diagnosis from what somebody pasted or saved.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::progress::Progress;
use super::terminal::Terminal;
use super::{read_bounded, ready, rules, show};
use crate::bundle;
use crate::cli::Diagnose;
use crate::drive::{Run, drive};
use crate::error::Error;
use crate::import::{self, Found};
use crate::record::Record;
use crate::report::{FailOn, Report, build};
use crate::rule::RuleSet;
use crate::settings::read_fact_list;
use crate::transport::Transport;
use crate::transport::replay::Replay;

/// The most that is read of a text or bundle, in bytes.
const MOST: u64 = 64 * 1024 * 1024;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the input or a rule cannot be read, or the report cannot be written.
pub fn run(options: &Diagnose) -> Result<u8, Error> {
    ready(&options.output)?;
    let rules = rules(&options.output.rules)?;
    let facts = read_fact_list(&options.fact)?;
    let progress = Progress::start(&format!("reading {}", options.file.display()), Terminal::here().progress());
    let bytes = read_bounded(&options.file, MOST)?;
    let report = report_of(&bytes, facts, &rules, options.output.fail_on)?;
    drop(progress);
    show(&report, &options.output, false)
}

/// The report of an input: of a text, or of a recorded run. `facts`: what the user knows beside it.
///
/// # Errors
/// When a bundle cannot be read.
pub(crate) fn report_of(
    bytes: &[u8],
    facts: BTreeMap<String, Value>,
    rules: &RuleSet,
    fail_on: FailOn,
) -> Result<Report, Error> {
    let (text, lost) = import::decode(bytes);
    let mut report = match import::read(&text, &rules.word_codes()) {
        Found::Bundle(json) => {
            let mut record = bundle::from_json(json)?;
            record.inputs.facts.extend(facts);
            build::of_run(&replay(record)?, rules, true, fail_on)
        }
        Found::Text { mut evidence, failed, notes } => {
            evidence.facts = facts;
            build::of_text(&evidence, failed, notes, rules, fail_on)
        }
    };
    if lost {
        report.notes.push(
            "Some bytes of the input are no text in any encoding that is known, and were passed over.".to_owned(),
        );
    }
    Ok(report)
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
