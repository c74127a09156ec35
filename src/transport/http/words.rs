//! The words of libraries and peers, made fit for a record.

use std::error::Error;
use std::io;

/// At most this many characters of a detail are kept.
pub(super) const MAX_DETAIL: usize = 600;
/// No chain of causes is followed further.
const MAX_LINKS: usize = 16;

/// An error and its causes, the outermost first, and what an `io::Error` holds, which `source` passes over.
pub(super) fn links<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut links = Vec::new();
    let mut next = Some(error);
    while let Some(link) = next.filter(|_| links.len() < MAX_LINKS) {
        links.push(link);
        next = link
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .map(|inner| inner as &(dyn Error + 'static))
            .or_else(|| link.source());
    }
    links
}

/// The same in words, without what a link says again.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for link in links(error) {
        let text = link.to_string();
        if !words.last().is_some_and(|outer| outer.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

/// One line of at most so many characters, without what moves a cursor or turns text around.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let clean: String = text.chars().filter(|c| !is_invisible(*c)).map(shown).take(most + 1).collect();
    match clean.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", clean[..end].trim_end()),
        None => clean.trim().to_owned(),
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_of_an_io_error_is_a_link() {
        let inner = io::Error::new(io::ErrorKind::ConnectionReset, "by the peer");
        let outer = io::Error::other(inner);
        let found = links(&outer).into_iter().filter_map(|link| link.downcast_ref::<io::Error>());
        assert!(found.into_iter().any(|e| e.kind() == io::ErrorKind::ConnectionReset));
        assert_eq!(chain(&outer), "by the peer");
    }

    #[test]
    fn a_line_is_bounded_and_moves_nothing() {
        assert_eq!(one_line(" a\r\n\u{1b}[31mb\u{202e}c ", 20), "a   [31mbc");
        assert_eq!(one_line("ööööö", 3), "ööö…");
        assert_eq!(one_line("ööö", 3), "ööö");
    }
}
