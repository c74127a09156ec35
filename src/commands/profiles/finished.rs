//! A folder of finished reports: a run that was ended goes on where it was.

use std::path::{Path, PathBuf};

use super::trial::Trial;
use crate::commands::read_bounded;
use crate::error::Error;
use crate::file::{self, Readers};
use crate::report::{Outcome, Report, merge};

/// The most that is read of a report, in bytes.
const MOST: u64 = 16 * 1024 * 1024;
/// So many characters of a profile's name stand in its file's: systems bound the names of files.
const MOST_OF_NAME: usize = 80;

/// The folder.
#[derive(Debug)]
pub(super) struct Finished(PathBuf);

impl Finished {
    /// Opens a folder, and makes it where it is not there.
    ///
    /// # Errors
    /// When it is a file, or cannot be made.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let refused = |why| Error::Unwritable { path: folder.to_path_buf(), why };
        if folder.exists() && !folder.is_dir() {
            return Err(refused(std::io::ErrorKind::NotADirectory.into()));
        }
        std::fs::create_dir_all(folder).map_err(refused)?;
        Ok(Self(folder.to_path_buf()))
    }

    /// The report of a profile that was finished with the same settings. `None` where it has to be run.
    ///
    /// # Errors
    /// A sentence, where there is one that cannot be used.
    pub(super) fn report(&self, profile: &Trial) -> Result<Option<Report>, String> {
        let path = self.place(profile);
        if !path.exists() {
            return Ok(None);
        }
        let why = |why: String| format!("{} can't be used, so the profile runs again: {why}", path.display());
        let text = read_bounded(&path, MOST).map_err(|error| why(error.to_string()))?;
        let mut found = None;
        merge::read(&text, &mut |report| found = Some(report)).map_err(|error| why(error.to_string()))?;
        match found.filter(|report| report.profile.as_ref() == Some(&profile.name)) {
            Some(report) => Ok(Some(report).filter(is_finished)),
            None => Err(why("it isn't this profile's report".to_owned())),
        }
    }

    /// Saves a report, if it is finished.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn save(&self, profile: &Trial, report: &Report) -> Result<(), Error> {
        if !is_finished(report) {
            return Ok(());
        }
        let path = self.place(profile);
        file::write(&path, report.to_json().as_bytes(), Readers::All).map_err(|why| Error::Unwritable { path, why })
    }

    /// The file of a profile with these settings: with others it has another one.
    fn place(&self, profile: &Trial) -> PathBuf {
        let name: String = super::plain(&profile.name).chars().take(MOST_OF_NAME).collect();
        self.0.join(format!("{name}.{}.json", profile.mark))
    }
}

/// A run that no service answered, or that was cut short, is worth another one.
fn is_finished(report: &Report) -> bool {
    report.outcome != Outcome::Incomplete
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Auth;
    use crate::report::{Origin, build};

    fn profile(name: &str, mark: &str) -> Trial {
        let (name, mark) = (name.to_owned(), mark.to_owned());
        Trial { name, mark, tenant: String::new(), auth: Auth::ClientSecret, is_local: true }
    }

    fn finished(name: &str) -> Report {
        let mut report = build::of_nothing(Origin::Live, "a note".to_owned());
        (report.profile, report.outcome) = (Some(name.to_owned()), Outcome::Healthy);
        report
    }

    #[test]
    fn a_finished_report_is_found_again_with_the_same_settings_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Finished::open(&folder.path().join("deep/er")).expect("a folder that is made");
        let long = "../a b/".repeat(100);
        for name in ["contoso", &long] {
            place.save(&profile(name, "1"), &finished(name)).expect("saved");
            let found = place.report(&profile(name, "1")).expect("a report").expect("it is there");
            assert_eq!(found.profile.as_deref(), Some(name));
            assert!(place.report(&profile(name, "2")).expect("no report").is_none());
        }
        assert_eq!(std::fs::read_dir(folder.path().join("deep/er")).expect("the folder").count(), 2);
    }

    #[test]
    fn what_did_not_end_is_not_finished() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Finished::open(folder.path()).expect("a folder");
        let mut report = finished("contoso");
        report.outcome = Outcome::Incomplete;
        place.save(&profile("contoso", "1"), &report).expect("nothing to save");
        assert!(place.report(&profile("contoso", "1")).expect("no report").is_none());
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Finished::open(folder.path()).expect("a folder");
        let whole = finished("contoso").to_json();
        for (text, words) in [
            (&whole[..50], "cut off"),
            (&whole.replace("report/1", "report/2"), "pbiauth.report/2"),
            (&whole.replace("contoso", "fabrikam"), "isn't this profile's"),
        ] {
            std::fs::write(folder.path().join("contoso.1.json"), text).expect("a file");
            let why = place.report(&profile("contoso", "1")).expect_err(words);
            assert!(why.contains(words) && why.contains("contoso.1.json"), "{why}");
        }
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(matches!(Finished::open(file.path()), Err(Error::Unwritable { .. })));
    }
}
