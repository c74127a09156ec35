//! A text as it was meant: without colours, prefixes, entities and the line breaks of terminals.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::line::{Prefix, prefix, without_command};
use crate::pattern::{Captures, Pattern, pattern};

/// A text and where its lines came from.
#[derive(Debug, Default)]
pub(super) struct Clean {
    /// The text.
    pub(super) text: String,
    /// The lines: where each begins, its number in the input from 1, its time, and whether an entry of a log begins.
    lines: Vec<Line>,
    /// Whether it is a log whose entries begin with a time.
    pub(super) is_log: bool,
}

/// A line of a clean text.
#[derive(Debug)]
struct Line {
    start: usize,
    number: usize,
    time: Option<String>,
    entry: bool,
    calm: bool,
}

static COLOURS: Pattern = pattern!(
    r"(?:\x1b|\\u001b|\\x1b|\\033|␛)\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[()][A-Z0-9]",
);
static ENTITY: Pattern = pattern!(r"&(#[0-9]{1,5}|#x[0-9a-fA-F]{1,4}|quot|amp|lt|gt|apos|nbsp);");
static TAG: Pattern = pattern!(
    r"(?i)<(/?(?:p|br|div|li|ul|ol|tr|h[1-6]|pre|table|body|html|title|head)|/?(?:span|b|i|em|a|td|th|strong|code|font|img|meta|link|center))(?:\s[^<>]*)?/?>",
);
static ENCODED: Pattern =
    pattern!(r"\b(error_description|error_subcode|error_uri)=([^\s&'\x22<>]*(?:%[0-9A-Fa-f]{2}|\+)[^\s&'\x22<>]*)");
static BROKEN_CODE: Pattern = pattern!(r"AADSTS[0-9]{0,9}$");
static FRAME: Pattern = pattern!(r"^(?:at [\w.<]|\w[\w.-]*\s*[:=]|[-+*>#|]|[0-9]+[.:)])");

/// Cleans a text.
pub(super) fn clean(text: &str) -> Clean {
    let plain = plain(text);
    let raw: Vec<&str> = plain.split('\n').collect();
    let prefixes: Vec<Option<Prefix<'_>>> = raw.iter().map(|line| prefix(line)).collect();
    let timed = prefixes.iter().flatten().count();
    let console = prefixes.iter().flatten().filter(|prefix| prefix.console).count() * 2 > timed;
    let width = wrap_width(&raw);
    let mut clean = Clean { is_log: timed >= 2 && !console, ..Clean::default() };
    for (index, (line, prefix)) in raw.iter().zip(&prefixes).enumerate() {
        let body = without_command(without_frame(&line[prefix.as_ref().map_or(0, |prefix| prefix.length)..]));
        let broken = index > 0 && prefix.is_none() && is_broken(&clean.text, raw[index - 1], body, width);
        if broken {
            clean.text.push_str(joint(&clean.text, raw[index - 1], body, width));
        } else {
            if index > 0 {
                clean.text.push('\n');
            }
            clean.lines.push(Line {
                start: clean.text.len(),
                number: index + 1,
                time: prefix.as_ref().map(|prefix| prefix.time.to_owned()),
                entry: prefix.is_some(),
                calm: prefix.as_ref().is_some_and(|prefix| prefix.calm),
            });
        }
        clean.text.push_str(if broken { body.trim_start() } else { body });
    }
    clean
}

impl Clean {
    fn line(&self, at: usize) -> Option<&Line> {
        let index = self.lines.partition_point(|line| line.start <= at);
        self.lines.get(index.checked_sub(1)?)
    }

    /// The number of the line at a place, from 1.
    pub(super) fn number(&self, at: usize) -> usize {
        self.line(at).map_or(1, |line| line.number)
    }

    /// The time of the entry at a place.
    pub(super) fn time(&self, at: usize) -> Option<&str> {
        let index = self.lines.partition_point(|line| line.start <= at);
        self.lines[..index].iter().rev().find_map(|line| line.time.as_deref())
    }

    /// Whether the line at a place says that it tells of nothing bad.
    pub(super) fn calm(&self, at: usize) -> bool {
        self.line(at).is_some_and(|line| line.calm)
    }

    /// Where the entry at a place begins and ends. Of a text that is no log: the whole text.
    pub(super) fn entry(&self, at: usize) -> std::ops::Range<usize> {
        if !self.is_log {
            return 0..self.text.len();
        }
        let index = self.lines.partition_point(|line| line.start <= at);
        let start = self.lines[..index].iter().rfind(|line| line.entry).map_or(0, |line| line.start);
        let end = self.lines[index..].iter().find(|line| line.entry).map_or(self.text.len(), |line| line.start);
        start..end
    }
}

/// The text without colours, control characters, tags, entities and percent escapes of error pages.
fn plain(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains(['\x1b', '␛']) || text.contains("\\u001b[") || text.contains("\\x1b[") || text.contains("\\033[")
    {
        text = Cow::Owned(COLOURS.without(&text).into_owned());
    }
    if text.contains('\r') {
        text = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t') || is_hidden(c)) {
        text = Cow::Owned(
            text.chars().filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !is_hidden(*c)).collect(),
        );
    }
    if text.contains('<') && TAG.is_match(&text) {
        let between = |found: &Captures<'_>| {
            let is_block = found[1].len() <= 6 && is_block(&found[1]);
            if is_block { "\n".to_owned() } else { String::new() }
        };
        text = Cow::Owned(TAG.replace(&text, between).into_owned());
    }
    if text.contains('&') {
        text = Cow::Owned(ENTITY.replace(&text, |found| entity(&found[1])).into_owned());
    }
    if text.contains("error_") && text.contains(['%', '+']) {
        text = Cow::Owned(ENCODED.replace(&text, decoded).into_owned());
    }
    text
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_block(tag: &str) -> bool {
    let tag = tag.trim_start_matches('/').to_ascii_lowercase();
    !matches!(tag.as_str(), "span" | "b" | "i" | "em" | "a" | "td" | "th" | "code" | "strong" | "font" | "img")
}

