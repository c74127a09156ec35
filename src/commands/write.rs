//! Where bytes go: standard output, or a file that is there as a whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Writes to a file, or to standard output.
///
/// # Errors
/// When the system refuses.
pub(crate) fn put(text: &str, file: Option<&Path>) -> Result<(), Error> {
    let Some(path) = file else { return print(text) };
    whole(path, text.as_bytes()).map_err(|why| Error::Unwritable { path: path.to_path_buf(), why })
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

/// The file that a path means: the same for every way to write it.
pub(super) fn place(path: &Path) -> PathBuf {
    if let Ok(place) = path.canonicalize() {
        return place;
    }
    let folder = folder(path);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Writes a file aside and renames it; what is no file, as a pipe or a device, is written as it is. A file that is
/// there keeps its mode, and a link the file that it leads to.
fn whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let place = place(path);
    let there = std::fs::metadata(&place).ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(&place)?.write_all(bytes);
    }
    let mut aside = builder().tempfile_in(folder(&place))?;
    aside.write_all(bytes)?;
    if let Some(there) = there.filter(std::fs::Metadata::is_file) {
        aside.as_file().set_permissions(there.permissions())?;
    }
    aside.persist(&place).map(|_| ()).map_err(|failed| failed.error)
}

/// A report holds no secret: others may read it, as far as the user's mask lets them.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pbiauth-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = folder.path().join("a.json");
        assert_eq!(place(&one), place(&folder.path().join("./b/../a.json")).clone());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_mode_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").expect("a file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        put("new", Some(&link)).expect("written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), "new");
        assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        assert!(put("text", Some(Path::new("/dev/full"))).is_err());
        assert!(std::fs::metadata("/dev/full").expect("the device").file_type().is_char_device());
    }
}
