//! Tables: a column that the header names, in rows of tabs, bars, commas or blanks; or cell below cell, as pages are
//! copied.

use std::ops::Range;

use super::cursor::Read;
use super::find::Span;
use super::names::{Named, named};
use super::plausible::Tie;
use super::scan::taken;

/// More rows than this are not read.
const ROWS: usize = 200;
/// Longer lines are no rows, in bytes.
const LONGEST: usize = 2000;
/// A longer cell names no column.
const HEADER: usize = 40;

/// What the column of the values is called.
const VALUES: &[&str] = &["value", "wert", "valeur", "valor", "valore", "値", "值"];

/// The values below a name, where it stands in the header of a table.
pub(super) fn below(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    page(text, start, end, found);
    if !is_cell(text, start, end) {
        return;
    }
    let Some(line) = line_around(text, start) else { return };
    let header = &text[line.clone()];
    let Some((delimiter, cells)) = cells_of(header, &(start - line.start..end - line.start)) else {
        single(text, &line, found);
        return;
    };
    let cell = |range: &Range<usize>| bare(&header[range.clone()]);
    let is_header = |range: &Range<usize>| cell(range).len() <= HEADER && is_title(cell(range));
    let by_comma = matches!(delimiter, Delimiter::Sign(',' | ';'));
    if !cells.iter().all(is_header) || by_comma && cells.iter().any(|range| cell(range).is_empty()) {
        return;
    }
    let wanted = cells.iter().position(|range| range.start <= start - line.start && end - line.start <= range.end);
    let Some(wanted) = wanted else { return };
    if matches!(delimiter, Delimiter::Sign('|')) && is_pair(header, &cells, wanted) && !is_ruled(text, line.end) {
        return;
    }
    let Some((column, named)) = column(&cells, wanted, &|index| cell(&cells[index]).to_owned()) else { return };
    for row in rows(text, line.end) {
        let content = &text[row.clone()];
        if content.trim().is_empty() {
            break;
        }
        if content.chars().all(is_of_rule) {
            continue;
        }
        let found_cell = match delimiter {
            Delimiter::Sign(sign) => {
                let own = split(content, sign);
                own.get(column).filter(|_| !by_comma || own.len() == cells.len()).cloned()
            }
            Delimiter::Gap => match cells_of(content, &(0..0)) {
                Some((Delimiter::Gap, own)) if own.len() == cells.len() => own.get(column).cloned(),
                _ => under(content, &cells, column),
            },
        };
        let Some(cell) = found_cell else { break };
        let value = bare(&content[cell.clone()]);
        let at = cell.start + content[cell].find(value).unwrap_or(0);
        found.extend(taken(text, row.start + at..row.start + at + value.len(), named, Tie::Set, false));
    }
}

/// Whether a row is a name and its value, in a table of such rows.
fn is_pair(row: &str, cells: &[Range<usize>], wanted: usize) -> bool {
    let mut full = (0..cells.len()).filter(|index| !bare(&row[cells[*index].clone()]).is_empty());
    full.next() == Some(wanted) && full.count() == 1
}

/// Whether the line behind a row is the rule below a header.
fn is_ruled(text: &str, end: usize) -> bool {
    let next = text[end..].trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    next.contains("--") && next.chars().all(is_of_rule)
}

const fn is_of_rule(c: char) -> bool {
    matches!(c, '-' | '=' | '|' | '+' | ' ' | ':' | '\t' | '\u{2500}'..='\u{257f}')
}

/// The value of a row that is a name, a comma and a value: `client_secret,…`.
pub(super) fn behind_comma(text: &str, name: &Range<usize>) -> Option<Read> {
    let line = line_around(text, name.start)?;
    let row = &text[line.clone()];
    let value = text[name.end..line.end].strip_prefix(',')?.trim_end();
    let is_row = line.start == name.start && !row.contains([' ', '"', '\'', '(', '=', ':']) && !value.contains(',');
    let start = name.end + 1;
    is_row.then(|| Read { range: start..start + value.len(), quoted: false, end: start + value.len() })
}

