//! Where bytes go: standard output, or a file that is there as a whole or not at all.

use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::Error;
use crate::file::{self, Readers, Writing, folder};

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

/// Writes to a file, or to standard output, piece by piece. A reader that went away, as `head` does, is no error.
///
/// # Errors
/// When the system refuses.
pub(super) fn put_by(
    file: Option<&Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    let Some(path) = file else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        return match write(&mut out).and_then(|()| out.flush()) {
            Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::Unwritable { path: "standard output".into(), why })
            }
            _ => Ok(()),
        };
    };
    let written = Writing::begin(path, Readers::All).and_then(|writing| {
        let mut out = BufWriter::new(writing);
        write(&mut out)?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()
    });
    written.map_err(|why| Error::Unwritable { path: path.to_path_buf(), why })
}

/// Adds to the end of a file, piece by piece.
///
/// # Errors
/// When the system refuses.
pub(super) fn append_by(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|why| Error::Unwritable { path: path.to_path_buf(), why })
}

/// Adds to the end of a file.
///
/// # Errors
/// When the system refuses.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Error> {
    append_by(path, &mut |out| out.write_all(text.as_bytes()))
}

/// Whether a file can be written, as far as can be told without writing it.
///
/// # Errors
/// When its folder is not there, or it's a folder itself.
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
