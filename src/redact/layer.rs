//! Text within text: what is percent-encoded, written with entities of HTML or with escapes of JSON is read as what it
//! says, and found where it stands.

use std::ops::Range;

use super::find::Span;
use super::scan;

/// Texts are not encoded more often.
const DEEPEST: usize = 3;

/// A text as it reads when one layer is taken off, and where each of its parts stood.
struct View {
    text: String,
    /// Where a part begins in the view and in the text, for each part that follows an escape.
    parts: Vec<(usize, usize)>,
}

/// Values in what is encoded.
pub(super) fn spans(text: &str, found: &mut Vec<Span>) {
    let mut done = 0;
    while let Some(encoded) = encoded(text, done) {
        let from = text.floor_char_boundary(encoded.saturating_sub(2000)).max(done);
        let start = text[from..encoded].rfind('\n').map_or(from, |end| from + end + 1);
        let rest = &text[encoded..];
        let rest = &rest[..rest.floor_char_boundary(rest.len().min(64 * 1024))];
        let end = encoded + rest.find('\n').unwrap_or(rest.len());
        done = end;
        line(&text[start..end], start, found);
    }
}

/// Where the next sign that sets a value, or quote, is encoded.
fn encoded(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'%', b'&', b'\\', bytes.get(from..)?).map(|at| from + at).find(|at| is_encoded(&bytes[*at..]))
}

fn is_encoded(bytes: &[u8]) -> bool {
    let any = |text: &[u8], of: &[&str]| {
        of.iter().any(|one| text.get(..one.len()).is_some_and(|start| start.eq_ignore_ascii_case(one.as_bytes())))
    };
    match bytes[0] {
        b'%' => {
            let mut rest = &bytes[1..];
            while let Some(inner) = rest.strip_prefix(b"25") {
                rest = inner;
            }
            any(rest, &["22", "27", "3d", "3a", "7b"])
        }
        b'&' => {
            let rest = bytes[1..].strip_prefix(b"amp;").unwrap_or(&bytes[1..]);
            let names = ["quot;", "apos;", "equals;", "colon;", "gt;"];
            any(rest, &names) || any(rest, &["#34;", "#39;", "#58;", "#61;", "#x22;", "#x27;", "#x3a;", "#x3d;"])
        }
        _ => any(&bytes[1..], &["u0022", "u0027", "u003a", "u003d", "u0026", "x22", "x27", "x3a", "x3d", "x26"]),
    }
}

fn line(line: &str, at: usize, found: &mut Vec<Span>) {
    let mut views: Vec<View> = Vec::new();
    for _ in 0..DEEPEST {
        let last = views.last().map_or(line, |view| view.text.as_str());
        if encoded(last, 0).is_none() {
            break;
        }
        let view = View::of(last);
        let mut inner = Vec::new();
        scan::spans(&view.text, last.contains('%') && !view.text.contains('{'), &mut inner);
        for mut span in inner {
            let mut range = view.place(&span.range);
            for outer in views.iter().rev() {
                range = outer.place(&range);
            }
            span.range = at + range.start..at + range.end;
            found.push(span);
        }
        views.push(view);
    }
}

impl View {
    fn of(text: &str) -> Self {
        let mut view = Self { text: String::with_capacity(text.len()), parts: vec![(0, 0)] };
        let mut at = 0;
        while let Some(next) = text[at..].find(['%', '&', '\\']).map(|gap| at + gap) {
            view.text.push_str(&text[at..next]);
            if let Some((says, length)) = escape(&text[next..]) {
                view.parts.push((view.text.len(), next));
                view.text.push_str(&says);
                at = next + length;
                view.parts.push((view.text.len(), at));
            } else {
                view.text.push_str(&text[next..=next]);
                at = next + 1;
            }
        }
        view.text.push_str(&text[at..]);
        view
    }

    /// Where a piece of the view stands in the text.
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let part = self.parts.partition_point(|(view, _)| *view <= at) - 1;
            let (view, text) = self.parts[part];
            text + at - view
        };
        place(range.start)..place(range.end)
    }
}

/// What an escape at the beginning of a text says, and its length.
fn escape(text: &str) -> Option<(String, usize)> {
    if text.starts_with('%') {
        return percent(text);
    }
    if let Some(digits) = text.strip_prefix("\\u").and_then(|rest| rest.get(..4)) {
        let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control())?;
        return Some((c.to_string(), 6));
    }
    if let Some(digits) = text.strip_prefix("\\x").and_then(|rest| rest.get(..2)) {
        let c = u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii_graphic)?;
        return Some((char::from(c).to_string(), 4));
    }
    let end = text.find(';').filter(|end| text.starts_with('&') && *end <= 9)?;
    let says = match &text[1..end] {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "equals" => '=',
        "colon" => ':',
        "nbsp" => ' ',
        number => {
            let digits = number.strip_prefix('#')?;
            let hex = digits.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| digits.parse()).ok()?).filter(|c| !c.is_control())?
        }
    };
    Some((says.to_string(), end + 1))
}

/// A character that is percent-encoded, of one byte or several.
fn percent(text: &str) -> Option<(String, usize)> {
    let byte = |at: usize| {
        let digits = text.get(at..at + 3)?.strip_prefix('%')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let first = byte(0)?;
    let count = if first < 0x80 { 1 } else { first.leading_ones() as usize };
    let bytes: Option<Vec<u8>> = (0..count.min(4)).map(|number| byte(number * 3)).collect();
    let says = String::from_utf8(bytes?).ok().filter(|says| !says.chars().any(char::is_control))?;
    Some((says, count * 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_view_stands_where_it_stood() {
        let text = "a%3Db&quot;c\\u003dd%C3%A9e%";
        let view = View::of(text);
        assert_eq!(view.text, "a=b\"c=déte%".replace('t', ""));
        let at = view.text.find('b').expect("b");
        assert_eq!(&text[view.place(&(at..at + 2))], "b&quot;");
        let at = view.text.find('é').expect("é");
        assert_eq!(&text[view.place(&(at..at + 2))], "%C3%A9");
    }
}