/// Whether a name is a cell: nothing but its quotes is between it and what parts cells, on both sides.
fn is_cell(text: &str, start: usize, end: usize) -> bool {
    const PARTS: [char; 9] = ['\t', '|', '│', '║', '┃', ';', ',', '\n', '\r'];
    let marks = ['"', '\'', '`', '*'];
    let from = text.floor_char_boundary(start.saturating_sub(HEADER));
    let to = text.floor_char_boundary((end + HEADER).min(text.len()));
    // A column may have a word before the name, and the id of a secret one behind it.
    let words = |c: char| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '(' | ')');
    let before = text[from..start].trim_end_matches(words).trim_end_matches(marks);
    let behind = text[end..to].trim_start_matches(words).trim_start_matches(marks);
    (before.is_empty() || before.ends_with(PARTS)) && (behind.is_empty() || behind.starts_with(PARTS))
}

/// The column that holds secrets: that of the name, or beside a secret's id the values.
fn column(cells: &[Range<usize>], wanted: usize, title: &dyn Fn(usize) -> String) -> Option<(usize, Named)> {
    if let Some(named) = named(&title(wanted)) {
        return Some((wanted, named));
    }
    let values = (0..cells.len()).find(|index| VALUES.contains(&title(*index).to_lowercase().as_str()))?;
    Some((values, named("secret")?))
}

#[derive(Debug, Clone, Copy)]
enum Delimiter {
    Sign(char),
    Gap,
}

/// The cells of a header, and what is between them.
fn cells_of(header: &str, name: &Range<usize>) -> Option<(Delimiter, Vec<Range<usize>>)> {
    let near =
        |c: char| header.char_indices().any(|(at, other)| (at < name.start || at >= name.end) && is_sign(other, c));
    for sign in ['\t', '|', ';', ','] {
        if near(sign) {
            let cells = split(header, sign);
            return (cells.len() > 1).then_some((Delimiter::Sign(sign), cells));
        }
    }
    let line = header.trim_end();
    let mut cells = Vec::new();
    let mut at = line.len() - line.trim_start().len();
    while at < line.len() {
        let end = line[at..].find("  ").map_or(line.len(), |gap| at + gap);
        cells.push(at..end);
        at = line.len() - line[end..].trim_start_matches(' ').len();
    }
    (cells.len() > 1).then_some((Delimiter::Gap, cells))
}

/// Whether a character parts cells as another does: all bars do.
fn is_sign(c: char, sign: char) -> bool {
    c == sign || sign == '|' && matches!(c, '│' | '║' | '┃')
}

fn split(line: &str, sign: char) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in line.char_indices() {
        if c == '"' && (quoted || line[start..at].trim().is_empty()) {
            quoted = !quoted;
        } else if is_sign(c, sign) && !quoted {
            cells.push(start..at);
            start = at + c.len_utf8();
        }
    }
    cells.push(start..line.len());
    cells
}

/// The cell that stands under a column, where blanks part them.
fn under(row: &str, header: &[Range<usize>], column: usize) -> Option<Range<usize>> {
    let from = header[column].start;
    let to = header.get(column + 1).map_or(row.len(), |next| next.start);
    let mut start = row.floor_char_boundary(from.min(row.len()));
    while start > 0 && !row[..start].ends_with(' ') {
        start = row.floor_char_boundary(start - 1);
    }
    let mut end = row.floor_char_boundary(to.min(row.len()));
    while end < row.len() && end > 0 && !row[..end].ends_with(' ') {
        end = row.ceil_char_boundary(end + 1);
    }
    (start < end && !row[start..end].trim().is_empty()).then_some(start..end)
}

/// A cell without its quotes and the marks of Markdown.
fn bare(cell: &str) -> &str {
    cell.trim().trim_matches(['"', '\'', '`', '*', '│']).trim()
}

/// Whether a cell names a column: a few words, of letters.
fn is_title(cell: &str) -> bool {
    cell.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '(' | ')' | '.' | '/' | '#' | '\u{30fc}'))
        && cell.split(' ').count() <= 4
}

