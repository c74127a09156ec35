//! All facts of a run: those that its exchanges show, and those that take a reader of text or a check to tell.

use super::expectation;
use crate::evidence::{Evidence, observe};
use crate::import::program;
use crate::record::Record;

/// The facts of a run. Pure: the same record gives the same evidence.
#[must_use]
pub fn observe_run(record: &Record) -> Evidence {
    let mut evidence = observe(record);
    program::observe(record, &mut evidence);
    evidence.expectation = expectation::read(record);
    evidence.note_source("expectation", "the check expectation");
    evidence
}
