//! The statuses of answers in a text: numbers where a status stands, reasons in their place, and numbers in prose.

use super::hidden;
use super::mark::{Mark, What};
use crate::pattern::{Pattern, pattern};

/// What any status is: without one, none of the longer expressions is compiled.
static NUMBER: Pattern = pattern!(r"(?:^|[^0-9])[2345][0-9]{2}\b");
/// A status that stands where only a status stands.
static SURE: Pattern = pattern!(
    r#"(?i)(?:HTTP/[0-9.]+["']?\s+|\b(?:GET|POST|PUT|PATCH|DELETE) [^\s]+ |https?://[^\s]+ |\s/[^\s]{4,} |\bHTTP(?:[ _-]?(?:status|error|code|response))*["']?\s*[:=]?\s*"#,
    r#"|status(?:[ _-]?code)?["']?\s*(?:[:=]|is|of|was)?\s*["']?|(?:->|=>|→)\s*)([2345][0-9]{2})\b"#,
    r"|\bResponse \[([45][0-9]{2})\]|\b(?:Unauthorized|Forbidden|NotFound|TooManyRequests|BadRequest)\s?\(([45][0-9]{2})\)",
    r"|\b([45][0-9]{2})[ :-]*(?:\(|\w+ Error: )?(?:Unauthorized|Forbidden|Not ?Found|Too ?Many ?Requests|Bad ?Request|Service ?Unavailable|Internal ?Server|Unsupported ?Media|Method ?Not|Bad ?Gateway|Gateway ?Time|Conflict|Gone)\b",
);
/// A number that may be a status: what follows it decides.
static SOFT: Pattern = pattern!(
    r"(?im)(?:\b(?:returns?|returned|got|gets?|getting|gives?|throws?|fails? with|failed(?: with)?|ends? in|with|an?|responds? with|answers?(?: with)?|shows|it is|sometimes)\s+(?:an? |the )?[`'\x22*]*",
    r"|\berror(?: status| code)?:?\s+|^[\s\x22'>]*|\()([45][0-9]{2})\b",
);
/// The refusals that hardly any other number looks like, anywhere in a short text that speaks of the services.
static BARE: Pattern = pattern!(
    r"(?:[=:;>(,'\x22`}]|[.!?]\s|['’]s|\b(?:[a-z]{2,}|[A-Z][A-Za-z]+[a-z]|BI|[A-Z]|[a-z]\))[:,]?)\s?(401|403|404|429)(?:s?[\s).,;:'\x22`!?/]|s?$)",
    r"|\b(?:returns?|returned|answers?|gives?|gets?|is|are)\s+(200)\b",
);
/// What a number is of, before it.
static NUMBERED: Pattern =
    pattern!(r"(?i)(?:line|port|page|item|row|step|version|room|issue|chapter|of|number|no|about|than)[:,]?\s?$");
/// What a number counts, after it: units, and words in the plural.
static COUNTED: Pattern = pattern!(r"(?i)^\s?(?:(?:ms|s|sec\w*|min\w*|[kmg]b|percent|of)\b|%)|^ ([a-z]+s)\b");
/// Words that end as a plural does, and are none.
const NO_PLURALS: [&str; 16] = [
    "is",
    "as",
    "was",
    "this",
    "always",
    "sometimes",
    "status",
    "errors",
    "responses",
    "has",
    "does",
    "unless",
    "across",
    "happens",
    "comes",
    "persists",
];
/// The reason in place of the number, where a library writes it so.
static REASON: Pattern = pattern!(
    r#"(?im)(?:invalid status code|status(?:[ _-]?code)?|statusdescription|reasonphrase|response|RequestFailedException|error)["']?\s*(?:[:=]\s*)?(?:status ?code\s*:\s*)?["'\\]*"#,
    r"(unauthorized|forbidden|not ?found|too ?many ?requests|bad ?request|service ?unavailable)\b",
    r#"|["'](TooManyRequests|Unauthorized|Forbidden|NotFound)["']|\b(too many requests)\b|\b(TooManyRequests)\b|\b(unauthorized|forbidden) (?:error|response|exception|status)\b"#,
    r"|\bresource is (forbidden)\b|\b(?:says|answers|returns|gives|gets|ends in|ends with|simply|just)[: ]+[\x22'`]?(not found)\b|\bAPI: (not found)\b|(?-i:\b(?:returns?|returned|with|gives?|gets?|got|getting|an?|is|says?|refused|throws?|raises?|\w*Exception)\s+(Unauthorized|Forbidden|NotFound)\b|(?:[:>(=→]\s*|[.!?]\s+)(Unauthorized|Forbidden|NotFound)\b|^\s*(Unauthorized|Forbidden)\b)",
);
/// What is said of a refusal that is over, before it.
static OVER: Pattern = pattern!(
    r"(?i)\b(?:solved|fixed|fixes|resolved|cured|got rid of|no more|no longer(?: an?)?)(?: (?:the|my|our|that|this|all))?\s+$",
);
/// Whether a text holds a status for sure.
pub(super) fn is_told(text: &str) -> bool {
    SURE.is_match(text)
}

