//! The commands: resolve settings, call the core, render. What they decide themselves is where bytes come from and go.

pub(crate) mod access;
pub mod ask;
pub mod bundle;
pub mod completions;
pub mod diagnose;
pub mod doctor;
pub mod embed;
pub mod explain;
mod log;
pub mod man;
pub mod mcp;
mod place;
mod profiles;
mod progress;
pub mod reports;
mod rounds;
pub mod rules;
mod scenarios;
pub mod schema;
pub mod serve;
mod show;
mod stream;
mod terminal;
pub mod token;
mod watch;
mod write;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use show::{ready, show, show_undone};
pub(crate) use terminal::prepare;
pub(crate) use write::{print, put};

use crate::error::Error;
use crate::rule::RuleSet;
use crate::rule::term::Glossary;
use crate::rule::vocabulary::Vocabulary;

/// The most that is read of a file of settings, rules, certificates or tenant settings, in bytes.
pub(crate) const SMALL: u64 = 16 * 1024 * 1024;

/// Reads a file, or standard input for `-`, up to a bound.
///
/// # Errors
/// When it cannot be read, or is larger.
pub(crate) fn read_bounded(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable { path: path.to_path_buf(), why: e.to_string() };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        if file.metadata().is_ok_and(|data| data.is_dir()) {
            return Err(Error::Unreadable { path: path.to_path_buf(), why: "it's a folder".to_owned() });
        }
        file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > most {
        return Err(Error::TooLarge { path: path.to_path_buf(), most });
    }
    Ok(bytes)
}

/// The same for a file that is text.
///
/// # Errors
/// As above, and when it isn't UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    String::from_utf8(read_bounded(path, SMALL)?)
        .map_err(|_| Error::Unreadable { path: path.to_path_buf(), why: "it isn't UTF-8".to_owned() })
}

/// The rules in the tool, and a user's own.
///
/// # Errors
/// When a folder cannot be read, or a rule in it cannot be used.
pub(crate) fn rules(folders: &[PathBuf]) -> Result<RuleSet, Error> {
    let mut set = RuleSet::embedded();
    for folder in folders {
        set.extend(RuleSet::read(by_name(&rule_files(folder)?), Some(&Vocabulary::of_evidence()))?);
    }
    Ok(set)
}

/// The terms in the tool, and a user's own.
///
/// # Errors
/// When a folder cannot be read, or a file in it cannot be used.
pub(crate) fn glossary(folders: &[PathBuf]) -> Result<Glossary, Error> {
    let mut glossary = Glossary::embedded();
    for folder in folders {
        glossary.extend(Glossary::read(by_name(&rule_files(folder)?))?);
    }
    Ok(glossary)
}

fn by_name(files: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// Every rule file beneath a folder: its path there without the ending, and its text.
pub(crate) fn rule_files(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let unreadable = |e: std::io::Error| Error::Unreadable { path: folder.to_path_buf(), why: e.to_string() };
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
                files.push((name.to_string_lossy().replace('\\', "/"), read_text(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A document for programs, with a line end.
pub(crate) fn json(document: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// Tells a person on standard error what there is to do.
pub(crate) fn tell(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}

/// Tells an error on standard error, and returns its exit code.
pub(crate) fn complain(error: Error) -> u8 {
    let exit = error.exit();
    let _ = writeln!(std::io::stderr().lock(), "{:?}", miette::Report::new(error));
    exit
}

/// A number with its thing: `1 rule`, `2 rules`.
fn counted(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
