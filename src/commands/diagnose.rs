//! `pbiauth diagnose`: the same diagnosis from what somebody pasted or saved.

use std::time::Duration;

use super::{read_bounded, rules, show};
use crate::bundle;
use crate::cli::Diagnose;
use crate::drive::{Run, drive};
use crate::error::Error;
use crate::import::{self, Found};
use crate::record::Record;
use crate::report::build;
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
    let rules = rules(&options.output)?;
    let facts = read_fact_list(&options.fact)?;
    let bytes = read_bounded(&options.file, MOST)?;
    let (text, lost) = import::decode(&bytes);
    let fail_on = options.output.fail_on;
    let mut report = match import::read(&text, &word_codes(&rules)) {
        Found::Bundle(json) => {
            let mut record = bundle::from_json(json)?;
            record.inputs.facts.extend(facts);
            build::of_run(&replay(record)?, &rules, true, fail_on)
        }
        Found::Text { mut evidence, failed, notes } => {
            evidence.facts = facts;
            build::of_text(&evidence, failed, notes, &rules, fail_on)
        }
    };
    if lost {
        report.notes.push(
            "Some bytes of the input are no text in any encoding that is known, and were passed over.".to_owned(),
        );
    }
    show(&report, &options.output)
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
    let mut run = runtime.block_on(drive(inputs, &transport, Duration::from_mins(1), std::future::pending(), &|_| {}));
    run.record.cut = run.record.cut.or(cut);
    Ok(run)
}

/// The codes that are words, as those of Power BI and Fabric.
fn word_codes(rules: &RuleSet) -> Vec<&str> {
    rules.codes.keys().map(String::as_str).filter(|code| !code.starts_with(|c: char| c.is_ascii_digit())).collect()
}
