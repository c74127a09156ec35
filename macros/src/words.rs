//! What a text must hold, at least one word of it, before a regular expression can fit.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{Ast, Error, RepetitionKind, RepetitionRange};

/// Shorter words stand in every text.
const SHORTEST: usize = 3;
/// With more words than this, compiling is no dearer than looking for them.
const MOST: usize = 96;

/// The words in small letters, one of which stands in every text that fits, whatever their case there. Empty where there
/// are none.
///
/// # Errors
/// It is no expression.
pub(crate) fn needed(source: &str) -> Result<Vec<String>, Box<Error>> {
    let expression = Parser::new().parse(source).map_err(Box::new)?;
    Ok(of(&expression).unwrap_or_default())
}

fn of(part: &Ast) -> Option<Vec<String>> {
    match part {
        Ast::Group(group) => of(&group.ast),
        Ast::Repetition(repetition) => of(&repetition.ast).filter(|_| is_needed(&repetition.op.kind)),
        Ast::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.asts.iter().map(of).collect();
            Some(shortest(all?.concat())).filter(|words| words.len() <= MOST)
        }
        Ast::Concat(parts) => of_sequence(&parts.asts),
        Ast::Literal(_) => of_sequence(std::slice::from_ref(part)),
        _ => None,
    }
}

/// The words without those in which another stands: where they are, it is.
fn shortest(mut words: Vec<String>) -> Vec<String> {
    words.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.iter().any(|shorter| word.contains(shorter.as_str())) {
            kept.push(word);
        }
    }
    kept
}

const fn is_needed(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::OneOrMore => true,
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => false,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _),
        ) => *least > 0,
    }
}

/// Of the parts that have to stand there one after the other, the one whose shortest word is the longest.
fn of_sequence(parts: &[Ast]) -> Option<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        match part {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => {}
            Ast::Literal(literal) if literal.c.is_ascii() => run.push(literal.c.to_ascii_lowercase()),
            Ast::Literal(_) => found.push(vec![std::mem::take(&mut run)]),
            _ => {
                found.push(vec![std::mem::take(&mut run)]);
                found.extend(of(part));
            }
        }
    }
    found.push(vec![run]);
    let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
    found.into_iter().max_by_key(shortest).filter(|words| shortest(words) >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;

    use super::needed;

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
            assert_eq!(needed(pattern).expect("an expression"), wanted, "{pattern}");
        }
    }

    /// An expression of all kinds of parts.
    fn expressions() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[a-e]{1,6}",
            Just("[a-c]".to_owned()),
            Just(r"\d".to_owned()),
            Just(r"\x41".to_owned()),
            Just(r"\.".to_owned()),
            Just("[[:alpha:]x]".to_owned()),
        ];
        part.prop_recursive(4, 24, 4, |inner| {
            let times = prop::sample::select(vec!["", "?", "*", "+", "{0,2}", "{2}", "{1,}?"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                (prop::collection::vec(inner, 1..4), times)
                    .prop_map(|(parts, times)| format!("(?:{}){times}", parts.join("|"))),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_text_that_fits_lacks_the_words(
            (source, text) in expressions().prop_flat_map(|source| {
                let texts = string_regex(&source).expect("an expression");
                (Just(source), texts)
            }),
        ) {
            let (words, text) = (needed(&source).expect("an expression"), text.to_ascii_lowercase());
            prop_assert!(words.is_empty() || words.iter().any(|word| text.contains(word.as_str())), "{source} {words:?}");
        }
    }
}
