//! What a text must hold, at least one word of it, before a regular expression can fit: found by reading the expression
//! once, so that it is compiled only for a text in which it may find something.

/// Shorter words stand in every text.
const SHORTEST: usize = 3;
/// With more words than this, compiling is no dearer than looking for them.
const MOST: usize = 96;

/// The words in small letters, one of which stands in every text that fits, whatever their case there. Empty where there
/// are none, or where the expression can't be read.
pub(super) fn of(source: &str) -> Vec<String> {
    let mut reader = Reader { rest: source, is_lost: false };
    let words = reader.alternatives();
    if reader.is_lost || !reader.rest.is_empty() { Vec::new() } else { words }
}

/// Reads an expression from left to right. What it doesn't know, it takes for a part that needs no word.
struct Reader<'s> {
    rest: &'s str,
    /// Whether the rest can't be told: a flag changes how it is written.
    is_lost: bool,
}

/// One part of a sequence.
enum Part {
    /// A character of ASCII, in small letters.
    Letter(char),
    /// One of these words. Empty: anything.
    Words(Vec<String>),
    /// A place, or flags: no character at all.
    Place,
}

impl Reader<'_> {
    /// Alternatives up to the end of their group: together they need one of all their words.
    fn alternatives(&mut self) -> Vec<String> {
        let mut all = self.sequence();
        let mut is_needed = !all.is_empty();
        while self.eat("|") {
            let words = self.sequence();
            is_needed &= !words.is_empty();
            all.extend(words);
        }
        let words = if is_needed { shortest(all) } else { Vec::new() };
        if words.len() > MOST { Vec::new() } else { words }
    }

    /// Of the parts that have to stand there one after the other, the words whose shortest is the longest.
    fn sequence(&mut self) -> Vec<String> {
        let mut best = Vec::new();
        let mut run = String::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.part();
            let times = self.times();
            match part {
                Part::Place => {}
                Part::Letter(letter) if times == Times::Once => run.push(letter),
                Part::Letter(letter) => {
                    run.extend((times == Times::Often).then_some(letter));
                    better(&mut best, vec![std::mem::take(&mut run)]);
                }
                Part::Words(words) => {
                    better(&mut best, vec![std::mem::take(&mut run)]);
                    better(&mut best, if times == Times::Perhaps { Vec::new() } else { words });
                }
            }
        }
        better(&mut best, vec![run]);
        best
    }

    fn part(&mut self) -> Part {
        match self.next() {
            '^' | '$' => Part::Place,
            '(' => self.group(),
            '[' => {
                self.class();
                Part::Words(Vec::new())
            }
            '\\' => self.escape(),
            letter if letter.is_ascii() && letter != '.' => Part::Letter(letter.to_ascii_lowercase()),
            _ => Part::Words(Vec::new()),
        }
    }

    fn group(&mut self) -> Part {
        if self.eat("?P<") || self.eat("?<") {
            self.skip_to('>');
        } else if self.eat("?") {
            let flags = self.rest.find([':', ')']).map_or(self.rest, |end| &self.rest[..end]);
            self.is_lost |= flags.contains('x');
            self.rest = &self.rest[flags.len()..];
            if self.eat(")") {
                return Part::Place;
            }
            self.eat(":");
        }
        let words = self.alternatives();
        self.is_lost |= !self.eat(")");
        Part::Words(words)
    }

    /// The rest of a class of characters, with those within it.
    fn class(&mut self) {
        self.eat("^");
        self.eat("]");
        while !self.rest.is_empty() {
            match self.next() {
                ']' => return,
                '[' if self.rest.starts_with(':') => self.skip_to(']'),
                '[' => self.class(),
                '\\' => _ = self.next(),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Part {
        match self.next() {
            'b' | 'B' | 'A' | 'z' => {
                if self.rest.starts_with('{') {
                    self.skip_to('}');
                }
                Part::Place
            }
            kind @ ('x' | 'u' | 'U' | 'p' | 'P') => {
                let length = match kind {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 1,
                };
                if self.rest.starts_with('{') {
                    self.skip_to('}');
                } else {
                    (0..length).for_each(|_| _ = self.next());
                }
                Part::Words(Vec::new())
            }
            sign if sign.is_ascii_punctuation() => Part::Letter(sign),
            _ => Part::Words(Vec::new()),
        }
    }

    /// How often the part before has to stand there.
    fn times(&mut self) -> Times {
        let mut times = Times::Once;
        loop {
            let this = if self.eat("*") || self.eat("?") {
                Times::Perhaps
            } else if self.eat("+") {
                Times::Often
            } else if self.eat("{") {
                let is_none = self.rest.trim_start().trim_start_matches('0').starts_with([',', '}']);
                self.skip_to('}');
                if is_none { Times::Perhaps } else { Times::Often }
            } else {
                return times;
            };
            self.eat("?");
            times = if times == Times::Perhaps { times } else { this };
        }
    }

    fn next(&mut self) -> char {
        let mut characters = self.rest.chars();
        let next = characters.next().unwrap_or_default();
        self.rest = characters.as_str();
        next
    }

    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_to(&mut self, end: char) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }
}

/// How often a part has to stand there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    /// At least once.
    Often,
    /// It may be missing.
    Perhaps,
}

/// Takes the words whose shortest is the longer one, if it is long enough.
fn better(best: &mut Vec<String>, words: Vec<String>) {
    let shortest = |words: &[String]| words.iter().map(String::len).min().unwrap_or(0);
    if shortest(&words) >= shortest(best).max(SHORTEST) {
        *best = words;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;

    use super::of;

    #[test]
    fn one_of_the_words_stands_in_every_text_that_fits() {
        let cases: [(&str, &[&str]); 16] = [
            ("AADSTS\\d", &["aadsts"]),
            ("(?i)power ?bi|\\bfabric\\b", &["power", "fabric"]),
            ("(?i)unable to load (?:the )?managed identity", &["managed identity"]),
            ("(?:Trial|Premium) capacity", &[" capacity"]),
            ("(?:access|refresh)+", &["access", "refresh"]),
            ("(?:optional)?", &[]),
            ("(?:optional){0,3}?", &[]),
            ("(?:needed){1,3}", &["needed"]),
            ("ab|lengthy", &[]),
            ("[A-Za-z]+x", &[]),
            ("[]abc[^d\\]e]]fgh", &["fgh"]),
            (r"errors?\x3Acode", &["error"]),
            (r"\(code\)\.\p{L}x", &["(code)."]),
            ("(?P<name>token)[^=]*=", &["token"]),
            ("(?x) spaced out", &[]),
            ("broken(", &[]),
        ];
        for (pattern, wanted) in cases {
            assert_eq!(of(pattern), wanted, "{pattern}");
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
            let (words, text) = (of(&source), text.to_ascii_lowercase());
            prop_assert!(words.is_empty() || words.iter().any(|word| text.contains(word.as_str())), "{source} {words:?}");
        }
    }
}
