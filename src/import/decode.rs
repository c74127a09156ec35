//! Bytes to text: UTF-8, UTF-16 with or without a byte order mark, and Windows-1252 where neither fits.

use std::borrow::Cow;

/// How bytes stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; what is none of it is read as Windows-1252, byte by byte.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

/// The text of some bytes, and whether some of them could not be read.
#[must_use]
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let (encoding, mark) = encoding_of(bytes);
    decode_as(encoding, &bytes[mark..])
}

/// The encoding of a text that begins with these bytes, and the length of its byte order mark.
#[must_use]
pub fn encoding_of(start: &[u8]) -> (Encoding, usize) {
    match start {
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        _ => (without_mark(&start[..start.len().min(512)]), 0),
    }
}

/// Text of Western languages has a zero in every second byte of UTF-16, and nearly none elsewhere.
fn without_mark(start: &[u8]) -> Encoding {
    let pairs = start.len() / 2;
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    if pairs >= 4 && low_first * 10 > pairs * 9 && high_first * 10 < pairs {
        Encoding::Utf16Le
    } else if pairs >= 4 && high_first * 10 > pairs * 9 && low_first * 10 < pairs {
        Encoding::Utf16Be
    } else {
        Encoding::Utf8
    }
}

/// The same, where the encoding is known and no byte order mark stands before it.
#[must_use]
pub fn decode_as(encoding: Encoding, bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match encoding {
        Encoding::Utf16Le => utf16(bytes, u16::from_le_bytes),
        Encoding::Utf16Be => utf16(bytes, u16::from_be_bytes),
        Encoding::Utf8 => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), false);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut lost = false;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let read = windows1252(*byte);
            lost |= read.is_none();
            text.push(read.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
    (Cow::Owned(text), lost)
}

/// So many letters above ASCII stand together in a word of a Western language.
const MOST_LETTERS: usize = 3;

/// The text of a line of a larger input: UTF-8, or Windows-1252 where the bytes above ASCII are letters within words, or
/// quotation marks and dashes. `None` for other bytes.
#[must_use]
pub fn text_of_line(line: &[u8]) -> Option<Cow<'_, str>> {
    if let Ok(text) = std::str::from_utf8(line) {
        return Some(Cow::Borrowed(text));
    }
    let is_control = |byte: &u8| *byte < b' ' && !b"\t\n\r".contains(byte);
    if line.iter().any(is_control) || line.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return None;
    }
    let is_word = |run: &[u8], at: usize| {
        let beside = [at.checked_sub(1).and_then(|before| line.get(before)), line.get(at + run.len())];
        run.len() <= MOST_LETTERS && beside.into_iter().flatten().any(u8::is_ascii_alphabetic)
    };
    let mut at = 0;
    for run in line.chunk_by(|one, other| one.is_ascii() == other.is_ascii()) {
        let is_mark = |byte: &u8| matches!(byte, 0x80 | 0x85 | 0x91..=0x97 | 0xa0 | 0xab | 0xb0 | 0xbb);
        if !run.is_ascii() && !run.iter().all(is_mark) && !is_word(run, at) {
            return None;
        }
        at += run.len();
    }
    let text: Option<String> =
        line.iter().map(|byte| if byte.is_ascii() { Some(char::from(*byte)) } else { windows1252(*byte) }).collect();
    text.map(Cow::Owned)
}

/// Windows-1252 above ASCII. Five bytes mean nothing in it.
fn windows1252(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(HIGH[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Cow<'_, str>, bool) {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut lost = bytes.len() % 2 == 1;
    let text: String = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                lost = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (Cow::Owned(text), lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, bool) {
        let (text, lost) = decode(bytes);
        (text.into_owned(), lost)
    }

    #[test]
    fn windows_tools_write_utf16() {
        let plain: Vec<u8> = "AADSTS50034: no user".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(plain.iter().copied()).collect();
        let other: Vec<u8> = "AADSTS50034: no user".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [plain, marked, other] {
            assert_eq!(read(&bytes), ("AADSTS50034: no user".to_owned(), false));
        }
    }

    #[test]
    fn older_tools_write_windows_1252() {
        assert_eq!(read(b"\x93Zugriff verweigert\x94 f\xfcr AADSTS50034").0, "“Zugriff verweigert” für AADSTS50034");
        assert_eq!(read("für".as_bytes()), ("für".to_owned(), false));
    }

    #[test]
    fn a_line_is_windows_1252_where_its_bytes_are_those_of_words() {
        let told = |bytes: &'static [u8]| text_of_line(bytes).map(Cow::into_owned);
        assert_eq!(told("für €".as_bytes()).as_deref(), Some("für €"));
        assert_eq!(
            told(b"M\xfcller, Gr\xf6\xdfe, \x93Z\xfcrich\x94 \x96 5\xa0\x80").as_deref(),
            Some("Müller, Größe, “Zürich” – 5\u{a0}€")
        );
        for none in [&b"\xff\xfe no text"[..], b"a\x81b", b"a\0\xfcb", "ü".as_bytes().split_last().expect("bytes").1] {
            assert_eq!(told(none), None, "{none:?}");
        }
        assert_eq!(told(b"f\xc3\xbcr f\xfcr"), None, "UTF-8 that was damaged");
        assert_eq!(told(b"ab\xc0\xc1\xc2\xc3cd"), None);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (text, lost) = read(b"AADSTS50034 \x81");
        assert!(text.starts_with("AADSTS50034") && lost);
        assert!(!read(b"\0\0\0\0\0\0\0\0\0\0").1);
    }
}
