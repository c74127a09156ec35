//! What a report comes to, in the few lines that are read first: the cause, who acts, the first step, the command to
//! try again.

use super::{DiagnosisEntry, Origin, Outcome, Report, words};
use crate::check::Status;
use crate::rule::{Confidence, Severity};

/// Of more warnings or problems only the first are named.
const MOST_NAMED: usize = 3;

/// A command that runs this tool can be copied and run as it is.
const OURS: &str = "pbiauth ";

impl Report {
    /// What it comes to, in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        match (self.outcome, self.diagnoses.first()) {
            (Outcome::Healthy, _) => self.healthy(),
            (Outcome::Problem, Some(first)) => {
                format!("Problem: {} ({}).{}", first.title, words::word(&first.confidence), self.more())
            }
            (Outcome::Problem, None) => "A problem was found.".to_owned(),
            (Outcome::Unexplained, _) => self.unexplained(),
            (Outcome::Incomplete, Some(first)) => {
                format!("The run is incomplete: {} ({}).", first.title, words::word(&first.confidence))
            }
            (Outcome::Incomplete, None) if self.checks.is_empty() => "Nothing could be checked.".to_owned(),
            (Outcome::Incomplete, None) => "The run could not be completed.".to_owned(),
        }
    }

    /// The first step: who does what; where the cause is only possible, what to find out. `None` where nothing is left
    /// to do.
    #[must_use]
    pub fn first_step(&self) -> Option<String> {
        if self.outcome == Outcome::Unexplained {
            return self.questions().first().map(|how| format!("Next: {how}"));
        }
        let first = self.diagnoses.first()?;
        let question = first.would_decide.first().filter(|_| first.confidence == Confidence::Possible);
        question.map(|question| format!("Next: {}", question.how)).or_else(|| Some(acts(first)))
    }

    /// Another cause that is as likely as the first: with its own step, somebody may begin there. `None` where the first
    /// stands out.
    #[must_use]
    pub fn as_likely(&self) -> Option<&DiagnosisEntry> {
        let (first, others) = self.diagnoses.split_first()?;
        let open = self.outcome != Outcome::Unexplained && first.confidence == Confidence::Likely;
        others
            .first()
            .filter(|other| open && other.confidence == Confidence::Likely && other.severity == first.severity)
    }

    /// The command to try again with. `None` where no command of this tool tells more.
    #[must_use]
    pub fn retry(&self) -> Option<String> {
        let warned = || self.checks.iter().any(|check| check.status == Status::Warned);
        let Some(first) = self.diagnoses.first() else { return self.command.clone().filter(|_| warned()) };
        if self.outcome == Outcome::Unexplained {
            return None;
        }
        let mut commands = first.fix.iter().filter_map(|step| step.run.clone());
        let ours = commands.find(|run| run.starts_with(OURS)).map(|run| self.as_embedded(run));
        // What a text shows of an embedded report, a run of the checks doesn't see.
        let seen_by_checks = !matches!(first.area.as_str(), "client" | "embed");
        let again = self.command.clone().or_else(|| seen_by_checks.then(|| format!("{OURS}doctor")));
        ours.or_else(|| again.filter(|_| first.severity > Severity::Note))
    }

    /// A remedy's command for this run: what an embedded report showed, only an embedded report shows again.
    fn as_embedded(&self, run: String) -> String {
        let embeds = self.command.as_ref().is_some_and(|command| command.starts_with(&format!("{OURS}embed")));
        match run.strip_prefix(&format!("{OURS}doctor")).filter(|_| embeds) {
            Some(options) => format!("{OURS}embed{options}"),
            None => run,
        }
    }

    /// What is not known and would decide, of all causes, each question once.
    pub(super) fn questions(&self) -> Vec<&str> {
        let mut questions: Vec<&str> = Vec::new();
        for question in self.diagnoses.iter().flat_map(|diagnosis| &diagnosis.would_decide) {
            if !questions.contains(&question.how.as_str()) {
                questions.push(&question.how);
            }
        }
        questions
    }

    /// The warnings, each in a few words: causes first, and where there are none the checks.
    pub(super) fn warnings(&self) -> Vec<String> {
        let causes = self.diagnoses.iter().filter(|diagnosis| diagnosis.severity == Severity::Warning);
        let causes: Vec<String> = causes.map(|diagnosis| diagnosis.title.clone()).collect();
        if !causes.is_empty() {
            return causes;
        }
        self.checks.iter().filter(|check| check.status == Status::Warned).map(words::because).collect()
    }

    /// Other causes that are certain, and errors: a run may have more than one.
    fn more(&self) -> String {
        let certain =
            |other: &&DiagnosisEntry| other.confidence == Confidence::Certain && other.severity == Severity::Error;
        let others: Vec<&str> =
            self.diagnoses.iter().skip(1).filter(certain).map(|other| other.title.as_str()).collect();
        match others.as_slice() {
            [] => String::new(),
            [one] => format!(" Another problem was found: {one}."),
            several => format!(" {} other problems were found: {}.", several.len(), numbered(several)),
        }
    }

    fn healthy(&self) -> String {
        let warnings = self.warnings();
        if !warnings.is_empty() {
            let named = match warnings.as_slice() {
                [one] => format!("1 warning: {one}"),
                several => format!("{} warnings: {}", several.len(), numbered(several)),
            };
            return format!("Healthy, with {named}.{}", self.left_to_a_person());
        }
        if self.checks.is_empty() {
            let input = match (&self.token, self.diagnoses.first()) {
                (Some(_), None) => return "No problems found.".to_owned(),
                (_, Some(first)) => return format!("No authorization failure found: {}.", first.title),
                (None, None) => self.input(),
            };
            return format!("No authorization failure recognized in this {input}.");
        }
        let of = |status| self.checks.iter().filter(move |check| check.status == status).map(|check| check.id.as_str());
        let passed = match of(Status::Passed).count() {
            1 => "1 check passed".to_owned(),
            passed => format!("{passed} checks passed"),
        };
        format!("Healthy: {passed}.{}{}", self.operation_left(), self.left_to_a_person())
    }

    /// Without an operation, a run tells that the caller gets a token and reads. Nothing where one was selected.
    fn operation_left(&self) -> &'static str {
        let is_judged = |id: &str| self.checks.iter().any(|check| check.id == id && check.status != Status::Skipped);
        if is_judged("token-request") && !is_judged("intent") {
            " To check what an operation needs, add --for (such as --for embed-customers)."
        } else {
            ""
        }
    }

    /// What only a person can see, and who. Nothing where nothing is.
    fn left_to_a_person(&self) -> String {
        let manual = self.checks.iter().filter(|check| check.status == Status::Manual).map(words::because);
        let manual: Vec<String> = manual.collect();
        match manual.as_slice() {
            [] => String::new(),
            [one] => format!(" Check by hand: {one}."),
            several => format!(" Check {} things by hand: {}.", several.len(), numbered(several)),
        }
    }

    fn unexplained(&self) -> String {
        if self.checks.is_empty() {
            return format!("Something failed, but this {} doesn't show why.", self.input());
        }
        let failed: Vec<&str> =
            self.checks.iter().filter(|check| words::is_bad(check.status)).map(|check| check.id.as_str()).collect();
        match failed.as_slice() {
            [] => "Something failed, and no known cause matches.".to_owned(),
            [one] => format!("The check {one} failed, and no known cause matches."),
            [first, others @ ..] => {
                format!("The check {first} and {} others failed, and no known cause matches.", others.len())
            }
        }
    }

    const fn input(&self) -> &'static str {
        match self.origin {
            Origin::Har => "HAR file",
            Origin::Log => "log",
            Origin::Token => "token",
            Origin::Text => "text",
            Origin::Live | Origin::Sim | Origin::Bundle => "run",
        }
    }
}