fn entity(name: &str) -> String {
    let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
    let number = number.or_else(|| name.strip_prefix('#').map(str::parse));
    let c = match (number, name) {
        (Some(code), _) => code.ok().and_then(char::from_u32).unwrap_or(' '),
        (None, "quot") => '"',
        (None, "amp") => '&',
        (None, "lt") => '<',
        (None, "gt") => '>',
        (None, "apos") => '\'',
        (None, _) => ' ',
    };
    c.to_string()
}

/// A member of a query, as it was before it was put into an address.
fn decoded(found: &Captures<'_>) -> String {
    let value = found[2].replace('+', " ");
    format!("{}={}", &found[1], percent_decode_str(&value).decode_utf8_lossy())
}

/// A line without the bar that a tool draws before it.
fn without_frame(line: &str) -> &str {
    let bare = line.trim_start_matches(['│', '┃', '╷', '╵']);
    if bare.len() < line.len() { bare.strip_prefix(' ').unwrap_or(bare) } else { line }
}

/// The width at which a terminal broke the lines: the longest length, where several lines have exactly it.
fn wrap_width(lines: &[&str]) -> Option<usize> {
    let longest = lines.iter().map(|line| line.chars().count()).max().filter(|longest| (60..400).contains(longest))?;
    (lines.iter().filter(|line| line.chars().count() == longest).count() >= 2).then_some(longest)
}

/// Whether a line goes on where a terminal broke the one before.
fn is_broken(text: &str, before: &str, body: &str, width: Option<usize>) -> bool {
    let next = body.trim_start();
    let Some(first) = next.chars().next() else { return false };
    let last_line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    if first.is_ascii_digit() && BROKEN_CODE.is_match(last_line) {
        return true;
    }
    if width.is_some_and(|width| before.chars().count() == width) {
        return true;
    }
    let ends_open = last_line.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '\'' | '-'));
    let goes_on = first.is_lowercase() || first == '\'' && next.len() > 1;
    last_line.len() >= 40 && ends_open && goes_on && !FRAME.is_match(next)
}

/// What belongs between a broken line and its rest: nothing where a word was cut.
fn joint(text: &str, before: &str, body: &str, width: Option<usize>) -> &'static str {
    let last_line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    let code = BROKEN_CODE.is_match(last_line) && body.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let cut = width.is_some_and(|width| before.chars().count() == width) && !body.starts_with(' ');
    if code || cut || text.ends_with(' ') { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        clean(raw).text
    }

    #[test]
    fn colours_entities_and_tags_are_no_text() {
        assert_eq!(text("\x1b[31mError:\x1b[0m AADSTS50034\0"), "Error: AADSTS50034");
        assert_eq!(text("identifier &#39;x&#x27; &quot;y&quot; &amp;"), "identifier 'x' \"y\" &");
        assert_eq!(text("<p>one<br/>two <b>three</b></p>"), "\none\ntwo three\n");
        assert_eq!(text("<fieldset> stays, and a < b"), "<fieldset> stays, and a < b");
    }

    #[test]
    fn a_redirect_is_decoded() {
        let raw = "http://localhost/cb?error=access_denied&error_description=AADSTS65004%3A+User+declined.%0D%0ATrace+ID%3A+x&state=1";
        assert_eq!(
            text(raw),
            "http://localhost/cb?error=access_denied&error_description=AADSTS65004: User declined.\r\nTrace ID: x&state=1"
        );
    }

    #[test]
    fn broken_lines_are_whole_again() {
        assert_eq!(text("ERROR: AADSTS700\n016: Application"), "ERROR: AADSTS700016: Application");
        assert_eq!(
            text("│ Error: AADSTS50034: The user account does not\n│ exist in the directory."),
            "Error: AADSTS50034: The user account does not exist in the directory."
        );
        let wide = "x".repeat(68);
        assert_eq!(
            text(&format!("{wide}Max retries exc\needed with url: {wide}\n{wide}y{wide}")).matches("exceeded").count(),
            0
        );
        let wrapped = format!(
            "{wide}Max retries ex\nceeded with url: /common/oauth2/token and so on until the width i{}\ns reached",
            "x".repeat(17)
        );
        assert!(text(&wrapped).contains("Max retries exceeded with"), "{}", text(&wrapped));
    }

    #[test]
    fn lines_that_stand_for_themselves_stay() {
        let trace =
            "System.Exception: something that is longer than forty characters\n   at Contoso.Main()\nstatus: 401";
        assert_eq!(text(trace), trace);
    }

    #[test]
    fn a_place_tells_its_line_and_time() {
        let log = "2026-10-05 04:00:12 INFO one\n2026-10-05 04:00:13 ERROR two\n  more of two\n2026-10-05 04:00:14 INFO three";
        let clean = clean(log);
        let at = clean.text.find("more").expect("more");
        assert!(clean.is_log);
        assert_eq!((clean.number(at), clean.time(at)), (3, Some("2026-10-05 04:00:13")));
        assert_eq!(&clean.text[clean.entry(at)], "two\n  more of two\n");
    }
}