/// Adds the statuses in a text.
pub(super) fn statuses(text: &str, marks: &mut Vec<Mark>) {
    if NUMBER.is_match(text) {
        numbers(text, marks);
    }
    marks.extend(REASON.captures_iter(text).map(|found| {
        let words = found.iter().skip(1).flatten().next().map_or("", |word| word.as_str());
        Mark::new(&found, What::Status(status_of(words)))
    }));
    let is_over = |mark: &Mark| OVER.is_match(&text[super::floor(text, mark.at.saturating_sub(40))..mark.at]);
    marks.retain(|mark| !matches!(mark.what, What::Status(_)) || !is_over(mark));
}

fn numbers(text: &str, marks: &mut Vec<Mark>) {
    let known = SURE.captures_iter(text).map(|found| (true, found));
    for (sure, found) in known.chain(SOFT.captures_iter(text).map(|found| (false, found))) {
        let Some(number) = found.iter().skip(1).flatten().next() else { continue };
        let after = &text[number.end()..];
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '%' | '-'));
        let is_whole = !(goes_on || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit()));
        if is_whole
            && (sure || !counts(after))
            && let Ok(status) = number.as_str().parse()
        {
            marks.push(Mark { at: number.start(), end: number.end(), what: What::Status(status) });
        }
    }
    if text.len() < 4096 && hidden::may_speak_of_services(text) {
        for number in BARE.captures_iter(text).filter_map(|found| found.iter().skip(1).flatten().next()) {
            let known = marks.iter().any(|mark| mark.at == number.start() && matches!(mark.what, What::Status(_)));
            let before = &text[..number.start()];
            let counts = NUMBERED.is_match(before) || names_many(before) || counts_something(&text[number.end()..]);
            if let Some(status) = number.as_str().parse().ok().filter(|_| !known && !counts) {
                marks.push(Mark { at: number.start(), end: number.end(), what: What::Status(status) });
            }
        }
    }
}

/// Whether a name in the plural is given this number: `reports=401`.
fn names_many(before: &str) -> bool {
    let name = before.trim_end().strip_suffix('=').unwrap_or_default();
    let word = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    word.len() > 3 && word.ends_with('s') && !NO_PLURALS.contains(&word.as_str()) && !name.ends_with("://")
}

fn counts_something(after: &str) -> bool {
    COUNTED.captures(after).is_some_and(|found| {
        found.get(1).is_none_or(|word| !NO_PLURALS.contains(&word.as_str().to_ascii_lowercase().as_str()))
    })
}

/// The status that a reason stands for.
fn status_of(reason: &str) -> u16 {
    match reason.to_ascii_lowercase().replace(' ', "").as_str() {
        "unauthorized" => 401,
        "forbidden" => 403,
        "notfound" => 404,
        "toomanyrequests" => 429,
        "badrequest" => 400,
        _ => 503,
    }
}

/// Whether the number before this text counts things: `400 workspaces`, `401 ms`.
fn counts(after: &str) -> bool {
    const USUAL: [&str; 66] = [
        "there",
        "here",
        "now",
        "back",
        "today",
        "always",
        "only",
        "so",
        "because",
        "too",
        "though",
        "although",
        "despite",
        "by",
        "to",
        "before",
        "all",
        "both",
        "my",
        "our",
        "this",
        "what",
        "each",
        "until",
        "again",
        "since",
        "after",
        "unauthorized",
        "forbidden",
        "not",
        "notfound",
        "too",
        "bad",
        "error",
        "errors",
        "client",
        "server",
        "internal",
        "service",
        "response",
        "responses",
        "status",
        "http",
        "from",
        "for",
        "on",
        "when",
        "and",
        "but",
        "if",
        "in",
        "at",
        "instead",
        "with",
        "every",
        "or",
        "while",
        "then",
        "null",
        "none",
        "the",
        "as",
        "authorization",
        "is",
        "code",
        "message",
    ];
    if !after.starts_with(' ') {
        return false;
    }
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    let is_code = word.chars().skip(1).any(char::is_uppercase);
    !word.is_empty() && !is_code && !USUAL.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<u16> {
        let mut marks = Vec::new();
        statuses(text, &mut marks);
        let number = |mark: Mark| match mark.what {
            What::Status(status) => Some(status),
            _ => None,
        };
        marks.into_iter().filter_map(number).collect()
    }

    #[test]
    fn a_refusal_is_told_in_plain_words() {
        for (text, status) in [
            ("every Power BI request is 403 although the token is new", 403),
            ("our SPN calls the workspace: still 401", 401),
            ("requests.get(url) <Response [403]> from Power BI", 403),
            ("executeQueries as an SPN = 401, another model works", 401),
            ("refresh of the semantic model 415 Unsupported Media Type", 415),
        ] {
            assert_eq!(told(text), [status], "{text}");
        }
    }

    #[test]
    fn what_is_counted_is_no_refusal() {
        for text in [
            "Power BI: 403 reports, 401 models, all refreshed",
            "the workspace holds 404 items",
            "Power BI review took 403 ms",
            "semantic model, line 401",
            "workspaces=12 reports=401 datasets=403",
            "a chat about nothing of ours: still 401",
        ] {
            assert!(told(text).is_empty(), "{text}: {:?}", told(text));
        }
    }
}
