//! What is explained, and how it is shown.

use pbiauth::explain::page::Kind;
use pbiauth::explain::{Catalogue, human};
use pbiauth::rule::RuleSet;
use pbiauth::rule::term::Glossary;
use serde_json::Value;

use super::support::pbiauth;

fn shown(args: &[&str]) -> (String, Option<i32>) {
    let output = pbiauth().args(args).output().expect("output");
    (String::from_utf8(output.stdout).expect("text"), output.status.code())
}

/// The terms of the pages that a word leads to.
fn found(word: &str) -> Vec<String> {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    Catalogue::new(&rules, &glossary).find(word).pages.into_iter().map(|page| page.term).collect()
}

#[test]
fn a_code() {
    insta::assert_snapshot!(shown(&["explain", "AADSTS7000222"]).0);
}

#[test]
fn a_cause() {
    insta::assert_snapshot!(shown(&["explain", "client-secret-expired"]).0);
}

#[test]
fn a_setting_by_an_older_name() {
    insta::assert_snapshot!(shown(&["explain", "Allow service principals to use Power BI APIs"]).0);
}

#[test]
fn a_claim_as_markdown() {
    insta::assert_snapshot!(shown(&["explain", "roles", "--format", "markdown"]).0);
}

#[test]
fn a_code_that_is_not_known() {
    let (text, exit) = shown(&["explain", "AADSTS7000217"]);
    assert_eq!(exit, Some(1));
    insta::assert_snapshot!(text);
}

#[test]
fn a_misspelling() {
    let (text, exit) = shown(&["explain", "GroupNotAccesible"]);
    assert_eq!(exit, Some(1));
    insta::assert_snapshot!(text);
}

#[test]
fn a_list_of_some() {
    insta::assert_snapshot!(shown(&["explain", "--list", "federat"]).0);
}

#[test]
fn a_term_is_known_by_any_of_its_names() {
    let known = [
        ("7000215", "AADSTS7000215"),
        ("aadsts7000215", "AADSTS7000215"),
        ("AADSTS7000215: Invalid client secret provided.", "AADSTS7000215"),
        ("InvalidClientSecret", "AADSTS7000215"),
        ("groupnotaccessible", "GroupNotAccessible"),
        ("the client secret has expired", "client-secret-expired"),
        ("azp", "appid"),
        ("report.read.all", "Report.Read.All"),
        ("Dataset Execute Queries REST API", "DatasetExecuteQueries"),
        ("https://api.powerbi.cn/", "China"),
        ("https://high.analysis.usgovcloudapi.net/powerbi/api/.default", "GCC High"),
        ("call.route", "api.calls.route"),
        ("api.calls.3.route", "api.calls.route"),
        ("token.error", "token.error"),
        ("token-request", "token-request"),
        ("exit 3", "3"),
        ("403 Forbidden", "403"),
        ("invalid_grant", "invalid_grant"),
        ("{\"Message\":\"API is not accessible for application\"}", "not-for-applications"),
    ];
    for (word, term) in known {
        assert!(found(word).iter().any(|found| found == term), "{word}: {:?}", found(word));
    }
    for word in ["0x7000215", "AADSTS", "12345", "AADSTS99999999", "scpp", ""] {
        assert!(found(word).is_empty(), "{word}: {:?}", found(word));
    }
}

/// The terms that words are about, the best first.
fn about(words: &str) -> Vec<String> {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let answer = Catalogue::new(&rules, &glossary).find(words);
    assert_eq!(answer.known, !(answer.found.is_empty() && answer.pages.is_empty()), "{words}");
    answer.found.into_iter().map(|entry| entry.term).collect()
}

