//! `pbiauth rules docs`: writes the runbook.

use std::path::{Path, PathBuf};

use crate::cli::explain::{Docs, DocsForm};
use crate::commands::{glossary, print, rules};
use crate::error::Error;
use crate::exit;
use crate::explain::Catalogue;
use crate::runbook::{self, site};

/// Runs the command. Returns the exit code.
///
/// # Errors
/// When the folder holds other files than a runbook's, or cannot be written.
pub(super) fn run(options: &Docs) -> Result<u8, Error> {
    let (rules, glossary) = (rules(&options.rules)?, glossary(&options.rules)?);
    let catalogue = Catalogue::new(&rules, &glossary);
    let files = match options.format {
        DocsForm::Markdown => runbook::files(&catalogue),
        DocsForm::Html => site::files(&catalogue),
    };
    let folder = std::path::absolute(&options.folder).map_err(|why| unwritable(&options.folder, why))?;
    if let Some(foreign) = foreign_file(&folder)? {
        return Err(Error::Foreign { folder: options.folder.clone(), file: foreign });
    }
    write(&folder, files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        .map_err(|why| unwritable(&options.folder, why))?;
    print(&format!("{} files in {}\n", files.len(), options.folder.display()))?;
    Ok(exit::DONE)
}

/// The first file in a folder that no runbook wrote. A folder that is not there has none.
fn foreign_file(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable { path: folder.to_path_buf(), why: e.to_string() };
    if !folder.try_exists().map_err(unreadable)? {
        return Ok(None);
    }
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if entry.file_type().map_err(unreadable)?.is_dir() {
                open.push(path);
            } else if !is_own(&path) {
                return Ok(Some(path));
            }
        }
    }
    Ok(None)
}

fn is_own(path: &Path) -> bool {
    let begins = |text: &str| text.strip_prefix("<!DOCTYPE html>\n").unwrap_or(text).starts_with(runbook::MARK);
    std::fs::read_to_string(path).is_ok_and(|text| begins(&text) || text.starts_with(site::CODE_MARK))
}

/// Writes the files into a folder aside, then puts it in the place of the one that was there.
fn write<'f>(folder: &Path, files: impl Iterator<Item = (&'f str, &'f str)>) -> std::io::Result<()> {
    let parent = folder.parent().ok_or_else(|| std::io::Error::other("it is the root of the file system"))?;
    std::fs::create_dir_all(parent)?;
    let aside = tempfile::Builder::new().prefix(".runbook-").tempdir_in(parent)?;
    let (new, old) = (aside.path().join("new"), aside.path().join("old"));
    std::fs::create_dir(&new)?;
    for (name, text) in files {
        let path = new.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&new))?;
        std::fs::write(path, text)?;
    }
    if folder.exists() {
        std::fs::rename(folder, &old)?;
    }
    std::fs::rename(&new, folder).inspect_err(|_| {
        // Without the new one, the old one goes back to its place.
        let _ = std::fs::rename(&old, folder);
    })
}

fn unwritable(path: &Path, why: std::io::Error) -> Error {
    Error::Unwritable { path: path.to_path_buf(), why }
}
