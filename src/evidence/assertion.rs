//! What an error quotes of the assertion that was presented in place of a secret: a certificate's signature, or
//! another issuer's token.

use crate::pattern::{Pattern, pattern};
use jiff::Timestamp;
use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::Serialize;

/// An assertion, as far as Entra's error repeats it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assertion {
    /// `iss` of a federated token.
    pub issuer: Option<String>,
    /// `sub` of a federated token.
    pub subject: Option<String>,
    /// The subject that Entra says it expects.
    pub subject_wanted: Option<String>,
    /// `aud` of a federated token.
    pub audience: Option<String>,
    /// The certificate thumbprint in the assertion's header.
    pub thumbprint: Option<String>,
    /// Whether that thumbprint has the length of a certificate hash: 40 hexadecimal digits for SHA-1, 64 for SHA-256.
    pub thumbprint_is_whole: Option<bool>,
    /// When the certificate that Entra found for it expires, as Entra writes it.
    pub key_ends: Option<String>,
    /// Whether that certificate had expired when Entra answered. Absent if the time of the answer is unknown.
    pub key_expired: Option<bool>,
    /// Seconds since the assertion expired, by Entra's clock. Negative while it's valid.
    pub late_seconds: Option<i64>,
    /// Seconds until the assertion becomes valid, by Entra's clock. Negative once it's valid. Absent if it has no start
    /// time.
    pub early_seconds: Option<i64>,
}

static ISSUER: Pattern = pattern!(r"(?i)(?:presented assertion issuer|Assertion Issuer:)\s*'([^']*)'");
static SUBJECT: Pattern = pattern!(r"(?i)(?:presented assertion subject|Assertion Subject:)\s*'([^']*)'");
static WANTED: Pattern = pattern!(r"(?i)credential Subject is\s*'([^']*)'");
static AUDIENCE: Pattern = pattern!(r"(?i)(?:presented assertion audience|Assertion Audience:)\s*'([^']*)'");
static THUMBPRINT: Pattern = pattern!(r"(?i)Thumbprint of key used by client:\s*'([^']*)'");
static KEY_ENDS: Pattern = pattern!(r"Found key 'Start=[^']*?End=([0-9/]+(?: [0-9:]+)?)");
static ANSWERED: Pattern = pattern!(r"Timestamp:\s*([0-9-]{10})[ T\n]([0-9:]{8})Z?");
static NOW: Pattern = pattern!(r"Current time:\s*([0-9T:.-]+Z)");
static START: Pattern = pattern!(r"assertion valid from\s+([0-9T:.-]+Z)");
static END: Pattern = pattern!(r"expiry time of assertion\s+([0-9T:.-]+Z)");

/// Reads what a description quotes. `None` where it quotes nothing of an assertion.
#[must_use]
pub fn read(text: &str) -> Option<Assertion> {
    let first = |regex: &Pattern| Some(regex.captures(text)?[1].trim().to_owned());
    let time = |regex: &Pattern| first(regex)?.parse::<Timestamp>().ok().map(Timestamp::as_second);
    let now = time(&NOW);
    let since = |from: Option<i64>| Some(now? - from?);
    // A start in 1970 stands where the assertion names none.
    let start = time(&START).filter(|start| *start > 0);
    let thumbprint = first(&THUMBPRINT);
    let key_ends = first(&KEY_ENDS);
    let read = Assertion {
        issuer: first(&ISSUER),
        subject: first(&SUBJECT),
        subject_wanted: first(&WANTED),
        audience: first(&AUDIENCE),
        thumbprint_is_whole: thumbprint.as_deref().and_then(is_whole),
        key_expired: key_ends.as_deref().and_then(american).zip(answered(text)).map(|(end, answer)| end < answer),
        late_seconds: since(time(&END)),
        early_seconds: since(start).map(|seconds| -seconds),
        thumbprint,
        key_ends,
    };
    (read != Assertion::default()).then_some(read)
}

