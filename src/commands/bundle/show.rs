//! `pbiauth bundle show` and `diff`.

use std::path::Path;

use serde::Serialize;

use super::read;
use crate::bundle::Bundle;
use crate::bundle::diff::{Diff, Side};
use crate::bundle::shown::Shown;
use crate::cli::bundle::{Diff as DiffOptions, Show, View};
use crate::cli::explain::Verdicts;
use crate::commands::diagnose::replay;
use crate::commands::{json, prepare, put, rules};
use crate::error::Error;
use crate::exit;
use crate::report::{FailOn, Report, build};
use crate::rule::RuleSet;

/// Shows a run. Returns the exit code.
///
/// # Errors
/// When the bundle cannot be read, or something cannot be written.
pub(super) fn run(options: &Show) -> Result<u8, Error> {
    let rules = rules(&options.view.rules)?;
    let bundle = read(&options.bundle)?;
    let report = report(&bundle, &rules)?;
    let shown = Shown::of(&bundle, report);
    tell(&options.view, &shown, |width| shown.human(width))?;
    Ok(exit::DONE)
}

/// Compares two runs. Returns the exit code.
///
/// # Errors
/// When a bundle cannot be read, or something cannot be written.
pub(super) fn diff(options: &DiffOptions) -> Result<u8, Error> {
    let rules = rules(&options.view.rules)?;
    let (one, other) = (read(&options.one)?, read(&options.other)?);
    let reports = (report(&one, &rules)?, report(&other, &rules)?);
    let name = |path: &Path| path.display().to_string();
    let (was, is) = (name(&options.one), name(&options.other));
    let diff = Diff::of(
        Side { file: &was, bundle: &one, report: &reports.0 },
        Side { file: &is, bundle: &other, report: &reports.1 },
    );
    tell(&options.view, &diff, |width| diff.human(width))?;
    Ok(if diff.same { exit::DONE } else { exit::FOUND })
}

fn report(bundle: &Bundle, rules: &RuleSet) -> Result<Report, Error> {
    Ok(build::of_run(&replay(bundle.record.clone())?, rules, true, FailOn::Error))
}

fn tell(view: &View, document: &impl Serialize, human: impl FnOnce(usize) -> String) -> Result<(), Error> {
    let width = prepare(view.color, view.output.as_deref());
    let text = match view.format {
        Verdicts::Human => human(width),
        Verdicts::Json => json(document),
    };
    put(&text, view.output.as_deref())
}
