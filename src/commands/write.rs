//! Where bytes go: standard output, or a file that is there as a whole or not at all.

use std::io::Write as _;
use std::path::Path;

use crate::error::Error;
use crate::file::{self, Readers, folder};

/// Writes to a file, or to standard output.
///
/// # Errors
/// When the system refuses.
pub(crate) fn put(text: &str, file: Option<&Path>) -> Result<(), Error> {
    let Some(path) = file else { return print(text) };
    file::write(path, text.as_bytes(), Readers::All).map_err(|why| Error::Unwritable { path: path.to_path_buf(), why })
}

/// Writes to standard output. A reader that went away, as `head` does, is no error.
///
/// # Errors
/// When the system refuses.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Unwritable { path: "standard output".into(), why })
        }
        _ => Ok(()),
    }
}

/// Adds to the end of a file.
///
/// # Errors
/// When the system refuses.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Error> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|why| Error::Unwritable { path: path.to_path_buf(), why })
}

/// Whether a file can be written, as far as can be told without writing it.
///
/// # Errors
/// When its folder is not there, or it is a folder itself.
pub(super) fn writable(path: &Path) -> Result<(), Error> {
    let refused = |kind: std::io::ErrorKind| Error::Unwritable { path: path.to_path_buf(), why: kind.into() };
    if path.is_dir() {
        return Err(refused(std::io::ErrorKind::IsADirectory));
    }
    if !folder(path).is_dir() {
        return Err(refused(std::io::ErrorKind::NotFound));
    }
    Ok(())
}
