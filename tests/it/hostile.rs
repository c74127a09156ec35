//! What a server says stays text in every form: a recorded run whose answers try to be something else.

use clap::ValueEnum as _;
use pbiauth::report::Format;
use serde_json::{Value, json};

use super::formats::{assert_sarif, assert_valid, word};
use super::support::{pbiauth, run_with_input};

/// What a server may send to be taken for mark-up, an order to a build server, or a command to a terminal.
const HOSTILE: &str = concat!(
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\n##vso[task.complete result=Succeeded;]done\n",
    "##[error]no\n::error::no\n  ::add-mask::no\n::set-output name=a::b\n",
    "]]><!-- --></pre></code></script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"x' &lt; &amp; &#60; %0A::error::%0D\0\u{fffe}\u{202e}txt.exe\u{2028}",
    "# title\n- item\n1. one\n| cell | **bold** `code` ``` [link](javascript:alert(1)) ![x](http://127.0.0.1/x) @team ",
    "{{ secret }} ${VAR} $(id) `id` \\ \\n {\"a\":1}"
);

/// The bundle of a run in which every answer after the token is hostile, in every place that is kept.
fn bundle() -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.json");
    let output = pbiauth().args(["doctor", "--sim", "--bundle"]).arg(&file).output().expect("output");
    assert!(output.status.success());
    let mut bundle: Value = serde_json::from_slice(&std::fs::read(&file).expect("the bundle")).expect("JSON");
    let long = format!("{HOSTILE}{}", "long ".repeat(30_000));
    let error = json!({ "error": { "code": HOSTILE, "message": long, "pbi.error": { "code": HOSTILE } } });
    for exchange in bundle["record"]["exchanges"].as_array_mut().expect("exchanges") {
        let name = exchange["request"]["name"].as_str().expect("a name").to_owned();
        let reply = &mut exchange["outcome"]["reply"];
        match name.as_str() {
            "discovery" | "token" | "api-hello" => continue,
            "workspaces" => reply["body"] = json!({ "json": { "value": [{ "id": HOSTILE, "name": HOSTILE }] } }),
            "reports" => reply["body"] = json!({ "text": long }),
            _ => reply["body"] = json!({ "json": error }),
        }
        reply["status"] = json!(if name == "workspaces" { 200 } else { 409 });
        for header in ["x-powerbi-error-info", "requestid", "www-authenticate", "location"] {
            reply["headers"][header] = json!(HOSTILE);
        }
    }
    bundle["record"]["inputs"]["given"]["workspace"]["text"] = json!(HOSTILE);
    bundle["record"]["inputs"]["notes"] = json!([HOSTILE]);
    bundle
}

fn shown(bundle: &Value, format: Format) -> String {
    let mut command = pbiauth();
    command.args(["diagnose", "-", "-vv", "--format", &word(format)]);
    let output = run_with_input(&mut command, bundle.to_string().as_bytes());
    assert!(matches!(output.status.code(), Some(1 | 3)), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// A text of which a build server reads every line, and a terminal every character.
fn assert_harmless(text: &str, format: Format) {
    for c in text.chars() {
        let hidden = c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2028}' | '\u{fffe}');
        assert!(!hidden, "{format:?} shows {c:?}");
    }
    for line in text.lines() {
        let ours = match format {
            Format::Github => line.starts_with("::error title=pbiauth%3A "),
            Format::Azure => line.starts_with("##vso[task.logissue type=error;code="),
            _ => false,
        };
        let rest = if ours { line.trim_start_matches("##vso[").trim_start_matches("::") } else { line };
        assert!(!rest.trim_start().starts_with("::"), "{format:?}: {line}");
        assert!(!rest.contains("##vso[") && !rest.contains("##["), "{format:?}: {line}");
    }
}

#[test]
fn what_a_server_says_stays_text() {
    let bundle = bundle();
    for format in Format::value_variants() {
        let text = shown(&bundle, *format);
        assert_harmless(&text, *format);
        match format {
            Format::Json => {
                let report: Value = serde_json::from_str(&text).expect("JSON");
                assert_valid(&pbiauth::report::schema(), &report, "json");
                assert_eq!(report["notes"].as_array().and_then(|notes| notes.last()), Some(&json!(HOSTILE)));
            }
            Format::Sarif => assert_sarif(&text, "sarif"),
            Format::Junit => assert!(roxmltree::Document::parse(&text).is_ok(), "{text}"),
            Format::Html => assert_html(&text),
            Format::Markdown => assert_markdown(&text),
            Format::Openmetrics => {
                assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("pbiauth_")));
            }
            Format::Short => assert!(text.lines().count() == 1 && text.chars().count() < 400, "{text}"),
            Format::Human | Format::Github | Format::Azure => {}
        }
    }
}

fn assert_html(page: &str) {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let tree = roxmltree::Document::parse_with_options(page, options).expect("well-formed");
    for node in tree.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let own = name == "script" && node.text() == Some(include_str!("../../src/report/html/copy.js"));
        assert!(own || !["script", "img"].contains(&name), "{name}");
        assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")));
        let safe = |link: &str| link.starts_with("https://learn.microsoft.com/");
        assert!(node.attribute("href").is_none_or(safe), "{node:?}");
    }
}

/// Outside of code spans nothing is HTML, a link, a picture or a mention.
fn assert_markdown(text: &str) {
    let spans = regex::Regex::new(r"(?s)``` .*? ```|`` .*? ``|`[^`\n]*`").expect("a pattern");
    let text = text.replace("\\`", "").replace("\\]", "");
    let text = spans.replace_all(&text, "").replace("@<!-- -->team", "");
    let ours = regex::Regex::new(r"<https://learn\.microsoft\.com/[^>\s]*>").expect("a pattern");
    let text = ours.replace_all(&text, "");
    for forbidden in ["<", "](", "@team", "**bold**", "\n- item"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1, "one title");
}

#[test]
fn a_pasted_text_stays_text() {
    let input = format!("HTTP/1.1 403 Forbidden\n{HOSTILE}\nAADSTS7000215: Invalid client secret. {HOSTILE}");
    for format in Format::value_variants() {
        let output =
            run_with_input(pbiauth().args(["diagnose", "-", "-vv", "--format", &word(*format)]), input.as_bytes());
        assert_harmless(&String::from_utf8(output.stdout).expect("text"), *format);
    }
}