/// `None` for a thumbprint that was hidden before the text was shown to others.
fn is_whole(thumbprint: &str) -> Option<bool> {
    let hidden = thumbprint.contains(['*', '<', '[', '…']) || thumbprint.to_lowercase().chars().all(|c| c == 'x');
    (!hidden).then(|| matches!(thumbprint.len(), 40 | 64) && thumbprint.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Entra writes a key's dates as `month/day/year`, in UTC.
fn american(text: &str) -> Option<DateTime> {
    DateTime::strptime("%m/%d/%Y %H:%M:%S", text)
        .or_else(|_| DateTime::strptime("%m/%d/%Y %H:%M:%S", format!("{text} 00:00:00")))
        .ok()
}

fn answered(text: &str) -> Option<DateTime> {
    let found = ANSWERED.captures(text)?;
    format!("{}T{}", &found[1], &found[2]).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_federated_answer_are_read() {
        let older = read(
            "AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://issuer.example/'. Assertion Subject: 'system:serviceaccount:bi:loader'. Assertion Audience: 'api://AzureADTokenExchange'. https://docs.example",
        )
        .expect("an assertion");
        assert_eq!(older.issuer.as_deref(), Some("https://issuer.example/"));
        assert_eq!(older.subject.as_deref(), Some("system:serviceaccount:bi:loader"));
        assert_eq!(older.audience.as_deref(), Some("api://AzureADTokenExchange"));
        let newer = read(
            "AADSTS7002137: No matching federated identity record found for presented assertion subject '/eid1/x'. Please make sure the federated identity credential Subject is '/eid1/y'.",
        )
        .expect("an assertion");
        assert_eq!(newer.subject.as_deref(), Some("/eid1/x"));
        assert_eq!(newer.subject_wanted.as_deref(), Some("/eid1/y"));
    }

    #[test]
    fn times_are_told_by_the_services_clock() {
        let text = |start: &str| {
            format!(
                "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-11-02T08:15:00.1234567Z, assertion valid from {start}, expiry time of assertion 2026-11-02T08:05:00.0000000Z. Review"
            )
        };
        let read = |start| read(&text(start)).expect("an assertion");
        let late = read("2026-11-02T07:55:00.0000000Z");
        assert_eq!((late.late_seconds, late.early_seconds), (Some(600), Some(-1200)));
        assert_eq!(read("1970-01-01T00:00:00.0000000Z").early_seconds, None);
    }

    #[test]
    fn a_key_is_held_against_the_time_of_the_answer() {
        let text = |end: &str, answer: &str| {
            format!(
                "AADSTS700027: [Reason - x, Thumbprint of key used by client: '0123456789ABCDEF0123456789ABCDEF01234567', Found key 'Start=01/05/2025 10:00:00, End={end}'] {answer}"
            )
        };
        let expired = |end, answer| read(&text(end, answer)).expect("an assertion").key_expired;
        assert_eq!(expired("01/05/2026 10:00:00", "Timestamp: 2026-11-02 08:15:00Z"), Some(true));
        assert_eq!(expired("12/05/2026", "Timestamp: 2026-11-02 08:15:00Z"), Some(false));
        assert_eq!(expired("01/05/2026 10:00:00", ""), None);
    }

    #[test]
    fn a_thumbprint_has_the_digits_of_a_hash() {
        let whole = |thumbprint: &str| {
            read(&format!("Thumbprint of key used by client: '{thumbprint}'"))
                .expect("an assertion")
                .thumbprint_is_whole
        };
        assert_eq!(whole("0123456789abcdef0123456789ABCDEF01234567"), Some(true));
        assert_eq!(whole(&"0123456789ABCDEF".repeat(4)), Some(true));
        assert_eq!(whole("D34DB00F"), Some(false));
        assert_eq!(whole("***"), None);
    }

    #[test]
    fn other_errors_quote_no_assertion() {
        assert_eq!(read("AADSTS7000215: Invalid client secret provided. Timestamp: 2026-11-02 08:15:00Z"), None);
    }
}