#[test]
fn words_lead_to_the_terms_that_are_meant() {
    let meant: [(&str, &[&str]); 7] = [
        ("client secret", &["client-secret-expired", "client-secret-wrong", "client-secret-id-used"]),
        ("Workspace roles", &["Admin", "Contributor", "Member", "Viewer", "workspace-role-too-low"]),
        ("secret", &["client-secret-wrong"]),
        ("redirect uri", &["redirect-uri-mismatch", "AADSTS50011"]),
        ("row-level security", &["rls-role-membership-missing"]),
        ("throttling", &["rate-limited"]),
        ("licence", &["user-no-powerbi-licence"]),
    ];
    for (words, terms) in meant {
        let about = about(words);
        let lacking: Vec<_> = terms.iter().filter(|term| !about.iter().any(|found| found == *term)).collect();
        assert!(lacking.is_empty() && about.len() <= 8, "{words}: {lacking:?} not in {about:?}");
    }
    assert_eq!(about("workspace role")[..4], ["Admin", "Contributor", "Member", "Viewer"], "what is called so leads");
    assert_eq!(found("403 error"), ["403"], "a word that says nothing is in no term's way");
    assert_eq!(found("GCC high"), ["GCC High"]);
    assert_eq!(found("embedding token expired"), ["embed-token-expired"], "one alone is shown");
    assert!(about("the sky is blue").is_empty() && about("how do I").is_empty());
}

#[test]
fn words_that_are_misspelt_suggest() {
    let (text, exit) = shown(&["explain", "cleint secret"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("Did you mean") && text.contains("client-secret-wrong"), "{text}");
    insta::assert_snapshot!(shown(&["explain", "workspace", "role"]).0);
}

#[test]
fn a_name_of_several_things_leads_to_all() {
    assert_eq!(found("login.microsoftonline.com"), ["GCC", "Public"]);
    assert_eq!(found("Service principals can use Fabric APIs").len(), 2, "a setting that was split in two");
}

#[test]
fn the_exit_code_tells_whether_a_term_is_known() {
    assert_eq!(shown(&["explain", "Build"]).1, Some(0));
    assert_eq!(shown(&["explain", "Bild"]).1, Some(1));
    assert_eq!(shown(&["explain", "--list", "no such word anywhere"]).1, Some(1));
    assert_eq!(shown(&["explain"]).1, Some(2));
}

#[test]
fn programs_are_told_the_same() {
    let (text, _) = shown(&["explain", "AADSTS7000222", "--format", "json"]);
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(answer["schema"], "pbiauth.explain/1");
    assert_eq!(answer["known"], true);
    let page = &answer["pages"][0];
    assert_eq!((page["kind"].as_str(), page["owner"].as_str()), (Some("entra-code"), Some("app owner")));
    assert_eq!(page["causes"][0]["cause"], "client-secret-expired");
    assert_eq!(page["sure"], "high");
}

#[test]
fn every_term_in_the_list_leads_to_its_page() {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let catalogue = Catalogue::new(&rules, &glossary);
    for entry in catalogue.entries() {
        let answer = catalogue.find(&entry.term);
        let page = answer.pages.iter().find(|page| page.kind == entry.kind && page.term == entry.term);
        let page = page.unwrap_or_else(|| panic!("{} leads elsewhere", entry.term));
        assert!(!page.meaning.is_empty(), "{} means nothing", entry.term);
        assert!(!human::page(page, 80).contains("{{"), "{} shows a template", entry.term);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::OwnCode) {
        assert!(catalogue.entries().any(|entry| entry.kind == kind), "no term is a {}", kind.name());
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    let (rules, glossary) = (RuleSet::embedded(), Glossary::embedded());
    let catalogue = Catalogue::new(&rules, &glossary);
    for entry in catalogue.entries() {
        let page = catalogue.page(entry).expect("a page");
        for line in human::page(&page, 60).lines() {
            // A single long word, as an address or a command, is not broken.
            let is_one_word = line.trim().split(' ').any(|word| word.chars().count() > 40);
            let is_whole = line.trim_start().starts_with(['$', 'h']) || !line.starts_with(' ');
            assert!(line.chars().count() <= 60 || is_one_word || is_whole, "{}: {line}", entry.term);
        }
    }
}

#[test]
fn a_term_of_ones_own_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("codes")).expect("a folder");
    let code = "[OurGateway01]\nmeaning = \"Our gateway is closed.\"\nowner = \"network admin\"\nsure = \"high\"\n";
    std::fs::write(folder.path().join("codes/ours.toml"), code).expect("a file");
    let output = pbiauth().args(["explain", "OurGateway01", "--rules"]).arg(folder.path()).output().expect("output");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Our gateway is closed."));
}