/// The first of a list, each with its number.
fn numbered<T: std::fmt::Display>(items: &[T]) -> String {
    let mut named: Vec<String> =
        items.iter().take(MOST_NAMED).enumerate().map(|(place, item)| format!("({}) {item}", place + 1)).collect();
    if items.len() > MOST_NAMED {
        named.push("and more".to_owned());
    }
    named.join("; ")
}

/// Who acts, and the first thing to do.
fn acts(diagnosis: &DiagnosisEntry) -> String {
    diagnosis.fix.first().map_or_else(|| words::owner_acts(&diagnosis.owner), words::step)
}

#[cfg(test)]
mod tests {
    use super::super::build::of_nothing;
    use super::*;
    use crate::report::{CheckEntry, FixEntry, QuestionEntry};

    fn report(outcome: Outcome) -> Report {
        let mut report = of_nothing(Origin::Text, String::new());
        report.outcome = outcome;
        report
    }

    fn cause(title: &str, confidence: Confidence, severity: Severity) -> DiagnosisEntry {
        let step = FixEntry {
            by: "nobody".to_owned(),
            place: String::new(),
            action: "Wait two minutes.".to_owned(),
            run: Some("pbiauth doctor --only token-request".to_owned()),
        };
        let question = QuestionEntry { at: "a".to_owned(), check: None, how: "Is it new?".to_owned() };
        DiagnosisEntry {
            cause: "c".to_owned(),
            area: "token".to_owned(),
            title: title.to_owned(),
            confidence,
            severity,
            owner: "nobody".to_owned(),
            because: Vec::new(),
            explain: String::new(),
            confirm: String::new(),
            fix: vec![step],
            would_decide: vec![question],
            references: Vec::new(),
            seen: None,
        }
    }

