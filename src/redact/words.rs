//! The words that names of secrets are made of, in the languages of those who write them, and those that tell it apart:
//! the lists of `words.tsv`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::What;

/// How sure a name is of what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::enum_variant_names, reason = "that it is sure is what the last one says")]
pub(super) enum Sure {
    /// A key of an unknown kind: only what looks like a secret is one.
    Vague,
    /// A token, a key, a credential: what is no plain word is one.
    Likely,
    /// A secret or password.
    Sure,
}

/// A list of words in small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum List {
    /// What ends as a secret's name and names none: `bypass`.
    Otherwise,
    /// What stands before `key` where it opens something.
    KeysOf,
    /// What stands before `key` where it opens nothing.
    KeysOfNothing,
    /// What after a secret's name makes it another thing's: its id, its end.
    About,
    /// What before a secret's name makes it a statement: `has`, `reset`.
    Said,
    /// What after a secret's name leaves it one.
    Still,
    /// Names of the field beside a name that holds its value.
    Values,
    /// Functions around a value that leave it one.
    Wraps,
    /// What is said of a secret, or stands in its place.
    Plain,
    /// Words that names of resources are joined of.
    Resources,
    /// Parts of terms: joined words that hold one are no password.
    Glue,
}

/// What a word names, and how sure that is.
pub(super) type Head = (What, Sure);

#[derive(Debug, Default)]
struct Words {
    heads: HashMap<&'static str, Head>,
    ends: Vec<(&'static str, Head)>,
    typos: Vec<&'static str>,
    lists: HashMap<List, HashSet<&'static str>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("words.tsv")));

/// What a word names that is a secret's name.
pub(super) fn head(word: &str) -> Option<Head> {
    WORDS.heads.get(word).copied()
}

/// What a word names whose end is a secret's name: `clientsecret`.
pub(super) fn end(word: &str) -> Option<Head> {
    WORDS.ends.iter().find(|(end, _)| word.ends_with(end)).map(|(_, head)| *head)
}

/// Secrets' names as people mistype them: a letter is missing, doubled, or in the place of the next one.
pub(super) fn typos() -> &'static [&'static str] {
    &WORDS.typos
}

/// Whether a list has a word.
pub(super) fn is_in(list: List, word: &str) -> bool {
    WORDS.lists.get(&list).is_some_and(|words| words.contains(word))
}

impl Words {
    fn read(table: &'static str) -> Self {
        let mut all = Self::default();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let mut column = || columns.next().unwrap_or_default();
            let (list, what, sure, words) = (column(), column(), column(), column().split(' '));
            let what = What::ALL.into_iter().find(|kind| kind.name() == what).unwrap_or(What::Secret);
            let head = (what, if sure == "sure" { Sure::Sure } else { Sure::Likely });
            match list {
                "heads" => all.heads.extend(words.map(|word| (word, head))),
                "ends" => all.ends.extend(words.map(|word| (word, head))),
                "typos" => words.for_each(|word| {
                    all.typos.push(word);
                    all.heads.insert(word, head);
                    all.ends.push((word, head));
                }),
                _ => all.lists.entry(List::of(list)).or_default().extend(words),
            }
        }
        all
    }
}

impl List {
    fn of(name: &str) -> Self {
        match name {
            "otherwise" => Self::Otherwise,
            "keys-of" => Self::KeysOf,
            "keys-of-nothing" => Self::KeysOfNothing,
            "about" => Self::About,
            "said" => Self::Said,
            "still" => Self::Still,
            "values" => Self::Values,
            "wraps" => Self::Wraps,
            "plain" => Self::Plain,
            "resources" => Self::Resources,
            _ => Self::Glue,
        }
    }
}
