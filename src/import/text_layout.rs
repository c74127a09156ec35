//! Where things are in a clean text: its lines and entries, and which service each answer belongs to.

use std::ops::Range;

use super::call::Draft;
use super::clean::Clean;
use super::entra::Answer;
use super::host::Host;
use super::{Codes, boundary, floor, hidden};
use crate::evidence::api::BodyForm;
use crate::evidence::text::MOST;
use crate::pattern::{Pattern, pattern};
use crate::record::Service;

/// Codes of failures that have nothing to do with authorization.
const OTHER_FAILURES: [&str; 4] = [
    "DatasetExecuteQueriesError",
    "QueryUserError",
    "ModelRefreshFailed_CredentialsNotSpecified",
    "DM_GWPipeline_Gateway_DataSourceAccessError",
];

/// A clean text, and what is asked of it.
pub(super) struct TextLayout<'t> {
    /// The text.
    pub(super) clean: &'t Clean,
    /// The codes that are known.
    pub(super) codes: &'t Codes,
    /// Whether it holds a page of HTML.
    pub(super) page: bool,
}

impl TextLayout<'_> {
    /// Where the line at a place begins and ends.
    pub(super) fn line_range(&self, at: usize) -> Range<usize> {
        let text = &self.clean.text;
        let at = at.min(text.len());
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        start..text[at..].find('\n').map_or(text.len(), |end| at + end)
    }

    /// The line at a place.
    pub(super) fn line(&self, at: usize) -> &str {
        &self.clean.text[self.line_range(at)]
    }

    /// Whether the text is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.clean.text.trim_start().starts_with('{')
    }

    /// The lines of an answer, and the entry of the log that it stands in.
    pub(super) fn around(&self, place: &Range<usize>) -> &str {
        let entry = self.clean.entry(place.start);
        let start = self.line_range(place.start).start.max(entry.start);
        let end = if self.clean.is_log { entry.end } else { self.line_range(place.end).end };
        &self.clean.text[start..end.max(start)]
    }

    pub(super) fn place(&self, at: usize) -> String {
        if self.clean.text.contains('\n') { format!("line {}", self.clean.number(at)) } else { "the text".to_owned() }
    }

    /// The text around a failure: of a log its entry and what stands just before it, else as much as fits.
    pub(super) fn excerpt(&self, at: usize) -> String {
        let text = &self.clean.text;
        let entry = self.clean.entry(at);
        let (start, end) = if self.clean.is_log {
            let before =
                text[..entry.start].char_indices().rev().filter(|(_, c)| *c == '\n').nth(4).map_or(0, |(at, _)| at + 1);
            (before.max(floor(text, entry.start.saturating_sub(MOST / 2))), entry.end)
        } else {
            (floor(text, at.saturating_sub(MOST / 2)), text.len())
        };
        text[start..start + boundary(&text[start..end], MOST)].to_owned()
    }

    /// Tells the answers of Entra from those of the APIs; what is neither is left out.
    pub(super) fn sort(&self, drafts: Vec<Draft>, answers: &[Answer]) -> (Vec<Draft>, Vec<Draft>) {
        let ours = hidden::may_speak_of_services(&self.clean.text);
        let mut of_entra = Vec::new();
        let mut of_apis = Vec::new();
        for draft in drafts {
            let within = answers.iter().any(|answer| answer.place.contains(&draft.answer));
            let other = draft.call.code.as_deref().is_some_and(|code| OTHER_FAILURES.contains(&code));
            match draft.host {
                _ if other || within && draft.call.path.is_none() => {}
                Some(Host::Service(Service::Entra) | Host::ManagedIdentity) => of_entra.push(draft),
                Some(Host::Foreign | Host::Page) => {}
                Some(_) => of_apis.push(draft),
                None if !answers.is_empty() && draft.call.error_info.is_none() && draft.call.path.is_none() => {
                    of_entra.push(draft);
                }
                None if self.is_ours(&draft, ours) => of_apis.push(draft),
                None => {}
            }
        }
        (of_entra, of_apis)
    }

    /// Whether an answer without an address is one of Power BI or Fabric.
    fn is_ours(&self, draft: &Draft, speaks: bool) -> bool {
        let call = &draft.call;
        let scope = &self.clean.text[self.clean.entry(draft.answer)];
        let foreign = || FOREIGN.is_match(scope) && !hidden::speaks_of_services(scope);
        let of_fabric = call.body == Some(BodyForm::Json) && call.code.is_some() && call.request_id.is_some();
        let known = of_fabric || call.code.as_deref().is_some_and(|code| self.codes.holds(code));
        if call.path.is_some()
            || call.route.is_some()
            || call.error_info.is_some()
            || known
            || call.message.is_some() && !foreign()
        {
            return true;
        }
        // Words alone tell a refusal of the services where they tell also what was called.
        if call.status.is_none() && call.refused == Some(true) {
            return hidden::speaks_of_services(scope) && !foreign();
        }
        let refused = matches!(call.status, Some(401 | 403)) && !self.clean.is_log && scope.len() < 4096;
        (speaks || refused) && !foreign()
    }
}

/// Whether a text names other services that refuse people too.
pub(super) fn is_of_others(text: &str) -> bool {
    FOREIGN.is_match(text)
}

/// Other services that refuse people too: their names, and codes of Azure Resource Manager and Microsoft Graph.
static FOREIGN: Pattern = pattern!(
    r"(?i)\b(?:aws|amazonaws|s3|boto3?|iam|gcp|googleapis|google cloud|gcloud|github|gitlab|bitbucket|npm|pypi|nuget|docker|registry|kubectl|kubernetes|nginx|apache",
    r"|hyperledger|service fabric|fabric8|sharepoint|salesforce|qlik|tableau|looker|metabase|superset|grafana|keycloak|auth0|okta|snowflake|databricks|sql server|sqlclient|mysql|postgres|oracle|mongodb|redis|elastic|jira|slack|stripe|twilio|openai|storageaccount|blob\.core|vault\.azure|graph\.microsoft|management\.azure",
    r"|(?:app|router)\.(?:get|post|put|use)\(|AuthorizationFailed|LinkedAuthorizationFailed|Authorization_RequestDenied|SubscriptionNotFound)\b",
);
