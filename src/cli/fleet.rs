//! Options of a run of many profiles, and of one that goes on.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;

/// Many profiles, and many rounds.
#[derive(Debug, Default, Args)]
pub struct Fleet {
    /// Run once for each profile of the settings file, in parallel.
    #[arg(long, conflicts_with_all = ["sim", "profile"], help_heading = "Fleet")]
    pub all_profiles: bool,
    /// Run only part I of N of the profiles; parts are numbered from 0. `/N` takes I from `JOB_COMPLETION_INDEX`, which
    /// a Kubernetes Indexed Job sets.
    #[arg(long, value_name = "I/N", value_parser = Partition::read, requires = "all_profiles", help_heading = "Fleet")]
    pub partition: Option<Partition>,
    /// Save each profile's report in this folder as soon as it's finished, and skip the profiles whose reports are
    /// already there.
    #[arg(long, value_name = "DIR", requires = "all_profiles", conflicts_with = "every", help_heading = "Fleet")]
    pub resume: Option<PathBuf>,
    /// Keep running: start a round at this interval, at least 1m, and print only what changed since the previous round.
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Fleet")]
    pub every: Option<Duration>,
}

/// A part of the profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// Which part, from 0. Absent: the environment says.
    pub index: Option<usize>,
    /// How many parts there are: at least 1.
    pub of: usize,
}

impl Partition {
    /// Reads `I/N` or `/N`.
    ///
    /// # Errors
    /// A sentence, where there is no such part.
    pub fn read(text: &str) -> Result<Self, String> {
        let form = || "write I/N, such as 0/8 for the first of eight parts, or /8".to_owned();
        let (index, of) = text.split_once('/').ok_or_else(form)?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| form());
        match number(of)? {
            0 => Err("there must be at least 1 part: write I/N, such as 0/8".to_owned()),
            of if index.is_empty() => Ok(Self { index: None, of }),
            of => Self { index: None, of }.at(number(index)?),
        }
    }

    /// The same with the number of the part.
    ///
    /// # Errors
    /// A sentence, where there is no such part.
    pub fn at(self, index: usize) -> Result<Self, String> {
        match self.of {
            of if index < of => Ok(Self { index: Some(index), of }),
            of => Err(format!("there is no part {index} of {of}: the parts are numbered from 0 to {}", of - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_that_there_is() {
        assert_eq!(Partition::read("2/8"), Ok(Partition { index: Some(2), of: 8 }));
        assert_eq!(Partition::read("/8"), Ok(Partition { index: None, of: 8 }));
        for (text, words) in [
            ("8/8", "from 0 to 7"),
            ("0/0", "at least 1"),
            ("/0", "at least 1"),
            ("3", "I/N"),
            ("-1/4", "I/N"),
            ("a/4", "I/N"),
            ("1/", "I/N"),
            ("1/99999999999999999999999", "I/N"),
        ] {
            let why = Partition::read(text).expect_err(text);
            assert!(why.contains(words), "{text}: {why}");
        }
    }
}
