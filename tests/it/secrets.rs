//! Texts in which a secret has a name: none comes through. Texts in which nothing is one: none loses a word.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbiauth::redact::{Redaction, What};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Texts with a secret: the second file was written when the redactor knew the first.
const FIRST: &str = include_str!("data/secrets/first.txt");
const SECOND: &str = include_str!("data/secrets/second.txt");
const THIRD: &str = include_str!("data/secrets/third.txt");
const FOURTH: &str = include_str!("data/secrets/fourth.txt");
const FIFTH: &str = include_str!("data/secrets/fifth.txt");
/// Texts in which nothing but its look tells a secret from the words around it.
const NEAR: &str = include_str!("data/secrets/near.txt");
/// Texts without one.
const NOTHING: &str = include_str!("data/secrets/nothing.txt");

/// The kinds of a secret: as Entra makes it, words, special characters.
const SECRETS: [&str; 4] =
    ["can8Q~Ary-canary_canary.canary~canary01234", "Zebrafish42", "correct-horse", "p@$$w0rd!%x"];
/// Secrets that look like one among words.
const STRIKING: [&str; 3] = [SECRETS[0], "winter-is-here-2024", "p@$$w0rd!%&x"];
/// Characters that end a value where it has no quotes.
const NASTY: &str = "Xy;7&q#\"k\\zW";

/// The texts of a file.
fn texts(file: &str) -> impl Iterator<Item = String> {
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.map(|line| line.replace('⏎', "\n").replace('⇥', "\t"))
}

/// The texts with a secret, each with every secret that it can hold.
pub(crate) fn cases() -> Vec<(String, &'static str)> {
    let mut cases = Vec::new();
    for text in [FIRST, SECOND, THIRD, FOURTH, FIFTH].into_iter().flat_map(texts) {
        cases.extend(secrets_of(&text).map(|secret| (text.clone(), secret)));
    }
    for text in texts(NEAR) {
        cases.extend(STRIKING.map(|secret| (text.clone(), secret)));
    }
    cases
}

/// A text with a secret in its place, and the spellings of it that must not come through.
pub(crate) fn with_secret(text: &str, secret: &str) -> (String, Vec<String>) {
    let json = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let percent = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let html = secret.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let once = json(secret);
    let spellings = [
        ("{secret}", secret.to_owned()),
        ("{json}", once.clone()),
        ("{json2}", json(&once)),
        ("{percent}", percent(secret)),
        ("{percent2}", percent(&percent(secret))),
        ("{html}", html),
        ("{basic}", STANDARD.encode(format!("anna:{secret}"))),
    ];
    let mut full = text.to_owned();
    let mut hidden = vec![secret.to_owned()];
    for (name, spelling) in spellings {
        if full.contains(name) {
            full = full.replace(name, &spelling);
            hidden.push(spelling);
        }
    }
    (full, hidden)
}

/// The secrets that a text can hold: what is neither quoted nor encoded has no character that ends it.
fn secrets_of(text: &str) -> impl Iterator<Item = &'static str> {
    let bare = [
        "{secret}",
        "{basic}",
        "%22{percent}",
        "&quot;{html}",
        "&#34;{html}",
        "Password={html};",
        "Password={json};",
        "\\\"{json2}",
        "sid={json};",
        "<li>Password: {html}",
        "<p>password = {html}",
        "--client-secret={json}",
        "CLIENT_SECRET={json}",
        "<b>Client secret:</b> {html}",
        "<b>Password</b>: {html}",
    ]
    .iter()
    .any(|name| text.contains(name));
    SECRETS.into_iter().chain((!bare).then_some(NASTY))
}

/// Whether a piece of a secret stands in a text.
pub(crate) fn shows(text: &str, spellings: &[String]) -> bool {
    spellings.iter().any(|spelling| {
        let chars: Vec<char> = spelling.chars().collect();
        let size = match chars.len() {
            0..=12 => 5,
            _ => 8,
        };
        // The user's name is at the beginning of what a Basic header holds.
        let from = if spelling.starts_with("YW5uY") { 8 } else { 0 };
        chars[from..].windows(size).any(|piece| text.contains(&piece.iter().collect::<String>()))
    })
}

/// The copy that `bundle redact` makes of a text.
fn copy_of(text: &str) -> String {
    let mut redaction = Redaction::default();
    let is_document =
        serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| json.is_object() || json.is_array());
    if is_document {
        redaction.learn_json(text);
        if let Some(copy) = redaction.json(text) {
            return copy;
        }
    }
    redaction.learn(text);
    redaction.text(text)
}

