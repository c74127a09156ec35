//! The file of weights: what training leaves, as it is in the binary. It is read in place; nothing is unpacked.
//!
//! Little endian: [`MAGIC`]; the length of the whole file (u32); a hash of all that follows (u32, FNV-1a); how many
//! classes (u32), features (u32) and entries (u32) there are. Then each class: the length of its name (u8), the name,
//! its bias (f32) and the unit of its weights (f32). Then of the features, by their hash: the hashes (u32 each), their
//! rarity (f32 each), the number of the first entry of each, and of the last the end (u32 each). Then the entries: class
//! (u8) and weight in units (i8).

use std::ops::Range;

use thiserror::Error;

/// Begins the file, with the version of its form at the end.
pub(super) const MAGIC: &[u8; 8] = b"pbirank1";
const HEADER: usize = 28;

/// Why a file of weights can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Bad {
    /// It isn't one, or is of another version.
    #[error("it doesn't begin with {}: it isn't a weights file, or it's from another version", MAGIC.escape_ascii())]
    Magic,
    /// It has another length than it says.
    #[error("it's cut off: it should have {says} bytes, but has {has}")]
    Cut {
        /// The length that it says it has.
        says: usize,
        /// The length that it has.
        has: usize,
    },
    /// Its content isn't what was written.
    #[error("its content was altered: its hash doesn't match")]
    Altered,
    /// Its parts don't fit together.
    #[error("its parts don't fit together")]
    Shape,
}

/// The weights of the model.
#[derive(Debug, Clone)]
pub struct Weights<'f> {
    classes: Vec<Class<'f>>,
    hashes: &'f [u8],
    rarities: &'f [u8],
    starts: &'f [u8],
    entries: &'f [u8],
}

/// A class: a cause, or none.
#[derive(Debug, Clone)]
pub(super) struct Class<'f> {
    pub(super) name: &'f str,
    pub(super) bias: f32,
    unit: f32,
}

impl Weights<'static> {
    /// The weights in the binary. `None` where it was built without.
    #[must_use]
    pub fn embedded() -> Option<Self> {
        Self::laid_out(crate::embedded::WEIGHTS).ok()
    }
}

impl<'f> Weights<'f> {
    /// Reads a file of weights.
    ///
    /// # Errors
    /// When it is none, was cut or altered, or is of another version.
    pub fn read(file: &'f [u8]) -> Result<Self, Bad> {
        let weights = Self::laid_out(file)?;
        let hash = number(file, 12).ok_or(Bad::Shape)?;
        if hash != fnv(&file[16..]) {
            return Err(Bad::Altered);
        }
        if weights.fits() { Ok(weights) } else { Err(Bad::Shape) }
    }

    /// Reads a file without looking at every byte of it: the build script did so with that in the binary.
    fn laid_out(file: &'f [u8]) -> Result<Self, Bad> {
        if !file.starts_with(MAGIC) || file.len() < HEADER {
            return Err(Bad::Magic);
        }
        let number = |at: usize| number(file, at).map(|n| n as usize).ok_or(Bad::Shape);
        let says = number(8)?;
        if says != file.len() {
            return Err(Bad::Cut { says, has: file.len() });
        }
        let (classes, features, entries) = (number(16)?, number(20)?, number(24)?);
        let mut rest = &file[HEADER..];
        let classes = (0..classes).map(|_| class(&mut rest)).collect::<Option<Vec<_>>>().ok_or(Bad::Shape)?;
        let mut part = |length: Option<usize>| length.and_then(|length| take(&mut rest, length)).ok_or(Bad::Shape);
        let weights = Self {
            classes,
            hashes: part(features.checked_mul(4))?,
            rarities: part(features.checked_mul(4))?,
            starts: part(features.checked_add(1).and_then(|n| n.checked_mul(4)))?,
            entries: part(entries.checked_mul(2))?,
        };
        if rest.is_empty() { Ok(weights) } else { Err(Bad::Shape) }
    }

