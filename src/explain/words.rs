//! The conditions of a rule, in words.

use serde_json::Value;

use super::page::Sign;
use crate::rule::template::in_words;
use crate::rule::{Block, Condition, Leaf, Test};

/// A block in words.
pub(super) fn sign(block: &Block) -> Sign {
    let words = |conditions: &[Condition]| conditions.iter().map(|c| condition(c, false)).collect();
    Sign {
        confidence: block.confidence,
        each: block.each.clone(),
        symptom: words(&block.symptom),
        all: words(&block.all),
        any: words(&block.any),
        not: words(&block.not),
        excludes: block.rivals.clone(),
    }
}

/// A condition in words. `inner`: it stands within another, so that several parts need brackets.
fn condition(this: &Condition, inner: bool) -> String {
    match this {
        Condition::Leaf(leaf) => leaf_words(leaf),
        Condition::All(parts) => joined(parts, " and ", inner),
        Condition::Any(parts) => joined(parts, " or ", inner),
        Condition::Not(part) => format!("not: {}", condition(part, true)),
    }
}

fn joined(parts: &[Condition], between: &str, inner: bool) -> String {
    let words: Vec<String> = parts.iter().map(|part| condition(part, true)).collect();
    let text = words.join(between);
    if inner && words.len() > 1 { format!("({text})") } else { text }
}

fn leaf_words(leaf: &Leaf) -> String {
    let at = &leaf.at;
    match &leaf.test {
        Test::Is(value) => format!("`{at}` is {}", quoted(value)),
        Test::In(values) => format!("`{at}` is {}", listed(values)),
        Test::Has(value) => format!("`{at}` contains {}", quoted(value)),
        Test::HasAny(values) => format!("`{at}` contains {}", listed(values)),
        Test::Contains(text) => format!("`{at}` contains \"{text}\""),
        Test::Matches(pattern) => format!("`{at}` matches {}", code(pattern.source())),
        Test::Exists(true) => format!("`{at}` is present"),
        Test::Exists(false) => format!("`{at}` is absent"),
        Test::Below(bound) => format!("`{at}` is below {bound}"),
        Test::Above(bound) => format!("`{at}` is above {bound}"),
        Test::SameAs(other) => format!("`{at}` is the same as `{other}`"),
        Test::DiffersFrom(other) => format!("`{at}` differs from `{other}`"),
    }
}

/// A text that is shown as it is; one with backticks stands between two of them.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn listed(values: &[Value]) -> String {
    match values {
        [one] => quoted(one),
        [firsts @ .., last] => {
            format!("{} or {}", firsts.iter().map(quoted).collect::<Vec<_>>().join(", "), quoted(last))
        }
        [] => "nothing".to_owned(),
    }
}

/// A value as a sentence has it; a text with blanks in quotes.
fn quoted(value: &Value) -> String {
    let words = in_words(value);
    if words.is_empty() || words.contains(char::is_whitespace) { format!("\"{words}\"") } else { words }
}

/// Whether a block looks for a code.
pub(super) fn looks_for(block: &Block, code: &str) -> bool {
    let conditions = block.symptom.iter().chain(&block.all).chain(&block.any);
    conditions.into_iter().any(|c| mentions(c, code))
}

fn mentions(this: &Condition, code: &str) -> bool {
    let is_code = |value: &Value| in_words(value).eq_ignore_ascii_case(code);
    match this {
        Condition::Leaf(leaf) => match &leaf.test {
            Test::Is(value) | Test::Has(value) => is_code(value),
            Test::In(values) | Test::HasAny(values) => values.iter().any(is_code),
            _ => false,
        },
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| mentions(part, code)),
        Condition::Not(_) => false,
    }
}

/// Whether a block looks at a path or at what stands beneath it.
pub(super) fn looks_at(block: &Block, path: &str) -> bool {
    let beneath = |at: String| at == path || at.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    block.paths().into_iter().any(beneath)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::parse::parse;

    #[test]
    fn a_block_is_told_in_words() {
        let text = r#"
title = "t"
owner = "user"
[[when]]
confidence = "likely"
each = "api.calls"
symptom = [{ at = "call.status", in = [401, 403] }, { not = { any = [{ at = "call.code", exists = true }, { all = [{ at = "call.message", contains = "a b" }, { at = "call.status", below = 402 }] }] } }]
not = [{ at = "claims.principal", is = "user" }]
[explain]
cause = "c"
fix = [{ by = "user", do = "d" }]
"#;
        let rule = parse("x", "api", text, None).expect("a rule");
        let sign = sign(&rule.blocks[0]);
        assert_eq!(
            sign.symptom,
            [
                "`call.status` is 401 or 403",
                "not: (`call.code` is present or (`call.message` contains \"a b\" and `call.status` is below 402))"
            ]
        );
        assert_eq!(sign.not, ["`claims.principal` is user"]);
        assert!(looks_for(&rule.blocks[0], "403"));
        assert!(!looks_for(&rule.blocks[0], "user"), "what must not be is no sign");
        assert!(looks_at(&rule.blocks[0], "api.calls.status"));
        assert!(looks_at(&rule.blocks[0], "claims"));
        assert!(!looks_at(&rule.blocks[0], "claim"));
    }
}
