//! A text of any size, block by block: each ends with a line, and within no value that goes on in the next.

use std::io::Read;

use crate::commands::diagnose::{BLOCK, partial};
use crate::import::{Encoding, decode_as, encoding_of};

/// A line that is longer is cut, in bytes.
const LONGEST_LINE: usize = 64 * 1024 * 1024;
/// So far back a place to cut at is looked for, in bytes.
const BACK: usize = 256 * 1024;

/// The blocks of a text.
pub(super) struct Blocks<'s> {
    source: &'s mut dyn Read,
    form: Option<(Encoding, usize)>,
    /// Bytes that are no whole character yet.
    bytes: Vec<u8>,
    /// Text that was read and not given.
    text: String,
    /// Whether some bytes were no text.
    pub(super) lost: bool,
    ended: bool,
}

impl<'s> Blocks<'s> {
    pub(super) const fn new(source: &'s mut dyn Read) -> Self {
        Self { source, form: None, bytes: Vec::new(), text: String::new(), lost: false, ended: false }
    }

    /// The encoding and the length of the byte order mark; known once a block was read.
    pub(super) fn form(&self) -> (Encoding, usize) {
        self.form.unwrap_or((Encoding::Utf8, 0))
    }

    /// The next block. `None` at the end.
    pub(super) fn next(&mut self) -> std::io::Result<Option<String>> {
        while !self.ended {
            self.read()?;
            if let Some(end) = end_of_block(&self.text).filter(|_| !self.ended) {
                let rest = self.text.split_off(end);
                return Ok(Some(std::mem::replace(&mut self.text, rest)));
            }
        }
        Ok(Some(std::mem::take(&mut self.text)).filter(|text| !text.is_empty()))
    }

    fn read(&mut self) -> std::io::Result<()> {
        let before = self.bytes.len();
        self.source.take(BLOCK).read_to_end(&mut self.bytes)?;
        self.ended = self.bytes.len() == before;
        let (encoding, mark) = *self.form.get_or_insert_with(|| encoding_of(&self.bytes));
        let start = if self.text.is_empty() && before == 0 { mark.min(self.bytes.len()) } else { 0 };
        let whole =
            if self.ended { self.bytes.len() } else { self.bytes.len() - partial(encoding, &self.bytes[start..]) };
        let (text, lost) = decode_as(encoding, &self.bytes[start..whole]);
        self.text.push_str(&text);
        self.lost |= lost;
        self.bytes.drain(..whole);
        Ok(())
    }
}

/// Where a block can end. `None` where more has to be read first.
fn end_of_block(text: &str) -> Option<usize> {
    let most = text.rfind("-----BEGIN").filter(|begin| !text[*begin..].contains("-----END")).unwrap_or(text.len());
    let least = text.floor_char_boundary(text.len().saturating_sub(BACK));
    let mut end = most;
    while let Some(at) = text[..end].rfind('\n') {
        if !goes_on(&text[at + 1..]) || at < least {
            return Some(at + 1);
        }
        end = at;
    }
    if text.len() < LONGEST_LINE {
        return None;
    }
    let space = text[least..].rfind([' ', ',', '"', '>']).map(|at| least + at + 1);
    Some(space.unwrap_or(text.len()))
}

/// Whether a line may be the rest of a value that a terminal broke.
fn goes_on(text: &str) -> bool {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(bytes: &[u8]) -> Vec<String> {
        let mut source = bytes;
        let mut blocks = Blocks::new(&mut source);
        std::iter::from_fn(|| blocks.next().expect("a block")).collect()
    }

    #[test]
    fn a_text_is_whole_again() {
        let line = "2026-10-05T04:00:12Z INFO für alle: nothing to see here\r\n";
        let text = line.repeat(usize::try_from(BLOCK).expect("a size") / line.len() + 5000);
        let parts = blocks(text.as_bytes());
        assert!(parts.len() > 1 && parts.concat() == text);
        assert!(parts[0].ends_with('\n'));
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert!(blocks(&wide).concat() == text);
        assert_eq!(blocks(b""), Vec::<String>::new());
    }

    #[test]
    fn no_block_ends_within_a_key_or_a_broken_token() {
        assert_eq!(end_of_block("a b\n-----BEGIN PRIVATE KEY-----\nabc\n"), Some(4));
        assert_eq!(end_of_block("a b\nx eyJh\nabcdefghijklmnopqrstuvwxyz\nabc"), Some(4));
        assert_eq!(end_of_block("no line yet"), None);
    }
}
