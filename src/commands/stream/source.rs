//! Where a stream comes from: a file or standard input, packed or not, in UTF-8 or UTF-16.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use crate::error::Error;
use crate::import::{Encoding, decode_as, encoding_of};

/// So much is read at once, in bytes.
const BLOCK: usize = 256 * 1024;
/// The first bytes of gzip (RFC 1952) and of a zstd frame (RFC 8878).
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A stream of text in UTF-8.
pub(super) type Source = Box<dyn Read + Send>;

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// When it cannot be read.
pub(super) fn open(path: &Path) -> Result<Source, Error> {
    let unreadable = |why: String| Error::Unreadable { path: path.to_path_buf(), why };
    let raw: Source = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        let file = File::open(path).map_err(|why| unreadable(why.to_string()))?;
        if file.metadata().is_ok_and(|data| data.is_dir()) {
            return Err(unreadable("it's a folder".to_owned()));
        }
        Box::new(file)
    };
    unpacked(raw).and_then(decoded).map_err(|why| unreadable(why.to_string()))
}

/// The text of an archive, or the input itself.
fn unpacked(raw: Source) -> io::Result<Source> {
    let mut raw = BufReader::with_capacity(BLOCK, raw);
    let first = first(&mut raw, ZSTD.len())?;
    Ok(if first.starts_with(&GZIP) {
        Box::new(MultiGzDecoder::new(raw))
    } else if first.starts_with(&ZSTD) {
        Box::new(Frames { frame: None, rest: Some(raw) })
    } else {
        Box::new(raw)
    })
}

/// The first bytes of a stream, which are read again.
fn first<R: BufRead>(raw: &mut R, least: usize) -> io::Result<Vec<u8>> {
    let there = raw.fill_buf()?;
    Ok(there[..there.len().min(least)].to_vec())
}

/// The text in UTF-8, without its mark.
fn decoded(source: Source) -> io::Result<Source> {
    let mut source = BufReader::with_capacity(BLOCK, source);
    let (encoding, mark) = encoding_of(source.fill_buf()?);
    source.consume(mark);
    Ok(match encoding {
        Encoding::Utf8 => Box::new(source),
        encoding => Box::new(Wide { source, encoding, ready: Vec::new(), given: 0 }),
    })
}

/// The frames of a zstd archive, one after the other.
struct Frames<R: BufRead> {
    frame: Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
    rest: Option<R>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(into)?;
                if read > 0 || into.is_empty() {
                    return Ok(read);
                }
                self.rest = self.frame.take().map(StreamingDecoder::into_inner);
            }
            let Some(mut rest) = self.rest.take() else { return Ok(0) };
            if rest.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = StreamingDecoder::new(rest);
            self.frame = Some(frame.map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why.to_string()))?);
        }
    }
}

/// A text in UTF-16 as UTF-8.
struct Wide {
    source: BufReader<Source>,
    encoding: Encoding,
    ready: Vec<u8>,
    given: usize,
}

impl Read for Wide {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            let mut block = Vec::new();
            // Whole units, and a pair of surrogates is not cut: its first half waits for the second.
            self.source.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if self.ends_in_half(&block) {
                self.source.by_ref().take(2).read_to_end(&mut block)?;
            }
            self.ready = decode_as(self.encoding, &block).0.into_owned().into_bytes();
            self.given = 0;
        }
        let length = into.len().min(self.ready.len() - self.given);
        into[..length].copy_from_slice(&self.ready[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

impl Wide {
    fn ends_in_half(&self, block: &[u8]) -> bool {
        let from_end = if self.encoding == Encoding::Utf16Le { 1 } else { 2 };
        let high = block.len().checked_sub(from_end).and_then(|at| block.get(at));
        high.is_some_and(|high| (0xd8..0xdc).contains(high))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        decoded(unpacked(Box::new(io::Cursor::new(bytes.to_vec())))?)?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("written");
        packed.finish().expect("packed")
    }

    fn zstd(text: &str) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn archives_of_several_parts_are_one_text() {
        let parts = |pack: fn(&str) -> Vec<u8>| [pack("one\n"), pack("two €\n")].concat();
        for bytes in [parts(gzip), parts(zstd), b"one\ntwo \xe2\x82\xac\n".to_vec()] {
            assert_eq!(read(&bytes).expect("a text"), "one\ntwo €\n");
        }
        assert_eq!(read(b"").expect("a text"), "");
    }

    #[test]
    fn an_archive_that_is_cut_off_is_an_error() {
        for packed in [gzip(&"a record\n".repeat(1000)), zstd(&"a record\n".repeat(1000))] {
            assert!(read(&packed[..packed.len() - 6]).is_err());
        }
    }

    #[test]
    fn a_text_in_utf_16_is_read_whatever_its_length() {
        let text = "𝄞a".repeat(BLOCK / 6 + 3);
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(read(&little).expect("a text"), text);
        assert_eq!(read(&big).expect("a text"), text);
        assert_eq!(read(b"\xef\xbb\xbfone").expect("a text"), "one");
    }
}
