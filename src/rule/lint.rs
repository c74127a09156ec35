//! What is wrong with a folder of rules beyond the form of each file: names that lead nowhere, questions that nobody
//! answers.

use std::ops::Range;

use super::problem::{Problem, RuleProblems};
use super::reader::suggestion;
use super::vocabulary::Vocabulary;
use super::{AREAS, Rule, RuleSet};
use crate::rule::term::Glossary;

/// A folder of rules that was looked through.
#[derive(Debug)]
pub struct Linted {
    /// The rules to diagnose with: those of the folder, and beside them those in the tool, unless the folder is a
    /// whole set.
    pub rules: RuleSet,
    /// The causes of the folder's own rules.
    pub own: Vec<String>,
    /// Every problem, by file.
    pub problems: Vec<RuleProblems>,
    /// What is no problem and worth a look.
    pub notes: Vec<String>,
}

/// The file that a whole set of rules has.
const WHOLE: &str = "codes/aadsts";

/// Looks through rule files, each with its path without the ending, and its text.
#[must_use]
pub fn lint(files: &[(String, String)]) -> Linted {
    let vocabulary = Vocabulary::of_evidence();
    let mut read = RuleSet::default();
    let mut problems = Vec::new();
    for (path, text) in files {
        let one = [(path.as_str(), text.as_str())];
        match RuleSet::read(one, Some(&vocabulary)) {
            Ok(set) => read.extend(set),
            Err(bad) => problems.extend(bad.0),
        }
        problems.extend(Glossary::read(one).err().into_iter().flat_map(|bad| bad.0));
    }
    let own = read.rules.iter().map(|rule| rule.id.clone()).collect();
    let mut rules = if files.iter().any(|(path, _)| path == WHOLE) { RuleSet::default() } else { RuleSet::embedded() };
    let replaced = read.rules.iter().filter(|rule| rules.get(&rule.id).is_some());
    let notes = replaced.map(|rule| format!("{}: it replaces the built-in rule", rule.id)).collect();
    rules.extend(read);
    for (path, text) in files {
        let found = names(path, text, files, &rules);
        if !found.is_empty() {
            problems.push(RuleProblems::new(&format!("{path}.toml"), text, found));
        }
    }
    Linted { rules, own, problems, notes }
}

/// The problems of a file with the names in it.
fn names(path: &str, text: &str, files: &[(String, String)], rules: &RuleSet) -> Vec<Problem> {
    let (area, id) = path.rsplit_once('/').unwrap_or(("", path));
    if matches!(area, "codes" | "reference" | "wording") {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if !AREAS.contains(&area) {
        let what = format!("a rule's folder must have the name of its area: {}", AREAS.join(", "));
        problems.push(Problem { span: 0..0, what });
    }
    let twin = files.iter().find(|(other, _)| other != path && other.rsplit('/').next() == Some(id));
    if let Some((other, _)) = twin {
        problems.push(Problem { span: 0..0, what: format!("{other}.toml has the same id") });
    }
    if let Some(rule) = rules.get(id) {
        problems.extend(unknown_causes(rule, text, rules));
        problems.extend(unasked(rule, text, rules));
        problems.extend(another_begins(rule, text));
    }
    problems
}

/// Causes that a rule names and that no rule recognises.
fn unknown_causes(rule: &Rule, text: &str, rules: &RuleSet) -> Vec<Problem> {
    let ids: Vec<&str> = rules.rules.iter().map(|rule| rule.id.as_str()).collect();
    let named = rule.supersedes.iter().chain(&rule.follows).chain(rule.blocks.iter().flat_map(|block| &block.rivals));
    let unknown = named.filter(|id| !ids.contains(&id.as_str()));
    let problem = |id: &String| Problem {
        span: place_of(text, id),
        what: format!("no rule is called \"{id}\"{}", suggestion(id, &ids)),
    };
    unknown.map(problem).collect()
}

/// Paths that may be unknown and for which nobody is told how to find out.
fn unasked(rule: &Rule, text: &str, rules: &RuleSet) -> Vec<Problem> {
    let blocks = rule.blocks.iter().filter(|block| !block.symptom.is_empty());
    let mut paths: Vec<String> = blocks.flat_map(super::Block::deciding_paths).collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| rules.question(path).is_none());
    let problem = |path: &String| {
        let leaf = path.rsplit('.').next().unwrap_or(path);
        let span = if text.contains(&format!("\"{path}\"")) { place_of(text, path) } else { place_ending(text, leaf) };
        Problem { span, what: format!("no question asks for \"{path}\": add one to reference/questions.toml") }
    };
    paths.iter().map(problem).collect()
}

