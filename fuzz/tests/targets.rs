//! One target for each reader of what others wrote.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bolero::check;
use pbiauth::commands::diagnose::replay;
use pbiauth::import::{Codes, Found, read};
use pbiauth::redact::Redaction;
use pbiauth::report::human::Detail;
use pbiauth::report::{FailOn, Format, build, render, text};
use pbiauth::rule::RuleSet;
use pbiauth::rule::vocabulary::Vocabulary;
use pbiauth::{bundle, explain, settings, wording};
use pbiauth_fuzz::{Mutated, seeds};

/// When a token alone is judged.
const NOW: i64 = 1_795_510_800;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);
static TEXTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    seeds(&["fixtures/causes", "fixtures/near", "fixtures/healthy"], &["txt", "json", "har", "log", "html"])
});

fn diagnosed(input: &str) {
    let codes = Codes::with(RULES.code_names());
    let report = match read(input, &codes, NOW) {
        Found::Reading(reading) => text::of_reading(reading, &BTreeMap::new(), &RULES, FailOn::Error),
        Found::Bundle(json) => {
            let Ok(record) = bundle::from_json(json) else { return };
            let Ok(run) = replay(record) else { return };
            build::of_run(&run, &RULES, true, FailOn::Error)
        }
    };
    for format in [Format::Human, Format::Json, Format::Html, Format::Markdown, Format::Sarif, Format::Junit] {
        assert!(!render(&report, format, Detail::default()).is_empty());
    }
}

#[test]
fn a_text_is_diagnosed() {
    check!().with_type::<Mutated>().for_each(|input| diagnosed(&input.text(&TEXTS)));
}

#[test]
fn a_saved_run_is_diagnosed() {
    let bundles: Vec<Vec<u8>> =
        TEXTS.iter().filter(|text| String::from_utf8_lossy(text).contains("pbiauth.bundle")).cloned().collect();
    check!().with_type::<Mutated>().for_each(move |input| diagnosed(&input.text(&bundles)));
}

#[test]
fn a_token_is_read() {
    let claims = br#"{"aud":"https://analysis.windows.net/powerbi/api","iss":"https://sts.windows.net/c0c0a000-1111-4a11-8a11-0000000000c1/","appid":"e1bedbed-3333-4c33-8c33-0000000000a1","exp":1795510860,"nbf":1795507260,"idtyp":"app","roles":["Tenant.Read.All"],"scp":"Report.Read.All","ver":"1.0"}"#;
    let seeds = vec![claims.to_vec()];
    check!().with_type::<Mutated>().for_each(move |input| {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        diagnosed(&format!(
            "{}.{}.{}",
            part(br#"{"typ":"JWT","alg":"RS256","kid":"1"}"#),
            part(&input.bytes(&seeds)),
            part(b"none")
        ));
    });
}

/// Whether an alias stands where a name does, `"secret-1": "…"`: a copy of that hides the value, as of every such name.
fn names_by_alias(text: &str) -> bool {
    let parts: Vec<&str> = text.split('"').collect();
    parts.windows(2).any(|pair| {
        let number = pair[0].rsplit_once('-').map_or("", |(_, number)| number);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && pair[1].trim_start().starts_with(':')
    })
}

/// What is taken out of a copy stays out, and a copy of a copy is the same.
#[test]
fn a_copy_is_redacted_once() {
    check!().with_type::<Mutated>().for_each(|input| {
        let redacted = |text: &str| {
            let mut redaction = Redaction::default();
            redaction.learn(text);
            redaction.text(text)
        };
        let once = redacted(&input.text(&TEXTS));
        if !names_by_alias(&once) {
            assert_eq!(redacted(&once), once);
        }
    });
}

#[test]
fn a_json_file_is_redacted_into_one() {
    check!().with_type::<Mutated>().for_each(|input| {
        let text = input.text(&TEXTS);
        let mut redaction = Redaction::default();
        redaction.learn_json(&text);
        if let Some(copy) = redaction.json(&text) {
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                serde_json::from_str::<serde_json::Value>(&copy).is_ok()
            );
        }
    });
}

#[test]
fn rules_are_read() {
    let seeds = seeds(&["rules/api", "rules/token", "rules/embed", "rules/codes", "rules/reference"], &["toml"]);
    let vocabulary = Vocabulary::of_evidence();
    check!().with_type::<Mutated>().for_each(move |input| {
        let text = input.text(&seeds);
        for path in ["token/mine", "codes/mine", "reference/questions"] {
            if let Err(bad) = RuleSet::read([(path, text.as_str())], Some(&vocabulary)) {
                assert!(!bad.to_string().is_empty());
            }
        }
    });
}

#[test]
fn settings_are_read() {
    let files: [&[u8]; 3] = [
        b"AZURE_TENANT_ID=contoso.example\nAZURE_CLIENT_SECRET='a b#c' # secret\nexport PBIAUTH_FOR=\"x\\\"y\"\n",
        b"[default]\ntenant = \"contoso.example\"\nfor = \"embed-customers\"\n[default.secret]\nenv = \"SECRET\"\n",
        b"[profiles.a]\nclient-id = \"11111111-2222-4333-8444-555555555555\"\ncommand = [\"pass\", \"show\"]\n",
    ];
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| file.to_vec()).collect();
    check!().with_type::<Mutated>().for_each(move |input| {
        let text = input.text(&seeds);
        let _ = settings::dotenv::read(&text);
        let _ = settings::File::read(Path::new("pbiauth.toml"), &text);
    });
}

/// A message is found in the bytes that it is said to be in.
#[test]
fn messages_are_found_where_they_are() {
    check!().with_type::<Mutated>().for_each(|input| {
        let text = input.text(&TEXTS);
        for seen in wording::seen(&text) {
            assert!(text.get(seen.place.clone()).is_some(), "{:?}", seen.place);
        }
    });
}

#[test]
fn any_word_is_explained() {
    let glossary = pbiauth::rule::term::Glossary::embedded();
    let catalogue = explain::Catalogue::new(&RULES, &glossary);
    let catalogue = std::panic::AssertUnwindSafe(&catalogue);
    check!().with_type::<Mutated>().for_each(|input| {
        let asked: String = input.text(&TEXTS).chars().take(300).collect();
        let answer = catalogue.find(&asked);
        assert!(answer.known || !answer.note.is_empty());
    });
}