    /// Whether every entry belongs to a feature and is of a class.
    fn fits(&self) -> bool {
        let starts =
            || self.starts.chunks_exact(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        starts().zip(starts().skip(1)).all(|(one, next)| one <= next)
            && starts().next_back().is_some_and(|end| end as usize * 2 == self.entries.len())
            && self.entries.chunks_exact(2).all(|entry| usize::from(entry[0]) < self.classes.len())
    }

    pub(super) fn classes(&self) -> &[Class<'f>] {
        &self.classes
    }

    /// The place of a feature, by its hash. `None` where training didn't know it or didn't need it.
    pub(super) fn place(&self, hash: u32) -> Option<usize> {
        let mut range = 0..self.hashes.len() / 4;
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            match number(self.hashes, middle * 4)?.cmp(&hash) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Greater => range.end = middle,
            }
        }
        None
    }

    /// How rare a feature is: the logarithm of the share of texts that have it, as TF-IDF takes it.
    pub(super) fn rarity(&self, place: usize) -> f32 {
        number(self.rarities, place * 4).map_or(0.0, f32::from_bits)
    }

    /// The classes for and against which a feature speaks, with how much.
    pub(super) fn entries(&self, place: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let entries = self.entries.get(self.range(place)).unwrap_or_default();
        entries.chunks_exact(2).map(|entry| {
            let class = usize::from(entry[0]);
            (class, f32::from(i8::from_le_bytes([entry[1]])) * self.classes[class].unit)
        })
    }

    fn range(&self, place: usize) -> Range<usize> {
        let start = |place: usize| number(self.starts, place * 4).map_or(0, |entry| entry as usize * 2);
        start(place)..start(place + 1)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn take<'f>(rest: &mut &'f [u8], length: usize) -> Option<&'f [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn class<'f>(rest: &mut &'f [u8]) -> Option<Class<'f>> {
    let length = usize::from(*take(rest, 1)?.first()?);
    let name = std::str::from_utf8(take(rest, length)?).ok()?;
    let mut float = || number(take(rest, 4)?, 0).map(f32::from_bits);
    Some(Class { name, bias: float()?, unit: float()? })
}

/// FNV-1a, 32 bits.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A feature: its hash, its rarity, and for each class with a weight the class's number and the weight.
    type Written<'w> = (u32, f32, &'w [(u8, i8)]);

    /// A small file of weights.
    pub(in crate::ranker) fn written(classes: &[&str], features: &[Written<'_>]) -> Vec<u8> {
        let mut sorted = features.to_vec();
        sorted.sort_by_key(|(hash, ..)| *hash);
        let mut body = Vec::new();
        let entries: usize = sorted.iter().map(|(_, _, entries)| entries.len()).sum();
        for count in [classes.len(), sorted.len(), entries] {
            body.extend(u32::try_from(count).expect("few").to_le_bytes());
        }
        for class in classes {
            body.push(u8::try_from(class.len()).expect("short"));
            body.extend(class.as_bytes());
            body.extend(0f32.to_le_bytes());
            body.extend(0.1f32.to_le_bytes());
        }
        body.extend(sorted.iter().flat_map(|(hash, ..)| hash.to_le_bytes()));
        body.extend(sorted.iter().flat_map(|(_, rarity, _)| rarity.to_le_bytes()));
        let mut start = 0u32;
        for (.., entries) in &sorted {
            body.extend(start.to_le_bytes());
            start += u32::try_from(entries.len()).expect("few");
        }
        body.extend(start.to_le_bytes());
        for (class, weight) in sorted.iter().flat_map(|(.., entries)| entries.iter()) {
            body.extend([*class, weight.to_le_bytes()[0]]);
        }
        let mut file = MAGIC.to_vec();
        file.extend(u32::try_from(body.len() + 16).expect("small").to_le_bytes());
        file.extend(fnv(&body).to_le_bytes());
        file.extend(body);
        file
    }

    #[test]
    fn weights_are_read_in_place() {
        let file = written(&["one", "none"], &[(7, 2.0, &[(0, 30), (1, -10)]), (9, 1.0, &[])]);
        let weights = Weights::read(&file).expect("a good file");
        let place = weights.place(7).expect("it is there");
        assert_eq!(weights.entries(place).collect::<Vec<_>>(), [(0, 3.0), (1, -1.0)]);
        assert!(weights.place(8).is_none());
        assert!((weights.rarity(place) - 2.0).abs() < f32::EPSILON);
    }

    #[test]
    fn a_file_that_was_cut_altered_or_is_of_another_version_is_refused() {
        let file = written(&["one", "none"], &[(7, 2.0, &[(0, 30)])]);
        for end in 0..file.len() {
            assert!(Weights::read(&file[..end]).is_err(), "cut at {end}");
        }
        for at in 0..file.len() {
            let mut altered = file.clone();
            altered[at] ^= 1;
            assert!(Weights::read(&altered).is_err(), "altered at {at}");
        }
        let mut other = file.clone();
        other[7] = b'2';
        assert_eq!(Weights::read(&other).expect_err("another version"), Bad::Magic);
    }

    #[test]
    fn the_weights_in_the_binary_are_whole() {
        if !crate::embedded::WEIGHTS.is_empty() {
            Weights::read(crate::embedded::WEIGHTS).expect("what training wrote");
        }
    }

    #[test]
    fn an_entry_of_no_class_is_refused() {
        assert_eq!(Weights::read(&written(&["one"], &[(7, 1.0, &[(4, 1)])])).expect_err("no such class"), Bad::Shape);
    }
}