fn line_around(text: &str, at: usize) -> Option<Range<usize>> {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let start = text[from..at].rfind('\n').map_or(from, |end| from + end + 1);
    let to = text.floor_char_boundary((at + LONGEST).min(text.len()));
    let end = text[at..to].find(['\r', '\n']).map(|end| at + end).or((to == text.len()).then_some(to))?;
    Some(start..end)
}

/// The lines behind a place.
fn rows(text: &str, end: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = end;
    std::iter::from_fn(move || {
        let rest = text[at..].strip_prefix('\r').unwrap_or(&text[at..]).strip_prefix('\n')?;
        let start = text.len() - rest.len();
        let to = text.floor_char_boundary((start + LONGEST).min(text.len()));
        let length = text[start..to].find(['\r', '\n']).unwrap_or(to - start);
        at = start + length;
        Some(start..at)
    })
    .take(ROWS)
}

/// The cells below a header of a table of HTML.
fn page(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    if !text[..start].ends_with('>') || !text[end..].starts_with("</th") {
        return;
    }
    let from = text.floor_char_boundary(start.saturating_sub(LONGEST));
    let (before, behind) =
        (&text[from..start], &text[end..text.floor_char_boundary((end + 4 * LONGEST).min(text.len()))]);
    let Some(named) = named(&text[start..end]) else { return };
    let column = before.rfind("<tr").map_or(0, |row| before[row..].matches("<th").count());
    for row in behind.split("<tr").skip(1) {
        let Some(cell) = row.split("<td").nth(column) else { continue };
        let Some((_, value)) = cell.split_once('>') else { continue };
        let value = value.split("</").next().unwrap_or_default().trim();
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        found.extend(taken(text, at..at + value.len(), named, Tie::Set, true));
    }
}

/// The value of a secret whose id follows, where each has its title above it.
fn before_id(text: &str, line: &Range<usize>) -> Option<Span> {
    text[line.clone()].trim().eq_ignore_ascii_case("secret id").then_some(())?;
    let value = line_around(text, line.start.checked_sub(1)?)?;
    let title = line_around(text, value.start.checked_sub(1)?)?;
    let title = text[title].trim().to_lowercase();
    VALUES.contains(&title.as_str()).then(|| taken(text, value, Named::SECRET, Tie::Said, false)).flatten()
}

/// Titles that stand below each other where a page was copied cell by cell, and then as many values.
fn single(text: &str, line: &Range<usize>, found: &mut Vec<Span>) {
    const TITLES: &[&str] = &[
        "description",
        "expires",
        "value",
        "secret id",
        "name",
        "user",
        "username",
        "user name",
        "type",
        "created",
        "start date",
        "end date",
        "thumbprint",
        "status",
        "hint",
        "client id",
        "tenant id",
        "application id",
        "url",
        "beschreibung",
        "läuft ab",
        "wert",
        "geheimnis-id",
        "valeur",
        "valor",
    ];
    let title = |range: &Range<usize>| {
        let lower = text[range.clone()].trim().to_lowercase();
        TITLES.contains(&lower.as_str()) || lower.len() <= HEADER && is_title(&lower) && named(&lower).is_some()
    };
    let mut titles = vec![line.clone()];
    while let Some(before) = titles[0]
        .start
        .checked_sub(1)
        .and_then(|end| line_around(text, end))
        .filter(|before| before.end < titles[0].start && titles.len() < 12 && title(before))
    {
        titles.insert(0, before);
    }
    let mut values: Vec<Range<usize>> =
        rows(text, line.end).take(24).filter(|row| !text[row.clone()].trim().is_empty()).collect();
    let more = values.iter().take_while(|row| title(row)).count();
    titles.extend(values.drain(..more));
    found.extend(before_id(text, line));
    if titles.len() < 2 || values.len() < titles.len() {
        return;
    }
    let names = |index: usize| text[titles[index].clone()].trim().to_owned();
    for wanted in 0..titles.len() {
        let secret_id = names(wanted).to_lowercase().starts_with("secret");
        if !secret_id && named(&names(wanted)).is_none() {
            continue;
        }
        if let Some((column, named)) = column(&titles, wanted, &names) {
            found.extend(taken(text, values[column].clone(), named, Tie::Set, false));
            return;
        }
    }
}
