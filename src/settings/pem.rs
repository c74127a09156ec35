//! PEM (RFC 7468): sections of base64 between lines that name them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// At most this many sections are read.
const MOST: usize = 64;

/// One section.
#[derive(Debug)]
pub(super) struct Section {
    /// What stands after `BEGIN`.
    pub(super) label: String,
    /// Whether its headers say that it is encrypted, as OpenSSL before 1.0 wrote keys.
    pub(super) is_encrypted: bool,
    /// What it holds. `None` for what is no base64.
    pub(super) der: Option<Vec<u8>>,
}

/// The sections of a text, in order. One without an end is left out.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some((label, body, after)) = next(rest).filter(|_| sections.len() < MOST) {
        let lines = body.lines().map(str::trim);
        let base64: String = lines.filter(|line| !line.contains(':')).collect();
        sections.push(Section {
            label: label.to_owned(),
            is_encrypted: body.contains("Proc-Type:") && body.contains("ENCRYPTED"),
            der: STANDARD.decode(base64.replace(char::is_whitespace, "")).ok().filter(|der| !der.is_empty()),
        });
        rest = after;
    }
    sections
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (_, from) = text.split_once("-----BEGIN ")?;
    let (label, from) = from.split_once("-----")?;
    let (body, after) = from.split_once(&format!("-----END {label}-----"))?;
    Some((label, body, after))
}

/// A section as text.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = (0..base64.len()).step_by(64).map(|at| &base64[at..base64.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_read_in_any_dress() {
        let text = format!(
            "\u{feff}Bag Attributes\r\n{}noise\n{}",
            write("CERTIFICATE", &[1; 100]).replace('\n', "\r\n"),
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,Y\n\nAAAA\n-----END RSA PRIVATE KEY-----"
        );
        let read = sections(&text);
        let labels: Vec<(&str, bool)> = read.iter().map(|s| (s.label.as_str(), s.is_encrypted)).collect();
        assert_eq!(labels, [("CERTIFICATE", false), ("RSA PRIVATE KEY", true)]);
        assert_eq!(read[0].der.as_deref(), Some(&[1_u8; 100][..]));
    }

    #[test]
    fn what_is_cut_or_no_base64_is_no_section() {
        assert!(sections("-----BEGIN CERTIFICATE-----\nAAAA").is_empty());
        assert!(sections("-----BEGIN X-----\n%%%\n-----END X-----")[0].der.is_none());
    }
}
