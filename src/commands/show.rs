//! Shows a report in every form that was asked for.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use super::terminal::Terminal;
use super::write::{append, append_by, put, put_by, writable};
use crate::cli::{Output, Target};
use crate::error::Error;
use crate::file::place;
use crate::report::human::{Detail, WIDTH};
use crate::report::several::write as write_several;
use crate::report::{Format, Report, Several, render, to_markdown};

/// Whether the report can be shown as asked: told before a run, so that none is made in vain.
///
/// # Errors
/// When two forms would go to one file, or a file cannot be written.
pub(crate) fn ready(output: &Output) -> Result<(), Error> {
    let mut places = BTreeSet::new();
    for file in output.targets.iter().filter_map(|target| target.file.as_ref()) {
        writable(file)?;
        if !places.insert(place(file)) {
            return Err(Error::OneFile { path: file.clone() });
        }
    }
    Ok(())
}

/// Shows a report, and returns its exit code. `watched`: the checks that were made stand on the screen already.
///
/// # Errors
/// When a form of it cannot be written; the others are written all the same.
pub(crate) fn show(report: &Report, output: &Output, watched: bool) -> Result<u8, Error> {
    let with_links = output.runbook.as_ref().map(|base| report.clone().linked(base));
    let report = with_links.as_ref().unwrap_or(report);
    let terminal = Terminal::here();
    each(output.targets.iter(), |target| show_one(report, output, target, terminal, watched))?;
    if terminal.err && !output.quiet && output.targets.iter().all(|target| target.file.is_some()) {
        let _ = std::io::stderr().lock().write_all(render(report, Format::Short, Detail::default()).as_bytes());
    }
    Ok(report.exit)
}

/// Shows the reports of several profiles, and returns the worst exit code.
///
/// # Errors
/// When a form of them cannot be written; the others are written all the same.
pub(crate) fn show_several(reports: &Several, output: &Output) -> Result<u8, Error> {
    let terminal = Terminal::here();
    let shown = each(output.targets.iter(), |target| {
        let (format, detail) = form(output, target, terminal);
        put_by(target.file.as_deref(), &mut |out| write_several(reports, format, detail, out))?;
        match summary().filter(|_| format == Format::Github) {
            Some(file) => append_by(&file, &mut |out| write_several(reports, Format::Markdown, detail, out)),
            None => Ok(()),
        }
    });
    shown.map(|()| reports.summary().exit)
}

/// Writes the forms that go to files, and no others. `write`: the report in a form.
///
/// # Errors
/// When one cannot be written; the others are written all the same.
pub(super) fn to_files(
    output: &Output,
    write: &mut dyn FnMut(Format, Detail, &mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    let terminal = Terminal::here();
    each(output.targets.iter().filter(|target| target.file.is_some()), |target| {
        let (format, detail) = form(output, target, terminal);
        put_by(target.file.as_deref(), &mut |out| write(format, detail, out))
    })
}

/// Shows each target, whatever becomes of the others. Tells the first failure.
fn each<'t>(
    targets: impl Iterator<Item = &'t Target>,
    mut show: impl FnMut(&Target) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut failed = None;
    for target in targets {
        if let Err(error) = show(target) {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Shows the report of a run that could not be made to the programs that wait for one. People read the error itself.
pub(crate) fn show_undone(report: &Report, output: &Output) {
    let terminal = Terminal::here();
    for target in output.targets.iter().filter(|target| chosen(target, terminal) != Format::Human) {
        // What cannot be written either is told by the error that is shown beneath.
        let _ = show_one(report, output, target, terminal, false);
    }
}

/// The form of the report on standard output. Absent when all of it goes to files.
pub(super) fn on_screen(output: &Output, terminal: Terminal) -> Option<Format> {
    output.targets.iter().find(|target| target.file.is_none()).map(|target| chosen(target, terminal))
}

/// How a person sees the report on standard output.
pub(super) fn detail(output: &Output, terminal: Terminal) -> Detail {
    Detail {
        width: terminal.width,
        verbose: output.verbose,
        quiet: output.quiet,
        links: terminal.links,
        watched: false,
    }
}

fn show_one(report: &Report, output: &Output, target: &Target, terminal: Terminal, watched: bool) -> Result<(), Error> {
    let (format, detail) = form(output, target, terminal);
    let detail = Detail { watched: watched && target.file.is_none(), ..detail };
    put(&render(report, format, detail), target.file.as_deref())?;
    summarise(format, || to_markdown(report))
}

/// The form of a target, and how a person sees it; colours are set to that.
fn form(output: &Output, target: &Target, terminal: Terminal) -> (Format, Detail) {
    let to_file = target.file.is_some();
    terminal.colours(output.color, to_file);
    let mut detail = detail(output, terminal);
    if to_file {
        (detail.width, detail.links) = (WIDTH, false);
    }
    (chosen(target, terminal), detail)
}

/// Adds to the summary of a step in GitHub Actions, where the form is theirs.
fn summarise(format: Format, markdown: impl FnOnce() -> String) -> Result<(), Error> {
    match summary().filter(|_| format == Format::Github) {
        Some(file) => append(&file, &markdown()),
        None => Ok(()),
    }
}

/// The form that is meant: the one that was named, or the one that the reader understands best.
#[expect(clippy::disallowed_methods, reason = "build servers tell by the environment that they read")]
fn chosen(target: &Target, terminal: Terminal) -> Format {
    let is = |name: &str| std::env::var_os(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match target.format {
        Some(format) => format,
        None if terminal.out || target.file.is_some() => Format::Human,
        None if is("GITHUB_ACTIONS") => Format::Github,
        None if is("TF_BUILD") => Format::Azure,
        None => Format::Human,
    }
}

/// The file in which GitHub Actions collects a step's summary.
#[expect(clippy::disallowed_methods, reason = "GitHub Actions tells by the environment where it reads")]
fn summary() -> Option<PathBuf> {
    std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()).map(PathBuf::from)
}
