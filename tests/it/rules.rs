//! A user's own rules: used, and refused with every problem at its characters.

use super::support::{pbiauth, run_with_input};

const CODE: &[u8] = b"AADSTS50034: The user account does not exist";

fn with_rule(text: &str) -> std::process::Output {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("token")).expect("an area");
    std::fs::write(folder.path().join("token/own-cause.toml"), text).expect("a rule");
    run_with_input(pbiauth().args(["diagnose", "-", "--rules"]).arg(folder.path()), CODE)
}

const OWN: &str = r#"
title = "our own cause"
owner = "user"
[[when]]
confidence = "certain"
all = [{ at = "token.error.codes", has = 50034 }]
[explain]
cause = "Account {{ token.error.trace_id | unknown }}."
fix = [{ by = "user", do = "Ask us." }]
"#;

#[test]
fn own_rules_are_used() {
    let output = with_rule(OWN);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Our own cause (certain)"));
}

#[test]
fn a_step_for_somebody_else_is_left_out() {
    let steps = r#"fix = [
  { by = "user", do = "Ask ADAL.", if = { at = "text.library", is = "adal" } },
  { by = "user", do = "Ask MSAL.", if = { at = "text.library", is = "msal-python" } },
]"#;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("token")).expect("an area");
    let rule = OWN.replace(r#"fix = [{ by = "user", do = "Ask us." }]"#, steps);
    std::fs::write(folder.path().join("token/own-cause.toml"), rule).expect("a rule");
    let shown = |facts: &[&str]| {
        let output = run_with_input(pbiauth().args(["diagnose", "-", "--rules"]).arg(folder.path()).args(facts), CODE);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (text.contains("Ask ADAL."), text.contains("Ask MSAL."))
    };
    assert_eq!(shown(&[]), (true, true), "what is not known leaves nothing out");
    assert_eq!(shown(&["--fact", "text.library=adal"]), (true, false));
}

#[test]
fn every_problem_of_a_bad_rule_is_shown_at_its_characters() {
    let bad = OWN
        .replace("owner = \"user\"", "owner = \"usr\"\ncolour = \"red\"")
        .replace("token.error.codes", "token.error.kodes")
        .replace("do = \"Ask us.\"", "does = \"Ask us.\"")
        .replace("| unknown ", "");
    let output = with_rule(&bad);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
}
