//! `pbiauth reports`: saved reports as one.

use std::path::{Path, PathBuf};

use super::show::show_several;
use super::{read_bounded, ready, tell};
use crate::cli::reports::{Merge, Reports};
use crate::error::Error;
use crate::report::merge::{self, Merger};
use crate::report::{Report, Several};

/// The most that is read of a file of reports, in bytes.
const MOST: u64 = 512 * 1024 * 1024;

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When a file is no report, or the merged one cannot be written.
pub fn run(options: &Reports) -> Result<u8, Error> {
    let Reports::Merge(options) = options;
    run_merge(options)
}

fn run_merge(options: &Merge) -> Result<u8, Error> {
    ready(&options.output)?;
    let mut merger = Merger::new(options.output.fail_on);
    for path in &options.files {
        for file in files(path)? {
            read(&file, &mut merger)?;
        }
    }
    let (kept, said) = merger.merged();
    for sentence in &said {
        tell(sentence);
    }
    show_several(&Several::of(kept, options.output.runbook.as_deref()), &options.output)
}

/// The file, or every JSON file of the folder, in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let unreadable = |why: std::io::Error| Error::Unreadable { path: path.to_path_buf(), why: why.to_string() };
    let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    let files = entries.into_iter().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "json")).collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::Unreadable { path: path.to_path_buf(), why: "it has no .json file".to_owned() });
    }
    Ok(files)
}

/// Merges the reports of a file. One without a profile is called as the file is.
fn read(path: &Path, merger: &mut Merger) -> Result<(), Error> {
    let text = read_bounded(path, MOST)?;
    let stem = path.file_stem().unwrap_or_default();
    let name = if stem == "-" { "standard input".to_owned() } else { stem.to_string_lossy().into_owned() };
    let each = &mut |mut report: Report| {
        report.profile.get_or_insert_with(|| name.clone());
        merger.add(report);
    };
    merge::read(&text, each).map_err(|why| Error::NoReport { path: path.to_path_buf(), why })
}