    #[test]
    fn a_problem_names_cause_step_and_command() {
        let mut report = report(Outcome::Problem);
        report.diagnoses = vec![cause("the secret is too new", Confidence::Likely, Severity::Error)];
        assert_eq!(report.verdict(), "Problem: the secret is too new (likely).");
        assert_eq!(report.first_step().as_deref(), Some("No one needs to act. Wait two minutes."));
        assert_eq!(report.retry().as_deref(), Some("pbiauth doctor --only token-request"));
        report.diagnoses.push(cause("another", Confidence::Certain, Severity::Error));
        assert!(report.verdict().ends_with(" Another problem was found: another."), "{}", report.verdict());
        report.diagnoses.push(cause("a third", Confidence::Certain, Severity::Error));
        assert!(report.verdict().ends_with(" 2 other problems were found: (1) another; (2) a third."));
        report.diagnoses[0].confidence = Confidence::Possible;
        assert_eq!(report.first_step().as_deref(), Some("Next: Is it new?"));
    }

    #[test]
    fn another_cause_that_is_as_likely_is_named() {
        let mut report = report(Outcome::Problem);
        let both = |first, second| vec![cause("one", first, Severity::Error), cause("two", second, Severity::Error)];
        for (first, second, named) in [
            (Confidence::Likely, Confidence::Likely, Some("two")),
            (Confidence::Likely, Confidence::Possible, None),
            (Confidence::Certain, Confidence::Certain, None),
        ] {
            report.diagnoses = both(first, second);
            assert_eq!(report.as_likely().map(|other| other.title.as_str()), named, "{first:?} {second:?}");
        }
    }

    #[test]
    fn a_warning_is_said() {
        let mut report = report(Outcome::Healthy);
        assert_eq!(report.verdict(), "No authorization failure recognized in this text.");
        report.checks = vec![CheckEntry {
            id: "capacity".to_owned(),
            title: String::new(),
            stage: crate::check::Stage::Api,
            status: Status::Warned,
            because: "the workspace is on shared capacity".to_owned(),
            skip: None,
            exchanges: Vec::new(),
        }];
        assert_eq!(report.verdict(), "Healthy, with 1 warning: the workspace is on shared capacity.");
        assert_eq!(report.retry(), None, "no command made it");
        report.command = Some("pbiauth doctor -v".to_owned());
        assert_eq!(report.retry().as_deref(), Some("pbiauth doctor -v"));
        report.checks[0].status = Status::Manual;
        report.checks[0].because = "ask a Fabric administrator".to_owned();
        assert_eq!(report.verdict(), "Healthy: 0 checks passed. Check by hand: ask a Fabric administrator.");
        report.diagnoses = vec![cause("one", Confidence::Certain, Severity::Warning)];
        assert_eq!(report.verdict(), "Healthy, with 1 warning: one. Check by hand: ask a Fabric administrator.");
        report.diagnoses.push(cause("two", Confidence::Certain, Severity::Warning));
        assert!(report.verdict().starts_with("Healthy, with 2 warnings: (1) one; (2) two."), "{}", report.verdict());
    }

    #[test]
    fn what_is_not_explained_asks() {
        let mut report = report(Outcome::Unexplained);
        assert_eq!(report.verdict(), "Something failed, but this text doesn't show why.");
        report.diagnoses = vec![cause("one", Confidence::Possible, Severity::Error); 2];
        assert_eq!(report.questions(), ["Is it new?"]);
        assert_eq!(report.retry(), None);
    }
}
