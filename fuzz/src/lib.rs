//! Inputs for the targets in `tests/`: texts of the fixtures, mutated as a person, a proxy or an attacker would.

use std::path::{Path, PathBuf};

use bolero::TypeGenerator;

/// Longer inputs find nothing that shorter ones don't, and take longer.
const LONGEST: usize = 24 * 1024;

/// A seed and what is done to it.
#[derive(Debug, Clone, TypeGenerator)]
pub struct Mutated {
    seed: u32,
    edits: [Option<Edit>; 6],
}

#[derive(Debug, Clone, TypeGenerator)]
enum Edit {
    /// Cuts a piece out.
    Cut { at: u16, length: u8 },
    /// Repeats a piece.
    Repeat { at: u16, length: u8, times: u8 },
    /// Puts a byte in.
    Put { at: u16, byte: u8 },
    /// Changes a bit.
    Flip { at: u16, bit: u8 },
    /// Puts in what tends to break readers.
    Break { at: u16, with: u8 },
    /// Puts a piece of another seed in.
    Splice { at: u16, other: u32, from: u16, length: u16 },
    /// Nests everything.
    Nest { times: u8 },
}

const BREAKERS: [&str; 20] = [
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{85}",
    "\r",
    "\n\n",
    "\"",
    "\\",
    "\\u0000",
    "%00",
    "{",
    "}",
    "]]>",
    "-9223372036854775809",
    "1e999",
    "null",
    "ß\u{0301}",
    "\u{1f511}",
    "${",
    "….",
];

impl Mutated {
    /// The input, as bytes that need not be a text.
    ///
    /// # Panics
    /// Where there are no seeds.
    #[must_use]
    pub fn bytes(&self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let seed = |number: u32| seeds[number as usize % seeds.len()].as_slice();
        let mut bytes = seed(self.seed).to_vec();
        for edit in self.edits.iter().flatten() {
            edit.apply(&mut bytes, seed);
            bytes.truncate(LONGEST);
        }
        bytes
    }

    /// The input as a text.
    #[must_use]
    pub fn text(&self, seeds: &[Vec<u8>]) -> String {
        String::from_utf8_lossy(&self.bytes(seeds)).into_owned()
    }
}

impl Edit {
    fn apply<'s>(&self, bytes: &mut Vec<u8>, seed: impl Fn(u32) -> &'s [u8]) {
        let place = |at: u16| if bytes.is_empty() { 0 } else { usize::from(at) % bytes.len() };
        let until = |start: usize, length: usize| (start + length).min(bytes.len());
        match *self {
            Self::Cut { at, length } => {
                let start = place(at);
                bytes.drain(start..until(start, length.into()));
            }
            Self::Repeat { at, length, times } => {
                let start = place(at);
                let piece = bytes[start..until(start, length.into())].repeat(times.into());
                bytes.splice(start..start, piece);
            }
            Self::Put { at, byte } => bytes.insert(place(at), byte),
            Self::Flip { at, bit } => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Break { at, with } => {
                let start = place(at);
                bytes.splice(start..start, BREAKERS[usize::from(with) % BREAKERS.len()].bytes());
            }
            Self::Splice { at, other, from, length } => {
                let other = seed(other);
                let from = usize::from(from) % other.len().max(1);
                let piece = other[from..(from + usize::from(length)).min(other.len())].to_vec();
                let start = place(at);
                bytes.splice(start..start, piece);
            }
            Self::Nest { times } => {
                let (open, close) = ("{\"a\":[".repeat(times.into()), "]}".repeat(times.into()));
                *bytes = [open.as_bytes(), bytes, close.as_bytes()].concat();
            }
        }
    }
}

/// The files beneath folders of the repository that have one of these endings.
///
/// # Panics
/// Where a folder cannot be read.
#[must_use]
pub fn seeds(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("a seed")).collect()
}