/// The texts of a file whose copy shows a secret.
fn leaks(file: &str) -> (Vec<String>, usize) {
    let mut leaks = Vec::new();
    let mut count = 0;
    for text in texts(file) {
        for secret in secrets_of(&text) {
            let (full, spellings) = with_secret(&text, secret);
            count += 1;
            let copy = copy_of(&full);
            if shows(&copy, &spellings) {
                leaks.push(format!("{full}\n    => {copy}"));
            }
        }
    }
    (leaks, count)
}

fn assert_none_leaks(file: &str) {
    let (leaks, count) = leaks(file);
    assert!(leaks.is_empty(), "{} of {count} leak:\n{}", leaks.len(), leaks.join("\n"));
}

/// What begins as a variable, a list or a placeholder does, or holds a bracket, is a secret where nobody would name such
/// a thing so.
#[test]
fn a_generated_secret_is_no_code() {
    let secrets = ["kb7wq(4mzt2r", "kb7wq[4mzt2r", "kb7w(q4)mzt2r", "<kb7wq4mzt2r", "[kb7wq4mzt2r", "$kb7wq4mzt2r"];
    let texts = [
        "CLIENT_SECRET={secret}",
        "$clientSecret = '{secret}'",
        "\"clientSecret\": \"{secret}\",",
        "ClientSecret = \"{secret}\";",
        "password: '{secret}'",
        "az login --service-principal -u app -p '{secret}'",
    ];
    for secret in secrets {
        for text in texts.map(|text| text.replace("{secret}", secret)) {
            let copy = Redaction::default().text(&text);
            assert!(!copy.contains("mzt2r"), "{text} => {copy}");
        }
    }
}

#[test]
fn no_copy_shows_a_secret_that_has_a_name() {
    assert_none_leaks(FIRST);
}

#[test]
fn no_copy_shows_a_secret_that_has_a_name_in_another_way() {
    assert_none_leaks(SECOND);
}

#[test]
fn no_copy_shows_a_secret_that_has_a_name_in_a_third_way() {
    assert_none_leaks(THIRD);
}

#[test]
fn no_copy_shows_a_secret_that_has_a_name_in_a_fourth_way() {
    assert_none_leaks(FOURTH);
}

#[test]
fn no_copy_shows_a_secret_that_has_a_name_in_a_fifth_way() {
    assert_none_leaks(FIFTH);
}

#[test]
fn no_copy_shows_a_secret_that_stands_out_near_its_name() {
    for text in texts(NEAR) {
        for secret in STRIKING {
            let (full, spellings) = with_secret(&text, secret);
            let copy = copy_of(&full);
            assert!(!shows(&copy, &spellings), "{full}\n    => {copy}");
        }
    }
}

#[test]
fn no_word_is_taken_for_a_secret() {
    let all: Vec<String> = texts(NOTHING).collect();
    let mut lost = Vec::new();
    for text in &all {
        let mut redaction = Redaction::default();
        redaction.learn(text);
        let copy = redaction.text(text);
        if redaction.ledger().entries().any(|entry| entry.what != What::User) {
            lost.push(format!("{text}\n    => {copy}"));
        }
    }
    assert!(all.len() >= 300 && lost.len() * 100 <= all.len(), "{} of {}:\n{}", lost.len(), all.len(), lost.join("\n"));
}

#[test]
fn a_copy_of_a_copy_is_the_same() {
    let mut changed = Vec::new();
    let nothing = texts(NOTHING).map(|text| (text, SECRETS[0]));
    for (text, secret) in cases().into_iter().chain(nothing) {
        let copy = copy_of(&with_secret(&text, secret).0);
        let again = copy_of(&copy);
        if again != copy {
            changed.push(format!("{copy}\n    => {again}"));
        }
    }
    assert!(changed.is_empty(), "{}:\n{}", changed.len(), changed.join("\n"));
}

/// A piece of a text, with letters of several bytes in it, is read like any other.
#[test]
fn a_piece_of_a_text_is_read_as_well() {
    let files = [FIRST, SECOND, THIRD, FOURTH, NEAR, NOTHING];
    for (index, text) in files.into_iter().flat_map(texts).enumerate() {
        let (full, _) = with_secret(&text, SECRETS[index % SECRETS.len()]);
        let chars: Vec<char> = full.chars().collect();
        for at in (index % 97..chars.len()).step_by(97) {
            let (before, behind) = (chars[..at].iter().collect::<String>(), chars[at..].iter().collect::<String>());
            for piece in [&before, &behind, &format!("{before}é密{behind}"), &format!("{before}\n{behind}")] {
                let _ = copy_of(piece);
            }
        }
    }
}
