//! Bytes to text: UTF-8, UTF-16 with a byte order mark, and anything else as far as it can be read.

/// The text of some bytes, and whether some of them could not be read.
#[must_use]
pub fn decode(bytes: &[u8]) -> (String, bool) {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> (String, bool) {
    let text = String::from_utf8_lossy(bytes);
    let lost = matches!(text, std::borrow::Cow::Owned(_));
    (text.into_owned(), lost)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, bool) {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut lost = bytes.len() % 2 == 1;
    let text = char::decode_utf16(units)
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                lost = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (text, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_tools_write_utf16() {
        let bytes: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("AADSTS50034".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&bytes), ("AADSTS50034".to_owned(), false));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (text, lost) = decode(b"AADSTS50034 \xff");
        assert!(text.starts_with("AADSTS50034") && lost);
    }
}
