//! Files that are there as a whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone, whoever could before.
    Owner,
    /// Others too, as far as the user's mask lets them; a file that is there already keeps its mode.
    All,
}

/// Writes a file aside and renames it, so that there is never half of one. What is no file, as a pipe or a device, is
/// written as it is; of a link, the file that it leads to.
///
/// # Errors
/// When the system refuses.
pub fn write(path: &Path, bytes: &[u8], readers: Readers) -> std::io::Result<()> {
    let mut writing = Writing::begin(path, readers)?;
    writing.write_all(bytes)?;
    writing.finish()
}

/// A file that is being written, piece by piece. It is there once it is finished; before, and where it never is, the
/// old one is.
#[derive(Debug)]
pub struct Writing(Target);

#[derive(Debug)]
enum Target {
    Aside { aside: tempfile::NamedTempFile, place: PathBuf, readers: Readers },
    Device(std::fs::File),
}

impl Writing {
    /// Begins a file.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn begin(path: &Path, readers: Readers) -> std::io::Result<Self> {
        let place = place(path);
        if std::fs::metadata(&place).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            return std::fs::OpenOptions::new().write(true).open(&place).map(|device| Self(Target::Device(device)));
        }
        let aside = aside(readers).tempfile_in(folder(&place))?;
        Ok(Self(Target::Aside { aside, place, readers }))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(self) -> std::io::Result<()> {
        let Target::Aside { aside, place, readers } = self.0 else { return Ok(()) };
        let there = std::fs::metadata(&place).ok().filter(std::fs::Metadata::is_file);
        if let Some(there) = there.filter(|_| readers == Readers::All) {
            aside.as_file().set_permissions(there.permissions())?;
        }
        aside.persist(&place).map(|_| ()).map_err(|failed| failed.error)
    }
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.0 {
            Target::Aside { aside, .. } => aside.write(bytes),
            Target::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.0 {
            Target::Aside { aside, .. } => aside.flush(),
            Target::Device(device) => device.flush(),
        }
    }
}

fn aside(readers: Readers) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pbiauth-");
    #[cfg(unix)]
    if readers == Readers::All {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// The file that a path means: the same for every way to write it.
#[must_use]
pub fn place(path: &Path) -> PathBuf {
    if let Ok(place) = path.canonicalize() {
        return place;
    }
    let folder = folder(path);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// The folder in which a file lies.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = folder.path().join("a.json");
        assert_eq!(place(&one), place(&folder.path().join("./a.json")));
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
        write(&link, b"new", Readers::All).expect("written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), "new");
        assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        assert!(write(Path::new("/dev/full"), b"text", Readers::Owner).is_err());
        assert!(std::fs::metadata("/dev/full").expect("the device").file_type().is_char_device());
    }
}
