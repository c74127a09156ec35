//! Where in a log something may have failed or succeeded: looked for at the speed of memory, block by block. Blocks are
//! looked through without knowing one another, so that several threads can do it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::decode::{Encoding, decode_as};
use super::log::LONGEST_ENTRY;

/// What an entry that tells of a failure holds. Few, and rare in logs: each more costs speed over the whole log.
const OF_FAILURES: [&str; 17] = [
    "AADSTS",
    "nauthorized",
    "orbidden",
    "ManyRequests",
    "rror_desc",
    "nvalid_",
    "_required",
    "xception",
    "rror-",
    "microsoftonline",
    "api\\.powerbi",
    "api\\.fabric",
    "/myorg/",
    "rrorCode",
    "\\x22code\\x22",
    "EntityNotFound",
    "NotAccessible",
];
/// What an entry holds that tells of a success, or in a rarer way of a failure.
const OF_THE_REST: [&str; 16] = [
    "Many Requests",
    "login\\.windows",
    "token_type",
    "access_token",
    "oken acquired",
    "oken obtained",
    "oken received",
    "oken issued",
    "cquired",
    "btained",
    "TokenExpired",
    "NotLicensed",
    "CERTIFICATE_VERIFY",
    "certificate verify",
    "BI-Error",
    "rror_code",
];

static NARROW: LazyLock<Regex> = LazyLock::new(|| any_of(&[&OF_FAILURES]));
static WIDE: LazyLock<Regex> = LazyLock::new(|| any_of(&[&OF_FAILURES, &OF_THE_REST]));

fn any_of(lists: &[&[&str]]) -> Regex {
    let words: Vec<&str> = lists.iter().flat_map(|list| list.iter().copied()).collect();
    regex::bytes::RegexBuilder::new(&words.join("|")).unicode(false).build().expect("constant words")
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mesh {
    /// Failures alone: nothing that a success could end was seen.
    Narrow,
    /// Successes too.
    Wide,
}

/// Some lines of a log, looked through.
#[derive(Debug)]
pub struct Block<'t> {
    /// What was looked for.
    pub mesh: Mesh,
    /// Where it was found, in bytes from the start of the text; rising.
    pub(super) places: Vec<usize>,
    /// The lines that end in it.
    pub(super) lines: usize,
    /// The text. Where nothing was found, its beginning and its end are enough.
    pub(super) text: Text<'t>,
    /// Whether some of its bytes are no text.
    pub lost: bool,
}

/// As much of a block's text as is needed.
#[derive(Debug)]
pub(super) enum Text<'t> {
    Whole(Cow<'t, str>),
    Ends(String, String),
}

impl<'t> Block<'t> {
    /// Looks through a text.
    #[must_use]
    pub fn of(text: &'t str, mesh: Mesh) -> Self {
        let (places, lines) = sift(text.as_bytes(), mesh);
        Self { mesh, places, lines, text: Text::Whole(Cow::Borrowed(text)), lost: false }
    }
}

impl Block<'static> {
    /// Looks through bytes in UTF-8. Of a block without a place only its ends are kept.
    #[must_use]
    pub fn of_bytes(bytes: &[u8], mesh: Mesh) -> Self {
        let (places, lines) = sift(bytes, mesh);
        if places.is_empty() {
            let head = decode_as(Encoding::Utf8, &bytes[..bytes.len().min(LONGEST_ENTRY)]).0.into_owned();
            let tail = decode_as(Encoding::Utf8, &bytes[bytes.len().saturating_sub(LONGEST_ENTRY)..]).0.into_owned();
            return Self { mesh, places, lines, text: Text::Ends(head, tail), lost: false };
        }
        let (text, lost) = decode_as(Encoding::Utf8, bytes);
        let moved = text.len() != bytes.len();
        let text = text.into_owned();
        // Bytes of another encoding take more room as text.
        let places = if moved { sift(text.as_bytes(), mesh).0 } else { places };
        Self { mesh, places, lines, text: Text::Whole(Cow::Owned(text)), lost }
    }

    /// Whether something was found.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.places.is_empty()
    }
}

fn sift(bytes: &[u8], mesh: Mesh) -> (Vec<usize>, usize) {
    let places = places(bytes, mesh).collect();
    (places, lines(bytes))
}

/// Where something may have happened.
pub(super) fn places(bytes: &[u8], mesh: Mesh) -> impl Iterator<Item = usize> + '_ {
    let words = if mesh == Mesh::Wide { &WIDE } else { &NARROW };
    words.find_iter(bytes).map(|found| found.start())
}

/// The lines that end in a text.
pub(super) fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// How far behind the place at which a block should end the end of its last line is looked for, in bytes.
pub const REACH: usize = 64 * 1024;

/// Where a block begins, seen from the place at which it should: behind the line that goes on there. Of a line that does
/// not end within reach: behind the character that goes on.
#[must_use]
pub fn start_of_block(bytes: &[u8]) -> usize {
    let near = &bytes[..bytes.len().min(REACH)];
    let character = || near.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    memchr::memchr(b'\n', near).map_or_else(character, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_keeps_its_place_in_any_encoding() {
        for bytes in [&b"x\n caf\xe9 AADSTS50034\n"[..], "x\n café AADSTS50034\n".as_bytes()] {
            let block = Block::of_bytes(bytes, Mesh::Narrow);
            let Text::Whole(text) = &block.text else { panic!("nothing was found") };
            assert!(text[block.places[0]..].starts_with("AADSTS"), "{text}");
            assert_eq!(block.lines, 2);
        }
        let calm = Block::of_bytes(b"token acquired\n", Mesh::Narrow);
        assert!(calm.is_calm() && !Block::of_bytes(b"token acquired\n", Mesh::Wide).is_calm());
    }

    #[test]
    fn blocks_begin_with_a_line_or_a_character() {
        assert_eq!(start_of_block(b"end\nnext"), 4);
        assert_eq!(start_of_block("é".repeat(REACH).as_bytes().split_at(1).1), 1);
        assert_eq!(start_of_block(b""), 0);
    }
}
