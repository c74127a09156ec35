//! How what stands in for a secret is told: certificates, other issuers' tokens, identities, users.

use super::words::looks_like;
use crate::evidence::credential::{Auth, Credential};
use crate::evidence::sign_in::{Assertion, Certificate};
use crate::record::CertificateFault;
use crate::secret::Kind;
use crate::span;

/// A certificate that ends sooner is worth a word, in days.
const SOON: i64 = 30;

/// What keeps a token from being asked for.
pub(super) fn faults(read: &Credential) -> Vec<String> {
    let certificate = read.certificate.iter().flat_map(certificate_faults);
    let assertion = read.assertion.iter().filter_map(assertion_fault);
    certificate.chain(assertion).collect()
}

/// What looks wrong, and might be right all the same.
pub(super) fn doubts(read: &Credential) -> Vec<String> {
    let certificate = read.certificate.iter().flat_map(certificate_doubts);
    let assertion = read.assertion.iter().flat_map(assertion_doubts);
    certificate.chain(assertion).chain(user_doubts(read)).collect()
}

/// What was given, when nothing is wrong with it.
pub(super) fn in_order(read: &Credential) -> String {
    match (&read.certificate, &read.assertion, &read.identity) {
        (Some(certificate), ..) => format!("tenant, client ID and a {} are set", describe(certificate)),
        (_, Some(assertion), _) => match &assertion.subject {
            Some(_) => format!("tenant, client ID and a federated token are set: {}", presented(assertion)),
            None => "tenant and client ID are set; the run requests the federated token".to_owned(),
        },
        (.., Some(identity)) => {
            let endpoint = identity.endpoint.map_or("the endpoint", crate::record::IdentityEndpoint::words);
            let whose = identity
                .id
                .as_ref()
                .map_or_else(|| "the assigned identity".to_owned(), |id| format!("the user-assigned identity {id}"));
            format!("the token comes from {endpoint}, for {whose}")
        }
        _ => "everything required is set".to_owned(),
    }
}

fn file(certificate: &Certificate) -> String {
    certificate.path.clone().unwrap_or_else(|| "the certificate file".to_owned())
}

fn certificate_faults(certificate: &Certificate) -> Vec<String> {
    let fatal = certificate.faults.iter().flatten().filter(|fault| fault.is_fatal());
    fatal.map(|fault| told(certificate, *fault)).collect()
}

fn told(certificate: &Certificate, fault: CertificateFault) -> String {
    format!("{} {}", file(certificate), fault.words())
}

fn certificate_doubts(certificate: &Certificate) -> Vec<String> {
    let mut doubts: Vec<String> = certificate.faults.iter().flatten().map(|fault| told(certificate, *fault)).collect();
    let end = certificate.not_after.as_deref().unwrap_or_default();
    match certificate.days_left {
        _ if certificate.expired == Some(true) => {
            doubts.push(format!("the {} expired at {end}", describe(certificate)));
        }
        Some(days) if days < SOON => {
            doubts.push(format!("the {} expires in {days} days, at {end}", describe(certificate)));
        }
        _ => {}
    }
    doubts
}

fn describe(certificate: &Certificate) -> String {
    let thumbprint = certificate.thumbprint.as_deref().unwrap_or("unknown");
    format!("certificate with thumbprint {thumbprint}")
}

fn assertion_fault(assertion: &Assertion) -> Option<String> {
    let source = assertion.source.map_or("the issuer", crate::record::FederatedSource::words);
    if let Some(why) = &assertion.unreadable {
        return Some(format!("the federated token file can't be used: {why}"));
    }
    if assertion.empty == Some(true) {
        return Some(format!("{source} contains no JSON Web Token: it is empty"));
    }
    (assertion.readable == Some(false)).then(|| match assertion.kind {
        Some(Kind::Jwt | Kind::BearerHeader) => {
            format!("{source} contains an incomplete JSON Web Token; its claims can't be read")
        }
        _ => format!(
            "{source} contains no JSON Web Token{}, so it was not sent",
            assertion.kind.map_or_else(String::new, looks_like)
        ),
    })
}

fn assertion_doubts(assertion: &Assertion) -> Vec<String> {
    let mangled = assertion.mangling.iter().flatten();
    let mut doubts: Vec<String> =
        mangled.map(|mangling| format!("the federated token has {}", mangling.words())).collect();
    if let Some(left) = assertion.life_left_seconds.filter(|left| *left <= 0) {
        doubts.push(format!("the federated token expired {} ago", span::words(left.unsigned_abs())));
    }
    if assertion.audience_is_usual == Some(false) {
        let audience = assertion.audience.as_deref().unwrap_or_default();
        doubts.push(format!(
            "the federated token's audience is {audience}; unless the federated credential names it, this cloud expects \
             another"
        ));
    }
    doubts.extend(mismatch(assertion));
    doubts
}

/// Issuer, subject and audience as they are presented.
pub(super) fn presented(assertion: &Assertion) -> String {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    format!(
        "issuer {}, subject {}, audience {}",
        or_none(&assertion.issuer),
        or_none(&assertion.subject),
        or_none(&assertion.audience)
    )
}

/// The presented subject beside the expected one, with the first character that differs in brackets.
pub(super) fn mismatch(assertion: &Assertion) -> Option<String> {
    let (at, expected) = (assertion.differs_at?, assertion.expected_subject.as_deref()?);
    let subject = assertion.subject.as_deref().unwrap_or_default();
    Some(format!(
        "the token's subject is {}, but {} was expected: they differ at character {at}",
        marked(subject, at),
        marked(expected, at)
    ))
}

fn marked(text: &str, at: usize) -> String {
    let before: String = text.chars().take(at - 1).collect();
    let rest: Vec<char> = text.chars().skip(at - 1).collect();
    rest.split_first().map_or_else(
        || format!("{before}[]"),
        |(first, after)| format!("{before}[{first}]{}", after.iter().collect::<String>()),
    )
}

fn user_doubts(read: &Credential) -> Vec<String> {
    if read.auth != Some(Auth::Password) {
        return Vec::new();
    }
    let mut doubts = vec![
        "signing in with a user's password fails when the user needs a second factor, is federated, or falls under a \
         Conditional Access policy; Microsoft advises against it, so use a service principal"
            .to_owned(),
    ];
    if read.username.as_ref().and_then(|name| name.kind).is_some_and(|kind| kind != Kind::Email) {
        doubts.push("the user name doesn't look like name@domain".to_owned());
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_differs_is_marked() {
        let assertion = Assertion {
            subject: Some("repo:contoso/Sales:ref".to_owned()),
            expected_subject: Some("repo:contoso/sales:ref".to_owned()),
            differs_at: Some(14),
            ..Assertion::default()
        };
        let words = mismatch(&assertion).expect("words");
        assert!(words.contains("repo:contoso/[S]ales:ref") && words.contains("repo:contoso/[s]ales:ref"), "{words}");
        assert_eq!(marked("repo", 5), "repo[]");
    }
}
