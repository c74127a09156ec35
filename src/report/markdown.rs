//! Markdown, ready for a ticket.

use std::fmt::Write as _;

use super::page::{capitalised, clean};
use super::{DiagnosisEntry, FactEntry, Outcome, Report, words};
use crate::check::Status;

/// The report as Markdown.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    let title = report.diagnoses.first().map_or_else(|| report.verdict(), |d| capitalised(&d.title));
    let _ = write!(text, "# {}\n\n{}\n", escaped(&title), escaped(&line(report)));
    if report.outcome == Outcome::Unexplained {
        bullets(&mut text, "How to tell for certain", report.questions().into_iter().map(prose));
        bullets(&mut text, "Possible causes", report.diagnoses.iter().map(|cause| possible(report, cause)));
    } else if let Some((first, others)) = report.diagnoses.split_first() {
        diagnosis(&mut text, report, first);
        bullets(&mut text, "Other possible causes", others.iter().map(other));
    }
    people(&mut text, report);
    bullets(&mut text, "Notes", report.notes.iter().map(|note| prose(note)));
    bullets(
        &mut text,
        "Ruled out",
        report
            .ruled_out
            .iter()
            .map(|out| format!("{} ({}): {}", escaped(&out.title), code(&out.cause), fact(report, &out.because))),
    );
    bullets(
        &mut text,
        "Proven",
        report.proves.iter().map(|proof| format!("{}, by {}", escaped(&proof.statement), code(&proof.because))),
    );
    checks(&mut text, report);
    let _ = write!(text, "\n---\n{} {}", report.tool.name, report.tool.version);
    if let Some(started) = &report.started {
        let _ = write!(text, ", {}", escaped(started));
    }
    text.push_str(". No secret is in this report.\n");
    text
}

/// What it comes to and who acts, in a line.
fn line(report: &Report) -> String {
    let Some(first) = report.diagnoses.first() else { return outcome(report) };
    let verdict = report.verdict();
    match report.first_step() {
        Some(step) if report.outcome == Outcome::Unexplained => format!("{verdict} {step}"),
        _ => format!("{verdict} {}", words::owner_acts(&first.owner)),
    }
}

fn outcome(report: &Report) -> String {
    format!("Outcome: {}, exit code {}.", words::word(&report.outcome), report.exit)
}

fn diagnosis(text: &mut String, report: &Report, diagnosis: &DiagnosisEntry) {
    let _ = write!(text, "\n{}\n", prose(&diagnosis.explain));
    if let Some(seen) = words::seen(diagnosis) {
        let _ = write!(text, "\n{}.\n", escaped(&seen));
    }
    heading(text, "What to do");
    for (number, step) in diagnosis.fix.iter().enumerate() {
        let place = if step.place.is_empty() { String::new() } else { format!(", in {}", escaped(&step.place)) };
        let (by, action) = words::actor(&step.by, &step.action);
        let by = escaped(&by);
        let colon = if by.ends_with('.') && place.is_empty() { "" } else { ":" };
        let _ = writeln!(text, "{}. **{by}**{place}{colon} {}", number + 1, prose(action));
        if let Some(run) = &step.run {
            let _ = writeln!(text, "   Run {}", code(run));
        }
    }
    bullets(text, "Because", words::evidence(&diagnosis.because, false).into_iter().map(|it| fact(report, it)));
    if !diagnosis.confirm.is_empty() {
        heading(text, "To confirm");
        let _ = writeln!(text, "{}", prose(&diagnosis.confirm));
    }
    bullets(text, "How to tell for certain", diagnosis.would_decide.iter().map(|question| prose(&question.how)));
    let _ = write!(text, "\nCause: {}", code(&diagnosis.cause));
    for url in &diagnosis.references {
        let _ = write!(text, " · <{}>", clean(url).replace(['<', '>', ' '], ""));
    }
    text.push('\n');
}

