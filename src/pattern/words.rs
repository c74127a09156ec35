//! What a text must hold, at least one word of it, before a regular expression can fit: known when the tool is built, so
//! that an expression is compiled only for a text in which it may find something.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter words stand in every text.
const SHORTEST: usize = 3;
/// With more words than this, compiling is no dearer than looking for them.
const MOST: usize = 48;

/// The words in small letters, one of which stands in every text that fits. Empty where there are none.
pub(crate) fn of(hir: &Hir) -> Vec<String> {
    needed(hir).unwrap_or_default()
}

fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(needed).collect();
            Some(all?.concat()).filter(|words| words.len() <= MOST)
        }
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Literal(_) => letters(hir).filter(|word| word.len() >= SHORTEST).map(|word| vec![word]),
        _ => None,
    }
}

/// Of the parts that have to stand there one after the other, the one whose shortest word is the longest.
fn of_sequence(parts: &[Hir]) -> Option<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        if matches!(part.kind(), HirKind::Look(_) | HirKind::Empty) {
            continue;
        }
        if let Some(letters) = letters(part) {
            run.push_str(&letters);
            continue;
        }
        found.push(vec![std::mem::take(&mut run)]);
        found.extend(needed(part));
    }
    found.push(vec![run]);
    let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
    found.into_iter().max_by_key(shortest).filter(|words| shortest(words) >= SHORTEST)
}

/// The letters that a part is, whatever their case. `None` for a part that may be several things.
fn letters(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            text.is_ascii().then(|| text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes: Vec<u8> = class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(3).collect();
            match bytes.as_slice() {
                [upper, lower] if upper.is_ascii_uppercase() && upper.to_ascii_lowercase() == *lower => {
                    Some(char::from(*lower).to_string())
                }
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::ParserBuilder;

    use super::of;

    #[test]
    fn one_of_the_words_stands_in_every_text_that_fits() {
        let cases: [(&str, &[&str]); 8] = [
            ("AADSTS\\d", &["aadsts"]),
            ("(?i)power ?bi|\\bfabric\\b", &["power", "fabric"]),
            ("(?i)unable to load (?:the )?managed identity", &["managed identity"]),
            ("(?:Trial|Premium) capacity", &[" capacity"]),
            ("(?:access|refresh)+", &["access", "refresh"]),
            ("(?:optional)?", &[]),
            ("ab|lengthy", &[]),
            ("[A-Za-z]+x", &[]),
        ];
        for (pattern, wanted) in cases {
            let hir = ParserBuilder::new().utf8(false).unicode(false).build().parse(pattern).expect("an expression");
            assert_eq!(of(&hir), wanted, "{pattern}");
        }
    }
}