/// A first step that isn't the owner's: a report names whoever acts, and a reader takes the first step for theirs.
fn another_begins(rule: &Rule, text: &str) -> Option<Problem> {
    let first = rule.explain.fix.first().filter(|first| first.by != rule.owner)?;
    let explain = text.find("[explain").unwrap_or_default();
    let place = place_of(&text[explain..], &first.by);
    let what = format!(
        "the first step is for the {}, but the owner is the {}: begin with what the owner does. What anyone can look at \
         belongs in \"confirm\"",
        first.by, rule.owner
    );
    Some(Problem { span: place.start + explain..place.end + explain, what })
}

/// Where a text in quotes stands first.
fn place_of(text: &str, quoted: &str) -> Range<usize> {
    let quoted = format!("\"{quoted}\"");
    text.find(&quoted).map_or(0..0, |at| at..at + quoted.len())
}

/// Where a path that ends so stands first.
fn place_ending(text: &str, leaf: &str) -> Range<usize> {
    let ending = format!(".{leaf}\"");
    let Some(at) = text.find(&ending) else { return 0..0 };
    let start = text[..at].rfind('"').unwrap_or(at);
    start..at + ending.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
title = "a title"
owner = "user"
supersedes = ["client-secret-wrng"]
[[when]]
confidence = "likely"
each = "api.calls"
symptom = [{ at = "call.status", is = 401 }]
all = [{ at = "call.request_id", exists = true }]
[explain]
cause = "c"
fix = [{ by = "user", do = "d" }]
"#;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let problems = lint(&files).problems;
        let shown = |file: &RuleProblems| {
            let text = files.iter().find(|(path, _)| file.name == format!("{path}.toml")).map_or("", |(_, text)| text);
            let line = |p: &Problem| format!("{}: {} <- {}", file.name, p.what, &text[p.span.clone()]);
            file.problems.iter().map(line).collect::<Vec<_>>()
        };
        problems.iter().flat_map(shown).collect()
    }

    #[test]
    fn names_that_lead_nowhere_are_shown_at_their_characters() {
        assert_eq!(
            found(&[("api/own", RULE)]),
            [
                "api/own.toml: no rule is called \"client-secret-wrng\"; did you mean \"client-secret-wrong\"? <- \"client-secret-wrng\"",
                "api/own.toml: no question asks for \"api.calls.request_id\": add one to reference/questions.toml <- \"call.request_id\"",
            ]
        );
    }

    #[test]
    fn the_first_step_is_the_owners() {
        let rule = RULE
            .replace("supersedes = [\"client-secret-wrng\"]", "")
            .replace("all = [{ at = \"call.request_id\", exists = true }]", "")
            .replace("by = \"user\"", "by = \"developer\"");
        let found = found(&[("api/own", &rule)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("api/own.toml: the first step is for the developer, but the owner is the user"));
        assert!(found[0].ends_with(" <- \"developer\""), "{found:?}");
    }

    #[test]
    fn the_tools_own_rules_begin_with_their_owners() {
        for rule in RuleSet::embedded().rules {
            assert!(another_begins(&rule, "").is_none(), "{}", rule.id);
        }
    }

    #[test]
    fn an_id_is_used_once_and_in_an_area() {
        let rule = RULE
            .replace("supersedes = [\"client-secret-wrng\"]", "")
            .replace("all = [{ at = \"call.request_id\", exists = true }]", "");
        let found = found(&[("api/own", &rule), ("elsewhere/own", &rule)]);
        assert!(found.iter().any(|problem| problem.contains("elsewhere/own.toml has the same id")), "{found:?}");
        assert!(found.iter().any(|problem| problem.contains("the name of its area")), "{found:?}");
    }

    #[test]
    fn a_rule_of_the_tool_may_be_replaced() {
        let rule = RULE
            .replace("supersedes = [\"client-secret-wrng\"]", "")
            .replace("all = [{ at = \"call.request_id\", exists = true }]", "");
        let linted = lint(&[("token/client-secret-wrong".to_owned(), rule)]);
        assert!(linted.problems.is_empty());
        assert_eq!(linted.notes.len(), 1);
    }
}
