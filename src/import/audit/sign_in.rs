//! A sign-in that failed, and the evidence that it is.

use super::fields::Fields;
use super::{Identity, SOURCE, What};
use crate::evidence::Evidence;
use crate::evidence::claims::Claims;
use crate::evidence::sign_in_log::SignInLog;
use crate::evidence::token::{Flow, Quoted, QuotedValue, Token, TokenError, read_description};
use crate::import::piece::not_pasted;
use crate::intent::Principal;

/// Codes that the log records for a step of a sign-in that goes on: "keep me signed in" was asked.
const STEPS: [u32; 1] = [50_140];

/// A sign-in that failed, without whose it is: records that are alike in this have the same diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignIn {
    code: u32,
    /// The description, as the log words it: often with places (`{identifier}`) where a live answer has values.
    reason: Option<String>,
    principal: Option<Principal>,
    flow: Option<Flow>,
    /// Conditional Access policies whose result is `failure`, by name.
    failed_policies: Vec<String>,
    key: Option<String>,
}

/// What a record tells of, where it is one of a sign-in.
pub(super) fn what(fields: &Fields<'_>) -> What {
    let category = fields.get("category").unwrap_or_default();
    let is_sign_in = ["application", "resource", "user", "user-name", "service-principal"]
        .iter()
        .any(|fact| fields.get(fact).is_some());
    let other_log = !category.is_empty() && !category.to_ascii_lowercase().contains("signin");
    let Some(code) = fields.get("code").filter(|_| is_sign_in && !other_log) else { return What::Other };
    if code == "0" || code.eq_ignore_ascii_case("Success") {
        return What::Succeeded;
    }
    match code.parse() {
        Ok(code) if STEPS.contains(&code) => What::Succeeded,
        Ok(code) => What::Failed(Box::new(SignIn::of(code, fields))),
        Err(_) => What::Other,
    }
}

impl SignIn {
    fn of(code: u32, fields: &Fields<'_>) -> Self {
        let owned = |fact: &str| fields.get(fact).map(str::to_owned);
        let failed = fields.policies.iter().filter(|policy| policy.result.as_deref() == Some("failure"));
        Self {
            code,
            reason: owned("reason").filter(|reason| !reason.eq_ignore_ascii_case("Other.")),
            principal: principal(fields),
            flow: flow(fields),
            failed_policies: failed.map(|policy| policy.name.clone().unwrap_or_else(|| "unnamed".to_owned())).collect(),
            key: owned("key"),
        }
    }

    /// The same without what is another's in each record: keys, and values that a description quotes. `mask`: a text
    /// without them.
    #[must_use]
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let masked = |text: &Option<String>| text.as_deref().map(&mask);
        Self { reason: masked(&self.reason), key: masked(&self.key), ..self.clone() }
    }

    /// The evidence of the failure.
    #[must_use]
    pub fn evidence(&self, identity: &Identity) -> Evidence {
        let mut evidence = Evidence {
            token: Some(Token {
                flow: self.flow,
                issued: Some(false),
                error: Some(self.error(identity)),
                ..Token::default()
            }),
            claims: self
                .principal
                .map(|principal| Claims { client_id: identity.application.clone(), ..Claims::of(principal) }),
            sign_in_log: self.log(),
            text: Some(not_pasted()),
            ..Evidence::default()
        };
        for path in ["token", "claims", "sign_in_log"] {
            evidence.note_source(path, SOURCE);
        }
        evidence
    }

    fn error(&self, identity: &Identity) -> TokenError {
        let described = self.reason.as_deref().map(read_description).unwrap_or_default();
        let mut quoted = described.quoted.map(with_values).unwrap_or_default();
        quoted.application = quoted.application.or_else(|| identity.application.clone().map(QuotedValue::of));
        TokenError {
            codes: Some(vec![self.code]),
            correlation_id: identity.correlation.clone(),
            trace_id: identity.id.clone(),
            timestamp: identity.time.clone(),
            quoted: (quoted != Quoted::default()).then_some(quoted),
            ..described
        }
    }

    fn log(&self) -> Option<SignInLog> {
        let log = SignInLog {
            failed_policies: (!self.failed_policies.is_empty()).then(|| self.failed_policies.clone()),
            credential_key_id: self.key.clone(),
        };
        (log != SignInLog::default()).then_some(log)
    }
}

/// A description's values, but for the places that the log leaves open: `{identifier}`.
fn with_values(quoted: Quoted) -> Quoted {
    let value = |quoted: Option<QuotedValue>| quoted.filter(|quoted| !quoted.value.starts_with('{'));
    let text = |text: Option<String>| text.filter(|text| !text.starts_with('{'));
    Quoted {
        application: value(quoted.application),
        tenant: value(quoted.tenant),
        directory: value(quoted.directory),
        parameter: text(quoted.parameter),
        scope: text(quoted.scope),
        resource: text(quoted.resource),
        redirect_uri: text(quoted.redirect_uri),
        assertion: quoted.assertion,
    }
}

/// Who signed in: the kind of event says it, or the kind of log, or whom the record names.
fn principal(fields: &Fields<'_>) -> Option<Principal> {
    let kind = fields.get("event").or_else(|| fields.get("category")).unwrap_or_default().to_ascii_lowercase();
    if kind.contains("serviceprincipal") || kind.contains("managedidentity") {
        return Some(Principal::App);
    }
    if kind.contains("user") || fields.get("user").is_some() || fields.get("user-name").is_some() {
        return Some(Principal::User);
    }
    fields.get("service-principal").map(|_| Principal::App)
}

/// How the token was asked for, where the record tells.
fn flow(fields: &Fields<'_>) -> Option<Flow> {
    let is = |fact: &str, word: &str| {
        let said = fields.get(fact).unwrap_or_default();
        said.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).eq(word.chars())
    };
    let kind = fields.get("event").or_else(|| fields.get("category")).unwrap_or_default().to_ascii_lowercase();
    if is("protocol", "ropc") {
        return Some(Flow::Password);
    }
    if is("protocol", "devicecode") || is("transfer", "devicecodeflow") {
        return Some(Flow::DeviceCode);
    }
    if is("token", "refreshtoken") {
        return Some(Flow::RefreshToken);
    }
    if kind.contains("managedidentity") || is("credential", "managedidentity") {
        return Some(Flow::ManagedIdentity);
    }
    // A user's sign-in names the credential of the application that redeems the code.
    if principal(fields) != Some(Principal::App) {
        return None;
    }
    if is("credential", "clientsecret") {
        return Some(Flow::ClientSecret);
    }
    if is("credential", "federatedidentitycredential") || fields.get("federated").is_some_and(super::is_guid) {
        return Some(Flow::Federated);
    }
    let has_thumbprint = fields.get("thumbprint").is_some();
    (is("credential", "certificate") || has_thumbprint).then_some(Flow::Certificate)
}
