//! `pbiauth diagnose --ask`: asks a person for the facts that would decide, the most telling first.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, IsTerminal as _, Write};

use serde_json::Value;

use crate::error::Error;
use crate::import::Reading;
use crate::report::text::of_reading;
use crate::report::{FailOn, QuestionEntry, Report};
use crate::rule::vocabulary::Vocabulary;
use crate::rule::{RuleSet, Test};

/// At most so many questions are asked.
const MOST_QUESTIONS: usize = 5;
/// A question with more answers than this is not asked: nobody reads them.
const MOST_ANSWERS: usize = 12;

/// A question, and the values that may answer it.
struct Question {
    entry: QuestionEntry,
    answers: Vec<Value>,
}

/// Asks on the terminal, and adds the answers to the facts.
///
/// # Errors
/// When there is no terminal to ask questions on, or it goes away.
pub fn ask(reading: &Reading, facts: &mut BTreeMap<String, Value>, rules: &RuleSet) -> Result<(), Error> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Error::NoTerminal);
    }
    let written = |why| Error::Unwritable { path: "the terminal".into(), why };
    talk(reading, facts, rules, &mut std::io::stdin().lock(), &mut std::io::stderr().lock()).map_err(written)
}

fn talk(
    reading: &Reading,
    facts: &mut BTreeMap<String, Value>,
    rules: &RuleSet,
    from: &mut dyn BufRead,
    to: &mut dyn Write,
) -> std::io::Result<()> {
    let vocabulary = Vocabulary::of_evidence();
    let mut asked = BTreeSet::new();
    for _ in 0..MOST_QUESTIONS {
        let report = report(reading, facts, rules);
        let Some(question) = most_telling(&report, reading, facts, rules, &vocabulary, &asked) else { break };
        writeln!(to, "\n{}\n\n{}", candidates(&report), told(&question.entry.how))?;
        asked.insert(question.entry.at.clone());
        let Some(answer) = read_answer(&question.entry.at, &question.answers, from, to)? else { continue };
        facts.insert(question.entry.at, answer);
    }
    writeln!(to, "\n{}\n", candidates(&report(reading, facts, rules)))
}

fn report(reading: &Reading, facts: &BTreeMap<String, Value>, rules: &RuleSet) -> Report {
    of_reading(reading.clone(), facts, rules, FailOn::Error)
}

/// The causes as they stand, in a line.
fn candidates(report: &Report) -> String {
    let named: Vec<String> = ranking(report).into_iter().map(|(sure, cause)| format!("{cause} ({sure})")).collect();
    if named.is_empty() { "No cause was found.".to_owned() } else { format!("Causes: {}", named.join(", ")) }
}

fn ranking(report: &Report) -> Vec<(String, String)> {
    let words = |diagnosis: &crate::report::DiagnosisEntry| format!("{:?}", diagnosis.confidence).to_lowercase();
    report.diagnoses.iter().map(|diagnosis| (words(diagnosis), diagnosis.cause.clone())).collect()
}

/// The question whose answers lead to the most different ends. `None` when no answer would change anything.
fn most_telling(
    report: &Report,
    reading: &Reading,
    facts: &BTreeMap<String, Value>,
    rules: &RuleSet,
    vocabulary: &Vocabulary,
    asked: &BTreeSet<String>,
) -> Option<Question> {
    let open = report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.would_decide);
    let mut best: Option<(usize, Question)> = None;
    let mut seen = BTreeSet::new();
    for entry in open.filter(|entry| !asked.contains(&entry.at)) {
        let answers = answers(&entry.at, vocabulary);
        if !seen.insert(entry.at.clone()) || answers.is_empty() {
            continue;
        }
        let ends: BTreeSet<Vec<(String, String)>> = answers
            .iter()
            .map(|answer| {
                let mut facts = facts.clone();
                facts.insert(entry.at.clone(), answer.clone());
                ranking(&self::report(reading, &facts, rules))
            })
            .chain([ranking(report)])
            .collect();
        if ends.len() > best.as_ref().map_or(1, |(ends, _)| *ends) {
            best = Some((ends.len(), Question { entry: entry.clone(), answers }));
        }
    }
    best.map(|(_, question)| question)
}

/// The values that can stand at a path: yes and no, or the words that are counted.
fn answers(path: &str, vocabulary: &Vocabulary) -> Vec<Value> {
    if vocabulary.check_test(path, None, &Test::Is(Value::Bool(true))).is_ok() {
        return vec![Value::Bool(true), Value::Bool(false)];
    }
    let general: Vec<&str> = path.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    let words = vocabulary.words_at(&general.join("."));
    if words.len() > MOST_ANSWERS { Vec::new() } else { words.into_iter().map(Value::from).collect() }
}

/// A question without the option that would answer it on a command line.
fn told(how: &str) -> &str {
    how.split_once(" Then `--fact").map_or(how, |(question, _)| question)
}

/// Reads an answer, again until it is one. `None` when it is skipped, or nobody answers any more.
fn read_answer(
    path: &str,
    answers: &[Value],
    from: &mut dyn BufRead,
    to: &mut dyn Write,
) -> std::io::Result<Option<Value>> {
    let names: Vec<String> = answers.iter().map(name).collect();
    loop {
        write!(to, "{path} [{}/skip] ", names.join("/"))?;
        to.flush()?;
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let given = line.trim().to_lowercase();
        if given.is_empty() || "skip".starts_with(&given) {
            return Ok(None);
        }
        let meant: Vec<usize> = (0..names.len()).filter(|at| names[*at].starts_with(&given)).collect();
        let whole = names.iter().position(|name| *name == given);
        if let Some(at) = whole.or_else(|| meant.first().copied().filter(|_| meant.len() == 1)) {
            return Ok(Some(answers[at].clone()));
        }
    }
}

fn name(answer: &Value) -> String {
    match answer {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Codes, Found, read};

    const TEXT: &str = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'a9900001-4c1d-4e52-9b07-2f6d81c3a411'.";

    fn talked(answers: &str) -> (BTreeMap<String, Value>, String) {
        let rules = RuleSet::embedded();
        let codes = Codes::with(rules.code_names());
        let Found::Reading(reading) = read(TEXT, &codes, 0) else { panic!("a bundle") };
        let (mut facts, mut shown) = (BTreeMap::new(), Vec::new());
        talk(&reading, &mut facts, &rules, &mut answers.as_bytes(), &mut shown).expect("a talk");
        (facts, String::from_utf8(shown).expect("text"))
    }

    #[test]
    fn an_answer_is_a_fact_and_changes_the_causes() {
        let (facts, shown) = talked("what?\nyes\nskip\nskip\nskip\nskip\n");
        assert_eq!(facts.len(), 1, "{shown}");
        let causes: Vec<&str> = shown.lines().filter(|line| line.starts_with("Causes")).collect();
        assert_ne!(causes.first(), causes.last(), "{shown}");
    }

    #[test]
    fn what_is_skipped_is_not_asked_again() {
        let (facts, shown) = talked(&"skip\n".repeat(9));
        assert!(facts.is_empty());
        let asked = shown.matches("/skip]").count();
        assert!((1..=MOST_QUESTIONS).contains(&asked), "{shown}");
        assert_eq!(talked("").0.len(), 0, "nobody answers");
    }
}
