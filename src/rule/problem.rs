//! What is wrong with rule files: every problem, at its characters.

use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// More problems of a file than this are counted and not drawn: to draw them takes as long as their number's square.
const DRAWN: usize = 50;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: String,
}

/// The problems of one rule file.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {} in this rule", count(.problems.len()))]
pub struct RuleProblems {
    /// The file's name.
    pub name: String,
    text: NamedSource<String>,
    /// Every problem, in the order of the file.
    pub problems: Vec<Problem>,
}

/// The problems of several rule files, as one report.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{} can't be used", files(.0.len()))]
#[diagnostic(help(
    "`{{ at = \"token.error.codes\", has = 7000222 }}` is a test; `pbiauth schema rule` lists all of them"
))]
pub struct BadRules(#[related] pub Vec<RuleProblems>);

impl RuleProblems {
    /// The problems of a file with this text.
    #[must_use]
    pub fn new(name: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        Self { name: name.to_owned(), text: NamedSource::new(name, text.to_owned()).with_language("TOML"), problems }
    }

    /// Each problem with its line and column, from 1 on.
    pub fn places(&self) -> impl Iterator<Item = (&Problem, usize, usize)> {
        let (mut line, mut start, mut counted) = (1, 0, 0);
        self.problems.iter().map(move |problem| {
            let text = self.text.inner();
            let at = text.floor_char_boundary(problem.span.start.min(text.len()));
            let passed = &text[counted.min(at)..at];
            line += passed.matches('\n').count();
            start = passed.rfind('\n').map_or(start, |end| counted + end + 1);
            counted = at;
            (problem, line, text[start..at].chars().count() + 1)
        })
    }
}

impl Diagnostic for RuleProblems {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn help<'h>(&'h self) -> Option<Box<dyn std::fmt::Display + 'h>> {
        let more = self.problems.len().checked_sub(DRAWN).filter(|more| *more > 0)?;
        let file = &self.name;
        Some(Box::new(format!(
            "the first {DRAWN} problems of {file} are shown; there are {more} more, which --format json lists"
        )))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels =
            self.problems.iter().take(DRAWN).map(|p| LabeledSpan::new_with_span(Some(p.what.clone()), p.span.clone()));
        Some(Box::new(labels))
    }
}

fn count(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

fn files(files: usize) -> String {
    if files == 1 { "1 rule file".to_owned() } else { format!("{files} rule files") }
}