fn possible(report: &Report, cause: &DiagnosisEntry) -> String {
    let facts: Vec<String> =
        words::evidence(&cause.because, false).into_iter().map(|it| format!(" {}.", fact(report, it))).collect();
    let owner = escaped(&words::owner_acts(&cause.owner));
    format!("{} ({}). {owner}{}", escaped(&capitalised(&cause.title)), code(&cause.cause), facts.concat())
}

fn other(diagnosis: &DiagnosisEntry) -> String {
    format!("{}: {} ({})", words::word(&diagnosis.confidence), escaped(&diagnosis.title), code(&diagnosis.cause))
}

fn fact(report: &Report, fact: &FactEntry) -> String {
    format!("{} ({})", escaped(&capitalised(&words::fact(report, fact))), code(&words::fact_by_path(fact)))
}

fn people(text: &mut String, report: &Report) {
    if report.outcome == Outcome::Healthy {
        return;
    }
    if let Some(principal) = &report.principal {
        heading(text, "Caller");
        let _ = writeln!(text, "{}", escaped(&words::principal(principal)));
    }
    bullets(text, "For Microsoft support", report.support.iter().map(|entry| escaped(&words::support(entry))));
}

fn checks(text: &mut String, report: &Report) {
    let made: Vec<_> = report.checks.iter().filter(|check| check.status != Status::Skipped).collect();
    if made.is_empty() {
        return;
    }
    heading(text, "Checks");
    text.push_str("| check | status | why |\n|---|---|---|\n");
    for check in made {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            code(&check.id),
            words::word(&check.status),
            escaped(&words::because(check))
        );
    }
    let skipped: Vec<String> =
        report.checks.iter().filter(|check| check.status == Status::Skipped).map(|check| code(&check.id)).collect();
    if !skipped.is_empty() {
        let _ = writeln!(text, "\nSkipped: {}.", skipped.join(", "));
    }
}

fn heading(text: &mut String, title: &str) {
    let _ = write!(text, "\n## {title}\n\n");
}

fn bullets(text: &mut String, title: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    heading(text, title);
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
}

/// A sentence: what stands between backticks is code, and the rest is text.
fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escaped(text);
    }
    let pieces = pieces.iter().enumerate();
    pieces.map(|(at, piece)| if at % 2 == 1 { code(piece) } else { escaped(piece) }).collect()
}

/// Text that is no mark-up, no mention and no HTML, whatever stands in it; and that reads well where Markdown is not
/// known.
pub(super) fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next();
        let inner = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' if after.is_some_and(|c| c.is_ascii_alphabetic() || c == '#') => escaped.push_str("&amp;"),
            // Within a word a line beneath is no emphasis.
            '_' if inner(before) && inner(after) => escaped.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => escaped.extend(['\\', c]),
            '>' | '#' | '-' | '+' | '=' if text[..at].trim().is_empty() => escaped.extend(['\\', c]),
            // A mention would call somebody; a mail address has a letter before it.
            '@' if !inner(before) => escaped.push_str("@<!-- -->"),
            _ => escaped.push(c),
        }
        before = Some(c);
    }
    escaped
}

/// Text in a code span that nothing in it can end.
fn code(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A table's cell ends at a bar, also within a code span.
    let text = text.replace('|', "\u{a6}");
    if longest == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let text = "<script>*x*</script> [a](b) `c` @team a@b.c a_b _c_ &amp; A & B > C";
        let means =
            "&lt;script>\\*x\\*&lt;/script> \\[a\\](b) \\`c\\` @<!-- -->team a@b.c a_b \\_c\\_ &amp;amp; A & B > C";
        assert_eq!(escaped(text), means);
        assert_eq!(escaped(" # title\n- item"), " \\# title - item");
        assert_eq!(escaped("1. one ![x](y)"), "1. one !\\[x\\](y)");
    }

    #[test]
    fn code_is_told_by_its_backticks() {
        assert_eq!(prose("then `--fact a=b` or *c*"), "then `--fact a=b` or \\*c\\*");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(prose("`<script>`"), "`<script>`");
    }

    #[test]
    fn nothing_ends_a_code_span() {
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(code("a `` b"), "``` a `` b ```");
        assert_eq!(code("`x`"), "`` `x` ``");
    }
}
