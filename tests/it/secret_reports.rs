//! The texts of [`super::secrets`], pasted with a failure: no form of report repeats what has a name.

use std::collections::BTreeMap;

use clap::ValueEnum as _;
use pbiauth::import::{Codes, Found, read};
use pbiauth::report::human::Detail;
use pbiauth::report::text::of_reading;
use pbiauth::report::{FailOn, Format, render};
use pbiauth::rule::RuleSet;

use super::secrets::{cases, shows, with_secret};
use super::support::{pbiauth, run_with_input};

/// What makes a text one about a failure.
const FAILURES: [&str; 2] = [
    "AADSTS7000215: Invalid client secret is provided.",
    "GET https://api.powerbi.com/v1.0/myorg/groups -> 403 PowerBINotAuthorizedException",
];

/// As much as a person can ask for.
const DETAIL: Detail = Detail { width: 120, verbose: 2, quiet: false, links: false, watched: false };

/// How a text and a failure stand together.
fn pasted(text: &str, failure: &str) -> [String; 2] {
    [format!("{text}\n{failure}\n"), format!("{failure}\n{text}\n")]
}

#[test]
#[expect(clippy::needless_collect, reason = "all threads start before the first is waited for")]
fn no_report_shows_a_secret_that_has_a_name() {
    let rules = RuleSet::embedded();
    let codes = Codes::with(rules.code_names());
    let cases: Vec<_> = cases().into_iter().enumerate().collect();
    let look = |share: &[(usize, (String, &str))]| {
        let mut leaks = Vec::new();
        for (index, (text, secret)) in share {
            let (full, spellings) = with_secret(text, secret);
            // Every text with every secret, and each time in another way beside the failure.
            let way = index + text.len();
            let [before, behind] = pasted(&full, FAILURES[way % 2]);
            let whole = if way / 2 % 2 == 0 { before } else { behind };
            let Found::Reading(reading) = read(&whole, &codes, 0) else { continue };
            let report = of_reading(reading, &BTreeMap::new(), &rules, FailOn::Error);
            let shown = render(&report, Format::Json, DETAIL) + &render(&report, Format::Human, DETAIL);
            if shows(&shown, &spellings) {
                leaks.push(format!("{whole}    => {shown}"));
            }
        }
        leaks
    };
    let leaks: Vec<String> = std::thread::scope(|scope| {
        let shares: Vec<_> =
            cases.chunks(cases.len().div_ceil(4)).map(|share| scope.spawn(move || look(share))).collect();
        shares.into_iter().flat_map(|share| share.join().expect("a share")).collect()
    });
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn no_form_of_report_shows_a_secret_that_has_a_name() {
    // A sample: each is a process of its own.
    for (text, secret) in cases().into_iter().skip(29).step_by(239) {
        let (full, spellings) = with_secret(&text, secret);
        let whole = format!("{full}\n{}\n", FAILURES[0]);
        for format in Format::value_variants() {
            let word = super::formats::word(*format);
            let output = run_with_input(pbiauth().args(["diagnose", "-", "-vv", "--format", &word]), whole.as_bytes());
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(!shows(&said, &spellings), "{word} of {whole}\n{said}");
        }
    }
}

#[test]
fn what_the_tool_itself_says_is_shown() {
    for text in [
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
         value, not the client secret ID, for a secret added to app '7d3f9b2c-41ae-4c0e-9f57-b8a2d6c1e034'.",
        include_str!("../../fixtures/causes/federated-subject-mismatch/cluster.likely.json"),
        include_str!("../../fixtures/causes/federated-audience-mismatch/older-code.likely.txt"),
        include_str!("../../fixtures/causes/client-secret-not-urlencoded/encoded-twice.possible.txt"),
        include_str!("../../fixtures/causes/value-unset/no-credential.likely.json"),
    ] {
        let run = run_with_input(pbiauth().args(["diagnose", "-v", "-"]), text.as_bytes());
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(said.contains("What to do") && !said.contains("[secret]"), "{said}");
    }
}
